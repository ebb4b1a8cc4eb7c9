//! Who asked what, who had a say, and what was given or refused, on which ground.

use crate::time::Day;

use super::field::{FieldName, Line, List, Localised, Prose};
use super::finding::Tlp;
use super::head::{Any, PartyId, PinTo};
use super::opening::Committed;
use super::schema::{record, words};

record! {
    /// Unanswered after `deadline` it is overdue, without any new entry.
    /// Its id begins with `VZ-`; the refusal adds `/r`.
    pub struct Request
        => "Somebody asks for information, with the day by which an answer is due.",
           "Iemand vraagt om informatie, met de dag waarop het antwoord er moet zijn."
    {
        asked_by: Asker
            => "Asked by": "Who asks, as a kind; never a person.",
               "Gevraagd door": "Wie vraagt, als soort; nooit een persoon.";
        question: Localised<Prose<2000>>
            => "Question": "What is asked.",
               "Vraag": "Wat er wordt gevraagd.";
        received: Day
            => "Received on": "The day on which it was asked.",
               "Ontvangen op": "De dag waarop het is gevraagd.";
        deadline: Day
            => "Answer due on": "The last day for an answer.",
               "Antwoord uiterlijk op": "De laatste dag voor een antwoord.";
        ground: Localised<Line<300>>
            => "Ground": "The right on which it is asked.",
               "Grondslag": "Het recht waarop de vraag steunt.";
        reference: Option<Line<100>>
            => "Reference": "The number of a published document, such as a parliamentary paper.",
               "Verwijzing": "Het nummer van een gepubliceerd stuk, zoals een Kamerstuk.";
        predecessor: Option<PinTo<Request>>
            => "Replaces": "The earlier request that this one replaces, for example with a later day.",
               "Vervangt": "Het eerdere verzoek dat hierdoor wordt vervangen, bijvoorbeeld met een latere dag.";
        contact: Committed<Line<200>>
            => "Contact": "Whom to answer.",
               "Contact": "Aan wie te antwoorden.";
    }
}

record! {
    pub struct View
        => "A party that disclosure touches says what it thinks of it, before it is decided.",
           "Een partij die door verstrekking wordt geraakt, zegt wat zij ervan vindt voordat erover wordt beslist."
    {
        party: PartyId
            => "View of": "The party.",
               "Zienswijze van": "De partij.";
        request: Option<PinTo<Request>>
            => "Request": "The request that it is about.",
               "Verzoek": "Het verzoek waarover het gaat.";
        about: List<PinTo<Any>, 0, 64>
            => "About": "The statements that it is about, when not all.",
               "Over": "De verklaringen waarover het gaat, als het niet alle zijn.";
        position: Position
            => "Position": "What it thinks, in one word.",
               "Standpunt": "Wat zij vindt, in één woord.";
        in_time: bool
            => "In time": "Whether it came within the term that was given.",
               "Op tijd": "Of zij binnen de gestelde termijn kwam.";
        summary: Option<Localised<Prose<1000>>>
            => "Summary": "What can be said of it in public.",
               "Samenvatting": "Wat er in het openbaar over te zeggen is.";
        text: Committed<Prose<6000>>
            => "Text": "The view itself.",
               "Tekst": "De zienswijze zelf.";
    }
}

record! {
    /// `DV-` for what is given to everyone or in part, `VI-` for confidential inspection.
    pub struct Disclosure
        => "Information is given: to whom, how it may be shared, and what is withheld on which ground.",
           "Informatie wordt verstrekt: aan wie, hoe zij gedeeld mag worden, en wat op welke grond wordt geweigerd."
    {
        request: Option<PinTo<Request>>
            => "Request": "The request that it answers; absent when nobody asked.",
               "Verzoek": "Het verzoek waarop dit antwoordt; afwezig als niemand erom vroeg.";
        audience: Audience
            => "Given to": "To whom it is given.",
               "Verstrekt aan": "Aan wie het wordt verstrekt.";
        tlp: Tlp
            => "Sharing": "With whom it may be shared, by the traffic light protocol.",
               "Delen": "Met wie het gedeeld mag worden, volgens het traffic light protocol.";
        text: Localised<Prose<3000>>
            => "Answer": "What is shown, and what that does not show.",
               "Antwoord": "Wat wordt aangetoond, en wat daarmee niet is aangetoond.";
        items: List<Item, 0, 64>
            => "Opened": "The confidential fields that are opened to this audience.",
               "Geopend": "De vertrouwelijke velden die voor dit gehoor worden geopend.";
        place: Option<Localised<Line<200>>>
            => "Where": "Where it can be read, such as a reading room.",
               "Waar": "Waar het te lezen is, zoals een leeskamer.";
        withheld: List<Withholding, 0, 32>
            => "Withheld": "What is not given, and on which ground.",
               "Geweigerd": "Wat niet wordt verstrekt, en op welke grond.";
        remains: Option<Localised<Prose<1000>>>
            => "Still shown": "What can be checked all the same.",
               "Blijft aantoonbaar": "Wat niettemin te controleren is.";
        views: List<PinTo<View>, 0, 16>
            => "Views": "The views of the parties that it touches.",
               "Zienswijzen": "De zienswijzen van de partijen die het raakt.";
        recipients: Committed<Prose<2000>>
            => "Recipients": "To whom exactly.",
               "Ontvangers": "Aan wie precies.";
    }
}

record! {
    pub struct Refusal
        => "A request is refused in whole, on stated grounds; that the thing exists and was not changed stays provable.",
           "Een verzoek wordt geheel geweigerd, op genoemde gronden; dat het stuk bestaat en niet is gewijzigd, blijft aantoonbaar."
    {
        request: PinTo<Request>
            => "Request": "The request.",
               "Verzoek": "Het verzoek.";
        withheld: List<Withholding, 1, 32>
            => "Withheld": "What is not given, and on which ground.",
               "Geweigerd": "Wat niet wordt verstrekt, en op welke grond.";
        text: Localised<Prose<2000>>
            => "Text": "Why, in plain words.",
               "Tekst": "Waarom, in gewone woorden.";
        remains: Localised<Prose<1000>>
            => "Still shown": "What can be checked all the same.",
               "Blijft aantoonbaar": "Wat niettemin te controleren is.";
        remedy: Localised<Line<300>>
            => "Objection": "Where and until when one can object.",
               "Bezwaar": "Waar en tot wanneer bezwaar mogelijk is.";
        views: List<PinTo<View>, 0, 16>
            => "Views": "The views of the parties that it touches.",
               "Zienswijzen": "De zienswijzen van de partijen die het raakt.";
    }
}

record! {
    pub struct Item => "Confidential fields of one statement.", "Vertrouwelijke velden van één verklaring." {
        statement: PinTo<Any>
            => "Statement": "The statement.",
               "Verklaring": "De verklaring.";
        fields: List<FieldName, 1, 32>
            => "Fields": "The names of its confidential fields.",
               "Velden": "De namen van haar vertrouwelijke velden.";
    }
}

record! {
    pub struct Withholding => "Something that is not given.", "Iets wat niet wordt verstrekt." {
        what: Localised<Line<300>>
            => "What": "What is not given.",
               "Wat": "Wat niet wordt verstrekt.";
        ground: Ground
            => "Ground": "The legal ground.",
               "Grond": "De wettelijke grond.";
        reason: Localised<Line<400>>
            => "Reason": "Why that ground applies.",
               "Reden": "Waarom die grond van toepassing is.";
        items: List<Item, 0, 64>
            => "Fields": "The confidential fields that stay closed, when they are to be named.",
               "Velden": "De vertrouwelijke velden die gesloten blijven, als die worden genoemd.";
    }
}

words! {
    /// Who asks.
    pub enum Asker {
        Parliament = "parliament" => "Parliament", "het parlement";
        Ministry = "ministry" => "a ministry", "een ministerie";
        Supervisor = "supervisor" => "a supervisor", "een toezichthouder";
        Participants = "participants" => "participants or their organisation", "deelnemers of hun organisatie";
        Press = "press" => "the press", "de pers";
        Public = "public" => "the public", "het publiek";
    }
}

words! {
    /// To whom something is given.
    pub enum Audience {
        Public = "public" => "everyone", "iedereen";
        Parliament = "parliament" => "Parliament", "het parlement";
        Committee = "committee" => "a committee of Parliament", "een Kamercommissie";
        NamedPersons = "named-persons" => "named persons", "genoemde personen";
        Ministry = "ministry" => "a ministry", "een ministerie";
        Supervisor = "supervisor" => "a supervisor", "een toezichthouder";
        Court = "court" => "a court", "een rechter";
        Asker = "asker" => "who asked", "wie vroeg";
    }
}

words! {
    /// What a party thinks of disclosure.
    pub enum Position {
        NoObjection = "no-objection" => "no objection", "geen bezwaar";
        InPart = "in-part" => "objection to a part", "bezwaar tegen een deel";
        Objection = "objection" => "objection", "bezwaar";
        NoView = "no-view" => "no view given", "geen zienswijze gegeven";
    }
}

words! {
    /// A legal ground to withhold information.
    pub enum Ground {
        BusinessData = "woo-5.1.1.c" => "Open Government Act (Woo) 5.1(1)c: business data given in confidence", "Woo 5.1, eerste lid, c: vertrouwelijk verstrekte bedrijfsgegevens";
        SpecialData = "woo-5.1.1.d" => "Woo 5.1(1)d: special categories of personal data", "Woo 5.1, eerste lid, d: bijzondere persoonsgegevens";
        IdentityNumbers = "woo-5.1.1.e" => "Woo 5.1(1)e: national identification numbers", "Woo 5.1, eerste lid, e: nationale identificatienummers";
        Inspection = "woo-5.1.2.d" => "Woo 5.1(2)d: inspection and supervision", "Woo 5.1, tweede lid, d: inspectie, controle en toezicht";
        PrivateLife = "woo-5.1.2.e" => "Woo 5.1(2)e: private life", "Woo 5.1, tweede lid, e: persoonlijke levenssfeer";
        CompetitiveData = "woo-5.1.2.f" => "Woo 5.1(2)f: other competitive business data", "Woo 5.1, tweede lid, f: andere concurrentiegevoelige bedrijfsgegevens";
        Security = "woo-5.1.2.h" => "Woo 5.1(2)h: security of persons and companies and prevention of sabotage", "Woo 5.1, tweede lid, h: beveiliging van personen en bedrijven en voorkomen van sabotage";
        InterestOfState = "gw-68" => "Constitution, article 68: interest of the State", "Grondwet, artikel 68: belang van de staat";
        Other = "other" => "another ground, named in the reason", "een andere grond, in de reden genoemd";
    }
}

//! The frame of an assessment: services, cases, scope, engagements.

use crate::time::Day;

use super::conclusion::{Assurance, AttestationKind};
use super::fact::Change;
use super::field::{Count, Label, Line, List, Localised, Prose};
use super::head::{PartyId, PinTo};
use super::independence::{Independence, IndependenceRule};
use super::opening::{Committed, File};
use super::schema::{At, Field, SchemaError, record, words};

record! {
    /// Its id begins with `prog:`.
    pub struct Programme
        => "A programme of which the services are part, and who answers for it.",
           "Een programma waarvan de diensten deel zijn, en wie ervoor verantwoordelijk is."
    {
        name: Localised<Line<200>>
            => "Name": "What it is called.",
               "Naam": "Hoe het heet.";
        controller: PartyId
            => "Controller": "The party that answers for it and for the personal data in it.",
               "Verantwoordelijke": "De partij die er en voor de persoonsgegevens erin verantwoordelijk is.";
        legal_basis: Localised<Line<300>>
            => "Legal basis": "The law or permit on which it rests.",
               "Wettelijke grondslag": "De wet of vergunning waarop het rust.";
    }
}

record! {
    /// Its id is the short name by which people call the service, such as `DN-1`.
    pub struct Service
        => "A service of the programme that can stand still and be resumed by itself.",
           "Een dienst van het programma die op zichzelf kan stilstaan en hervat kan worden."
    {
        description: Localised<Prose<1000>>
            => "Description": "What the service is, in plain words.",
               "Omschrijving": "Wat de dienst is, in gewone woorden.";
        programme: Option<PinTo<Programme>>
            => "Programme": "The programme that it is part of.",
               "Programma": "Het programma waarvan zij deel is.";
        needs: List<Domain, 1, 4>
            => "Domains needed": "The domains that must be in order for it.",
               "Nodige domeinen": "De domeinen die ervoor op orde moeten zijn.";
        sites: Committed<Prose<2000>>
            => "Sites": "Where it is carried out.",
               "Locaties": "Waar zij wordt uitgevoerd.";
        volumes: Committed<Prose<2000>>
            => "Volumes": "How much of it there is.",
               "Aantallen": "Hoe omvangrijk zij is.";
    }
}

record! {
    /// Its id is the name of the case, such as `zaak:2023-001`.
    pub struct Case
        => "A case is opened about one laboratory and some of its services.",
           "Een zaak wordt geopend over één laboratorium en een aantal van zijn diensten."
    {
        lab: PartyId
            => "Laboratory": "The laboratory that the case is about.",
               "Laboratorium": "Het laboratorium waarover de zaak gaat.";
        services: List<PinTo<Service>, 1, 32>
            => "Services": "The services that the case is about; a service is in one open case only.",
               "Diensten": "De diensten waarover de zaak gaat; een dienst is in één open zaak tegelijk.";
        incident: Localised<Line<300>>
            => "Incident": "What the case was opened for, in one sentence.",
               "Incident": "Waarvoor de zaak is geopend, in één zin.";
        opened: Day
            => "Opened on": "The day from which the case counts.",
               "Geopend op": "De dag vanaf wanneer de zaak telt.";
        summary: Committed<Prose<6000>>
            => "Summary": "What is known about the incident.",
               "Samenvatting": "Wat over het incident bekend is.";
    }
}

record! {
    pub struct Scope
        => "What is assessed and what is not; a later version replaces an earlier one.",
           "Wat wordt beoordeeld en wat niet; een latere versie vervangt een eerdere."
    {
        boundary: Localised<Line<400>>
            => "Boundary": "What lies within, in one line.",
               "Grens": "Wat erbinnen valt, in één regel.";
        domains: List<ScopeDomain, 1, 4>
            => "Domains": "The domains assessed, with the number of objects in each.",
               "Domeinen": "De beoordeelde domeinen, met het aantal objecten in elk.";
        exclusions: List<Exclusion, 0, 32>
            => "Exclusions": "What is left out, each under a name that the policy can allow.",
               "Uitsluitingen": "Wat erbuiten blijft, elk onder een naam die het beleid kan toestaan.";
        subservices: List<Subservice, 0, 32>
            => "Suppliers": "The suppliers on which the services rest.",
               "Toeleveranciers": "De toeleveranciers waarop de diensten rusten.";
        predecessor: Option<PinTo<Scope>>
            => "Replaces": "The version that this one replaces.",
               "Vervangt": "De versie die hierdoor wordt vervangen.";
        change: Option<PinTo<Change>>
            => "Because of": "The change that explains what is different.",
               "Door": "De wijziging die verklaart wat anders is.";
        objects: Committed<File>
            => "Objects": "The list of systems, sites and flows.",
               "Objecten": "De lijst van systemen, locaties en stromen.";
    }
}

record! {
    pub struct ScopeDomain => "One domain of a scope.", "Eén domein van een scope." {
        domain: Domain
            => "Domain": "Which domain.",
               "Domein": "Welk domein.";
        objects: Count<1, 100_000>
            => "Objects": "How many processes, systems, flows or sites it has.",
               "Objecten": "Hoeveel processen, systemen, stromen of locaties het heeft.";
    }
}

record! {
    pub struct Exclusion => "Something that is left out of a scope.", "Iets wat buiten een scope blijft." {
        name: Label
            => "Name": "The name by which the policy can allow it.",
               "Naam": "De naam waaronder het beleid haar kan toestaan.";
        text: Localised<Line<300>>
            => "What": "What is left out, and why.",
               "Wat": "Wat erbuiten blijft, en waarom.";
    }
}

record! {
    pub struct Subservice => "A supplier on which services rest.", "Een toeleverancier waarop diensten rusten." {
        party: PartyId
            => "Supplier": "The party.",
               "Toeleverancier": "De partij.";
        method: SubserviceMethod
            => "Method": "Whether the supplier is assessed as well.",
               "Methode": "Of de toeleverancier ook wordt beoordeeld.";
        text: Localised<Line<300>>
            => "What": "What the supplier does.",
               "Wat": "Wat de toeleverancier doet.";
    }
}

record! {
    /// Its id begins with `OPD-`; acceptance, refusal and termination add `/a`, `/r` and `/b`.
    pub struct Engagement
        => "An assessor is asked to do an assessment; every proposal stays on record.",
           "Een beoordelaar wordt gevraagd voor een beoordeling; elk voorstel blijft vastliggen."
    {
        assessor: PartyId
            => "Assessor": "Who is asked.",
               "Beoordelaar": "Wie wordt gevraagd.";
        commissioner: PartyId
            => "Commissioner": "Who asks.",
               "Opdrachtgever": "Wie vraagt.";
        payer: PartyId
            => "Payer": "Who pays.",
               "Betaler": "Wie betaalt.";
        kinds: List<AttestationKind, 1, 5>
            => "For": "The kinds of attestation that it is to lead to.",
               "Voor": "De soorten oordeel waartoe zij moet leiden.";
        purpose: Localised<Line<300>>
            => "Purpose": "What it is for, in one sentence.",
               "Doel": "Waarvoor zij dient, in één zin.";
        standard: Line<200>
            => "Standard": "The professional standard it follows.",
               "Standaard": "De beroepsstandaard die zij volgt.";
        reporting: Option<Reporting>
            => "Reporting": "Whether the assessor judges a statement of the other side or the thing itself.",
               "Rapportage": "Of de beoordelaar een verklaring van de andere kant toetst of de zaak zelf.";
        level: Assurance
            => "Assurance": "The level of assurance.",
               "Zekerheid": "De mate van zekerheid.";
        scope: PinTo<Scope>
            => "Scope": "The scope that is assessed.",
               "Scope": "De scope die wordt beoordeeld.";
        contingent: bool
            => "Fee depends on the outcome": "Whether the fee depends on the outcome or on when testing restarts.",
               "Honorarium hangt af van de uitkomst": "Of het honorarium afhangt van de uitkomst of van het moment van herstart.";
        fee_band: Line<60>
            => "Fee band": "The fee, as a band.",
               "Honorariumklasse": "Het honorarium, als klasse.";
        publication: Localised<Line<400>>
            => "Publication": "What the parties agreed to make public.",
               "Openbaarmaking": "Wat de partijen hebben afgesproken openbaar te maken.";
        letter: Committed<File>
            => "Letter": "The engagement letter.",
               "Opdrachtbrief": "De opdrachtbrief.";
        fee: Committed<Line<200>>
            => "Fee": "The fee.",
               "Honorarium": "Het honorarium.";
    }
}

record! {
    pub struct EngagementAccepted
        => "The assessor accepts an engagement, after the declarations of independence.",
           "De beoordelaar aanvaardt een opdracht, na de onafhankelijkheidsverklaringen."
    {
        engagement: PinTo<Engagement>
            => "Engagement": "The engagement.",
               "Opdracht": "De opdracht.";
        independence: List<PinTo<Independence>, 1, 16>
            => "Independence": "The declarations that were on record.",
               "Onafhankelijkheid": "De verklaringen die waren vastgelegd.";
        fieldwork_from: Day
            => "Fieldwork from": "The first day of fieldwork.",
               "Veldwerk vanaf": "De eerste dag van het veldwerk.";
    }
}

record! {
    pub struct EngagementRefused
        => "An engagement does not go on; the proposal and the reason stay on record.",
           "Een opdracht gaat niet door; het voorstel en de reden blijven vastliggen."
    {
        engagement: PinTo<Engagement>
            => "Engagement": "The engagement.",
               "Opdracht": "De opdracht.";
        rule: Option<IndependenceRule>
            => "Rule": "The rule of independence that stood in the way.",
               "Regel": "De onafhankelijkheidsregel die in de weg stond.";
        reason: Localised<Prose<2000>>
            => "Reason": "Why it does not go on.",
               "Reden": "Waarom zij niet doorgaat.";
    }
}

record! {
    /// The decision has to cite it: an assessor who went early is part of the story.
    pub struct EngagementTerminated
        => "An engagement that was accepted ends before its conclusion; it stays on record.",
           "Een aanvaarde opdracht eindigt vóór het oordeel; zij blijft vastliggen."
    {
        engagement: PinTo<Engagement>
            => "Engagement": "The engagement.",
               "Opdracht": "De opdracht.";
        ended: Day
            => "Ended on": "The last day of it.",
               "Geëindigd op": "De laatste dag ervan.";
        reason: TerminationReason
            => "Reason": "Why it ended, as a kind.",
               "Reden": "Waarom zij eindigde, als soort.";
        text: Localised<Prose<2000>>
            => "Text": "Why it ended, in plain words.",
               "Tekst": "Waarom zij eindigde, in gewone woorden.";
        letter: Committed<File>
            => "Letter": "The letter that ended it.",
               "Brief": "De brief waarmee zij eindigde.";
    }
}

record! {
    pub struct Period
        => "A period of days, both included.",
           "Een periode van dagen, beide inbegrepen.",
        check runs_forward
    {
        from: Day
            => "From": "The first day.",
               "Van": "De eerste dag.";
        until: Day
            => "Until": "The last day.",
               "Tot en met": "De laatste dag.";
    }
}

fn runs_forward(period: &Period, at: &At) -> Result<(), SchemaError> {
    match period.from <= period.until {
        true => Ok(()),
        false => {
            let expected = format!("no day before {}", period.from);
            Err(at.member("until").expected(expected, &period.until.print()))
        }
    }
}

words! {
    /// One of the four parts in which a laboratory is assessed.
    pub enum Domain {
        Process = "operationeel-proces" => "operational process", "operationeel proces";
        Systems = "it-systemen" => "IT systems", "IT-systemen";
        DataFlows = "datastromen" => "data flows", "datastromen";
        Infrastructure = "it-infrastructuur" => "underlying IT infrastructure", "onderliggende IT-infrastructuur";
    }
}

words! {
    /// Whether a supplier is assessed as well.
    pub enum SubserviceMethod {
        Inclusive = "inclusive" => "assessed as well", "meebeoordeeld";
        CarveOut = "carve-out" => "not assessed here", "hier niet beoordeeld";
    }
}

words! {
    /// What an assessor judges (ISAE 3000).
    pub enum Reporting {
        Direct = "direct" => "the thing itself", "de zaak zelf";
        Attest = "attest" => "a statement of the other side", "een verklaring van de andere kant";
    }
}

words! {
    /// Why an engagement ended before its conclusion.
    pub enum TerminationReason {
        Commissioner = "commissioner" => "the commissioner ended it", "de opdrachtgever beëindigde haar";
        Assessor = "assessor" => "the assessor ended it", "de beoordelaar beëindigde haar";
        Access = "access" => "access was refused", "toegang is geweigerd";
        Independence = "independence" => "independence was no longer there", "de onafhankelijkheid was er niet meer";
        Credential = "credential" => "a credential was no longer valid", "een erkenning was niet meer geldig";
        Other = "other" => "something else", "iets anders";
    }
}

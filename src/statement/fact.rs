//! What happened around the assessment: incidents, changes, causes, notices of supervisors, privacy documents.

use crate::time::Day;

use super::field::{Line, List, Localised, Prose};
use super::finding::Finding;
use super::frame::{Domain, Scope, Service};
use super::head::{PartyId, PinTo};
use super::opening::{Committed, File};
use super::schema::{record, words};

record! {
    /// Numbers and dates change as more is known: a later statement replaces an earlier one.
    pub struct Incident
        => "A security incident, with when it became known and to whom it was reported.",
           "Een beveiligingsincident, met wanneer het bekend werd en aan wie het is gemeld."
    {
        kind: IncidentKind
            => "Kind": "What happened.",
               "Soort": "Wat er gebeurde.";
        status: IncidentStatus
            => "Status": "How it stands.",
               "Status": "Hoe het ervoor staat.";
        text: Localised<Prose<1000>>
            => "Text": "What is known, in plain words.",
               "Tekst": "Wat er bekend is, in gewone woorden.";
        domains: List<Domain, 0, 4>
            => "Domains": "The domains that it touches, as far as known.",
               "Domeinen": "De domeinen die het raakt, voor zover bekend.";
        services: List<PinTo<Service>, 0, 32>
            => "Services": "The services that it touches, as far as known.",
               "Diensten": "De diensten die het raakt, voor zover bekend.";
        began: Option<Day>
            => "Began on": "The first day of it, as far as known: a claim, not a measurement.",
               "Begonnen op": "De eerste dag ervan, voor zover bekend: een opgave, geen meting.";
        known_at: Day
            => "Known on": "The day on which the laboratory knew of it.",
               "Bekend op": "De dag waarop het laboratorium ervan wist.";
        reports: List<Report, 0, 16>
            => "Reported": "To whom it was reported, and when.",
               "Gemeld": "Aan wie het is gemeld, en wanneer.";
        affects_conclusions: bool
            => "Touches conclusions": "Whether it touches what assessors concluded.",
               "Raakt oordelen": "Of het raakt aan wat beoordelaars hebben geoordeeld.";
        predecessor: Option<PinTo<Incident>>
            => "Replaces": "The earlier statement on the same incident that this one replaces.",
               "Vervangt": "De eerdere verklaring over hetzelfde incident die hierdoor wordt vervangen.";
        detail: Committed<Prose<6000>>
            => "Detail": "What is known and not public.",
               "Bijzonderheden": "Wat er bekend is en niet openbaar is.";
    }
}

record! {
    pub struct Report => "A report of an incident to somebody.", "Een melding van een incident bij iemand." {
        to: Localised<Line<200>>
            => "To": "The organisation that it was reported to.",
               "Aan": "De organisatie waaraan is gemeld.";
        on: Day
            => "On": "The day of the report.",
               "Op": "De dag van de melding.";
    }
}

record! {
    /// A change in an assessed domain asks for a new conclusion before its services start or go on.
    pub struct Change
        => "Something in the assessed domains changed, or was taken out of the scope.",
           "Iets in de beoordeelde domeinen is veranderd, of uit de scope gehaald."
    {
        kind: ChangeKind
            => "Kind": "What changed.",
               "Soort": "Wat er veranderde.";
        text: Localised<Prose<1000>>
            => "Text": "What changed, in plain words.",
               "Tekst": "Wat er veranderde, in gewone woorden.";
        domains: List<Domain, 1, 4>
            => "Domains": "The domains that it touches.",
               "Domeinen": "De domeinen die het raakt.";
        services: List<PinTo<Service>, 0, 32>
            => "Services": "The services that it touches.",
               "Diensten": "De diensten die het raakt.";
        from: Day
            => "From": "The first day on which it was so.",
               "Vanaf": "De eerste dag waarop het zo was.";
        affects_conclusions: bool
            => "Touches conclusions": "Whether it touches what assessors concluded.",
               "Raakt oordelen": "Of het raakt aan wat beoordelaars hebben geoordeeld.";
        predecessor: Option<PinTo<Change>>
            => "Replaces": "The earlier statement on the same change that this one replaces.",
               "Vervangt": "De eerdere verklaring over dezelfde wijziging die hierdoor wordt vervangen.";
        detail: Committed<Prose<6000>>
            => "Detail": "What changed and is not public.",
               "Bijzonderheden": "Wat er veranderde en niet openbaar is.";
        change_ticket: Committed<Line<200>>
            => "Change ticket": "Its number in the laboratory's own administration.",
               "Wijzigingsnummer": "Het nummer in de eigen administratie van het laboratorium.";
    }
}

record! {
    /// That a cause was established, and by whom, is public; the cause is not.
    pub struct RootCause
        => "An assessor states whether the cause of an incident is known, and which findings belong to it.",
           "Een beoordelaar verklaart of de oorzaak van een incident bekend is, en welke bevindingen erbij horen."
    {
        incident: PinTo<Incident>
            => "Incident": "The incident.",
               "Incident": "Het incident.";
        known: CauseKnown
            => "Cause known": "Whether the cause is known.",
               "Oorzaak bekend": "Of de oorzaak bekend is.";
        findings: List<PinTo<Finding>, 0, 128>
            => "Findings": "The findings through which it could happen.",
               "Bevindingen": "De bevindingen waardoor het kon gebeuren.";
        text: Localised<Prose<2000>>
            => "Text": "What can be said in public, also about what is not known.",
               "Tekst": "Wat in het openbaar te zeggen is, ook over wat niet bekend is.";
        predecessor: Option<PinTo<RootCause>>
            => "Replaces": "The earlier statement that this one replaces.",
               "Vervangt": "De eerdere verklaring die hierdoor wordt vervangen.";
        cause: Committed<Prose<6000>>
            => "Cause": "The cause itself.",
               "Oorzaak": "De oorzaak zelf.";
        report: Committed<File>
            => "Report": "The report of the investigation.",
               "Rapport": "Het onderzoeksrapport.";
    }
}

record! {
    /// Signed by the supervisor itself, or by another who was told: the signer shows which.
    pub struct SupervisoryNotice
        => "What a supervisor does or does not do about services; no notice on record is not the same as no measure.",
           "Wat een toezichthouder wel of niet doet rond diensten; geen bericht in het register is niet hetzelfde als geen maatregel."
    {
        authority: Line<200>
            => "Supervisor": "The supervisor that it is about.",
               "Toezichthouder": "De toezichthouder waarover het gaat.";
        kind: NoticeKind
            => "Kind": "What it does.",
               "Soort": "Wat die doet.";
        effect: NoticeEffect
            => "Effect": "What that means for the services.",
               "Gevolg": "Wat dat voor de diensten betekent.";
        services: List<PinTo<Service>, 0, 32>
            => "Services": "The services that it is about; none when it is about all.",
               "Diensten": "De diensten waarover het gaat; geen als het over alle gaat.";
        from: Day
            => "From": "The first day on which it holds.",
               "Vanaf": "De eerste dag waarop het geldt.";
        lifts: Option<PinTo<SupervisoryNotice>>
            => "Ends": "The earlier notice that it ends.",
               "Beëindigt": "Het eerdere bericht dat hiermee eindigt.";
        text: Localised<Prose<2000>>
            => "Text": "What the supervisor says, in plain words.",
               "Tekst": "Wat de toezichthouder zegt, in gewone woorden.";
        letter: Committed<File>
            => "Letter": "The letter or decision.",
               "Brief": "De brief of het besluit.";
    }
}

record! {
    /// `DP-` for an assessment, `VO-` for an agreement, `FG-` for advice of the data protection officer.
    pub struct Privacy
        => "A document on which the processing of personal data rests exists, with its date.",
           "Een document waarop de verwerking van persoonsgegevens rust, bestaat, met de datum ervan."
    {
        kind: PrivacyKind
            => "Kind": "What it is.",
               "Soort": "Wat het is.";
        version: Line<60>
            => "Version": "Its version.",
               "Versie": "De versie.";
        dated: Day
            => "Dated": "The day that it bears.",
               "Gedateerd": "De dag die erop staat.";
        scope: PinTo<Scope>
            => "Scope": "The scope that it takes into account.",
               "Scope": "De scope waarmee rekening is gehouden.";
        services: List<PinTo<Service>, 0, 32>
            => "Services": "The services that it is about; none when it is about all.",
               "Diensten": "De diensten waarover het gaat; geen als het over alle gaat.";
        parties: List<PartyId, 0, 8>
            => "Parties": "The parties to an agreement.",
               "Partijen": "De partijen bij een overeenkomst.";
        advice: Option<OfficerAdvice>
            => "Advice of the data protection officer": "What the officer advised; absent when there was no advice.",
               "Advies van de functionaris gegevensbescherming": "Wat de functionaris adviseerde; afwezig als er geen advies was.";
        predecessor: Option<PinTo<Privacy>>
            => "Replaces": "The earlier version that this one replaces.",
               "Vervangt": "De eerdere versie die hierdoor wordt vervangen.";
        document: Committed<File>
            => "Document": "The document itself.",
               "Document": "Het document zelf.";
    }
}

words! {
    /// What happened.
    pub enum IncidentKind {
        Intrusion = "intrusion" => "unauthorised access", "onbevoegde toegang";
        DataLeak = "data-leak" => "personal data leaked", "datalek";
        Ransomware = "ransomware" => "systems held to ransom", "gijzeling van systemen";
        Outage = "outage" => "outage", "uitval";
        Error = "error" => "error by people", "menselijke fout";
        Other = "other" => "something else", "iets anders";
    }
}

words! {
    /// How an incident stands.
    pub enum IncidentStatus {
        Open = "open" => "open", "open";
        Contained = "contained" => "contained", "ingedamd";
        Closed = "closed" => "closed", "afgesloten";
    }
}

words! {
    /// What changed.
    pub enum ChangeKind {
        System = "system" => "system or application", "systeem of toepassing";
        Infrastructure = "infrastructure" => "infrastructure or site", "infrastructuur of locatie";
        DataFlow = "data-flow" => "data flow", "datastroom";
        Process = "process" => "process or organisation", "proces of organisatie";
        Supplier = "supplier" => "supplier", "toeleverancier";
        Removal = "removal" => "something left the scope", "iets is uit de scope verdwenen";
        Other = "other" => "something else", "iets anders";
    }
}

words! {
    /// Whether a cause is known.
    pub enum CauseKnown {
        Yes = "yes" => "known", "bekend";
        Partly = "partly" => "partly known", "deels bekend";
        No = "no" => "not known", "niet bekend";
    }
}

words! {
    /// What a supervisor does.
    pub enum NoticeKind {
        Investigation = "investigation" => "investigation", "onderzoek";
        Measure = "measure" => "measure", "maatregel";
        Lifted = "lifted" => "measure lifted", "maatregel opgeheven";
        Nothing = "none" => "no measure", "geen maatregel";
    }
}

words! {
    /// What a notice means for services.
    pub enum NoticeEffect {
        Blocks = "blocks" => "prevents resumption", "belet hervatting";
        Limits = "limits" => "allows resumption within limits", "laat hervatting onder beperkingen toe";
        NoEffect = "none" => "does not prevent resumption", "belet hervatting niet";
    }
}

words! {
    /// A document on which the processing of personal data rests.
    pub enum PrivacyKind {
        ImpactAssessment = "impact-assessment" => "data protection impact assessment (GDPR, article 35)", "gegevensbeschermingseffectbeoordeling (AVG, artikel 35)";
        ProcessingAgreement = "processing-agreement" => "processing agreement (GDPR, article 28)", "verwerkersovereenkomst (AVG, artikel 28)";
        OfficerAdvice = "officer-advice" => "advice of the data protection officer", "advies van de functionaris gegevensbescherming";
    }
}

words! {
    /// What a data protection officer advised.
    pub enum OfficerAdvice {
        Positive = "positive" => "positive", "positief";
        Conditional = "conditional" => "positive under conditions", "positief onder voorwaarden";
        Negative = "negative" => "negative", "negatief";
    }
}

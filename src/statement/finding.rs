//! Findings and their way to closure: evidence, remediation, retest.

use crate::time::Day;

use super::conclusion::Depth;
use super::field::{Count, Line, List, Prose};
use super::frame::{Domain, Engagement, Period};
use super::head::{PartyId, PinTo};
use super::opening::{Committed, File};
use super::schema::{record, words};

record! {
    /// Its id, such as `B-006`, is never given to another weakness, and ids of one source have no gaps.
    pub struct Finding
        => "A weakness that an assessor found, on record before it is repaired.",
           "Een zwakke plek die een beoordelaar vond, vastgelegd voordat zij is hersteld."
    {
        domain: Domain
            => "Domain": "The domain that it belongs to.",
               "Domein": "Het domein waartoe zij behoort.";
        source: Line<63>
            => "Source": "The reference of the report or test in which it was found.",
               "Bron": "Het kenmerk van het rapport of de test waarin zij is gevonden.";
        retest: Option<PinTo<Retest>>
            => "Found in retest": "The retest in which it came up.",
               "Gevonden bij hertest": "De hertest waarbij zij naar voren kwam.";
        severity: Committed<Severity>
            => "Severity": "How serious the assessor rates it.",
               "Zwaarte": "Hoe ernstig de beoordelaar haar vindt.";
        title: Committed<Line<200>>
            => "Title": "What is wrong, in one line.",
               "Titel": "Wat er mis is, in één regel.";
        description: Committed<Prose<8000>>
            => "Description": "What is wrong, and how it was found.",
               "Beschrijving": "Wat er mis is, en hoe het is gevonden.";
        object: Committed<Line<300>>
            => "Object": "What it was found in.",
               "Object": "Waarin zij is gevonden.";
        controls: Committed<List<Line<100>, 1, 32>>
            => "Controls": "The controls of a standard that it breaks.",
               "Normen": "De normen waarvan zij afwijkt.";
        cvss: Committed<Line<200>>
            => "CVSS": "The CVSS vector.",
               "CVSS": "De CVSS-vector.";
        likelihood: Committed<Severity>
            => "Likelihood": "How likely it is to be used.",
               "Kans": "Hoe waarschijnlijk het is dat er gebruik van wordt gemaakt.";
        impact: Committed<Severity>
            => "Impact": "How bad that would be.",
               "Gevolg": "Hoe erg dat zou zijn.";
        exploit_path: Committed<Prose<4000>>
            => "Exploit path": "How it could be used.",
               "Aanvalspad": "Hoe er gebruik van kan worden gemaakt.";
    }
}

record! {
    /// What it says of evidence is that it existed when this was registered, not that it is old.
    pub struct Evidence
        => "A piece of evidence exists; its content stays in the house.",
           "Een bewijsstuk bestaat; de inhoud blijft in huis."
    {
        findings: List<PinTo<Finding>, 0, 64>
            => "Findings": "The findings that it is about; none when it is about the whole.",
               "Bevindingen": "De bevindingen waarover het gaat; geen als het over het geheel gaat.";
        kind: EvidenceKind
            => "Kind": "What it is.",
               "Soort": "Wat het is.";
        method: Method
            => "Method": "How it was obtained.",
               "Methode": "Hoe het is verkregen.";
        covers: Option<Period>
            => "Period": "The period that it tells about.",
               "Periode": "De periode waarover het iets zegt.";
        dated: Option<Day>
            => "Dated": "The day that it bears, by the word of who hands it in.",
               "Gedateerd": "De dag die erop staat, volgens wie het indient.";
        size: Option<SizeClass>
            => "Size": "How big it is, as a class.",
               "Omvang": "Hoe groot het is, als klasse.";
        tlp: Tlp
            => "Sharing": "With whom it may be shared, by the traffic light protocol.",
               "Delen": "Met wie het gedeeld mag worden, volgens het traffic light protocol.";
        supplied_by: PartyId
            => "Supplied by": "The party that keeps it.",
               "Geleverd door": "De partij die het bewaart.";
        file: Committed<File>
            => "File": "The file itself: name, length and SHA-256.",
               "Bestand": "Het bestand zelf: naam, lengte en SHA-256.";
        description: Committed<Prose<4000>>
            => "Description": "What it shows.",
               "Beschrijving": "Wat het laat zien.";
    }
}

record! {
    /// A claim closes nothing: only a retest by another party does.
    pub struct Remediation
        => "The laboratory claims that a finding is repaired.",
           "Het laboratorium stelt dat een bevinding is hersteld."
    {
        finding: PinTo<Finding>
            => "Finding": "The finding.",
               "Bevinding": "De bevinding.";
        done: Day
            => "Repaired on": "The day on which it was repaired, by its own word.",
               "Hersteld op": "De dag waarop zij is hersteld, volgens eigen opgave.";
        implemented_by: PartyId
            => "Carried out by": "The party that carried the repair out; it may not retest it.",
               "Uitgevoerd door": "De partij die het herstel uitvoerde; zij mag het niet hertesten.";
        designed_by: Option<PartyId>
            => "Designed by": "The party that designed the repair, when another.",
               "Ontworpen door": "De partij die het herstel ontwierp, als dat een ander is.";
        operated_by: Option<PartyId>
            => "Run by": "The party that runs the measure, when another.",
               "Beheerd door": "De partij die de maatregel beheert, als dat een ander is.";
        evidence: List<PinTo<Evidence>, 0, 128>
            => "Evidence": "The evidence handed in.",
               "Bewijsstukken": "De ingediende bewijsstukken.";
        description: Committed<Prose<6000>>
            => "Description": "What was done.",
               "Beschrijving": "Wat er is gedaan.";
        change_ticket: Committed<Line<200>>
            => "Change ticket": "Its number in the laboratory's own administration.",
               "Wijzigingsnummer": "Het nummer in de eigen administratie van het laboratorium.";
    }
}

record! {
    pub struct Retest
        => "An assessor tested whether a claimed repair works.",
           "Een beoordelaar heeft getest of een gesteld herstel werkt."
    {
        finding: PinTo<Finding>
            => "Finding": "The finding.",
               "Bevinding": "De bevinding.";
        claim: Option<PinTo<Remediation>>
            => "Claim": "The claim that was tested; absent when a measure was tested without one.",
               "Herstelmelding": "De herstelmelding die is getest; afwezig als zonder melding is getest.";
        engagement: Option<PinTo<Engagement>>
            => "Engagement": "The engagement under which it was tested.",
               "Opdracht": "De opdracht waaronder is getest.";
        evidence: List<PinTo<Evidence>, 0, 128>
            => "Evidence used": "The evidence that was used; to name it is to confirm that it was received.",
               "Gebruikte bewijsstukken": "De gebruikte bewijsstukken; wie ze noemt, bevestigt de ontvangst.";
        result: RetestResult
            => "Result": "What the test showed.",
               "Uitkomst": "Wat de test liet zien.";
        tested: Day
            => "Tested on": "The day on which the test ended.",
               "Getest op": "De dag waarop de test eindigde.";
        depth: Depth
            => "Depth": "How deep the test went.",
               "Diepgang": "Hoe diep de test ging.";
        method: Method
            => "Method": "How it was tested.",
               "Methode": "Hoe is getest.";
        object: Committed<Line<300>>
            => "Object": "What was tested, to compare with what the finding was found in.",
               "Object": "Wat is getest, om te vergelijken met waarin de bevinding is gevonden.";
        detail: Committed<Prose<6000>>
            => "Detail": "What was done and seen.",
               "Bijzonderheden": "Wat er is gedaan en gezien.";
        working_paper: Committed<File>
            => "Working paper": "The working paper.",
               "Werkpapier": "Het werkpapier.";
    }
}

record! {
    /// The retest says fixed; that is checked by the rules of judgement, not here.
    pub struct FindingClosed
        => "An assessor closes a finding on the ground of a retest.",
           "Een beoordelaar sluit een bevinding op grond van een hertest."
    {
        finding: PinTo<Finding>
            => "Finding": "The finding.",
               "Bevinding": "De bevinding.";
        retest: PinTo<Retest>
            => "Retest": "The retest that it rests on.",
               "Hertest": "De hertest waarop het rust.";
    }
}

record! {
    /// Signed by a second person where there is one: it is the count that a reader of the report can redo.
    pub struct Completeness
        => "An assessor declares how many findings a source holds, so that none can be left out unseen.",
           "Een beoordelaar verklaart hoeveel bevindingen een bron bevat, zodat er geen ongezien kan ontbreken."
    {
        source: Line<63>
            => "Source": "The reference of the report or test, as the findings have it.",
               "Bron": "Het kenmerk van het rapport of de test, zoals bij de bevindingen.";
        count: Count<0, 10_000>
            => "Findings in the source": "How many findings the source holds.",
               "Bevindingen in de bron": "Hoeveel bevindingen de bron bevat.";
        total: Count<0, 100_000>
            => "Findings in the case": "How many findings the case has with these.",
               "Bevindingen in de zaak": "Hoeveel bevindingen de zaak hiermee heeft.";
        severities: Option<SeverityCounts>
            => "By severity": "How many findings of each severity the case has with these; for the whole case, never for one domain.",
               "Naar zwaarte": "Hoeveel bevindingen van elke zwaarte de zaak hiermee heeft; voor de hele zaak, nooit voor één domein.";
        report: Committed<File>
            => "Report": "The report itself.",
               "Rapport": "Het rapport zelf.";
    }
}

record! {
    pub struct SeverityCounts => "How many findings there are of each severity.", "Hoeveel bevindingen er van elke zwaarte zijn." {
        critical: Count<0, 100_000>
            => "Critical": "How many are critical.",
               "Kritiek": "Hoeveel er kritiek zijn.";
        high: Count<0, 100_000>
            => "High": "How many are high.",
               "Hoog": "Hoeveel er hoog zijn.";
        medium: Count<0, 100_000>
            => "Medium": "How many are medium.",
               "Middel": "Hoeveel er middel zijn.";
        low: Count<0, 100_000>
            => "Low": "How many are low.",
               "Laag": "Hoeveel er laag zijn.";
    }
}

words! {
    /// How serious a finding is; the least serious first.
    pub enum Severity {
        Low = "low" => "Low", "Laag";
        Medium = "medium" => "Medium", "Middel";
        High = "high" => "High", "Hoog";
        Critical = "critical" => "Critical", "Kritiek";
    }
}

words! {
    /// How big a piece of evidence is.
    pub enum SizeClass {
        Small = "small" => "up to 1 MB", "tot 1 MB";
        Medium = "medium" => "1 to 100 MB", "1 tot 100 MB";
        Large = "large" => "over 100 MB", "meer dan 100 MB";
    }
}

words! {
    /// What a piece of evidence is.
    pub enum EvidenceKind {
        Configuration = "configuration" => "configuration export", "configuratie-export";
        Screenshot = "screenshot" => "screen recording, masked", "schermopname, afgeschermd";
        Log = "log" => "extract of a log", "logfragment";
        Procedure = "procedure" => "procedure", "procedure";
        Interview = "interview" => "report of an interview", "interviewverslag";
        Scan = "scan" => "scan report", "scanrapport";
        RestoreTest = "restore-test" => "restore test", "hersteltest";
        Training = "training" => "training record", "opleidingsregistratie";
        Contract = "contract" => "contract", "contract";
        Change = "change" => "change request", "wijzigingsverzoek";
        Certificate = "certificate" => "certificate", "certificaat";
        Report = "report" => "report by a third party", "rapport van een derde";
        Other = "other" => "something else", "iets anders";
    }
}

words! {
    /// How something was found out.
    pub enum Method {
        Examine = "examine" => "examined", "onderzocht";
        Interview = "interview" => "asked", "nagevraagd";
        Test = "test" => "tested", "getest";
    }
}

words! {
    /// The traffic light protocol (FIRST TLP 2.0).
    pub enum Tlp {
        Clear = "clear" => "TLP:CLEAR, everyone", "TLP:CLEAR, iedereen";
        Green = "green" => "TLP:GREEN, the community", "TLP:GREEN, de gemeenschap";
        Amber = "amber" => "TLP:AMBER, organisation and clients", "TLP:AMBER, organisatie en klanten";
        AmberStrict = "amber-strict" => "TLP:AMBER+STRICT, own organisation", "TLP:AMBER+STRICT, eigen organisatie";
        Red = "red" => "TLP:RED, named persons only", "TLP:RED, alleen genoemde personen";
    }
}

words! {
    /// What a retest showed.
    pub enum RetestResult {
        Fixed = "fixed" => "fixed", "opgelost";
        Partial = "partial" => "partially fixed", "deels opgelost";
        NotFixed = "not-fixed" => "not fixed", "niet opgelost";
        Regressed = "regressed" => "regressed", "teruggevallen";
        Compensating = "compensating" => "not fixed, the compensating measure works", "niet opgelost, de compenserende maatregel werkt";
    }
}

//! The frame of an assessment: services, cases, scope, policy, engagements, independence.

use crate::time::Day;

use super::conclusion::{Assurance, AttestationKind, Depth};
use super::field::{Count, Label, Line, List, Localised, Prose};
use super::finding::Severity;
use super::head::{PartyId, PinTo};
use super::opening::{Committed, File};
use super::schema::{At, Field, SchemaError, record, words};

record! {
    /// Its id is the short name by which people call the service, such as `DN-1`.
    pub struct Service
        => "A service of the programme that can stand still and be resumed by itself.",
           "Een dienst van het programma die op zichzelf kan stilstaan en hervat kan worden."
    {
        description: Localised<Prose<1000>>
            => "Description": "What the service is, in plain words.",
               "Omschrijving": "Wat de dienst is, in gewone woorden.";
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
    /// A parameter that is absent is judged as the strictest value it can have.
    pub struct Policy
        => "The rules by which safety counts as independently established, fixed before the evidence.",
           "De spelregels volgens welke veiligheid als onafhankelijk vastgesteld geldt, vóór het bewijs bepaald."
    {
        text: Localised<Prose<6000>>
            => "Text": "The policy in full, in plain words.",
               "Tekst": "Het volledige beleid, in gewone woorden.";
        predecessor: Option<PinTo<Policy>>
            => "Replaces": "The policy that this one replaces; a case has one line of policies.",
               "Vervangt": "Het beleid dat hierdoor wordt vervangen; een zaak heeft één lijn van beleid.";
        conclusions: List<ConclusionDemand, 1, 16>
            => "Conclusions asked for": "For each domain the conclusions that must exist.",
               "Gevraagde oordelen": "Per domein de oordelen die er moeten zijn.";
        acceptable_severity: Option<Severity>
            => "Highest acceptable severity": "The highest severity of a finding whose risk may be accepted.",
               "Hoogste aanvaardbare zwaarte": "De hoogste zwaarte van een bevinding waarvan het risico mag worden geaccepteerd.";
        dispute_severity: Option<Severity>
            => "Disputes that block from": "The lowest severity at which an open dispute blocks.",
               "Betwisting blokkeert vanaf": "De laagste zwaarte waarbij een open betwisting blokkeert.";
        retest_every_finding: Option<bool>
            => "Every finding retested": "Whether a finding of any severity needs a retest to be closed.",
               "Elke bevinding hertest": "Of een bevinding van elke zwaarte een hertest nodig heeft om te sluiten.";
        maximum_age_days: Option<Count<0, 3650>>
            => "Oldest conclusion, days": "How old a conclusion may be when the service starts.",
               "Oudste oordeel, dagen": "Hoe oud een oordeel mag zijn als de dienst start.";
        cooling_off_months: Option<Count<0, 240>>
            => "Cooling-off, months": "How long before fieldwork services to the laboratory's group must have ended.",
               "Afkoeling, maanden": "Hoe lang voor het veldwerk diensten aan de labgroep moeten zijn beëindigd.";
        independence_refresh_days: Option<Count<0, 3650>>
            => "Independence refreshed, days": "How old a declaration of independence may be at a closing attestation.",
               "Onafhankelijkheid geactualiseerd, dagen": "Hoe oud een onafhankelijkheidsverklaring mag zijn bij een slotoordeel.";
        future_work_months: Option<Count<0, 240>>
            => "No later work, months": "How long after an attestation the assessor takes no repair or management work.",
               "Geen later werk, maanden": "Hoe lang de beoordelaar na een oordeel geen herstel- of beheerwerk aanneemt.";
        payer_outside_lab_group: Option<bool>
            => "Payer outside the laboratory's group": "Whether the payer must not belong to the laboratory's group.",
               "Betaler buiten de labgroep": "Of de betaler niet tot de labgroep mag behoren.";
        fee_share_percent: Option<Count<0, 100>>
            => "Highest fee share, percent": "The highest share of the assessor's yearly fees from laboratory and screening body.",
               "Hoogste honorariumaandeel, procent": "Het hoogste aandeel van het jaarhonorarium van de beoordelaar dat van laboratorium en screeningsorganisatie komt.";
        credential_proof: Option<ProofLevel>
            => "Proof of credentials": "How well credentials must be shown.",
               "Bewijs van erkenningen": "Hoe goed erkenningen moeten zijn aangetoond.";
        unknown_root_cause: Option<UnknownCause>
            => "Cause unknown": "What happens when the cause of the incident is not known.",
               "Oorzaak onbekend": "Wat er gebeurt als de oorzaak van het incident niet bekend is.";
        allowed_exclusions: List<Label, 0, 32>
            => "Allowed exclusions": "The names of exclusions that a scope may have.",
               "Toegestane uitsluitingen": "De namen van uitsluitingen die een scope mag hebben.";
        reopened_term_days: Option<Count<0, 3650>>
            => "Term for reopened findings, days": "Within how many days a reopened finding must be handled.",
               "Termijn heropende bevindingen, dagen": "Binnen hoeveel dagen een heropende bevinding moet zijn afgehandeld.";
        decision_term_working_days: Option<Count<0, 3650>>
            => "Term for a decision, working days": "Within how many working days after a withdrawal there must be a decision.",
               "Termijn voor een besluit, werkdagen": "Binnen hoeveel werkdagen na een intrekking er een besluit moet zijn.";
        surveillance_days: Option<Count<0, 3650>>
            => "Surveillance, days": "Within how many days after resumption there must be a surveillance attestation.",
               "Tussentijdse beoordeling, dagen": "Binnen hoeveel dagen na hervatting er een tussentijds oordeel moet zijn.";
        clock_tolerance_seconds: Option<Count<0, 604_800>>
            => "Clock tolerance, seconds": "How far a signer's stated time may lie from what the ledger shows.",
               "Kloktolerantie, seconden": "Hoe ver een opgegeven tijd mag afwijken van wat het register toont.";
    }
}

record! {
    pub struct ConclusionDemand => "A conclusion that must exist for a domain.", "Een oordeel dat er voor een domein moet zijn." {
        domain: Domain
            => "Domain": "Which domain.",
               "Domein": "Welk domein.";
        kind: AttestationKind
            => "Kind": "Which kind of attestation.",
               "Soort": "Welk soort oordeel.";
        organisations: Count<1, 8>
            => "Organisations": "How many different organisations must give one.",
               "Organisaties": "Hoeveel verschillende organisaties er een moeten geven.";
        persons: Count<1, 8>
            => "Persons": "How many persons of one organisation must sign it.",
               "Personen": "Hoeveel personen van één organisatie het moeten ondertekenen.";
        other_than: Option<AttestationKind>
            => "By another than": "The kind of attestation that must come from another organisation.",
               "Door een ander dan": "Het soort oordeel dat van een andere organisatie moet komen.";
        depth: Depth
            => "Depth": "The least depth.",
               "Diepgang": "De minste diepgang.";
        level: Assurance
            => "Assurance": "The least level of assurance.",
               "Zekerheid": "De minste mate van zekerheid.";
    }
}

record! {
    /// Its id begins with `OPD-`; the acceptance and the refusal add `/a` and `/r`.
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
    /// Each side declares for itself; where the lists differ, the rule is contradicted.
    pub struct Independence
        => "A party declares its relations with the other sides of an engagement.",
           "Een partij verklaart welke betrekkingen zij heeft met de andere kanten van een opdracht."
    {
        party: PartyId
            => "Declared by": "The party that declares.",
               "Verklaard door": "De partij die verklaart.";
        engagement: PinTo<Engagement>
            => "Engagement": "The engagement that it is about.",
               "Opdracht": "De opdracht waarover het gaat.";
        covers: Period
            => "Period": "The period that it covers.",
               "Periode": "De periode waarover zij gaat.";
        answers: List<IndependenceAnswer, 1, 16>
            => "Answers": "The answer to each rule.",
               "Antwoorden": "Het antwoord op elke regel.";
        relations: List<Relation, 0, 64>
            => "Relations": "The services, shares and loans between the sides, ended ones too.",
               "Betrekkingen": "De diensten, aandelen en leningen tussen de kanten, ook beëindigde.";
        details: Committed<Prose<6000>>
            => "Details": "Details of services and persons.",
               "Bijzonderheden": "Bijzonderheden over diensten en personen.";
    }
}

record! {
    pub struct IndependenceAnswer => "The answer to one rule of independence.", "Het antwoord op één onafhankelijkheidsregel." {
        rule: IndependenceRule
            => "Rule": "Which rule.",
               "Regel": "Welke regel.";
        holds: bool
            => "Holds": "Whether the party declares that it holds.",
               "Nageleefd": "Of de partij verklaart dat zij wordt nageleefd.";
        note: Option<Localised<Line<300>>>
            => "Remark": "A remark in one sentence.",
               "Opmerking": "Een opmerking in één zin.";
    }
}

record! {
    pub struct Relation => "A relation between two parties.", "Een betrekking tussen twee partijen." {
        provider: PartyId
            => "From": "Who provides the service, or holds the interest.",
               "Van": "Wie de dienst levert of het belang houdt.";
        client: PartyId
            => "To": "Who receives the service, or in whom the interest is held.",
               "Aan": "Wie de dienst ontvangt of in wie het belang wordt gehouden.";
        kind: RelationKind
            => "Kind": "What it is.",
               "Soort": "Wat het is.";
        ended: Option<Day>
            => "Ended on": "When it ended; absent when it goes on.",
               "Beëindigd op": "Wanneer zij eindigde; afwezig als zij doorloopt.";
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
    /// How well a credential is shown; the weakest first.
    pub enum ProofLevel {
        Declared = "declared" => "declared only", "alleen opgegeven";
        Checked = "checked" => "checked by another party", "door een ander nagekeken";
        IssuerSigned = "issuer-signed" => "signed by the issuer", "door de uitgever getekend";
    }
}

words! {
    /// What happens when the cause of the incident is not known.
    pub enum UnknownCause {
        Block = "block" => "no resumption", "geen hervatting";
        PartialOnly = "partial-only" => "partial resumption only", "alleen gedeeltelijke hervatting";
    }
}

words! {
    /// A rule of independence.
    pub enum IndependenceRule {
        Payer = "I01" => "the payer is outside the laboratory's group", "de betaler staat buiten de labgroep";
        Commissioner = "I02" => "the commissioner is the screening body, a ministry or a supervisor", "de opdrachtgever is de screeningsorganisatie, een ministerie of een toezichthouder";
        Group = "I03" => "assessor and laboratory have different ultimate parents", "beoordelaar en laboratorium hebben een verschillende uiteindelijke moeder";
        EarlierServices = "I04" => "no earlier services to the laboratory's group within the cooling-off period", "geen eerdere diensten aan de labgroep binnen de afkoelperiode";
        SelfReview = "I05" => "the tester did not design, build or run what is tested", "de tester heeft niet ontworpen, gebouwd of beheerd wat wordt getest";
        Persons = "I06" => "nobody on the team worked for the laboratory's group in the last 24 months", "niemand in het team werkte de laatste 24 maanden voor de labgroep";
        FeeDependence = "I07" => "the share of fees stays below the limit", "het aandeel in het honorarium blijft onder de grens";
        ContingentFee = "I08" => "the fee does not depend on the outcome", "het honorarium hangt niet af van de uitkomst";
        FutureWork = "I09" => "no open offer for repair or management work", "geen openstaande aanbieding voor herstel- of beheerwerk";
        FinancialInterest = "I10" => "no shares, loans or guarantees", "geen aandelen, leningen of garanties";
        Shopping = "I11" => "every engagement ever proposed is on record", "elke ooit voorgestelde opdracht is vastgelegd";
        Contradiction = "I12" => "the lists of the sides agree", "de lijsten van de kanten komen overeen";
        Timeliness = "I13" => "declared before fieldwork and refreshed in time", "verklaard voor het veldwerk en op tijd geactualiseerd";
        OwnCertificate = "I14" => "the assessor did not certify the laboratory for the same domain", "de beoordelaar heeft het laboratorium niet voor hetzelfde domein gecertificeerd";
        Accreditation = "I15" => "the accreditation is of the class asked for", "de accreditatie is van de gevraagde klasse";
        DeciderInterest = "I16" => "the screening body states its own interest", "de screeningsorganisatie noemt haar eigen belang";
    }
}

words! {
    /// What two parties have to do with each other.
    pub enum RelationKind {
        Advice = "advice" => "advice", "advies";
        Implementation = "implementation" => "implementation", "implementatie";
        Management = "management" => "management of systems", "beheer";
        Secondment = "secondment" => "secondment", "detachering";
        Training = "training" => "bespoke training", "training op maat";
        InternalAudit = "internal-audit" => "internal audit", "interne audit";
        Certification = "certification" => "certification", "certificering";
        Assessment = "assessment" => "earlier assessment", "eerdere beoordeling";
        Shares = "shares" => "shares", "aandelen";
        Loan = "loan" => "loan or guarantee", "lening of garantie";
        Offer = "offer" => "open offer", "openstaande aanbieding";
        Interest = "interest" => "interest of its own in the outcome", "eigen belang bij de uitkomst";
        Other = "other" => "another relation", "een andere betrekking";
    }
}

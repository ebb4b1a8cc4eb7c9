//! What the sides of an engagement have to do with each other, by their own signed word.

use crate::time::Day;

use super::field::{Count, Line, List, Localised, Prose};
use super::frame::{Engagement, Period};
use super::head::{Holder, PartyId, PinTo};
use super::opening::Committed;
use super::schema::{record, words};

record! {
    /// Each side declares for itself; where the lists differ, the rule is contradicted.
    pub struct Independence
        => "A party declares its relations with the other sides of an engagement.",
           "Een partij verklaart welke betrekkingen zij heeft met de andere kanten van een opdracht."
    {
        party: PartyId
            => "Declared by": "The party that declares.",
               "Verklaard door": "De partij die verklaart.";
        engagements: List<PinTo<Engagement>, 1, 16>
            => "Engagements": "The engagements that it is about.",
               "Opdrachten": "De opdrachten waarover het gaat.";
        covers: Period
            => "Period": "The period that it covers.",
               "Periode": "De periode waarover zij gaat.";
        answers: List<IndependenceAnswer, 1, 16>
            => "Answers": "The answer to each rule.",
               "Antwoorden": "Het antwoord op elke regel.";
        relations: List<Relation, 0, 64>
            => "Relations": "The services, shares and loans between the sides, ended ones too.",
               "Betrekkingen": "De diensten, aandelen en leningen tussen de kanten, ook beëindigde.";
        team: List<Holder, 0, 64>
            => "Team": "The persons who do the work, by number, never by name; none when the party is no assessor.",
               "Team": "De personen die het werk doen, met hun nummer, nooit met hun naam; geen als de partij geen beoordelaar is.";
        fee_share_percent: Option<Count<0, 100>>
            => "Share of fees, percent": "The most that laboratory and screening body together are of the assessor's yearly fees.",
               "Aandeel in het honorarium, procent": "Hoeveel laboratorium en screeningsorganisatie samen hooguit uitmaken van het jaarhonorarium van de beoordelaar.";
        interest: Option<Localised<Prose<1000>>>
            => "Own interest": "What the party itself has to gain or lose, in plain words.",
               "Eigen belang": "Wat de partij zelf te winnen of te verliezen heeft, in gewone woorden.";
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
        began: Option<Day>
            => "Began on": "When it began, when that is known.",
               "Begonnen op": "Wanneer zij begon, als dat bekend is.";
        ended: Option<Day>
            => "Ended on": "When it ended; absent when it goes on.",
               "Beëindigd op": "Wanneer zij eindigde; afwezig als zij doorloopt.";
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

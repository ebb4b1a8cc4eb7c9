//! Around the repair of findings: the plan, evidence received and destroyed, claims that were sent back.

use crate::time::Day;

use super::field::{Line, List, Localised, Prose};
use super::finding::{Evidence, Finding, Remediation};
use super::head::{PartyId, PinTo};
use super::opening::{Committed, File};
use super::openness::Item;
use super::schema::{record, words};

record! {
    /// A plan repairs nothing; a later plan replaces an earlier one, and both stay.
    pub struct RemediationPlan
        => "The laboratory plans by when it repairs which findings.",
           "Het laboratorium plant wanneer het welke bevindingen herstelt."
    {
        repairs: List<PlannedRepair, 1, 128>
            => "Repairs": "The findings, each with a day.",
               "Herstel": "De bevindingen, elk met een dag.";
        predecessor: Option<PinTo<RemediationPlan>>
            => "Replaces": "The plan that this one replaces.",
               "Vervangt": "Het plan dat hierdoor wordt vervangen.";
        text: Option<Localised<Prose<1000>>>
            => "Text": "What can be said of it in public.",
               "Tekst": "Wat er in het openbaar over te zeggen is.";
        plan: Committed<File>
            => "Plan": "The plan itself.",
               "Plan": "Het plan zelf.";
    }
}

record! {
    pub struct PlannedRepair => "One finding of a plan.", "Eén bevinding van een plan." {
        finding: PinTo<Finding>
            => "Finding": "The finding.",
               "Bevinding": "De bevinding.";
        planned: Day
            => "Planned by": "The last day planned for its repair.",
               "Gepland uiterlijk": "De laatste dag die voor het herstel is gepland.";
        owner: PartyId
            => "Owner": "The party that repairs it.",
               "Eigenaar": "De partij die haar herstelt.";
    }
}

record! {
    /// The finding is open as before; a retest that failed is a retest, not this.
    pub struct RemediationRejected
        => "An assessor sends a claim back untested, and says what is still expected.",
           "Een beoordelaar stuurt een herstelmelding ongetest terug en zegt wat er nog wordt verwacht."
    {
        claim: PinTo<Remediation>
            => "Claim": "The claim.",
               "Herstelmelding": "De herstelmelding.";
        reason: RejectedReason
            => "Reason": "Why, as a kind.",
               "Reden": "Waarom, als soort.";
        expected: Committed<Prose<4000>>
            => "Still expected": "What is still expected.",
               "Nog verwacht": "Wat er nog wordt verwacht.";
    }
}

record! {
    /// A retest that names evidence confirms the same; this is for evidence that waits for one.
    pub struct EvidenceReceived
        => "An assessor confirms that evidence came in, and that it is what was registered.",
           "Een beoordelaar bevestigt dat bewijsstukken zijn ontvangen en dat zij zijn wat is vastgelegd."
    {
        evidence: List<PinTo<Evidence>, 1, 64>
            => "Evidence": "The evidence.",
               "Bewijsstukken": "De bewijsstukken.";
        received: Day
            => "Received on": "The day on which it came in.",
               "Ontvangen op": "De dag waarop het binnenkwam.";
        matches: bool
            => "Matches": "Whether what came in matches what was registered.",
               "Komt overeen": "Of wat binnenkwam, overeenkomt met wat is vastgelegd.";
        expected: Committed<Prose<4000>>
            => "Still expected": "What is still expected.",
               "Nog verwacht": "Wat er nog wordt verwacht.";
    }
}

record! {
    /// What was shown then can no longer be inspected; that it was shown stays.
    pub struct EvidenceDestroyed
        => "Originals or their salts were destroyed: the commitments to them can no longer be opened.",
           "Originelen of hun salts zijn vernietigd: wat erover is vastgelegd, is niet meer te openen."
    {
        items: List<Item, 1, 64>
            => "What": "The confidential fields whose content is gone.",
               "Wat": "De vertrouwelijke velden waarvan de inhoud weg is.";
        destroyed: Day
            => "Destroyed on": "The day on which it was destroyed.",
               "Vernietigd op": "De dag van vernietiging.";
        gone: Destroyed
            => "Gone": "What was destroyed.",
               "Weg": "Wat er is vernietigd.";
        ground: Localised<Line<400>>
            => "Ground": "The rule of retention, or another ground.",
               "Grond": "De bewaartermijn, of een andere grond.";
        record: Committed<File>
            => "Record": "The record of the destruction.",
               "Proces-verbaal": "Het proces-verbaal van vernietiging.";
    }
}

words! {
    /// Why a claim was sent back.
    pub enum RejectedReason {
        EvidenceMissing = "evidence-missing" => "evidence is missing", "bewijsstukken ontbreken";
        EvidenceMismatch = "evidence-mismatch" => "evidence does not match what was registered", "bewijsstukken komen niet overeen met wat is vastgelegd";
        NotTestable = "not-testable" => "it cannot be tested yet", "nog niet te testen";
        OtherObject = "other-object" => "it is about another object", "het gaat over een ander object";
        Incomplete = "incomplete" => "the repair is not complete", "het herstel is niet compleet";
    }
}

words! {
    /// What was destroyed.
    pub enum Destroyed {
        Both = "both" => "original and salt", "origineel en salt";
        Original = "original" => "the original", "het origineel";
        Salt = "salt" => "the salt", "de salt";
    }
}

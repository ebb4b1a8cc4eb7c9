//! Conditions that go with conclusions: set, fulfilled, dropped.

use crate::time::Day;

use super::field::{Line, List, Localised, Prose};
use super::finding::Evidence;
use super::frame::Service;
use super::head::{PartyId, PinTo, Target};
use super::opening::Committed;
use super::predicate::Type;
use super::schema::record;

record! {
    /// Its id begins with `VW-`; fulfilment and waiver add `/v` and `/k`.
    pub struct Condition
        => "An assessor sets a condition that goes with a conclusion, with owner and day.",
           "Een beoordelaar stelt een voorwaarde die bij een oordeel hoort, met eigenaar en dag."
    {
        under: PinTo<Conditional>
            => "Goes with": "The conclusion, decision or request that it goes with.",
               "Hoort bij": "Het oordeel, besluit of verzoek waar zij bij hoort.";
        text: Localised<Line<400>>
            => "Condition": "What must be, in one line.",
               "Voorwaarde": "Wat er moet zijn, in één regel.";
        due: Day
            => "Due on": "The last day for it.",
               "Uiterlijk op": "De laatste dag ervoor.";
        owner: PartyId
            => "Owner": "The party that must fulfil it.",
               "Eigenaar": "De partij die eraan moet voldoen.";
        verifier: PartyId
            => "Verified by": "The assessor that says whether it is fulfilled.",
               "Gecontroleerd door": "De beoordelaar die zegt of eraan is voldaan.";
        services: List<PinTo<Service>, 0, 32>
            => "Services": "The services that it touches; none when it touches all.",
               "Diensten": "De diensten die zij raakt; geen als zij alle raakt.";
        detail: Committed<Prose<4000>>
            => "Detail": "What exactly.",
               "Bijzonderheden": "Wat precies.";
    }
}

record! {
    /// Said by an assessor; the laboratory cannot fulfil a condition by its own word.
    pub struct ConditionFulfilled
        => "An assessor confirms that a condition is fulfilled.",
           "Een beoordelaar bevestigt dat aan een voorwaarde is voldaan."
    {
        condition: PinTo<Condition>
            => "Condition": "The condition.",
               "Voorwaarde": "De voorwaarde.";
        seen: Day
            => "Seen on": "The day on which it was seen.",
               "Gezien op": "De dag waarop het is gezien.";
        evidence: List<PinTo<Evidence>, 0, 64>
            => "Evidence used": "The evidence that was used.",
               "Gebruikte bewijsstukken": "De gebruikte bewijsstukken.";
        detail: Committed<Prose<4000>>
            => "Detail": "What was seen.",
               "Bijzonderheden": "Wat er is gezien.";
    }
}

record! {
    /// Said by an assessor: whoever wants to resume cannot lift the condition on it.
    pub struct ConditionWaived
        => "An assessor drops a condition, and says why it is no longer needed.",
           "Een beoordelaar laat een voorwaarde vallen en zegt waarom zij niet meer nodig is."
    {
        condition: PinTo<Condition>
            => "Condition": "The condition.",
               "Voorwaarde": "De voorwaarde.";
        text: Localised<Prose<1000>>
            => "Text": "Why it is no longer needed.",
               "Tekst": "Waarom zij niet meer nodig is.";
    }
}

/// The target of a pin to what a condition can go with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conditional {}

impl Target for Conditional {
    const TYPES: &'static [Type] = &[
        Type::Attestation,
        Type::RiskRequest,
        Type::RiskOpinion,
        Type::Decision,
    ];
}

//! Residual risk: asked for, advised on, accepted for a time, revoked.

use crate::time::Day;

use super::condition::Condition;
use super::field::{List, Localised, Prose};
use super::finding::{Finding, Retest, Severity};
use super::head::{PartyId, PinTo, Target};
use super::opening::Committed;
use super::predicate::Type;
use super::schema::{record, words};

record! {
    /// Its id begins with `RR-`; opinion, acceptance and revocation add `/o`, `/a` and `/x`.
    pub struct RiskRequest
        => "The laboratory asks to have the risk of a finding accepted for a time; the finding stays unfixed.",
           "Het laboratorium vraagt het risico van een bevinding tijdelijk te accepteren; de bevinding blijft onopgelost."
    {
        finding: PinTo<Finding>
            => "Finding": "The finding.",
               "Bevinding": "De bevinding.";
        until: Day
            => "Until": "The last day for which acceptance is asked.",
               "Tot en met": "De laatste dag waarvoor acceptatie wordt gevraagd.";
        owner: PartyId
            => "Owner": "The party that answers for the risk.",
               "Eigenaar": "De partij die het risico draagt.";
        compensating: bool
            => "Compensating measure": "Whether a measure keeps the risk down.",
               "Compenserende maatregel": "Of een maatregel het risico beperkt.";
        measure: Option<PinTo<Retest>>
            => "Measure tested": "The retest of that measure.",
               "Maatregel getest": "De hertest van die maatregel.";
        text: Localised<Prose<1000>>
            => "Text": "What is asked, in plain words that harm nobody.",
               "Tekst": "Wat wordt gevraagd, in gewone woorden die niemand schaden.";
        reasoning: Committed<Prose<6000>>
            => "Reasoning": "Why it cannot be repaired in time, and what could happen.",
               "Onderbouwing": "Waarom herstel niet op tijd kan, en wat er kan gebeuren.";
    }
}

record! {
    pub struct RiskOpinion
        => "An assessor says what it thinks of accepting a risk; the decision is another's.",
           "Een beoordelaar zegt wat hij van acceptatie van een risico vindt; de beslissing is aan een ander."
    {
        request: PinTo<RiskRequest>
            => "Request": "The request.",
               "Verzoek": "Het verzoek.";
        advice: RiskAdvice
            => "Advice": "What the assessor thinks.",
               "Advies": "Wat de beoordelaar vindt.";
        measure: Option<PinTo<Retest>>
            => "Measure tested": "The retest of the compensating measure.",
               "Maatregel getest": "De hertest van de compenserende maatregel.";
        text: Localised<Prose<1000>>
            => "Text": "The opinion, in plain words.",
               "Tekst": "De mening, in gewone woorden.";
        reasoning: Committed<Prose<6000>>
            => "Reasoning": "What it rests on.",
               "Onderbouwing": "Waarop die rust.";
    }
}

record! {
    /// It ends by itself after `expires`: the finding is open again, without any new entry.
    pub struct RiskAccepted
        => "The screening body accepts the risk of a finding until a day; accepted is not fixed.",
           "De screeningsorganisatie accepteert het risico van een bevinding tot een dag; geaccepteerd is niet opgelost."
    {
        request: PinTo<RiskRequest>
            => "Request": "The request, which names the finding.",
               "Verzoek": "Het verzoek, dat de bevinding noemt.";
        opinion: Option<PinTo<RiskOpinion>>
            => "Opinion": "The opinion of the assessor; absent when none was asked.",
               "Mening": "De mening van de beoordelaar; afwezig als die niet is gevraagd.";
        severity: Severity
            => "Severity": "How serious the finding is rated at acceptance.",
               "Zwaarte": "Hoe ernstig de bevinding bij acceptatie is gewogen.";
        owner: PartyId
            => "Owner": "The party that answers for the risk.",
               "Eigenaar": "De partij die het risico draagt.";
        expires: Day
            => "Expires on": "The last day on which it is accepted.",
               "Verloopt op": "De laatste dag waarop het is geaccepteerd.";
        compensating: bool
            => "Compensating measure": "Whether a measure keeps the risk down.",
               "Compenserende maatregel": "Of een maatregel het risico beperkt.";
        measure: Option<PinTo<Retest>>
            => "Measure tested": "The retest of that measure.",
               "Maatregel getest": "De hertest van die maatregel.";
        conditions: List<PinTo<Condition>, 0, 16>
            => "Conditions": "The conditions on which it is accepted.",
               "Voorwaarden": "De voorwaarden waaronder het is geaccepteerd.";
        text: Localised<Prose<1000>>
            => "Text": "What is accepted, in plain words that harm nobody.",
               "Tekst": "Wat is geaccepteerd, in gewone woorden die niemand schaden.";
        reasoning: Committed<Prose<6000>>
            => "Reasoning": "Why it is accepted.",
               "Onderbouwing": "Waarom het is geaccepteerd.";
    }
}

record! {
    /// Of a request it is the refusal; of an acceptance it is its end before the day of expiry.
    pub struct RiskRevoked
        => "The screening body refuses to accept a risk, or accepts it no longer.",
           "De screeningsorganisatie weigert een risico te accepteren, of accepteert het niet langer."
    {
        risk: PinTo<Risk>
            => "Risk": "The request that is refused, or the acceptance that ends.",
               "Risico": "Het verzoek dat wordt geweigerd, of de acceptatie die eindigt.";
        reason: RiskEnd
            => "Reason": "Why, as a kind.",
               "Reden": "Waarom, als soort.";
        from: Day
            => "From": "The first day on which the risk is not accepted.",
               "Vanaf": "De eerste dag waarop het risico niet is geaccepteerd.";
        text: Localised<Prose<1000>>
            => "Text": "Why, in plain words.",
               "Tekst": "Waarom, in gewone woorden.";
    }
}

/// The target of a pin to a request or an acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {}

impl Target for Risk {
    const TYPES: &'static [Type] = &[Type::RiskRequest, Type::RiskAccepted];
}

words! {
    /// What an assessor thinks of accepting a risk.
    pub enum RiskAdvice {
        Acceptable = "acceptable" => "acceptable", "aanvaardbaar";
        Conditional = "conditional" => "acceptable under conditions", "aanvaardbaar onder voorwaarden";
        NotAcceptable = "not-acceptable" => "not acceptable", "niet aanvaardbaar";
        NoOpinion = "no-opinion" => "no opinion possible", "geen mening mogelijk";
    }
}

words! {
    /// Why a risk is not accepted.
    pub enum RiskEnd {
        Refused = "refused" => "the request is refused", "het verzoek is geweigerd";
        ConditionBroken = "condition-broken" => "a condition is broken", "een voorwaarde is geschonden";
        MeasureFailed = "measure-failed" => "the measure does not work", "de maatregel werkt niet";
        NewFacts = "new-facts" => "new facts", "nieuwe feiten";
        NotNeeded = "not-needed" => "no longer needed", "niet meer nodig";
    }
}

//! What is decided and done: suspension, standstill, decision, resumption.

use crate::time::Day;

use super::conclusion::Attestation;
use super::condition::Condition;
use super::field::{List, Localised, Prose};
use super::frame::{Period, Scope, Service};
use super::head::{Any, PinTo, Target};
use super::opening::Committed;
use super::policy::Policy;
use super::predicate::Type;
use super::risk::RiskAccepted;
use super::schema::{record, words};

record! {
    pub struct Suspension
        => "The screening body stops services.",
           "De screeningsorganisatie legt diensten stil."
    {
        services: List<PinTo<Service>, 1, 32>
            => "Services": "The services that stop.",
               "Diensten": "De diensten die stoppen.";
        from: Day
            => "From": "The first day without them.",
               "Vanaf": "De eerste dag zonder die diensten.";
        text: Localised<Prose<2000>>
            => "Text": "What stops, and why.",
               "Tekst": "Wat er stopt, en waarom.";
    }
}

record! {
    /// Signed by the laboratory and the screening body together.
    pub struct Standstill
        => "Two sides declare that nothing of some services was carried out in a period.",
           "Twee kanten verklaren dat in een periode niets van bepaalde diensten is uitgevoerd."
    {
        services: List<PinTo<Service>, 1, 32>
            => "Services": "The services that stood still.",
               "Diensten": "De diensten die stilstonden.";
        period: Period
            => "Period": "The days that it covers.",
               "Periode": "De dagen waarover het gaat.";
        text: Localised<Prose<2000>>
            => "Text": "What did not take place.",
               "Tekst": "Wat niet heeft plaatsgevonden.";
        volumes: Committed<Prose<2000>>
            => "Volumes": "Numbers that support it.",
               "Aantallen": "Getallen die het ondersteunen.";
    }
}

record! {
    /// What was decided, on the ground of what: it cites unfavourable conclusions as well.
    pub struct Decision
        => "The screening body decides on services, citing what it rests on and what speaks against it.",
           "De screeningsorganisatie besluit over diensten en noemt waarop dat rust en wat ertegen spreekt."
    {
        outcome: Outcome
            => "Outcome": "What was decided.",
               "Uitkomst": "Wat er is besloten.";
        services: List<PinTo<Service>, 1, 32>
            => "Services": "The services that it is about.",
               "Diensten": "De diensten waarover het gaat.";
        effective: Option<Day>
            => "Effective from": "The first day on which it has effect; absent for an intention.",
               "Van kracht vanaf": "De eerste dag waarop het werkt; afwezig bij een voornemen.";
        reasons: Localised<Prose<6000>>
            => "Reasons": "Why it was decided.",
               "Redenen": "Waarom zo is besloten.";
        policy: Option<PinTo<Policy>>
            => "Policy": "The policy by which it is to be judged.",
               "Toetsingsbeleid": "Het beleid waarnaar het te beoordelen is.";
        scope: Option<PinTo<Scope>>
            => "Scope": "The scope that it rests on.",
               "Scope": "De scope waarop het rust.";
        attestations: List<PinTo<Attestation>, 0, 64>
            => "Attestations": "All conclusions in force, unfavourable ones too.",
               "Oordelen": "Alle geldende oordelen, ook ongunstige.";
        risks: List<PinTo<RiskAccepted>, 0, 64>
            => "Residual risks": "The accepted risks.",
               "Restrisico's": "De geaccepteerde risico's.";
        conditions: List<PinTo<Condition>, 0, 64>
            => "Conditions": "The conditions that go with the conclusions.",
               "Voorwaarden": "De voorwaarden die bij de oordelen horen.";
        objections: List<PinTo<Objection>, 0, 64>
            => "Objections": "Dissents, disputes, and engagements that were refused or ended.",
               "Tegenspraak": "Afwijkende standpunten, betwistingen en geweigerde of beëindigde opdrachten.";
        considered: List<PinTo<Any>, 0, 64>
            => "Also considered": "What else it rests on.",
               "Verder betrokken": "Waarop het verder rust.";
        supersedes: Option<PinTo<Decision>>
            => "Replaces": "The decision that this one replaces.",
               "Vervangt": "Het besluit dat hierdoor wordt vervangen.";
        advice: Committed<Prose<6000>>
            => "Internal advice": "The advice given inside the organisation.",
               "Intern advies": "Het advies binnen de organisatie.";
    }
}

record! {
    pub struct Resumption
        => "Services start again.",
           "Diensten beginnen weer."
    {
        services: List<PinTo<Service>, 1, 32>
            => "Services": "The services that start again.",
               "Diensten": "De diensten die weer beginnen.";
        from: Day
            => "From": "The first day with them.",
               "Vanaf": "De eerste dag met die diensten.";
        decision: Option<PinTo<Decision>>
            => "Decision": "The decision that it rests on.",
               "Besluit": "Het besluit waarop het rust.";
        text: Localised<Prose<2000>>
            => "Text": "What starts again, and what does not.",
               "Tekst": "Wat er weer begint, en wat niet.";
        volumes: Committed<Prose<2000>>
            => "Volumes": "How much is planned.",
               "Aantallen": "Hoeveel er is gepland.";
    }
}

/// The target of a pin to what speaks against a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {}

impl Target for Objection {
    const TYPES: &'static [Type] = &[
        Type::Dissent,
        Type::Dispute,
        Type::DisputeResolved,
        Type::EngagementRefused,
        Type::EngagementTerminated,
        Type::Withdrawal,
    ];
}

words! {
    /// What a decision decides.
    pub enum Outcome {
        Intent = "intent" => "intention to resume, not a decision to resume", "voornemen tot hervatting, geen besluit tot hervatting";
        Refuse = "refuse" => "no resumption", "geen hervatting";
        Partial = "partial" => "partial resumption", "gedeeltelijke hervatting";
        Full = "full" => "full resumption", "volledige hervatting";
        Resuspend = "re-suspend" => "suspended again", "opnieuw opgeschort";
        End = "end" => "the cooperation ends", "de samenwerking eindigt";
    }
}

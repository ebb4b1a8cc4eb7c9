//! Findings looked at again: reopened, withdrawn, merged, rated anew, disputed.

use crate::time::Day;

use super::field::{Line, List, Localised, Prose};
use super::finding::{Finding, Severity};
use super::head::{Any, PinTo, Target};
use super::opening::Committed;
use super::predicate::Type;
use super::schema::{record, words};

record! {
    /// The finding is open from here on, whatever closed it or accepted its risk before.
    pub struct FindingReopened
        => "A finding that was closed or accepted is open again.",
           "Een bevinding die was gesloten of geaccepteerd, is weer open."
    {
        finding: PinTo<Finding>
            => "Finding": "The finding.",
               "Bevinding": "De bevinding.";
        reason: ReopenReason
            => "Reason": "Why, as a kind.",
               "Reden": "Waarom, als soort.";
        cause: Option<PinTo<Any>>
            => "Because of": "The statement that gave rise to it, such as a change or a retest.",
               "Door": "De verklaring die er aanleiding toe gaf, zoals een wijziging of een hertest.";
        seen: Day
            => "Seen on": "The day on which it was seen.",
               "Gezien op": "De dag waarop het is gezien.";
        since: Option<Day>
            => "Not fixed since": "From which day it was not fixed, when that is known.",
               "Niet opgelost sinds": "Vanaf welke dag zij niet was opgelost, als dat bekend is.";
        text: Option<Localised<Line<300>>>
            => "Text": "What can be said of it in public.",
               "Tekst": "Wat er in het openbaar over te zeggen is.";
        detail: Committed<Prose<6000>>
            => "Detail": "What was seen.",
               "Bijzonderheden": "Wat er is gezien.";
    }
}

record! {
    /// Signed by two assessors; it stays counted and listed.
    pub struct FindingWithdrawn
        => "Two assessors take a finding back: it was none.",
           "Twee beoordelaars trekken een bevinding in: het was er geen."
    {
        finding: PinTo<Finding>
            => "Finding": "The finding.",
               "Bevinding": "De bevinding.";
        reason: WithdrawnReason
            => "Reason": "Why, as a kind.",
               "Reden": "Waarom, als soort.";
        dispute: Option<PinTo<Dispute>>
            => "Dispute": "The dispute that led to it.",
               "Betwisting": "De betwisting die ertoe leidde.";
        explanation: Committed<Prose<4000>>
            => "Explanation": "Why it is none.",
               "Toelichting": "Waarom het er geen is.";
    }
}

record! {
    /// What it is merged into keeps the highest severity of the two.
    pub struct FindingMerged
        => "A finding goes on as part of another.",
           "Een bevinding gaat verder als deel van een andere."
    {
        finding: PinTo<Finding>
            => "Finding": "The finding that ends.",
               "Bevinding": "De bevinding die eindigt.";
        into: PinTo<Finding>
            => "Into": "The finding in which it goes on.",
               "In": "De bevinding waarin zij verdergaat.";
        explanation: Committed<Prose<4000>>
            => "Explanation": "Why they are one.",
               "Toelichting": "Waarom zij één zijn.";
    }
}

record! {
    /// Which way it went is public; the severity is not. To go down takes a second assessor to count.
    pub struct RatingChanged
        => "The severity of a finding is rated anew.",
           "De zwaarte van een bevinding wordt opnieuw gewogen."
    {
        finding: PinTo<Finding>
            => "Finding": "The finding.",
               "Bevinding": "De bevinding.";
        predecessor: Option<PinTo<RatingChanged>>
            => "Replaces": "The earlier rating that this one replaces; absent when that is the finding's own.",
               "Vervangt": "De eerdere weging die hierdoor wordt vervangen; afwezig als dat die van de bevinding zelf is.";
        direction: Direction
            => "Direction": "Whether the severity goes up or down.",
               "Richting": "Of de zwaarte omhoog of omlaag gaat.";
        dispute: Option<PinTo<Dispute>>
            => "Dispute": "The dispute that led to it.",
               "Betwisting": "De betwisting die ertoe leidde.";
        severity: Committed<Severity>
            => "Severity": "How serious it is rated now.",
               "Zwaarte": "Hoe ernstig zij nu wordt gewogen.";
        reason: Committed<Prose<4000>>
            => "Reason": "Why it is rated so.",
               "Reden": "Waarom zij zo wordt gewogen.";
    }
}

record! {
    /// Its id begins with `DIS-`; how it ends adds `/r`.
    pub struct Dispute
        => "The laboratory, or another side, disputes a finding or what was said about it.",
           "Het laboratorium, of een andere kant, betwist een bevinding of wat daarover is gezegd."
    {
        finding: PinTo<Finding>
            => "Finding": "The finding.",
               "Bevinding": "De bevinding.";
        about: Option<PinTo<Any>>
            => "About": "The statement that is disputed, such as a retest; absent when it is the finding itself.",
               "Over": "De verklaring die wordt betwist, zoals een hertest; afwezig als het de bevinding zelf is.";
        asks: DisputeAim
            => "Asks": "What is asked.",
               "Vraagt": "Wat er wordt gevraagd.";
        text: Option<Localised<Prose<1000>>>
            => "Text": "What can be said of it in public.",
               "Tekst": "Wat er in het openbaar over te zeggen is.";
        severity: Committed<Severity>
            => "Severity asked": "The severity that is asked for.",
               "Gevraagde zwaarte": "De zwaarte die wordt gevraagd.";
        argument: Committed<Prose<6000>>
            => "Argument": "Why it is disputed.",
               "Argument": "Waarom het wordt betwist.";
    }
}

record! {
    /// By an assessor other than the one whose statement is disputed, or by the supervisor.
    pub struct DisputeResolved
        => "A dispute or a dissent ends, with the outcome.",
           "Een betwisting of een afwijkend standpunt eindigt, met de uitkomst."
    {
        dispute: PinTo<Disputed>
            => "Dispute": "The dispute or the dissent.",
               "Betwisting": "De betwisting of het afwijkende standpunt.";
        outcome: DisputeOutcome
            => "Outcome": "How it ends.",
               "Uitkomst": "Hoe zij eindigt.";
        follow_up: List<PinTo<Any>, 0, 16>
            => "Carried out in": "The statements that carry the outcome out, such as a new rating.",
               "Uitgevoerd in": "De verklaringen die de uitkomst uitvoeren, zoals een nieuwe weging.";
        text: Localised<Prose<1000>>
            => "Text": "The outcome, in plain words.",
               "Tekst": "De uitkomst, in gewone woorden.";
        reasoning: Committed<Prose<6000>>
            => "Reasoning": "Why it ends so.",
               "Onderbouwing": "Waarom zij zo eindigt.";
    }
}

/// The target of a pin to a dispute or a dissent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disputed {}

impl Target for Disputed {
    const TYPES: &'static [Type] = &[Type::Dispute, Type::Dissent];
}

words! {
    /// Why a finding is open again.
    pub enum ReopenReason {
        Regressed = "regressed" => "it came back", "zij is teruggekomen";
        Surveillance = "surveillance" => "seen at surveillance", "gezien bij tussentijdse beoordeling";
        Change = "change" => "a change", "een wijziging";
        Incident = "incident" => "an incident", "een incident";
        RetestFailed = "retest-failed" => "the retest does not stand", "de hertest houdt geen stand";
        RiskEnded = "risk-ended" => "the risk is no longer accepted", "het risico is niet langer geaccepteerd";
        Other = "other" => "something else", "iets anders";
    }
}

words! {
    /// Why a finding was none.
    pub enum WithdrawnReason {
        NotAFinding = "not-a-finding" => "it was no weakness", "het was geen zwakke plek";
        Duplicate = "duplicate" => "it was on record already", "zij was al vastgelegd";
        OutOfScope = "out-of-scope" => "it lies outside the scope", "zij valt buiten de scope";
        Disputed = "disputed" => "a dispute was right", "een betwisting was terecht";
    }
}

words! {
    /// Which way a severity goes.
    pub enum Direction {
        Raised = "raised" => "up", "omhoog";
        Lowered = "lowered" => "down", "omlaag";
    }
}

words! {
    /// What a dispute asks.
    pub enum DisputeAim {
        LowerRating = "lower-rating" => "a lower severity", "een lagere zwaarte";
        HigherRating = "higher-rating" => "a higher severity", "een hogere zwaarte";
        NotAFinding = "not-a-finding" => "that it is no finding", "dat het geen bevinding is";
        OtherResult = "other-result" => "another result of a retest", "een andere uitkomst van een hertest";
        Other = "other" => "something else", "iets anders";
    }
}

words! {
    /// How a dispute ends.
    pub enum DisputeOutcome {
        Upheld = "upheld" => "what was disputed stands", "wat werd betwist, blijft staan";
        ReRated = "re-rated" => "rated anew", "opnieuw gewogen";
        Withdrawn = "withdrawn" => "the finding is taken back", "de bevinding is ingetrokken";
        Retest = "retest" => "tested again", "opnieuw getest";
        Dropped = "dropped" => "the dispute is dropped", "de betwisting is vervallen";
    }
}

//! What a party says against what is on record, its own words among it: dissent, withdrawal, correction.

use crate::time::Day;

use super::field::{List, Localised, Prose};
use super::finding::Finding;
use super::head::{Any, PinTo};
use super::opening::Committed;
use super::schema::{record, words};

record! {
    /// It stands beside the conclusion and changes nothing in it. Nobody's leave is needed.
    pub struct Dissent
        => "A party puts on record that it sees something otherwise.",
           "Een partij legt vast dat zij iets anders ziet."
    {
        about: List<PinTo<Any>, 1, 16>
            => "About": "The statements that it is about.",
               "Over": "De verklaringen waarover het gaat.";
        findings: List<PinTo<Finding>, 0, 64>
            => "Findings": "The findings that it is about.",
               "Bevindingen": "De bevindingen waarover het gaat.";
        text: Localised<Prose<2000>>
            => "Text": "What the party sees otherwise.",
               "Tekst": "Wat de partij anders ziet.";
        reasoning: Committed<Prose<6000>>
            => "Reasoning": "Why the party sees it so.",
               "Onderbouwing": "Waarom de partij het zo ziet.";
    }
}

record! {
    /// Nobody's leave is needed. It counts when a party that signed the statement signs; it never makes a verdict better.
    pub struct Withdrawal
        => "A party takes back what it signed, from a day on; the statement itself stays to be seen.",
           "Een partij trekt in wat zij ondertekende, vanaf een dag; de verklaring zelf blijft te zien."
    {
        target: PinTo<Any>
            => "Statement": "The statement that is taken back.",
               "Verklaring": "De verklaring die wordt ingetrokken.";
        reason: WithdrawalReason
            => "Reason": "Why, as a kind.",
               "Reden": "Waarom, als soort.";
        effective_from: Day
            => "Reaches back to": "The first day on which it is not to be relied on; may lie before the day of signing.",
               "Werkt terug tot": "De eerste dag waarop er niet op te vertrouwen is; kan vóór de ondertekening liggen.";
        text: Localised<Prose<2000>>
            => "Text": "Why, in plain words.",
               "Tekst": "Waarom, in gewone woorden.";
        explanation: Committed<Prose<6000>>
            => "Explanation": "What is not public about it.",
               "Toelichting": "Wat er niet openbaar over is.";
    }
}

record! {
    /// Nothing is updated: a reader sees both. It counts when a party that signed the statement signs.
    pub struct Correction
        => "A party says what is wrong in what it signed, and what stands in its place.",
           "Een partij zegt wat er niet klopt in wat zij ondertekende, en wat ervoor in de plaats komt."
    {
        target: PinTo<Any>
            => "Statement": "The statement that is corrected.",
               "Verklaring": "De verklaring die wordt gecorrigeerd.";
        replacement: Option<PinTo<Any>>
            => "Replaced by": "The statement that stands in its place, when there is one.",
               "Vervangen door": "De verklaring die ervoor in de plaats komt, als die er is.";
        reason: CorrectionReason
            => "Reason": "What is wrong, as a kind.",
               "Reden": "Wat er niet klopt, als soort.";
        effective_from: Day
            => "Reaches back to": "The first day from which it is to be read as corrected.",
               "Werkt terug tot": "De eerste dag vanaf wanneer zij gecorrigeerd te lezen is.";
        text: Localised<Prose<2000>>
            => "Text": "What is wrong, and what is right.",
               "Tekst": "Wat er niet klopt, en wat wel.";
        explanation: Committed<Prose<6000>>
            => "Explanation": "What is not public about it.",
               "Toelichting": "Wat er niet openbaar over is.";
    }
}

words! {
    /// Why something is taken back.
    pub enum WithdrawalReason {
        Error = "error" => "it was wrong", "het klopte niet";
        NewFacts = "new-facts" => "new facts", "nieuwe feiten";
        Evidence = "evidence" => "the evidence was not sufficient", "het bewijs was niet toereikend";
        Independence = "independence" => "independence was not there", "de onafhankelijkheid was er niet";
        Key = "key" => "a key was used by others", "een sleutel is door anderen gebruikt";
        Other = "other" => "something else", "iets anders";
    }
}

words! {
    /// What is wrong in a statement.
    pub enum CorrectionReason {
        Misprint = "misprint" => "a misprint", "een schrijffout";
        Fact = "fact" => "a wrong fact", "een onjuist feit";
        Incomplete = "incomplete" => "something is missing", "er ontbreekt iets";
        Reference = "reference" => "a wrong reference", "een onjuiste verwijzing";
        Other = "other" => "something else", "iets anders";
    }
}

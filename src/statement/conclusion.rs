//! What assessors conclude.

use crate::time::Day;

use super::field::{Line, List, Localised, Prose};
use super::finding::{Finding, Retest};
use super::frame::{Domain, Engagement, Period, Scope, Service};
use super::head::{PartyId, PinTo};
use super::opening::{Committed, File};
use super::policy::Policy;
use super::schema::{At, SchemaError, record, words};

record! {
    /// It says what the assessor concludes and no more; what follows from it is decided by others.
    pub struct Attestation
        => "An assessor's conclusion on some domains of a scope, as of a day.",
           "Het oordeel van een beoordelaar over domeinen van een scope, naar de stand van een dag."
    {
        kind: AttestationKind
            => "Kind": "Which kind of conclusion.",
               "Soort": "Welk soort oordeel.";
        opinion: Opinion
            => "Opinion": "The conclusion.",
               "Strekking": "De conclusie.";
        domains: List<Domain, 1, 4>
            => "Domains": "The domains that it is about.",
               "Domeinen": "De domeinen waarover het gaat.";
        text: Localised<Prose<4000>>
            => "Text": "The public text of the conclusion.",
               "Tekst": "De openbare tekst van het oordeel.";
        scope: PinTo<Scope>
            => "Scope": "The scope that was assessed.",
               "Scope": "De scope die is beoordeeld.";
        policy: Option<PinTo<Policy>>
            => "Policy": "The policy by which it was assessed; absent when there was none yet.",
               "Toetsingsbeleid": "Het beleid waarnaar is beoordeeld; afwezig als er nog geen was.";
        engagement: PinTo<Engagement>
            => "Engagement": "The engagement under which it is given.",
               "Opdracht": "De opdracht waaronder het wordt gegeven.";
        standard: Line<200>
            => "Standard": "The professional standard it follows.",
               "Standaard": "De beroepsstandaard die is gevolgd.";
        level: Assurance
            => "Assurance": "The level of assurance.",
               "Zekerheid": "De mate van zekerheid.";
        depth: Depth
            => "Depth": "How deep the work went.",
               "Diepgang": "Hoe diep het werk ging.";
        as_of: Day
            => "As of": "The day whose state it tells about.",
               "Naar de stand van": "De dag over welks stand het gaat.";
        fieldwork: Period
            => "Fieldwork": "The first and last day of fieldwork.",
               "Veldwerk": "De eerste en laatste dag van het veldwerk.";
        operation: Option<Period>
            => "Operation over": "The period over which operation was tested, when it was.",
               "Werking over": "De periode waarover de werking is getoetst, als dat is gedaan.";
        retests: List<PinTo<Retest>, 0, 128>
            => "Retests relied on": "The retests that it relies on.",
               "Gebruikte hertesten": "De hertesten waarop het steunt.";
        unaffected: List<PinTo<Service>, 0, 32>
            => "Services not touched": "The services that a qualification does not touch.",
               "Niet geraakte diensten": "De diensten die een beperking niet raakt.";
        remaining: List<PinTo<Finding>, 0, 128>
            => "Not wholly fixed": "The findings that were not wholly fixed and that it took into account.",
               "Niet geheel opgelost": "De bevindingen die niet geheel waren opgelost en waarmee het rekening houdt.";
        norms: Option<List<NormConclusion, 1, 64>>
            => "By norm": "The conclusion on each norm, when it is given by norm.",
               "Per norm": "Het oordeel over elke norm, als het per norm wordt gegeven.";
        suppliers: Option<List<PartyId, 1, 32>>
            => "Suppliers covered": "The suppliers that the scope does not assess and this conclusion covers.",
               "Meebeoordeelde toeleveranciers": "De toeleveranciers die de scope niet beoordeelt en dit oordeel wel.";
        supersedes: Option<PinTo<Attestation>>
            => "Replaces": "The conclusion that this one replaces.",
               "Vervangt": "Het oordeel dat hierdoor wordt vervangen.";
        report_reference: Line<100>
            => "Report": "The reference of the full report.",
               "Rapport": "Het kenmerk van het volledige rapport.";
        report: Committed<File>
            => "Full report": "The full report itself.",
               "Volledig rapport": "Het volledige rapport zelf.";
    }
}

record! {
    pub struct NormConclusion
        => "The conclusion on one norm.",
           "Het oordeel over één norm.",
        check has_its_footnote
    {
        norm: Line<60>
            => "Norm": "The number of the norm.",
               "Norm": "Het nummer van de norm.";
        result: NormResult
            => "Conclusion": "The conclusion on it.",
               "Oordeel": "Het oordeel erover.";
        note: Option<Localised<Line<300>>>
            => "Footnote": "A footnote; one that did not occur needs it.",
               "Voetnoot": "Een voetnoot; nodig bij wat niet is voorgekomen.";
    }
}

/// What did not occur could not be tested: a reader must see why.
fn has_its_footnote(norm: &NormConclusion, at: &At) -> Result<(), SchemaError> {
    match (norm.result, &norm.note) {
        (NormResult::NotOccurred, None) => Err(SchemaError {
            at: at.member("note").to_string(),
            expected: "a footnote, because the norm did not occur".to_owned(),
            found: "nothing".to_owned(),
        }),
        _ => Ok(()),
    }
}

words! {
    /// A kind of conclusion.
    pub enum AttestationKind {
        Baseline = "baseline" => "baseline", "nulmeting";
        TechnicalTest = "technical-test" => "technical test", "technische test";
        Closing = "closing" => "closing attestation", "slotoordeel";
        Surveillance = "surveillance" => "surveillance", "tussentijds oordeel";
        PartialScope = "partial-scope" => "part of the scope", "deel van de scope";
    }
}

words! {
    /// What is concluded; the best first.
    pub enum Opinion {
        Unqualified = "unqualified" => "unqualified", "goedkeurend";
        Qualified = "qualified" => "qualified", "met beperking";
        Adverse = "adverse" => "adverse", "afkeurend";
        Disclaimer = "disclaimer" => "disclaimer of opinion", "oordeelonthouding";
    }
}

words! {
    /// A level of assurance; the lower first.
    pub enum Assurance {
        Limited = "limited" => "limited assurance", "beperkte mate van zekerheid";
        Reasonable = "reasonable" => "reasonable assurance", "redelijke mate van zekerheid";
    }
}

words! {
    /// How deep work went; the shallowest first.
    pub enum Depth {
        Design = "design" => "design", "opzet";
        Existence = "existence" => "design and existence", "opzet en bestaan";
        Operation = "operation" => "design, existence and operation", "opzet, bestaan en werking";
    }
}

words! {
    /// The conclusion on one norm.
    pub enum NormResult {
        Met = "met" => "met", "voldoet";
        NotMet = "not-met" => "not met", "voldoet niet";
        NotOccurred = "not-occurred" => "not occurred", "niet voorgekomen";
        NotAssessed = "not-assessed" => "not assessed", "niet beoordeeld";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Value;
    use crate::statement::schema::Field;

    #[test]
    fn what_did_not_occur_has_a_footnote() {
        let norm = |text: &str| {
            let value = Value::parse(text.as_bytes()).unwrap();
            NormConclusion::parse(value, &At::Root("norms[0]"))
        };
        assert!(norm(r#"{"norm":"8.5","result":"met"}"#).is_ok());
        let note = r#"{"norm":"8.5","result":"not-occurred","note":{"en":"None.","nl":"Geen."}}"#;
        assert!(norm(note).is_ok());
        let bare = norm(r#"{"norm":"8.5","result":"not-occurred"}"#).unwrap_err();
        assert_eq!(
            bare.to_string(),
            "norms[0].note: expected a footnote, because the norm did not occur, found nothing"
        );
    }
}

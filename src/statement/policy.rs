//! The rules by which a case is judged, fixed before the evidence.

use super::conclusion::{Assurance, AttestationKind, Depth};
use super::field::{Count, Label, List, Localised, Prose};
use super::finding::Severity;
use super::frame::Domain;
use super::head::PinTo;
use super::party::CredentialKind;
use super::schema::{record, words};

record! {
    /// A parameter that is absent is judged as the strictest value it can have.
    /// Of the severities of acceptable risks and of disputes that is `low`, of proof `issuer-signed`, of depth `operation`.
    /// Of the other lists of words it is the first, and of questions it is true.
    /// Of the terms, the age of conclusions and declarations, the share of fees and the tolerance of clocks it is 0.
    /// Of the months without other work or of operation, the years, the persons and the roles it is the greatest number.
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
        credentials: Option<List<CredentialDemand, 1, 16>>
            => "Credentials asked for": "For each kind of conclusion the credentials of which its assessor has one; absent: none suffices.",
               "Gevraagde erkenningen": "Per soort oordeel de erkenningen waarvan de beoordelaar er een heeft; afwezig: geen enkele volstaat.";
        accreditation: Option<AccreditationDemand>
            => "Class of accreditation": "The class that an inspection body must have.",
               "Type accreditatie": "Het type dat een inspectie-instelling moet hebben.";
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
        surveillance_depth: Option<Depth>
            => "Depth of surveillance": "The least depth of the first surveillance attestation.",
               "Diepgang tussentijdse beoordeling": "De minste diepgang van het eerste tussentijdse oordeel.";
        operation_months: Option<Count<0, 240>>
            => "Operation over, months": "Over how many months operation must have been tested at surveillance.",
               "Werking over, maanden": "Over hoeveel maanden de werking bij de tussentijdse beoordeling moet zijn getoetst.";
        change_term_days: Option<Count<0, 3650>>
            => "Term for changes and incidents, days": "Within how many days a change or incident after resumption must be followed by a new conclusion.",
               "Termijn voor wijzigingen en incidenten, dagen": "Binnen hoeveel dagen op een wijziging of incident na hervatting een nieuw oordeel moet volgen.";
        decision_persons: Option<Count<1, 8>>
            => "Persons for a decision": "How many persons of the screening body must sign a decision to resume.",
               "Personen voor een besluit": "Hoeveel personen van de screeningsorganisatie een besluit tot hervatting moeten ondertekenen.";
        anchor_roles: Option<Count<1, 8>>
            => "Roles behind an anchor": "How many different roles, the operator not counted, must sign the anchor that a decision lies under.",
               "Rollen achter een verankering": "Hoeveel verschillende rollen, de beheerder niet meegeteld, de verankering moeten ondertekenen waaronder een besluit ligt.";
        arbiter: Option<Arbiter>
            => "Who settles disputes": "Who may end a dispute or a dissent.",
               "Wie betwistingen beslecht": "Wie een betwisting of afwijkend standpunt mag beëindigen.";
        severity_disclosure: Option<SeverityDisclosure>
            => "Severity made public": "From when the severity of one finding is made public; until then only totals are.",
               "Zwaarte openbaar": "Vanaf wanneer de zwaarte van één bevinding openbaar wordt; tot dan alleen totalen.";
        retention_years: Option<Count<0, 100>>
            => "Originals kept, years": "How many years after the case originals and salts are kept at least.",
               "Originelen bewaard, jaren": "Hoeveel jaar na de zaak originelen en salts ten minste worden bewaard.";
        clock_tolerance_seconds: Option<Count<0, 604_800>>
            => "Clock tolerance, seconds": "How far a signer's stated time may lie from what the ledger shows.",
               "Kloktolerantie, seconden": "Hoe ver een opgegeven tijd mag afwijken van wat het register toont.";
    }
}

impl Policy {
    /// Puts the strictest value in the place of every parameter that is absent.
    ///
    /// [`Policy::credentials`] stays absent: there is no list of which nothing suffices.
    pub fn with_absent_as_strictest(mut self) -> Policy {
        fn least<const MIN: i64, const MAX: i64>(of: &mut Option<Count<MIN, MAX>>) {
            *of = of.or_else(|| Count::new(MIN));
        }
        fn most<const MIN: i64, const MAX: i64>(of: &mut Option<Count<MIN, MAX>>) {
            *of = of.or_else(|| Count::new(MAX));
        }
        self.acceptable_severity.get_or_insert(Severity::Low);
        self.dispute_severity.get_or_insert(Severity::Low);
        self.retest_every_finding.get_or_insert(true);
        self.payer_outside_lab_group.get_or_insert(true);
        self.credential_proof
            .get_or_insert(ProofLevel::IssuerSigned);
        self.accreditation.get_or_insert(AccreditationDemand::TypeA);
        self.unknown_root_cause.get_or_insert(UnknownCause::Block);
        self.surveillance_depth.get_or_insert(Depth::Operation);
        self.arbiter.get_or_insert(Arbiter::Supervisor);
        self.severity_disclosure
            .get_or_insert(SeverityDisclosure::OnRequest);
        least(&mut self.maximum_age_days);
        least(&mut self.independence_refresh_days);
        least(&mut self.fee_share_percent);
        least(&mut self.reopened_term_days);
        least(&mut self.decision_term_working_days);
        least(&mut self.surveillance_days);
        least(&mut self.change_term_days);
        least(&mut self.clock_tolerance_seconds);
        most(&mut self.cooling_off_months);
        most(&mut self.future_work_months);
        most(&mut self.operation_months);
        most(&mut self.decision_persons);
        most(&mut self.anchor_roles);
        most(&mut self.retention_years);
        self
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
    pub struct CredentialDemand => "The credentials that fit a kind of conclusion.", "De erkenningen die bij een soort oordeel passen." {
        kind: AttestationKind
            => "For": "Which kind of conclusion.",
               "Voor": "Welk soort oordeel.";
        one_of: List<CredentialKind, 1, 10>
            => "One of": "The credentials of which one suffices.",
               "Een van": "De erkenningen waarvan er één volstaat.";
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
    /// What happens when the cause of the incident is not known; the strictest first.
    pub enum UnknownCause {
        Block = "block" => "no resumption", "geen hervatting";
        PartialOnly = "partial-only" => "partial resumption only", "alleen gedeeltelijke hervatting";
        Allow = "allow" => "resumption, when it is openly stated", "hervatting, mits openlijk vermeld";
    }
}

words! {
    /// The class that an inspection body must have; the strictest first.
    pub enum AccreditationDemand {
        TypeA = "type-a" => "type A, in any edition", "type A, in elke uitgave";
        Accredited = "accredited" => "any type", "elk type";
        Nothing = "none" => "no accreditation is asked", "er wordt geen accreditatie gevraagd";
    }
}

words! {
    /// Who may end a dispute or a dissent; the strictest first.
    pub enum Arbiter {
        Supervisor = "supervisor" => "the supervisor", "de toezichthouder";
        OtherOrganisation = "other-organisation" => "an assessor of another organisation", "een beoordelaar van een andere organisatie";
        OtherPerson = "other-person" => "another person who assesses", "een andere persoon die beoordeelt";
    }
}

words! {
    /// From when the severity of one finding is made public; the most closed first.
    pub enum SeverityDisclosure {
        OnRequest = "on-request" => "on request of Parliament", "op verzoek van het parlement";
        AtClosing = "at-closing" => "when the finding is closed", "als de bevinding is gesloten";
        AtRegistration = "at-registration" => "when the finding is registered", "als de bevinding wordt vastgelegd";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Value;
    use crate::statement::schema::{At, Field, Shape};

    #[test]
    fn every_absent_parameter_becomes_the_strictest() {
        let bare = r#"{"text":{"en":"Rules.","nl":"Regels."},"conclusions":[{"domain":"it-systemen",
            "kind":"closing","organisations":1,"persons":1,"depth":"existence","level":"reasonable"}],
            "allowed_exclusions":[]}"#;
        let bare = Value::parse(bare.as_bytes()).unwrap();
        let bare = Policy::parse(bare, &At::Root("policy")).unwrap();
        let strict = bare.clone().with_absent_as_strictest().print();
        let strict = strict.as_object().unwrap();
        for field in Policy::FIELDS {
            let left = matches!(field.name, "predecessor" | "credentials");
            assert_eq!(strict.get(field.name).is_none(), left, "{}", field.name);
        }
        // A parameter is as strict as it can be only at one of its ends.
        for field in Policy::FIELDS {
            let Shape::Optional { of } = field.shape else {
                continue;
            };
            let value = strict.get(field.name);
            match (of, value) {
                (Shape::Integer { min, max }, Some(Value::Integer(number))) => {
                    assert!(number == min || number == max, "{}", field.name);
                }
                (Shape::Word { words }, Some(Value::String(code))) => {
                    let at = words.iter().position(|word| word.code == code).unwrap();
                    assert!(at == 0 || at == words.len() - 1, "{}", field.name);
                }
                (Shape::Boolean, Some(value)) => assert_eq!(*value, Value::Bool(true)),
                _ => {}
            }
        }
        // What is stated stays.
        let mut stated = bare;
        stated.maximum_age_days = Count::new(90);
        stated.arbiter = Some(Arbiter::OtherPerson);
        let strict = stated.with_absent_as_strictest();
        assert_eq!(strict.maximum_age_days.map(Count::get), Some(90));
        assert_eq!(strict.arbiter, Some(Arbiter::OtherPerson));
    }
}

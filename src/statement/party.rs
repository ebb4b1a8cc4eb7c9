//! What parties are to each other and by whom they are recognised: groups and credentials.

use crate::time::Day;

use super::field::{Line, List, Localised};
use super::frame::{Domain, Period};
use super::head::{Holder, PartyId, PinTo};
use super::opening::{Committed, File};
use super::register::Registration;
use super::schema::{record, words};

record! {
    /// What it says reaches back to `from`, also where that lies before entries that stand already.
    pub struct Group
        => "A party is declared to belong to the group of another, from a day on.",
           "Van een partij wordt verklaard dat zij vanaf een dag tot de groep van een andere behoort."
    {
        member: PartyId
            => "Party": "The party that belongs to the group.",
               "Partij": "De partij die tot de groep behoort.";
        parent: PartyId
            => "Ultimate parent": "The party that controls it in the end.",
               "Uiteindelijke moeder": "De partij die er uiteindelijk zeggenschap over heeft.";
        registration: Option<Registration>
            => "Registration of the parent": "The parent's number in a public register of organisations.",
               "Inschrijving van de moeder": "Het nummer van de moeder in een openbaar register van organisaties.";
        from: Day
            => "From": "The first day on which it belonged to the group.",
               "Vanaf": "De eerste dag waarop zij tot de groep behoorde.";
        ended: Option<Day>
            => "Ended on": "The last day on which it did; absent when it goes on.",
               "Beëindigd op": "De laatste dag waarop dat zo was; afwezig als het doorloopt.";
        text: Option<Localised<Line<300>>>
            => "Explanation": "How that follows, in one sentence.",
               "Toelichting": "Waaruit dat volgt, in één zin.";
    }
}

record! {
    /// By itself it is declared only; signed by the party that `issuer_party` names it is signed by the issuer.
    pub struct Credential
        => "A party declares that somebody recognises it: a certificate, a registration, an accreditation.",
           "Een partij verklaart dat zij ergens erkend is: een certificaat, een inschrijving, een accreditatie."
    {
        holder: PartyId
            => "Held by": "The party that is recognised.",
               "Houder": "De partij die erkend is.";
        person: Option<Holder>
            => "Person": "The number of the person who is recognised, when it is a person; never a name.",
               "Persoon": "Het nummer van de persoon die erkend is, als het een persoon is; nooit een naam.";
        kind: CredentialKind
            => "Kind": "What it is.",
               "Soort": "Wat het is.";
        scope: Localised<Line<400>>
            => "Scope": "What it is for, as the issuer has it.",
               "Toepassingsgebied": "Waarvoor zij geldt, zoals de uitgever het noemt.";
        domains: List<Domain, 0, 4>
            => "Domains": "The domains that it touches; none when it is about no part of a laboratory.",
               "Domeinen": "De domeinen die zij raakt; geen als zij niet over een deel van een laboratorium gaat.";
        edition: Line<100>
            => "Standard and edition": "The standard with the year of its edition.",
               "Norm en uitgave": "De norm met het jaar van de uitgave.";
        class: Option<AccreditationClass>
            => "Class": "The class of an inspection body, in the words of that edition.",
               "Type": "Het type inspectie-instelling, in de woorden van die uitgave.";
        issuer: Line<200>
            => "Issuer": "The organisation that issued it.",
               "Uitgever": "De organisatie die haar heeft afgegeven.";
        issuer_party: Option<PartyId>
            => "Issuer here": "The party that the issuer is on this ledger; absent when it takes no part.",
               "Uitgever hier": "De partij die de uitgever in dit register is; afwezig als die niet deelneemt.";
        valid: Period
            => "Valid": "The first and last day on which it is valid.",
               "Geldig": "De eerste en laatste dag waarop zij geldt.";
        reference: Committed<Line<200>>
            => "Number": "Its number in the issuer's register.",
               "Nummer": "Het nummer in het register van de uitgever.";
        copy: Committed<File>
            => "Copy": "A copy of it.",
               "Afschrift": "Een afschrift ervan.";
    }
}

record! {
    /// It counts as checked when a party other than the holder says so.
    pub struct CredentialChecked
        => "Another party looked a credential up in the issuer's public register.",
           "Een andere partij zocht een erkenning op in het openbare register van de uitgever."
    {
        credential: PinTo<Credential>
            => "Credential": "The credential that was looked up.",
               "Erkenning": "De erkenning die is opgezocht.";
        register: Localised<Line<200>>
            => "Register": "Where it was looked up.",
               "Register": "Waar zij is opgezocht.";
        consulted: Day
            => "Consulted on": "The day on which it was looked up.",
               "Geraadpleegd op": "De dag waarop zij is opgezocht.";
        found: CredentialState
            => "Found": "What the register said.",
               "Gevonden": "Wat het register meldde.";
        valid: Option<Period>
            => "Valid": "The first and last day that the register gave.",
               "Geldig": "De eerste en laatste dag die het register noemde.";
        copy: Committed<File>
            => "Copy": "A copy of the page of the register.",
               "Afschrift": "Een afschrift van de pagina van het register.";
    }
}

record! {
    /// A renewal reaches back only when `effective_from` lies back and the issuer signs.
    pub struct CredentialStatus
        => "What became of a credential: renewed, suspended, withdrawn, expired.",
           "Wat er van een erkenning is geworden: verlengd, geschorst, ingetrokken, verlopen."
    {
        credential: PinTo<Credential>
            => "Credential": "The credential.",
               "Erkenning": "De erkenning.";
        status: CredentialState
            => "Status": "What became of it.",
               "Status": "Wat ervan is geworden.";
        effective_from: Day
            => "Effective from": "The first day on which that is so.",
               "Van kracht vanaf": "De eerste dag waarop dat zo is.";
        valid: Option<Period>
            => "Valid": "The first and last day on which it is valid now, when that changed.",
               "Geldig": "De eerste en laatste dag waarop zij nu geldt, als dat is veranderd.";
        source: Localised<Line<300>>
            => "Source": "How this is known.",
               "Bron": "Hoe dit bekend is.";
        copy: Committed<File>
            => "Copy": "A copy of what shows it.",
               "Afschrift": "Een afschrift van wat het aantoont.";
    }
}

words! {
    /// What a credential is.
    pub enum CredentialKind {
        ReAuditor = "re-auditor" => "registered IT auditor (RE)", "register-IT-auditor (RE)";
        PentestMark = "pentest-mark" => "quality mark for penetration tests (CCV)", "keurmerk pentesten (CCV)";
        InspectionBody = "inspection-body" => "accredited inspection body (ISO/IEC 17020)", "geaccrediteerde inspectie-instelling (ISO/IEC 17020)";
        CertificationBody = "certification-body" => "accredited certification body (ISO/IEC 17021-1)", "geaccrediteerde certificatie-instelling (ISO/IEC 17021-1)";
        TestLaboratory = "test-laboratory" => "accredited laboratory (ISO 15189 or ISO/IEC 17025)", "geaccrediteerd laboratorium (ISO 15189 of ISO/IEC 17025)";
        Nen7510 = "nen-7510" => "NEN 7510 certificate", "certificaat NEN 7510";
        Iso27001 = "iso-27001" => "ISO/IEC 27001 certificate", "certificaat ISO/IEC 27001";
        AssuranceReport = "assurance-report" => "assurance report (ISAE 3000, ISAE 3402, SOC 2)", "assurancerapport (ISAE 3000, ISAE 3402, SOC 2)";
        Memorandum = "memorandum" => "third party memorandum", "third party memorandum (TPM)";
        Other = "other" => "something else", "iets anders";
    }
}

words! {
    /// The class of an inspection body; the editions of ISO/IEC 17020 differ.
    pub enum AccreditationClass {
        A = "a" => "type A", "type A";
        B = "b" => "type B (edition 2012)", "type B (uitgave 2012)";
        C = "c" => "type C (edition 2012)", "type C (uitgave 2012)";
        NonA = "non-a" => "non-A (edition 2026)", "niet-A (uitgave 2026)";
    }
}

words! {
    /// How a credential stands.
    pub enum CredentialState {
        Valid = "valid" => "valid", "geldig";
        Renewed = "renewed" => "renewed", "verlengd";
        Suspended = "suspended" => "suspended", "geschorst";
        Withdrawn = "withdrawn" => "withdrawn", "ingetrokken";
        Expired = "expired" => "expired", "verlopen";
        NotFound = "not-found" => "not in the register", "niet in het register";
    }
}

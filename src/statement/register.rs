//! The ledger itself: its charter, its parties and keys, its rules, and what is said about entries.

use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::merkle::{Index, Size};
use crate::note::{KeyKind, Note, Origin, VerifierKey};
use crate::time::{Day, Seconds};

use super::field::{Count, Line, List, Localised, Prose};
use super::head::{Holder, Id, PartyId};
use super::predicate::Type;
use super::schema::{At, Field, SchemaError, record, words};

record! {
    /// Entry 0. Its id is `REG-0`; `subject[0]` carries the SHA-256 of the canonical JSON of `text`.
    pub struct Charter
        => "The founding of the ledger: who takes part, in which role, and by which rules.",
           "De oprichting van het register: wie deelneemt, in welke rol en volgens welke regels.",
        check names_its_log_key
    {
        text: Localised<Prose<6000>>
            => "Text": "What the ledger is for, and what the parties agreed.",
               "Tekst": "Waarvoor het register dient en wat de partijen zijn overeengekomen.";
        origin: Origin
            => "Origin": "The name of the ledger, not under the operator's own domain name.",
               "Naam van het register": "De naam van het register, niet onder de eigen domeinnaam van de beheerder.";
        log_key: VerifierKey
            => "Log key": "The key that signs checkpoints, as a verifier key of a signed note.",
               "Registersleutel": "De sleutel die standen ondertekent, als controlesleutel.";
        operator: PartyId
            => "Operator": "The party that runs the ledger.",
               "Beheerder": "De partij die het register beheert.";
        parties: List<FoundingParty, 2, 32>
            => "Founding parties": "The parties that found the ledger, with their keys.",
               "Oprichters": "De partijen die het register oprichten, met hun sleutels.";
        thresholds: Thresholds
            => "Thresholds": "How many parties must sign together.",
               "Drempels": "Hoeveel partijen samen moeten ondertekenen.";
        rules_version: Count<1, 1_000_000>
            => "Version of the rules": "The version of the rules by which entries are admitted.",
               "Versie van de regels": "De versie van de regels volgens welke vermeldingen worden toegelaten.";
        predecessor: Option<Predecessor>
            => "Predecessor": "The ledger that this one continues.",
               "Voorganger": "Het register dat dit register voortzet.";
    }
}

record! {
    pub struct FoundingParty
        => "A party that founds the ledger.",
           "Een partij die het register opricht.",
        check holds_its_keys
    {
        id: PartyId
            => "Party": "The id of the party.",
               "Partij": "Het kenmerk van de partij.";
        name: Line<200>
            => "Name": "The legal name of the organisation, never of a person.",
               "Naam": "De statutaire naam van de organisatie, nooit van een persoon.";
        role: Role
            => "Role": "What the party does here.",
               "Rol": "Wat de partij hier doet.";
        parent: Option<PartyId>
            => "Ultimate parent": "The party that controls it in the end; absent when none does.",
               "Uiteindelijke moeder": "De partij die er uiteindelijk zeggenschap over heeft; afwezig als die er niet is.";
        registration: Option<Registration>
            => "Registration": "Its number in a public register of organisations.",
               "Inschrijving": "Het nummer in een openbaar register van organisaties.";
        directory: Option<Line<200>>
            => "Directory": "Where the party keeps the names behind its numbers of persons, outside the ledger.",
               "Namenlijst": "Waar de partij de namen achter haar persoonsnummers bewaart, buiten het register.";
        keys: List<FoundingKey, 0, 8>
            => "Keys": "The keys with which it signs statements.",
               "Sleutels": "De sleutels waarmee zij verklaringen ondertekent.";
        recovery_keys: List<PublicKey, 0, 4>
            => "Recovery keys": "The keys, kept apart, with which it can revoke its other keys back to an earlier moment.",
               "Herstelsleutels": "De apart bewaarde sleutels waarmee zij andere sleutels met terugwerkende kracht kan intrekken.";
    }
}

record! {
    pub struct FoundingKey => "A key of a founding party.", "Een sleutel van een oprichter." {
        public_key: PublicKey
            => "Public key": "The Ed25519 public key.",
               "Publieke sleutel": "De publieke Ed25519-sleutel.";
        holder: Holder
            => "Held by": "The number of the person who holds it.",
               "Gehouden door": "Het nummer van de persoon die hem houdt.";
        function: Line<100>
            => "Function": "The function in which it signs, such as board or CISO.",
               "Functie": "De functie waarin hij ondertekent, zoals bestuur of CISO.";
        custody: Custody
            => "Custody": "How the secret key is kept.",
               "Bewaring": "Hoe de geheime sleutel wordt bewaard.";
    }
}

record! {
    pub struct Registration => "A number in a public register of organisations.", "Een nummer in een openbaar register van organisaties." {
        scheme: Scheme
            => "Register": "Which register.",
               "Register": "Welk register.";
        number: Line<40>
            => "Number": "The number there.",
               "Nummer": "Het nummer daarin.";
    }
}

record! {
    pub struct Thresholds => "How many parties, each with a signature of its own, an act of the charter needs.", "Hoeveel partijen, elk met een eigen handtekening, een handeling van de oprichtingsakte vereist." {
        rules: Count<2, 16>
            => "New rules": "Parties that must sign new rules, the operator not counted.",
               "Nieuwe regels": "Partijen die nieuwe regels moeten ondertekenen, de beheerder niet meegeteld.";
        operator: Count<2, 16>
            => "Change of operator": "Parties that must sign a handover to another operator, the operator not counted.",
               "Andere beheerder": "Partijen die een overdracht aan een andere beheerder moeten ondertekenen, de beheerder niet meegeteld.";
        closing: Count<2, 16>
            => "Closing": "Parties that must sign the closing of the ledger, the operator not counted.",
               "Afsluiting": "Partijen die het afsluiten van het register moeten ondertekenen, de beheerder niet meegeteld.";
    }
}

record! {
    pub struct Predecessor => "The ledger that another one continues, at its end.", "Het register dat door een ander wordt voortgezet, in zijn laatste stand." {
        origin: Origin
            => "Origin": "Its name.",
               "Naam": "De naam.";
        genesis: Hash
            => "Genesis digest": "The SHA-256 of the payload of its entry 0.",
               "Vingerafdruk van de oprichting": "De SHA-256 van de inhoud van vermelding 0.";
        size: Size
            => "Size": "How many entries it has.",
               "Aantal vermeldingen": "Hoeveel vermeldingen het heeft.";
        root: Hash
            => "Root hash": "Its root hash at that size.",
               "Wortel": "De wortel bij die grootte.";
    }
}

record! {
    /// The id of the statement is the id of the party, such as `org:lab-voorbeeld`.
    pub struct Party
        => "A party joins the ledger, in one role.",
           "Een partij neemt deel aan het register, in één rol."
    {
        name: Line<200>
            => "Name": "The legal name of the organisation, never of a person.",
               "Naam": "De statutaire naam van de organisatie, nooit van een persoon.";
        role: Role
            => "Role": "What the party does here.",
               "Rol": "Wat de partij hier doet.";
        parent: Option<PartyId>
            => "Ultimate parent": "The party that controls it in the end; absent when none does.",
               "Uiteindelijke moeder": "De partij die er uiteindelijk zeggenschap over heeft; afwezig als die er niet is.";
        registration: Option<Registration>
            => "Registration": "Its number in a public register of organisations.",
               "Inschrijving": "Het nummer in een openbaar register van organisaties.";
        directory: Option<Line<200>>
            => "Directory": "Where the party keeps the names behind its numbers of persons, outside the ledger.",
               "Namenlijst": "Waar de partij de namen achter haar persoonsnummers bewaart, buiten het register.";
        recovery_keys: List<PublicKey, 0, 4>
            => "Recovery keys": "The keys, kept apart, with which it can revoke its other keys back to an earlier moment.",
               "Herstelsleutels": "De apart bewaarde sleutels waarmee zij andere sleutels met terugwerkende kracht kan intrekken.";
    }
}

record! {
    /// Signed by the key itself, which shows that the holder has it, and by those who vouch.
    pub struct Key
        => "A key is enrolled for a party; whoever signs with it vouches for who holds it.",
           "Een sleutel wordt ingeschreven voor een partij; wie meetekent, staat in voor wie hem houdt.",
        check is_held_by_its_party
    {
        party: PartyId
            => "Party": "The party that the key signs for.",
               "Partij": "De partij waarvoor de sleutel ondertekent.";
        holder: Holder
            => "Held by": "The number of the person who holds it.",
               "Gehouden door": "Het nummer van de persoon die hem houdt.";
        public_key: PublicKey
            => "Public key": "The Ed25519 public key; enrolled once per ledger, for ever.",
               "Publieke sleutel": "De publieke Ed25519-sleutel; eenmaal per register ingeschreven, voorgoed.";
        function: Line<100>
            => "Function": "The function in which it signs, such as board or CISO.",
               "Functie": "De functie waarin hij ondertekent, zoals bestuur of CISO.";
        custody: Custody
            => "Custody": "How the secret key is kept.",
               "Bewaring": "Hoe de geheime sleutel wordt bewaard.";
    }
}

record! {
    /// Its id is that of the enrolment and `/x`, such as `K-PEN-1/x`.
    pub struct KeyRevoked
        => "A key is revoked: what it signs from here on does not count.",
           "Een sleutel wordt ingetrokken: wat hij vanaf hier ondertekent, telt niet."
    {
        party: PartyId
            => "Party": "The party that the key signed for.",
               "Partij": "De partij waarvoor de sleutel ondertekende.";
        key: KeyId
            => "Key": "The id of the key.",
               "Sleutel": "Het nummer van de sleutel.";
        reason: RevocationReason
            => "Reason": "Why it is revoked.",
               "Reden": "Waarom hij wordt ingetrokken.";
        compromised_since: Option<Seconds>
            => "Compromised since": "From when on others may have used it; needs the party's recovery key.",
               "Gecompromitteerd sinds": "Vanaf wanneer anderen hem kunnen hebben gebruikt; vereist de herstelsleutel van de partij.";
        text: Localised<Line<400>>
            => "Explanation": "What happened, in one sentence.",
               "Toelichting": "Wat er is gebeurd, in één zin.";
    }
}

record! {
    /// Its id is that of the enrolment and `/r`, such as `K-LAB-1/r`. Signed by both keys and no other.
    pub struct KeyRotated
        => "A person replaces a key by a new one: from here on the new key signs and the old one does not.",
           "Iemand vervangt een sleutel door een nieuwe: vanaf hier ondertekent de nieuwe sleutel en de oude niet meer."
    {
        holder: Holder
            => "Held by": "The number of the person who holds both keys.",
               "Gehouden door": "Het nummer van de persoon die beide sleutels houdt.";
        key: KeyId
            => "Old key": "The id of the key that ends.",
               "Oude sleutel": "Het nummer van de sleutel die eindigt.";
        public_key: PublicKey
            => "New public key": "The Ed25519 public key that takes its place; enrolled once per ledger, for ever.",
               "Nieuwe publieke sleutel": "De publieke Ed25519-sleutel die ervoor in de plaats komt; eenmaal per register ingeschreven, voorgoed.";
        custody: Custody
            => "Custody": "How the new secret key is kept.",
               "Bewaring": "Hoe de nieuwe geheime sleutel wordt bewaard.";
    }
}

record! {
    /// From the next checkpoint on the new key signs as well as the old one.
    pub struct LogKey
        => "A new log key is announced: from here on it signs every checkpoint, beside the old one.",
           "Een nieuwe registersleutel wordt aangekondigd: vanaf hier ondertekent zij elke stand, naast de oude.",
        check announces_a_log_key
    {
        log_key: VerifierKey
            => "New log key": "The key that signs checkpoints from here on, as a verifier key of a signed note.",
               "Nieuwe registersleutel": "De sleutel die vanaf hier standen ondertekent, als controlesleutel.";
        note: Note
            => "Signed by both": "A checkpoint of this ledger with signature lines of the old and of the new log key.",
               "Door beide ondertekend": "Een stand van dit register met handtekeningen van de oude en van de nieuwe registersleutel.";
    }
}

record! {
    /// Its id is that of an announcement and `/x`, such as `LK-2/x`.
    pub struct LogKeyEnded
        => "A log key ends: later checkpoints are signed by the other one alone.",
           "Een registersleutel eindigt: latere standen ondertekent alleen de andere.",
        check ends_a_log_key
    {
        log_key: VerifierKey
            => "Log key that ends": "The key that signs no later checkpoint.",
               "Registersleutel die eindigt": "De sleutel die geen latere stand ondertekent.";
        reason: RevocationReason
            => "Reason": "Why it ends.",
               "Reden": "Waarom zij eindigt.";
        note: Note
            => "Signed by both": "A checkpoint that both log keys signed after the new one was announced: by it who trusts one comes to know the other.",
               "Door beide ondertekend": "Een stand die beide registersleutels ondertekenden na de aankondiging: wie de ene vertrouwt, leert zo de andere kennen.";
    }
}

record! {
    pub struct NewLogKey
        => "A log key that takes the place of all earlier ones.",
           "Een registersleutel die voor alle eerdere in de plaats komt.",
        check brings_a_log_key
    {
        log_key: VerifierKey
            => "New log key": "The key that alone signs checkpoints from here on.",
               "Nieuwe registersleutel": "De sleutel die vanaf hier als enige standen ondertekent.";
        note: Note
            => "Signed by the new key": "A checkpoint of this ledger with a signature line of the new log key as well.",
               "Ondertekend door de nieuwe": "Een stand van dit register, ook ondertekend door de nieuwe registersleutel.";
    }
}

record! {
    /// Signed by as many parties as the charter asks, each with an active key or a recovery key of the
    /// charter, and by the new operator.
    pub struct Operator
        => "The ledger is handed over: from here on another party runs it.",
           "Het register wordt overgedragen: vanaf hier beheert een andere partij het."
    {
        operator: PartyId
            => "New operator": "The party that runs the ledger from here on; its role is registrar.",
               "Nieuwe beheerder": "De partij die het register vanaf hier beheert; haar rol is registerbeheerder.";
        log: Option<NewLogKey>
            => "New log key": "The log key of the new operator; absent when the log keys stay as they are.",
               "Nieuwe registersleutel": "De registersleutel van de nieuwe beheerder; afwezig als de registersleutels blijven zoals zij zijn.";
    }
}

record! {
    /// Signed by as many parties as the charter asks.
    pub struct Closed
        => "The ledger is closed: nothing is recorded after this, except that a text is withheld.",
           "Het register is gesloten: hierna wordt niets meer vastgelegd, behalve dat een tekst wordt achtergehouden."
    {
        reason: ClosingReason
            => "Reason": "Why it is closed.",
               "Reden": "Waarom het is gesloten.";
        successor: Option<Origin>
            => "Successor": "The name of the ledger that continues this one; its charter names this one with its last state.",
               "Opvolger": "De naam van het register dat dit voortzet; de oprichtingsakte daarvan noemt dit register met zijn laatste stand.";
    }
}

record! {
    pub struct Rules
        => "New rules of admission; later entries carry their version.",
           "Nieuwe regels voor toelating; latere vermeldingen dragen de versie ervan."
    {
        rules_version: Count<1, 1_000_000>
            => "Version of the rules": "The version that later entries are admitted by.",
               "Versie van de regels": "De versie volgens welke latere vermeldingen worden toegelaten.";
        text: Localised<Prose<12000>>
            => "Text": "What changes, and why.",
               "Tekst": "Wat er verandert, en waarom.";
    }
}

record! {
    pub struct Anchor
        => "An outside trace of a checkpoint: where it was printed, or who cosigned it later; everything before it is not younger.",
           "Een spoor buiten het register van een stand: waar zij is afgedrukt of wie haar later meetekende; alles daarvoor is niet jonger."
    {
        note: Note
            => "Checkpoint": "The cosigned checkpoint, byte for byte.",
               "Meegetekende stand": "De meegetekende stand, letterlijk.";
        published: Option<Day>
            => "Published on": "The day on which its fingerprint was published.",
               "Gepubliceerd op": "De dag waarop de vingerafdruk is gepubliceerd.";
        place: Option<Localised<Line<300>>>
            => "Published where": "Where the fingerprint was published, such as a letter to Parliament.",
               "Gepubliceerd waar": "Waar de vingerafdruk is gepubliceerd, zoals een Kamerbrief.";
    }
}

record! {
    /// What it saw is in the head's `basis`. By its copy it can show any later change.
    pub struct Witness
        => "A witness declares that it holds a copy of the ledger up to a size, and how that compares with what it saw before.",
           "Een getuige verklaart dat zij een afschrift van het register tot een bepaalde grootte bezit, en hoe dat zich verhoudt tot wat zij eerder zag."
    {
        compared: Comparison
            => "Compared": "How the ledger compares with what the witness held before.",
               "Vergeleken": "Hoe het register zich verhoudt tot wat de getuige eerder had.";
        earlier: Option<Size>
            => "With size": "The size of the earlier copy that it was compared with.",
               "Met grootte": "De grootte van het eerdere afschrift waarmee is vergeleken.";
        printed: Option<Localised<Line<300>>>
            => "With print": "The printed fingerprint that it was compared with, such as one in a letter to Parliament.",
               "Met druk": "De afgedrukte vingerafdruk waarmee is vergeleken, zoals in een Kamerbrief.";
        text: Option<Localised<Prose<1000>>>
            => "Text": "What the witness wants to say about it.",
               "Tekst": "Wat de getuige erover wil zeggen.";
    }
}

record! {
    pub struct Withheld
        => "The text of one entry is withheld because publishing it would be unlawful; the entry itself stays.",
           "De tekst van één vermelding wordt achtergehouden omdat publicatie onrechtmatig zou zijn; de vermelding zelf blijft."
    {
        index: Index
            => "Position": "The position of the entry.",
               "Positie": "De positie van de vermelding.";
        statement: Hash
            => "Envelope digest": "The SHA-256 of the stored envelope, as the entry has it.",
               "Vingerafdruk van de omslag": "De SHA-256 van de bewaarde omslag, zoals in de vermelding.";
        payload: Hash
            => "Payload digest": "The SHA-256 of the payload, by which pins name it.",
               "Vingerafdruk van de inhoud": "De SHA-256 van de inhoud, waarmee verwijzingen haar noemen.";
        id: Id
            => "Id": "The id of the statement, which stays taken.",
               "Kenmerk": "Het kenmerk van de verklaring, dat bezet blijft.";
        kind: Type
            => "Type": "The type of the statement.",
               "Soort": "De soort verklaring.";
        keys: List<KeyId, 0, 64>
            => "Keys": "The keys that the statement brought in or revoked; none of them can be used or enrolled from here on.",
               "Sleutels": "De sleutels die de verklaring inbracht of introk; geen daarvan is vanaf hier te gebruiken of in te schrijven.";
        commitments: List<Hash, 0, 64>
            => "Commitments": "The digests of its confidential fields, which stay taken.",
               "Vastleggingen": "De vingerafdrukken van de vertrouwelijke velden, die bezet blijven.";
        ground: Localised<Line<400>>
            => "Ground": "The legal ground, and who decided.",
               "Grond": "De wettelijke grond, en wie heeft besloten.";
    }
}

fn announces_a_log_key(announced: &LogKey, at: &At) -> Result<(), SchemaError> {
    is_of_a_log(&announced.log_key, at)
}

fn ends_a_log_key(ended: &LogKeyEnded, at: &At) -> Result<(), SchemaError> {
    is_of_a_log(&ended.log_key, at)
}

fn brings_a_log_key(new: &NewLogKey, at: &At) -> Result<(), SchemaError> {
    is_of_a_log(&new.log_key, at)
}

fn is_of_a_log(key: &VerifierKey, at: &At) -> Result<(), SchemaError> {
    match key.kind() {
        KeyKind::Ed25519 => Ok(()),
        _ => {
            let expected = "an Ed25519 verifier key, as logs have";
            Err(at.member("log_key").expected(expected, &key.print()))
        }
    }
}

fn names_its_log_key(charter: &Charter, at: &At) -> Result<(), SchemaError> {
    let key = &charter.log_key;
    match key.kind() == KeyKind::Ed25519 && *key.name() == charter.origin.key_name() {
        true => Ok(()),
        false => {
            let expected = format!("an Ed25519 verifier key with the name {}", charter.origin);
            Err(at.member("log_key").expected(expected, &key.print()))
        }
    }
}

fn is_held_by_its_party(key: &Key, at: &At) -> Result<(), SchemaError> {
    is_of(&key.party, &key.holder, at)
}

fn holds_its_keys(party: &FoundingParty, at: &At) -> Result<(), SchemaError> {
    let keys = at.member("keys");
    for (index, key) in party.keys.iter().enumerate() {
        is_of(&party.id, &key.holder, &keys.item(index))?;
    }
    Ok(())
}

fn is_of(party: &PartyId, holder: &Holder, at: &At) -> Result<(), SchemaError> {
    match holder.party == *party {
        true => Ok(()),
        false => {
            let expected = format!("a person of {party}");
            Err(at.member("holder").expected(expected, &holder.print()))
        }
    }
}

words! {
    /// What a party does here.
    pub enum Role {
        Screening = "screening" => "screening body", "screeningsorganisatie";
        Lab = "lab" => "laboratory", "laboratorium";
        Assessor = "assessor" => "assessor", "beoordelaar";
        Supervisor = "supervisor" => "supervisor", "toezichthouder";
        Ministry = "ministry" => "ministry", "ministerie";
        Parliament = "parliament" => "parliament", "parlement";
        Witness = "witness" => "witness", "getuige";
        Registrar = "registrar" => "operator of the ledger", "registerbeheerder";
        Subservice = "subservice" => "supplier of the laboratory", "toeleverancier van het laboratorium";
    }
}

words! {
    /// How a secret key is kept.
    pub enum Custody {
        Hardware = "hardware" => "in a device that does not give it out", "in een apparaat dat hem niet afgeeft";
        Software = "software" => "in an encrypted file", "in een versleuteld bestand";
    }
}

words! {
    /// A public register of organisations.
    pub enum Scheme {
        Kvk = "kvk" => "Dutch trade register (KvK)", "Handelsregister (KvK)";
        Lei = "lei" => "legal entity identifier (LEI)", "legal entity identifier (LEI)";
        State = "state" => "body of the State", "orgaan van de Staat";
        Other = "other" => "another register", "een ander register";
    }
}

words! {
    /// Why a key is revoked.
    pub enum RevocationReason {
        Replaced = "replaced" => "replaced by another key", "vervangen door een andere sleutel";
        Left = "left" => "the holder left", "de houder is vertrokken";
        Lost = "lost" => "lost", "verloren";
        Compromised = "compromised" => "possibly used by others", "mogelijk door anderen gebruikt";
        Ended = "ended" => "no longer needed", "niet meer nodig";
    }
}

words! {
    /// How a ledger compares with what a witness held before.
    pub enum Comparison {
        First = "first" => "nothing to compare with", "niets om mee te vergelijken";
        Same = "same" => "what was held before is the beginning of it", "wat eerder is bewaard, is het begin ervan";
        Different = "different" => "what was held before is not the beginning of it", "wat eerder is bewaard, is niet het begin ervan";
    }
}

words! {
    /// Why a ledger is closed.
    pub enum ClosingReason {
        Done = "done" => "nothing more is to be recorded", "er is niets meer vast te leggen";
        Continued = "continued" => "another ledger continues it", "een ander register zet het voort";
        Broken = "broken" => "an entry breaks the rules, and another ledger begins anew", "een vermelding breekt de regels en een ander register begint opnieuw";
    }
}

//! Keys: made, shown, and asked to be enrolled.

use std::path::Path;

use super::answer::{About as _, Answer, Failure, json_object, json_optional, json_text};
use super::args::{Key, Passphrases, Revoke, Rotate};
use super::passphrase::KeyRing;
use super::reading;
use super::sign::{Content, Known, Making, key_ids, make};
use super::words;
use crate::json::{Object, Value};
use crate::key::{KeyId, PublicKey};
use crate::note::{KeyKind, KeyName, VerifierKey};
use crate::signer::{KeyLocation, SecretKey, Signer as _};
use crate::state::EnrolledKey;
use crate::statement::draft::Draft;
use crate::statement::register::Custody;
use crate::statement::schema::{At, Field as _};
use crate::statement::{Holder, Language, Type};

/// Makes a key, shows it, lists those of a ledger, or asks for an enrolment.
pub fn key(it: Key, language: Language) -> Result<Answer, Failure> {
    match it {
        Key::New {
            output,
            passphrases,
        } => new(&output, passphrases, language),
        Key::Show {
            key,
            name,
            passphrases,
        } => show(&key, name.as_deref(), passphrases, language),
        Key::List { ledger } => reading::keys(&ledger, language),
        Key::Request {
            key,
            holder,
            function,
            custody,
            id,
            vouchers,
            target,
            yes,
            output,
            passphrases,
        } => {
            let holder: Holder = holder.parse()?;
            let custody = custody_of(custody.as_deref(), &key)?;
            let known = Known::read(&target)?;
            let ring = KeyRing::new(passphrases, language);
            let key = ring.open(&key)?;
            let body = Value::object([
                ("custody", Value::string(custody)),
                ("function", Value::string(function)),
                ("holder", Value::string(&holder)),
                ("party", Value::string(&holder.party)),
                ("public_key", Value::string(key.public_key())),
            ]);
            let content = Content {
                draft: Draft::parse(Type::Key, body)?,
                id: id.parse()?,
                case: None,
                exceptions: Vec::new(),
            };
            let making = Making {
                known,
                basis: None,
                keys: vec![key],
                with: key_ids(&vouchers)?,
                sealing: None,
                yes,
                output,
            };
            make(content, making, &ring, language)
        }
        Key::Rotate(it) => rotate(it, language),
        Key::Revoke(it) => revoke(it, language),
    }
}

/// Puts a new key in the place of its holder's old one.
fn rotate(it: Rotate, language: Language) -> Result<Answer, Failure> {
    let known = Known::read(&it.target)?;
    let ring = KeyRing::new(it.passphrases, language);
    let keys = [ring.open(&it.old)?, ring.open(&it.new)?];
    let [old, new] = keys.each_ref().map(|key| key.public_key());
    let holder = match (&it.holder, enrolled(&known, &old.id())) {
        (Some(holder), _) => holder.parse().about("--holder")?,
        (None, Some(key)) => key.holder,
        (None, None) => {
            let none = format!("expected a key that the ledger knows, found {}", old.id());
            return Err(Failure::no(none).about(&it.old));
        }
    };
    let body = Value::object([
        (
            "custody",
            Value::string(custody_of(it.custody.as_deref(), &it.new)?),
        ),
        ("holder", Value::string(&holder)),
        ("key", Value::string(old.id())),
        ("public_key", Value::string(new)),
    ]);
    let content = Content {
        draft: Draft::parse(Type::KeyRotated, body)?,
        id: it.id.parse().about("--id")?,
        case: None,
        exceptions: Vec::new(),
    };
    let making = Making {
        known,
        basis: None,
        keys: keys.into(),
        with: Vec::new(),
        sealing: None,
        yes: it.yes,
        output: it.output,
    };
    make(content, making, &ring, language)
}

/// Revokes a key.
fn revoke(it: Revoke, language: Language) -> Result<Answer, Failure> {
    let known = Known::read(&it.target)?;
    let revoked: KeyId = it.revoked.parse().about(&it.revoked)?;
    let party = match (&it.party, enrolled(&known, &revoked)) {
        (Some(party), _) => party.clone(),
        (None, Some(key)) => key.holder.party.to_string(),
        (None, None) => {
            let none = format!("expected a key that the ledger knows, found {revoked}");
            return Err(Failure::no(none).hint("`bewijs key list` shows its keys"));
        }
    };
    let text = Value::object([("en", Value::string(it.en)), ("nl", Value::string(it.nl))]);
    let mut body = Object::default();
    if let Some(moment) = it.compromised_since {
        body.insert("compromised_since", Value::string(moment));
    }
    body.insert("key", Value::string(revoked));
    body.insert("party", Value::string(party));
    body.insert("reason", Value::string(it.reason));
    body.insert("text", text);
    let ring = KeyRing::new(it.passphrases, language);
    let keys = it.key.iter().map(|path| ring.open(path));
    let content = Content {
        draft: Draft::parse(Type::KeyRevoked, Value::Object(body))?,
        id: it.id.parse().about("--id")?,
        case: None,
        exceptions: Vec::new(),
    };
    let making = Making {
        known,
        basis: None,
        keys: keys.collect::<Result<_, _>>()?,
        with: key_ids(&it.with)?,
        sealing: None,
        yes: it.yes,
        output: it.output,
    };
    make(content, making, &ring, language)
}

/// Finds a key in the ledger, when the ledger itself is at hand.
fn enrolled(known: &Known, id: &KeyId) -> Option<EnrolledKey> {
    match known {
        Known::Ledger(reader) => reader.state(|state| state.key(id).cloned()),
        _ => None,
    }
}

/// Says how a key is kept, which only its holder knows of a key that is in no file.
fn custody_of(typed: Option<&str>, key: &KeyLocation) -> Result<Custody, Failure> {
    match (typed, key) {
        (Some(typed), _) => Ok(Custody::parse(
            Value::string(typed),
            &At::Root("--custody"),
        )?),
        (None, KeyLocation::File(_)) => Ok(Custody::Software),
        (None, key) => Err(Failure::not_run(format!(
            "expected --custody hardware or software for {key}, found neither\nonly you know whether an agent or a token keeps it in a device that does not give it out"
        ))),
    }
}

fn new(output: &Path, passphrases: Passphrases, language: Language) -> Result<Answer, Failure> {
    if output.exists() {
        let place = output.display();
        return Err(Failure::not_run(format!(
            "{place}: expected nothing there, found a file\na key file is never overwritten: choose another name"
        )));
    }
    let passphrase = KeyRing::new(passphrases, language).choose(output)?;
    let key = SecretKey::generate()?;
    key.create_file(output, &passphrase)?;
    let public = key.public_key();
    let text = [
        words::key_written(language, output.display()),
        words::key_id(language, public.id()),
        words::public_key(language, public),
        words::KEEP_THE_KEY.text(language).to_owned(),
    ];
    Ok(Answer::yes(text.join("\n"), forms(&public, None)))
}

fn show(
    key: &KeyLocation,
    name: Option<&str>,
    passphrases: Passphrases,
    language: Language,
) -> Result<Answer, Failure> {
    let name: Option<KeyName> = name.map(str::parse).transpose()?;
    let public = KeyRing::new(passphrases, language).open(key)?.public_key();
    let mut text = vec![
        words::key_id(language, public.id()),
        words::public_key(language, public),
    ];
    if let Some(name) = &name {
        let [log, witness] = verifier_keys(name, public);
        text.push(words::as_log(language, log));
        text.push(words::as_witness(language, witness));
    }
    Ok(Answer::yes(text.join("\n"), forms(&public, name.as_ref())))
}

/// Returns the verifier key under `name` as a log and as a witness; a key is used in one role only.
fn verifier_keys(name: &KeyName, key: PublicKey) -> [VerifierKey; 2] {
    [KeyKind::Ed25519, KeyKind::CosignatureV1].map(|kind| VerifierKey::new(name.clone(), kind, key))
}

fn forms(public: &PublicKey, name: Option<&KeyName>) -> Value {
    let verifier = name.map(|name| verifier_keys(name, *public));
    let [log, witness] = match verifier {
        Some([log, witness]) => [Some(log), Some(witness)],
        None => [None, None],
    };
    json_object([
        ("key", json_text(public.id())),
        ("public_key", json_text(public)),
        ("log_vkey", json_optional(log)),
        ("witness_vkey", json_optional(witness)),
    ])
}

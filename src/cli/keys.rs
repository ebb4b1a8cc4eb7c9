//! Keys: made, shown, and asked to be enrolled.

use std::path::Path;

use super::answer::{Answer, Failure, json_object, json_optional, json_text};
use super::args::{Key, Passphrases};
use super::passphrase::KeyRing;
use super::reading;
use super::sign::{Content, Known, Making, key_ids, make};
use super::words;
use crate::json::Value;
use crate::key::PublicKey;
use crate::note::{KeyKind, KeyName, VerifierKey};
use crate::signer::{KeyLocation, SecretKey, Signer as _};
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
                yes,
                output,
            };
            make(content, making, language)
        }
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

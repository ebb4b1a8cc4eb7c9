//! What an operator does in the life of a ledger: log keys, handover, withholding.
//!
//! Each command composes one statement, shows it, asks, signs and records it in one go, because the log
//! keys that must sign the checkpoint after it are at hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::answer::{
    About as _, Answer, Failure, json_count, json_object, json_optional, json_text, json_texts,
};
use super::args::{Acting, Handover, LogKey, Seen, Withhold};
use super::files::{self, Outputs, Readers};
use super::ledger_commands::{index, log_signers, read_seen, read_trust, reader, refusal};
use super::passphrase::KeyRing;
use super::reading::{print_lines, table};
use super::sign::{confirm, page};
use super::words;
use crate::checkpoint::SignedCheckpoint;
use crate::entry::{Entry, ThreadName};
use crate::envelope::{Envelope, PAYLOAD_TYPE, pae};
use crate::json::Value;
use crate::key::{PublicKey, Signature};
use crate::ledger::{
    AppendError, Appended, Clock as _, Ledger, OpenLedgerError, Reader, SystemClock,
};
use crate::merkle::Index;
use crate::note::{KeyKind, Note, VerifierKey};
use crate::signer::{KeyLocation, Signer, SignerError};
use crate::state::{NEVER_WITHHELD, Restated, State};
use crate::statement::field::Nonce;
use crate::statement::schema::{At, Field};
use crate::statement::{
    CaseName, Head, Id, Language, Openings, PartyId, Predicate, Signers, Statement, Thread, Type,
    describe,
};
use crate::store::open_store;

/// Lists log keys, or does one step of replacing one.
pub fn log_key(it: LogKey, language: Language) -> Result<Answer, Failure> {
    match it {
        LogKey::List { ledger } => list(&ledger, language),
        LogKey::Announce {
            ledger,
            new,
            acting,
        } => announce(&ledger, &new, &acting, language),
        LogKey::End {
            ledger,
            ended,
            reason,
            acting,
        } => end(&ledger, &ended, &reason, &acting, language),
    }
}

fn list(folder: &Path, language: Language) -> Result<Answer, Failure> {
    let reader = reader(folder)?;
    let (rows, json) = reader.state(|state| {
        let rows = state.log_keys().iter().map(|key| {
            let now = match key.ended {
                Some(index) => words::ended_by(language, index),
                None => words::ACTIVE.text(language).to_owned(),
            };
            [key.key.to_string(), key.since.to_string(), now]
        });
        let json = state.log_keys().iter().map(|key| {
            json_object([
                ("log_key", json_text(&key.key)),
                ("since", json_count(key.since.get())),
                (
                    "ended",
                    key.ended.map_or(Value::Null, |it| json_count(it.get())),
                ),
            ])
        });
        (rows.collect::<Vec<_>>(), Value::Array(json.collect()))
    });
    let text = table(words::log_key_head(language), &rows);
    Ok(Answer::yes(text, json_object([("log_keys", json)])))
}

/// Announces a new log key with the newest checkpoint, which both sign.
fn announce(
    folder: &Path,
    new: &KeyLocation,
    acting: &Acting,
    language: Language,
) -> Result<Answer, Failure> {
    let operator = Operator::open(folder, acting, Some(new), language)?;
    let reader = operator.ledger.reader();
    let signer = operator.new.as_ref().expect("it was asked for");
    let new = log_verifier_key(&reader.origin(), signer.as_ref())?;
    let note = add_line(newest(&reader)?, &new, signer.as_ref())?;
    let number = reader.state(|state| state.log_keys().iter().count()) + 1;
    let body = Value::object([
        ("log_key", Value::string(&new)),
        ("note", Field::print(note.note())),
    ]);
    let draft = (Type::LogKey, format!("LK-{number}"), None, body);
    let appended = operator.record(draft)?;
    let text = [
        words::log_key_announced(language, &new, appended.index),
        words::BOTH_LOG_KEYS_SIGN.text(language).to_owned(),
    ];
    let json = json_object([
        ("index", json_count(appended.index.get())),
        ("log_key", json_text(&new)),
        ("log_keys", json_texts(operator.ledger.reader().log_keys())),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

/// Ends a log key with the newest checkpoint, which both signed.
fn end(
    folder: &Path,
    ended: &str,
    reason: &str,
    acting: &Acting,
    language: Language,
) -> Result<Answer, Failure> {
    let ended: VerifierKey = ended.parse().about("--ended")?;
    let operator = Operator::open(folder, acting, None, language)?;
    let reader = operator.ledger.reader();
    let number = reader.state(|state| {
        let mut keys = state.log_keys().iter();
        keys.position(|known| known.key == ended)
    });
    let number = number.ok_or_else(|| {
        Failure::no(format!("expected a log key of this ledger, found {ended}"))
            .hint("`bewijs log-key list` shows them")
    })?;
    let note = newest(&reader)?.note().clone();
    let body = Value::object([
        ("log_key", Value::string(&ended)),
        ("note", Field::print(&note)),
        ("reason", Value::string(reason)),
    ]);
    let draft = (
        Type::LogKeyEnded,
        format!("LK-{}/x", number + 1),
        None,
        body,
    );
    let appended = operator.record(draft)?;
    let left = operator.ledger.reader().log_keys();
    let names: Vec<String> = left.iter().map(ToString::to_string).collect();
    let text = words::log_key_has_ended(language, &ended, appended.index, names.join(", "));
    let json = json_object([
        ("index", json_count(appended.index.get())),
        ("ended", json_text(&ended)),
        ("log_keys", json_texts(left)),
    ]);
    Ok(Answer::yes(text, json))
}

/// Returns the verifier key of a log called `origin` that signs with `signer`.
fn log_verifier_key(origin: &str, signer: &dyn Signer) -> Result<VerifierKey, Failure> {
    let name = origin.parse()?;
    Ok(VerifierKey::new(
        name,
        KeyKind::Ed25519,
        signer.public_key(),
    ))
}

fn add_line(
    signed: SignedCheckpoint,
    key: &VerifierKey,
    signer: &dyn Signer,
) -> Result<SignedCheckpoint, Failure> {
    let signature = signer.sign(&signed.checkpoint().log_message())?;
    Ok(signed.with_log_signature(key, &signature)?)
}

fn newest(reader: &Reader) -> Result<SignedCheckpoint, Failure> {
    let newest = reader.checkpoint();
    let newest =
        newest.ok_or_else(|| Failure::not_run("expected a signed checkpoint, found none"))?;
    // The lines of witnesses say nothing of log keys, and a statement has little room.
    Ok(newest.without_cosignatures())
}

/// Prepares a handover, or records it.
pub fn handover(it: Handover, language: Language) -> Result<Answer, Failure> {
    match it {
        Handover::Draft {
            checkpoint,
            operator,
            log_key,
            trust,
            output,
            passphrases,
        } => {
            let ring = KeyRing::new(passphrases, language);
            let policy = read_trust(&trust)?;
            let operator: PartyId = operator.parse().about("--operator")?;
            let note = Note::parse(&files::read(&checkpoint)?).about(checkpoint.display())?;
            // Nothing is signed that the log in force has not signed.
            let signed = SignedCheckpoint::by_any(note, policy.log_keys())
                .map_err(Failure::no)
                .about(checkpoint.display())?;
            let signer = ring.open(&log_key)?;
            let new = log_verifier_key(policy.policy().origin().as_str(), signer.as_ref())?;
            let signed = add_line(signed, &new, signer.as_ref())?;
            draft(&operator, &new, &signed, &output, language)
        }
        Handover::Record {
            ledger,
            files,
            log_key,
            seen,
            passphrases,
        } => {
            let ring = KeyRing::new(passphrases, language);
            take_over(&ledger, &files, &log_key, &seen, &ring, language)
        }
    }
}

/// Writes the body of an `operator` statement that brings in a log key.
fn draft(
    operator: &PartyId,
    new: &VerifierKey,
    signed: &SignedCheckpoint,
    output: &Path,
    language: Language,
) -> Result<Answer, Failure> {
    let log = Value::object([
        ("log_key", Value::string(new)),
        ("note", Field::print(signed.note())),
    ]);
    let body = Value::object([("log", log), ("operator", Value::string(operator))]);
    let mut bytes = body.to_canonical();
    bytes.push(b'\n');
    let mut outputs = Outputs::default();
    outputs.write_new(output, &bytes, Readers::Anyone)?;
    outputs.keep();
    let size = signed.checkpoint().size;
    let text = words::handover_drafted(language, operator, new, size, output.display());
    let json = json_object([
        ("file", json_text(output.display())),
        ("log_key", json_text(new)),
        ("size", json_count(size.get())),
    ]);
    Ok(Answer::yes(text, json))
}

/// Takes a ledger over: the statements that its parties signed, and the new log key.
fn take_over(
    folder: &Path,
    statements: &[PathBuf],
    log_key: &KeyLocation,
    seen: &Seen,
    ring: &KeyRing,
    language: Language,
) -> Result<Answer, Failure> {
    let statements = statements.iter().map(|file| {
        let envelope = Envelope::parse_door(&files::read(file)?).map_err(Failure::no);
        envelope.about(file.display())
    });
    let statements = statements.collect::<Result<Vec<Envelope>, Failure>>()?;
    let seen = read_all_seen(seen)?;
    let store = Arc::from(open_store(folder)?);
    let log = log_signers(std::slice::from_ref(log_key), ring)?;
    let taken = Ledger::take_over(store, log, Box::new(SystemClock), &seen, statements);
    let (ledger, appended) = taken.map_err(|error| match error {
        // Nothing was written, so it is not unclear what became of it.
        OpenLedgerError::First(error @ AppendError::Stopped { .. }) => Failure::not_run(error),
        OpenLedgerError::First(error) => refusal(error, language),
        _ => Failure::not_run(error),
    })?;
    let reader = ledger.reader();
    let operator = reader.state(|state| state.operator().map(ToString::to_string));
    let operator = operator.unwrap_or_default();
    let places: Vec<String> = appended.iter().map(|it| it.index.to_string()).collect();
    let keys: Vec<String> = reader.log_keys().iter().map(ToString::to_string).collect();
    let text = [
        words::taken_over(language, &operator, places.join(", ")),
        words::log_key_now(language, keys.join(", ")),
        words::TELL_THE_READERS.text(language).to_owned(),
    ];
    let json = json_object([
        ("operator", json_text(&operator)),
        (
            "entries",
            Value::Array(
                appended
                    .iter()
                    .map(|it| json_count(it.index.get()))
                    .collect(),
            ),
        ),
        ("log_keys", json_texts(&keys)),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

/// Takes the text of an entry out of a ledger, after recording that it is withheld, and why.
pub fn withhold(it: Withhold, language: Language) -> Result<Answer, Failure> {
    let at = index(it.index)?;
    let operator = Operator::open(&it.ledger, &it.acting, None, language)?;
    let reader = operator.ledger.reader();
    let record = reader.record(at)?.ok_or_else(|| {
        let size = reader.size();
        Failure::no(format!(
            "expected a position below {size}, the number of entries, found {at}"
        ))
    })?;
    if record.envelope.is_empty() {
        return Err(Failure::no(format!(
            "expected an entry with a text, found entry {at}, whose text is withheld already"
        )));
    }
    let entry = Entry::parse(&record.entry)?;
    let thread = &entry.thread.name;
    let restated = reader.state(|state| state.restated(thread, at));
    let restated = restated.ok_or_else(|| Failure::no("expected a statement that was admitted"))?;
    let kind = restated.recorded.kind;
    if NEVER_WITHHELD.contains(&kind) {
        let label = kind.info().label.text(language);
        return Err(Failure::no(words::never_withheld(language, at, label)));
    }
    let envelope = Envelope::parse_stored(&record.envelope)?;
    let text = Statement::parse(envelope.payload())?;
    let warning = match kind {
        Type::Key => Some(words::WITHHOLDING_A_KEY),
        Type::Party => Some(words::WITHHOLDING_A_PARTY),
        Type::Case => Some(words::WITHHOLDING_A_CASE),
        _ => None,
    };
    let mut page = vec![words::this_text_goes(language, at)];
    page.extend(print_lines(&describe(&text, language)));
    page.extend(warning.map(|warning| warning.text(language).to_owned()));
    anstream::eprintln!("{}\n", page.join("\n"));

    let body = withheld_body(&restated, &it.en, &it.nl);
    let draft = (Type::Withheld, format!("AG-{at}"), case_of(thread), body);
    let appended = operator.record(draft)?;
    let text = [
        words::withheld_by(language, at, &restated.recorded.id, appended.index),
        words::WITHHELD_NEXT.text(language).to_owned(),
    ];
    let json = json_object([
        ("index", json_count(at.get())),
        ("id", json_text(&restated.recorded.id)),
        ("by", json_count(appended.index.get())),
        (
            "emptied",
            Value::Bool(is_empty(&operator.ledger.reader(), at)?),
        ),
        (
            "warning",
            json_optional(warning.map(|it| it.text(language))),
        ),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

fn is_empty(reader: &Reader, at: Index) -> Result<bool, Failure> {
    let record = reader.record(at)?;
    Ok(record.is_some_and(|record| record.envelope.is_empty()))
}

fn case_of(thread: &ThreadName) -> Option<CaseName> {
    match thread.as_str().parse::<Thread>() {
        Ok(Thread::Case(case)) => Some(case),
        _ => None,
    }
}

/// Says of a statement what stays true of it.
fn withheld_body(restated: &Restated, en: &str, nl: &str) -> Value {
    let Restated {
        recorded,
        keys,
        commitments,
    } = restated;
    let texts = |texts: Vec<String>| Value::Array(texts.into_iter().map(Value::String).collect());
    Value::object([
        (
            "commitments",
            texts(commitments.iter().map(ToString::to_string).collect()),
        ),
        (
            "ground",
            Value::object([("en", Value::string(en)), ("nl", Value::string(nl))]),
        ),
        ("id", Value::string(&recorded.id)),
        ("index", Field::print(&recorded.index)),
        (
            "keys",
            texts(keys.iter().map(ToString::to_string).collect()),
        ),
        ("kind", Value::string(recorded.kind)),
        ("payload", Value::string(recorded.payload)),
        ("statement", Value::string(recorded.statement)),
    ])
}

fn read_all_seen(seen: &Seen) -> Result<Vec<Note>, Failure> {
    seen.seen.iter().map(|path| read_seen(path)).collect()
}

/// An operator with an open ledger and the keys to act in it.
struct Operator<'a> {
    ledger: Ledger,
    keys: Vec<Box<dyn Signer>>,
    /// The log key that is to come.
    new: Option<Arc<dyn Signer>>,
    acting: &'a Acting,
    language: Language,
}

/// A key that signs in two places and is asked for once.
struct Shared(Arc<dyn Signer>);

impl Signer for Shared {
    fn public_key(&self) -> PublicKey {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError> {
        self.0.sign(message)
    }
}

impl<'a> Operator<'a> {
    fn open(
        folder: &Path,
        acting: &'a Acting,
        new: Option<&KeyLocation>,
        language: Language,
    ) -> Result<Operator<'a>, Failure> {
        // Whoever has no store to write to is not asked for a passphrase.
        let store = Arc::from(open_store(folder)?);
        let ring = KeyRing::new(acting.passphrases.clone(), language);
        let mut log: Vec<Box<dyn Signer>> = Vec::new();
        for path in &acting.log_keys {
            log.push(ring.open(path)?);
        }
        let new = new.map(|key| ring.open(key)).transpose()?;
        let new: Option<Arc<dyn Signer>> = new.map(Arc::from);
        if let Some(new) = &new {
            log.push(Box::new(Shared(new.clone())));
        }
        let seen = read_all_seen(&acting.seen)?;
        let ledger = Ledger::open(store, log, Box::new(SystemClock), &seen);
        let keys = acting.key.iter().map(|path| ring.open(path));
        Ok(Operator {
            ledger: ledger.about(folder.display())?,
            keys: keys.collect::<Result<_, _>>()?,
            new,
            acting,
            language,
        })
    }

    /// Composes a statement, shows it, asks, signs it and records it.
    fn record(
        &self,
        (kind, id, case, body): (Type, String, Option<CaseName>, Value),
    ) -> Result<Appended, Failure> {
        let reader = self.ledger.reader();
        let state = reader.state(State::clone);
        let ledger = state.ledger().cloned();
        let ledger = ledger.expect("a ledger that is open has a charter");
        let id: Id = match &self.acting.id {
            Some(id) => id.parse().about("--id")?,
            None => id.parse()?,
        };
        let head = Head {
            id,
            case,
            signers: Signers::new(self.keys.iter().map(|key| key.public_key().id())),
            claimed_at: SystemClock.now().seconds(),
            nonce: Nonce::from_bytes(files::random()?),
            basis: None,
            lint: None,
        };
        let predicate = Predicate::parse(kind, body, &At::Root("predicate"))?;
        let statement = Statement::compose(ledger, head, predicate)?;
        let none = Openings::default();
        let shown = page(&statement, &none, Some(&state), None, None, self.language);
        anstream::eprintln!("{}", shown.join("\n"));
        confirm(self.acting.yes, self.language)?;
        let payload = statement.to_payload();
        let message = pae(PAYLOAD_TYPE, &payload);
        let sign = |key: &dyn Signer| Ok((key.public_key().id(), key.sign(&message)?));
        let signatures = self.keys.iter().map(|key| sign(key.as_ref()));
        let signatures = signatures.collect::<Result<Vec<_>, Failure>>()?;
        let envelope = Envelope::new(payload, signatures)?;
        let appended = self.ledger.append(envelope);
        appended.map_err(|error| refusal(error, self.language))
    }
}

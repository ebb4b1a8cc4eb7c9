//! The operator's commands: a ledger is created, takes statements in, and hands receipts out.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::answer::{
    About as _, Answer, Exit, Failure, json_count, json_object, json_optional, json_text,
};
use super::args::{Append, Init, Receipt, Seen, StoreKind};
use super::copies::move_into_place;
use super::files::{self, Outputs, Readers};
use super::passphrase::KeyRing;
use super::words;
use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::entry::Entry;
use crate::envelope::Envelope;
use crate::hash::Hash;
use crate::json::Value;
use crate::ledger::door::DoorError;
use crate::ledger::{
    AppendError, Appended, Clock as _, Ledger, LogSigners, OpenLedgerError, Reader, SystemClock,
};
use crate::merkle::{Index, leaf_hash};
use crate::note::Note;
use crate::receipt::ReceiptError;
use crate::signer::{KeyLocation, Signer};
use crate::statement::{Language, OpenError, Predicate, SignedStatement, Statement};
use crate::store::{Kind, Store, create_store, open_store, open_store_for_reading, probe};
use crate::trust::{Doubt, TrustPolicy};

/// Opens a ledger for reading.
pub fn reader(folder: &Path) -> Result<Reader, Failure> {
    let store = open_store_for_reading(folder)?;
    Reader::open(Arc::from(store)).about(folder.display())
}

/// Opens a ledger for writing; it must reach what others have seen of it.
pub fn writer(
    folder: &Path,
    log_keys: &[KeyLocation],
    seen: &Seen,
    keys: &KeyRing,
) -> Result<Ledger, Failure> {
    // Whoever has no store to write to is not asked for a passphrase.
    let store = Arc::from(open_store(folder)?);
    let seen: Vec<Note> = seen
        .seen
        .iter()
        .map(|path| read_seen(path))
        .collect::<Result<_, _>>()?;
    let log = log_signers(log_keys, keys)?;
    Ledger::open(store, log, Box::new(SystemClock), &seen).about(folder.display())
}

/// Reads the checkpoint that somebody holds, bare or in a receipt.
pub fn read_seen(path: &Path) -> Result<Note, Failure> {
    let bytes = files::read(path)?;
    match crate::receipt::Receipt::parse(&bytes) {
        Ok(receipt) => Ok(receipt.note().clone()),
        Err(_) => Note::parse(&bytes).about(path.display()),
    }
}

/// Creates a store, and finds out whether it is fit for a log.
pub fn new_store(folder: &Path, kind: Kind) -> Result<Box<dyn Store>, Failure> {
    let store = create_store(folder, kind)?;
    // On a file system that does not keep its word two writers could both win a number.
    probe(store.as_ref())?;
    Ok(store)
}

/// Opens the log keys that a person named.
pub fn log_signers(log_keys: &[KeyLocation], keys: &KeyRing) -> Result<LogSigners, Failure> {
    let signers = log_keys.iter().map(|key| keys.open(key));
    let signers: Vec<Box<dyn Signer>> = signers.collect::<Result<_, _>>()?;
    Ok(signers.into())
}

/// Returns the position that a person typed.
pub fn index(number: u64) -> Result<Index, Failure> {
    Index::new(number)
        .ok_or_else(|| Failure::not_run(format!("expected a position, found {number}")))
}

impl From<StoreKind> for Kind {
    fn from(kind: StoreKind) -> Kind {
        match kind {
            #[cfg(feature = "sled")]
            StoreKind::Sled => Kind::Sled,
            StoreKind::Directory => Kind::Directory,
        }
    }
}

/// Creates a ledger: beside its place, and moved there when it is whole.
pub fn init(it: Init, language: Language) -> Result<Answer, Failure> {
    let charter = files::read(&it.charter)?;
    let charter = Envelope::parse_door(&charter)
        .map_err(Failure::no)
        .about(it.charter.display())?;
    let charter = SignedStatement::open(charter, |_| None).map_err(|error| {
        let missing = matches!(error, OpenError::Missing { .. });
        let failure = Failure::no(error).about(it.charter.display());
        match missing {
            true => failure.hint("let every founding key cosign the same file"),
            false => failure,
        }
    })?;
    let Predicate::Charter(body) = charter.statement().predicate() else {
        let found = charter.statement().kind();
        let wrong = Failure::no(format!("expected a charter, found a {found}"));
        return Err(wrong.about(it.charter.display()));
    };
    let origin = body.origin.clone();
    if let Some(expected) = it.origin.filter(|expected| *expected != origin.as_str()) {
        let wrong = format!("expected a charter of {expected}, found one of {origin}");
        return Err(Failure::no(wrong).about(it.charter.display()));
    }
    let genesis = charter.payload_digest();
    expect_free(&it.ledger)?;
    let log = KeyRing::new(it.passphrases, language).open(&it.log_key)?;

    let mut outputs = Outputs::default();
    let beside = files::beside(&it.ledger, "init")?;
    outputs.expect(&beside);
    let store = Arc::from(new_store(&beside, it.store.into())?);
    let ledger = Ledger::create(store, charter, log, Box::new(SystemClock));
    let ledger = ledger.map_err(|error| match error {
        OpenLedgerError::Charter(_) => Failure::no(error).about(it.charter.display()),
        _ => Failure::not_run(error),
    })?;
    let checkpoint = checkpoint(&ledger.reader())?;
    let log_key = ledger.reader().log_keys().remove(0);
    drop(ledger);
    move_into_place(&beside, &it.ledger, outputs)?;

    let fingerprint = checkpoint.checkpoint().fingerprint();
    let place = it.ledger.display();
    let kind = Kind::from(it.store);
    let text = [
        words::created(language, &origin, place, kind),
        words::genesis(language, genesis),
        words::genesis_in_groups(language, groups(&genesis)),
        words::first_fingerprint(language, fingerprint),
        words::log_key(language, &log_key),
        String::new(),
        words::WHAT_TO_DO_WITH_GENESIS.text(language).to_owned(),
    ];
    let json = json_object([
        ("origin", json_text(&origin)),
        ("genesis", json_text(genesis)),
        ("genesis_in_groups", json_text(groups(&genesis))),
        ("size", Value::Integer(1)),
        ("root", json_text(checkpoint.checkpoint().root)),
        ("fingerprint", json_text(fingerprint)),
        ("log_key", json_text(&log_key)),
        ("store", json_text(kind)),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

/// Says no before anybody types a passphrase in vain; the move at the end decides.
pub fn expect_free(folder: &Path) -> Result<(), Failure> {
    let taken = match fs::read_dir(folder) {
        Ok(mut names) => names.next().is_some(),
        Err(_) => fs::symlink_metadata(folder).is_ok(),
    };
    match taken {
        true => Err(Failure::not_run(format!(
            "{}: expected nothing or an empty folder, found something\na ledger is never overwritten: choose another place",
            folder.display()
        ))),
        false => Ok(()),
    }
}

fn checkpoint(reader: &Reader) -> Result<SignedCheckpoint, Failure> {
    let none = || {
        let none = Failure::undetermined("expected a signed checkpoint, found none");
        none.hint("append again: that signs the newest")
    };
    reader.checkpoint().ok_or_else(none)
}

/// Spells a digest in base32, in groups of four, as fingerprints are spelt.
fn groups(digest: &Hash) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bytes = digest.as_bytes();
    let bit = |place: usize| {
        bytes
            .get(place / 8)
            .map_or(0, |byte| byte >> (7 - place % 8) & 1)
    };
    let symbols = (0..bytes.len() * 8).step_by(5).map(|first| {
        let value = (first..first + 5).fold(0, |value, place| value << 1 | bit(place));
        char::from(ALPHABET[usize::from(value)])
    });
    let symbols: Vec<char> = symbols.collect();
    let groups = symbols.chunks(4).map(|group| group.iter().collect());
    groups.collect::<Vec<String>>().join(" ")
}

/// Records statements one by one, because later ones may refer to earlier ones.
pub fn append(it: Append, language: Language) -> Result<Answer, Failure> {
    let envelopes = it.files.iter().map(|file| {
        let envelope = Envelope::parse_door(&files::read(file)?).map_err(Failure::no);
        Ok((file, envelope.about(file.display())))
    });
    let envelopes = envelopes.collect::<Result<Vec<_>, Failure>>()?;
    if let Some(folder) = &it.receipts {
        fs::create_dir_all(folder).about(folder.display())?;
    }
    let keys = KeyRing::new(it.passphrases, language);
    let ledger = writer(&it.ledger, &it.log_keys, &it.seen, &keys)?;
    let mut report = AppendReport::new(language);
    for (file, envelope) in envelopes {
        let appended = envelope.and_then(|envelope| {
            let id = Statement::parse(envelope.payload()).map(|it| it.id().to_string());
            let appended = ledger
                .append(envelope)
                .map_err(|error| refusal(error, language))
                .about(file.display())?;
            Ok((appended, id.unwrap_or_default()))
        });
        match appended {
            Ok((appended, id)) => {
                let receipt = it.receipts.as_deref();
                let receipt =
                    receipt.map(|folder| write_receipt(&ledger.reader(), &appended, folder));
                report.recorded(file, &appended, &id, receipt.transpose());
            }
            Err(failure) => {
                let stop = failure.exit() == Exit::Undetermined;
                report.refused(file, failure);
                if stop {
                    break;
                }
            }
        }
    }
    Ok(report.answer())
}

/// Says how a command ends whose statement was not recorded.
pub fn refusal(error: AppendError, language: Language) -> Failure {
    match error {
        AppendError::Door(DoorError::Lint(error)) => {
            let failure = Failure::no(words::LINT_REFUSES_AT_THE_DOOR.text(language));
            let lines = words::lint_error(language, &error);
            lines
                .iter()
                .fold(failure, |failure, line| failure.hint(line))
        }
        AppendError::Open(_)
        | AppendError::Door(_)
        | AppendError::Refused(_)
        | AppendError::NewerRules { .. } => Failure::no(error),
        AppendError::LogKeys { .. } => Failure::not_run(error),
        _ => Failure::undetermined(error),
    }
}

/// What became of each file.
struct AppendReport {
    language: Language,
    exit: Exit,
    lines: Vec<String>,
    results: Vec<Value>,
    complaints: Vec<String>,
}

impl AppendReport {
    fn new(language: Language) -> AppendReport {
        AppendReport {
            language,
            exit: Exit::Yes,
            lines: Vec::new(),
            results: Vec::new(),
            complaints: Vec::new(),
        }
    }

    fn recorded(
        &mut self,
        file: &Path,
        appended: &Appended,
        id: &str,
        receipt: Result<Option<PathBuf>, Failure>,
    ) {
        let index = appended.index;
        self.lines.push(match appended.known {
            false => words::recorded(self.language, index, id, file.display()),
            true => words::known(self.language, index, id, file.display()),
        });
        let receipt = receipt.unwrap_or_else(|failure| {
            // The statement stands; only its receipt has to be asked for again.
            let failure = failure.hint(format!(
                "{id} is recorded: `bewijs receipt get` gives its receipt"
            ));
            self.complaints.push(failure.message().to_owned());
            self.exit = match self.exit {
                Exit::Yes => Exit::NotRun,
                worse => worse,
            };
            None
        });
        self.results.push(json_object([
            ("file", json_text(file.display())),
            ("index", json_count(index.get())),
            ("known", Value::Bool(appended.known)),
            ("id", json_text(id)),
            (
                "receipt",
                json_optional(receipt.map(|path| path.display().to_string())),
            ),
        ]));
    }

    fn refused(&mut self, file: &Path, failure: Failure) {
        // Not knowing outranks a no: the file may be in.
        self.exit = match (self.exit, failure.exit()) {
            (Exit::Undetermined, _) | (_, Exit::Undetermined) => Exit::Undetermined,
            (_, exit) => exit,
        };
        self.results.push(json_object([
            ("file", json_text(file.display())),
            ("error", json_text(failure.message())),
        ]));
        self.complaints.push(failure.message().to_owned());
    }

    fn answer(self) -> Answer {
        let json = json_object([("results", Value::Array(self.results))]);
        Answer::yes(self.lines.join("\n"), json)
            .with_exit(self.exit)
            .with_complaints(self.complaints)
    }
}

/// Writes `<index>.tlog-proof` and `<index>.entry.json`; what is there already stays.
fn write_receipt(reader: &Reader, appended: &Appended, folder: &Path) -> Result<PathBuf, Failure> {
    let index = appended.index;
    let path = folder.join(format!("{index}.tlog-proof"));
    let record = reader.record(index)?.ok_or_else(|| beyond(reader, index))?;
    let entry = folder.join(format!("{index}.entry.json"));
    if path.exists() && fs::read(&entry).is_ok_and(|present| present == record.entry) {
        // An earlier receipt of the same entry proves the same, and its holder may have more use for it.
        return Ok(path);
    }
    let mut outputs = Outputs::default();
    outputs.write_same(&entry, &record.entry)?;
    outputs.write_new(&path, &appended.receipt.print(), Readers::Anyone)?;
    outputs.keep();
    Ok(path)
}

fn beyond(reader: &Reader, index: Index) -> Failure {
    let size = reader.size();
    Failure::no(format!(
        "expected a position below {size}, the number of entries, found {index}"
    ))
}

/// Writes a receipt, or checks one.
pub fn receipt(it: Receipt, language: Language) -> Result<Answer, Failure> {
    match it {
        Receipt::Get {
            ledger,
            index,
            output,
        } => get_receipt(&ledger, index, output, language),
        Receipt::Check {
            receipt,
            entry,
            statement,
            trust,
        } => check_receipt(&receipt, &entry, &statement, &trust, language),
    }
}

fn get_receipt(
    folder: &Path,
    number: u64,
    output: Option<PathBuf>,
    language: Language,
) -> Result<Answer, Failure> {
    let at = index(number)?;
    let reader = reader(folder)?;
    let record = reader.record(at)?.ok_or_else(|| beyond(&reader, at))?;
    checkpoint(&reader)?;
    let receipt = reader.receipt(at).ok_or_else(|| {
        Failure::undetermined("expected a checkpoint over the newest entries, found an older one")
            .hint("append again: that signs the newest")
    })?;
    let Some(output) = output else {
        return Ok(Answer::text(String::from_utf8_lossy(&receipt.print())));
    };
    let entry = output.with_extension("entry.json");
    let statement = output.with_extension("statement.json");
    let mut outputs = Outputs::default();
    outputs.write_new(&output, &receipt.print(), Readers::Anyone)?;
    outputs.write_same(&entry, &record.entry)?;
    let statement = match record.envelope.is_empty() {
        true => None,
        false => {
            outputs.write_same(&statement, &record.envelope)?;
            Some(statement.display().to_string())
        }
    };
    outputs.keep();
    let text = match &statement {
        Some(path) => words::receipt_written(language, at, output.display(), entry.display(), path),
        None => words::receipt_without_text(language, at, output.display(), entry.display()),
    };
    let json = json_object([
        ("index", json_count(number)),
        ("receipt", json_text(output.display())),
        ("entry", json_text(entry.display())),
        ("statement", json_optional(statement)),
    ]);
    Ok(Answer::yes(text, json))
}

/// Checks a receipt with nothing but the files given: no ledger, no network.
fn check_receipt(
    receipt: &Path,
    entry: &Path,
    statement: &Path,
    trust: &Path,
    language: Language,
) -> Result<Answer, Failure> {
    let policy = read_trust(trust)?;
    // A receipt does not age, so the moment plays no part.
    let now = moment(None)?;
    let entry_bytes = files::read(entry)?;
    let receipt_bytes = files::read(receipt)?;
    let parsed = crate::receipt::Receipt::parse(&receipt_bytes).map_err(Failure::no);
    let parsed = parsed.about(receipt.display())?;
    let found = Entry::parse(&entry_bytes)
        .map_err(Failure::no)
        .about(entry.display())?;
    let envelope = Envelope::parse_door(&files::read(statement)?)
        .map_err(Failure::no)
        .about(statement.display())?;
    let said = Statement::parse(envelope.payload())
        .map_err(Failure::no)
        .about(statement.display())?;

    if envelope.digest() != found.statement {
        let wrong = format!(
            "expected the statement with envelope digest {}, which entry {} names, found {}",
            found.statement,
            found.index,
            envelope.digest()
        );
        return Err(Failure::no(wrong).about(statement.display()));
    }
    let genesis = match said.predicate() {
        Predicate::Charter(_) => envelope.payload_digest(),
        _ => said.ledger().genesis,
    };
    if genesis != *policy.genesis() {
        let wrong = format!(
            "expected a statement for the ledger with genesis {}, found one for {genesis}",
            policy.genesis()
        );
        return Err(Failure::no(wrong).about(statement.display()));
    }
    if found.index != parsed.index() {
        let wrong = format!(
            "expected the receipt of entry {}, found that of entry {}",
            found.index,
            parsed.index()
        );
        return Err(Failure::no(wrong).about(receipt.display()));
    }
    let proven = parsed
        .verify_under(&leaf_hash(&entry_bytes), policy.log_keys())
        .map_err(not_by_the_log)
        .about(receipt.display())?;

    let checkpoint = proven.checkpoint().checkpoint();
    let evaluation = policy.evaluate_note(parsed.note(), now);
    let doubts: Vec<Doubt> = evaluation
        .trusted()
        .err()
        .map(<[_]>::to_vec)
        .unwrap_or_default();
    let exit = trust_exit(&doubts);
    let mut text = vec![
        words::receipt_holds(language, said.id(), found.index, checkpoint.size),
        words::fingerprint_line(language, checkpoint.size, checkpoint.fingerprint()),
    ];
    match doubts.is_empty() {
        true => text.push(words::QUORUM_COSIGNED.text(language).to_owned()),
        false => text.push(words::NOT_TRUSTED.text(language).to_owned()),
    }
    text.extend(
        doubts
            .iter()
            .map(|doubt| format!("  {}", words::doubt(language, doubt))),
    );
    text.push(words::RECEIPT_DOES_NOT_SHOW.text(language).to_owned());
    let json = json_object([
        ("id", json_text(said.id())),
        ("index", json_count(found.index.get())),
        ("size", json_count(checkpoint.size.get())),
        ("root", json_text(checkpoint.root)),
        ("fingerprint", json_text(checkpoint.fingerprint())),
        ("trusted", Value::Bool(doubts.is_empty())),
        ("doubts", super::answer::json_texts(&doubts)),
    ]);
    Ok(Answer::yes(text.join("\n"), json).with_exit(exit))
}

/// A receipt outlives the log key that signed it; then the trust file has to name that key too.
fn not_by_the_log(error: ReceiptError) -> Failure {
    let unsigned = matches!(
        error,
        ReceiptError::Checkpoint(CheckpointError::Unsigned { .. })
    );
    let failure = Failure::no(error);
    match unsigned {
        true => failure.hint(
            "if the log has had another key since or before, add it to log_keys in the trust file",
        ),
        false => failure,
    }
}

/// Reads a trust file.
pub fn read_trust(path: &Path) -> Result<TrustPolicy, Failure> {
    TrustPolicy::parse(&files::read_text(path)?).about(path.display())
}

/// Returns the moment that a person typed, or that of this machine's clock.
pub fn moment(typed: Option<&str>) -> Result<crate::time::Seconds, Failure> {
    match typed {
        Some(typed) => Ok(typed.parse()?),
        None => Ok(SystemClock.now().seconds()),
    }
}

/// Says how a command ends when these doubts stand against trust: a bad signature is a no,
/// too little evidence is not determined.
pub fn trust_exit(doubts: &[Doubt]) -> Exit {
    let bad = |doubt: &Doubt| matches!(doubt, Doubt::Cosigner(_) | Doubt::Log(_));
    match (doubts.is_empty(), doubts.iter().any(bad)) {
        (true, _) => Exit::Yes,
        (_, true) => Exit::No,
        (_, false) => Exit::Undetermined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{Checkpoint, Fingerprint};

    #[test]
    fn a_digest_is_spelt_as_fingerprints_are() {
        for byte in [0, 0x5a, 0xff] {
            let typed = groups(&Hash::from_bytes([byte; 32]));
            assert_eq!(typed.len(), 13 * 5 - 1);
            // A fingerprint is the same spelling of another digest.
            assert_eq!(Fingerprint::parse_typed(&typed).unwrap().to_string(), typed);
        }
        let checkpoint = Checkpoint {
            origin: "ledger.example/test".parse().unwrap(),
            size: crate::merkle::Size::ZERO,
            root: Hash::ZERO,
        };
        let body = format!("bewijs fingerprint v1\n{}", checkpoint.body());
        let digest = Hash::of(body.as_bytes());
        assert_eq!(groups(&digest), checkpoint.fingerprint().to_string());
    }
}

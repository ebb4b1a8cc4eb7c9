//! Cosignatures by hand: the operator asks, a witness checks and cosigns, the operator attaches.

use std::path::Path;
use std::sync::Arc;

use super::answer::{About as _, Answer, Failure, json_count, json_object, json_text};
use super::args::Witness;
use super::files::{self, Outputs, Readers};
use super::ledger_commands::{reader, writer};
use super::passphrase::KeyRing;
use super::words;
use crate::checkpoint::Submission;
use crate::ledger::{Clock as _, CosignError, Ledger, SystemClock};
use crate::merkle::{ConsistencyProof, Size, prove_consistency};
use crate::note::{KeyKind, NoteSignature, VerifierKey};
use crate::signer::Signer;
use crate::statement::Language;
use crate::store::{Kind, Marker, Store, create_store, open_store, open_store_for_reading};
use crate::witness::{self, WitnessError};

/// Asks for, makes or attaches a cosignature.
pub fn witness(it: Witness, language: Language) -> Result<Answer, Failure> {
    match it {
        Witness::Request {
            ledger,
            old,
            output,
        } => request(&ledger, old, output.as_deref(), language),
        Witness::Once {
            request,
            memory,
            log,
            name,
            key,
            output,
            passphrases,
        } => {
            let submission = files::read(&request)?;
            let logs = verifier_keys(&log)?;
            let name = name.parse().about("--name")?;
            let key = KeyRing::new(passphrases, language).open(&key)?;
            once(
                &submission,
                &memory,
                logs,
                name,
                key,
                output.as_deref(),
                language,
            )
        }
        Witness::Newest {
            memory,
            log,
            output,
        } => {
            let logs = verifier_keys(&log)?;
            newest(&memory, &logs, output.as_deref(), language)
        }
        Witness::Attach {
            ledger,
            cosignature,
            witness,
            request,
            log_keys,
            seen,
            passphrases,
        } => {
            let ring = KeyRing::new(passphrases, language);
            let witness: VerifierKey = witness.parse().about("--witness")?;
            let ledger = || writer(&ledger, &log_keys, &seen, &ring);
            attach(ledger, &cosignature, &witness, request.as_deref(), language)
        }
    }
}

fn verifier_keys(typed: &[String]) -> Result<Vec<VerifierKey>, Failure> {
    typed.iter().map(|log| log.parse().about("--log")).collect()
}

/// Writes the body of a tlog-witness `add-checkpoint` request.
fn request(
    folder: &Path,
    old: u64,
    output: Option<&Path>,
    language: Language,
) -> Result<Answer, Failure> {
    let reader = reader(folder)?;
    let checkpoint = reader.checkpoint().ok_or_else(|| {
        Failure::undetermined("expected a signed checkpoint, found none")
            .hint("append again: that signs the newest")
    })?;
    let size = checkpoint.checkpoint().size;
    let old = Size::new(old).filter(|old| *old <= size).ok_or_else(|| {
        Failure::no(format!(
            "expected an old size of at most {size}, the size now, found {old}"
        ))
    })?;
    let proof = match old {
        Size::ZERO => ConsistencyProof::from_hashes(Vec::new()),
        old => reader.tree(|tree| prove_consistency(tree, old, size))?,
    };
    let submission = Submission::new(old, proof, checkpoint.note().clone())?.print();
    let json = json_object([
        ("old", json_count(old.get())),
        ("size", json_count(size.get())),
        ("request", json_text(String::from_utf8_lossy(&submission))),
    ]);
    let text = words::request_written(language, old, size);
    answer(&submission, output, text, json)
}

/// Cosigns one request, if it continues all that was cosigned before.
fn once(
    submission: &[u8],
    memory: &Path,
    logs: Vec<VerifierKey>,
    name: crate::note::KeyName,
    key: Box<dyn Signer>,
    output: Option<&Path>,
    language: Language,
) -> Result<Answer, Failure> {
    let store = memory_of(memory)?;
    let witness = witness::Witness::new(store, logs, name, key)?;
    let first = witness.newest()?.is_none();
    let now = SystemClock.now().seconds();
    let line = witness
        .add_checkpoint(submission, now)
        .map_err(|error| match error {
            WitnessError::Refused(_) => Failure::no(error),
            WitnessError::Undecided => Failure::undetermined(error),
            _ => Failure::not_run(error),
        })?;
    let newest = witness.newest()?;
    let size = newest.map_or(Size::ZERO, |newest| newest.checkpoint().size);
    let bytes = format!("{}\n", line.line().trim_end());
    let json = json_object([
        ("size", json_count(size.get())),
        ("cosignature", json_text(bytes.trim_end())),
        ("witness", json_text(witness.key())),
    ]);
    let text = words::cosigned(language, size, witness.key());
    let answer = answer(bytes.as_bytes(), output, text, json)?;
    // A mistyped folder is a new memory as well, and that must not go by unseen.
    let complaint = || words::nothing_to_compare(language, memory.display());
    Ok(answer.with_complaints(first.then(complaint).into_iter().collect()))
}

/// Shows the checkpoint that was cosigned last.
fn newest(
    memory: &Path,
    logs: &[VerifierKey],
    output: Option<&Path>,
    language: Language,
) -> Result<Answer, Failure> {
    let store = open_store_for_reading(memory)?;
    let newest = witness::newest(store.as_ref(), logs)?;
    let newest = newest.ok_or_else(|| {
        let place = memory.display();
        Failure::no(format!(
            "{place}: expected a cosigned checkpoint, found none"
        ))
    })?;
    let checkpoint = newest.checkpoint();
    let note = newest.print();
    let json = json_object([
        ("size", json_count(checkpoint.size.get())),
        ("fingerprint", json_text(checkpoint.fingerprint())),
        ("checkpoint", json_text(String::from_utf8_lossy(&note))),
    ]);
    let text = words::newest_written(language, checkpoint.size);
    answer(&note, output, text, json)
}

/// Opens the folder in which a witness remembers, or makes it.
fn memory_of(folder: &Path) -> Result<Arc<dyn Store>, Failure> {
    let store = match folder.join(Marker::FILE).exists() {
        true => open_store(folder)?,
        false => create_store(folder, Kind::Directory)?,
    };
    Ok(Arc::from(store))
}

/// Adds the cosignature to the checkpoint that it is about, and publishes it.
fn attach(
    ledger: impl FnOnce() -> Result<Ledger, Failure>,
    cosignature: &Path,
    witness: &VerifierKey,
    request: Option<&Path>,
    language: Language,
) -> Result<Answer, Failure> {
    if witness.kind() != KeyKind::CosignatureV1 {
        return Err(Failure::not_run(
            "--witness: expected a verifier key of type 0x04 (cosignature), found another type",
        ));
    }
    let lines = files::read(cosignature)?;
    let lines = NoteSignature::parse_lines(&lines).about(cosignature.display())?;
    let ledger = ledger()?;
    let mut note = match request {
        Some(path) => {
            Submission::parse(&files::read(path)?)
                .about(path.display())?
                .note
        }
        None => {
            let newest = ledger.reader().checkpoint();
            newest
                .ok_or_else(|| Failure::not_run("expected a signed checkpoint, found none"))?
                .note()
                .clone()
        }
    };
    for line in lines {
        // The witness may have answered before; what stands already is not added again.
        if !note.signatures().contains(&line) {
            note = note.with_signature(line).about(cosignature.display())?;
        }
    }
    let cosigned = ledger.attach(&note.print(), std::slice::from_ref(witness));
    let cosigned = cosigned.map_err(|error| {
        let hint =
            matches!(error, CosignError::Checkpoint(_) | CosignError::None) && request.is_none();
        let failure = match error {
            CosignError::Checkpoint(_) | CosignError::None => Failure::no(error),
            CosignError::Read(_) => Failure::no(error),
            _ => Failure::not_run(error),
        };
        match hint {
            true => failure.hint(
                "if the ledger has grown since, name the request that it answers with --request",
            ),
            false => failure,
        }
    })?;
    let checkpoint = cosigned.checkpoint();
    let text = [
        words::attached(language, witness.name(), checkpoint.size),
        words::fingerprint_line(language, checkpoint.size, checkpoint.fingerprint()),
    ];
    let json = json_object([
        ("size", json_count(checkpoint.size.get())),
        ("fingerprint", json_text(checkpoint.fingerprint())),
        ("witness", json_text(witness)),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

/// Writes `bytes` to a new file, or gives them as the answer.
fn answer(
    bytes: &[u8],
    output: Option<&Path>,
    written: String,
    json: crate::json::Value,
) -> Result<Answer, Failure> {
    let Some(path) = output else {
        return Ok(Answer::yes(String::from_utf8_lossy(bytes), json));
    };
    let mut outputs = Outputs::default();
    outputs.write_new(path, bytes, Readers::Anyone)?;
    outputs.keep();
    Ok(Answer::yes(format!("{written}: {}", path.display()), json))
}

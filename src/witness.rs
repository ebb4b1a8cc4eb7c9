//! The witness: cosigns checkpoints of one log, and never two inconsistent trees.
//!
//! Source: C2SP tlog-witness v1.0.0, `add-checkpoint`, and tlog-cosignature v1. The checks and their order
//! are the specification's: origin, the log's signature, old size not above the new one, old size
//! the one cosigned last, the empty tree, the consistency proof, and for the same size the same root.
//! Each refusal is one variant of [`Refused`], which names the status code that HTTP gives it.
//!
//! While a log puts one key in the place of another a witness is given both, by its own people, and a
//! checkpoint by either will do.
//!
//! A witness reads no entry. What it remembers is the chain of checkpoints that it cosigned, kept in a
//! [`Store`] like any other commits: number *n* is created once, and durable before the cosignature leaves.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::checkpoint::submission::Submission;
use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::hash::Hash;
use crate::merkle::{Size, empty_root};
use crate::note::{KeyKind, KeyName, Note, NoteSignature, VerifierKey};
use crate::signer::{Signer, SignerError};
use crate::store::{Create, Store, StoreError};
use crate::time::Seconds;

/// A witness of one log.
pub struct Witness {
    store: Arc<dyn Store>,
    /// The keys of the one log, all with its name.
    logs: Vec<VerifierKey>,
    key: VerifierKey,
    signer: Box<dyn Signer>,
    /// One submission at a time: comparing and remembering are one step.
    turn: Mutex<()>,
}

impl Witness {
    /// Makes the witness called `name` of the log with the keys `logs`: one, or those of before and after
    /// while one takes the place of the other.
    ///
    /// # Errors
    /// [`WitnessError::Key`] when one of `logs` is no log's key, or is the witness's own: one key per role;
    /// and when there is none, or they are not of one log.
    pub fn new(
        store: Arc<dyn Store>,
        logs: Vec<VerifierKey>,
        name: KeyName,
        signer: Box<dyn Signer>,
    ) -> Result<Witness, WitnessError> {
        let key = VerifierKey::new(name, KeyKind::CosignatureV1, signer.public_key());
        for log in &logs {
            if log.kind() != KeyKind::Ed25519 {
                let name = log.name().clone();
                return Err(WitnessError::Key(CheckpointError::LogKey { name }));
            }
            if log.public_key() == key.public_key() {
                let name = key.name().clone();
                return Err(WitnessError::Key(CheckpointError::CosignerKey { name }));
            }
        }
        let names = logs.iter().map(|log| log.name().to_string());
        let names: BTreeSet<String> = names.collect();
        if names.len() != 1 {
            let found = names.into_iter().collect::<Vec<_>>().join(", ");
            return Err(WitnessError::Logs { found });
        }
        Ok(Witness {
            store,
            logs,
            key,
            signer,
            turn: Mutex::new(()),
        })
    }

    /// Returns the verifier key of the witness.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Returns the checkpoint that was cosigned last; `None` before the first.
    ///
    /// # Errors
    /// [`WitnessError::Store`], and [`WitnessError::Memory`] when what is stored is not this log's.
    pub fn newest(&self) -> Result<Option<SignedCheckpoint>, WitnessError> {
        Ok(self.last()?.map(|(_, signed)| signed))
    }

    /// Cosigns what `body` submits, at `now`, and returns the signature line.
    ///
    /// # Errors
    /// [`WitnessError`]; nothing is remembered and nothing signed unless every check passed.
    pub fn add_checkpoint(&self, body: &[u8], now: Seconds) -> Result<NoteSignature, WitnessError> {
        let submission = Submission::parse(body).map_err(|error| Refused::Malformed {
            reason: error.to_string(),
        })?;
        let found = &submission.checkpoint;
        if found.origin.as_str() != self.logs[0].name().as_str() {
            return Err(Refused::UnknownLog {
                origin: found.origin.to_string(),
            }
            .into());
        }
        let signed =
            SignedCheckpoint::by_any(submission.note.clone(), &self.logs).map_err(|error| {
                Refused::Signature {
                    reason: error.to_string(),
                }
            })?;
        if submission.old > found.size {
            let reason = format!(
                "old size {} lies above the checkpoint's {}",
                submission.old, found.size
            );
            return Err(Refused::Malformed { reason }.into());
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let remembered = self.last()?;
        let last = remembered.as_ref().map(|(_, last)| last.checkpoint());
        self.consistent(last, &submission)?;
        if last.is_none_or(|last| last.size < found.size) {
            let next = remembered.as_ref().map_or(0, |(number, _)| number + 1);
            self.remember(next, &signed)?;
        }
        let signature = self.signer.sign(&found.cosignature_message(now))?;
        let line = self
            .key
            .cosignature(now, &signature)
            .map_err(CheckpointError::from)
            .map_err(WitnessError::Line)?;
        signed
            .with_cosignature(line.clone(), &self.key)
            .map_err(WitnessError::Line)?;
        Ok(line)
    }

    fn last(&self) -> Result<Option<(u64, SignedCheckpoint)>, WitnessError> {
        last(self.store.as_ref(), &self.logs)
    }

    fn consistent(
        &self,
        last: Option<&Checkpoint>,
        submission: &Submission,
    ) -> Result<(), Refused> {
        let found = &submission.checkpoint;
        let (old, old_root) =
            last.map_or((Size::ZERO, empty_root()), |last| (last.size, last.root));
        if submission.old != old {
            return Err(Refused::OldSize {
                expected: old,
                found: submission.old,
            });
        }
        if found.size == Size::ZERO && found.root != empty_root() {
            return Err(Refused::Proof {
                reason: "the empty tree has another root".to_owned(),
            });
        }
        if old == Size::ZERO {
            return match submission.proof.hashes().is_empty() {
                true => Ok(()),
                false => Err(Refused::Proof {
                    reason: "a first checkpoint needs no proof".to_owned(),
                }),
            };
        }
        if found.size == old && found.root != old_root {
            return Err(Refused::Forked {
                size: old,
                expected: old_root,
                found: found.root,
            });
        }
        submission
            .proof
            .verify(old, &old_root, found.size, &found.root)
            .map_err(|error| Refused::Proof {
                reason: error.to_string(),
            })
    }

    /// Makes the checkpoint durable as the one cosigned last.
    ///
    /// `number` follows that of the checkpoint which it was compared with: when somebody else took
    /// it meanwhile, the comparison no longer says anything.
    fn remember(&self, number: u64, signed: &SignedCheckpoint) -> Result<(), WitnessError> {
        let note = signed.print();
        match self.store.create(number, &note) {
            Ok(Create::Created) => Ok(()),
            // Another process with the same store, or our own write answered badly: only our own bytes will do.
            _ => match self.store.read(number)? {
                Some(stored) if stored == note => Ok(()),
                _ => Err(WitnessError::Undecided),
            },
        }
    }
}

/// Returns the checkpoint that the witness with this memory cosigned last; `None` before the first.
///
/// For who has no key at hand: nothing is signed.
///
/// # Errors
/// As [`Witness::newest`].
pub fn newest(
    store: &dyn Store,
    logs: &[VerifierKey],
) -> Result<Option<SignedCheckpoint>, WitnessError> {
    Ok(last(store, logs)?.map(|(_, signed)| signed))
}

/// Finds the checkpoint that was cosigned last, and its number in the memory.
fn last(
    store: &dyn Store,
    logs: &[VerifierKey],
) -> Result<Option<(u64, SignedCheckpoint)>, WitnessError> {
    let Some(number) = store.newest()? else {
        return Ok(None);
    };
    let note = store.read(number)?.unwrap_or_default();
    let note = Note::parse(&note).map_err(CheckpointError::from);
    let signed = note.and_then(|note| SignedCheckpoint::by_any(note, logs));
    let signed = signed.map_err(WitnessError::Memory)?;
    Ok(Some((number, signed)))
}

/// Why a submission is not cosigned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// 400: not a submission, or its old size lies above the new one.
    #[error("expected an add-checkpoint request: {reason}")]
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// 403: no valid signature by the log.
    #[error("expected a checkpoint signed by the log: {reason}")]
    Signature {
        /// What is wrong.
        reason: String,
    },
    /// 404: another log.
    #[error("this witness does not know the log {origin}")]
    UnknownLog {
        /// The origin that was found.
        origin: String,
    },
    /// 409: the submitter has another memory than the witness.
    #[error(
        "expected old size {expected}, the one cosigned last, found {found}\nask again with a proof from {expected}"
    )]
    OldSize {
        /// The size cosigned last, zero for none.
        expected: Size,
        /// The size that the request names.
        found: Size,
    },
    /// 422: the new tree does not continue the old one.
    #[error("the new tree is not shown to continue the one cosigned last: {reason}")]
    Proof {
        /// What is wrong.
        reason: String,
    },
    /// 422: two trees of one size. The two checkpoints together prove that the log has shown two histories.
    #[error(
        "expected root {expected} at size {size}, as cosigned last, found {found}\nthe log has shown two histories: keep both checkpoints, they are the proof"
    )]
    Forked {
        /// The size of both.
        size: Size,
        /// The root cosigned last.
        expected: Hash,
        /// The root submitted now.
        found: Hash,
    },
}

impl Refused {
    /// Returns the HTTP status code of tlog-witness.
    pub const fn status(&self) -> u16 {
        match self {
            Refused::Malformed { .. } => 400,
            Refused::Signature { .. } => 403,
            Refused::UnknownLog { .. } => 404,
            Refused::OldSize { .. } => 409,
            Refused::Proof { .. } | Refused::Forked { .. } => 422,
        }
    }
}

/// Why there is no cosignature.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessError {
    /// A key that cannot be that of a log, or of a witness of it.
    #[error(transparent)]
    Key(CheckpointError),
    /// No log, or several.
    #[error("expected the keys of one log, found keys of {found:?}\nuse a witness for each log")]
    Logs {
        /// The names of the keys.
        found: String,
    },
    /// A check failed.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored is not a checkpoint of this log.
    #[error(
        "what this witness remembers: {0}\nuse a folder of its own for each log, and name the old log key as well while its checkpoint is the last"
    )]
    Memory(CheckpointError),
    /// It is not known whether the checkpoint was remembered; so nothing is signed.
    #[error(
        "it is not known whether the checkpoint was remembered, so nothing was signed\nask again"
    )]
    Undecided,
    /// The key did not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The signature line does not verify.
    #[error("the cosignature made here: {0}")]
    Line(CheckpointError),
}

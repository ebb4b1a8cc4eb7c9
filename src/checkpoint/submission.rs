//! A checkpoint on its way to a witness: the body of an `add-checkpoint` request.
//!
//! Source: C2SP tlog-witness v1.0.0, section *add-checkpoint*.
//!
//! ```text
//! old 257
//! <base64 hash>                      (consistency proof, 0 to 63 lines)
//!
//! ledger.example/test                (the checkpoint, verbatim)
//! 70000
//! Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=
//!
//! — ledger.example/test eoZAmY8YfsivKphFH3ZUf5/2sCAruB/3sJjypXyuB2eXjQaAe5lxPlSmwmaZQIwE+om3WVCdX3HAKUXgJjmo/Uw9qAk=
//! ```
//!
//! Only the form is judged here. Which log, which signature, which size and whether the proof
//! holds is the witness's to check, in the order of the specification.

use super::{Checkpoint, CheckpointError};
use crate::hash::{Hash, HashError, excerpt};
use crate::merkle::{ConsistencyProof, Size};
use crate::note::{Note, NoteError};

/// The most consistency proof lines of a request.
pub const MAX_PROOF_LINES: usize = 63;

/// A request to cosign a checkpoint; nothing in it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The size of the tree that the witness is thought to have cosigned last; zero for none.
    pub old: Size,
    /// The proof that the new tree begins with the old one.
    pub proof: ConsistencyProof,
    /// The note that carries the checkpoint.
    pub note: Note,
    /// The checkpoint that the note carries.
    pub checkpoint: Checkpoint,
}

impl Submission {
    /// Asks for a cosignature on the checkpoint in `note`.
    ///
    /// # Errors
    /// [`SubmissionError`] when the note's text is no checkpoint or the proof is too long.
    pub fn new(
        old: Size,
        proof: ConsistencyProof,
        note: Note,
    ) -> Result<Submission, SubmissionError> {
        if proof.hashes().len() > MAX_PROOF_LINES {
            return Err(SubmissionError::TooManyHashes);
        }
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Submission {
            old,
            proof,
            note,
            checkpoint,
        })
    }

    /// Parses the body of a request.
    ///
    /// # Errors
    /// [`SubmissionError`] unless the bytes are what [`Submission::print`] prints.
    pub fn parse(bytes: &[u8]) -> Result<Submission, SubmissionError> {
        let split = bytes
            .windows(2)
            .position(|pair| pair == b"\n\n")
            .ok_or(SubmissionError::NoCheckpoint)?;
        let head = std::str::from_utf8(&bytes[..split]).map_err(|_| SubmissionError::Old {
            found: excerpt(&String::from_utf8_lossy(&bytes[..split])),
        })?;
        let mut lines = head.split('\n');
        let first = lines.next().unwrap_or_default();
        let old = first
            .strip_prefix("old ")
            .and_then(|size| size.parse().ok())
            .ok_or_else(|| SubmissionError::Old {
                found: excerpt(first),
            })?;
        let hashes: Vec<Hash> = lines
            .take(MAX_PROOF_LINES + 1)
            .map(Hash::from_base64)
            .collect::<Result<_, _>>()?;
        let note = Note::parse(&bytes[split + 2..])?;
        Submission::new(old, ConsistencyProof::from_hashes(hashes), note)
    }

    /// Returns the body of the request.
    pub fn print(&self) -> Vec<u8> {
        let mut head = format!("old {}\n", self.old);
        for hash in self.proof.hashes() {
            head.push_str(&hash.to_base64());
            head.push('\n');
        }
        head.push('\n');
        [head.into_bytes(), self.note.print()].concat()
    }
}

/// Bytes that are no request to cosign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubmissionError {
    /// The first line is not the old size.
    #[error("expected a first line \"old <size>\", found {found:?}")]
    Old {
        /// The beginning of the line.
        found: String,
    },
    /// A line of the proof is no hash.
    #[error("no consistency proof line: {0}")]
    Hash(#[from] HashError),
    /// More than [`MAX_PROOF_LINES`].
    #[error("expected at most {MAX_PROOF_LINES} consistency proof lines")]
    TooManyHashes,
    /// No empty line after the proof.
    #[error("expected an empty line and a checkpoint after the consistency proof")]
    NoCheckpoint,
    /// What follows is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// What follows is a note and no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

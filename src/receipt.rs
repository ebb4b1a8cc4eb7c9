//! Receipts: one entry's inclusion proof together with the checkpoint that it leads to.
//!
//! Source: C2SP tlog-proof v1; file extension `.tlog-proof`.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 5
//! EeH1WCI/THG2vhzs/R8N6HFG0llId8J7KexRn5BAITw=
//! O/nIHCMcrnC2eNPzA4+fT21rnXrc+bN48lkZrlPRdoY=
//! n0o/wg1BYtw31OI9kHhIcxp2BD//9taSiL8av7z/R44=
//!
//! ledger.example/test
//! 7
//! o+I7Msy2v5bQktFl2KpUbgmCnejwOw6JV1gdHha5K98=
//!
//! — ledger.example/test eoZAmWo8ykNY0ove9XAypjm7ysVq+9/tdESeAdZ7VNLiTlJqDleCZAqJB+aqWsa/y41JMQRDn+jsIlAlJ3c0/b0D9g8=
//! ```
//!
//! The hash of the leaf's sibling comes first. A line `extra <base64>` may stand before `index`; nobody
//! signs it. We write none, and keep one that is there.
//!
//! A receipt proves that its log recorded the entry. Whether enough witnesses saw the
//! checkpoint is for [`crate::trust`] to say; the entry itself is not in the receipt.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::hash::{Hash, HashError, excerpt};
use crate::merkle::{InclusionProof, Index, ProofError};
use crate::note::{Note, NoteError, VerifierKey};

/// The first line of a receipt.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The most inclusion proof lines of a receipt.
pub const MAX_PROOF_LINES: usize = 63;

/// A receipt; nothing in it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    extra: Option<Vec<u8>>,
    index: Index,
    proof: InclusionProof,
    note: Note,
}

/// A leaf that was shown to be in the tree of a checkpoint that its log signed.
///
/// Made only by [`Receipt::open`] and [`Receipt::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenLeaf {
    index: Index,
    leaf: Hash,
    checkpoint: SignedCheckpoint,
}

impl Receipt {
    /// Puts the proof of the entry at `index` before the checkpoint it leads to.
    pub fn new(index: Index, proof: InclusionProof, checkpoint: &SignedCheckpoint) -> Receipt {
        Receipt {
            extra: None,
            index,
            proof,
            note: checkpoint.note().clone(),
        }
    }

    /// Parses a receipt; verifies nothing.
    ///
    /// # Errors
    /// [`ReceiptError`] unless the bytes are what [`Receipt::print`] prints.
    pub fn parse(bytes: &[u8]) -> Result<Receipt, ReceiptError> {
        let split = bytes
            .windows(2)
            .position(|pair| pair == b"\n\n")
            .ok_or(ReceiptError::NoCheckpoint)?;
        let (head, note) = (&bytes[..split], &bytes[split + 2..]);
        let head = std::str::from_utf8(head).map_err(|_| ReceiptError::Utf8)?;
        let mut lines = head.split('\n');

        let first = lines.next().unwrap_or_default();
        if first != HEADER {
            return Err(ReceiptError::Header {
                found: excerpt(first),
            });
        }
        let mut line = lines.next().unwrap_or_default();
        let mut extra = None;
        if let Some(base64) = line.strip_prefix("extra ") {
            let decoded = STANDARD.decode(base64).ok();
            let decoded = decoded.filter(|decoded| !decoded.is_empty());
            extra = Some(decoded.ok_or_else(|| ReceiptError::Extra {
                found: excerpt(base64),
            })?);
            line = lines.next().unwrap_or_default();
        }
        let index = line
            .strip_prefix("index ")
            .and_then(|index| index.parse().ok())
            .ok_or_else(|| ReceiptError::Index {
                found: excerpt(line),
            })?;
        let hashes: Vec<Hash> = lines
            .take(MAX_PROOF_LINES + 1)
            .map(Hash::from_base64)
            .collect::<Result<_, _>>()?;
        if hashes.len() > MAX_PROOF_LINES {
            return Err(ReceiptError::TooManyHashes);
        }
        Ok(Receipt {
            extra,
            index,
            proof: InclusionProof::from_hashes(hashes),
            note: Note::parse(note)?,
        })
    }

    /// Returns the bytes of the receipt.
    pub fn print(&self) -> Vec<u8> {
        let mut head = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            head.push_str(&format!("extra {}\n", STANDARD.encode(extra)));
        }
        head.push_str(&format!("index {}\n", self.index));
        for hash in self.proof.hashes() {
            head.push_str(&hash.to_base64());
            head.push('\n');
        }
        head.push('\n');
        [head.into_bytes(), self.note.print()].concat()
    }

    /// Parses a receipt and verifies that `log` recorded `leaf`.
    ///
    /// `leaf` is [`crate::merkle::leaf_hash`] of the entry's bytes.
    ///
    /// # Errors
    /// [`ReceiptError`] when the bytes are no receipt, the checkpoint is not one of `log`, or the
    /// proof does not lead from `leaf` to its root.
    pub fn open(bytes: &[u8], leaf: &Hash, log: &VerifierKey) -> Result<ProvenLeaf, ReceiptError> {
        Receipt::parse(bytes)?.verify(leaf, log)
    }

    /// Verifies that `log` recorded `leaf`.
    ///
    /// # Errors
    /// As [`Receipt::open`].
    pub fn verify(&self, leaf: &Hash, log: &VerifierKey) -> Result<ProvenLeaf, ReceiptError> {
        self.verify_under(leaf, std::slice::from_ref(log))
    }

    /// Verifies that the log recorded `leaf`, under one at least of its keys `logs`.
    ///
    /// A receipt keeps the signatures of the time at which it was made, so who knows a log key that came
    /// before or after them needs the one that signed as well.
    ///
    /// # Errors
    /// As [`Receipt::open`].
    pub fn verify_under(
        &self,
        leaf: &Hash,
        logs: &[VerifierKey],
    ) -> Result<ProvenLeaf, ReceiptError> {
        let signed = SignedCheckpoint::by_any(self.note.clone(), logs)?;
        let tree = signed.checkpoint();
        self.proof.verify(leaf, self.index, tree.size, &tree.root)?;
        Ok(ProvenLeaf {
            index: self.index,
            leaf: *leaf,
            checkpoint: signed,
        })
    }

    /// Returns the place of the entry.
    pub fn index(&self) -> Index {
        self.index
    }

    /// Returns the inclusion proof.
    pub fn proof(&self) -> &InclusionProof {
        &self.proof
    }

    /// Returns the note that carries the checkpoint.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// Returns what the `extra` line holds, which nobody signed.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }
}

impl ProvenLeaf {
    /// Returns the place of the entry.
    pub fn index(&self) -> Index {
        self.index
    }

    /// Returns the leaf hash of the entry.
    pub fn leaf(&self) -> &Hash {
        &self.leaf
    }

    /// Returns the checkpoint in whose tree the entry is.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }
}

/// Bytes that are no receipt, or one that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// No empty line with a checkpoint below it.
    #[error("expected an empty line and a checkpoint in a receipt")]
    NoCheckpoint,
    /// Not UTF-8 before the checkpoint.
    #[error("expected UTF-8 in a receipt")]
    Utf8,
    /// Another first line.
    #[error("expected a first line {HEADER:?} in a receipt, found {found:?}")]
    Header {
        /// The beginning of the line.
        found: String,
    },
    /// An extra line that is empty or not base64.
    #[error("expected base64 after \"extra\" in a receipt, found {found:?}")]
    Extra {
        /// The beginning of what was found.
        found: String,
    },
    /// No index.
    #[error("expected a line \"index <number>\" in a receipt, found {found:?}")]
    Index {
        /// The beginning of the line.
        found: String,
    },
    /// A line of the proof is no hash.
    #[error("no inclusion proof line: {0}")]
    Hash(#[from] HashError),
    /// More than [`MAX_PROOF_LINES`].
    #[error("expected at most {MAX_PROOF_LINES} inclusion proof lines")]
    TooManyHashes,
    /// What follows the proof is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is no checkpoint of the log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof does not lead from the leaf to the root.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::leaf_hash;

    const LOG: &str = "ledger.example/test+7a864099+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    const RECEIPT: &str = "c2sp.org/tlog-proof@v1\nindex 5\n\
        EeH1WCI/THG2vhzs/R8N6HFG0llId8J7KexRn5BAITw=\n\
        O/nIHCMcrnC2eNPzA4+fT21rnXrc+bN48lkZrlPRdoY=\n\
        n0o/wg1BYtw31OI9kHhIcxp2BD//9taSiL8av7z/R44=\n\n\
        ledger.example/test\n7\no+I7Msy2v5bQktFl2KpUbgmCnejwOw6JV1gdHha5K98=\n\n\
        — ledger.example/test eoZAmWo8ykNY0ove9XAypjm7ysVq+9/tdESeAdZ7VNLiTlJqDleCZAqJB+aqWsa/y41JMQRDn+jsIlAlJ3c0/b0D9g8=\n";

    #[test]
    fn the_smallest_useful_proof_opens() {
        let log = LOG.parse().unwrap();
        let leaf = leaf_hash(b"5");
        let proven = Receipt::open(RECEIPT.as_bytes(), &leaf, &log).unwrap();
        assert_eq!((proven.index().get(), proven.leaf()), (5, &leaf));
        assert_eq!(proven.checkpoint().checkpoint().size.get(), 7);
        let receipt = Receipt::parse(RECEIPT.as_bytes()).unwrap();
        assert_eq!(receipt.print(), RECEIPT.as_bytes());
        let made = Receipt::new(receipt.index(), receipt.proof.clone(), proven.checkpoint());
        assert_eq!(made, receipt);
        let other = Receipt::open(RECEIPT.as_bytes(), &leaf_hash(b"4"), &log);
        assert!(matches!(other, Err(ReceiptError::Proof(_))));
    }

    #[test]
    fn an_extra_line_is_kept_and_proves_nothing() {
        let text = RECEIPT.replace("index 5", "extra YQ==\nindex 5");
        let receipt = Receipt::parse(text.as_bytes()).unwrap();
        assert_eq!(receipt.extra(), Some(&b"a"[..]));
        assert_eq!(receipt.print(), text.as_bytes());
        for extra in [
            "extra \n",
            "extra YQ\n",
            "extra YR==\n",
            "extra\n",
            "extra YQ==\nextra YQ==\n",
        ] {
            let text = RECEIPT.replace("index 5", &format!("{extra}index 5"));
            assert!(Receipt::parse(text.as_bytes()).is_err(), "{extra:?}");
        }
    }
}

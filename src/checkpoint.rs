//! Checkpoints: what a log signs about its tree, and what witnesses add to it.
//!
//! Source: C2SP tlog-checkpoint v1.0.0 without extension lines; C2SP tlog-cosignature v1.0.1,
//! Ed25519. A checkpoint is a [signed note](crate::note) whose text has exactly three lines:
//! origin, tree size, root hash in base64.
//!
//! ```text
//! ledger.example/test
//! 70000
//! Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=
//!
//! — ledger.example/test eoZAmY8YfsivKphFH3ZUf5/2sCAruB/3sJjypXyuB2eXjQaAe5lxPlSmwmaZQIwE+om3WVCdX3HAKUXgJjmo/Uw9qAk=
//! — witness.example/w1 IDJKvgAAAABlU/EAg5QoRgnnIEVM8WRxrnuq4OIk/vxnhBW4GEdhJdndhqN2pkoHtX/S5miS4JOrmhoOvrI8t434FZqpM8s7NZcbAQ==
//! ```
//!
//! The name of the log's key is the origin. A [`SignedCheckpoint`] carries a valid signature
//! of that key, or of each of two while one log key takes the place of another (which keys sign a
//! checkpoint of which size is [`crate::state`]'s); how many witnesses must have cosigned is for
//! [`crate::trust`] to say.
//! Signing is an effect: [`Checkpoint::log_message`] and [`Checkpoint::cosignature_message`]
//! give the bytes, and signatures made elsewhere are attached here.
//!
//! - [`fingerprint`]: the one line of a checkpoint that people compare.
//! - [`submission`]: a checkpoint on its way to a witness.

pub mod fingerprint;
pub mod submission;

use crate::hash::{Hash, HashError, excerpt};
use crate::key::{PublicKey, Signature};
use crate::merkle::Size;
use crate::note::{
    KeyKind, KeyName, Note, NoteError, NoteSignature, Origin, VerifierKey, cosignature_message,
};
use crate::time::Seconds;

pub use fingerprint::Fingerprint;
pub use submission::Submission;

/// What a log says about its tree: how many entries, and their root hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: Origin,
    /// The number of entries.
    pub size: Size,
    /// The RFC 6962 root hash over all entries.
    pub root: Hash,
}

/// A checkpoint with a valid signature of a log key, or of several, and the note that carries it.
///
/// Made only by those functions of its own and of [`Checkpoint`] that verify a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    /// The log keys whose signatures were verified, in the order in which they were asked for; at least one.
    logs: Vec<VerifierKey>,
    note: Note,
}

/// A valid cosignature of a checkpoint; made only by verifying it.
///
/// It says that at this time this was the largest consistent tree that the cosigner had seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    name: KeyName,
    key: PublicKey,
    time: Seconds,
}

impl Checkpoint {
    /// Parses the text of a note.
    ///
    /// # Errors
    /// [`CheckpointError`] unless the text is what [`Checkpoint::body`] prints.
    pub fn parse(text: &str) -> Result<Checkpoint, CheckpointError> {
        let lines: Vec<_> = text.split('\n').collect();
        let [origin, size, root, ""] = lines[..] else {
            return Err(CheckpointError::Lines {
                found: excerpt(text),
            });
        };
        Ok(Checkpoint {
            origin: origin.parse()?,
            size: size.parse().map_err(|_| CheckpointError::Size {
                found: excerpt(size),
            })?,
            root: Hash::from_base64(root)?,
        })
    }

    /// Returns the text of the note: three lines, each with its line feed.
    pub fn body(&self) -> String {
        let Checkpoint { origin, size, root } = self;
        format!("{origin}\n{size}\n{}\n", root.to_base64())
    }

    /// Returns the bytes that the log's key signs.
    pub fn log_message(&self) -> Vec<u8> {
        self.body().into_bytes()
    }

    /// Returns the bytes that a cosigner's key signs at `time`.
    pub fn cosignature_message(&self, time: Seconds) -> Vec<u8> {
        cosignature_message(&self.body(), time).into_bytes()
    }

    /// Attaches the signature that the holder of the log's key made over [`Checkpoint::log_message`].
    ///
    /// # Errors
    /// [`CheckpointError`] when it does not verify, or the key is no key of this log.
    pub fn with_log_signature(
        &self,
        log: &VerifierKey,
        signature: &Signature,
    ) -> Result<SignedCheckpoint, CheckpointError> {
        let note = Note::new(self.body(), log.signature(signature)?)?;
        SignedCheckpoint::from_note(note, log)
    }

    /// Returns the fingerprint that people compare.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self)
    }
}

impl SignedCheckpoint {
    /// Parses a note and verifies the log's signature on it.
    ///
    /// # Errors
    /// [`CheckpointError`] when the bytes are no note, its text is no checkpoint, the origin is
    /// not the name of `log`, or there is no valid signature by `log`.
    pub fn open(bytes: &[u8], log: &VerifierKey) -> Result<SignedCheckpoint, CheckpointError> {
        SignedCheckpoint::from_note(Note::parse(bytes)?, log)
    }

    /// Verifies the log's signature on a parsed note.
    ///
    /// # Errors
    /// As [`SignedCheckpoint::open`].
    pub fn from_note(note: Note, log: &VerifierKey) -> Result<SignedCheckpoint, CheckpointError> {
        SignedCheckpoint::by_any(note, std::slice::from_ref(log))
    }

    /// Verifies the signatures of those of `logs` that signed: one of them at least.
    ///
    /// # Errors
    /// [`CheckpointError`] when the text is no checkpoint, the origin is not the name of each of `logs`,
    /// none of them signed, or a line of one of them does not verify.
    pub fn by_any(note: Note, logs: &[VerifierKey]) -> Result<SignedCheckpoint, CheckpointError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        for log in logs {
            if log.kind() != KeyKind::Ed25519 {
                return Err(CheckpointError::LogKey {
                    name: log.name().clone(),
                });
            }
            if checkpoint.origin.as_str() != log.name().as_str() {
                return Err(CheckpointError::Origin {
                    expected: log.name().clone(),
                    found: checkpoint.origin,
                });
            }
        }
        let verified = note.verify(logs)?;
        let signed = |log: &&VerifierKey| verified.iter().any(|by| by.key() == *log);
        let logs: Vec<VerifierKey> = logs.iter().filter(signed).cloned().collect();
        match logs.is_empty() {
            true => Err(CheckpointError::Unsigned {
                log: checkpoint.origin.key_name(),
            }),
            false => Ok(SignedCheckpoint {
                checkpoint,
                logs,
                note,
            }),
        }
    }

    /// Verifies the signatures of all `logs`: while one log key takes the place of another, both sign.
    ///
    /// # Errors
    /// As [`SignedCheckpoint::by_any`], and when one of them has not signed.
    pub fn by_all(note: Note, logs: &[VerifierKey]) -> Result<SignedCheckpoint, CheckpointError> {
        let signed = SignedCheckpoint::by_any(note, logs)?;
        match logs.iter().find(|log| !signed.logs.contains(log)) {
            None => Ok(signed),
            Some(missing) => Err(CheckpointError::NotByAll {
                missing: missing.to_string(),
            }),
        }
    }

    /// Attaches the signature of another log key, made over [`Checkpoint::log_message`].
    ///
    /// # Errors
    /// [`CheckpointError`] when it does not verify, or the key is no key of this log.
    pub fn with_log_signature(
        self,
        log: &VerifierKey,
        signature: &Signature,
    ) -> Result<SignedCheckpoint, CheckpointError> {
        let mut logs = self.logs;
        logs.retain(|other| other != log);
        logs.push(log.clone());
        SignedCheckpoint::by_all(self.note.with_signature(log.signature(signature)?)?, &logs)
    }

    /// Returns what the log signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Returns the log keys whose signatures were verified; at least one.
    pub fn log_keys(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// Returns the same checkpoint with the lines of the log alone: those of [`SignedCheckpoint::log_keys`].
    pub fn without_cosignatures(&self) -> SignedCheckpoint {
        let own = |line: &&NoteSignature| self.logs.iter().any(|log| line.names(log));
        let mut lines = self.note.signatures().iter().filter(own).cloned();
        let first = lines.next().expect("a log key signed");
        let note = Note::new(self.note.text().to_owned(), first);
        let note = lines.try_fold(note.expect("a part of a note"), Note::with_signature);
        SignedCheckpoint {
            note: note.expect("a part of a note"),
            ..self.clone()
        }
    }

    /// Returns the note with all its signature lines, verified or not.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// Returns the bytes of the note.
    pub fn print(&self) -> Vec<u8> {
        self.note.print()
    }

    /// Attaches a cosignature that the holder of `cosigner` made, in place of an earlier one.
    ///
    /// The line comes from [`VerifierKey::cosignature`] or from a witness's answer.
    ///
    /// # Errors
    /// [`CheckpointError`] when it does not verify under `cosigner`, or that is no cosigner's key.
    pub fn with_cosignature(
        self,
        line: NoteSignature,
        cosigner: &VerifierKey,
    ) -> Result<SignedCheckpoint, CheckpointError> {
        if !line.names(cosigner) {
            return Err(CheckpointError::NotCosigned {
                name: cosigner.name().clone(),
            });
        }
        let note = self.note.with_signature(line)?;
        let signed = SignedCheckpoint { note, ..self };
        signed.cosignatures([cosigner])?;
        Ok(signed)
    }

    /// Verifies the cosignatures of those `cosigners` that cosigned; the lines of others say nothing.
    ///
    /// # Errors
    /// [`CheckpointError`] when a cosigner's line does not verify or stands there twice, or when
    /// one of `cosigners` is no cosigner's key or is a key of the log itself.
    pub fn cosignatures<'k>(
        &self,
        cosigners: impl IntoIterator<Item = &'k VerifierKey>,
    ) -> Result<Vec<Cosignature>, CheckpointError> {
        let cosigners: Vec<_> = cosigners.into_iter().collect();
        for cosigner in &cosigners {
            let mut logs = self.logs.iter().map(VerifierKey::public_key);
            let own = logs.any(|log| log == cosigner.public_key());
            if own || cosigner.kind() != KeyKind::CosignatureV1 {
                return Err(CheckpointError::CosignerKey {
                    name: cosigner.name().clone(),
                });
            }
        }
        let verified = self.note.verify(cosigners)?;
        let cosignatures = verified.iter().filter_map(|verified| {
            Some(Cosignature {
                name: verified.key().name().clone(),
                key: *verified.key().public_key(),
                time: verified.time()?,
            })
        });
        Ok(cosignatures.collect())
    }
}

impl Cosignature {
    /// Returns the name of the cosigner's key.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the cosigner's key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Returns the time by the cosigner's clock.
    pub fn time(&self) -> Seconds {
        self.time
    }
}

/// Bytes that are no checkpoint, or one that does not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// No signed note, an origin that names no log, or a signature that does not verify.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Fewer or more lines than origin, size and root.
    #[error(
        "expected the three lines of a checkpoint (origin, size, root) and no extension line, found {found:?}"
    )]
    Lines {
        /// The beginning of the text.
        found: String,
    },
    /// The second line is no size.
    #[error("expected a tree size in decimal without leading zeros, found {found:?}")]
    Size {
        /// The beginning of the line.
        found: String,
    },
    /// The third line is no hash.
    #[error("no root hash: {0}")]
    Root(#[from] HashError),
    /// A checkpoint of another log.
    #[error("expected a checkpoint of {expected}, found one of {found}")]
    Origin {
        /// The name of the log's key.
        expected: KeyName,
        /// The origin of the checkpoint.
        found: Origin,
    },
    /// No signature line of the log's key.
    #[error("expected a signature by the key of {log}, found none")]
    Unsigned {
        /// The name of the log's key.
        log: KeyName,
    },
    /// One log key has not signed although each of several must.
    #[error("expected a signature by each log key in force, found none by {missing}")]
    NotByAll {
        /// The verifier key.
        missing: String,
    },
    /// A key that cannot be that of a log.
    #[error("expected a log's key of type 0x01, found another type for {name}")]
    LogKey {
        /// The name of the key.
        name: KeyName,
    },
    /// A key that cannot be that of a cosigner.
    #[error("expected a cosigner's key of type 0x04 that is not the log's own, found {name}")]
    CosignerKey {
        /// The name of the key.
        name: KeyName,
    },
    /// A signature line of somebody else.
    #[error("expected a cosignature by {name}, found another signature line")]
    NotCosigned {
        /// The name of the cosigner's key.
        name: KeyName,
    },
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    const LOG: &str = "ledger.example/test+7a864099+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    const LOG_AS_WITNESS: &str =
        "ledger.example/test+21a3154e+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    const WITNESS: &str =
        "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";
    const NOTE: &str = "ledger.example/test\n70000\nGkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=\n\n\
        — ledger.example/test eoZAmY8YfsivKphFH3ZUf5/2sCAruB/3sJjypXyuB2eXjQaAe5lxPlSmwmaZQIwE+om3WVCdX3HAKUXgJjmo/Uw9qAk=\n\
        — witness.example/w1 IDJKvgAAAABlU/EAg5QoRgnnIEVM8WRxrnuq4OIk/vxnhBW4GEdhJdndhqN2pkoHtX/S5miS4JOrmhoOvrI8t434FZqpM8s7NZcbAQ==\n";

    fn key(text: &str) -> VerifierKey {
        text.parse().unwrap()
    }

    fn sign(first_seed_byte: u8, message: &[u8]) -> Signature {
        let seed = std::array::from_fn(|at| first_seed_byte + at as u8);
        Signature::from_bytes(SigningKey::from_bytes(&seed).sign(message).to_bytes())
    }

    #[test]
    fn signed_and_cosigned_it_is_the_vector() {
        let checkpoint = Checkpoint::parse(NOTE.split_once("\n\n").unwrap().0).unwrap_err();
        assert!(matches!(checkpoint, CheckpointError::Lines { .. }));
        let opened = SignedCheckpoint::open(NOTE.as_bytes(), &key(LOG)).unwrap();
        let checkpoint = opened.checkpoint().clone();

        let signature = sign(0, &checkpoint.log_message());
        let signed = checkpoint
            .with_log_signature(&key(LOG), &signature)
            .unwrap();
        let time = Seconds::from_unix_seconds(1_700_000_000).unwrap();
        let signature = sign(32, &checkpoint.cosignature_message(time));
        let witness = key(WITNESS);
        let line = witness.cosignature(time, &signature).unwrap();
        let cosigned = signed.clone().with_cosignature(line, &witness).unwrap();
        assert_eq!(cosigned.print(), NOTE.as_bytes());
        assert_eq!(cosigned, opened);

        let [cosignature] = &opened.cosignatures([&witness]).unwrap()[..] else {
            panic!("one witness cosigned");
        };
        assert_eq!(cosignature.name(), witness.name());
        assert_eq!(cosignature.key(), witness.public_key());
        assert_eq!(cosignature.time(), time);
        assert_eq!(signed.cosignatures([&witness]), Ok(vec![]));
    }

    #[test]
    fn a_log_is_not_its_own_witness_and_a_witness_no_log() {
        let opened = SignedCheckpoint::open(NOTE.as_bytes(), &key(LOG)).unwrap();
        for cosigner in [LOG, LOG_AS_WITNESS] {
            let answer = opened.cosignatures([&key(cosigner)]);
            assert!(matches!(answer, Err(CheckpointError::CosignerKey { .. })));
        }
        let answer = SignedCheckpoint::open(NOTE.as_bytes(), &key(LOG_AS_WITNESS));
        assert!(matches!(answer, Err(CheckpointError::LogKey { .. })));
        let answer = SignedCheckpoint::open(NOTE.as_bytes(), &key(WITNESS));
        assert!(matches!(answer, Err(CheckpointError::LogKey { .. })));
    }

    #[test]
    fn two_log_keys_sign_one_checkpoint() {
        let opened = SignedCheckpoint::open(NOTE.as_bytes(), &key(LOG)).unwrap();
        let checkpoint = opened.checkpoint().clone();
        let seed = std::array::from_fn(|at| 64 + at as u8);
        let public = SigningKey::from_bytes(&seed).verifying_key();
        let public = PublicKey::from_bytes(public.as_bytes()).unwrap();
        let other = VerifierKey::new(key(LOG).name().clone(), KeyKind::Ed25519, public);
        let both = [key(LOG), other.clone()];

        let missing = SignedCheckpoint::by_all(opened.note().clone(), &both);
        assert_eq!(
            missing,
            Err(CheckpointError::NotByAll {
                missing: other.to_string()
            })
        );
        let any = SignedCheckpoint::by_any(opened.note().clone(), &both).unwrap();
        assert_eq!(any.log_keys(), [key(LOG)]);

        let wrong = sign(0, &checkpoint.log_message());
        assert!(opened.clone().with_log_signature(&other, &wrong).is_err());
        let right = sign(64, &checkpoint.log_message());
        let signed = opened.with_log_signature(&other, &right).unwrap();
        assert_eq!(signed.log_keys(), both);
        let again = SignedCheckpoint::by_all(signed.note().clone(), &both).unwrap();
        assert_eq!(again, signed);
        // Who knows one of the keys needs no more.
        for log in &both {
            assert!(SignedCheckpoint::open(&signed.print(), log).is_ok());
        }
        let bare = signed.without_cosignatures();
        assert_eq!(bare.note().signatures().len(), 2);
        assert_eq!(bare.log_keys(), both);
        // A line that names one of the keys and does not verify spoils the whole note.
        let text = String::from_utf8(bare.print()).unwrap();
        let line = bare.note().signatures()[1].line();
        let bad = line.replace(&line[line.len() - 20..line.len() - 16], "AAAA");
        let note = Note::parse(text.replace(&line, &bad).as_bytes()).unwrap();
        assert!(matches!(
            SignedCheckpoint::by_any(note, &both),
            Err(CheckpointError::Note(NoteError::BadSignature { .. }))
        ));
    }

    #[test]
    fn a_line_is_attached_only_when_it_verifies() {
        let opened = SignedCheckpoint::open(NOTE.as_bytes(), &key(LOG)).unwrap();
        let witness = key(WITNESS);
        let time = Seconds::from_unix_seconds(1_700_000_001).unwrap();
        let wrong = sign(0, &opened.checkpoint().cosignature_message(time));
        let line = witness.cosignature(time, &wrong).unwrap();
        assert!(opened.clone().with_cosignature(line, &witness).is_err());
        let logs_own = opened.note().signatures()[0].clone();
        assert!(matches!(
            opened.clone().with_cosignature(logs_own, &witness),
            Err(CheckpointError::NotCosigned { .. })
        ));
        // A later cosignature takes the place of the earlier one.
        let right = sign(32, &opened.checkpoint().cosignature_message(time));
        let line = witness.cosignature(time, &right).unwrap();
        let later = opened.with_cosignature(line, &witness).unwrap();
        let cosignatures = later.cosignatures([&witness]).unwrap();
        assert_eq!(cosignatures.len(), 1);
        assert_eq!(cosignatures[0].time(), time);
    }
}

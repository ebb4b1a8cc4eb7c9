//! Signers: who holds a secret key and signs with it.
//!
//! A [`FileSigner`] holds the key of an encrypted file.
//! Which key may sign what is decided elsewhere: a signer signs the bytes it is given.

mod file;
mod passphrase;

pub use self::file::{FileSigner, KeyFileError, SecretKey, Warning};
pub use self::passphrase::{Passphrase, PassphraseError, PassphraseSource};

use crate::key::{KeyId, PublicKey, Signature};

/// Something that holds one secret key.
pub trait Signer: Send + Sync {
    /// Returns the public key that belongs to it.
    fn public_key(&self) -> PublicKey;

    /// Signs `message`; the signature has been verified with the public key before it leaves.
    ///
    /// # Errors
    /// [`SignerError`] when the key cannot be used.
    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError>;
}

/// Why there is no signature.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// The holder of the key did not sign.
    #[error("the key was not used: {reason}")]
    Refused {
        /// What the holder said.
        reason: String,
    },
    /// The signature that was made does not verify; it was thrown away.
    #[error(
        "expected a signature by key {key} that verifies, made one that does not\nthis machine computes wrongly; do not sign on it"
    )]
    Fault {
        /// The key.
        key: KeyId,
    },
}

//! Signers: who holds a secret key and signs with it.

use crate::key::{PublicKey, Signature};

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
}

//! Signers: who holds a secret key and signs with it.
//!
//! A [`FileSigner`] holds the key of an encrypted file; an ssh-agent (on Unix) or a token (with
//! the feature `pkcs11`) is asked to sign with a key that it holds. A [`KeyLocation`] says which.
//! Which key may sign what is decided elsewhere: a signer signs the bytes it is given.

#[cfg(unix)]
mod agent;
mod file;
mod location;
mod passphrase;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod uri;

#[cfg(unix)]
pub use self::agent::{Agent, AgentError, AgentSigner, Identity};
pub use self::file::{FileSigner, KeyFileError, SecretKey, Warning};
pub use self::location::KeyLocation;
pub use self::passphrase::{Passphrase, PassphraseError, PassphraseSource};
#[cfg(feature = "pkcs11")]
pub use self::pkcs11::{Login, Token, TokenError, TokenSigner, Tries};
pub use self::uri::{TokenUri, UriError};

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
    /// The signature that the holder of the key gave does not verify; it was thrown away.
    #[error(
        "expected a signature by key {key} that verifies, {holder} gave one that does not\nit was thrown away; do not use that holder before you know why"
    )]
    Wrong {
        /// The key.
        key: KeyId,
        /// Who gave it.
        holder: String,
    },
    /// The signature that was made here does not verify; it was thrown away.
    #[error(
        "expected a signature by key {key} that verifies, made one that does not\nthis machine computes wrongly; do not sign on it"
    )]
    Fault {
        /// The key.
        key: KeyId,
    },
}

/// Lets a signature out only when it verifies; `holder` says who gave it.
#[cfg(any(unix, feature = "pkcs11"))]
fn verified(
    key: &PublicKey,
    message: &[u8],
    signature: Signature,
    holder: impl FnOnce() -> String,
) -> Result<Signature, SignerError> {
    match key.verify(message, &signature) {
        Ok(()) => Ok(signature),
        Err(_) => Err(SignerError::Wrong {
            key: key.id(),
            holder: holder(),
        }),
    }
}

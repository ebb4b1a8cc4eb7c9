//! Keys in files: PKCS#8 in PEM (RFC 5958, RFC 8410), encrypted with a passphrase
//! (PBES2 of RFC 8018 with scrypt or PBKDF2, and AES):
//!
//! ```text
//! -----BEGIN ENCRYPTED PRIVATE KEY-----
//! MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSsGAQQB2kcECzAk…
//! -----END ENCRYPTED PRIVATE KEY-----
//! ```
//!
//! What is written, OpenSSL 3 reads, and the other way round; `docs/formats/keys.md` has the
//! parameters. A plain file is read only by the function that has `danger` in its name.
//! Secrets are wiped from memory when they are dropped, as far as the libraries reach.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signer as _, SigningKey};
use pkcs8::der::ErrorKind;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::pem::PemLabel as _;
use pkcs8::pkcs5::pbes2::{Kdf, Parameters};
use pkcs8::pkcs5::{self, EncryptionScheme, scrypt};
use pkcs8::{
    AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier,
    PrivateKeyInfoRef, SecretDocument,
};
use zeroize::{Zeroize as _, Zeroizing};

use super::passphrase::{Passphrase, PassphraseError, PassphraseSource};
use super::{Signer, SignerError};
use crate::key::{PublicKey, Signature};

/// A secret key in memory, wiped when it is dropped.
pub struct SecretKey {
    signing: SigningKey,
    public: PublicKey,
}

/// A secret key that was read from a file.
#[derive(Debug)]
pub struct FileSigner {
    key: SecretKey,
    path: PathBuf,
    warnings: Vec<Warning>,
}

/// Something about a key file that its owner should know and that keeps nobody from signing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Others than the owner may read or write the file.
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permissions, as `chmod` takes them.
        mode: u32,
    },
    /// The file is not encrypted.
    Plain {
        /// The file.
        path: PathBuf,
    },
}

impl SecretKey {
    /// Makes a key from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyFileError::Random`] when there is none.
    pub fn generate() -> Result<SecretKey, KeyFileError> {
        let mut seed = Zeroizing::new([0; 32]);
        random(seed.as_mut_slice())?;
        Ok(SecretKey::danger_from_seed(&seed))
    }

    /// Makes the key of a known seed (RFC 8032, section 5.1.5): for demonstrations and tests.
    pub fn danger_from_seed(seed: &[u8; 32]) -> SecretKey {
        let signing = SigningKey::from_bytes(seed);
        let public = PublicKey::from_bytes(signing.verifying_key().as_bytes())
            .expect("a clamped scalar gives a point of large order");
        SecretKey { signing, public }
    }

    /// Writes the key to a new file, encrypted, that only its owner may read.
    ///
    /// The file is on disk when this returns. When it fails, no file is left behind.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] when there is something at `path` already: nothing is ever
    /// overwritten. [`KeyFileError::Io`] and [`KeyFileError::Random`].
    pub fn create_file(&self, path: &Path, passphrase: &Passphrase) -> Result<(), KeyFileError> {
        write_new(path, self.to_encrypted_pem(passphrase)?.as_bytes())
    }

    /// Writes the key to a new file, unprotected: for demonstrations.
    ///
    /// # Errors
    /// As [`SecretKey::create_file`].
    pub fn danger_create_plain_file(&self, path: &Path) -> Result<(), KeyFileError> {
        let pem = self.to_pkcs8().to_pem(PLAIN_LABEL, LineEnding::LF);
        write_new(path, pem.expect("a document has a PEM form").as_bytes())
    }

    /// Returns the encrypted PEM form; salt and initialisation vector are fresh.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn to_encrypted_pem(
        &self,
        passphrase: &Passphrase,
    ) -> Result<Zeroizing<String>, KeyFileError> {
        let (mut salt, mut iv) = ([0; 16], [0; 16]);
        random(&mut salt)?;
        random(&mut iv)?;
        let cost = scrypt::Params::new(SCRYPT_LOG_N, SCRYPT_R, SCRYPT_P);
        let cost = cost.expect("the cost of scrypt is within its limits");
        let scheme = Parameters::generate_scrypt_aes256cbc(cost, &salt, iv)
            .expect("a salt of 16 bytes fits");
        let data = scheme
            .encrypt(passphrase.as_bytes(), self.to_pkcs8().as_bytes())
            .expect("a key of 48 bytes can be encrypted");
        let document = SecretDocument::try_from(EncryptedPrivateKeyInfoRef {
            encryption_algorithm: scheme.into(),
            encrypted_data: OctetStringRef::new(&data).expect("160 bytes fit an octet string"),
        });
        let pem = document.and_then(|document| {
            Ok(document.to_pem(EncryptedPrivateKeyInfoRef::PEM_LABEL, LineEnding::LF)?)
        });
        Ok(pem.expect("a document has a PEM form"))
    }

    /// Version 1, without the public key: OpenSSL 3.0 does not read version 2.
    fn to_pkcs8(&self) -> SecretDocument {
        let mut inner = Zeroizing::new([0; 34]);
        inner[..2].copy_from_slice(&INNER_OCTET_STRING);
        let mut seed = self.signing.to_bytes();
        inner[2..].copy_from_slice(&seed);
        seed.zeroize();
        let key = OctetStringRef::new(&*inner).expect("34 bytes fit an octet string");
        let info = PrivateKeyInfoRef::new(ED25519, key);
        SecretDocument::try_from(info).expect("a key has a DER form")
    }

    fn from_pkcs8(der: &[u8]) -> Result<SecretKey, Unreadable> {
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| Unreadable::NotPkcs8)?;
        if info.algorithm != ED25519 {
            return Err(Unreadable::NotEd25519);
        }
        let seed = info
            .private_key
            .as_bytes()
            .strip_prefix(&INNER_OCTET_STRING);
        let seed = seed.and_then(|seed| seed.first_chunk().filter(|_| seed.len() == 32));
        let key = SecretKey::danger_from_seed(seed.ok_or(Unreadable::NotPkcs8)?);
        match info
            .public_key
            .map(|bits| bits.as_bytes() == Some(key.public.as_bytes()))
        {
            Some(false) => Err(Unreadable::OtherPublicKey),
            _ => Ok(key),
        }
    }
}

impl Signer for SecretKey {
    fn public_key(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError> {
        let signature = Signature::from_bytes(self.signing.sign(message).to_bytes());
        // A fault while signing can give the secret away to who sees the wrong signature.
        match self.public.verify(message, &signature) {
            Ok(()) => Ok(signature),
            Err(_) => Err(SignerError::Fault {
                key: self.public.id(),
            }),
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public)
    }
}

impl FileSigner {
    /// Opens an encrypted key file.
    ///
    /// `passphrase` is read only after the file has been, so nobody is asked in vain.
    ///
    /// # Errors
    /// [`KeyFileError`]; a wrong passphrase is [`KeyFileError::WrongPassphrase`], a file that
    /// is not encrypted is [`KeyFileError::Plain`].
    pub fn open(path: &Path, passphrase: &PassphraseSource) -> Result<FileSigner, KeyFileError> {
        FileSigner::read(path, passphrase, false)
    }

    /// Opens a key file that may be unprotected: for demonstrations.
    ///
    /// A plain file gives [`Warning::Plain`]; an encrypted one is opened as by
    /// [`FileSigner::open`].
    ///
    /// # Errors
    /// As [`FileSigner::open`], without [`KeyFileError::Plain`].
    pub fn danger_open_plain(
        path: &Path,
        passphrase: &PassphraseSource,
    ) -> Result<FileSigner, KeyFileError> {
        FileSigner::read(path, passphrase, true)
    }

    /// Returns where the key was read.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what the owner of the file should be told.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Returns the key, to write it to another file or under another passphrase.
    pub fn key(&self) -> &SecretKey {
        &self.key
    }

    fn read(
        path: &Path,
        passphrase: &PassphraseSource,
        plain_allowed: bool,
    ) -> Result<FileSigner, KeyFileError> {
        let file = File::open(path).map_err(KeyFileError::io(path))?;
        let mut warnings = Vec::new();
        if let Some(mode) = open_to_others(&file).map_err(KeyFileError::io(path))? {
            let path = path.to_owned();
            warnings.push(Warning::OpenToOthers { path, mode });
        }
        let mut pem = Zeroizing::new(String::with_capacity(MAX_FILE_BYTES));
        let most = MAX_FILE_BYTES as u64;
        file.take(most)
            .read_to_string(&mut pem)
            .map_err(KeyFileError::io(path))?;

        let unreadable = |why| KeyFileError::unreadable(path, why);
        let (label, document) =
            SecretDocument::from_pem(&pem).map_err(|_| unreadable(Unreadable::NotPem))?;
        let key = match label {
            PLAIN_LABEL if plain_allowed => {
                let path = path.to_owned();
                warnings.push(Warning::Plain { path });
                SecretKey::from_pkcs8(document.as_bytes()).map_err(unreadable)?
            }
            PLAIN_LABEL => {
                return Err(KeyFileError::Plain {
                    path: path.to_owned(),
                });
            }
            EncryptedPrivateKeyInfoRef::PEM_LABEL => {
                let info = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
                    .map_err(|error| unreadable(not_encrypted_pkcs8(error)))?;
                affordable(&info.encryption_algorithm).map_err(unreadable)?;
                let purpose = format!("passphrase of {}", path.display());
                let passphrase = passphrase.read(&purpose)?;
                decrypt(&info, &passphrase).map_err(unreadable)?
            }
            _ => return Err(unreadable(Unreadable::NotPem)),
        };
        Ok(FileSigner {
            key,
            path: path.to_owned(),
            warnings,
        })
    }
}

impl Signer for FileSigner {
    fn public_key(&self) -> PublicKey {
        self.key.public
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError> {
        self.key.sign(message)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::OpenToOthers { path, mode } => write!(
                f,
                "{0}: others may read or change this key file (mode {mode:03o})\nchmod 600 {0} closes it",
                path.display()
            ),
            Warning::Plain { path } => write!(
                f,
                "{}: this key file is not encrypted: whoever reads it can sign",
                path.display()
            ),
        }
    }
}

/// Why a key could not be made, written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The operating system gave no randomness.
    #[error("expected randomness from the operating system, found none: {reason}")]
    Random {
        /// What the system said.
        reason: String,
    },
    /// There is something where the key should be written.
    #[error("{path}: expected no file here, found one; a key file is never overwritten")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file could not be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The passphrase does not open the file.
    #[error("{path}: expected another passphrase, or the file is damaged")]
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// The file is not encrypted.
    #[error(
        "{path}: expected an encrypted key, found a plain one\nopenssl pkcs8 -topk8 -in {path} encrypts it"
    )]
    Plain {
        /// The file.
        path: PathBuf,
    },
    /// The file holds no key that is of use here.
    #[error("{path}: expected an Ed25519 key as encrypted PKCS#8 in PEM, found {found}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is there.
        found: &'static str,
    },
    /// There is no passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
}

impl KeyFileError {
    fn io(path: &Path) -> impl Fn(io::Error) -> KeyFileError {
        let path = path.to_owned();
        move |error| {
            let path = path.clone();
            match error.kind() {
                io::ErrorKind::AlreadyExists => KeyFileError::Exists { path },
                _ => KeyFileError::Io { path, error },
            }
        }
    }

    fn unreadable(path: &Path, why: Unreadable) -> KeyFileError {
        let path = path.to_owned();
        let found = match why {
            Unreadable::WrongPassphrase => return KeyFileError::WrongPassphrase { path },
            Unreadable::NotPem => "no such PEM",
            Unreadable::NotPkcs8 => "PEM that holds no PKCS#8 key",
            Unreadable::NotEd25519 => "a key of another algorithm",
            Unreadable::OtherPublicKey => "a public key that belongs to another private key",
            Unreadable::Cipher => {
                "an encryption other than PBES2 with AES, and scrypt or PBKDF2 with SHA-2"
            }
            Unreadable::TooCostly => "an encryption that takes too much memory or time to undo",
        };
        KeyFileError::Unreadable { path, found }
    }
}

/// Why bytes give no key, before a file name is put to it.
#[derive(Clone, Copy)]
enum Unreadable {
    NotPem,
    NotPkcs8,
    NotEd25519,
    OtherPublicKey,
    Cipher,
    TooCostly,
    WrongPassphrase,
}

fn decrypt(
    info: &EncryptedPrivateKeyInfoRef<'_>,
    passphrase: &Passphrase,
) -> Result<SecretKey, Unreadable> {
    let document = match info.decrypt(passphrase.as_bytes()) {
        Ok(document) => document,
        Err(pkcs8::Error::EncryptedPrivateKey(
            pkcs5::Error::UnsupportedAlgorithm { .. }
            | pkcs5::Error::NoPbes1CryptSupport
            | pkcs5::Error::AlgorithmParametersInvalid { .. },
        )) => return Err(Unreadable::Cipher),
        Err(_) => return Err(Unreadable::WrongPassphrase),
    };
    SecretKey::from_pkcs8(document.as_bytes()).map_err(|why| match why {
        // A wrong passphrase that leaves good padding by chance leaves no PKCS#8.
        Unreadable::NotPkcs8 => Unreadable::WrongPassphrase,
        other => other,
    })
}

/// Tells a cipher that is not known here from bytes that are no such structure.
fn not_encrypted_pkcs8(error: pkcs8::Error) -> Unreadable {
    match error {
        pkcs8::Error::Asn1(error) if matches!(error.kind(), ErrorKind::OidUnknown { .. }) => {
            Unreadable::Cipher
        }
        _ => Unreadable::NotPkcs8,
    }
}

/// Refuses parameters that would take the machine down before any passphrase is asked for.
fn affordable(scheme: &EncryptionScheme) -> Result<(), Unreadable> {
    let EncryptionScheme::Pbes2(parameters) = scheme else {
        return Err(Unreadable::Cipher);
    };
    let affordable = match &parameters.kdf {
        Kdf::Pbkdf2(cost) => cost.iteration_count <= MAX_PBKDF2_ROUNDS,
        Kdf::Scrypt(cost) => {
            let block = 128 * u64::from(cost.block_size);
            cost.cost_parameter <= MAX_SCRYPT_BYTES / block.max(1)
                && cost.parallelization <= MAX_SCRYPT_P
        }
        _ => return Err(Unreadable::Cipher),
    };
    if affordable {
        Ok(())
    } else {
        Err(Unreadable::TooCostly)
    }
}

fn random(bytes: &mut [u8]) -> Result<(), KeyFileError> {
    getrandom::fill(bytes).map_err(|error| KeyFileError::Random {
        reason: error.to_string(),
    })
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), KeyFileError> {
    let mut file = for_owner_only()
        .open(path)
        .map_err(KeyFileError::io(path))?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| sync_parent(path));
    written.map_err(|error| {
        // The file is ours: it did not exist a moment ago.
        let _ = std::fs::remove_file(path);
        KeyFileError::io(path)(error)
    })
}

#[cfg(unix)]
fn for_owner_only() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn for_owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    options
}

#[cfg(unix)]
fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|path| !path.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_parent(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Returns the permissions of a file that others than its owner may read or write.
#[cfg(unix)]
fn open_to_others(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    Ok(Some(mode).filter(|mode| mode & 0o066 != 0))
}

#[cfg(not(unix))]
fn open_to_others(_: &File) -> io::Result<Option<u32>> {
    Ok(None)
}

const ED25519: AlgorithmIdentifierRef<'static> = AlgorithmIdentifierRef {
    oid: ObjectIdentifier::new_unwrap("1.3.101.112"),
    parameters: None,
};

/// The seed stands in an octet string of its own, inside that of PKCS#8 (RFC 8410, section 7).
const INNER_OCTET_STRING: [u8; 2] = [0x04, 0x20];

const PLAIN_LABEL: &str = "PRIVATE KEY";

/// N = 2^14 with r = 8 takes 16 MiB, which is as much as OpenSSL lets a key file take; the time
/// is raised by `p` instead.
const SCRYPT_LOG_N: u8 = 14;
const SCRYPT_R: u32 = 8;
const SCRYPT_P: u32 = 5;

const MAX_SCRYPT_BYTES: u64 = 256 << 20;
const MAX_SCRYPT_P: u16 = 16;
const MAX_PBKDF2_ROUNDS: u32 = 10_000_000;

/// Longer than any key file that is of use here.
const MAX_FILE_BYTES: usize = 16 << 10;

//! Keys on tokens: smart cards, USB tokens and hardware security modules, through their maker's
//! PKCS#11 library.
//!
//! Source: OASIS PKCS#11 version 3.0, mechanism `CKM_EDDSA` without parameters, which is the
//! Ed25519 of RFC 8032 over the bytes as given. The key never leaves the token; its public half
//! is read from it, and every signature is verified with that before it leaves.
//!
//! A token counts wrong PINs and locks itself. So a PIN is tried once, never a second time by
//! itself, and not at all when the token says that it is locked. The library is code that runs
//! inside this process: it is loaded from the path that the person named, and from nowhere else.

use std::sync::Mutex;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::RawAuthPin;

use super::passphrase::Passphrase;
use super::uri::TokenUri;
use super::{Signer, SignerError, verified};
use crate::hash::excerpt;
use crate::key::{PublicKey, Signature};

/// A token that is there, with a session that nobody has logged in to yet.
#[derive(Debug)]
pub struct Token {
    uri: TokenUri,
    session: Session,
    login: Login,
}

/// What a token asks before it lets a key be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// Nothing: it asks for no PIN, or this process has given it already.
    Open,
    /// Its PIN, in the device's own way, such as a keypad on it.
    OnDevice,
    /// Its PIN.
    Pin(Tries),
}

/// How many wrong PINs a token still takes, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tries {
    /// It does not say.
    Unsaid,
    /// A wrong PIN was given since the last right one.
    Fewer,
    /// One: a wrong PIN locks it.
    Last,
}

/// An Ed25519 key on a token that was logged in to.
#[derive(Debug)]
pub struct TokenSigner {
    uri: TokenUri,
    session: Mutex<Session>,
    key: ObjectHandle,
    public: PublicKey,
}

impl Token {
    /// Finds the token that `uri` names, and looks at it; no PIN is used up.
    ///
    /// # Errors
    /// [`TokenError`] when the library cannot be loaded, when there is no such token or more than
    /// one, or when it is locked, has no PIN yet, or does not know Ed25519.
    pub fn find(uri: &TokenUri) -> Result<Token, TokenError> {
        let module = |reason: String| TokenError::Module {
            module: uri.module().display().to_string(),
            reason,
        };
        // The loader looks elsewhere for a path that is not there, and names no file.
        if !uri.module().is_file() {
            return Err(module("there is no file".to_owned()));
        }
        let library = Pkcs11::new(uri.module()).map_err(|error| module(reason(&error)))?;
        match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Another key of this process has.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(module(reason(&error))),
        }
        let device = |error: Error| TokenError::device(uri, &error);
        let (slot, info) = find_token(&library, uri)?;
        if info.user_pin_locked() {
            return Err(TokenError::Locked {
                token: uri.token().to_owned(),
            });
        }
        if info.login_required() && !info.user_pin_initialized() {
            return Err(TokenError::NoPin {
                token: uri.token().to_owned(),
            });
        }
        let mechanisms = library.get_mechanism_list(slot).map_err(device)?;
        if !mechanisms.contains(&MechanismType::EDDSA) {
            return Err(TokenError::NoEd25519 {
                token: uri.token().to_owned(),
            });
        }
        let session = library.open_ro_session(slot).map_err(device)?;
        let state = session.get_session_info().map_err(device)?.session_state();
        let login = match &info {
            info if !info.login_required() || state == SessionState::RoUser => Login::Open,
            info if info.protected_authentication_path() => Login::OnDevice,
            info if info.user_pin_final_try() => Login::Pin(Tries::Last),
            info if info.user_pin_count_low() => Login::Pin(Tries::Fewer),
            _ => Login::Pin(Tries::Unsaid),
        };
        Ok(Token {
            uri: uri.clone(),
            session,
            login,
        })
    }

    /// Returns what it asks before it lets a key be used.
    pub fn login(&self) -> Login {
        self.login
    }

    /// Logs in and finds the key; `pin` is of use only to a token that asks for one.
    ///
    /// The PIN is tried once.
    ///
    /// # Errors
    /// [`TokenError`] when the PIN is wrong or missing, when there is no such key or more than
    /// one, or one that is of no use here.
    pub fn open(self, pin: Option<&Passphrase>) -> Result<TokenSigner, TokenError> {
        let Token {
            uri,
            session,
            login,
        } = self;
        let outcome = match (login, pin) {
            (Login::Open, _) => Ok(()),
            (Login::OnDevice, _) => session.login(UserType::User, None),
            (Login::Pin(_), None) => Err(Error::PinNotSet),
            (Login::Pin(_), Some(pin)) => {
                let pin = RawAuthPin::new(Box::new(pin.as_bytes().to_vec()));
                session.login_with_raw(UserType::User, &pin)
            }
        };
        match outcome {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(error) => return Err(TokenError::login(&uri, &error)),
        }
        let (key, public) = find_key(&session, &uri)?;
        Ok(TokenSigner {
            uri,
            session: Mutex::new(session),
            key,
            public,
        })
    }
}

impl TokenSigner {
    /// Returns the name of the key.
    pub fn uri(&self) -> &TokenUri {
        &self.uri
    }
}

impl Signer for TokenSigner {
    fn public_key(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError> {
        let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
        // A thread that panicked while it signed has left no state that another could not replace.
        let session = self.session.lock().unwrap_or_else(|held| held.into_inner());
        let raw = session.sign(&mechanism, self.key, message);
        let refused = |reason: String| SignerError::Refused { reason };
        let raw = raw.map_err(|error| refused(signing(&self.uri, &error, message.len())))?;
        let found = raw.len();
        let raw = raw.try_into().map_err(|_| {
            let token = excerpt(self.uri.token());
            refused(format!(
                "token {token:?}: expected a signature of 64 bytes, found one of {found}"
            ))
        })?;
        let holder = || format!("the token {:?}", excerpt(self.uri.token()));
        verified(&self.public, message, Signature::from_bytes(raw), holder)
    }
}

/// Why a key on a token cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The library cannot be used.
    #[error("{module}: expected a PKCS#11 library, found none: {reason}")]
    Module {
        /// Its path.
        module: String,
        /// What went wrong.
        reason: String,
    },
    /// There is no such token.
    #[error("expected the token {token:?}{serial}, found {}\nis it plugged in, and is this the library of its maker?", listed(.present, "no token"))]
    TokenAbsent {
        /// Its label.
        token: String,
        /// Its serial number, in words.
        serial: String,
        /// The tokens that are there.
        present: Vec<String>,
    },
    /// There is more than one such token.
    #[error("expected one token {token:?}, found {}\nadd serial= after token=", listed(.present, "none"))]
    SeveralTokens {
        /// Their label.
        token: String,
        /// The tokens.
        present: Vec<String>,
    },
    /// The token has locked itself.
    #[error(
        "token {token:?}: expected one that takes a PIN, found it locked after too many wrong ones\nno PIN was tried; only its security officer (PUK, SO PIN) can unlock it"
    )]
    Locked {
        /// Its label.
        token: String,
    },
    /// The token has no PIN yet.
    #[error("token {token:?}: expected one that has a PIN, found that none was set yet")]
    NoPin {
        /// Its label.
        token: String,
    },
    /// The token does not make such signatures.
    #[error(
        "token {token:?}: expected one that signs with Ed25519 (CKM_EDDSA), found that it does not\nthe firmware or its library may be too old"
    )]
    NoEd25519 {
        /// Its label.
        token: String,
    },
    /// The PIN is wrong.
    #[error(
        "token {token:?}: expected another PIN\nit was tried once and counts as wrong; after a few of those the token locks itself"
    )]
    WrongPin {
        /// Its label.
        token: String,
    },
    /// The PIN was not given.
    #[error("token {token:?}: expected its PIN, found none")]
    PinMissing {
        /// Its label.
        token: String,
    },
    /// There is no such key.
    #[error("token {token:?}: expected a private key {object:?}, found {}", listed(.present, "no private keys"))]
    KeyAbsent {
        /// The label of the token.
        token: String,
        /// The label of the key, with its id when that was named.
        object: String,
        /// The private keys that are there.
        present: Vec<String>,
    },
    /// There is more than one such key.
    #[error("token {token:?}: expected one private key {object:?}, found more: {}\nadd id= after object=", .present.join("; "))]
    SeveralKeys {
        /// The label of the token.
        token: String,
        /// The label of the keys.
        object: String,
        /// The keys.
        present: Vec<String>,
    },
    /// The key cannot be used.
    #[error("token {token:?}: expected {expected} for the key {object:?}, found {found}")]
    Unusable {
        /// The label of the token.
        token: String,
        /// The label of the key.
        object: String,
        /// What was expected.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// The token or its library failed.
    #[error("token {token:?}: expected an answer, found {reason}")]
    Device {
        /// Its label.
        token: String,
        /// What the library said.
        reason: String,
    },
}

impl TokenError {
    fn device(uri: &TokenUri, error: &Error) -> TokenError {
        TokenError::Device {
            token: excerpt(uri.token()),
            reason: reason(error),
        }
    }

    fn login(uri: &TokenUri, error: &Error) -> TokenError {
        let token = excerpt(uri.token());
        match error {
            Error::PinNotSet => TokenError::PinMissing { token },
            Error::Pkcs11(RvError::PinLocked, _) => TokenError::Locked { token },
            Error::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            ) => TokenError::WrongPin { token },
            error => TokenError::device(uri, error),
        }
    }
}

/// Says what went wrong, in the words of the specification.
fn reason(error: &Error) -> String {
    match error {
        Error::Pkcs11(RvError::DeviceRemoved | RvError::TokenNotPresent, _) => {
            "that it was taken out".to_owned()
        }
        Error::Pkcs11(error, function) => format!("{error:?} from {function}"),
        other => excerpt(&other.to_string()),
    }
}

/// Says why a token did not sign.
fn signing(uri: &TokenUri, error: &Error, bytes: usize) -> String {
    let token = excerpt(uri.token());
    match error {
        Error::Pkcs11(RvError::DataLenRange | RvError::DeviceMemory, _) => format!(
            "token {token:?}: expected one that takes {bytes} bytes at once, found that it takes fewer\nEd25519 signs the statement itself and not a digest; use a shorter statement, another token, or a key file"
        ),
        error => format!("token {token:?}: {}", reason(error)),
    }
}

/// Lists what is there for people.
fn listed(present: &[String], none: &str) -> String {
    match present {
        [] => none.to_owned(),
        present => present.join("; "),
    }
}

/// Finds the token by its label, and its serial number when that is named.
fn find_token(library: &Pkcs11, uri: &TokenUri) -> Result<(Slot, TokenInfo), TokenError> {
    let device = |error: Error| TokenError::device(uri, &error);
    let mut tokens = Vec::new();
    for slot in library.get_slots_with_token().map_err(device)? {
        // A token that is taken out meanwhile is not there.
        if let Ok(info) = library.get_token_info(slot) {
            tokens.push((slot, info));
        }
    }
    let list = |tokens: &[(Slot, TokenInfo)]| {
        let named = tokens.iter().filter(|(_, info)| info.token_initialized());
        let name = |info: &TokenInfo| {
            let (label, serial) = (excerpt(info.label()), excerpt(info.serial_number()));
            format!("{label:?} with serial number {serial:?}")
        };
        named.map(|(_, info)| name(info)).collect::<Vec<_>>()
    };
    let fits = |info: &TokenInfo| {
        info.label() == uri.token()
            && uri
                .serial()
                .is_none_or(|serial| info.serial_number() == serial)
    };
    let present = list(&tokens);
    tokens.retain(|(_, info)| fits(info));
    match tokens.len() {
        0 => Err(TokenError::TokenAbsent {
            token: excerpt(uri.token()),
            serial: uri.serial().map_or_else(String::new, |serial| {
                format!(" with serial number {:?}", excerpt(serial))
            }),
            present,
        }),
        1 => Ok(tokens.remove(0)),
        _ => Err(TokenError::SeveralTokens {
            token: excerpt(uri.token()),
            present: list(&tokens),
        }),
    }
}

/// A private key as the token lists it.
struct Listed {
    handle: ObjectHandle,
    label: Vec<u8>,
    id: Vec<u8>,
}

impl Listed {
    fn name(&self) -> String {
        let label = String::from_utf8_lossy(&self.label);
        let id = TokenUri::spell_id(&self.id);
        format!("{:?} with id={id}", excerpt(&label))
    }
}

/// Finds the private key, and the public key that stands beside it.
fn find_key(session: &Session, uri: &TokenUri) -> Result<(ObjectHandle, PublicKey), TokenError> {
    let device = |error: Error| TokenError::device(uri, &error);
    let token = || excerpt(uri.token());
    let private = [Attribute::Class(ObjectClass::PRIVATE_KEY)];
    let mut keys = Vec::new();
    for handle in session.find_objects(&private).map_err(device)? {
        let mut key = Listed {
            handle,
            label: Vec::new(),
            id: Vec::new(),
        };
        let wanted = [AttributeType::Label, AttributeType::Id];
        for attribute in session.get_attributes(handle, &wanted).map_err(device)? {
            match attribute {
                Attribute::Label(label) => key.label = label,
                Attribute::Id(id) => key.id = id,
                _ => {}
            }
        }
        keys.push(key);
    }
    let present = keys.iter().map(Listed::name).collect();
    keys.retain(|key| {
        key.label == uri.object().as_bytes() && uri.id().is_none_or(|id| key.id == id)
    });
    let key = match keys.as_slice() {
        [key] => key,
        [] => {
            let id = uri.id().map(TokenUri::spell_id);
            let id = id.map_or_else(String::new, |id| format!(";id={id}"));
            return Err(TokenError::KeyAbsent {
                token: token(),
                object: excerpt(uri.object()) + &id,
                present,
            });
        }
        several => {
            return Err(TokenError::SeveralKeys {
                token: token(),
                object: excerpt(uri.object()),
                present: several.iter().map(Listed::name).collect(),
            });
        }
    };
    let unusable = |expected, found: String| TokenError::Unusable {
        token: token(),
        object: excerpt(uri.object()),
        expected,
        found,
    };
    let asked = [AttributeType::KeyType, AttributeType::AlwaysAuthenticate];
    for attribute in session.get_attributes(key.handle, &asked).map_err(device)? {
        match attribute {
            Attribute::KeyType(kind) if kind != KeyType::EC_EDWARDS => {
                return Err(unusable("the type CKK_EC_EDWARDS", kind.to_string()));
            }
            Attribute::AlwaysAuthenticate(true) => {
                let found = "that it wants the PIN again for every signature\nmake one whose PIN policy is once a session".to_owned();
                return Err(unusable("a PIN once a session", found));
            }
            _ => {}
        }
    }
    let beside = match key.id.is_empty() {
        true => Attribute::Label(key.label.clone()),
        false => Attribute::Id(key.id.clone()),
    };
    let template = [
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::KeyType(KeyType::EC_EDWARDS),
        beside,
    ];
    let mut publics = Vec::new();
    for handle in session.find_objects(&template).map_err(device)? {
        let point = session.get_attributes(handle, &[AttributeType::EcPoint]);
        for attribute in point.map_err(device)? {
            if let Attribute::EcPoint(point) = attribute {
                publics.push(point);
            }
        }
    }
    publics.sort();
    publics.dedup();
    match publics.as_slice() {
        [point] => match ed25519_point(point) {
            Some(public) => Ok((key.handle, public)),
            None => Err(unusable(
                "an Ed25519 public key of large order",
                format!("a point of {} bytes", point.len()),
            )),
        },
        others => Err(unusable(
            "one public key beside it, with the same id",
            others.len().to_string(),
        )),
    }
}

/// Takes an Ed25519 point as tokens spell it: bare, or in a DER octet string or bit string.
fn ed25519_point(point: &[u8]) -> Option<PublicKey> {
    let raw = match point {
        [0x04, 0x20, raw @ ..] | [0x03, 0x21, 0x00, raw @ ..] if raw.len() == PublicKey::LEN => raw,
        raw => raw,
    };
    PublicKey::from_bytes(raw.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::SecretKey;
    use cryptoki::context::Function;

    #[test]
    fn a_point_has_the_spellings_of_tokens() {
        let public = SecretKey::danger_from_seed(&[1; 32]).public_key();
        let raw = public.as_bytes().as_slice();
        for prefix in [&[][..], &[0x04, 0x20], &[0x03, 0x21, 0x00]] {
            assert_eq!(ed25519_point(&[prefix, raw].concat()), Some(public));
        }
        for wrong in [
            [&[0x04, 0x21][..], raw].concat(),
            [raw, &[0]].concat(),
            raw[1..].to_vec(),
            [0; 32].to_vec(),
        ] {
            assert_eq!(ed25519_point(&wrong), None);
        }
    }

    #[test]
    fn what_a_login_answers_is_told_apart() {
        let uri: TokenUri = "pkcs11:token=t;object=k?module-path=/m".parse().unwrap();
        let login = |error| TokenError::login(&uri, &Error::Pkcs11(error, Function::Login));
        let token = || "t".to_owned();
        assert_eq!(
            login(RvError::PinLocked),
            TokenError::Locked { token: token() }
        );
        for wrong in [
            RvError::PinIncorrect,
            RvError::PinInvalid,
            RvError::PinLenRange,
        ] {
            assert_eq!(login(wrong), TokenError::WrongPin { token: token() });
        }
        let gone = login(RvError::DeviceRemoved).to_string();
        assert!(gone.ends_with("found that it was taken out"), "{gone}");
        let long = signing(
            &uri,
            &Error::Pkcs11(RvError::DataLenRange, Function::Sign),
            9,
        );
        assert!(long.contains("takes 9 bytes at once"), "{long}");
    }
}

//! Runs `tests/vectors/ed25519`, and holds every way of checking a signature to one accept set:
//! that of `verify_strict`.

use bewijs::key::{KeyError, PublicKey, Signature, Signed, Verifier};
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde_json::Value;

#[test]
fn the_accept_set() {
    let cases = json(include_str!("vectors/ed25519/accept_set.json"));
    let mut checker = Checker::new();
    for case in cases["cases"].as_array().unwrap() {
        let (key, message) = (bytes(&case["public_key"]), bytes(&case["message"]));
        let verdict = checker.check(&key, &message, &bytes(&case["signature"]));
        assert_eq!(verdict, case["expected"].as_str().unwrap(), "{case}");
    }
}

/// Of the twelve cases only the fourth is acceptable: a mixed-order key and `R` for which the
/// equation without cofactor holds.
#[test]
fn taming_the_many_eddsas() {
    let cases = json(include_str!("vectors/ed25519/speccheck_cases.json"));
    let mut checker = Checker::new();
    let verdicts: Vec<&str> = cases
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            // The signed bytes are those that the hex stands for.
            let message = bytes(&case["message"]);
            checker.check(
                &bytes(&case["pub_key"]),
                &message,
                &bytes(&case["signature"]),
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            "key-small-order",
            "key-small-order",
            "invalid",
            "valid",
            "invalid",
            "invalid",
            "invalid",
            "invalid",
            "invalid",
            "invalid",
            "key-small-order",
            "key-small-order",
        ]
    );
}

#[test]
fn wycheproof() {
    let file = json(include_str!("vectors/ed25519/wycheproof_ed25519_test.json"));
    let mut checker = Checker::new();
    let mut tests = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let key = bytes(&group["publicKey"]["pk"]);
        for case in group["tests"].as_array().unwrap() {
            let verdict = checker.check(&key, &bytes(&case["msg"]), &bytes(&case["sig"]));
            assert_eq!(verdict, case["result"].as_str().unwrap(), "{case}");
            tests += 1;
        }
    }
    assert_eq!(tests, file["numberOfTests"]);
}

/// Thousands of broken, twisted and good signatures in mixed batches: the answer of the fast way
/// is that of `verify_strict`, with and without tables, whatever stands beside.
#[test]
fn the_fast_way_answers_as_the_strict_one() {
    let mut random = Random(0x62_65_77_69_6A_73);
    let keys: Vec<TwistedKey> = (0..12).map(|at| TwistedKey::new(&mut random, at)).collect();
    let cases: Vec<(PublicKey, Vec<u8>, Signature)> = (0..6_000)
        .map(|_| {
            let key = &keys[random.below(keys.len())];
            let message: Vec<u8> = (0..random.below(100))
                .map(|_| random.next() as u8)
                .collect();
            let (message, signature) = key.sign_somehow(&mut random, message);
            (key.public, message, Signature::from_bytes(signature))
        })
        .collect();
    let strict: Vec<bool> = cases
        .iter()
        .map(|(key, message, signature)| {
            let key = VerifyingKey::from_bytes(key.as_bytes()).unwrap();
            let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
            key.verify_strict(message, &signature).is_ok()
        })
        .collect();
    let accepted = strict.iter().filter(|accepted| **accepted).count();
    assert!((1_000..5_000).contains(&accepted), "{accepted} of 6000");

    let signed: Vec<Signed<'_>> = cases
        .iter()
        .map(|(key, message, signature)| Signed {
            key,
            message,
            signature,
        })
        .collect();
    assert_eq!(Verifier::new().verify_known(&signed), strict);
    let mut learning = Verifier::new();
    let mut answers = Vec::new();
    for batch in signed.chunks(257) {
        answers.extend(learning.verify_batch(batch));
    }
    assert_eq!(answers, strict);
    let one_by_one = signed.iter().map(|one| learning.verify_known(&[*one])[0]);
    assert!(one_by_one.eq(strict));
}

#[test]
fn the_spki_and_the_key_id_of_rfc_8032_test_1() {
    let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let key: PublicKey = key.parse().unwrap();
    assert_eq!(
        hex::encode(key.to_spki_der()),
        format!("302a300506032b6570032100{key}")
    );
    assert_eq!(
        key.id().to_string(),
        "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9"
    );
}

/// Asks every way of checking, and dalek itself, and holds them to one answer.
struct Checker {
    taught: Verifier,
    untaught: Verifier,
}

impl Checker {
    fn new() -> Checker {
        Checker {
            taught: Verifier::new(),
            untaught: Verifier::new(),
        }
    }

    fn check(&mut self, key: &[u8], message: &[u8], signature: &[u8]) -> &'static str {
        let key: [u8; 32] = key.try_into().unwrap();
        let Ok(signature) = <[u8; 64]>::try_from(signature) else {
            return "invalid";
        };
        let strict = VerifyingKey::from_bytes(&key).is_ok_and(|key| {
            key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature))
                .is_ok()
        });
        let key = match PublicKey::from_bytes(&key) {
            Ok(key) => key,
            Err(error) => {
                assert!(!strict, "a refused key {key:02x?} has a valid signature");
                return match error {
                    KeyError::NotCanonical => "key-not-canonical",
                    KeyError::NotAPoint => "key-not-a-point",
                    KeyError::SmallOrder => "key-small-order",
                    other => panic!("unexpected {other}"),
                };
            }
        };
        let signature = Signature::from_bytes(signature);
        let signed = [Signed {
            key: &key,
            message,
            signature: &signature,
        }];
        self.taught
            .learn(std::iter::repeat_n(&key, Verifier::OFTEN));
        let answers = [
            key.verify(message, &signature).is_ok(),
            self.taught.verify_known(&signed)[0],
            self.untaught.verify_known(&signed)[0],
        ];
        assert_eq!(answers, [strict; 3]);
        if strict { "valid" } else { "invalid" }
    }
}

/// A key that may carry a torsion part, with its secret scalar.
struct TwistedKey {
    scalar: Scalar,
    public: PublicKey,
}

impl TwistedKey {
    fn new(random: &mut Random, at: usize) -> TwistedKey {
        let scalar = random.scalar();
        // Every third key is of mixed order.
        let torsion = EIGHT_TORSION[if at.is_multiple_of(3) { 1 + at % 7 } else { 0 }];
        let point = curve25519_dalek::EdwardsPoint::mul_base(&scalar) + torsion;
        let public = PublicKey::from_bytes(&point.compress().0).unwrap();
        TwistedKey { scalar, public }
    }

    /// Makes a signature in one of many good and bad ways.
    fn sign_somehow(&self, random: &mut Random, mut message: Vec<u8>) -> (Vec<u8>, [u8; 64]) {
        let nonce = random.scalar();
        let mut r = curve25519_dalek::EdwardsPoint::mul_base(&nonce);
        let way = random.below(12);
        match way {
            0 => r += EIGHT_TORSION[1 + random.below(7)],
            1 => r = EIGHT_TORSION[random.below(8)],
            _ => {}
        }
        let r = match way {
            2 => noncanonical(random),
            _ => r.compress().0,
        };
        let k = challenge(&r, self.public.as_bytes(), &message);
        let nonce = if way == 1 { Scalar::ZERO } else { nonce };
        let mut signature = [r, (nonce + k * self.scalar).to_bytes()].concat();
        match way {
            3 => signature[random.below(64)] ^= 1 << random.below(8),
            4 => message.push(0),
            5 => add_order(&mut signature[32..]),
            6 => signature[..32].copy_from_slice(&EIGHT_TORSION[random.below(8)].compress().0),
            7 => signature[63] |= 0xE0,
            _ => {}
        }
        (message, signature.try_into().unwrap())
    }
}

fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    use sha2::Digest as _;
    let hash = sha2::Sha512::digest([r, key, message].concat());
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

/// Spells a point, mostly one of small order, in a way that its encoding never prints.
fn noncanonical(random: &mut Random) -> [u8; 32] {
    loop {
        let mut bytes = [0xFF; 32];
        bytes[0] = 0xED + random.below(19) as u8;
        bytes[31] = if random.below(2) == 0 { 0x7F } else { 0xFF };
        if CompressedEdwardsY(bytes).decompress().is_some() {
            return bytes;
        }
    }
}

/// Adds the group order to a scalar, which then says the same and is spelled otherwise.
fn add_order(scalar: &mut [u8]) {
    let order = (-Scalar::ONE).to_bytes();
    let mut carry = 1;
    for (byte, add) in scalar.iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
}

/// A seeded sequence (splitmix64): the same cases in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn scalar(&mut self) -> Scalar {
        let mut bytes = [0; 64];
        for chunk in bytes.chunks_exact_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes());
        }
        Scalar::from_bytes_mod_order_wide(&bytes)
    }
}

#[test]
fn ordinary_keys_sign_as_dalek_does() {
    let mut random = Random(1);
    for at in 0..16 {
        let seed = random.scalar().to_bytes();
        let key = SigningKey::from_bytes(&seed);
        let public = PublicKey::from_bytes(key.verifying_key().as_bytes()).unwrap();
        let message = vec![at; usize::from(at) * 50];
        let signature = Signature::from_bytes(key.sign(&message).to_bytes());
        assert!(public.verify(&message, &signature).is_ok());
        assert!(public.verify(b"another", &signature).is_err());
        assert_eq!(public.to_string().parse(), Ok(public));
    }
}

fn json(file: &str) -> Value {
    serde_json::from_str(file).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

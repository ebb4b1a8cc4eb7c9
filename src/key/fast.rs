//! Many signatures by few keys, checked faster and with the same answers.
//!
//! The accept set is that of `verify_strict`, reached by another way. Per signature:
//! `S` is canonical; `R' = [S]B - [k]A` with `k = SHA-512(R ‖ A ‖ message)`; the encoding of `R'`
//! equals `R` byte for byte; and `R` is none of the eight points of small order. `A` is of large
//! order, because a [`PublicKey`] is. Where the bytes agree, `R` is canonical and stands for `R'`,
//! so decoding it would tell nothing new; that saves one square root a signature. Encodings
//! are made for a whole batch at once, which shares one inversion. For keys that sign often,
//! multiples of `A` are kept in a table, so that no doubling is left to do.
//!
//! No random weights: the answer for one signature never depends on its neighbours, and every
//! refusal is the answer of `verify_strict` itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use sha2::{Digest as _, Sha512};

use super::{PublicKey, Signature};

/// A signature to check: by whom, over what.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The key.
    pub key: &'a PublicKey,
    /// The bytes that were signed.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a Signature,
}

/// Checks signatures in batches, and remembers the keys that sign often.
///
/// Answers never depend on what it remembers. It holds at most [`Verifier::MAX_TABLES`] tables
/// of 640 KiB, made once a key has signed [`Verifier::OFTEN`] times (about half a millisecond
/// each) and kept until it is dropped; further keys are checked without one.
#[derive(Default)]
pub struct Verifier {
    tables: BTreeMap<[u8; PublicKey::LEN], Table>,
    seen: BTreeMap<[u8; PublicKey::LEN], usize>,
}

impl Verifier {
    /// The most keys that get a table: 40 MiB in all.
    pub const MAX_TABLES: usize = 64;

    /// The number of signatures after which a table pays back what it costs.
    pub const OFTEN: usize = 128;

    /// Makes one that remembers nothing yet.
    pub fn new() -> Verifier {
        Verifier::default()
    }

    /// Says of each signature whether `verify_strict` accepts it, in the order of `batch`.
    ///
    /// Batches of 64 to 512 are fastest.
    pub fn verify_batch(&mut self, batch: &[Signed<'_>]) -> Vec<bool> {
        self.learn(batch.iter().map(|signed| signed.key));
        self.verify_known(batch)
    }

    /// Counts signatures to come by `keys`, and makes tables for the keys that sign often.
    pub fn learn<'a>(&mut self, keys: impl IntoIterator<Item = &'a PublicKey>) {
        for key in keys {
            if self.tables.len() == Verifier::MAX_TABLES {
                return;
            }
            let bytes = key.as_bytes();
            if self.tables.contains_key(bytes) {
                continue;
            }
            // Strangers are forgotten before they fill the memory.
            if self.seen.len() == 64 * Verifier::MAX_TABLES && !self.seen.contains_key(bytes) {
                self.seen.clear();
            }
            let seen = self.seen.entry(*bytes).or_default();
            *seen += 1;
            if *seen >= Verifier::OFTEN {
                self.seen.remove(bytes);
                self.tables.insert(*bytes, Table::of(-key.0.to_edwards()));
            }
        }
    }

    /// Does what [`Verifier::verify_batch`] does and learns nothing, so that threads can share it.
    pub fn verify_known(&self, batch: &[Signed<'_>]) -> Vec<bool> {
        // One key after the other, so that its table stays in the cache.
        let mut order: Vec<usize> = (0..batch.len()).collect();
        order.sort_by_key(|at| batch[*at].key.as_bytes());

        let points: Vec<EdwardsPoint> =
            order.iter().map(|at| self.recompute(&batch[*at])).collect();
        let encodings = EdwardsPoint::compress_batch_alloc(&points);

        let mut answers = vec![false; batch.len()];
        for (at, encoding) in order.into_iter().zip(encodings) {
            let signed = &batch[at];
            answers[at] = accepts(signed.signature, &encoding)
                || signed.key.verify(signed.message, signed.signature).is_ok();
        }
        answers
    }

    /// Returns `[S]B - [k]A`, or the neutral element when `S` is not canonical.
    ///
    /// The neutral element is of small order, so the answer then is a refusal.
    fn recompute(&self, signed: &Signed<'_>) -> EdwardsPoint {
        let (r, s) = signed.signature.halves();
        let Some(s) = Option::<Scalar>::from(Scalar::from_canonical_bytes(s)) else {
            return EdwardsPoint::identity();
        };
        let mut hasher = Sha512::new();
        hasher.update(r);
        hasher.update(signed.key.as_bytes());
        hasher.update(signed.message);
        let k = Scalar::from_bytes_mod_order_wide(&hasher.finalize().into());
        match self.tables.get(signed.key.as_bytes()) {
            Some(table) => table.add_multiple(BASE.multiple(&s), &k),
            None => {
                let minus_a = -signed.key.0.to_edwards();
                EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &minus_a, &s)
            }
        }
    }
}

fn accepts(signature: &Signature, recomputed: &CompressedEdwardsY) -> bool {
    let (r, _) = signature.halves();
    r == recomputed.0 && !SMALL_ORDER.contains(&r)
}

/// Multiples `j * 256^i * P` for `i` below 32 and `j` from 1 to 128.
struct Table(Vec<EdwardsPoint>);

impl Table {
    fn of(point: EdwardsPoint) -> Table {
        let mut multiples = Vec::with_capacity(WINDOWS * HALF);
        let mut base = point;
        for _ in 0..WINDOWS {
            let mut multiple = base;
            for _ in 0..HALF {
                multiples.push(multiple);
                multiple += base;
            }
            // The last one kept is 128 times the base.
            let last = multiples[multiples.len() - 1];
            base = last + last;
        }
        Table(multiples)
    }

    fn multiple(&self, scalar: &Scalar) -> EdwardsPoint {
        self.add_multiple(EdwardsPoint::identity(), scalar)
    }

    fn add_multiple(&self, mut sum: EdwardsPoint, scalar: &Scalar) -> EdwardsPoint {
        let digits = signed_digits(scalar);
        // All points are fetched before the first is added: the table is larger than the inner
        // caches, and so the waits overlap. Fetched one at a time it takes a fifth longer.
        let mut terms = [EdwardsPoint::identity(); WINDOWS];
        for ((term, multiples), digit) in
            terms.iter_mut().zip(self.0.chunks_exact(HALF)).zip(digits)
        {
            *term = multiples[usize::from(digit.unsigned_abs()).saturating_sub(1)];
        }
        for (term, digit) in std::hint::black_box(&terms).iter().zip(digits) {
            match digit {
                0 => {}
                1.. => sum += term,
                _ => sum -= term,
            }
        }
        sum
    }
}

/// Writes a scalar in base 256 with digits from -128 to 127, lowest first.
fn signed_digits(scalar: &Scalar) -> [i16; WINDOWS] {
    let mut carry = 0;
    scalar.to_bytes().map(|byte| {
        let digit = i16::from(byte) + carry;
        // A scalar is below 2^253, so nothing is carried out of the last byte.
        carry = i16::from(digit >= 128);
        digit - 256 * carry
    })
}

const WINDOWS: usize = 32;
const HALF: usize = 128;

static BASE: LazyLock<Table> = LazyLock::new(|| Table::of(ED25519_BASEPOINT_POINT));

static SMALL_ORDER: LazyLock<[[u8; 32]; 8]> =
    LazyLock::new(|| EIGHT_TORSION.map(|point| point.compress().0));

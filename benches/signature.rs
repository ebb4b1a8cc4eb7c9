//! How much faster [`Verifier`] is than `verify_strict`, one signature after the other.
//!
//! Prints microseconds a signature and ratios; ratios travel between machines, times do not.
//! 20 keys, messages of 760 bytes, one core. Run with `cargo bench --bench signature`.

use std::hint::black_box;
use std::time::Instant;

use bewijs::key::{PublicKey, Signature, Signed, Verifier};
use ed25519_dalek::{Signer as _, SigningKey};

const KEYS: usize = 20;
const SIGNATURES: usize = 2_048;
const ROUNDS: usize = 60;
const MESSAGE_BYTES: usize = 760;

fn main() {
    let signing: Vec<SigningKey> = (0..KEYS)
        .map(|key| SigningKey::from_bytes(&[key as u8 + 1; 32]))
        .collect();
    let signed: Vec<(PublicKey, Vec<u8>, Signature)> = (0..SIGNATURES)
        .map(|at| {
            let mut message = vec![b'x'; MESSAGE_BYTES];
            message[..8].copy_from_slice(&at.to_le_bytes());
            let key = &signing[at % KEYS];
            let public = PublicKey::from_bytes(key.verifying_key().as_bytes()).unwrap();
            let signature = Signature::from_bytes(key.sign(&message).to_bytes());
            (public, message, signature)
        })
        .collect();
    let signed: Vec<Signed<'_>> = signed
        .iter()
        .map(|(key, message, signature)| Signed {
            key,
            message,
            signature,
        })
        .collect();

    let start = Instant::now();
    let mut taught = Verifier::new();
    for key in signed[..KEYS].iter().map(|signed| signed.key) {
        taught.learn(std::iter::repeat_n(key, Verifier::OFTEN));
    }
    let tables = start.elapsed();
    let untaught = Verifier::new();

    let strict = micros(1, |at| {
        let Signed {
            key,
            message,
            signature,
        } = signed[at];
        assert!(key.verify(message, signature).is_ok());
    });
    println!("verify_strict, one after the other  {strict:6.2} us  1.00x");
    for (name, verifier, size) in [
        ("without tables", &untaught, 1),
        ("without tables", &untaught, 64),
        ("without tables", &untaught, 512),
        ("with tables", &taught, 1),
        ("with tables", &taught, 64),
        ("with tables", &taught, 512),
    ] {
        let each = micros(size, |at| {
            let answers = verifier.verify_known(&signed[at..at + size]);
            assert!(black_box(answers).iter().all(|accepted| *accepted));
        });
        println!(
            "{name:<14} in batches of {size:<4}     {each:6.2} us  {:.2}x",
            strict / each
        );
    }
    println!(
        "one table: {:.2} ms",
        tables.as_secs_f64() * 1e3 / KEYS as f64
    );
}

/// Returns microseconds a signature of `run`, which is told where its `size` signatures begin.
///
/// Every slice counts with its fastest round, so that a busy machine disturbs little.
fn micros(size: usize, mut run: impl FnMut(usize)) -> f64 {
    let mut fastest = vec![f64::MAX; SIGNATURES / size];
    for _ in 0..ROUNDS {
        for (slice, fastest) in fastest.iter_mut().enumerate() {
            let start = Instant::now();
            run(slice * size);
            *fastest = fastest.min(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    fastest.iter().sum::<f64>() / SIGNATURES as f64
}

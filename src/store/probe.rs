//! The start-up probe: does the store at hand really create only what does not exist?
//!
//! A store that ignores the condition lets two writers win the same number, which nothing later repairs,
//! so a writer refuses to start on it. The probe works on objects under `probe/<32 random hex digits>/`,
//! away from the log: commits and objects are one primitive, so both are tested.
//! It leaves 21 small objects there for ever. Whoever creates a ledger runs it, and whoever is in doubt.

use std::sync::Barrier;
use std::thread;

use super::{Create, ObjectName, Store, StoreError};

/// Tests that `store` keeps the contract of [`Store::put`].
///
/// A put is created, a second one with other bytes is not and changes nothing, what does not exist is not
/// there, and of 16 concurrent puts exactly one wins, 20 times over. About 350 puts and 50 gets.
/// What needs an outage to be seen, it cannot see.
///
/// # Errors
/// [`ProbeError::Unfit`] says what was expected and found.
pub fn probe(store: &dyn Store) -> Result<(), ProbeError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| ProbeError::NoRandom {
        why: error.to_string(),
    })?;
    let folder = hex::encode(random);
    let name = |object: &str| -> ObjectName {
        let name = format!("probe/{folder}/{object}");
        name.parse().expect("the probe's names are well formed")
    };

    let once = name("once");
    expect(&once, "before it is put", None, store.get(&once)?)?;
    expect(
        &once,
        "the first put",
        Create::Created,
        store.put(&once, b"first")?,
    )?;
    expect(
        &once,
        "a second put",
        Create::Exists,
        store.put(&once, b"second")?,
    )?;
    let first = Some(b"first".to_vec());
    expect(&once, "the bytes after both", first, store.get(&once)?)?;

    for round in 0..ROUNDS {
        race(store, &name(&format!("race-{round}")))?;
    }
    Ok(())
}

/// Lets many puts run at once: one wins, and its bytes are there.
fn race(store: &dyn Store, name: &ObjectName) -> Result<(), ProbeError> {
    let start = Barrier::new(RIVALS);
    let answers = thread::scope(|scope| {
        let rivals: Vec<_> = (0..RIVALS)
            .map(|rival| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    store.put(name, rival.to_string().as_bytes())
                })
            })
            .collect();
        let join =
            |rival: thread::ScopedJoinHandle<'_, _>| rival.join().expect("a rival only puts");
        rivals.into_iter().map(join).collect::<Vec<_>>()
    });
    let mut winners = Vec::new();
    for (rival, answer) in answers.into_iter().enumerate() {
        if answer? == Create::Created {
            winners.push(rival.to_string().into_bytes());
        }
    }
    expect(name, "winners of a race", 1, winners.len())?;
    expect(
        name,
        "the bytes after a race",
        winners.pop(),
        store.get(name)?,
    )
}

fn expect<T: PartialEq + std::fmt::Debug>(
    name: &ObjectName,
    what: &'static str,
    expected: T,
    found: T,
) -> Result<(), ProbeError> {
    match found == expected {
        true => Ok(()),
        false => Err(ProbeError::Unfit {
            name: name.to_string(),
            what,
            expected: format!("{expected:?}"),
            found: format!("{found:?}"),
        }),
    }
}

/// Why a store was not found fit for a log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// The store does not do what a log rests on.
    #[error(
        "the store is unfit for a log: {name}, {what}: expected {expected}, found {found}\nit does not create only what does not exist: choose another store"
    )]
    Unfit {
        /// The object.
        name: String,
        /// What was looked at.
        what: &'static str,
        /// What a fit store gives.
        expected: String,
        /// What this one gave.
        found: String,
    },
    /// The store failed before it could be judged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No name could be made up.
    #[error("no randomness from the operating system: {why}")]
    NoRandom {
        /// What the system says.
        why: String,
    },
}

const ROUNDS: usize = 20;
const RIVALS: usize = 16;

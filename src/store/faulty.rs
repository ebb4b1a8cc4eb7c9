//! A store that fails on schedule, for tests of whatever stands on a store.
//!
//! [`FaultyStore`] wraps any store and fails chosen operations in the ways that real ones do:
//! before the effect, after it, later than the answer, or with the wrong answer.
//! [`Unconditional`] and [`Unlocked`] break the contract itself: a probe that lets them pass is broken.
//!
//! ```
//! use bewijs::store::faulty::{Fault, FaultyStore, Schedule};
//! use bewijs::store::{MemoryStore, Store};
//! let store = FaultyStore::new(MemoryStore::new(), Schedule::at(1, Fault::AnswerLost));
//! store.create(0, b"genesis").unwrap();
//! assert!(store.create(1, b"an entry").is_err());
//! assert_eq!(store.read(1).unwrap().as_deref(), Some(&b"an entry"[..]));
//! assert_eq!(store.writes(), 2);
//! ```

use std::collections::BTreeMap;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::{Create, ObjectName, Redact, Store, StoreError};
use crate::hash::Hash;

/// How one operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// An error, and no effect. Of a read: an error.
    Before,
    /// The effect, and an error instead of the answer. Of a read: an error.
    AnswerLost,
    /// The effect, and the answer [`Create::Exists`]: something on the way repeated the put.
    /// A publication has no such answer and succeeds; a redaction finds other bytes than the old ones.
    Repeated,
    /// An error, and the effect only after so many further operations on this store, reads included.
    /// By then the name may be taken, and nothing happens. Of a read: an error.
    Delayed(u32),
}

impl Fault {
    /// One of each, for a table of failures.
    pub const ALL: [Fault; 4] = [
        Fault::Before,
        Fault::AnswerLost,
        Fault::Repeated,
        Fault::Delayed(2),
    ];
}

/// Which operations fail.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    writes: BTreeMap<u64, Fault>,
    reads: BTreeMap<u64, Fault>,
    seeded: Option<(u64, u8)>,
}

impl Schedule {
    /// No operation fails.
    pub fn never() -> Schedule {
        Schedule::default()
    }

    /// The write with this number fails, counted from 0 over puts, redactions and publications.
    pub fn at(write: u64, fault: Fault) -> Schedule {
        Schedule::never().and_at(write, fault)
    }

    /// The write with this number fails too.
    pub fn and_at(mut self, write: u64, fault: Fault) -> Schedule {
        self.writes.insert(write, fault);
        self
    }

    /// The read with this number fails too, counted from 0 over gets and readings of the published note.
    pub fn and_at_read(mut self, read: u64) -> Schedule {
        self.reads.insert(read, Fault::Before);
        self
    }

    /// Of 100 operations about `percent` fail; which and how follows from `seed`.
    pub fn seeded(seed: u64, percent: u8) -> Schedule {
        Schedule {
            seeded: Some((seed, percent)),
            ..Schedule::never()
        }
    }

    fn fault(&self, writes: bool, number: u64) -> Option<Fault> {
        let table = if writes { &self.writes } else { &self.reads };
        if let Some(fault) = table.get(&number) {
            return Some(*fault);
        }
        let (seed, percent) = self.seeded?;
        let parts = [
            seed.to_be_bytes(),
            number.to_be_bytes(),
            [u8::from(writes); 8],
        ];
        let chance = Hash::of(&parts.concat());
        let [high, low, kind, delay, ..] = *chance.as_bytes();
        if u32::from(u16::from_be_bytes([high, low])) * 100 >= u32::from(percent) << 16 {
            return None;
        }
        Some(match Fault::ALL[usize::from(kind) % Fault::ALL.len()] {
            Fault::Delayed(_) => Fault::Delayed(u32::from(delay % 8)),
            fault => fault,
        })
    }
}

/// A store that fails on schedule.
#[derive(Debug)]
pub struct FaultyStore<S> {
    store: S,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    schedule: Schedule,
    writes: u64,
    reads: u64,
    /// Writes on their way, with the operations still to pass before they arrive.
    delayed: Vec<(u32, Write)>,
}

#[derive(Clone, Debug)]
enum Write {
    Put(ObjectName, Vec<u8>),
    Redact(ObjectName, Hash, Vec<u8>),
    Publish(Vec<u8>),
}

impl<S: Store> FaultyStore<S> {
    /// Wraps `store`.
    pub fn new(store: S, schedule: Schedule) -> FaultyStore<S> {
        let state = State {
            schedule,
            writes: 0,
            reads: 0,
            delayed: Vec::new(),
        };
        FaultyStore {
            store,
            state: Mutex::new(state),
        }
    }

    /// Returns the number of writes tried so far.
    pub fn writes(&self) -> u64 {
        self.state().writes
    }

    /// Returns the number of reads tried so far.
    pub fn reads(&self) -> u64 {
        self.state().reads
    }

    /// Fails from now on by another schedule; the counts go on.
    pub fn reschedule(&self, schedule: Schedule) {
        self.state().schedule = schedule;
    }

    /// Lets everything arrive that is on its way.
    pub fn arrive(&self) {
        let delayed = std::mem::take(&mut self.state().delayed);
        for (_, write) in delayed {
            // Nobody waits for the answer.
            let _ = self.effect(&write);
        }
    }

    /// Returns the store within.
    pub fn inner(&self) -> &S {
        &self.store
    }

    fn write(&self, write: Write) -> Result<Create, StoreError> {
        let (number, fault) = self.next(true);
        match fault {
            None => self.effect(&write),
            Some(Fault::Before) => Err(failure("write", number, "before its effect")),
            Some(Fault::AnswerLost) => {
                self.effect(&write)?;
                Err(failure("write", number, "after its effect"))
            }
            Some(Fault::Repeated) => {
                self.effect(&write)?;
                Ok(Create::Exists)
            }
            Some(Fault::Delayed(operations)) => {
                self.state().delayed.push((operations, write));
                Err(failure("write", number, "on its way"))
            }
        }
    }

    fn read(&self) -> Result<(), StoreError> {
        match self.next(false) {
            (_, None | Some(Fault::Repeated)) => Ok(()),
            (number, Some(_)) => Err(failure("read", number, "without an answer")),
        }
    }

    /// Counts an operation, lets delayed writes arrive, and looks up its fault.
    fn next(&self, writes: bool) -> (u64, Option<Fault>) {
        let mut state = self.state();
        let mut arrived = Vec::new();
        state.delayed.retain_mut(|(operations, write)| {
            let now = *operations == 0;
            if now {
                arrived.push(write.clone());
            }
            *operations = operations.saturating_sub(1);
            !now
        });
        let count = if writes {
            &mut state.writes
        } else {
            &mut state.reads
        };
        let number = *count;
        *count += 1;
        let fault = state.schedule.fault(writes, number);
        drop(state);
        for write in arrived {
            // Nobody waits for the answer.
            let _ = self.effect(&write);
        }
        (number, fault)
    }

    fn effect(&self, write: &Write) -> Result<Create, StoreError> {
        match write {
            Write::Put(name, bytes) => self.store.put(name, bytes),
            Write::Redact(name, old, new) => {
                self.store.redact(name, old, new).map(|done| match done {
                    Redact::Done => Create::Created,
                    Redact::Other => Create::Exists,
                })
            }
            Write::Publish(note) => self.store.publish(note).map(|()| Create::Created),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while it holds the schedule")
    }
}

impl<S: Store> Store for FaultyStore<S> {
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
        self.write(Write::Put(name.clone(), bytes.to_vec()))
    }

    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
        self.read()?;
        self.store.get(name)
    }

    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError> {
        let write = Write::Redact(name.clone(), *old, new.to_vec());
        self.write(write).map(|done| match done {
            Create::Created => Redact::Done,
            Create::Exists => Redact::Other,
        })
    }

    fn publish(&self, note: &[u8]) -> Result<(), StoreError> {
        self.write(Write::Publish(note.to_vec())).map(|_| ())
    }

    fn published(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.read()?;
        self.store.published()
    }

    fn newest(&self) -> Result<Option<u64>, StoreError> {
        self.read()?;
        self.store.newest()
    }
}

/// A negative control: a store that overwrites, as one does that ignores the condition of a put.
#[derive(Debug, Default)]
pub struct Unconditional(Mutex<BTreeMap<ObjectName, Vec<u8>>>);

impl Store for Unconditional {
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
        self.0
            .lock()
            .expect("no panics")
            .insert(name.clone(), bytes.to_vec());
        Ok(Create::Created)
    }

    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.lock().expect("no panics").get(name).cloned())
    }

    fn redact(&self, name: &ObjectName, _: &Hash, new: &[u8]) -> Result<Redact, StoreError> {
        self.put(name, new).map(|_| Redact::Done)
    }

    fn publish(&self, _: &[u8]) -> Result<(), StoreError> {
        Ok(())
    }

    fn published(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }
}

/// A negative control: a store that looks first and writes later, so that two may both see nothing.
#[derive(Debug, Default)]
pub struct Unlocked {
    objects: Unconditional,
    /// How many stand between looking and writing.
    between: Mutex<u32>,
    another: Condvar,
}

impl Store for Unlocked {
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
        if self.objects.get(name)?.is_some() {
            return Ok(Create::Exists);
        }
        // Wait for a rival to come as far, a moment at most.
        let mut between = self.between.lock().expect("no panics");
        *between += 1;
        self.another.notify_all();
        let moment = Duration::from_millis(20);
        let waited = self
            .another
            .wait_timeout_while(between, moment, |between| *between < 2);
        *waited.expect("no panics").0 -= 1;
        self.objects.put(name, bytes)
    }

    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
        self.objects.get(name)
    }

    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError> {
        self.objects.redact(name, old, new)
    }

    fn publish(&self, note: &[u8]) -> Result<(), StoreError> {
        self.objects.publish(note)
    }

    fn published(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.objects.published()
    }
}

fn failure(what: &str, number: u64, when: &str) -> StoreError {
    StoreError::Io {
        doing: format!("{what} {number} failed {when}, as scheduled"),
        source: io::Error::from(io::ErrorKind::TimedOut),
    }
}

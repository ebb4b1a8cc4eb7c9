//! The ledger: takes signed statements in, in one order, durably.
//!
//! ```text
//! append ──open──> pool ──admit, number, chain──> commit n ──create──> durable ──sign──> receipt
//! (any thread)           (one sequencer)                    (store)
//! ```
//!
//! What may be relied on:
//!
//! - Only committed roots are signed, so no two checkpoints of one log contradict each other.
//! - An append that was answered is never lost. One that was not may be in or out; asking
//!   again with the same envelope gives the same answer.
//! - After an outcome that stays unclear the ledger stops writing and says so. Opening it again
//!   recovers by the path by which it always opens: reading the commits from the first.
//! - While two log keys are in force both sign, and nothing is written without one that must.
//! - A `withheld` statement that is recorded empties the text that it names, in the store too; when a
//!   crash comes between, opening again does it.
//! - Opening refuses a store that ends before what has been published: it was restored from an old
//!   backup, and going on would sign a second history.
//!
//! Which statements are admitted is decided in [`crate::state`]; how a commit becomes durable in [`crate::store`].
//! Before that the [`door`] asks whether a statement may become public at all.

pub mod commit;
pub mod door;
mod reader;
mod sequencer;

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::envelope::Envelope;
use crate::key::{KeyId, PublicKey};
use crate::merkle::Index;
use crate::note::{KeyKind, KeyName, Note, NoteError, VerifierKey};
use crate::receipt::Receipt;
use crate::signer::{Signer, SignerError};
use crate::state::{RULES_VERSION, Refusal, State};
use crate::statement::{OpenError, Predicate, SignedStatement, UnverifiedStatement};
use crate::store::{ObjectName, Store, StoreError};
use crate::time::{Seconds, Timestamp};

use door::{DoorError, Used};
use reader::Memory;
use sequencer::Sequencer;

pub use door::{Door, Quota};
pub use reader::{ReadError, Reader};

/// The most statements that wait for a place; a caller beyond them waits to wait.
const POOL: usize = 4096;

/// How far the clocks of witnesses and of this machine may be apart, in milliseconds.
const MAX_CLOCK_DIFFERENCE_MILLIS: i64 = 60_000;

/// Tells the time of entries.
pub trait Clock: Send {
    /// Returns the present moment.
    fn now(&mut self) -> Timestamp;
}

/// The clock, which sequencer and ledger look at.
type SharedClock = Arc<Mutex<Box<dyn Clock>>>;

/// The clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&mut self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let millis = i64::try_from(since.as_millis())
            .ok()
            .and_then(Timestamp::from_unix_millis);
        millis.expect("the clock of this machine shows a year from 1970 to 9999")
    }
}

/// An open ledger: takes statements in from any thread, in one order.
///
/// Dropping it waits until what was handed in has been answered.
pub struct Ledger {
    shared: Arc<Shared>,
    pool: Option<SyncSender<Waiting>>,
    sequencer: Option<JoinHandle<()>>,
    clock: SharedClock,
}

/// Whoever signs checkpoints: one signer for each log key that the writer holds.
///
/// One suffices while one log key is in force; two sign while one takes the place of the other.
#[derive(Default)]
pub struct LogSigners(Vec<Box<dyn Signer>>);

impl From<Vec<Box<dyn Signer>>> for LogSigners {
    fn from(signers: Vec<Box<dyn Signer>>) -> LogSigners {
        LogSigners(signers)
    }
}

impl From<Box<dyn Signer>> for LogSigners {
    fn from(signer: Box<dyn Signer>) -> LogSigners {
        LogSigners(vec![signer])
    }
}

impl<S: Signer + 'static> From<Box<S>> for LogSigners {
    fn from(signer: Box<S>) -> LogSigners {
        LogSigners(vec![signer])
    }
}

impl LogSigners {
    /// Gives each signer the name of the log.
    fn named(self, origin: &str) -> Result<Vec<Named>, NoteError> {
        let name: KeyName = origin.parse()?;
        let named = |signer: Box<dyn Signer>| {
            let key = VerifierKey::new(name.clone(), KeyKind::Ed25519, signer.public_key());
            Named { key, signer }
        };
        Ok(self.0.into_iter().map(named).collect())
    }
}

/// A signer with the verifier key under which the log would have it.
struct Named {
    key: VerifierKey,
    signer: Box<dyn Signer>,
}

/// What an append was answered.
#[derive(Clone, Debug)]
pub struct Appended {
    /// Where the entry stands.
    pub index: Index,
    /// Whether the statement stood there before this append.
    pub known: bool,
    /// The proof of it, under a checkpoint that holds it.
    pub receipt: Receipt,
}

/// What the sequencer and everyone who asks share.
struct Shared {
    store: Arc<dyn Store>,
    memory: RwLock<Memory>,
    door: RwLock<Door>,
    /// What each key has used of its quota; the sequencer counts.
    used: Mutex<Used>,
    /// Why nothing is written any more.
    stopped: Mutex<Option<String>>,
}

/// A statement on its way to a place.
struct Waiting {
    signed: SignedStatement,
    answer: SyncSender<Result<Appended, AppendError>>,
}

impl Ledger {
    /// Creates a ledger in an empty store: entry 0 is the charter.
    ///
    /// # Errors
    /// [`OpenLedgerError`] when the store holds a commit, the charter is not admissible, or `log` is not
    /// the key that it names.
    pub fn create(
        store: Arc<dyn Store>,
        charter: SignedStatement,
        log: impl Into<LogSigners>,
        clock: Box<dyn Clock>,
    ) -> Result<Ledger, OpenLedgerError> {
        let origin = match charter.statement().predicate() {
            Predicate::Charter(body) => body.origin.to_string(),
            _ => return Err(Refusal::NoCharter.into()),
        };
        let log = log.into().named(&origin)?;
        if store.newest()?.is_some() {
            return Err(OpenLedgerError::NotEmpty);
        }
        Door::default().look_at(charter.statement())?;
        let memory = Memory::empty(origin);
        let mut admission = State::new();
        let admitted = admission.admit(charter.clone(), Index::FIRST, memory.chain().tree())?;
        admission.apply(&admitted, Index::FIRST);
        expect_log_key(&log, admission.log_keys().in_force())?;
        let (shared, sequencer) = Ledger::prepare(store, memory, log, clock);
        let ledger = Ledger::start(shared, sequencer);
        ledger.hand_in(charter).map_err(OpenLedgerError::First)?;
        Ok(ledger)
    }

    /// Opens a ledger for writing: reads every commit, checks the chain of commits and the tree
    /// that they make, and refuses to go on behind what has been published.
    ///
    /// `seen` are checkpoints of this log that others hold, such as witnesses; the store must reach each of them.
    /// Of the log keys in force one must be among `log`. What is appended needs all that sign after it.
    ///
    /// # Errors
    /// [`OpenLedgerError`].
    pub fn open(
        store: Arc<dyn Store>,
        log: impl Into<LogSigners>,
        clock: Box<dyn Clock>,
        seen: &[Note],
    ) -> Result<Ledger, OpenLedgerError> {
        let memory = Memory::replay(store.as_ref())?;
        let log = log.into().named(memory.origin())?;
        expect_log_key(&log, memory.state().log_keys().in_force())?;
        reaches_all(&memory, seen)?;
        let (shared, sequencer) = Ledger::prepare(store, memory, log, clock);
        // An earlier process may have ended between a commit and what follows from it.
        sequencer
            .catch_up()
            .map_err(|reason| OpenLedgerError::First(AppendError::Stopped { reason }))?;
        Ok(Ledger::start(shared, sequencer))
    }

    /// Takes a ledger over with a log key that is not in force yet: records `statements`, which bring it in
    /// together, as one commit, and goes on as [`Ledger::open`] does.
    ///
    /// For a new operator who has a copy of the ledger and not its log key. Between the last checkpoint
    /// of the old key and the first of the new one nothing is signed.
    ///
    /// # Errors
    /// [`OpenLedgerError`]; nothing has been written unless it is `First` with an unclear outcome.
    pub fn take_over(
        store: Arc<dyn Store>,
        log: impl Into<LogSigners>,
        clock: Box<dyn Clock>,
        seen: &[Note],
        statements: Vec<Envelope>,
    ) -> Result<(Ledger, Vec<Appended>), OpenLedgerError> {
        let memory = Memory::replay(store.as_ref())?;
        let log = log.into().named(memory.origin())?;
        reaches_all(&memory, seen)?;
        let (shared, mut sequencer) = Ledger::prepare(store, memory, log, clock);
        let appended = sequencer.take_over(statements);
        let appended = appended.map_err(OpenLedgerError::First)?;
        Ok((Ledger::start(shared, sequencer), appended))
    }

    /// Changes what the door asks from now on, and counts quotas anew; at first it is [`Door::default`].
    pub fn set_door(&self, door: Door) {
        let used = self.shared.used.lock();
        *used.unwrap_or_else(PoisonError::into_inner) = Used::default();
        let current = self.shared.door.write();
        *current.unwrap_or_else(PoisonError::into_inner) = door;
    }

    /// Appends a statement and waits until it is durable.
    ///
    /// The same envelope again is answered with the place where it stands.
    ///
    /// # Errors
    /// [`AppendError`]. After `Undecided` and `Stopped` the statement may be in or out.
    pub fn append(&self, envelope: Envelope) -> Result<Appended, AppendError> {
        let statement = UnverifiedStatement::parse(envelope).map_err(OpenError::from)?;
        let keys: Vec<(KeyId, PublicKey)> = {
            let memory = self.shared.read();
            let signers = statement.envelope().signatures().iter();
            let known = |(id, _): &(KeyId, _)| Some((*id, memory.state().public_key(id)?));
            signers.filter_map(known).collect()
        };
        // Not with the memory in hand: the sequencer would wait for everyone who verifies.
        let known = |id: &KeyId| keys.iter().find(|(known, _)| known == id);
        let signed = statement.verify(|id| known(id).map(|(_, key)| *key))?;
        self.hand_in(signed)
    }

    /// Appends a statement whose signatures were verified already.
    ///
    /// # Errors
    /// As [`Ledger::append`].
    pub fn append_signed(&self, signed: SignedStatement) -> Result<Appended, AppendError> {
        self.hand_in(signed)
    }

    /// Returns a view for reading; it sees what is appended later.
    pub fn reader(&self) -> Reader {
        Reader::of(self.shared.clone())
    }

    /// Adds cosignatures to a checkpoint of this log and publishes it if it is the newest.
    ///
    /// The cosignatures are those that `witnesses` verify; others are left out.
    /// The cosigned checkpoint is kept for good under `cosigned/<size>/`.
    ///
    /// # Errors
    /// [`CosignError`] when the checkpoint is not of this log, carries no such cosignature, or the clock
    /// here and that of a witness are more than a minute apart; the ledger then stops writing.
    pub fn attach(
        &self,
        note: &[u8],
        witnesses: &[VerifierKey],
    ) -> Result<SignedCheckpoint, CosignError> {
        let note = Note::parse(note).map_err(CheckpointError::from)?;
        let now = look_at(&self.clock);
        let mut memory = self.shared.write();
        let found = memory.state().log_keys().open(note)?;
        let checkpoint = found.checkpoint().clone();
        memory.reaches(&checkpoint)?;
        let mut cosigned = match memory.published() {
            Some(published) if published.checkpoint() == &checkpoint => published.clone(),
            _ => found.without_cosignatures(),
        };
        let mut added = 0;
        for witness in witnesses {
            for line in found
                .note()
                .signatures()
                .iter()
                .filter(|line| line.names(witness))
            {
                cosigned = cosigned.with_cosignature(line.clone(), witness)?;
                added += 1;
            }
        }
        if added == 0 {
            return Err(CosignError::None);
        }
        let newest = (checkpoint.size == memory.chain().size()).then(|| memory.time());
        for cosignature in cosigned.cosignatures(witnesses)? {
            let ahead = millis_ahead(now, newest, cosignature.time());
            if ahead.abs() > MAX_CLOCK_DIFFERENCE_MILLIS {
                let ahead_seconds = ahead / 1000;
                self.shared.stop(format!(
                    "the clock here and a witness's were {} s apart: set the clock",
                    ahead_seconds.abs()
                ));
                return Err(CosignError::Clock { ahead_seconds });
            }
        }
        let bytes = cosigned.print();
        let name = format!(
            "cosigned/{:016x}/{}",
            checkpoint.size.get(),
            crate::hash::Hash::of(&bytes)
        );
        let name: ObjectName = name
            .parse()
            .expect("the name of a cosigned checkpoint is an object name");
        self.shared.store.put(&name, &bytes)?;
        if checkpoint.size == memory.size() {
            self.shared.store.publish(&bytes)?;
            memory.set_published(cosigned.clone());
        }
        Ok(cosigned)
    }

    /// Says why the ledger has stopped writing, if it has.
    pub fn stopped(&self) -> Option<String> {
        self.shared.stopped()
    }

    fn prepare(
        store: Arc<dyn Store>,
        memory: Memory,
        log: Vec<Named>,
        clock: Box<dyn Clock>,
    ) -> (Arc<Shared>, Sequencer) {
        let shared = Arc::new(Shared::new(store, memory));
        let sequencer = Sequencer::new(shared.clone(), log, Arc::new(Mutex::new(clock)));
        (shared, sequencer)
    }

    fn start(shared: Arc<Shared>, sequencer: Sequencer) -> Ledger {
        let clock = sequencer.clock();
        let (pool, waiting) = sync_channel(POOL);
        let thread = std::thread::Builder::new().name("sequencer".to_owned());
        let sequencer = thread
            .spawn(move || sequencer.run(&waiting))
            .expect("a thread can be started");
        Ledger {
            shared,
            pool: Some(pool),
            sequencer: Some(sequencer),
            clock,
        }
    }

    fn hand_in(&self, signed: SignedStatement) -> Result<Appended, AppendError> {
        if let Some(reason) = self.stopped() {
            return Err(AppendError::Stopped { reason });
        }
        if let Predicate::Rules(rules) = signed.statement().predicate()
            && rules.rules_version.get() > i64::from(RULES_VERSION)
        {
            // It may be admissible, but this program could never write after it.
            let version = rules.rules_version.get();
            return Err(AppendError::NewerRules { version });
        }
        if let Err(refused) = self.shared.door().look_at(signed.statement()) {
            // What stands in the ledger already is answered as before.
            if !self.shared.read().holds(&signed) {
                return Err(refused.into());
            }
        }
        let (answer, answered) = sync_channel(1);
        let pool = self
            .pool
            .as_ref()
            .expect("the pool closes only when the ledger is dropped");
        let waiting = Waiting { signed, answer };
        match pool.send(waiting) {
            Ok(()) => answered.recv().unwrap_or_else(|_| Err(self.shared.gone())),
            Err(_) => Err(self.shared.gone()),
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        drop(self.pool.take());
        if let Some(sequencer) = self.sequencer.take() {
            // A panic of the sequencer was answered to every waiter already.
            let _ = sequencer.join();
        }
    }
}

impl Shared {
    fn new(store: Arc<dyn Store>, memory: Memory) -> Shared {
        Shared {
            store,
            memory: RwLock::new(memory),
            door: RwLock::default(),
            used: Mutex::default(),
            stopped: Mutex::new(None),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Memory> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Memory> {
        self.memory.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn door(&self) -> Door {
        *self.door.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self, reason: impl Into<String>) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.get_or_insert(reason.into());
    }

    fn stopped(&self) -> Option<String> {
        self.stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What a waiter is told when the sequencer has ended.
    fn gone(&self) -> AppendError {
        let reason = self
            .stopped()
            .unwrap_or_else(|| "the sequencer ended".to_owned());
        AppendError::Undecided { reason }
    }
}

fn look_at(clock: &SharedClock) -> Timestamp {
    clock.lock().unwrap_or_else(PoisonError::into_inner).now()
}

/// Says how far the clock here is ahead of a witness's, in milliseconds; negative when it lags; zero when
/// nothing shows a difference.
///
/// A cosignature is made after the `newest` entry of its tree and before it is attached, `now`.
/// While a commit is under way the newest time here is that of an entry beyond the checkpoint, so there
/// is no `newest`. A `newest` entry that lies in the future was made before the clock was set right.
fn millis_ahead(now: Timestamp, newest: Option<Timestamp>, cosigned: Seconds) -> i64 {
    let cosigned = cosigned.timestamp().unix_millis();
    let behind = cosigned - now.unix_millis();
    let ahead = newest
        .filter(|newest| *newest <= now)
        .map_or(0, |newest| newest.unix_millis() - cosigned);
    match behind > 0 {
        true => -behind,
        false => ahead.max(0),
    }
}

/// Demands that one of the log keys in force is at hand.
fn expect_log_key(log: &[Named], in_force: Vec<VerifierKey>) -> Result<(), OpenLedgerError> {
    match log.iter().any(|named| in_force.contains(&named.key)) {
        true => Ok(()),
        false => Err(OpenLedgerError::LogKey { expected: in_force }),
    }
}

/// Demands that the history holds what was published and what others have `seen`.
///
/// What was seen counts when the log signed it, with the keys in force at its size.
fn reaches_all(memory: &Memory, seen: &[Note]) -> Result<(), OpenLedgerError> {
    memory.reaches_published()?;
    for note in seen {
        let signed = memory.state().log_keys().open(note.clone())?;
        memory.reaches(signed.checkpoint())?;
    }
    Ok(())
}

/// Lists verifier keys in a sentence.
fn join(keys: &[VerifierKey]) -> String {
    let keys: Vec<String> = keys.iter().map(VerifierKey::to_string).collect();
    keys.join(" and ")
}

/// Why a ledger cannot be opened or created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenLedgerError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored is not a chain of commits.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A ledger is created in an empty store only.
    #[error(
        "expected an empty store, found a ledger in it\na ledger is never overwritten: choose another place"
    )]
    NotEmpty,
    /// The charter cannot stand first.
    #[error("the charter: {0}")]
    Charter(#[from] Refusal),
    /// The charter may not become public.
    #[error("the charter: {0}")]
    Door(#[from] DoorError),
    /// The origin is no name of a key.
    #[error("the origin: {0}")]
    Origin(#[from] NoteError),
    /// No log key in force.
    #[error(
        "expected the log key that the charter names, or the one that took its place, {}, found another key", join(.expected)
    )]
    LogKey {
        /// The log keys in force.
        expected: Vec<VerifierKey>,
    },
    /// A checkpoint that others are said to hold is none of this log.
    #[error("a checkpoint that was seen: {0}")]
    Seen(#[from] CheckpointError),
    /// Writing did not begin.
    #[error("the first write: {0}")]
    First(AppendError),
}

/// Why an append was not answered with a receipt.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The envelope is no signed statement.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The door is closed to it.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The rules do not admit it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Rules under which this program could not go on writing.
    #[error(
        "expected rules of version {RULES_VERSION} at most, found version {version}\nrecord them with a program that knows them: this one could write nothing after them"
    )]
    NewerRules {
        /// The version that the statement brings.
        version: i64,
    },
    /// The checkpoint after it could not be signed by all that must.
    #[error(
        "expected the log key {}, which signs the checkpoint after this statement, found none such at hand\nopen the ledger with every log key: give --log-key for each", join(.missing)
    )]
    LogKeys {
        /// The log keys that are not at hand.
        missing: Vec<VerifierKey>,
    },
    /// It may be in or out.
    #[error(
        "it is not known whether the statement was recorded: {reason}\nopen the ledger again and append the same file: it is recorded once"
    )]
    Undecided {
        /// What failed.
        reason: String,
    },
    /// Nothing is written any more.
    #[error(
        "the ledger has stopped writing: {reason}\nopen it again: that finds out what was recorded"
    )]
    Stopped {
        /// Why.
        reason: String,
    },
    /// The log key did not sign the new checkpoint.
    #[error(
        "the statement is recorded, but the checkpoint could not be signed: {0}\nappend the same file again for its receipt"
    )]
    Signer(#[from] SignerError),
}

/// Why cosignatures were not attached.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CosignError {
    /// Not a checkpoint of this log, or a line that does not verify.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A checkpoint of another history.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No line by a known witness.
    #[error("expected a cosignature by one of the witnesses given, found none")]
    None,
    /// The clocks differ.
    #[error("the clock here is {} s {} the witness's; the ledger has stopped writing\nset the clock, then open again", ahead_seconds.abs(), if *ahead_seconds > 0 { "ahead of" } else { "behind" })]
    Clock {
        /// By how much the clock here is ahead; negative when it is behind.
        ahead_seconds: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

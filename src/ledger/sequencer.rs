//! The one sequencer: numbers what waits, commits it as one object, signs what was committed, and answers.

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::envelope::Envelope;
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey};
use crate::merkle::tile::tiles_added;
use crate::merkle::{Index, Size, leaf_hash};
use crate::note::VerifierKey;
use crate::receipt::Receipt;
use crate::state::{Refusal, thread_name};
use crate::statement::{Predicate, SignedStatement};
use crate::store::{Create, ObjectName, Redact, StoreError};

use super::commit::{Commit, MAX_BATCH_ENTRIES, MAX_COMMIT_BYTES, Record};
use super::{AppendError, Appended, Named, ReadError, Shared, SharedClock, Waiting, look_at};

/// How often an unclear create is read back and tried again.
const TRIES: u32 = 8;

/// The first wait between two tries; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(20);

/// Room in a commit for its first two lines.
const HEAD_BYTES: usize = 4096;

pub(super) struct Sequencer {
    shared: Arc<Shared>,
    log: Vec<Named>,
    clock: SharedClock,
}

/// A statement that has a place, and who waits for the receipt.
struct Placed {
    index: Index,
    known: bool,
    waiting: Waiting,
}

/// Why writing ends.
struct Stop(String);

/// When it is asked whether the log keys at hand can sign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signing {
    /// Before each statement.
    EachTime,
    /// After the last, by who lets them in.
    Afterwards,
}

impl Sequencer {
    pub(super) fn new(shared: Arc<Shared>, log: Vec<Named>, clock: SharedClock) -> Sequencer {
        Sequencer { shared, log, clock }
    }

    /// Returns the clock, which others look at as well.
    pub(super) fn clock(&self) -> SharedClock {
        self.clock.clone()
    }

    /// Does what an earlier process may have left undone after its last commit: its tiles and its checkpoint,
    /// and the texts that it should have taken out.
    pub(super) fn catch_up(&self) -> Result<(), String> {
        self.store_last_tiles().map_err(|Stop(reason)| reason)?;
        self.publish().map_err(|error| error.to_string())?;
        let left = self.shared.read().still_there().clone();
        for index in left {
            self.empty(index).map_err(|Stop(reason)| reason)?;
        }
        Ok(())
    }

    /// Records statements that bring in the log keys at hand, all in one commit.
    ///
    /// Nothing is written when one of them is refused, or when afterwards others sign than who is at hand.
    pub(super) fn take_over(
        &mut self,
        statements: Vec<Envelope>,
    ) -> Result<Vec<Appended>, AppendError> {
        let stopped = |Stop(reason)| AppendError::Stopped { reason };
        let mut answers = Vec::new();
        let mut waiting = VecDeque::new();
        // A statement may be signed by a key that the one before it enrols.
        let mut brought: HashMap<KeyId, PublicKey> = HashMap::new();
        for envelope in statements {
            let signed = SignedStatement::open(envelope, |id| {
                let known = self.shared.read().state().public_key(id);
                known.or_else(|| brought.get(id).copied())
            })?;
            self.shared.door().look_at(signed.statement())?;
            let keys = signed.statement().predicate().public_keys();
            brought.extend(keys.into_iter().map(|key| (key.id(), *key)));
            let (answer, answered) = sync_channel(1);
            answers.push(answered);
            waiting.push_back(Waiting { signed, answer });
        }
        let (commit, placed) = self
            .batch(&mut waiting, Signing::Afterwards)
            .map_err(stopped)?;
        if placed.len() < answers.len() {
            let refused = answers.iter().find_map(|answered| answered.try_recv().ok());
            return Err(match refused {
                Some(Err(refused)) => refused,
                _ => stopped(Stop("the statements do not fit one commit".to_owned())),
            });
        }
        let missing = self.missing(&self.shared.read().state().log_keys().in_force());
        if !missing.is_empty() {
            return Err(AppendError::LogKeys { missing });
        }
        self.store_last_tiles().map_err(stopped)?;
        self.finish(&commit, placed).map_err(stopped)?;
        let answers = answers.into_iter();
        answers
            .map(|answered| answered.recv().expect("what was placed is answered"))
            .collect()
    }

    fn store_last_tiles(&self) -> Result<(), Stop> {
        let last = self.shared.read().last_commit();
        last.map_or(Ok(()), |(old, new)| self.store_tiles(old, new))
    }

    /// Lists those of `needed` that nobody here signs for.
    fn missing(&self, needed: &[VerifierKey]) -> Vec<VerifierKey> {
        let held = |key: &&VerifierKey| self.log.iter().any(|named| named.key == **key);
        needed.iter().filter(|key| !held(key)).cloned().collect()
    }

    /// Serves until the pool closes or an outcome stays unclear.
    pub(super) fn run(mut self, pool: &Receiver<Waiting>) {
        let mut waiting = VecDeque::new();
        loop {
            if waiting.is_empty() {
                match pool.recv() {
                    Ok(first) => waiting.push_back(first),
                    Err(_) => return,
                }
            }
            // Whatever has queued up while the last commit was written goes into the next.
            waiting.extend(
                pool.try_iter()
                    .take(MAX_BATCH_ENTRIES - waiting.len().min(MAX_BATCH_ENTRIES)),
            );
            if self.commit(&mut waiting).is_err() {
                return;
            }
        }
    }

    /// Commits a batch from the front of `waiting` and answers it.
    ///
    /// When it fails, writing has stopped before any waiter hears of it; what the memory holds may be
    /// ahead of the store and is not used again.
    fn commit(&mut self, waiting: &mut VecDeque<Waiting>) -> Result<(), Stop> {
        let batch = self.batch(waiting, Signing::EachTime);
        let (commit, placed) = batch.map_err(|stop| self.stop(stop))?;
        self.finish(&commit, placed)
    }

    /// Makes a batch durable, publishes it, takes out what it withholds, and answers.
    fn finish(&self, commit: &Commit, placed: Vec<Placed>) -> Result<(), Stop> {
        if !commit.batch.is_empty() {
            self.store_commit(commit).map_err(|stop| self.stop(stop))?;
        }
        let withheld = |placed: &Placed| match placed.waiting.signed.statement().predicate() {
            Predicate::Withheld(withheld) => Some(withheld.index),
            _ => None,
        };
        let checkpoint = self.publish().map_err(|error| Stop(error.to_string()));
        let done = checkpoint.and_then(|checkpoint| {
            let mut texts = placed.iter().filter_map(withheld);
            texts.try_for_each(|index| self.empty(index))?;
            Ok(checkpoint)
        });
        match done {
            Ok(checkpoint) => {
                self.answer(placed, &checkpoint);
                Ok(())
            }
            // The entries are durable; only their receipts are not to be had, or a text is still there.
            Err(stop) => {
                let Stop(reason) = self.stop(stop);
                for placed in placed {
                    let undecided = AppendError::Undecided {
                        reason: reason.clone(),
                    };
                    let _ = placed.waiting.answer.send(Err(undecided));
                }
                Err(Stop(reason))
            }
        }
    }

    /// Says why nothing is written any more.
    fn stop(&self, Stop(reason): Stop) -> Stop {
        self.shared.stop(reason.as_str());
        Stop(reason)
    }

    /// Makes a commit durable, moves the tip behind it, and stores the tiles that it fills.
    fn store_commit(&self, commit: &Commit) -> Result<(), Stop> {
        self.create(commit)?;
        self.shared.write().committed(commit);
        self.store_tiles(commit.sizes[0], commit.sizes[1])
    }

    /// Admits, numbers and chains what waits, in order, as far as it fits one commit.
    fn batch(
        &mut self,
        waiting: &mut VecDeque<Waiting>,
        when: Signing,
    ) -> Result<(Commit, Vec<Placed>), Stop> {
        let now = look_at(&self.clock);
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| Stop(format!("no random numbers: {error}")))?;
        let shared = self.shared.clone();
        let quota = shared.door().quota;
        let used = shared.used.lock();
        let mut used = used.unwrap_or_else(PoisonError::into_inner);
        let mut guard = shared.write();
        let memory = &mut *guard;
        let tip = memory.tip().clone();
        let (state, chain) = memory.parts();
        let mut batch = Vec::new();
        let mut placed = Vec::new();
        let mut bytes = HEAD_BYTES;
        while let Some(next) = waiting.pop_front() {
            let index =
                Index::new(chain.size().get()).expect("a log holds fewer than 2^53 entries");
            let admitted = match state.admit(next.signed.clone(), index, chain.tree()) {
                Ok(admitted) => admitted,
                Err(Refusal::Duplicate { index }) => {
                    placed.push(Placed {
                        index,
                        known: true,
                        waiting: next,
                    });
                    continue;
                }
                Err(refusal) => {
                    let _ = next.answer.send(Err(refusal.into()));
                    continue;
                }
            };
            // What nobody here could sign for is not let in.
            let signing = state.log_keys_after(admitted.statement().predicate());
            let missing = self.missing(&signing);
            if when == Signing::EachTime && !missing.is_empty() {
                let _ = next.answer.send(Err(AppendError::LogKeys { missing }));
                continue;
            }
            let thread = thread_name(admitted.statement());
            let entry = chain.next(
                admitted.envelope_digest(),
                thread,
                now,
                state.rules_version(),
            );
            let record = Record {
                entry: entry.to_bytes(),
                envelope: admitted.envelope().print_stored(),
            };
            if bytes + record.stored_bytes() > MAX_COMMIT_BYTES || batch.len() == MAX_BATCH_ENTRIES
            {
                waiting.push_front(next);
                break;
            }
            let signers = &admitted.statement().head().signers;
            let counted = quota.map_or(Ok(()), |quota| used.count(quota, signers, now));
            if let Err(refused) = counted {
                let _ = next.answer.send(Err(refused.into()));
                continue;
            }
            bytes += record.stored_bytes();
            chain.push(&entry, leaf_hash(&record.entry));
            state.apply(&admitted, index);
            batch.push(record);
            placed.push(Placed {
                index,
                known: false,
                waiting: next,
            });
        }
        let commit = Commit {
            number: tip.number,
            previous: tip.previous,
            log: tip.log,
            id,
            sizes: [tip.size, chain.size()],
            roots: [tip.root, chain.root()],
            batch,
        };
        Ok((commit, placed))
    }

    /// Makes the commit durable, or finds out that it cannot be known.
    ///
    /// Every answer but `Created` is unclear until the object is read: our own bytes mean that it
    /// was created after all, other bytes that another writer was first, nothing that the same bytes may be tried again.
    fn create(&self, commit: &Commit) -> Result<(), Stop> {
        let bytes = commit.to_bytes();
        let number = commit.number;
        let mut wait = FIRST_WAIT;
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.shared.store.create(number, &bytes) {
                Ok(Create::Created) => return Ok(()),
                Ok(Create::Exists) => "the number is taken".clone_into(&mut last),
                Err(error) => last = error.to_string(),
            }
            match self.shared.store.read(number) {
                Ok(Some(found)) if found == bytes => return Ok(()),
                Ok(Some(_)) => {
                    return Err(Stop(format!(
                        "another writer created commit {number} first"
                    )));
                }
                Ok(None) => {}
                // What has given up for good is not asked again.
                Err(error @ StoreError::Poisoned { .. }) => return Err(Stop(error.to_string())),
                Err(error) => last = error.to_string(),
            }
            std::thread::sleep(wait);
            wait *= 2;
        }
        Err(Stop(format!(
            "commit {number} may be stored or not: {last}"
        )))
    }

    /// Takes the text of the entry at `index` out of its commit, unless that was done.
    ///
    /// The commit keeps its digest: this covers the entries, and each entry names its statement by digest.
    fn empty(&self, index: Index) -> Result<(), Stop> {
        let stop = |reason: &dyn std::fmt::Display| {
            Stop(format!(
                "the text of entry {index}, which is withheld, is still in the store: {reason}"
            ))
        };
        let number = self.shared.read().commit_of(index);
        let number = number.ok_or_else(|| stop(&"there is no such entry"))?;
        let mut wait = FIRST_WAIT;
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.empty_once(number, index) {
                Ok(true) => return Ok(()),
                Ok(false) => "the commit changed meanwhile".clone_into(&mut last),
                Err(ReadError::Store(error @ StoreError::Poisoned { .. })) => {
                    return Err(stop(&error));
                }
                Err(error) => last = error.to_string(),
            }
            std::thread::sleep(wait);
            wait *= 2;
        }
        Err(stop(&last))
    }

    /// Returns whether the text is gone.
    fn empty_once(&self, number: u64, index: Index) -> Result<bool, ReadError> {
        let store = &self.shared.store;
        let bytes = store.read(number)?.unwrap_or_default();
        let wrong = |reason: String| ReadError::Commit { number, reason };
        let mut commit = Commit::parse(&bytes).map_err(|error| wrong(error.to_string()))?;
        let place = index.get().checked_sub(commit.sizes[0].get());
        let place = place.and_then(|place| usize::try_from(place).ok());
        let record = place.and_then(|place| commit.batch.get_mut(place));
        let record = record.ok_or_else(|| wrong(format!("expected entry {index} in it")))?;
        if record.envelope.is_empty() {
            return Ok(true);
        }
        record.envelope.clear();
        let name = ObjectName::commit(number);
        let done = store.redact(&name, &Hash::of(&bytes), &commit.to_bytes())?;
        Ok(done == Redact::Done)
    }

    /// Stores the tiles that became full, under their published paths.
    fn store_tiles(&self, old: Size, new: Size) -> Result<(), Stop> {
        for tile in tiles_added(old, new).filter(|tile| tile.is_full()) {
            let bytes = tile.bytes(self.shared.read().chain().tree());
            let bytes = bytes.map_err(|error| Stop(error.to_string()))?;
            let name: ObjectName = tile.path().parse().expect("a tile path is an object name");
            let failed = |error: StoreError| Stop(format!("{name}: {error}"));
            let exists = self.shared.store.put(&name, &bytes).map_err(failed)? == Create::Exists;
            if exists
                && self.shared.store.get(&name).map_err(failed)?.as_deref() != Some(&bytes[..])
            {
                return Err(Stop(format!(
                    "{name} is stored with other bytes than the entries give"
                )));
            }
        }
        Ok(())
    }

    /// Signs the committed root with each log key in force, if the newest checkpoint is of another size,
    /// and publishes it.
    fn publish(&self) -> Result<SignedCheckpoint, AppendError> {
        let (checkpoint, keys) = {
            let memory = self.shared.read();
            if let Some(published) = memory
                .published()
                .filter(|published| published.checkpoint().size == memory.size())
            {
                return Ok(published.clone());
            }
            let origin = memory
                .origin()
                .parse()
                .expect("the origin was a key name when the ledger was opened");
            let checkpoint = Checkpoint {
                origin,
                size: memory.size(),
                root: memory.tip().root,
            };
            (checkpoint, memory.state().log_keys().at(memory.size()))
        };
        let missing = self.missing(&keys);
        if !missing.is_empty() {
            return Err(AppendError::LogKeys { missing });
        }
        let undecided = |reason: String| AppendError::Undecided { reason };
        let mut signed: Option<SignedCheckpoint> = None;
        for Named { key, signer } in self.log.iter().filter(|named| keys.contains(&named.key)) {
            let signature = signer.sign(&checkpoint.log_message())?;
            let added = match signed {
                None => checkpoint.with_log_signature(key, &signature),
                Some(signed) => signed.with_log_signature(key, &signature),
            };
            signed = Some(added.map_err(|error| undecided(error.to_string()))?);
        }
        let signed = signed.ok_or_else(|| undecided("no log key is in force".to_owned()))?;
        // In the order in which the keys came in, whatever order they were given in.
        let signed = SignedCheckpoint::by_all(signed.note().clone(), &keys);
        let signed = signed.map_err(|error| undecided(error.to_string()))?;
        self.shared
            .store
            .publish(&signed.print())
            .map_err(|error| undecided(error.to_string()))?;
        self.shared.write().set_published(signed.clone());
        Ok(signed)
    }

    fn answer(&self, placed: Vec<Placed>, checkpoint: &SignedCheckpoint) {
        for Placed {
            index,
            known,
            waiting,
        } in placed
        {
            let proof = self
                .shared
                .read()
                .prove(index)
                .expect("a committed entry has a proof");
            let answer = match known && !self.is_stored(index, waiting.signed.envelope()) {
                true => Err(AppendError::Undecided {
                    reason: format!(
                        "entry {index} was recorded with this statement and is stored with another"
                    ),
                }),
                false => Ok(Appended {
                    index,
                    known,
                    receipt: Receipt::new(index, proof, checkpoint),
                }),
            };
            // Whoever asked may have gone; the entry stands all the same.
            let _ = waiting.answer.send(answer);
        }
    }

    /// Compares a statement that is said to be known with the one that is stored, byte for byte of its payload.
    fn is_stored(&self, index: Index, envelope: &Envelope) -> bool {
        let reader = super::Reader::of(self.shared.clone());
        let stored = reader.record(index).ok().flatten();
        // A withheld statement cannot be compared; the digest of its payload has been.
        stored.is_some_and(|record| {
            record.envelope.is_empty()
                || Envelope::parse_stored(&record.envelope)
                    .is_ok_and(|stored| stored.payload() == envelope.payload())
        })
    }
}

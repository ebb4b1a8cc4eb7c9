//! The one sequencer: numbers what waits, commits it as one object, signs what was committed, and answers.

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::envelope::Envelope;
use crate::merkle::tile::tiles_added;
use crate::merkle::{Index, Size, leaf_hash};
use crate::receipt::Receipt;
use crate::signer::Signer;
use crate::state::{Refusal, thread_name};
use crate::store::{Create, ObjectName, StoreError};

use super::commit::{Commit, MAX_BATCH_ENTRIES, MAX_COMMIT_BYTES, Record};
use super::{AppendError, Appended, Shared, SharedClock, Waiting, look_at};

/// How often an unclear create is read back and tried again.
const TRIES: u32 = 8;

/// The first wait between two tries; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(20);

/// Room in a commit for its first two lines.
const HEAD_BYTES: usize = 4096;

pub(super) struct Sequencer {
    shared: Arc<Shared>,
    log: Box<dyn Signer>,
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

impl Sequencer {
    pub(super) fn new(shared: Arc<Shared>, log: Box<dyn Signer>, clock: SharedClock) -> Sequencer {
        Sequencer { shared, log, clock }
    }

    /// Does what an earlier process may have left undone after its last commit: its tiles and its checkpoint.
    pub(super) fn catch_up(&self) -> Result<(), String> {
        let last = self.shared.read().last_commit();
        if let Some((old, new)) = last {
            self.store_tiles(old, new).map_err(|Stop(reason)| reason)?;
            self.publish().map_err(|error| error.to_string())?;
        }
        Ok(())
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
        let shared = self.shared.clone();
        let stop = |Stop(reason)| {
            shared.stop(reason.as_str());
            Stop(reason)
        };
        let (commit, placed) = self.batch(waiting).map_err(stop)?;
        if !commit.batch.is_empty() {
            self.store_commit(&commit).map_err(stop)?;
        }
        match self.publish() {
            Ok(checkpoint) => {
                self.answer(placed, &checkpoint);
                Ok(())
            }
            // The entries are durable; only their receipts are not to be had.
            Err(error) => {
                let reason = error.to_string();
                self.shared.stop(reason.as_str());
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

    /// Makes a commit durable, moves the tip behind it, and stores the tiles that it fills.
    fn store_commit(&self, commit: &Commit) -> Result<(), Stop> {
        self.create(commit)?;
        self.shared.write().committed(commit);
        self.store_tiles(commit.sizes[0], commit.sizes[1])
    }

    /// Admits, numbers and chains what waits, in order, as far as it fits one commit.
    fn batch(&mut self, waiting: &mut VecDeque<Waiting>) -> Result<(Commit, Vec<Placed>), Stop> {
        let now = look_at(&self.clock);
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| Stop(format!("no random numbers: {error}")))?;
        let quota = self.shared.door().quota;
        let used = self.shared.used.lock();
        let mut used = used.unwrap_or_else(PoisonError::into_inner);
        let mut guard = self.shared.write();
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

    /// Signs the committed root, if the newest checkpoint is of another size, and publishes it.
    fn publish(&self) -> Result<SignedCheckpoint, AppendError> {
        let checkpoint = {
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
            Checkpoint {
                origin,
                size: memory.size(),
                root: memory.tip().root,
            }
        };
        let signature = self.log.sign(&checkpoint.log_message())?;
        let undecided = |reason: String| AppendError::Undecided { reason };
        let signed = checkpoint
            .with_log_signature(&self.shared.log_key, &signature)
            .map_err(|error| undecided(error.to_string()))?;
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

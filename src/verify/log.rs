//! The replay of a whole log, piece by piece.

use std::collections::{BTreeMap, HashMap};

#[cfg(feature = "host")]
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::entry::{Entry, EntryError, ThreadName};
use crate::envelope::Envelope;
use crate::hash::Hash;
use crate::key::{KeyId, PublicKey, Verifier};
use crate::merkle::{Index, Size, leaf_hash};
use crate::note::Note;
use crate::state::{Chain, State, thread_name};
use crate::statement::register::Withheld;
use crate::statement::{Predicate, SignedStatement, Type, UnverifiedStatement};
use crate::time::{Seconds, Timestamp};
use crate::trust::{Evaluation, TrustPolicy};

use super::defect::{Defect, Place, Rule};
use super::facts::{
    Facts, Followed, Keep, KeptStatement, Read, Signer, ThreadFacts, WithheldStatement,
};
use super::source::{Record, Source, SourceError};

/// The most defects that are listed one by one.
pub const MAX_DEFECTS: usize = 1000;

/// How many entries are read together.
const PIECE: usize = 1024;

/// How many statements are verified together, on one core.
const BATCH: usize = 128;

/// What the reader brings, and what is to be kept.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    /// The digest of entry 0's payload, when the reader knows it otherwise than from a trust policy.
    pub genesis: Option<Hash>,
    /// The reader's trust policy, and the moment for which it is asked.
    pub trust: Option<(&'a TrustPolicy, Seconds)>,
    /// Which statements the facts keep.
    pub keep: Keep,
}

/// How far the replay has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many entries are done.
    pub done: Size,
    /// How many there are.
    pub of: Size,
}

/// Verifies every entry and statement of a log.
///
/// `progress` is called after each piece. Memory: 64 bytes an entry, a few hundred for each
/// statement that later ones may refer to, and what is kept.
///
/// # Errors
/// [`SourceError`] when the log cannot be read to its end. Whatever is wrong with what was read is not an
/// error but a [`Defect`].
pub fn verify_log(
    source: &impl Source,
    options: &Options<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Facts, SourceError> {
    let size = source.size()?;
    let mut replay = Replay::new(options);
    let mut keys = Keys::default();
    let mut verifier = Verifier::new();
    while let Some(next) = Index::new(replay.chain.size().get()).filter(|next| size.contains(*next))
    {
        let left = usize::try_from(size.get() - next.get()).unwrap_or(PIECE);
        let records = source.records(next, left.min(PIECE))?;
        if records.is_empty() || records.len() > left {
            let reason = format!("expected 1 to {left} records, found {}", records.len());
            return Err(SourceError::new("the log", reason).missing(next.get()..size.get()));
        }
        let missing = records.iter().position(|record| record.envelope.is_none());
        if let (Some(first), None) = (missing, &replay.claims) {
            let first = next.get() + first as u64;
            replay.claims = Some(Claims::find(source, first, size)?);
        }
        let places = (next.get()..).zip(records).collect();
        let parsed = map(places, |(place, record)| Parsed::of(place, record));
        for parsed in &parsed {
            for (id, key) in &parsed.introduced {
                keys.entry(*id).or_insert((*key, parsed.place));
            }
        }
        verifier.learn(parsed.iter().flat_map(|parsed| parsed.signers(&keys)));
        for opened in map(batches(parsed), |batch| open(batch, &keys, &verifier)) {
            opened.into_iter().for_each(|opened| replay.take(opened));
        }
        progress(Progress {
            done: replay.chain.size(),
            of: size,
        });
    }
    Ok(replay.finish(source.checkpoint()?))
}

/// Applies `f` to each item, on all cores where there are threads.
#[cfg(feature = "host")]
fn map<T: Send, U: Send>(items: Vec<T>, f: impl Fn(T) -> U + Send + Sync) -> Vec<U> {
    items.into_par_iter().map(f).collect()
}

/// Applies `f` to each item.
#[cfg(not(feature = "host"))]
fn map<T, U>(items: Vec<T>, f: impl Fn(T) -> U) -> Vec<U> {
    items.into_iter().map(f).collect()
}

/// Public keys by their ids, with the place that first brings each.
///
/// Ids are digests, so whoever brings a key brings the right one. That a key is known here
/// only means that signatures can be computed; whether it may sign is admission's question.
type Keys = HashMap<KeyId, (PublicKey, u64)>;

/// A record, parsed.
struct Parsed {
    place: u64,
    leaf: Hash,
    entry: Result<Entry, EntryError>,
    introduced: Vec<(KeyId, PublicKey)>,
    statement: Found<UnverifiedStatement>,
}

/// A record, parsed and with its signatures verified.
struct Opened {
    leaf: Hash,
    entry: Result<Entry, EntryError>,
    statement: Found<SignedStatement>,
}

/// What is there of a statement.
enum Found<T> {
    /// Nothing.
    Withheld,
    /// Something else than the statement that the entry names.
    Broken(Rule, String),
    /// The statement, under this envelope digest.
    There(T),
}

impl Parsed {
    fn of(place: u64, record: Record) -> Parsed {
        let entry = Entry::parse(&record.entry);
        let statement = match &record.envelope {
            None => Found::Withheld,
            Some(envelope) => Parsed::statement(envelope, entry.as_ref().ok()),
        };
        let introduced = match &statement {
            Found::There(statement) => {
                let keys = statement.statement().predicate().public_keys();
                keys.into_iter().map(|key| (key.id(), *key)).collect()
            }
            _ => Vec::new(),
        };
        Parsed {
            place,
            leaf: leaf_hash(&record.entry),
            entry,
            introduced,
            statement,
        }
    }

    fn statement(envelope: &[u8], entry: Option<&Entry>) -> Found<UnverifiedStatement> {
        let parsed = Envelope::parse_stored(envelope);
        let digest = parsed
            .as_ref()
            .map_or_else(|_| Hash::of(envelope), Envelope::digest);
        if let Some(entry) = entry.filter(|entry| entry.statement != digest) {
            let detail = format!(
                "expected an envelope with SHA-256 {}, found {digest}",
                entry.statement
            );
            return Found::Broken(Rule::StatementDigest, detail);
        }
        let envelope = match parsed {
            Ok(envelope) => envelope,
            Err(error) => return Found::Broken(Rule::StatementEnvelope, error.to_string()),
        };
        match UnverifiedStatement::parse(envelope) {
            Ok(statement) => Found::There(statement),
            Err(error) => Found::Broken(Rule::of_statement(&error), error.to_string()),
        }
    }

    /// Goes through the keys that are said to have signed, as far as they are known.
    fn signers<'a>(&'a self, keys: &'a Keys) -> impl Iterator<Item = &'a PublicKey> {
        let signatures = match &self.statement {
            Found::There(statement) => statement.envelope().signatures(),
            _ => &[],
        };
        signatures
            .iter()
            .filter_map(|(id, _)| keys.get(id))
            .map(|(key, _)| key)
    }
}

/// Splits a piece into what is verified at once.
fn batches(mut parsed: Vec<Parsed>) -> Vec<Vec<Parsed>> {
    let mut batches = Vec::with_capacity(parsed.len().div_ceil(BATCH));
    while parsed.len() > BATCH {
        let rest = parsed.split_off(BATCH);
        batches.push(std::mem::replace(&mut parsed, rest));
    }
    batches.push(parsed);
    batches
}

/// Verifies the signatures of a batch.
fn open(batch: Vec<Parsed>, keys: &Keys, verifier: &Verifier) -> Vec<Opened> {
    let mut statements = Vec::with_capacity(batch.len());
    let mut places = Vec::with_capacity(batch.len());
    let mut rest = Vec::with_capacity(batch.len());
    for parsed in batch {
        let found = match parsed.statement {
            Found::There(statement) => {
                statements.push(statement);
                places.push(parsed.place);
                Found::There(())
            }
            Found::Withheld => Found::Withheld,
            Found::Broken(rule, detail) => Found::Broken(rule, detail),
        };
        rest.push((parsed.leaf, parsed.entry, found));
    }
    let known = |at: usize, id: &KeyId| {
        let (key, first) = keys.get(id)?;
        (*first <= places[at]).then_some(*key)
    };
    let answers = UnverifiedStatement::verify_batch(statements, known, verifier);
    let mut answers = answers.into_iter();
    let mut opened = |(leaf, entry, found)| Opened {
        leaf,
        entry,
        statement: match found {
            Found::There(()) => match answers.next().expect("each statement has an answer") {
                Ok(signed) => Found::There(signed),
                Err(error) => Found::Broken(Rule::of_open(&error), error.to_string()),
            },
            Found::Withheld => Found::Withheld,
            Found::Broken(rule, detail) => Found::Broken(rule, detail),
        },
    };
    rest.into_iter().map(&mut opened).collect()
}

/// What later `withheld` statements say of statements that are not there, by index.
///
/// Needed early, because statements before the `withheld` one may refer to what is gone.
/// Nothing of it is believed: a claim that is not admitted later leaves a defect.
#[derive(Default)]
struct Claims(BTreeMap<Index, Vec<Claim>>);

struct Claim {
    /// The entry that says so.
    by: u64,
    thread: ThreadName,
    withheld: Withheld,
}

impl Claims {
    /// Reads the log from `first` on.
    fn find(source: &impl Source, first: u64, size: Size) -> Result<Claims, SourceError> {
        let mut claims = Claims::default();
        let mut next = first;
        while let Some(from) = Index::new(next).filter(|from| size.contains(*from)) {
            let left = usize::try_from(size.get() - next).unwrap_or(PIECE);
            let records = source.records(from, left.min(PIECE))?;
            if records.is_empty() {
                break;
            }
            let places: Vec<(u64, Record)> = (next..).zip(records).collect();
            next += places.len() as u64;
            for claim in map(places, |(by, record)| Claims::of(by, record))
                .into_iter()
                .flatten()
            {
                let about = claims.0.entry(claim.withheld.index);
                about.or_default().push(claim);
            }
        }
        Ok(claims)
    }

    fn of(by: u64, record: Record) -> Option<Claim> {
        let envelope = Envelope::parse_stored(&record.envelope?).ok()?;
        let marker = Type::Withheld.predicate_type();
        let mentioned = envelope
            .payload()
            .windows(marker.len())
            .any(|window| window == marker.as_bytes());
        if !mentioned {
            return None;
        }
        let statement = UnverifiedStatement::parse(envelope).ok()?;
        let statement = statement.statement();
        match statement.predicate() {
            Predicate::Withheld(withheld) => Some(Claim {
                by,
                thread: thread_name(statement),
                withheld: withheld.clone(),
            }),
            _ => None,
        }
    }

    fn about<'a>(&'a self, index: Index, entry: &'a Entry) -> impl Iterator<Item = &'a Claim> {
        let claims = self.0.get(&index).into_iter().flatten();
        claims.filter(|claim| {
            claim.thread == entry.thread.name && claim.withheld.statement == entry.statement
        })
    }
}

/// The replay: everything that depends on what stands before.
struct Replay<'a> {
    options: &'a Options<'a>,
    chain: Chain,
    state: State,
    links: Links,
    claims: Option<Claims>,
    /// Empty statements whose `withheld` statement has not come yet, with the digest that it must name.
    pending: BTreeMap<Index, (ThreadName, Hash)>,
    gaps: Gaps,
    /// A withheld statement because of which one of the charter could not be judged.
    charter_doubt: Option<Index>,
    facts: Findings,
    counts: BTreeMap<Type, u64>,
    threads: BTreeMap<ThreadName, ThreadFacts>,
    statements: Vec<KeptStatement>,
    withheld: Vec<WithheldStatement>,
}

impl<'a> Replay<'a> {
    fn new(options: &'a Options<'a>) -> Replay<'a> {
        Replay {
            options,
            chain: Chain::new(),
            state: State::new(),
            links: Links::default(),
            claims: None,
            pending: BTreeMap::new(),
            gaps: Gaps::default(),
            charter_doubt: None,
            facts: Findings::default(),
            counts: BTreeMap::new(),
            threads: BTreeMap::new(),
            statements: Vec::new(),
            withheld: Vec::new(),
        }
    }

    fn take(&mut self, opened: Opened) {
        let index = Index::new(self.chain.size().get()).expect("no log has 2^53 entries");
        let entry = match opened.entry {
            Ok(entry) => entry,
            Err(error) => {
                self.facts.broken(index, Rule::EntryForm, error.to_string());
                self.gaps.everywhere(index);
                self.links.unreadable(index);
                self.chain.push_unreadable(opened.leaf);
                return;
            }
        };
        self.links
            .check(&self.chain, &entry, index, &mut self.facts);
        if entry.version != self.state.rules_version() {
            let detail = format!(
                "expected v {}, found {}",
                self.state.rules_version(),
                entry.version
            );
            self.blame(index, &entry, Rule::RulesVersion, detail);
        }
        match opened.statement {
            Found::Withheld => self.missing(index, &entry),
            Found::Broken(rule, detail) => self.refuse(index, &entry, rule, detail),
            Found::There(signed) => self.replay(index, &entry, opened.leaf, signed),
        }
        let thread = self.threads.entry(entry.thread.name.clone());
        let thread = thread.or_insert(ThreadFacts {
            entries: 0,
            newest: index,
        });
        thread.entries += 1;
        thread.newest = index;
        self.chain.push(&entry, opened.leaf);
    }

    /// Admits a statement and takes in what it says.
    fn replay(&mut self, index: Index, entry: &Entry, leaf: Hash, signed: SignedStatement) {
        let filed = thread_name(signed.statement());
        if filed != entry.thread.name {
            let detail = format!("expected thread {filed}, found {}", entry.thread.name);
            self.gaps.note(&filed, index, Gap::Broken);
            return self.refuse(index, entry, Rule::StatementThread, detail);
        }
        let keep = self.options.keep.keeps(&filed).then(|| signed.clone());
        let admitted = match self.state.admit(signed, index, self.chain.tree()) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                return self.refuse(
                    index,
                    entry,
                    Rule::of_refusal(&refusal),
                    refusal.to_string(),
                );
            }
        };
        self.state.apply(&admitted, index);
        *self.counts.entry(admitted.statement().kind()).or_default() += 1;
        if let Predicate::Withheld(withheld) = admitted.statement().predicate() {
            let named = (filed, withheld.statement);
            if self.pending.get(&withheld.index) == Some(&named) {
                self.pending.remove(&withheld.index);
                self.withheld.push(WithheldStatement {
                    index: withheld.index,
                    thread: named.0,
                    id: withheld.id.clone(),
                    kind: withheld.kind,
                    by: index,
                });
            }
        }
        if let Some(signed) = keep {
            let signers = signed.statement().head().signers.iter();
            self.statements.push(KeptStatement {
                index,
                time: entry.time,
                leaf,
                signers: signers.filter_map(|key| self.signer(key)).collect(),
                signed,
            });
        }
    }

    fn signer(&self, key: &KeyId) -> Option<Signer> {
        let holder = self.state.key(key).map(|enrolled| enrolled.holder.clone());
        let party = match &holder {
            Some(holder) => holder.party.clone(),
            None => self.state.recovery_party(key)?.clone(),
        };
        Some(Signer {
            key: *key,
            party,
            holder,
        })
    }

    /// Looks for who says that this statement is withheld.
    fn missing(&mut self, index: Index, entry: &Entry) {
        let thread = &entry.thread.name;
        let claims = self
            .claims
            .iter()
            .flat_map(|claims| claims.about(index, entry));
        let mut claimed = false;
        for claim in claims {
            self.state.fold_withheld(thread, &claim.withheld);
            claimed = true;
        }
        if !claimed {
            let detail = "expected a stored envelope, or a later withheld statement that names this entry, found neither";
            return self.refuse(index, entry, Rule::StatementMissing, detail.to_owned());
        }
        self.pending
            .insert(index, (thread.clone(), entry.statement));
        self.gaps.note(thread, index, Gap::Withheld);
    }

    /// Notes that the statement of an entry counts for nothing.
    fn refuse(&mut self, index: Index, entry: &Entry, rule: Rule, detail: String) {
        let (origin, gap) = self.blame(index, entry, rule, detail);
        self.gaps.note(&entry.thread.name, origin, gap);
        if gap == Gap::Withheld && entry.thread.name == ThreadName::charter() {
            self.charter_doubt.get_or_insert(origin);
        }
        if index == Index::FIRST {
            self.gaps.everywhere(index);
        }
    }

    /// Notes a defect, or what it follows from; returns the place of the gap from which more may follow.
    fn blame(&mut self, index: Index, entry: &Entry, rule: Rule, detail: String) -> (Index, Gap) {
        let cause = match rule.misses_something() {
            true => self.gaps.before(&entry.thread.name),
            false => None,
        };
        match cause {
            None => {
                self.facts.broken(index, rule, detail);
                (index, Gap::Broken)
            }
            Some((cause, Gap::Broken)) => {
                self.facts.follows(index, cause);
                (cause, Gap::Broken)
            }
            Some((cause, Gap::Withheld)) => {
                self.facts.defect(Defect {
                    place: Place::Entry(index),
                    rule,
                    detail,
                    follows: Some(cause),
                });
                (cause, Gap::Withheld)
            }
        }
    }

    fn finish(mut self, note: Option<Vec<u8>>) -> Facts {
        for (index, (thread, _)) in std::mem::take(&mut self.pending) {
            let detail = format!(
                "expected an admitted withheld statement in thread {thread} that names this entry, found none"
            );
            // What says so may rest on what is withheld, even on this very statement.
            let follows = self.may_be_withheld(index).then_some(index);
            self.facts.defect(Defect {
                place: Place::Entry(index),
                rule: Rule::StatementMissing,
                detail,
                follows,
            });
        }
        self.genesis(self.options.trust.map(|(policy, _)| policy));
        if let Some((policy, _)) = self.options.trust {
            self.cosigners(policy);
        }
        let checkpoint = self.checkpoint(note.as_deref());
        let (trust, followed) = self.trust(note.as_deref().unwrap_or_default());
        let mut defects = self.facts.defects;
        defects.sort_by_key(|defect| defect.place);
        Facts {
            read: Read::WholeLog,
            chain: self.chain,
            state: self.state,
            checkpoint,
            trust,
            followed,
            counts: self.counts,
            threads: self.threads,
            statements: self.statements,
            withheld: self.withheld,
            defects,
            unlisted: self.facts.unlisted,
            followers: self.facts.followers,
            first_unsound: self.facts.first_unsound,
        }
    }

    /// Says whether a `withheld` statement about `index` could not be judged because a text is withheld.
    fn may_be_withheld(&self, index: Index) -> bool {
        let claims = self.claims.iter().filter_map(|claims| claims.0.get(&index));
        claims.flatten().any(|claim| {
            let place = Index::new(claim.by).map(Place::Entry);
            let mut there = self.facts.defects.iter();
            there.any(|defect| Some(defect.place) == place && defect.follows.is_some())
        })
    }

    fn genesis(&mut self, trust: Option<&TrustPolicy>) {
        let expected = trust
            .map(|policy| *policy.genesis())
            .into_iter()
            .chain(self.options.genesis);
        match self.state.ledger() {
            None => self.facts.elsewhere(
                Place::Genesis,
                Rule::GenesisMissing,
                "expected a charter at entry 0, found none that can be replayed".to_owned(),
            ),
            Some(ledger) => {
                let found = ledger.genesis;
                for expected in expected.filter(|expected| *expected != found) {
                    let detail = format!(
                        "expected the ledger with genesis digest {expected}, found {found}"
                    );
                    self.facts
                        .elsewhere(Place::Genesis, Rule::GenesisDigest, detail);
                }
            }
        }
    }

    /// Checks that whoever cosigns signs no statements: one key, one role.
    fn cosigners(&mut self, trust: &TrustPolicy) {
        let witnesses = trust
            .policy()
            .witnesses()
            .iter()
            .map(|witness| witness.key());
        let auditors = trust
            .auditors()
            .into_iter()
            .flat_map(|auditors| auditors.keys());
        for cosigner in witnesses.chain(auditors) {
            let id = cosigner.public_key().id();
            if self.state.public_key(&id).is_some() {
                let detail = format!(
                    "expected a key of {} that signs no statements, found {id}, which a party has here",
                    cosigner.name()
                );
                self.facts
                    .elsewhere(Place::Checkpoint, Rule::TrustCosignerKey, detail);
            }
        }
    }

    /// Compares the checkpoint with the tree, and opens it under the log keys in force at its size.
    fn checkpoint(&mut self, note: Option<&[u8]>) -> Option<SignedCheckpoint> {
        let follows = self.charter_doubt;
        let mut defect = |rule, detail, follows| {
            self.facts.defect(Defect {
                place: Place::Checkpoint,
                rule,
                detail,
                follows,
            });
        };
        let Some(note) = note else {
            let detail = "expected a checkpoint, found none".to_owned();
            defect(Rule::CheckpointMissing, detail, None);
            return None;
        };
        // What the note says is compared also when nobody vouches for it.
        let said = said_by(note);
        let fits = said.is_some_and(|said| match self.chain.tree().root_at(said.size) {
            None => {
                let (expected, found) = (said.size, self.chain.size());
                let detail = format!("expected {expected} entries, found {found}");
                defect(Rule::CheckpointSize, detail, None);
                false
            }
            Some(root) if root != said.root => {
                let (expected, size) = (said.root, said.size);
                let detail = format!("expected root {expected} at size {size}, found {root}");
                defect(Rule::CheckpointRoot, detail, None);
                false
            }
            Some(_) => true,
        });
        let parsed = Note::parse(note).map_err(CheckpointError::from);
        let opened = match (self.state.ledger(), self.options.trust) {
            (Some(_), _) => parsed.and_then(|note| self.state.log_keys().open(note)),
            (None, Some((policy, _))) => {
                parsed.and_then(|note| SignedCheckpoint::by_any(note, policy.log_keys()))
            }
            (None, None) => return None,
        };
        // What announced a log key may rest on what is withheld; then nobody can tell who signs.
        let opened =
            opened.map_err(|error| defect(Rule::CheckpointSignature, error.to_string(), follows));
        opened.ok().filter(|_| fits)
    }

    /// Asks the reader's own policy, under the log keys to which those of the policy lead.
    fn trust(&mut self, note: &[u8]) -> (Option<Evaluation>, Option<Followed>) {
        let Some((policy, now)) = self.options.trust else {
            return (None, None);
        };
        if self.state.ledger().is_none() {
            return (Some(policy.evaluate(note, now)), None);
        }
        let keys = self.state.log_keys();
        let size = said_by(note).map_or(self.chain.size(), |said| said.size);
        let mut lead = Vec::new();
        let mut followed = None;
        for trusted in policy.log_keys() {
            for key in keys.follow(trusted, size) {
                if key != *trusted && followed.is_none() {
                    followed = Some(Followed {
                        from: trusted.clone(),
                        to: key.clone(),
                    });
                }
                if !lead.contains(&key) {
                    lead.push(key);
                }
            }
        }
        if lead.is_empty() {
            let trusted = policy.policy().log();
            let names = keys
                .at(size)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>();
            let found = names.join(" and ");
            let known = keys.iter().find(|known| known.key == *trusted);
            let why = match known {
                None => "",
                Some(known) if !size.contains(known.since) => {
                    "\nthis copy ends before that log key was announced: ask for a newer one"
                }
                Some(_) => {
                    "\nit was replaced without its own signature: ask the parties for the new log key and put it into the trust file"
                }
            };
            let detail =
                format!("expected log key {trusted}, or one that it leads to, found {found}{why}");
            let follows = self.charter_doubt;
            self.facts.defect(Defect {
                place: Place::Checkpoint,
                rule: Rule::TrustLogKey,
                detail,
                follows,
            });
            // The reader's key signs no checkpoint of this size, whoever made its signature.
            return (Some(policy.evaluate_under(&[], note, now)), None);
        }
        // A key that the reader named himself explains itself.
        let followed = followed.filter(|_| !lead.iter().any(|key| policy.log_keys().contains(key)));
        (Some(policy.evaluate_under(&lead, note, now)), followed)
    }
}

/// Parses what a note says, whoever signed it.
fn said_by(note: &[u8]) -> Option<Checkpoint> {
    Checkpoint::parse(Note::parse(note).ok()?.text()).ok()
}

/// Why something that a thread once said is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// It broke a rule, so it counts for nothing.
    Broken,
    /// It is withheld.
    Withheld,
}

/// The first statement of each thread that could not be replayed: what later ones miss, it may have said.
#[derive(Default)]
struct Gaps {
    threads: HashMap<ThreadName, (Index, Gap)>,
    everywhere: Option<Index>,
}

impl Gaps {
    fn note(&mut self, thread: &ThreadName, index: Index, gap: Gap) {
        let first = self.threads.entry(thread.clone()).or_insert((index, gap));
        // What is broken explains more than what is withheld.
        if gap == Gap::Broken && first.1 == Gap::Withheld {
            *first = (index, gap);
        }
    }

    fn everywhere(&mut self, index: Index) {
        self.everywhere.get_or_insert(index);
    }

    /// Returns what a later statement of `thread` may miss: admission reads that thread and the charter.
    fn before(&self, thread: &ThreadName) -> Option<(Index, Gap)> {
        let own = [thread, &ThreadName::charter()].map(|thread| self.threads.get(thread).copied());
        let everywhere = self.everywhere.map(|index| (index, Gap::Broken));
        let all = own.into_iter().flatten().chain(everywhere);
        all.min_by_key(|(index, gap)| (*gap == Gap::Withheld, *index))
    }
}

/// Checks links, and says of a break only once what follows from it.
#[derive(Default)]
struct Links {
    /// How far indexes were off at the entry before.
    index_offset: i128,
    /// How far the numbers of a thread were off at its entry before.
    seq_offsets: HashMap<ThreadName, i128>,
    /// Whether the root of the thread index differed at the entry before.
    threads_differ: bool,
    time: Option<Timestamp>,
    unreadable: Option<Index>,
}

impl Links {
    /// Notes that the thread of an entry is not known, so that no later place in a thread is.
    fn unreadable(&mut self, index: Index) {
        self.unreadable.get_or_insert(index);
    }

    fn check(&mut self, chain: &Chain, entry: &Entry, index: Index, facts: &mut Findings) {
        let faults = chain.faults(entry);
        let differs = |rule| faults.iter().any(|fault| Rule::of_fault(fault) == rule);
        let steps_back = self.time.is_some_and(|time| time > entry.time);
        let index_offset = i128::from(entry.index.get()) - i128::from(index.get());
        let thread = chain.threads().get(&entry.thread.name.hash());
        let seq = thread.map_or(0, |(count, _)| count);
        let seq_offset = i128::from(entry.thread.seq) - i128::from(seq);
        let seq_before = self
            .seq_offsets
            .get(&entry.thread.name)
            .copied()
            .unwrap_or(0);
        for fault in &faults {
            let rule = Rule::of_fault(fault);
            let follows = match rule {
                Rule::ChainIndex => index_offset == self.index_offset,
                Rule::ChainThreadSeq => seq_offset == seq_before,
                Rule::ChainThreads => self.threads_differ,
                Rule::ChainTime => !steps_back,
                _ => false,
            };
            let in_thread = matches!(
                rule,
                Rule::ChainThreadPrev | Rule::ChainThreadSeq | Rule::ChainThreads
            );
            match self.unreadable.filter(|_| in_thread) {
                Some(cause) => facts.follows(index, cause),
                None if follows => facts.unsound(index),
                None => facts.broken(index, rule, fault.to_string()),
            }
        }
        self.threads_differ = differs(Rule::ChainThreads);
        self.index_offset = index_offset;
        if seq_offset != seq_before {
            self.seq_offsets
                .insert(entry.thread.name.clone(), seq_offset);
        }
        self.time = Some(entry.time);
    }
}

/// Defects, kept to a readable number.
#[derive(Default)]
struct Findings {
    defects: Vec<Defect>,
    unlisted: u64,
    followers: BTreeMap<Index, u64>,
    first_unsound: Option<Index>,
}

impl Findings {
    fn broken(&mut self, index: Index, rule: Rule, detail: String) {
        self.elsewhere(Place::Entry(index), rule, detail);
    }

    fn elsewhere(&mut self, place: Place, rule: Rule, detail: String) {
        self.defect(Defect {
            place,
            rule,
            detail,
            follows: None,
        });
    }

    fn defect(&mut self, defect: Defect) {
        if let Place::Entry(index) = defect.place {
            self.unsound(index);
        }
        match self.defects.len() < MAX_DEFECTS {
            true => self.defects.push(defect),
            false => self.unlisted += 1,
        }
    }

    fn follows(&mut self, index: Index, cause: Index) {
        self.unsound(index);
        *self.followers.entry(cause).or_default() += 1;
    }

    fn unsound(&mut self, index: Index) {
        self.first_unsound = Some(self.first_unsound.map_or(index, |first| first.min(index)));
    }
}

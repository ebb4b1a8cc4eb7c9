//! Three ways to make a retest that said *not fixed* disappear, and what each leaves behind.
//!
//! The first needs nothing but a text editor, the others the secret key of the log. None has the key of
//! the assessor, and none has what the witnesses remember.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::answer::{About as _, Failure};
use super::stage::{log_key, sign_as_log};
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::client::{Published, export};
use crate::entry::Entry;
use crate::envelope::Envelope;
use crate::hash::Hash;
use crate::layout::{BundleId, Resource, encode_statements};
use crate::merkle::{Index, Size, leaf_hash};
use crate::note::Origin;
use crate::state::Chain;
use crate::verify::{Record, Source, SourceError};

/// What the retest said, and what the cheat makes of it.
const SAID: [&str; 2] = [r#""result":"not-fixed""#, r#""result":"fixed""#];

/// How a copy was tampered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The statement is changed in the published file.
    Changed,
    /// The statement is changed, everything after it is linked again, and the log signs the new checkpoint.
    Rewritten,
    /// The entry is left out, everything after it is linked again, and the log signs the new checkpoint.
    LeftOut,
}

impl Way {
    /// All of them, the simplest first.
    pub const ALL: [Way; 3] = [Way::Changed, Way::Rewritten, Way::LeftOut];

    /// Returns the name of the folder, and for programs.
    pub fn code(self) -> &'static str {
        match self {
            Way::Changed => "changed",
            Way::Rewritten => "rewritten",
            Way::LeftOut => "left-out",
        }
    }
}

/// Makes a copy of the export `copy` in `forged`, in which the statement at `at` does not say what it said.
///
/// Returns the checkpoint that the log signed for it, unless the old one was left in place.
pub fn tamper(
    way: Way,
    copy: &Path,
    at: Index,
    forged: &Path,
) -> Result<Option<SignedCheckpoint>, Failure> {
    let published = Published::folder(copy)?;
    let note = published.checkpoint()?.unwrap_or_default();
    let origin = SignedCheckpoint::open(&note, &log_key())?
        .checkpoint()
        .origin
        .clone();
    let mut kept = published.records(Index::FIRST, usize::MAX)?;
    let at = at.get() as usize;
    match way {
        Way::LeftOut => {
            kept.remove(at);
        }
        Way::Changed | Way::Rewritten => {
            let envelope = kept[at].envelope.as_deref().unwrap_or_default();
            kept[at].envelope = Some(say_otherwise(envelope)?);
        }
    }
    if way == Way::Changed {
        copy_folder(copy, forged)?;
        return write_statements(forged, &kept).map(|()| None);
    }
    let (history, signed) = link_again(kept, origin)?;
    export(&history, forged, &mut |_| {})?;
    Ok(Some(signed))
}

/// Changes what the statement says; the signatures stay what they were.
fn say_otherwise(envelope: &[u8]) -> Result<Vec<u8>, Failure> {
    let envelope = Envelope::parse_stored(envelope)?;
    let payload = String::from_utf8_lossy(envelope.payload());
    let changed = payload.replace(SAID[0], SAID[1]);
    assert!(changed != payload, "the retest said that it is not fixed");
    let changed = Envelope::new(changed.into_bytes(), envelope.signatures().iter().copied())?;
    Ok(changed.print_stored())
}

/// Makes another history of these statements, in which everything links.
fn link_again(
    mut records: Vec<Record>,
    origin: Origin,
) -> Result<(History, SignedCheckpoint), Failure> {
    let mut chain = Chain::new();
    for record in &mut records {
        let entry = Entry::parse(&record.entry)?;
        let digest = Hash::of(record.envelope.as_deref().unwrap_or_default());
        let entry = chain.next(digest, entry.thread.name, entry.time, entry.version);
        record.entry = entry.to_bytes();
        chain.push(&entry, leaf_hash(&record.entry));
    }
    let checkpoint = Checkpoint {
        origin,
        size: chain.size(),
        root: chain.root(),
    };
    let signed = sign_as_log(&checkpoint)?;
    let note = signed.print();
    Ok((History { records, note }, signed))
}

/// Writes the bundle of statements anew, over the one that is there; the example has only one.
fn write_statements(folder: &Path, records: &[Record]) -> Result<(), Failure> {
    let bundle = BundleId::all(size(records))
        .next()
        .expect("the example has entries");
    let path = folder.join(Resource::Statements(bundle).path());
    let statements: Vec<_> = records
        .iter()
        .map(|record| record.envelope.clone())
        .collect();
    fs::write(&path, encode_statements(&statements)?).about(path.display())
}

fn size(records: &[Record]) -> Size {
    Size::new(records.len() as u64).expect("the example is small")
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).about(to.display())?;
    for entry in fs::read_dir(from).about(from.display())? {
        let path: PathBuf = entry?.path();
        let place = to.join(path.file_name().unwrap_or_default());
        match path.is_dir() {
            true => copy_folder(&path, &place)?,
            false => fs::copy(&path, &place).map(drop).about(path.display())?,
        }
    }
    Ok(())
}

/// A history in memory.
struct History {
    records: Vec<Record>,
    note: Vec<u8>,
}

impl Source for History {
    fn checkpoint(&self) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(Some(self.note.clone()))
    }

    fn size(&self) -> Result<Size, SourceError> {
        Ok(size(&self.records))
    }

    fn records(&self, from: Index, most: usize) -> Result<Vec<Record>, SourceError> {
        let records = self.records.iter().skip(from.get() as usize);
        Ok(records.take(most).cloned().collect())
    }
}

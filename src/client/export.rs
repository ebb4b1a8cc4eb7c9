//! Export: any log as the plain files of C2SP tlog-tiles.
//!
//! What is there already is compared and never rewritten, so an export can be continued, by the same
//! bytes, after an interruption or when the log has grown. The checkpoint comes last: whoever reads the
//! folder meanwhile sees the log as it was, whole. One thing does change: a statement that
//! has been withheld since is emptied, in partial bundles of earlier sizes too.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::layout::{
    BundleError, BundleId, Resource, decode_statements, encode_entries, encode_statements,
};
use crate::merkle::tile::tiles_for;
use crate::merkle::{Index, Size, Tree, leaf_hash};
use crate::store::{Kind, Marker, StoreError};
use crate::verify::{Progress, Record, Source, SourceError};

use super::{Fetch as _, Folder, MAX_BUNDLE_BYTES, parse_checkpoint};

/// What an export did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The checkpoint that the folder now has.
    pub checkpoint: Checkpoint,
    /// How many files were written.
    pub written: u64,
    /// How many were there already, with the same bytes.
    pub compared: u64,
}

/// Writes the entries that the published checkpoint of `source` covers into the folder `dir`: one that is
/// new, empty, or an earlier export of the same log.
///
/// The root is computed and must be the checkpoint's; signatures and admission are not looked at.
///
/// # Errors
/// [`ExportError`]. The folder keeps the checkpoint that it had.
pub fn export(
    source: &impl Source,
    dir: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Exported, ExportError> {
    let note = source.checkpoint()?.ok_or(ExportError::NoCheckpoint)?;
    let checkpoint =
        parse_checkpoint(&note).map_err(|error| SourceError::new(Resource::Checkpoint, error))?;
    if source.size()? < checkpoint.size {
        return Err(ExportError::TooShort {
            expected: checkpoint.size,
            found: source.size()?,
        });
    }
    // Read twice: nothing is written of a log that does not make its root.
    let mut tree = Tree::new();
    for bundle in BundleId::all(checkpoint.size) {
        let records = read(source, bundle)?;
        tree.extend(records.iter().map(|record| leaf_hash(&record.entry)));
    }
    expect_root(&tree, &checkpoint)?;
    let mut files = Files::open(dir, &checkpoint)?;
    if let Some(earlier) = files.earlier(&checkpoint)? {
        expect_root(&tree, &earlier)?;
    }

    for bundle in BundleId::all(checkpoint.size) {
        let records = read(source, bundle)?;
        for (index, record) in bundle.indexes().zip(&records) {
            let leaf = Index::new(index).and_then(|index| tree.leaf(index));
            if leaf != Some(leaf_hash(&record.entry)) {
                let error = SourceError::new("the log", "another entry when it was read again");
                return Err(error.missing(index..index + 1).into());
            }
        }
        let (entries, statements): (Vec<_>, Vec<_>) = records
            .into_iter()
            .map(|record| (record.entry, record.envelope))
            .unzip();
        files.put(Resource::Entries(bundle), &encode_entries(&entries)?)?;
        files.put_statements(bundle, &statements)?;
        let done = Size::new(bundle.indexes().end).expect("a bundle lies in its tree");
        progress(Progress {
            done,
            of: checkpoint.size,
        });
    }
    for tile in tiles_for(checkpoint.size) {
        let bytes = tile.bytes(&tree).expect("a tree holds its own tiles");
        files.put(Resource::Tile(tile), &bytes)?;
    }
    files.replace(Resource::Checkpoint, &note)?;
    Ok(Exported {
        checkpoint,
        written: files.written,
        compared: files.compared,
    })
}

/// Reads the records of a bundle.
fn read(source: &impl Source, bundle: BundleId) -> Result<Vec<Record>, ExportError> {
    let width = usize::from(bundle.width());
    let mut records = Vec::with_capacity(width);
    while records.len() < width {
        let next = bundle.indexes().start + records.len() as u64;
        let index = Index::new(next).expect("a bundle holds indexes");
        let more = source.records(index, width - records.len())?;
        if more.is_empty() || more.len() > width - records.len() {
            let error = SourceError::new("the log", "expected more records, found none");
            return Err(error.missing(next..bundle.indexes().end).into());
        }
        records.extend(more);
    }
    Ok(records)
}

fn expect_root(tree: &Tree, checkpoint: &Checkpoint) -> Result<(), ExportError> {
    match tree.root_at(checkpoint.size) {
        Some(root) if root == checkpoint.root => Ok(()),
        found => Err(ExportError::Root {
            size: checkpoint.size,
            expected: checkpoint.root,
            found: found.unwrap_or_else(|| tree.root()),
        }),
    }
}

/// The folder that is written.
struct Files {
    dir: PathBuf,
    folder: Folder,
    written: u64,
    compared: u64,
}

impl Files {
    /// Makes the folder, or takes one that is empty or an export.
    fn open(dir: &Path, checkpoint: &Checkpoint) -> Result<Files, ExportError> {
        fs::create_dir_all(dir).map_err(|source| ExportError::io("make", dir, source))?;
        let mut inside =
            fs::read_dir(dir).map_err(|source| ExportError::io("read", dir, source))?;
        if inside.next().is_none() {
            let marker = Marker {
                kind: Kind::Export,
                origin: Some(checkpoint.origin.to_string()),
            };
            marker.write_new(dir)?;
        }
        match Marker::read(dir)?.kind {
            Kind::Export => Ok(Files {
                dir: dir.to_owned(),
                folder: Folder::open(dir)?,
                written: 0,
                compared: 0,
            }),
            found => Err(ExportError::NotAnExport {
                path: dir.to_owned(),
                found,
            }),
        }
    }

    /// Reads the checkpoint of an earlier export, which must be one of the same log and not larger.
    fn earlier(&self, checkpoint: &Checkpoint) -> Result<Option<Checkpoint>, ExportError> {
        let Some(note) = self.read(Resource::Checkpoint)? else {
            return Ok(None);
        };
        let earlier = parse_checkpoint(&note)
            .map_err(|error| SourceError::new(Resource::Checkpoint, error))?;
        match earlier.origin == checkpoint.origin && earlier.size <= checkpoint.size {
            true => Ok(Some(earlier)),
            false => Err(ExportError::Earlier {
                expected: Box::new(checkpoint.clone()),
                found: Box::new(earlier),
            }),
        }
    }

    /// Writes a file that never changes, or finds it there.
    fn put(&mut self, resource: Resource, bytes: &[u8]) -> Result<(), ExportError> {
        match self.read(resource)? {
            None => self.replace(resource, bytes),
            Some(found) if found == bytes => {
                self.compared += 1;
                Ok(())
            }
            Some(_) => Err(ExportError::Differs {
                path: resource.path(),
            }),
        }
    }

    /// Writes a bundle of statements, and empties what is withheld in those of earlier sizes too.
    fn put_statements(
        &mut self,
        bundle: BundleId,
        statements: &[Option<Vec<u8>>],
    ) -> Result<(), ExportError> {
        let resource = Resource::Statements(bundle);
        match self.read(resource)? {
            None => self.replace(resource, &encode_statements(statements)?)?,
            Some(found) => self.empty_withheld(resource, &found, statements)?,
        }
        if statements.iter().all(Option::is_some) {
            return Ok(());
        }
        let earlier = (1..bundle.width()).filter_map(|width| BundleId::new(bundle.n(), width));
        for resource in earlier.map(Resource::Statements) {
            if let Some(found) = self.read(resource)? {
                self.empty_withheld(resource, &found, statements)?;
            }
        }
        Ok(())
    }

    /// Compares a bundle that is there with the statements; one withheld by either is empty after.
    fn empty_withheld(
        &mut self,
        resource: Resource,
        found: &[u8],
        statements: &[Option<Vec<u8>>],
    ) -> Result<(), ExportError> {
        let Resource::Statements(bundle) = resource else {
            unreachable!("only statements are withheld");
        };
        let differs = || ExportError::Differs {
            path: resource.path(),
        };
        let items = decode_statements(found, bundle.width()).map_err(|_| differs())?;
        let mut kept = Vec::with_capacity(items.len());
        for (item, statement) in items.into_iter().zip(statements) {
            kept.push(match (item, statement) {
                (Some(item), Some(statement)) if item == statement => Some(item),
                (Some(_), Some(_)) => return Err(differs()),
                _ => None,
            });
        }
        match encode_statements(&kept)? {
            kept if kept == found => {
                self.compared += 1;
                Ok(())
            }
            kept => self.replace(resource, &kept),
        }
    }

    fn read(&self, resource: Resource) -> Result<Option<Vec<u8>>, ExportError> {
        Ok(self.folder.get(&resource, MAX_BUNDLE_BYTES)?)
    }

    /// Writes a file beside its place, makes it durable and moves it there.
    fn replace(&mut self, resource: Resource, bytes: &[u8]) -> Result<(), ExportError> {
        let path = self.dir.join(resource.path());
        let folder = path.parent().expect("a file of the folder has a folder");
        fs::create_dir_all(folder).map_err(|source| ExportError::io("make", folder, source))?;
        let partial = self.dir.join(".partial");
        let write = || {
            // What an interruption left is removed and not written through: it may be a link by now.
            match fs::remove_file(&partial) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = File::create_new(&partial)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&partial, &path)
        };
        write().map_err(|source| ExportError::io("write", &path, source))?;
        self.written += 1;
        Ok(())
    }
}

/// Why a log was not exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The log cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Nothing has been published.
    #[error(
        "expected a published checkpoint, found none\nopen the ledger for writing once: that publishes one"
    )]
    NoCheckpoint,
    /// The log ends before its checkpoint.
    #[error("expected {expected} entries, as the checkpoint says, found {found}")]
    TooShort {
        /// The size of the checkpoint.
        expected: Size,
        /// The entries that are there.
        found: Size,
    },
    /// The entries do not make the checkpoint's root.
    #[error(
        "expected root {expected} at size {size}, found {found}\nverify the log: it is damaged or another one"
    )]
    Root {
        /// The size of the checkpoint.
        size: Size,
        /// Its root.
        expected: Hash,
        /// The root that the entries make.
        found: Hash,
    },
    /// The folder has a checkpoint that this log does not continue.
    #[error("expected an export of {} with at most {} entries, found one of {} with {}\nchoose another folder", expected.origin, expected.size, found.origin, found.size)]
    Earlier {
        /// What is to be exported.
        expected: Box<Checkpoint>,
        /// What the folder has.
        found: Box<Checkpoint>,
    },
    /// A file of an earlier export has other bytes.
    #[error(
        "{path} is there with other bytes than the log gives\nthe folder is damaged or of another log: export to a new one"
    )]
    Differs {
        /// The file.
        path: String,
    },
    /// The folder holds something else.
    #[error("expected an export at {}, found a store of kind {found}\nchoose another folder", path.display())]
    NotAnExport {
        /// The folder.
        path: PathBuf,
        /// What it is.
        found: Kind,
    },
    /// The folder's marker cannot be read or written.
    #[error(transparent)]
    Marker(#[from] StoreError),
    /// An entry or envelope that fits no bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The operating system refused.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// The refusal.
        source: std::io::Error,
    },
}

impl ExportError {
    fn io(doing: &'static str, path: &Path, source: std::io::Error) -> ExportError {
        ExportError::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}

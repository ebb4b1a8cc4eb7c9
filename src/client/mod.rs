//! Reads logs from outside: published files, and the commits of a store; and copies them.
//!
//! ```text
//! bewijs.toml                  the marker; a mirror that somebody else made has none
//! checkpoint                   size and root, signed
//! tile/entries/000.p/7         entries
//! tile/statements/000.p/7      the stored envelopes of the same entries
//! tile/0/000.p/7               hashes
//! ```
//!
//! [`Published`] reads the files of C2SP tlog-tiles through a [`Fetch`], [`Stored`] the commits
//! of a store; both are a [`Source`] that [`crate::verify`] takes, and neither is believed.
//! [`export`] writes any source as files, [`load`] puts a verified one into an empty store. A ledger
//! that was exported and loaded exports to the same bytes.

mod export;
mod load;
mod stored;

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::Hash;
use crate::layout::{
    BUNDLE_WIDTH, BundleError, BundleId, MAX_ITEM_BYTES, Resource, decode_entries,
    decode_statements,
};
use crate::merkle::tile::tiles_for;
use crate::merkle::{Index, Size, Tile, Tree};
use crate::note::{MAX_NOTE_BYTES, Note};
use crate::store::{Kind, Marker, MarkerError, StoreError};
use crate::verify::{Record, Source, SourceError};

pub use export::{ExportError, Exported, export};
pub use load::{LoadError, load};
pub use stored::Stored;

/// The most bytes of a bundle: 256 of the longest items, each with its length.
pub const MAX_BUNDLE_BYTES: usize = BUNDLE_WIDTH as usize * (2 + MAX_ITEM_BYTES);

/// The bytes of a full tile.
const TILE_BYTES: usize = 8192;

/// The most tiles of which [`Published::compare_tiles`] says that they are wrong.
pub const MAX_FAULTS: usize = 1000;

/// Gets published files: from a folder, or over a network.
pub trait Fetch {
    /// Returns the bytes of a file; `None` where there is no such file.
    ///
    /// # Errors
    /// [`SourceError`] when that cannot be found out, or the file has more than `most` bytes.
    fn get(&self, resource: &Resource, most: usize) -> Result<Option<Vec<u8>>, SourceError>;
}

/// A folder of published files.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Takes a folder that has the marker of an export or none.
    ///
    /// # Errors
    /// [`StoreError`] when there is no folder, or its marker is another or unreadable.
    pub fn open(dir: &Path) -> Result<Folder, StoreError> {
        match Marker::read(dir) {
            Ok(marker) if marker.kind != Kind::Export => Err(StoreError::NotEmpty {
                path: dir.to_owned(),
                found: format!("a store of kind {}, not published files", marker.kind),
            }),
            // A mirror that knows nothing of markers is as good: everything is verified.
            Ok(_) | Err(StoreError::Marker(MarkerError::NoMarker { .. })) => {
                Ok(Folder(dir.to_owned()))
            }
            Err(error) => Err(error),
        }
    }
}

impl Fetch for Folder {
    fn get(&self, resource: &Resource, most: usize) -> Result<Option<Vec<u8>>, SourceError> {
        let path = resource.path();
        let place = self.0.join(&path);
        let failed = |error: std::io::Error| SourceError::refused(&path, error);
        // A pipe among somebody else's files would keep whoever opens it waiting for ever.
        let file = match fs::metadata(&place) {
            Ok(found) if found.is_file() => File::open(place).map_err(failed)?,
            Ok(_) => {
                let reason = "expected a file, found something else";
                return Err(SourceError::new(&path, reason));
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(failed(error)),
        };
        let mut bytes = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
        match bytes.len() > most {
            true => Err(SourceError::new(
                &path,
                format!("expected at most {most} bytes, found more"),
            )),
            false => Ok(Some(bytes)),
        }
    }
}

/// A published log: the files that its checkpoint promises.
///
/// The checkpoint says how many entries there are; its signature is not looked at here.
#[derive(Clone, Debug)]
pub struct Published<F> {
    fetch: F,
    note: Vec<u8>,
    checkpoint: Checkpoint,
}

impl Published<Folder> {
    /// Opens a folder of published files.
    ///
    /// # Errors
    /// [`OpenPublishedError`] when it is no such folder, or its checkpoint cannot be read.
    pub fn folder(dir: &Path) -> Result<Published<Folder>, OpenPublishedError> {
        Ok(Published::open(Folder::open(dir)?)?)
    }
}

impl<F: Fetch> Published<F> {
    /// Gets the checkpoint.
    ///
    /// # Errors
    /// [`SourceError`] when there is none that can be read.
    pub fn open(fetch: F) -> Result<Published<F>, SourceError> {
        let note = fetch.get(&Resource::Checkpoint, MAX_NOTE_BYTES)?;
        let note = note.ok_or_else(|| missing(&Resource::Checkpoint))?;
        let checkpoint = parse_checkpoint(&note)
            .map_err(|error| SourceError::new(Resource::Checkpoint, error))?;
        Ok(Published {
            fetch,
            note,
            checkpoint,
        })
    }

    /// Compares every tile with the one that `tree` has.
    ///
    /// Tiles say nothing that entries do not, but whoever fetches a proof from a wrong one gets a
    /// wrong proof. `tree` is that of [`crate::verify::Facts::tree`].
    ///
    /// # Errors
    /// One [`SourceError`] for each tile that is missing, cannot be read or differs; at most [`MAX_FAULTS`].
    pub fn compare_tiles(&self, tree: &Tree) -> Result<(), Vec<SourceError>> {
        let faults: Vec<_> = tiles_for(self.checkpoint.size)
            .filter_map(|tile| self.compare_tile(tile, tree).err())
            .take(MAX_FAULTS)
            .collect();
        match faults.is_empty() {
            true => Ok(()),
            false => Err(faults),
        }
    }

    fn compare_tile(&self, tile: Tile, tree: &Tree) -> Result<(), SourceError> {
        let subtree = 1_u64 << (8 * u32::from(tile.level()));
        let first = tile.n() * 256 * subtree;
        let entries = first..first + u64::from(tile.width()) * subtree;
        let resource = Resource::Tile(tile);
        let full = tile.full().filter(|_| !tile.is_full());
        let (found, bytes) = self
            .get(resource, full.map(Resource::Tile), TILE_BYTES)
            .map_err(|error| error.missing(entries.clone()))?;
        let expected = tile
            .bytes(tree)
            .map_err(|error| SourceError::new(resource, error))?;
        let length = match found == resource {
            true => expected.len(),
            false => TILE_BYTES,
        };
        if bytes.len() != length {
            let reason = format!("expected {length} bytes, found {}", bytes.len());
            return Err(SourceError::new(found, reason).about(entries));
        }
        let (expected, _) = expected.as_chunks::<{ Hash::LEN }>();
        let (hashes, _) = bytes.as_chunks();
        let differs = |at: &usize| expected[*at] != hashes[*at];
        let mut differing = (0..expected.len()).filter(differs);
        let Some(start) = differing.next() else {
            return Ok(());
        };
        let end = differing.next_back().unwrap_or(start) + 1;
        let [start, end] = [start, end].map(|at| first + at as u64 * subtree);
        let reason = "expected the hashes that the entries make, found others";
        Err(SourceError::new(found, reason).about(start..end))
    }

    /// Gets a file, or else the full one that may stand in for a partial one.
    fn get(
        &self,
        resource: Resource,
        full: Option<Resource>,
        most: usize,
    ) -> Result<(Resource, Vec<u8>), SourceError> {
        for candidate in [Some(resource), full].into_iter().flatten() {
            if let Some(bytes) = self.fetch.get(&candidate, most)? {
                return Ok((candidate, bytes));
            }
        }
        Err(missing(&resource))
    }

    /// Gets one bundle of each kind, decoded to the records of `bundle`.
    fn bundle(&self, bundle: BundleId) -> Result<Vec<Record>, SourceError> {
        let entries = self.items(bundle, Resource::Entries, |bytes, width| {
            let items = decode_entries(bytes, width)?;
            Ok(items.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
        })?;
        let statements = self.items(bundle, Resource::Statements, |bytes, width| {
            let items = decode_statements(bytes, width)?;
            Ok(items
                .into_iter()
                .map(|item| item.map(<[u8]>::to_vec))
                .collect::<Vec<_>>())
        })?;
        let records = entries.into_iter().zip(statements);
        let records = records.map(|(entry, envelope)| Record { entry, envelope });
        // A full bundle may hold more than the checkpoint covers.
        Ok(records.take(usize::from(bundle.width())).collect())
    }

    fn items<T>(
        &self,
        bundle: BundleId,
        resource: fn(BundleId) -> Resource,
        decode: impl Fn(&[u8], u16) -> Result<T, BundleError>,
    ) -> Result<T, SourceError> {
        let full = bundle.full().filter(|_| bundle.is_partial());
        let get = self.get(resource(bundle), full.map(resource), MAX_BUNDLE_BYTES);
        let missing = |error: SourceError| error.missing(bundle.indexes());
        let (found, bytes) = get.map_err(missing)?;
        let width = match found == resource(bundle) {
            true => bundle.width(),
            false => BUNDLE_WIDTH,
        };
        decode(&bytes, width).map_err(|error| missing(SourceError::new(found, error)))
    }
}

impl<F: Fetch> Source for Published<F> {
    fn checkpoint(&self) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(Some(self.note.clone()))
    }

    fn size(&self) -> Result<Size, SourceError> {
        Ok(self.checkpoint.size)
    }

    fn records(&self, from: Index, most: usize) -> Result<Vec<Record>, SourceError> {
        let mut records = Vec::new();
        let mut next = Some(from);
        while let Some(bundle) = next
            .filter(|_| records.len() < most)
            .and_then(|index| BundleId::holding(index, self.checkpoint.size))
        {
            let skip = (from.get() + records.len() as u64 - bundle.indexes().start) as usize;
            let left = most - records.len();
            records.extend(self.bundle(bundle)?.into_iter().skip(skip).take(left));
            next = Index::new(from.get() + records.len() as u64);
        }
        Ok(records)
    }
}

/// Why a folder cannot be read as a published log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenPublishedError {
    /// The folder is not there, or is another thing.
    #[error(transparent)]
    Folder(#[from] StoreError),
    /// The checkpoint cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] SourceError),
}

fn missing(resource: &Resource) -> SourceError {
    SourceError::new(resource, "expected this file, found none")
}

/// Parses what a note says, whoever signed it.
fn parse_checkpoint(note: &[u8]) -> Result<Checkpoint, CheckpointError> {
    Checkpoint::parse(Note::parse(note)?.text())
}

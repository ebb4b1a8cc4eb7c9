//! A store in memory: for tests and demonstrations, gone with the process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use super::{Create, MAX_OBJECT_BYTES, ObjectName, Redact, Store, StoreError};
use crate::hash::Hash;

/// A store in memory. Shared through an `Arc` it plays a store that outlives its writers.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Contents>);

#[derive(Debug, Default)]
struct Contents {
    objects: BTreeMap<ObjectName, Vec<u8>>,
    published: Option<Vec<u8>>,
}

impl MemoryStore {
    /// Makes an empty store.
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0
            .lock()
            .expect("nothing panics while it holds the contents")
    }
}

impl Store for MemoryStore {
    fn put(&self, name: &ObjectName, bytes: &[u8]) -> Result<Create, StoreError> {
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(StoreError::TooLarge {
                name: name.to_string(),
                found: bytes.len(),
            });
        }
        let mut contents = self.contents();
        if contents.objects.contains_key(name) {
            return Ok(Create::Exists);
        }
        contents.objects.insert(name.clone(), bytes.to_vec());
        Ok(Create::Created)
    }

    fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.contents().objects.get(name).cloned())
    }

    fn redact(&self, name: &ObjectName, old: &Hash, new: &[u8]) -> Result<Redact, StoreError> {
        if new.len() > MAX_OBJECT_BYTES {
            return Err(StoreError::TooLarge {
                name: name.to_string(),
                found: new.len(),
            });
        }
        let mut contents = self.contents();
        match contents.objects.get_mut(name) {
            Some(bytes) if Hash::of(bytes) == *old => {
                *bytes = new.to_vec();
                Ok(Redact::Done)
            }
            _ => Ok(Redact::Other),
        }
    }

    fn publish(&self, note: &[u8]) -> Result<(), StoreError> {
        self.contents().published = Some(note.to_vec());
        Ok(())
    }

    fn published(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.contents().published.clone())
    }
}

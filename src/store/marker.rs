//! The marker that says what a folder is: the file `bewijs.toml`.
//!
//! ```text
//! kind = "directory"
//! format = 1
//! origin = "bewijs.example/zaak"
//! ```
//!
//! `kind` is `directory`, `sled` or `export`; `format` is the version of the folder's layout, 1;
//! `origin` is for the human reader, optional and never trusted. Nothing else may stand there.
//! An unknown kind or format is refused: a program never guesses what a folder holds.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::directory::{put_file, sync_folder};
use super::{Create, StoreError};
use crate::hash::excerpt;

/// What a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A store of plain files.
    Directory,
    /// A store in sled, the embedded default.
    Sled,
    /// Plain files written by an export: not a store.
    Export,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Directory, Kind::Sled, Kind::Export];

    /// Returns the word in the marker.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Directory => "directory",
            Kind::Sled => "sled",
            Kind::Export => "export",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The contents of `bewijs.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// What the folder holds.
    pub kind: Kind,
    /// The log's name, for the human reader.
    pub origin: Option<String>,
}

impl Marker {
    /// The file's name.
    pub const FILE: &str = "bewijs.toml";

    /// The version of the layout that this program reads and writes.
    pub const FORMAT: i64 = 1;

    /// Reads the marker of the folder `dir`.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when `dir` does not exist, [`StoreError::Marker`] when it has no
    /// marker or one that this program does not know.
    pub fn read(dir: &Path) -> Result<Marker, StoreError> {
        let path = dir.join(Marker::FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && dir.exists() => {
                return Err(MarkerError::NoMarker { path }.into());
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::Missing {
                    path: dir.to_owned(),
                });
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(MarkerError::NoMarker {
                    path: dir.to_owned(),
                }
                .into());
            }
            Err(error) => return Err(StoreError::io("read", &path, error)),
        };
        Ok(Marker::parse(&text, &path)?)
    }

    /// Writes the marker into the folder `dir`, durably, unless it has one.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] when there is a marker already, or what the operating system says.
    pub fn write_new(&self, dir: &Path) -> Result<(), StoreError> {
        let path = dir.join(Marker::FILE);
        let created = put_file(&dir.join(".bewijs.toml"), &path, self.print().as_bytes())?;
        if created == Create::Exists {
            return Err(StoreError::NotEmpty {
                path: dir.to_owned(),
                found: Marker::FILE.to_owned(),
            });
        }
        sync_folder(dir)
    }

    fn parse(text: &str, path: &Path) -> Result<Marker, MarkerError> {
        #[derive(Deserialize)]
        struct Format {
            format: i64,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            kind: String,
            #[serde(rename = "format")]
            _format: i64,
            origin: Option<String>,
        }
        let path = || path.to_owned();
        let syntax = |error: toml::de::Error| MarkerError::Syntax {
            path: path(),
            why: error.message().to_owned(),
        };
        // A later format may have other fields, so the number is looked at alone.
        let Format { format } = toml::from_str(text).map_err(syntax)?;
        if format != Marker::FORMAT {
            return Err(MarkerError::Format {
                path: path(),
                found: format,
            });
        }
        let fields: Fields = toml::from_str(text).map_err(syntax)?;
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == fields.kind);
        match kind {
            Some(kind) => Ok(Marker {
                kind,
                origin: fields.origin,
            }),
            None => Err(MarkerError::Kind {
                path: path(),
                found: excerpt(&fields.kind),
            }),
        }
    }

    fn print(&self) -> String {
        let mut text = format!("kind = \"{}\"\nformat = {}\n", self.kind, Marker::FORMAT);
        if let Some(origin) = &self.origin {
            text += &format!("origin = {}\n", basic_string(origin));
        }
        text
    }
}

/// Quotes text as a TOML basic string.
fn basic_string(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted += &format!("\\u{:04X}", c as u32),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A folder that is not what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MarkerError {
    /// No marker.
    #[error("expected a ledger's marker, found none at {}\nno bewijs ledger is there: correct the path, or create one", path.display())]
    NoMarker {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Not the marker's form.
    #[error("expected kind, format and an optional origin in {}, found otherwise: {why}", path.display())]
    Syntax {
        /// The marker.
        path: PathBuf,
        /// What the TOML parser says.
        why: String,
    },
    /// A layout of another version.
    #[error("expected format {} in {}, found {found}\nuse the version of bewijs that wrote it", Marker::FORMAT, path.display())]
    Format {
        /// The marker.
        path: PathBuf,
        /// The version found.
        found: i64,
    },
    /// A kind that this program does not know.
    #[error("expected kind directory, sled or export in {}, found {found:?}\nuse the version of bewijs that wrote it", path.display())]
    Kind {
        /// The marker.
        path: PathBuf,
        /// The kind found.
        found: String,
    },
    /// An export where a store was expected.
    #[error("expected a store at {}, found an export\nuse load to make a store of it", path.display())]
    Export {
        /// The folder.
        path: PathBuf,
    },
    /// A sled store, and a program that was built without sled.
    #[error("expected kind directory at {}, found sled, which this program was built without\nuse a program with the feature sled", path.display())]
    NoSled {
        /// The folder.
        path: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_gives_what_parsing_takes() {
        for kind in Kind::ALL {
            for origin in [None, Some("bewijs.example/zaak"), Some("a\"b\\c é\n\u{9f}")] {
                let marker = Marker {
                    kind,
                    origin: origin.map(str::to_owned),
                };
                assert_eq!(Marker::parse(&marker.print(), Path::new("m")), Ok(marker));
            }
        }
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        let parse = |text| Marker::parse(text, Path::new("m")).unwrap_err().to_string();
        for (text, expected) in [
            ("", "missing field `format`"),
            ("format = 1", "missing field `kind`"),
            ("kind = \"sled\"", "missing field `format`"),
            ("kind = \"sled\"\nformat = \"1\"", "invalid type"),
            (
                "kind = \"sled\"\nformat = 1\nsize = 3",
                "unknown field `size`",
            ),
            ("kind = \"Sled\"\nformat = 1", "found \"Sled\""),
            ("kind = \"redb\"\nformat = 1", "found \"redb\""),
            (
                "kind = \"tape\"\nformat = 2\nreels = 4",
                "expected format 1 in m, found 2",
            ),
            ("\u{0}", "found otherwise"),
        ] {
            let found = parse(text);
            assert!(found.contains(expected), "{text:?}: {found}");
        }
    }

    #[test]
    fn a_marker_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let marker = Marker {
            kind: Kind::Export,
            origin: None,
        };
        marker.write_new(dir.path()).unwrap();
        let other = Marker {
            kind: Kind::Sled,
            origin: None,
        };
        assert!(matches!(
            other.write_new(dir.path()),
            Err(StoreError::NotEmpty { .. })
        ));
        assert_eq!(Marker::read(dir.path()).unwrap(), marker);
        let names: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "no partial file is left");
    }

    #[test]
    fn a_missing_folder_and_a_strange_one_differ() {
        let dir = tempfile::tempdir().unwrap();
        let missing = Marker::read(&dir.path().join("no"));
        assert!(matches!(missing, Err(StoreError::Missing { .. })));
        let strange = Marker::read(dir.path());
        assert!(matches!(
            strange,
            Err(StoreError::Marker(MarkerError::NoMarker { .. }))
        ));
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let file = Marker::read(&file);
        assert!(matches!(
            file,
            Err(StoreError::Marker(MarkerError::NoMarker { .. }))
        ));
    }
}

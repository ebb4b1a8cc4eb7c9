//! Files that commands read and write: `-` is standard input, and nothing half-written stays behind.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use super::answer::{About as _, Failure};

/// The longest file that is read whole: 64 MiB.
const MAX_BYTES: u64 = 64 << 20;

/// Reads a file, or standard input for `-`.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = match path == Path::new("-") {
        true => limited(io::stdin().lock(), &mut bytes),
        false => File::open(path).and_then(|file| limited(file, &mut bytes)),
    };
    read.about(path.display())?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(Failure::not_run("expected at most 64 MiB, found more").about(path.display())),
        false => Ok(bytes),
    }
}

/// Reads a file of UTF-8 text.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    let text = String::from_utf8(read(path)?);
    text.map_err(|_| Failure::not_run("expected UTF-8 text").about(path.display()))
}

fn limited(source: impl Read, bytes: &mut Vec<u8>) -> io::Result<usize> {
    source.take(MAX_BYTES + 1).read_to_end(bytes)
}

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Whoever the system lets.
    Anyone,
    /// Its owner only.
    Owner,
}

/// Files and folders that a command makes together: all of them stay, or none.
#[derive(Default)]
pub struct Outputs(Vec<PathBuf>);

impl Outputs {
    /// Writes a file that must not exist yet; durable when this returns.
    pub fn write_new(
        &mut self,
        path: &Path,
        bytes: &[u8],
        readers: Readers,
    ) -> Result<(), Failure> {
        let file = self.create(path, bytes, readers)?;
        file.sync_all().about(path.display())
    }

    /// Writes a file that must not exist yet and can be made again, so nothing waits for the disk.
    pub fn write_draft(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        self.create(path, bytes, Readers::Owner).map(drop)
    }

    fn create(&mut self, path: &Path, bytes: &[u8], readers: Readers) -> Result<File, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if readers == Readers::Owner {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Failure::not_run(format!(
                    "{}: expected nothing there, found a file\na file is never overwritten: choose another name",
                    path.display()
                )));
            }
            opened => opened.about(path.display())?,
        };
        self.0.push(path.to_owned());
        file.write_all(bytes).about(path.display())?;
        Ok(file)
    }

    /// Writes a file that must not exist yet, or hold the same bytes already.
    pub fn write_same(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        match fs::read(path) {
            Ok(present) if present == bytes => Ok(()),
            _ => self.write_new(path, bytes, Readers::Anyone),
        }
    }

    /// Makes a folder that must not exist yet, which only its owner may enter.
    pub fn create_folder(&mut self, path: &Path) -> Result<(), Failure> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        builder.create(path).about(path.display())?;
        self.0.push(path.to_owned());
        Ok(())
    }

    /// Takes charge of something that is being made at `path`.
    pub fn expect(&mut self, path: &Path) {
        self.0.push(path.to_owned());
    }

    /// Lets everything stay.
    pub fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Outputs {
    fn drop(&mut self) {
        for path in self.0.drain(..).rev() {
            // What cannot be removed was not made, or nobody can help it.
            let _ = match path.is_dir() {
                true => fs::remove_dir_all(&path),
                false => fs::remove_file(&path),
            };
        }
    }
}

/// Replaces a file atomically: a reader sees the old bytes or the new ones.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut outputs = Outputs::default();
    let beside = beside(path, "new")?;
    // For nobody else, not even for the moment before it has the permissions of the old one.
    outputs.write_new(&beside, bytes, Readers::Owner)?;
    let permissions = fs::metadata(path).about(path.display())?.permissions();
    fs::set_permissions(&beside, permissions).about(beside.display())?;
    fs::rename(&beside, path).about(path.display())?;
    outputs.keep();
    sync_parent(path)
}

/// Returns the permissions of a file that others than its owner may read or write.
#[cfg(unix)]
pub fn open_to_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    Some(mode).filter(|mode| mode & 0o066 != 0)
}

/// Returns the permissions of a file that others than its owner may read or write.
#[cfg(not(unix))]
pub fn open_to_others(_: &Path) -> Option<u32> {
    None
}

/// Returns the path of something hidden in the same folder, with a random end.
pub fn beside(path: &Path, what: &str) -> Result<PathBuf, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let random = u64::from_le_bytes(random()?);
    Ok(path.with_file_name(format!(".{name}.{what}-{random:016x}")))
}

/// Makes the names in the folder of `path` durable.
pub fn sync_parent(path: &Path) -> Result<(), Failure> {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    let parent = parent.unwrap_or(Path::new("."));
    File::open(parent)
        .and_then(|folder| folder.sync_all())
        .about(parent.display())
}

/// Returns fresh random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::not_run(format!("no random numbers: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let [kept, lost] = ["kept", "lost"].map(|name| folder.path().join(name));
        let mut outputs = Outputs::default();
        outputs.write_new(&kept, b"a", Readers::Owner).unwrap();
        outputs.keep();
        let mut outputs = Outputs::default();
        outputs.write_new(&lost, b"b", Readers::Anyone).unwrap();
        outputs.write_same(&kept, b"a").unwrap();
        assert!(outputs.write_same(&kept, b"b").is_err());
        assert!(outputs.write_new(&kept, b"c", Readers::Anyone).is_err());
        drop(outputs);
        assert_eq!(fs::read(&kept).unwrap(), b"a");
        assert!(!lost.exists());
    }

    #[test]
    fn replacing_leaves_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "old").unwrap();
        replace(&file, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

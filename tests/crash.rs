//! kill -9 and power cuts at any moment: what was acknowledged is there when the ledger is opened again.
//!
//! The tests start themselves as a child that appends from several threads and reports every
//! acknowledgement on its standard output, end it after a random while, open the ledger again, and
//! compare. `BEWIJS_SOAK_ROUNDS` asks for more rounds, `BEWIJS_SOAK_SEED` for another sequence;
//! `./soak` does that.
//!
//! A power cut is a file system of its own that is shut down without writing anything more, not even
//! what its journal has not committed, and is mounted again. What the disk itself promised to have
//! kept, and has not, is not in it. That needs root: without it the test prints `skipped: why`.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bewijs::client::Stored;
use bewijs::envelope::Envelope;
use bewijs::hash::Hash;
use bewijs::ledger::{AppendError, Reader};
use bewijs::merkle::Index;
use bewijs::state::Refusal;
use bewijs::statement::{Statement, Type};
use bewijs::store::{Kind, Store, open_store};
use bewijs::verify::{Options, verify_log};
use support::{CASE, World, found, open};
use tempfile::TempDir;

/// Set in the child: the folder of the ledger and the number of the round.
const CHILD: &str = "BEWIJS_CRASH_CHILD";

const WRITERS: u64 = 4;

/// What a killed process had acknowledged: the digest of the stored envelope by index.
type Acknowledged = BTreeMap<u64, Hash>;

/// In the child: appends until it is killed. In an ordinary run: nothing.
#[test]
fn child() {
    let Ok(order) = std::env::var(CHILD) else {
        return;
    };
    let (folder, round) = order.rsplit_once('#').unwrap();
    let round: u64 = round.parse().unwrap();
    let ledger = open(Path::new(folder)).unwrap();
    println!("opened");
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let ledger = &ledger;
            scope.spawn(move || {
                let world = World::new();
                for number in 0.. {
                    let finding = world
                        .finding(&format!("B-{round}.{writer}.{number}"))
                        .envelope();
                    let digest = finding.digest();
                    let appended = ledger.append(finding).unwrap();
                    // One write, so that a killed process leaves no half line of two writers.
                    let line = format!("{} {digest}\n", appended.index);
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
}

#[test]
fn a_killed_ledger_loses_nothing() {
    let _alone = ALONE.lock();
    end_again_and_again(Kind::Directory, rounds(40), &Killed);
    #[cfg(feature = "sled")]
    end_again_and_again(Kind::Sled, rounds(60), &Killed);
}

#[test]
fn a_power_cut_loses_nothing() {
    let _alone = ALONE.lock();
    let Some(disk) = Disk::new() else {
        println!(
            "skipped: shutting a file system down needs root, mkfs.ext4, loop devices and perl"
        );
        return;
    };
    end_again_and_again(Kind::Directory, rounds(10), &disk);
    #[cfg(feature = "sled")]
    end_again_and_again(Kind::Sled, rounds(10), &disk);
}

/// One ledger at a time: a child that is being started holds copies of this process's open files
/// for a moment, the lock of another ledger among them.
static ALONE: Mutex<()> = Mutex::new(());

/// A way for a writer to end.
trait End {
    const NAME: &'static str;

    /// Makes an empty folder for a ledger.
    fn folder(&self) -> PathBuf;

    /// Ends the writer, now.
    fn end(&self, child: &mut Child);
}

/// By kill -9.
struct Killed;

impl End for Killed {
    const NAME: &'static str = "kills";

    fn folder(&self) -> PathBuf {
        tempfile::tempdir().unwrap().keep()
    }

    fn end(&self, child: &mut Child) {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// A file system in a file; its power can be cut.
struct Disk {
    folder: TempDir,
}

impl End for Disk {
    const NAME: &'static str = "power cuts";

    fn folder(&self) -> PathBuf {
        self.unmount();
        self.format_and_mount().unwrap();
        self.mounted()
    }

    fn end(&self, child: &mut Child) {
        // EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH, of which no common tool has a command.
        let shutdown = r#"open(F, "<", $ARGV[0]) or die; $how = pack("L", 2);
            ioctl(F, 0x8004587D, $how) or die "ioctl: $!""#;
        assert!(run("perl", &["-e", shutdown], &self.mounted()).is_some());
        child.kill().unwrap();
        child.wait().unwrap();
        self.unmount();
        self.mount().unwrap();
    }
}

impl Disk {
    /// The reserve of free space of a sled store, and as much again.
    const MEGABYTES: u64 = 200;

    fn new() -> Option<Disk> {
        // In memory where there is such a folder; it outlives the power cut all the same.
        let memory = tempfile::tempdir_in("/dev/shm");
        let folder = memory.or_else(|_| tempfile::tempdir()).unwrap();
        let disk = Disk { folder };
        fs::create_dir(disk.mounted()).unwrap();
        disk.format_and_mount().map(|()| disk)
    }

    fn mounted(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    fn format_and_mount(&self) -> Option<()> {
        let image = fs::File::create(self.image()).unwrap();
        image.set_len(Disk::MEGABYTES << 20).unwrap();
        run("mkfs.ext4", &["-q", "-F"], &self.image())?;
        self.mount()
    }

    fn mount(&self) -> Option<()> {
        let image = self.image();
        run("mount", &["-o", "loop", image.to_str()?], &self.mounted())
    }

    fn unmount(&self) {
        run("umount", &[], &self.mounted());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l"], &self.mounted());
    }
}

/// Runs a program on a file; `None` when it fails or is not there.
fn run(program: &str, arguments: &[&str], file: &Path) -> Option<()> {
    let output = Command::new(program).args(arguments).arg(file).output();
    output.ok()?.status.success().then_some(())
}

/// Set in the other child: the folder of a ledger whose findings are to be withheld.
const WITHHOLDING_CHILD: &str = "BEWIJS_CRASH_WITHHOLDING_CHILD";

/// In the child: withholds one finding after the other until it is killed. In an ordinary run: nothing.
#[test]
fn withholding_child() {
    let Ok(folder) = std::env::var(WITHHOLDING_CHILD) else {
        return;
    };
    let ledger = open(Path::new(&folder)).unwrap();
    println!("opened");
    let reader = ledger.reader();
    for index in 3..reader.size().get() {
        let index = Index::new(index).unwrap();
        let record = reader.record(index).unwrap().unwrap();
        let Ok(envelope) = Envelope::parse_stored(&record.envelope) else {
            continue;
        };
        let statement = Statement::parse(envelope.payload()).unwrap();
        if statement.kind() == Type::Finding {
            let world = World::new();
            let said = world.withheld(&format!("AG-{index}"), index.get(), &envelope);
            let said = said.case(CASE).envelope();
            // Killed between the commit and the answer, an earlier child may have said so with another nonce.
            match ledger.append(said) {
                Ok(_) => {}
                Err(AppendError::Refused(Refusal::IdTaken { .. })) => {}
                Err(error) => panic!("{error}"),
            }
            let line = format!("{index} {}\n", envelope.digest());
            std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
        }
    }
}

/// Whatever moment the power fails at: the text is there with everything else, or gone with its reason.
#[test]
fn a_killed_ledger_withholds_in_the_end() {
    let _alone = ALONE.lock();
    #[cfg(feature = "sled")]
    let kinds = [Kind::Directory, Kind::Sled];
    #[cfg(not(feature = "sled"))]
    let kinds = [Kind::Directory];
    for kind in kinds {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let ledger = found(&path, kind);
        let world = World::new();
        const FINDINGS: u64 = 60;
        // sled is written anew each time.
        let slower = if kind == Kind::Directory { 1 } else { 6 };
        let mut withheld = 0;
        for number in 0..FINDINGS {
            let finding = world.finding(&format!("B-{number}")).envelope();
            ledger.append(finding).unwrap();
        }
        drop(ledger);
        let mut gone = Acknowledged::new();
        for round in 0..rounds(10) {
            let chance = Hash::of(format!("withhold {kind:?} {round}").as_bytes());
            let millis = u64::from(chance.as_bytes()[0]) / 2 * slower;
            let after = Duration::from_millis(millis);
            let child = |command: &mut Command| {
                command.args(["--exact", "withholding_child", "--nocapture"]);
                command.env(WITHHOLDING_CHILD, &path);
            };
            run_and_end(child, false, after, &Killed, &mut gone);
            // Opening for writing ends what the killed one began.
            let ledger = open(&path).unwrap_or_else(|error| panic!("round {round}: {error}"));
            let reader = ledger.reader();
            for index in gone.keys() {
                let record = reader.record(Index::new(*index).unwrap()).unwrap().unwrap();
                assert!(record.envelope.is_empty(), "round {round}: entry {index}");
            }
            drop((ledger, reader));
            let store = open_store(&path).unwrap();
            let source = Stored::new(store.as_ref());
            let facts = verify_log(&source, &Options::default(), &mut |_| {}).unwrap();
            assert!(facts.is_sound(), "round {round}: {:#?}", facts.defects());
            let said = facts.counts().get(&Type::Withheld).copied().unwrap_or(0);
            withheld = facts.withheld().len() as u64;
            assert_eq!(withheld, said, "round {round}");
        }
        let acknowledged = gone.len();
        println!("{kind:?}: {withheld} texts withheld between kills, {acknowledged} acknowledged");
        assert!(
            withheld > 0,
            "the children were killed before they did anything"
        );
    }
}

fn rounds(usual: u64) -> u64 {
    let asked = std::env::var("BEWIJS_SOAK_ROUNDS").ok();
    asked.map_or(usual, |asked| asked.parse().expect("a number of rounds"))
}

fn end_again_and_again<E: End>(kind: Kind, rounds: u64, end: &E) {
    /// A new ledger after so many rounds, so that opening stays quick.
    const ROUNDS_A_LEDGER: u64 = 20;
    let seed = std::env::var("BEWIJS_SOAK_SEED").unwrap_or_else(|_| "1".to_owned());
    let mut total = 0;
    let mut while_opening = 0;
    for first in (0..rounds).step_by(ROUNDS_A_LEDGER as usize) {
        let folder = end.folder();
        let path = folder.join("ledger");
        drop(found(&path, kind));
        let mut acknowledged = Acknowledged::new();
        for round in first..rounds.min(first + ROUNDS_A_LEDGER) {
            let chance = Hash::of(format!("{seed} {kind:?} {round}").as_bytes());
            let millis = u64::from(chance.as_bytes()[0]);
            // Every eighth child ends while it opens.
            let opening = chance.as_bytes()[1].is_multiple_of(8);
            while_opening += u64::from(opening);
            let after = Duration::from_millis(millis);
            let child = |command: &mut Command| {
                command.args(["--exact", "child", "--nocapture"]);
                command.env(CHILD, format!("{}#{round}", path.display()));
            };
            run_and_end(child, opening, after, end, &mut acknowledged);
            check(&path, &acknowledged, &format!("round {round}"));
        }
        verify(&path, &acknowledged);
        // What failed is left there to look at.
        fs::remove_dir_all(&path).unwrap();
        let _ = fs::remove_dir(&folder);
        total += acknowledged.len();
    }
    println!(
        "{kind:?}: {rounds} {}, {while_opening} while opening, {total} acknowledged entries, none lost",
        E::NAME
    );
    assert!(
        total as u64 > rounds,
        "the children ended before they did anything: {total}"
    );
}

fn run_and_end(
    arguments: impl FnOnce(&mut Command),
    opening: bool,
    after: Duration,
    end: &impl End,
    acknowledged: &mut Acknowledged,
) {
    let errors = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    arguments(&mut command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(errors.reopen().unwrap())
        .spawn()
        .unwrap();
    let lines = lines_of(&mut child);
    if !opening {
        let first = lines.recv_timeout(Duration::from_secs(60));
        let first = first.unwrap_or_else(|_| {
            panic!(
                "the child did not open the ledger: {}",
                fs::read_to_string(errors.path()).unwrap()
            )
        });
        assert!(first.ends_with("opened"), "{first}");
    }
    std::thread::sleep(after);
    end.end(&mut child);
    for line in lines {
        // The runner's own lines are not of this form.
        let Some((index, digest)) = line.split_once(' ') else {
            continue;
        };
        if let (Ok(index), Ok(digest)) = (index.parse(), digest.parse()) {
            assert_eq!(
                acknowledged.insert(index, digest),
                None,
                "index {index} was given twice"
            );
        }
    }
}

/// Reads the child's lines on a thread of their own, so that its pipe never fills.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let output = BufReader::new(child.stdout.take().unwrap());
    let (send, lines) = channel();
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            let opened = line.ends_with("opened");
            let entry = line.split(' ').count() == 2 && line.len() > 64;
            if (opened || entry) && send.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Verifies the whole ledger, as anyone who trusts nobody would.
fn verify(path: &Path, acknowledged: &Acknowledged) {
    // The last process may have been killed before it published its last checkpoint.
    drop(open(path).unwrap());
    let store = open_store(path).unwrap();
    let facts = verify_log(&Stored::new(&*store), &Options::default(), &mut |_| {}).unwrap();
    assert!(facts.is_sound(), "{:?}", facts.defects());
    let newest = acknowledged.keys().next_back();
    assert!(newest.is_none_or(|newest| *newest < facts.size().get()));
}

fn check(path: &Path, acknowledged: &Acknowledged, about: &str) {
    let store: Arc<dyn Store> = open_store(path)
        .unwrap_or_else(|error| panic!("{about}: {error}"))
        .into();
    let reader = Reader::open(store).unwrap_or_else(|error| panic!("{about}: {error}"));
    for (index, digest) in acknowledged {
        let index = Index::new(*index).unwrap();
        let record = reader
            .record(index)
            .unwrap()
            .unwrap_or_else(|| panic!("{about}: entry {index} is lost"));
        let envelope = Envelope::parse_stored(&record.envelope).unwrap();
        assert_eq!(
            envelope.digest(),
            *digest,
            "{about}: entry {index} is another"
        );
    }
}

//! kill -9 at any moment: what was acknowledged is there when the ledger is opened again.
//!
//! The test starts itself as a child that appends from several threads and reports every
//! acknowledgement on its standard output, kills it after a random while, opens the ledger again, and
//! compares. `BEWIJS_SOAK_ROUNDS` asks for more rounds, `BEWIJS_SOAK_SEED` for another sequence.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
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

/// One kind after the other: a child that is being started holds copies of this process's open files
/// for a moment, the lock of another ledger among them.
#[test]
fn a_killed_ledger_loses_nothing() {
    kill_again_and_again(Kind::Directory, rounds(40));
    #[cfg(feature = "sled")]
    kill_again_and_again(Kind::Sled, rounds(60));
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
            run_and_kill(&path, child, false, after, &mut gone);
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

fn kill_again_and_again(kind: Kind, rounds: u64) {
    /// A new ledger after so many rounds, so that opening stays quick.
    const ROUNDS_A_LEDGER: u64 = 20;
    let seed = std::env::var("BEWIJS_SOAK_SEED").unwrap_or_else(|_| "1".to_owned());
    let mut total = 0;
    let mut kills_while_opening = 0;
    for first in (0..rounds).step_by(ROUNDS_A_LEDGER as usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        drop(found(&path, kind));
        let mut acknowledged = Acknowledged::new();
        for round in first..rounds.min(first + ROUNDS_A_LEDGER) {
            let chance = Hash::of(format!("{seed} {kind:?} {round}").as_bytes());
            let millis = u64::from(chance.as_bytes()[0]);
            // Every eighth child is killed while it opens.
            let opening = chance.as_bytes()[1].is_multiple_of(8);
            kills_while_opening += u64::from(opening);
            let child = |command: &mut Command| {
                command.args(["--exact", "child", "--nocapture"]);
                command.env(CHILD, format!("{}#{round}", path.display()));
            };
            let after = Duration::from_millis(millis);
            run_and_kill(&path, child, opening, after, &mut acknowledged);
            check(&path, &acknowledged, &format!("round {round}"));
        }
        total += acknowledged.len();
    }
    println!(
        "{kind:?}: {rounds} kills, {kills_while_opening} while opening, {total} acknowledged entries, none lost"
    );
    assert!(
        total as u64 > rounds,
        "the children were killed before they did anything: {total}"
    );
}

fn run_and_kill(
    path: &Path,
    arguments: impl FnOnce(&mut Command),
    opening: bool,
    after: Duration,
    acknowledged: &mut Acknowledged,
) {
    let errors = path.with_extension("errors");
    let mut command = Command::new(std::env::current_exe().unwrap());
    arguments(&mut command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(fs::File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let lines = lines_of(&mut child);
    if !opening {
        let first = lines.recv_timeout(Duration::from_secs(60));
        let first = first.unwrap_or_else(|_| {
            panic!(
                "the child did not open the ledger: {}",
                fs::read_to_string(&errors).unwrap()
            )
        });
        assert!(first.ends_with("opened"), "{first}");
    }
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
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

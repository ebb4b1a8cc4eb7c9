//! The arguments, and the help that explains them, grouped by who uses a command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::statement::Language;

const HELP: &str = "\
{about}

{usage-heading} {usage}

Everyone:
  log           list the entries of a ledger, newest first
  show          show one entry and what its statement says
  status        say where things stand and what comes next
  verify        check everything in a ledger or an exported copy
  receipt       write the receipt of an entry, or check one
Parties (laboratory, assessor, screening body, supervisor):
  key           make a key, show its public forms, request its enrolment
  import        turn an OSCAL document into drafts of findings
  sign          show in plain words what a statement says, and sign it into a file
  cosign        add a second signature to a statement file
Operator:
  init          create a ledger from a charter
  append        record signed statements, and write their receipts
  export        write a ledger as plain files that any C2SP client can read
  load          fill an empty store from an exported copy
Witness:
  witness       ask for, make and attach cosignatures

Options:
{options}{after-help}";

const EXAMPLE: &str = "
Exit status: 0 yes or done, 1 no, 2 cannot be determined, 3 could not run.

Example:
  bewijs demo --keep example && bewijs verify example/ledger --trust example/trust.toml";

/// An append-only ledger on which independent assessors sign what they established, so that anyone can verify it offline.
#[derive(Parser)]
#[command(name = "bewijs", version, help_template = HELP, after_help = EXAMPLE, max_term_width = 100)]
pub struct Arguments {
    /// Answer in JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// The language of answers.
    #[arg(
        long,
        global = true,
        value_enum,
        env = "BEWIJS_LANG",
        default_value = "en"
    )]
    pub lang: Lang,
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// Returns the language of answers.
    pub fn language(&self) -> Language {
        match self.lang {
            Lang::En => Language::English,
            Lang::Nl => Language::Dutch,
        }
    }
}

/// A language by its code.
#[derive(Clone, Copy, ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// Dutch.
    Nl,
}

#[derive(Subcommand)]
pub enum Command {
    /// List the entries of a ledger, newest first
    #[command(after_help = "Example:\n  bewijs log example/ledger --case zaak:2023-001 --limit 10")]
    Log(Log),
    /// Show one entry and what its statement says
    #[command(after_help = "Example:\n  bewijs show example/ledger 20")]
    Show(Show),
    /// Say where things stand and what comes next
    #[command(after_help = "Example:\n  bewijs status example/ledger --case zaak:2023-001")]
    Status(Status),
    /// Check everything in a ledger or an exported copy: bytes, chain, tree, index, signatures, admission, checkpoint, quorum
    #[command(after_help = "Example:\n  bewijs verify example/export --trust example/trust.toml")]
    Verify(Verify),
    /// Write the receipt of an entry, or check one
    #[command(subcommand)]
    Receipt(Receipt),
    /// Make a key, show its public forms, request its enrolment
    #[command(subcommand)]
    Key(Key),
    /// Turn a document into drafts of findings
    #[command(subcommand)]
    Import(Import),
    /// Show in plain words what a statement says, and sign it into a file
    #[command(
        after_help = "Example:\n  bewijs sign finding --case zaak:2023-001 --id B-100 --trust example/trust.toml \\\n    --key example/keys/org-audit-voorbeeld-1.pem --file finding.json -o B-100.statement.json"
    )]
    Sign(Sign),
    /// Add a second signature to a statement file
    #[command(after_help = "Example:\n  bewijs cosign BES-002.statement.json --key board.pem")]
    Cosign(Cosign),
    /// Create a ledger from a charter; prints the genesis digest and its fingerprint
    #[command(
        after_help = "Example:\n  bewijs init ledger --charter charter.statement.json --log-key log.pem"
    )]
    Init(Init),
    /// Record signed statements, and write their receipts; the same file again gets the same place
    #[command(
        after_help = "Example:\n  bewijs append ledger B-100.statement.json --log-key log.pem --receipts receipts"
    )]
    Append(Append),
    /// Write a ledger as plain files that any C2SP client can read
    #[command(after_help = "Example:\n  bewijs export example/ledger copy")]
    Export(Export),
    /// Fill an empty store from an exported copy, after verifying it
    #[command(after_help = "Example:\n  bewijs load copy restored --store directory")]
    Load(Load),
    /// Ask for, make and attach cosignatures
    #[command(subcommand)]
    Witness(Witness),
    /// Print a completion script for a shell
    #[command(hide = true)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write manual pages into a folder
    #[command(hide = true)]
    Man {
        /// The folder.
        folder: PathBuf,
    },
}

/// Where passphrases come from; without either they are asked on the terminal.
#[derive(Args, Clone)]
pub struct Passphrases {
    /// Read the passphrase from this file descriptor, up to its first line feed
    #[arg(long, value_name = "N", conflicts_with = "passphrase_env")]
    pub passphrase_fd: Option<u32>,
    /// Read the passphrase from this environment variable
    #[arg(long, value_name = "NAME")]
    pub passphrase_env: Option<String>,
}

#[derive(Args)]
pub struct Log {
    /// The folder of the ledger
    pub ledger: PathBuf,
    /// Only entries of this case
    #[arg(long, value_name = "ID")]
    pub case: Option<String>,
    /// At most so many entries
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

#[derive(Args)]
pub struct Show {
    /// The folder of the ledger
    pub ledger: PathBuf,
    /// The position of the entry, from 0
    pub index: u64,
    /// Show the confidential fields that this file opens
    #[arg(long, value_name = "FILE")]
    pub openings: Option<PathBuf>,
}

#[derive(Args)]
pub struct Status {
    /// The folder of the ledger
    pub ledger: PathBuf,
    /// Only this case
    #[arg(long, value_name = "ID")]
    pub case: Option<String>,
}

#[derive(Args)]
pub struct Verify {
    /// The folder of the ledger or of an exported copy
    pub ledger: PathBuf,
    /// Whom you trust: log, witnesses, quorum, genesis digest
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// The moment to judge the age of the checkpoint by, like 2024-07-22T12:00:00Z; by default this machine's clock
    #[arg(long, value_name = "MOMENT")]
    pub now: Option<String>,
}

#[derive(Subcommand)]
pub enum Receipt {
    /// Write the receipt of an entry under the newest checkpoint
    Get {
        /// The folder of the ledger
        ledger: PathBuf,
        /// The position of the entry, from 0
        index: u64,
        /// The file to write; by default standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Check that a receipt holds for a statement: offline, with nothing but the receipt, the entry and the statement
    Check {
        /// The receipt, a .tlog-proof file
        receipt: PathBuf,
        /// The bytes of the entry
        #[arg(long, value_name = "FILE")]
        entry: PathBuf,
        /// The statement file that the entry should name
        #[arg(long, value_name = "FILE")]
        statement: PathBuf,
        /// Whom you trust
        #[arg(long, value_name = "FILE")]
        trust: PathBuf,
    },
}

#[derive(Subcommand)]
pub enum Key {
    /// Make a key: an encrypted PKCS#8 file that OpenSSL 3 reads as well
    New {
        /// The file to write; it must not exist
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// Show the public key, its id, and with --name its verifier keys as log and as witness
    Show {
        /// The key file
        key: PathBuf,
        /// The name of the log or witness
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// List the keys that a ledger knows
    List {
        /// The folder of the ledger
        ledger: PathBuf,
    },
    /// Write a statement that asks for the enrolment of a key, signed by it; those who vouch cosign the file
    Request {
        /// The new key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The person that holds it, like org:lab-voorbeeld#2
        #[arg(long)]
        holder: String,
        /// The function in which it signs, like board or CISO
        #[arg(long)]
        function: String,
        /// The id of the statement, like K-LAB-2
        #[arg(long)]
        id: String,
        /// The ids of the keys that will vouch
        #[arg(long = "vouched-by", value_name = "KEY-ID", required = true)]
        vouchers: Vec<String>,
        #[command(flatten)]
        target: Target,
        /// Do not ask before signing
        #[arg(short, long)]
        yes: bool,
        /// The file to write; it must not exist
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        passphrases: Passphrases,
    },
}

/// The ledger that a statement is for.
#[derive(Args, Clone)]
#[group(required = true, multiple = false)]
pub struct Target {
    /// A trust file that names the ledger: signing needs nothing else
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// The folder of the ledger
    #[arg(long, value_name = "LEDGER")]
    pub ledger: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Import {
    /// Read an OSCAL assessment-results document; persons are never taken over
    #[command(
        after_help = "Exit status 2 means that the map leaves something open; the answer lists all of it."
    )]
    Oscal {
        /// The document, JSON
        document: PathBuf,
        /// What its parties, controls and severities are here
        #[arg(long, value_name = "FILE")]
        map: Option<PathBuf>,
        /// The folder for the drafts; without it nothing is written
        #[arg(short, long, value_name = "FOLDER")]
        output: Option<PathBuf>,
    },
}

#[derive(Args)]
pub struct Sign {
    /// The type of the statement, like finding or attestation
    #[arg(value_name = "TYPE")]
    pub kind: String,
    /// The case it belongs to; none for types of the charter
    #[arg(long, value_name = "ID")]
    pub case: Option<String>,
    /// The id of the statement, like B-100; a charter has REG-0
    #[arg(long)]
    pub id: Option<String>,
    /// What it says, as JSON; confidential fields stand there in plain
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// The keys to sign with now
    #[arg(long, value_name = "FILE", required = true)]
    pub key: Vec<PathBuf>,
    /// The ids of keys that will cosign the file
    #[arg(long = "with", value_name = "KEY-ID")]
    pub with: Vec<String>,
    /// The cosigned checkpoint that you have seen
    #[arg(long, value_name = "FILE")]
    pub basis: Option<PathBuf>,
    /// A trust file that names the ledger: signing needs nothing else; a charter needs none
    #[arg(long, value_name = "FILE", conflicts_with = "ledger")]
    pub trust: Option<PathBuf>,
    /// The folder of the ledger
    #[arg(long, value_name = "LEDGER")]
    pub ledger: Option<PathBuf>,
    /// Do not ask before signing
    #[arg(short, long)]
    pub yes: bool,
    /// The file to write; openings of confidential fields go to FILE.openings, which is private
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

#[derive(Args)]
pub struct Cosign {
    /// The statement file; the signature is added to it
    pub file: PathBuf,
    /// The keys to sign with
    #[arg(long, value_name = "FILE", required = true)]
    pub key: Vec<PathBuf>,
    /// Show the confidential fields that this file opens
    #[arg(long, value_name = "FILE")]
    pub openings: Option<PathBuf>,
    /// Do not ask before signing
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

#[derive(Args)]
pub struct Init {
    /// The folder to create
    pub ledger: PathBuf,
    /// The charter, signed by all founding keys
    #[arg(long, value_name = "FILE")]
    pub charter: PathBuf,
    /// The key of the log
    #[arg(long, value_name = "FILE")]
    pub log_key: PathBuf,
    /// The origin that the charter must name
    #[arg(long)]
    pub origin: Option<String>,
    /// The kind of store
    #[arg(long, value_enum, default_value_t = StoreKind::DEFAULT)]
    pub store: StoreKind,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

/// A kind of store on this machine.
#[derive(Clone, Copy, ValueEnum)]
pub enum StoreKind {
    /// The embedded store.
    #[cfg(feature = "sled")]
    Sled,
    /// A plain directory.
    Directory,
}

impl StoreKind {
    #[cfg(feature = "sled")]
    const DEFAULT: StoreKind = StoreKind::Sled;
    #[cfg(not(feature = "sled"))]
    const DEFAULT: StoreKind = StoreKind::Directory;
}

#[derive(Args)]
pub struct Append {
    /// The folder of the ledger
    pub ledger: PathBuf,
    /// Statement files; - is standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The key of the log
    #[arg(long, value_name = "FILE")]
    pub log_key: PathBuf,
    /// Write the receipts into this folder, as <index>.tlog-proof beside <index>.entry.json
    #[arg(long, value_name = "FOLDER")]
    pub receipts: Option<PathBuf>,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

#[derive(Args)]
pub struct Export {
    /// The folder of the ledger
    pub ledger: PathBuf,
    /// The folder to write; an earlier copy of the same ledger is brought up to date
    pub copy: PathBuf,
}

#[derive(Args)]
pub struct Load {
    /// The folder of the exported copy
    pub copy: PathBuf,
    /// The folder to create
    pub ledger: PathBuf,
    /// The kind of store
    #[arg(long, value_enum, default_value_t = StoreKind::DEFAULT)]
    pub store: StoreKind,
}

#[derive(Subcommand)]
pub enum Witness {
    /// Operator: write a request for a cosignature on the newest checkpoint
    Request {
        /// The folder of the ledger
        ledger: PathBuf,
        /// The size that the witness cosigned last, 0 for none
        #[arg(long, value_name = "SIZE", default_value_t = 0)]
        old: u64,
        /// The file to write; by default standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Witness: check one request against all that was cosigned before, and cosign it
    Once {
        /// The request; - is standard input
        request: PathBuf,
        /// The folder in which the witness keeps what it cosigned; made at the first use
        #[arg(long, value_name = "FOLDER")]
        memory: PathBuf,
        /// The verifier key of the log
        #[arg(long, value_name = "VKEY")]
        log: String,
        /// The name of the witness
        #[arg(long)]
        name: String,
        /// The key of the witness, used for nothing else
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The file to write; by default standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// Operator: attach a witness's cosignature to the newest checkpoint
    Attach {
        /// The folder of the ledger
        ledger: PathBuf,
        /// The signature line that the witness gave
        cosignature: PathBuf,
        /// The verifier key of the witness
        #[arg(long, value_name = "VKEY")]
        witness: String,
        /// The request that it answers, when the ledger has grown since
        #[arg(long, value_name = "FILE")]
        request: Option<PathBuf>,
        /// The key of the log
        #[arg(long, value_name = "FILE")]
        log_key: PathBuf,
        #[command(flatten)]
        passphrases: Passphrases,
    },
}

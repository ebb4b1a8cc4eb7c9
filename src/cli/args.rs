//! The arguments, and the help that explains them, grouped by who uses a command.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use super::answer::Failure;
use crate::signer::KeyLocation;
use crate::statement::Language;

const HELP: &str = "\
{about}

{usage-heading} {usage}

Newcomers:
  demo          play the main job on the example, and show a tampered copy being caught
Everyone:
  log           list the entries of a ledger, newest first
  show          show one entry and what its statement says
  status        say where things stand and what comes next
  verify        check everything in a ledger or an exported copy
  receipt       write the receipt of an entry, or check one
Parties (laboratory, assessor, screening body, supervisor):
  key           make a key, show its public forms, request its enrolment
  import        turn an OSCAL document or a sheet into drafts of findings
  template      write a form of a statement that explains itself
  sign          show in plain words what a statement says, and sign it into a file
  cosign        add a second signature to a statement file
  openings      show, hand out, check and destroy the openings of confidential fields
  oscal         write a case as an OSCAL document, for the working file
Operator:
  init          create a ledger from a charter
  append        record signed statements, and write their receipts
  log-key       put a new log key in the place of the old one
  handover      take a ledger over with a new log key, as its parties agreed
  withhold      take the text of one entry out of a ledger, and say so in it
  export        write a ledger as plain files that any C2SP client can read
  load          fill an empty store from an exported copy
Witness:
  witness       ask for, make and attach cosignatures
Installation:
  completions   print a completion script for a shell
  man           write manual pages into a folder

Options:
{options}";

/// The help of a command, as clap has it by default.
const COMMAND_HELP: &str = "{about-with-newline}
{usage-heading} {usage}

{all-args}";

const EXAMPLE: &str = "\
Examples in the help of commands use what `bewijs demo --keep example` makes, and the keys and
documents that come with the program; the passphrase of those keys is `worthless`.

Exit status: 0 yes or done, 1 no, 2 cannot be determined, 3 could not run.

Example:
  bewijs demo --keep example && bewijs verify example/ledger --trust example/trust.toml";

/// An append-only ledger on which independent assessors sign what they established, so that anyone can verify it offline.
#[derive(Parser)]
#[command(name = "bewijs", version, after_help = EXAMPLE, max_term_width = 100)]
pub struct Arguments {
    /// Answer in JSON.
    #[arg(long, global = true, help_heading = "Options of every command")]
    pub json: bool,
    /// The language of answers [env: BEWIJS_LANG] [default: en]
    // Read by hand: clap would print an option that came from the environment in every usage.
    #[arg(
        long,
        global = true,
        value_enum,
        help_heading = "Options of every command"
    )]
    lang: Option<Lang>,
    #[command(subcommand)]
    pub command: Command,
}

/// Returns the declarations, with examples that can be pasted from a terminal of any width.
///
/// clap breaks lines of what stands after the help, and leaves the text of a template alone.
pub fn command() -> clap::Command {
    unbroken(Arguments::command(), HELP)
}

fn unbroken(command: clap::Command, template: &str) -> clap::Command {
    let after = command.get_after_help().map(ToString::to_string);
    let template = format!("{template}\n\n{}", after.unwrap_or_default());
    command
        .help_template(template)
        .mut_subcommands(|command| unbroken(command, COMMAND_HELP))
}

impl Arguments {
    /// Parses the arguments of this process.
    ///
    /// # Errors
    /// What clap has to say instead, which may be the help that was asked for.
    pub fn read() -> Result<Arguments, clap::Error> {
        let matches = command().try_get_matches()?;
        Arguments::from_arg_matches(&matches)
    }

    /// Returns the language of answers; `environment` is what `BEWIJS_LANG` says.
    ///
    /// # Errors
    /// [`Failure`] when it is asked and says something else than a language.
    pub fn language(&self, environment: Option<&OsStr>) -> Result<Language, Failure> {
        let lang = match (self.lang, environment) {
            (Some(lang), _) => lang,
            (None, None) => Lang::En,
            (None, Some(text)) => {
                let known = text.to_str().and_then(|it| Lang::from_str(it, false).ok());
                let wrong = || format!("BEWIJS_LANG: expected en or nl, found {text:?}");
                known.ok_or_else(|| Failure::not_run(wrong()))?
            }
        };
        Ok(match lang {
            Lang::En => Language::English,
            Lang::Nl => Language::Dutch,
        })
    }
}

/// A language by its code.
#[derive(Clone, Copy, ValueEnum)]
pub enum Lang {
    En,
    Nl,
}

#[derive(Subcommand)]
pub enum Command {
    /// Play the main job on the example: a ledger from its founding to a tampered copy being caught
    #[command(after_help = "Example:\n  bewijs demo")]
    Demo(Demo),
    /// List the entries of a ledger, newest first
    #[command(after_help = "Example:\n  bewijs log example/ledger --case zaak:2023-001 --limit 10")]
    Log(Log),
    /// Show one entry and what its statement says
    #[command(after_help = "Example:\n  bewijs show example/ledger 20")]
    Show(Show),
    /// Say where things stand and what comes next
    #[command(
        after_help = "Example:\n  bewijs status example/ledger --role lab\n  bewijs status example/ledger --case zaak:2023-001"
    )]
    Status(Status),
    /// Check everything in a ledger or an exported copy: bytes, chain, tree, index, signatures, admission, checkpoint, quorum
    #[command(after_help = "Example:\n  bewijs verify example/export --trust example/trust.toml")]
    Verify(Verify),
    /// Write the receipt of an entry, or check one
    #[command(
        subcommand,
        after_help = "Example:\n  bewijs receipt get example/ledger 20 -o 20.tlog-proof"
    )]
    Receipt(Receipt),
    /// Make a key, show its public forms, request its enrolment
    #[command(subcommand, after_help = "Example:\n  bewijs key new -o board.pem")]
    Key(Key),
    /// Turn a document into drafts of findings
    #[command(
        subcommand,
        after_help = "Example:\n  bewijs import oscal examples/oscal/voorbeeld_assessment-results.json \\\n    --map examples/oscal/voorbeeld_map.toml"
    )]
    Import(Import),
    /// Write a form of a statement to fill in: a TOML file that explains every field
    #[command(after_help = "Example:\n  bewijs template finding --lang nl -o B-100.toml")]
    Template(Template),
    /// Show in plain words what a statement says, and sign it into a file; without --file, answer questions
    #[command(
        after_help = "Example:\n  bewijs import oscal examples/oscal/voorbeeld_assessment-results.json \\\n    --map examples/oscal/voorbeeld_map.toml -o drafts\n  bewijs sign finding --case zaak:2023-001 --id B-100 --file drafts/B-001.json \\\n    --trust example/trust.toml --key keys/K-AUD-1.worthless.pem \\\n    --seal-passphrase -o B-100.statement.json"
    )]
    Sign(Sign),
    /// Add a second signature to a statement file
    #[command(
        after_help = "Example:\n  bewijs key new -o lab.pem\n  bewijs key request --key lab.pem --holder org:lab-voorbeeld#9 --function CISO --id K-LAB-9 \\\n    --vouched-by a8c126bea2d190b36c4d1e13a6fae7148bec984c11e23f365cf0390e27a4df2a \\\n    --trust example/trust.toml -o K-LAB-9.statement.json\n  bewijs cosign K-LAB-9.statement.json --key keys/K-LAB-1.worthless.pem"
    )]
    Cosign(Cosign),
    /// Show, hand out, check and destroy the openings of confidential fields
    #[command(
        subcommand,
        after_help = "Example:\n  bewijs openings show example/confidential.openings"
    )]
    Openings(Openings),
    /// Write the findings of a case and their chain as an OSCAL assessment-results document
    #[command(
        after_help = "Example:\n  bewijs oscal example/ledger --case zaak:2023-001 --openings example/confidential.openings \\\n    -o zaak.oscal.json"
    )]
    Oscal(Oscal),
    /// Create a ledger from a charter; prints the genesis digest and its fingerprint
    #[command(
        after_help = "Example:\n  bewijs receipt get example/ledger 0 -o 0.tlog-proof\n  bewijs init ledger --charter 0.statement.json --log-key keys/K-LOG.worthless.pem"
    )]
    Init(Init),
    /// Record signed statements, and write their receipts; the same file again gets the same place
    #[command(
        after_help = "Example:\n  bewijs receipt get example/ledger 20 -o 20.tlog-proof\n  bewijs append example/ledger 20.statement.json --log-key keys/K-LOG.worthless.pem --receipts receipts"
    )]
    Append(Append),
    /// Put a new log key in the place of the old one
    #[command(
        subcommand,
        after_help = "Example:\n  bewijs log-key list example/ledger"
    )]
    LogKey(LogKey),
    /// Take a ledger over with a new log key, as its parties agreed: without the old log key
    #[command(
        subcommand,
        after_help = "Example:\n  bewijs key new -o log2.pem\n  bewijs handover draft example/export/checkpoint --operator org:registerbeheer-voorbeeld \\\n    --log-key log2.pem --trust example/trust.toml -o handover.json\n  bewijs sign operator --id BEH-1 --file handover.json --trust example/trust.toml --key keys/K-REG-1.worthless.pem \\\n    --key keys/K-SCR-1.worthless.pem --key keys/K-LAB-1.worthless.pem --key keys/K-TOE-1.worthless.pem \\\n    -o BEH-1.statement.json\n  bewijs load example/export taken\n  bewijs handover record taken BEH-1.statement.json --log-key log2.pem"
    )]
    Handover(Handover),
    /// Take the text of one entry out of a ledger, and say so in it: the entry, its receipts and all else stay
    #[command(
        after_help = "Example:\n  bewijs load example/export withheld\n  bewijs withhold withheld 20 --key keys/K-REG-1.worthless.pem --log-key keys/K-LOG.worthless.pem \\\n    --en \"It names a person; decided by the operator on request.\" \\\n    --nl \"Er staat een naam in; besluit van de beheerder op verzoek.\""
    )]
    Withhold(Withhold),
    /// Write a ledger as plain files that any C2SP client can read
    #[command(after_help = "Example:\n  bewijs export example/ledger copy")]
    Export(Export),
    /// Fill an empty store from an exported copy, after verifying it
    #[command(after_help = "Example:\n  bewijs load example/export restored --store directory")]
    Load(Load),
    /// Ask for, make and attach cosignatures
    #[command(
        subcommand,
        after_help = "Example:\n  bewijs witness request example/ledger -o request"
    )]
    Witness(Witness),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  bewijs completions bash > bewijs.bash")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write manual pages into a folder
    #[command(after_help = "Example:\n  bewijs man manual")]
    Man {
        /// The folder.
        folder: PathBuf,
    },
}

/// Where passphrases come from; without either they are asked on the terminal.
#[derive(Args, Clone)]
pub struct Passphrases {
    /// Read the passphrase or PIN from this file descriptor, up to its first line feed
    #[arg(long, value_name = "N", conflicts_with = "passphrase_env")]
    pub passphrase_fd: Option<u32>,
    /// Read the passphrase or PIN from this environment variable
    #[arg(long, value_name = "NAME")]
    pub passphrase_env: Option<String>,
}

/// What others hold of a ledger that is to be written.
#[derive(Args, Clone)]
pub struct Seen {
    /// A checkpoint or receipt that somebody else holds, such as a witness: a ledger that does not reach it is an old copy, and is not written
    #[arg(long, value_name = "FILE")]
    pub seen: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Demo {
    /// Keep ledger, export, tampered copies, trust file and receipts in this new folder; without it nothing is kept
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
}

/// For whom openings are sealed, when they are written.
#[derive(Args, Clone)]
pub struct SealTo {
    /// Seal openings to this age recipient, age1…; by default to those in the file that BEWIJS_RECIPIENTS names
    #[arg(long, value_name = "RECIPIENT")]
    pub recipient: Vec<String>,
    /// Seal openings to the age recipients in this file as well, one a line
    #[arg(long, value_name = "FILE")]
    pub recipients_file: Option<PathBuf>,
    /// Seal openings with a passphrase instead
    #[arg(long, conflicts_with_all = ["recipient", "recipients_file"])]
    pub seal_passphrase: bool,
    /// Where nobody is named, write openings unsealed: whoever reads the file reads the values [env: BEWIJS_DANGER_PLAIN_OPENINGS]
    #[arg(long)]
    pub danger_plain_openings: bool,
}

/// What opens sealed openings.
#[derive(Args, Clone)]
pub struct OpenWith {
    /// An age identity file that opens sealed openings
    #[arg(long, value_name = "FILE")]
    pub identity: Vec<PathBuf>,
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
    #[command(flatten)]
    pub open_with: OpenWith,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

#[derive(Args)]
pub struct Status {
    /// The folder of the ledger
    pub ledger: PathBuf,
    /// Only this case
    #[arg(long, value_name = "ID")]
    pub case: Option<String>,
    /// One list for a role: what it can do next, and what it waits for, like lab, assessor, screening or operator
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
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
    #[command(after_help = "Example:\n  bewijs receipt get example/ledger 20 -o 20.tlog-proof")]
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
    #[command(
        after_help = "Example:\n  bewijs receipt get example/ledger 20 -o 20.tlog-proof\n  bewijs receipt check 20.tlog-proof --entry 20.entry.json --statement 20.statement.json \\\n    --trust example/trust.toml"
    )]
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
    #[command(after_help = "Example:\n  bewijs key new -o board.pem")]
    New {
        /// The file to write; it must not exist
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// Show the public key, its id, and with --name its verifier keys as log and as witness
    #[command(
        after_help = "Example:\n  bewijs key show keys/K-WIT-1.worthless.pem --name deelneemsters.example/getuige"
    )]
    Show {
        /// The key: a file, agent:… or pkcs11:…
        key: KeyLocation,
        /// The name of the log or witness
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// List the keys that a ledger knows
    #[command(after_help = "Example:\n  bewijs key list example/ledger")]
    List {
        /// The folder of the ledger
        ledger: PathBuf,
    },
    /// Write a statement that asks for the enrolment of a key, signed by it; those who vouch cosign the file
    #[command(
        after_help = "Example:\n  bewijs key new -o lab.pem\n  bewijs key request --key lab.pem --holder org:lab-voorbeeld#9 --function CISO --id K-LAB-9 \\\n    --vouched-by a8c126bea2d190b36c4d1e13a6fae7148bec984c11e23f365cf0390e27a4df2a \\\n    --trust example/trust.toml -o K-LAB-9.statement.json"
    )]
    Request {
        /// The new key: a file, agent:… or pkcs11:…
        #[arg(long, value_name = "KEY")]
        key: KeyLocation,
        /// The person that holds it, like org:lab-voorbeeld#2
        #[arg(long)]
        holder: String,
        /// The function in which it signs, like board or CISO
        #[arg(long)]
        function: String,
        /// How it is kept, hardware or software; needed for agent:… and pkcs11:…, a file is software
        #[arg(long)]
        custody: Option<String>,
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
    /// Write a statement that puts a new key in the place of your old one, signed by both
    #[command(
        after_help = "Example:\n  bewijs key new -o lab2.pem\n  bewijs key rotate --old keys/K-LAB-1.worthless.pem --new lab2.pem --holder org:lab-voorbeeld#1 \\\n    --id K-LAB-1/r --trust example/trust.toml -o K-LAB-1r.statement.json"
    )]
    Rotate(Rotate),
    /// Write a statement that revokes a key, signed by another key of its party, by its recovery key, or by two other parties
    #[command(
        after_help = "Example:\n  bewijs key revoke 6294578bb43ad3bbb4e5a825d0504991c2193fb0d3bf698ec9ac66d7eda286ef --reason lost \\\n    --party org:lab-voorbeeld --id K-LAB-2/x --key keys/K-LAB-1.worthless.pem --trust example/trust.toml \\\n    --en \"The device was lost.\" --nl \"Het apparaat is verloren.\" -o K-LAB-2x.statement.json"
    )]
    Revoke(Revoke),
}

#[derive(Args)]
pub struct Rotate {
    /// The key that ends: a file, agent:… or pkcs11:…
    #[arg(long, value_name = "KEY")]
    pub old: KeyLocation,
    /// The key that takes its place: a file, agent:… or pkcs11:…
    #[arg(long, value_name = "KEY")]
    pub new: KeyLocation,
    /// How the new key is kept: hardware or software; a key in a file is kept in software
    #[arg(long, value_name = "HOW")]
    pub custody: Option<String>,
    /// The person that holds both, like org:lab-voorbeeld#2; a ledger knows it
    #[arg(long, required_unless_present = "ledger")]
    pub holder: Option<String>,
    /// The id of the statement: that of the enrolment and /r, like K-LAB-2/r
    #[arg(long)]
    pub id: String,
    #[command(flatten)]
    pub target: Target,
    /// Do not ask before signing
    #[arg(short, long)]
    pub yes: bool,
    /// The file to write; it must not exist
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

#[derive(Args)]
pub struct Revoke {
    /// The id of the key that is revoked
    #[arg(value_name = "KEY-ID")]
    pub revoked: String,
    /// Why: replaced, left, lost, compromised or ended
    #[arg(long)]
    pub reason: String,
    /// Since when others may have used it, like 2024-07-04T00:00:00Z; needs the party's recovery key
    #[arg(long, value_name = "MOMENT")]
    pub compromised_since: Option<String>,
    /// What happened, in English, without the name of a person
    #[arg(long, value_name = "TEXT")]
    pub en: String,
    /// What happened, in Dutch, without the name of a person
    #[arg(long, value_name = "TEXT")]
    pub nl: String,
    /// The party that the key signs for; a ledger knows it
    #[arg(long, value_name = "ID", required_unless_present = "ledger")]
    pub party: Option<String>,
    /// The id of the statement: that of the enrolment and /x, like K-LAB-2/x
    #[arg(long)]
    pub id: String,
    /// The keys to sign with now, among them the recovery key if there is one: files, agent:… or pkcs11:…
    #[arg(long, value_name = "KEY", required = true)]
    pub key: Vec<KeyLocation>,
    /// The ids of keys that will cosign the file
    #[arg(long = "with", value_name = "KEY-ID")]
    pub with: Vec<String>,
    #[command(flatten)]
    pub target: Target,
    /// Do not ask before signing
    #[arg(short, long)]
    pub yes: bool,
    /// The file to write; it must not exist
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub passphrases: Passphrases,
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
        after_help = "Exit status 2: the map leaves something open; the answer lists all of it.\n\nExample:\n  bewijs import oscal examples/oscal/voorbeeld_assessment-results.json \\\n    --map examples/oscal/voorbeeld_map.toml -o drafts"
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
    /// Read a sheet that a spreadsheet saved as CSV in UTF-8; columns that name persons are never taken over
    #[command(
        after_help = "Exit status 2: sheet and map leave something open; the answer lists all of it, by row.\n\nExample:\n  bewijs import csv examples/csv/voorbeeld_bevindingen.csv --map examples/csv/voorbeeld_map.toml -o drafts"
    )]
    Csv {
        /// The sheet; its first row names the columns, in Dutch or English
        sheet: PathBuf,
        /// What its columns and words are called here, where they differ
        #[arg(long, value_name = "FILE")]
        map: Option<PathBuf>,
        /// The folder for the drafts; without it nothing is written
        #[arg(short, long, value_name = "FOLDER")]
        output: Option<PathBuf>,
    },
}

#[derive(Args)]
pub struct Template {
    /// The type of the statement, like finding or attestation
    #[arg(value_name = "TYPE")]
    pub kind: String,
    /// The file to write; by default standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
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
    /// What it says: a template that was filled in, or JSON; confidential fields stand there in plain. Without it you are asked field by field
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Let something stand that looks like personal data or the address of a system, like "predicate.text.nl host-name the public web site"
    #[arg(long, value_name = "PLACE KIND REASON")]
    pub allow: Vec<String>,
    /// The keys to sign with now: files, agent:… or pkcs11:…
    #[arg(long, value_name = "KEY", required = true)]
    pub key: Vec<KeyLocation>,
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
    /// The file to write; openings of confidential fields go to FILE.openings.age, which is private
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub seal_to: SealTo,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

#[derive(Args)]
pub struct Cosign {
    /// The statement file; the signature is added to it
    pub file: PathBuf,
    /// The keys to sign with: files, agent:… or pkcs11:…
    #[arg(long, value_name = "KEY", required = true)]
    pub key: Vec<KeyLocation>,
    /// Show the confidential fields that this file opens
    #[arg(long, value_name = "FILE")]
    pub openings: Option<PathBuf>,
    /// A trust file that names the ledger: a statement for another one is not signed
    #[arg(long, value_name = "FILE", conflicts_with = "ledger")]
    pub trust: Option<PathBuf>,
    /// The folder of the ledger
    #[arg(long, value_name = "LEDGER")]
    pub ledger: Option<PathBuf>,
    #[command(flatten)]
    pub open_with: OpenWith,
    /// Do not ask before signing
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

#[derive(Subcommand)]
pub enum Openings {
    /// Make an age identity that opens what is sealed to it, and print its recipient
    #[command(after_help = "Example:\n  bewijs openings key -o openings.key")]
    Key {
        /// The file to write; it must not exist
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// List what a file of openings opens
    #[command(
        after_help = "Example:\n  bewijs openings show example/confidential.openings --values"
    )]
    Show {
        /// The file of openings, sealed or not
        file: PathBuf,
        #[command(flatten)]
        open_with: OpenWith,
        /// Show the values as well
        #[arg(long)]
        values: bool,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// Write the openings of named fields, and no others, into a file for somebody
    #[command(
        after_help = "Example:\n  bewijs openings select example/confidential.openings --field B-001/severity --field B-001/title \\\n    --recipient age1ju8gxr3gp68rtwfwpg0ma73cc2h54gsydezucytcrsyz9ual04pswxewrw -o committee.openings.age"
    )]
    Select {
        /// The file of openings, sealed or not
        file: PathBuf,
        #[command(flatten)]
        open_with: OpenWith,
        /// The field of a statement, as its id, a slash and the name of the field
        #[arg(long = "field", value_name = "ID/FIELD", required = true)]
        fields: Vec<String>,
        /// The file to write; it must not exist
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        seal_to: SealTo,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// Check that openings match what was committed to, and files what they say
    #[command(
        after_help = "Exit status 2: of some nothing was recorded here.\n\nExample:\n  bewijs openings check example/confidential.openings --ledger example/ledger"
    )]
    Check {
        /// The file of openings, sealed or not
        file: PathBuf,
        #[command(flatten)]
        open_with: OpenWith,
        /// The folder of the ledger
        #[arg(
            long,
            value_name = "LEDGER",
            required_unless_present = "statement",
            conflicts_with = "statement"
        )]
        ledger: Option<PathBuf>,
        /// A statement file, instead of a ledger
        #[arg(long, value_name = "FILE")]
        statement: Vec<PathBuf>,
        /// A file that should be the one which an opening describes
        #[arg(long = "file", value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// Remove openings from a file for good: nobody can open those fields then, unless a copy exists elsewhere
    #[command(
        after_help = "Example:\n  bewijs openings select example/confidential.openings --field E-001.1/file --seal-passphrase -o E-001.openings.age\n  bewijs openings destroy E-001.openings.age --all --draft VN-1.json"
    )]
    Destroy {
        /// The file of openings, sealed or not
        file: PathBuf,
        #[command(flatten)]
        open_with: OpenWith,
        /// The field of a statement, as its id, a slash and the name of the field
        #[arg(
            long = "field",
            value_name = "ID/FIELD",
            required_unless_present = "all"
        )]
        fields: Vec<String>,
        /// All of them; the file goes as well
        #[arg(long, conflicts_with = "fields")]
        all: bool,
        /// Write a draft of the statement that records it, to complete and sign as evidence-destroyed
        #[arg(long, value_name = "FILE")]
        draft: Option<PathBuf>,
        /// Do not ask before destroying
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        seal_to: SealTo,
        #[command(flatten)]
        passphrases: Passphrases,
    },
}

#[derive(Args)]
pub struct Oscal {
    /// The folder of the ledger or of an exported copy; all of it is verified first
    pub ledger: PathBuf,
    /// The case
    #[arg(long, value_name = "ID")]
    pub case: String,
    /// Show the confidential fields that these files open; of the others the document has the commitment
    #[arg(long, value_name = "FILE")]
    pub openings: Vec<PathBuf>,
    #[command(flatten)]
    pub open_with: OpenWith,
    /// The file to write; with openings only its owner may read it
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
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
    /// The key of the log: a file, agent:… or pkcs11:…
    #[arg(long, value_name = "KEY")]
    pub log_key: KeyLocation,
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
    /// The kind that is used when none is named.
    #[cfg(feature = "sled")]
    pub const DEFAULT: StoreKind = StoreKind::Sled;
    /// The kind that is used when none is named.
    #[cfg(not(feature = "sled"))]
    pub const DEFAULT: StoreKind = StoreKind::Directory;
}

#[derive(Args)]
pub struct Append {
    /// The folder of the ledger
    pub ledger: PathBuf,
    /// Statement files; - is standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The key of the log: a file, agent:… or pkcs11:…; while two are in force, each of them
    #[arg(long = "log-key", value_name = "KEY", required = true)]
    pub log_keys: Vec<KeyLocation>,
    /// Write the receipts into this folder, as <index>.tlog-proof beside <index>.entry.json
    #[arg(long, value_name = "FOLDER")]
    pub receipts: Option<PathBuf>,
    #[command(flatten)]
    pub seen: Seen,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

#[derive(Subcommand)]
pub enum LogKey {
    /// List the log keys of a ledger, with the entries between which each signs
    #[command(after_help = "Example:\n  bewijs log-key list example/ledger")]
    List {
        /// The folder of the ledger
        ledger: PathBuf,
    },
    /// First step: announce a new log key; from then on both sign every checkpoint
    #[command(
        after_help = "Example:\n  bewijs load example/export rotated\n  bewijs key new -o log2.pem\n  bewijs log-key announce rotated --new log2.pem \\\n    --log-key keys/K-LOG.worthless.pem --key keys/K-REG-1.worthless.pem"
    )]
    Announce {
        /// The folder of the ledger
        ledger: PathBuf,
        /// The new log key: a file, agent:… or pkcs11:…
        #[arg(long, value_name = "KEY")]
        new: KeyLocation,
        #[command(flatten)]
        acting: Acting,
    },
    /// Second step: end the old log key, when everybody has the new one
    #[command(
        after_help = "Example:\n  bewijs load example/export rotated\n  bewijs key new -o log2.pem\n  bewijs log-key announce rotated --new log2.pem \\\n    --log-key keys/K-LOG.worthless.pem --key keys/K-REG-1.worthless.pem\n  bewijs log-key end rotated --reason replaced \\\n    --ended bewijs.example/voorbeeld+ed43eb94+AQfxDtlsYbe3L5wl7NnPs9o9o3/cHzNxW0FiHsSTVXJs \\\n    --log-key log2.pem --key keys/K-REG-1.worthless.pem"
    )]
    End {
        /// The folder of the ledger
        ledger: PathBuf,
        /// The verifier key of the log key that ends, as `log-key list` shows it
        #[arg(long, value_name = "VKEY")]
        ended: String,
        /// Why: replaced, left, lost, compromised or ended
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
}

/// With which keys an operator acts in a ledger at hand.
#[derive(Args)]
pub struct Acting {
    /// The id of the statement
    #[arg(long)]
    pub id: Option<String>,
    /// The key of the operator with which the statement is signed: a file, agent:… or pkcs11:…
    #[arg(long, value_name = "KEY", required = true)]
    pub key: Vec<KeyLocation>,
    /// The key of the log: a file, agent:… or pkcs11:…; while two are in force, each of them
    #[arg(long = "log-key", value_name = "KEY", required = true)]
    pub log_keys: Vec<KeyLocation>,
    #[command(flatten)]
    pub seen: Seen,
    /// Do not ask before signing
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub passphrases: Passphrases,
}

#[derive(Subcommand)]
pub enum Handover {
    /// Write what an `operator` statement has to say: who takes over, and that the new log key is at hand
    #[command(
        after_help = "Example:\n  bewijs key new -o log2.pem\n  bewijs handover draft example/export/checkpoint --operator org:registerbeheer-voorbeeld \\\n    --log-key log2.pem --trust example/trust.toml -o handover.json"
    )]
    Draft {
        /// The newest checkpoint, such as the one of an exported copy
        checkpoint: PathBuf,
        /// The party that takes the ledger over, or the operator itself when it lost the log key
        #[arg(long, value_name = "ID")]
        operator: String,
        /// The new log key: a file, agent:… or pkcs11:…
        #[arg(long, value_name = "KEY")]
        log_key: KeyLocation,
        /// Whom you trust: the log in it must have signed the checkpoint
        #[arg(long, value_name = "FILE")]
        trust: PathBuf,
        /// The file to write, for `sign operator --file`; it must not exist
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// Record the statements that hand a ledger over, with the new log key and without the old one
    #[command(
        after_help = "Example:\n  bewijs key new -o log2.pem\n  bewijs handover draft example/export/checkpoint --operator org:registerbeheer-voorbeeld \\\n    --log-key log2.pem --trust example/trust.toml -o handover.json\n  bewijs sign operator --id BEH-1 --file handover.json --trust example/trust.toml --key keys/K-REG-1.worthless.pem \\\n    --key keys/K-SCR-1.worthless.pem --key keys/K-LAB-1.worthless.pem --key keys/K-TOE-1.worthless.pem \\\n    -o BEH-1.statement.json\n  bewijs load example/export taken\n  bewijs handover record taken BEH-1.statement.json --log-key log2.pem"
    )]
    Record {
        /// The folder of the ledger: a copy that was loaded
        ledger: PathBuf,
        /// Statement files, the last of which hands the ledger over; recorded together or not at all
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The new log key: a file, agent:… or pkcs11:…
        #[arg(long, value_name = "KEY")]
        log_key: KeyLocation,
        #[command(flatten)]
        seen: Seen,
        #[command(flatten)]
        passphrases: Passphrases,
    },
}

#[derive(Args)]
pub struct Withhold {
    /// The folder of the ledger
    pub ledger: PathBuf,
    /// The position of the entry, from 0
    pub index: u64,
    /// The legal ground and who decided, in English
    #[arg(long, value_name = "TEXT")]
    pub en: String,
    /// The legal ground and who decided, in Dutch
    #[arg(long, value_name = "TEXT")]
    pub nl: String,
    #[command(flatten)]
    pub acting: Acting,
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
    #[command(after_help = "Example:\n  bewijs witness request example/ledger -o request")]
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
    #[command(
        after_help = "Example:\n  bewijs witness request example/ledger -o request\n  bewijs witness once request --memory memory \\\n    --log bewijs.example/voorbeeld+ed43eb94+AQfxDtlsYbe3L5wl7NnPs9o9o3/cHzNxW0FiHsSTVXJs \\\n    --name deelneemsters.example/getuige --key keys/K-WIT-1.worthless.pem -o cosignature"
    )]
    Once {
        /// The request; - is standard input
        request: PathBuf,
        /// The folder in which the witness keeps what it cosigned; made at the first use
        #[arg(long, value_name = "FOLDER")]
        memory: PathBuf,
        /// The verifier key of the log; while one takes the place of another, each of them
        #[arg(long, value_name = "VKEY", required = true)]
        log: Vec<String>,
        /// The name of the witness
        #[arg(long)]
        name: String,
        /// The key of the witness, used for nothing else: a file, agent:… or pkcs11:…
        #[arg(long, value_name = "KEY")]
        key: KeyLocation,
        /// The file to write; by default standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        passphrases: Passphrases,
    },
    /// Witness: show the checkpoint cosigned last, for an operator who puts a backup back
    #[command(
        after_help = "Example:\n  bewijs witness request example/ledger -o request\n  bewijs witness once request --memory memory \\\n    --log bewijs.example/voorbeeld+ed43eb94+AQfxDtlsYbe3L5wl7NnPs9o9o3/cHzNxW0FiHsSTVXJs \\\n    --name deelneemsters.example/getuige --key keys/K-WIT-1.worthless.pem -o cosignature\n  bewijs witness newest --memory memory \\\n    --log bewijs.example/voorbeeld+ed43eb94+AQfxDtlsYbe3L5wl7NnPs9o9o3/cHzNxW0FiHsSTVXJs -o seen"
    )]
    Newest {
        /// The folder in which the witness keeps what it cosigned
        #[arg(long, value_name = "FOLDER")]
        memory: PathBuf,
        /// The verifier key of the log; after another took its place, each of them
        #[arg(long, value_name = "VKEY", required = true)]
        log: Vec<String>,
        /// The file to write; by default standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Operator: attach a witness's cosignature to the newest checkpoint
    #[command(
        after_help = "Example:\n  bewijs witness request example/ledger -o request\n  bewijs witness once request --memory memory \\\n    --log bewijs.example/voorbeeld+ed43eb94+AQfxDtlsYbe3L5wl7NnPs9o9o3/cHzNxW0FiHsSTVXJs \\\n    --name deelneemsters.example/getuige --key keys/K-WIT-1.worthless.pem -o cosignature\n  bewijs witness attach example/ledger cosignature \\\n    --witness deelneemsters.example/getuige+66430357+BA+mCXN/RLcikweViu7u7TEKPlbb+I/CGvN2sUSTLZhk \\\n    --log-key keys/K-LOG.worthless.pem"
    )]
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
        /// The key of the log: a file, agent:… or pkcs11:…; while two are in force, each of them
        #[arg(long = "log-key", value_name = "KEY", required = true)]
        log_keys: Vec<KeyLocation>,
        #[command(flatten)]
        seen: Seen,
        #[command(flatten)]
        passphrases: Passphrases,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes through every command that does something, with its words.
    fn commands(command: &clap::Command, words: &str, see: &mut impl FnMut(&str, &clap::Command)) {
        see(words, command);
        for sub in command.get_subcommands() {
            commands(sub, &format!("{words} {}", sub.get_name()), see);
        }
    }

    /// Returns the commands of an example, each as its words.
    fn example(help: &str) -> Vec<Vec<String>> {
        let help = help.replace("\\\n", " ");
        let (_, example) = help.split_once("Example:\n").expect("an example");
        let lines = example.lines().flat_map(|line| line.split(" && "));
        let lines = lines.map(|line| line.split(" > ").next().unwrap_or_default());
        lines.map(words).collect()
    }

    /// Splits a line into words; what stands between double quotes is one.
    fn words(line: &str) -> Vec<String> {
        let parts = line.split('"').enumerate();
        let parts = parts.flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        });
        parts.collect()
    }

    #[test]
    fn the_option_outranks_the_environment() {
        let language = |words: &[&str], environment: Option<&str>| {
            let words = ["bewijs", "status", "ledger"].iter().chain(words);
            let arguments = Arguments::try_parse_from(words).unwrap();
            arguments.language(environment.map(OsStr::new))
        };
        assert_eq!(language(&[], None).unwrap(), Language::English);
        assert_eq!(language(&[], Some("nl")).unwrap(), Language::Dutch);
        let said = language(&["--lang", "nl"], Some("en"));
        assert_eq!(said.unwrap(), Language::Dutch);
        let failure = language(&[], Some("fr")).unwrap_err();
        assert_eq!(
            failure.message(),
            r#"BEWIJS_LANG: expected en or nl, found "fr""#
        );
    }

    #[test]
    fn the_declarations_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_command_ends_its_help_with_an_example_that_is_one() {
        commands(&Arguments::command(), "bewijs", &mut |words, command| {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            for words in &example(&help) {
                let parsed = Arguments::try_parse_from(words);
                assert!(parsed.is_ok(), "{words:?}: {}", parsed.err().unwrap());
            }
            let last = example(&help).pop().expect("a command").join(" ");
            assert!(
                words == "bewijs" || last.starts_with(words),
                "{words}: {last}"
            );
        });
    }

    #[test]
    fn no_terminal_breaks_an_example() {
        commands(&command(), "bewijs", &mut |words, command| {
            let mut narrow = command.clone().max_term_width(1000).term_width(40);
            let help = narrow.render_long_help().to_string();
            let after = command.get_after_help().map(ToString::to_string);
            let after = after.unwrap_or_default();
            assert!(help.ends_with(&format!("{after}\n")), "{words}\n{help}");
        });
    }

    #[test]
    fn the_overview_lists_every_command() {
        for command in Arguments::command().get_subcommands() {
            let line = format!("\n  {:13} ", command.get_name());
            assert!(HELP.contains(&line), "{}", command.get_name());
        }
    }
}

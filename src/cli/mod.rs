//! The command line: parses arguments, calls one function of the library, prints.
//!
//! stdout carries the answer, stderr everything else. `--json` gives every answer to programs.
//! The exit status is 0 for yes, 1 for no, 2 for *cannot be determined* and 3 for *could not run*.
//! Every word that people read in an answer stands in the module `words`, Dutch and English side by side.
//! `docs/cli.md` is the reference, made from the same declarations as the help.

mod answer;
mod args;
mod copies;
mod demo;
mod drafts;
mod files;
mod import;
mod interview;
mod keys;
mod ledger_commands;
mod manual;
mod openings;
mod operator_commands;
mod oscal;
mod passphrase;
mod reading;
mod sealing;
mod sign;
mod status;
mod verify_command;
mod witness_commands;
mod words;

use std::process::ExitCode;

use answer::{Answer, Failure};
use args::{Arguments, Command};

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        // Help and version are answers; a misspelt command could not run.
        Err(error) if !error.use_stderr() => {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => return misspelt(&error),
    };
    let json = arguments.json;
    match run(arguments) {
        Ok(answer) => answer.print(json),
        Err(failure) => failure.print(json),
    }
}

/// Says what is wrong with the arguments, as the library for arguments puts it.
fn misspelt(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let text = text.trim_end();
    let failure = Failure::not_run(text.strip_prefix("error: ").unwrap_or(text));
    // The arguments were not understood, so whether a program asked is looked up here.
    if std::env::args_os().any(|argument| argument == "--json") {
        return failure.print(true);
    }
    let _ = error.print();
    ExitCode::from(failure.exit() as u8)
}

fn run(arguments: Arguments) -> Result<Answer, Failure> {
    let language = arguments.language(std::env::var_os("BEWIJS_LANG").as_deref())?;
    match arguments.command {
        Command::Demo(it) => demo::demo(it, language),
        Command::Log(it) => reading::log(it, language),
        Command::Show(it) => reading::show(it, language),
        Command::Status(it) => status::status(it, language),
        Command::Verify(it) => verify_command::verify(it, language),
        Command::Receipt(it) => ledger_commands::receipt(it, language),
        Command::Key(it) => keys::key(it, language),
        Command::Import(it) => import::import(it, language),
        Command::Template(it) => drafts::template(it, language),
        Command::Sign(it) => sign::sign(it, language),
        Command::Cosign(it) => sign::cosign(it, language),
        Command::Openings(it) => openings::openings(it, language),
        Command::Oscal(it) => oscal::oscal(it, language),
        Command::Init(it) => ledger_commands::init(it, language),
        Command::Append(it) => ledger_commands::append(it, language),
        Command::LogKey(it) => operator_commands::log_key(it, language),
        Command::Handover(it) => operator_commands::handover(it, language),
        Command::Withhold(it) => operator_commands::withhold(it, language),
        Command::Export(it) => copies::export(it, language),
        Command::Load(it) => copies::load(it, language),
        Command::Witness(it) => witness_commands::witness(it, language),
        Command::Completions { shell } => Ok(manual::completions(shell)),
        Command::Man { folder } => manual::pages(&folder, language),
    }
}

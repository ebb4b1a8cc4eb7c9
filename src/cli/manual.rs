//! Completion scripts and manual pages, from the same declarations as the help.

use std::path::Path;

use clap::CommandFactory as _;

use super::answer::{About as _, Answer, Failure};
use super::args::Arguments;
use super::words;
use crate::statement::Language;

/// Prints a completion script.
pub fn completions(shell: clap_complete::Shell) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "bewijs", &mut script);
    Answer::text(String::from_utf8_lossy(&script))
}

/// Writes a manual page for each command into a folder.
pub fn pages(folder: &Path, language: Language) -> Result<Answer, Failure> {
    std::fs::create_dir_all(folder).about(folder.display())?;
    clap_mangen::generate_to(Arguments::command(), folder).about(folder.display())?;
    Ok(Answer::text(words::pages_written(
        language,
        folder.display(),
    )))
}

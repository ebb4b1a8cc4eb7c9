//! Completion scripts and manual pages, from the same declarations as the help.

use std::path::Path;

use super::answer::{About as _, Answer, Failure};
use super::args;
use super::words;
use crate::statement::Language;

/// Prints a completion script.
pub fn completions(shell: clap_complete::Shell) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "bewijs", &mut script);
    Answer::text(String::from_utf8_lossy(&script))
}

/// Writes a manual page for each command into a folder.
pub fn pages(folder: &Path, language: Language) -> Result<Answer, Failure> {
    std::fs::create_dir_all(folder).about(folder.display())?;
    clap_mangen::generate_to(args::command(), folder).about(folder.display())?;
    Ok(Answer::text(words::pages_written(
        language,
        folder.display(),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "docs/cli.md";
    const BEGIN: &str = "<!-- help: made from the program -->\n";
    const END: &str = "<!-- help: end -->";

    /// The help of a command and of those below it, each under its words.
    fn reference(command: &mut clap::Command, words: &str, text: &mut String) {
        // Lines end where the declarations end them, whatever terminal the test runs in.
        let mut help = command.clone().bin_name(words).term_width(100);
        let help = help.render_help().to_string();
        let lines = help
            .lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n");
        *text += &format!("### `{words}`\n\n```text\n{}\n```\n\n", lines.trim_end());
        for sub in command
            .get_subcommands_mut()
            .filter(|sub| sub.get_name() != "help")
        {
            let words = format!("{words} {}", sub.get_name());
            reference(sub, &words, text);
        }
    }

    #[test]
    fn the_reference_is_what_the_help_says() {
        let mut command = args::command();
        command.build();
        let mut made = String::new();
        reference(&mut command, "bewijs", &mut made);
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
        let text = std::fs::read_to_string(&page).unwrap();
        let (before, rest) = text.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        let expected = format!("{before}{BEGIN}\n{made}{END}{after}");
        if text != expected && std::env::var_os("BEWIJS_BLESS").is_some() {
            std::fs::write(&page, &expected).unwrap();
        } else {
            assert!(
                text == expected,
                "{PAGE} is not up to date: BEWIJS_BLESS=1 cargo test --lib cli::manual"
            );
        }
    }

    #[test]
    fn there_is_a_completion_script_for_each_shell() {
        use clap::ValueEnum as _;
        for shell in clap_complete::Shell::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut args::command(), "bewijs", &mut script);
            let script = String::from_utf8(script).unwrap();
            assert!(script.contains("passphrase-fd"), "{shell}");
        }
    }

    #[test]
    fn there_is_a_manual_page_for_each_command() {
        let folder = tempfile::tempdir().unwrap();
        pages(folder.path(), Language::English).unwrap();
        for name in ["bewijs.1", "bewijs-verify.1", "bewijs-witness-once.1"] {
            assert!(folder.path().join(name).exists(), "{name}");
        }
    }
}

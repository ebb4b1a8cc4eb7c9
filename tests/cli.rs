//! The program from outside: transcripts of what it says, and one walk through the main job.

#[cfg(unix)]
#[path = "cli/agent.rs"]
mod agent;
#[path = "cli/bench.rs"]
mod bench;
#[path = "cli/by_hand.rs"]
mod by_hand;
#[path = "cli/demo.rs"]
mod demo;
#[path = "cli/fixture.rs"]
mod fixture;
#[cfg(unix)]
#[path = "cli/form.rs"]
mod form;
#[path = "cli/life.rs"]
mod life;
#[path = "cli/openings.rs"]
mod openings;
#[cfg(unix)]
#[path = "support/ssh.rs"]
mod ssh;
mod support;
#[path = "support/terminal.rs"]
mod terminal;
#[path = "cli/token.rs"]
mod token;
#[path = "cli/walk.rs"]
mod walk;
#[path = "cli/write.rs"]
mod write;

/// Each file `tests/cli/*.trycmd` is a transcript: commands, what they say, how they end.
///
/// Those beside a folder `.in` run in a copy of it.
#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .env("BEWIJS_TEST_PASSPHRASE", bench::PASSPHRASE)
        // What a developer or a build machine has set must not change what the program says.
        .env("BEWIJS_LANG", "en")
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .env("BEWIJS_DANGER_PLAIN_OPENINGS", "true")
        .case("tests/cli/*.trycmd");
}

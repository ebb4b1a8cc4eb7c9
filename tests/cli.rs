//! The program from outside: transcripts of what it says, and one walk through the main job.

#[path = "cli/bench.rs"]
mod bench;
#[path = "cli/walk.rs"]
mod walk;

/// Each file in `tests/cli` is one transcript: arguments, stdout, stderr, status.
#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .env("BEWIJS_LANG", "en")
        .env("COLUMNS", "100")
        .case("tests/cli/*.trycmd");
}

//! A terminal for a program that asks: `script` of util-linux lends it one.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs a shell command on a terminal of its own, on which `typed` is typed; returns what it showed there.
///
/// `prepared` sets folder and environment.
pub fn on_terminal(
    command: &str,
    typed: &str,
    prepared: impl FnOnce(&mut Command) -> &mut Command,
) -> String {
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", command, "/dev/null"]);
    let child = prepared(&mut script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(typed.as_bytes()).unwrap();
    // The end of what is typed would be the end of the terminal: it comes when all is said.
    let output = child.wait_with_output().unwrap();
    drop(input);
    String::from_utf8_lossy(&output.stdout).replace('\r', "")
}

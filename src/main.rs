//! The program `bewijs`; everything is in [`bewijs::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    bewijs::cli::main()
}

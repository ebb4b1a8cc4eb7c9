//! The form, at a terminal: the real program on a pseudo-terminal.

use std::process::Stdio;

use rexpect::session::{PtySession, spawn_command};

use super::bench::{Bench, CASE, P};

/// How long the program may be silent, in milliseconds: only a program that hangs takes as long.
const PATIENCE: Option<u64> = Some(120_000);

/// Runs the program on a pseudo-terminal; `None` where there is none.
fn at_a_terminal(bench: &Bench, arguments: &str) -> Option<PtySession> {
    let mut command = bench.command(arguments);
    // What stands there by then is the terminal.
    command.stdin(Stdio::inherit());
    let terminal = spawn_command(command, PATIENCE);
    terminal
        .inspect_err(|error| println!("skipped: no pseudo-terminal: {error}"))
        .ok()
}

/// Waits for a question, of which ASCII is told apart, and answers it.
fn answer(terminal: &mut PtySession, question: &str, answer: &str) {
    terminal
        .exp_string(question)
        .and_then(|_| terminal.exp_string("> "))
        .and_then(|_| terminal.send_line(answer))
        .unwrap_or_else(|error| panic!("{question}: {error}"));
}

#[test]
fn a_person_at_a_terminal_is_led_through_a_statement() {
    let bench = Bench::founded("directory");
    bench.open_case();
    let sign = format!(
        "sign remediation --key lab1.pem --ledger ledger --lang nl -o M-001.statement.json {P}"
    );
    let Some(mut terminal) = at_a_terminal(&bench, &sign) else {
        return;
    };
    let terminal = &mut terminal;
    // The case, by its number in the list; an id that another type has is asked again.
    answer(terminal, "Zaak", "1");
    answer(terminal, "Kenmerk", "B-002");
    answer(terminal, "verwacht een kenmerk zoals M-", "M-001");
    // The finding, chosen from the ledger.
    answer(terminal, "  1  B-001", "1");
    answer(terminal, "Hersteld op", "1 februari");
    answer(terminal, "verwacht een dag, zoals 2024-02-05", "2024-02-01");
    answer(terminal, "Uitgevoerd door", "org:lab-voorbeeld");
    answer(terminal, "Ontworpen door", "");
    answer(terminal, "Beheerd door", "");
    answer(terminal, "Bewijsstukken  1", "");
    // Two lines, of which one names a server: it stays in the house.
    answer(
        terminal,
        "Beschrijving  (blijft in huis",
        "Tweede factor aangezet",
    );
    terminal.send_line("op srv-lims-01.").unwrap();
    terminal.send_line(".").unwrap();
    // One question back, and forth again with what was answered.
    answer(terminal, "Wijzigingsnummer", "<");
    answer(
        terminal,
        "(u antwoordde: Tweede factor aangezet op srv-lims-01.; = houdt dat zo)",
        "=",
    );
    answer(terminal, "Wijzigingsnummer", "CHG-12");

    let shown = terminal.exp_string("Dit ondertekenen? [j/N]").unwrap();
    let parts = [
        "Dit wordt openbaar, voor iedereen en voorgoed:",
        "Bevinding: B-001 (SHA-256 ",
        "org:lab-voorbeeld#1",
        "Hiervan wordt alleen een vingerafdruk openbaar",
        "Tweede factor aangezet",
        "Dit blijft vertrouwelijk:",
        "M-001.statement.json.openings",
        "Dit gaat het huis uit, en niets anders:",
        "Gezien in wat in huis blijft; daarvoor wordt niets geweigerd:",
        "srv-lims-01 lijkt op een naam van een machine",
    ];
    let mut from = 0;
    for part in parts {
        let at = shown[from..].find(part);
        from += at.unwrap_or_else(|| panic!("{part} is not shown, or not in its place:\n{shown}"));
    }
    assert!(!bench.path("M-001.statement.json").exists());
    terminal.send_line("j").unwrap();
    let said = terminal.exp_eof().unwrap();
    assert!(
        said.contains("Herstel gemeld M-001 is ondertekend in M-001.statement.json"),
        "{said}"
    );

    bench.append("M-001.statement.json");
    let of_case = bench.yes(&format!("log ledger --case {CASE}")).out;
    assert!(of_case.contains("M-001"), "{of_case}");
}

#[test]
fn whoever_stops_at_a_terminal_leaves_nothing_behind() {
    let bench = Bench::founded("directory");
    let before = super::bench::names(&bench.path(""));
    let sign = format!("sign service --key scr1.pem --ledger ledger -o DN-1.statement.json {P}");
    let Some(mut terminal) = at_a_terminal(&bench, &sign) else {
        return;
    };
    answer(&mut terminal, "Reference", "DN-1");
    terminal.exp_string("1/5  Description, in English").unwrap();
    terminal.send_control('d').unwrap();
    let said = terminal.exp_eof().unwrap();
    assert!(
        said.contains("not signed, and nothing was written"),
        "{said}"
    );
    assert_eq!(super::bench::names(&bench.path("")), before);
}

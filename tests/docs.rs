//! Holds the documentation together: no link leads nowhere, and no decision is forgotten.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bewijs::state::roles::TABLE;
use bewijs::statement::register::Role;
use bewijs::verify::Rule;

#[test]
fn no_link_leads_nowhere() {
    let pages = pages();
    assert!(pages.len() > 5, "expected pages, found {}", pages.len());
    let mut broken = Vec::new();
    for page in &pages {
        let text = std::fs::read_to_string(page).expect("a page");
        let folder = page.parent().expect("a folder");
        for (line, link) in links(&text) {
            let path = link.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains(':') && !folder.join(path).exists() {
                broken.push(format!("{}:{line}: {link}", page.display()));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "links to what is not there:\n{}",
        broken.join("\n")
    );
}

/// What stands between `<!-- made: … -->` and `<!-- end -->` is made from the pages and the code.
#[test]
fn tables_are_what_they_are_made_from() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page");
        let renewed = with_tables(&text, page.parent().expect("a folder"));
        if renewed == text {
            continue;
        }
        if std::env::var_os("BEWIJS_BLESS").is_some() {
            std::fs::write(&page, renewed).expect("a page that can be written");
            continue;
        }
        let missing: Vec<&str> = renewed
            .lines()
            .filter(|line| !text.contains(line))
            .collect();
        panic!(
            "{}: a table is not up to date; BEWIJS_BLESS=1 cargo test --test docs\nmissing: {missing:#?}",
            page.display()
        );
    }
}

#[test]
fn a_table_is_made_anew() {
    let text = "a\n<!-- made: list decisions -->\nwhat was there\n<!-- end -->\nb";
    let made = with_tables(text, &root().join("docs"));
    assert!(
        made.contains("| [one-crate](decisions/one-crate.md) | One crate"),
        "{made}"
    );
    assert!(
        made.starts_with("a\n") && made.ends_with("\nb") && !made.contains("what was there"),
        "{made}"
    );
}

#[test]
fn links_are_found() {
    let text = "a [b](c.md) and\n`[d](no.md)` [e](f.md#g)\n```\n[h](no.md)\n```\n[i](j/)";
    let found: Vec<_> = links(text).collect();
    assert_eq!(found, [(1, "c.md"), (2, "f.md#g"), (6, "j/")]);
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Replaces what stands between `<!-- made: WHAT -->` and `<!-- end -->`.
fn with_tables(text: &str, folder: &Path) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!-- made: ") {
        let (what, after) = after.split_once(" -->\n").expect("the end of the mark");
        let (_, after) = after.split_once("<!-- end -->").expect("<!-- end -->");
        let table = match what.split_once(' ') {
            Some(("list", name)) => list(folder, name),
            Some(("file", name)) => std::fs::read_to_string(folder.join(name)).expect(name),
            None if what == "roles" => roles(),
            None if what == "defects" => defects(),
            _ => {
                panic!("expected `list FOLDER`, `file FILE`, `roles` or `defects`, found {what:?}")
            }
        };
        made += &format!("{before}<!-- made: {what} -->\n{table}<!-- end -->");
        rest = after;
    }
    made + rest
}

/// The pages of a folder with their first lines.
fn list(folder: &Path, name: &str) -> String {
    let pages: BTreeSet<PathBuf> = std::fs::read_dir(folder.join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension().is_some_and(|end| end == "md") && !path.ends_with("README.md")
        })
        .collect();
    let rows = pages.iter().map(|path| {
        let page = std::fs::read_to_string(path).expect("a page");
        let title = page
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("# ");
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        format!("| [{stem}]({}) | {title} |\n", folder_link(name, &stem))
    });
    "| Page | |\n|---|---|\n".to_owned() + &rows.collect::<String>()
}

/// The rules of a log by their codes.
fn defects() -> String {
    let row = |rule: &Rule| format!("| `{}` | {} |\n", rule.code(), rule.demand());
    let rows: String = Rule::ALL.iter().map(row).collect();
    "| Code | What it demands |\n|---|---|\n".to_owned() + &rows
}

/// Who may sign what, from the table that is replayed.
fn roles() -> String {
    let words = |roles: &[Role], between: &str| -> String {
        let all: Vec<String> = roles
            .iter()
            .map(|role| format!("`{}`", role.code()))
            .collect();
        all.join(between)
    };
    let rows = TABLE.iter().map(|rule| {
        let needs: Vec<String> = rule
            .needs
            .iter()
            .map(|need| format!("{} of {}", need.persons, words(need.roles, ", ")))
            .collect();
        format!(
            "| `{}` | {} | {} |\n",
            rule.kind,
            needs.join("; "),
            words(rule.may, ", ")
        )
    });
    "| Type | Needs | May sign as well |\n|---|---|---|\n".to_owned() + &rows.collect::<String>()
}

fn folder_link(folder: &str, stem: &str) -> String {
    match folder {
        "." => format!("{stem}.md"),
        folder => format!("{folder}/{stem}.md"),
    }
}

/// Every Markdown page of the repository, except for what a build or another project left here.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                if !["target", "node_modules", ".git"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if name.ends_with(".md") && !name.contains("LICENSE") {
                pages.push(path);
            }
        }
    }
    pages
}

/// The targets of `[text](target)` with their lines, outside code.
fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut code = false;
    let lines = text.lines().zip(1..).filter(move |(line, _)| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    });
    lines.flat_map(|(line, number)| {
        // What stands between backticks is every second part.
        line.split('`').step_by(2).flat_map(move |part| {
            part.split("](").skip(1).filter_map(move |rest| {
                let (target, _) = rest.split_once(')')?;
                Some((number, target))
            })
        })
    })
}

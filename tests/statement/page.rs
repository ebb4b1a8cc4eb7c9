//! The pages in `docs/statements`, made from the declarations.

use std::fmt::Write as _;

use bewijs::json::Value;
use bewijs::statement::Type;
use bewijs::statement::predicate::{BasisRule, Filing};
use bewijs::statement::schema::{FieldInfo, Phrase, Shape, Word};

use crate::example::Example;

/// Returns the page of one type.
pub fn page(kind: Type, example: &Example) -> String {
    let info = kind.info();
    let mut page = format!(
        "# {} ({})\n\n{}\n{}\n\n",
        info.label.en, info.label.nl, info.purpose.en, info.purpose.nl
    );
    let filing = match info.filing {
        Filing::Charter => "`charter`; the head has no `case`",
        Filing::Case => "`case/<case>`; the head has a `case`",
        Filing::Either => "`charter` or `case/<case>`",
    };
    let basis = match info.basis {
        BasisRule::Optional => "may be absent",
        BasisRule::Demanded => "must be there",
        BasisRule::WithNote => "must be there, with the cosigned checkpoint in `note`",
    };
    let pins = pins(info.fields);
    let pins = match pins.is_empty() {
        true => "nothing".to_owned(),
        false => pins.join(", "),
    };
    let table = [
        ("predicate type", format!("`{}`", kind.predicate_type())),
        ("id", format!("`{}`", kind.id_form())),
        ("thread", filing.to_owned()),
        ("basis", basis.to_owned()),
        ("pins", pins),
    ];
    page.push_str("| | |\n|---|---|\n");
    for (name, text) in table {
        writeln!(page, "| {name} | {text} |").unwrap();
    }
    page.push_str(
        "\nThe head is that of every statement: [statement.md](../formats/statement.md).\n",
    );
    page.push_str("Unknown members are refused, and so are missing ones.\n\n## Fields\n\n");
    let mut tables = Vec::new();
    fields(&mut page, info.fields, &mut tables);
    let mut at = 0;
    while at < tables.len() {
        match tables[at] {
            Table::Record(name, fields_of) => {
                writeln!(page, "\n### {name}\n").unwrap();
                fields(&mut page, fields_of, &mut tables);
            }
            Table::Words(label, words) => {
                writeln!(
                    page,
                    "\n### Words of {}\n\n| Word | English | Nederlands |",
                    label.en
                )
                .unwrap();
                page.push_str("|---|---|---|\n");
                for word in words {
                    writeln!(
                        page,
                        "| `{}` | {} | {} |",
                        word.code, word.label.en, word.label.nl
                    )
                    .unwrap();
                }
            }
        }
        at += 1;
    }
    page.push_str("\n## Example\n\nThe payload, with line breaks that the signed bytes do not have:\n\n```json\n");
    let payload = example.statement.to_payload();
    print(&mut page, &Value::parse_canonical(&payload).unwrap(), 0);
    page.push_str("\n```\n");
    if !example.openings.is_empty() {
        page.push_str(
            "\nThe openings, which stay with the signer; one disclosure a line:\n\n```json\n",
        );
        for opening in example.openings.iter() {
            page.push_str(std::str::from_utf8(&opening.disclosure()).unwrap());
            page.push('\n');
        }
        page.push_str("```\n");
    }
    page
}

/// Returns the list of all types.
pub fn index() -> String {
    let mut page = "# Statements\n\nEverything that parties sign, one page a type, made from the code by `BEWIJS_BLESS=1 cargo test --test statement`.\n\
        What every statement begins with is in [statement.md](../formats/statement.md), how fields are kept confidential in [confidential.md](../formats/confidential.md).\n".to_owned();
    let mut family = None;
    for kind in Type::ALL {
        let info = kind.info();
        if family != Some(info.family) {
            family = Some(info.family);
            let label = info.family.label();
            writeln!(
                page,
                "\n## {} ({})\n\n| Type | Id | What |\n|---|---|---|",
                label.en, label.nl
            )
            .unwrap();
        }
        writeln!(
            page,
            "| [{0}]({0}.md) | `{1}` | {2} |",
            info.name,
            kind.id_form(),
            info.purpose.en
        )
        .unwrap();
    }
    page
}

#[derive(Clone, Copy)]
enum Table {
    Record(&'static str, &'static [FieldInfo]),
    Words(Phrase, &'static [Word]),
}

fn fields(page: &mut String, list: &'static [FieldInfo], tables: &mut Vec<Table>) {
    page.push_str("| Member | Label | What | Value |\n|---|---|---|---|\n");
    for field in list {
        let mut shape = format!("{}", Cell(&field.shape));
        match field.shape {
            Shape::Optional { .. } => shape.push_str("; may be absent"),
            Shape::Committed { of } => shape = format!("**confidential**: {}, or null", Cell(of)),
            _ => {}
        }
        writeln!(
            page,
            "| `{}` | {} / {} | {}<br>{} | {shape} |",
            field.name, field.label.en, field.label.nl, field.help.en, field.help.nl
        )
        .unwrap();
        collect(field, &field.shape, tables);
    }
}

fn collect(field: &'static FieldInfo, shape: &'static Shape, tables: &mut Vec<Table>) {
    let known = |name: &str| {
        tables.iter().any(|table| match table {
            Table::Record(other, _) => *other == name,
            Table::Words(label, _) => label.en == name,
        })
    };
    match shape {
        Shape::Optional { of } | Shape::List { of, .. } | Shape::Committed { of } => {
            collect(field, of, tables)
        }
        Shape::Record { fields } if !known(field.label.en) => {
            tables.push(Table::Record(field.label.en, fields))
        }
        Shape::Word { words } if !known(field.label.en) => {
            tables.push(Table::Words(field.label, words))
        }
        _ => {}
    }
}

/// A shape in a cell of a table.
struct Cell<'s>(&'s Shape);

impl std::fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Shape::Optional { of } => Cell(of).fmt(f),
            Shape::Word { .. } => f.write_str("a word of the list below"),
            Shape::Record { .. } => f.write_str("an object, below"),
            Shape::Localised { of } => write!(f, "`en` and `nl`, each {}", Cell(of)),
            Shape::List { of, min, max } if min == max => {
                write!(f, "a list of {min}: {}", Cell(of))
            }
            Shape::List { of, min, max } => write!(f, "a list of {min} to {max}: {}", Cell(of)),
            Shape::Form { what, pattern, .. } => {
                write!(f, "{}, `{}`", what.en, pattern.replace('|', "\\|"))
            }
            other => write!(f, "{other}"),
        }
    }
}

/// Names the fields that refer to earlier statements, with what they refer to.
fn pins(fields: &[FieldInfo]) -> Vec<String> {
    let mut found = Vec::new();
    for field in fields {
        let mut shape = &field.shape;
        while let Shape::Optional { of } | Shape::List { of, .. } = shape {
            shape = of;
        }
        match shape {
            Shape::Pin { to: [] } => found.push(format!("`{}` (any type)", field.name)),
            Shape::Pin { to } => {
                let types: Vec<String> = to
                    .iter()
                    .map(|kind| format!("[{kind}]({kind}.md)"))
                    .collect();
                found.push(format!("`{}` ({})", field.name, types.join(" or ")));
            }
            Shape::Record { fields } => found.extend(pins(fields)),
            _ => {}
        }
    }
    found
}

/// Prints JSON with line breaks; short arrays and objects stay on one line.
fn print(page: &mut String, value: &Value, depth: usize) {
    let flat = String::from_utf8(value.to_canonical()).unwrap();
    let indent = "  ".repeat(depth + 1);
    match value {
        Value::Object(object) if flat.len() > 80 => {
            page.push('{');
            for (at, (name, value)) in object.iter().enumerate() {
                let comma = if at > 0 { "," } else { "" };
                write!(page, "{comma}\n{indent}\"{name}\": ").unwrap();
                print(page, value, depth + 1);
            }
            write!(page, "\n{}}}", "  ".repeat(depth)).unwrap();
        }
        Value::Array(items) if flat.len() > 80 => {
            page.push('[');
            for (at, item) in items.iter().enumerate() {
                let comma = if at > 0 { "," } else { "" };
                write!(page, "{comma}\n{indent}").unwrap();
                print(page, item, depth + 1);
            }
            write!(page, "\n{}]", "  ".repeat(depth)).unwrap();
        }
        _ => page.push_str(&flat),
    }
}

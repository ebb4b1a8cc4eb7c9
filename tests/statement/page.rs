//! The pages in `docs/statements`, made from the declarations.

use std::fmt::Write as _;

use bewijs::json::Value;
use bewijs::state::roles::{ANYONE, NOT_THE_OPERATOR, signing_rule};
use bewijs::statement::Type;
use bewijs::statement::head::Head;
use bewijs::statement::predicate::{BasisRule, Filing};
use bewijs::statement::register::Role;
use bewijs::statement::schema::{FieldInfo, Phrase, Shape, Word};

use crate::example::Example;

/// Returns the page of one type.
pub fn page(kind: Type, example: &Example) -> String {
    let info = kind.info();
    let mut page = format!(
        "# {} ({})\n\n{}\n{}\n\n",
        info.label.en, info.label.nl, info.purpose.en, info.purpose.nl
    );
    let notes = info.notes.iter().map(|line| line.trim());
    let notes = notes.collect::<Vec<_>>().join(" ");
    if !notes.is_empty() {
        // One sentence a line.
        writeln!(page, "{}\n", notes.replace(". ", ".\n")).unwrap();
    }
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
    let pins = pins(info.fields, "");
    let pins = match pins.is_empty() {
        true => "nothing".to_owned(),
        false => pins.join(", "),
    };
    let table = [
        ("predicate type", format!("`{}`", kind.predicate_type())),
        ("id", format!("`{}`", kind.id_form())),
        ("thread", filing.to_owned()),
        ("signed by", signed_by(kind)),
        ("basis", basis.to_owned()),
        ("pins", pins),
    ];
    page.push_str("| | |\n|---|---|\n");
    for (name, text) in table {
        writeln!(page, "| {name} | {text} |").unwrap();
    }
    page.push_str("\nThe head is that of every statement: [README.md](README.md#what-every-statement-begins-with).\n");
    writeln!(
        page,
        "Unknown members are refused, and so are missing ones.\nFor programs: [JSON Schema of the payload](../schemas/{kind}.json), [of what a person writes](../schemas/drafts/{kind}.json).\n\n## Fields\n"
    )
    .unwrap();
    all_fields(&mut page, info.fields, 3);
    by_hand(&mut page, kind, example);
    page.push_str("\n## What is signed\n\nThe payload, with line breaks that the signed bytes do not have:\n\n```json\n");
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
    let mut page = INTRODUCTION.to_owned();
    all_fields(&mut page, Head::FIELDS, 3);
    page.push_str(TYPES);
    let mut family = None;
    for kind in Type::ALL {
        let info = kind.info();
        if family != Some(info.family) {
            family = Some(info.family);
            let label = info.family.label();
            writeln!(
                page,
                "\n### {} ({})\n\n| Type | Id | Signed by | What |\n|---|---|---|---|",
                label.en, label.nl
            )
            .unwrap();
        }
        writeln!(
            page,
            "| [{0}]({0}.md) | `{1}` | {2} | {3}<br>{4} |",
            info.name,
            kind.id_form(),
            signed_by(*kind),
            info.purpose.en,
            info.purpose.nl
        )
        .unwrap();
    }
    page
}

/// The fields of a record, and below them those of the records and the words in it.
fn all_fields(page: &mut String, list: &'static [FieldInfo], level: usize) {
    let mut tables = Vec::new();
    fields(page, list, &mut tables);
    let mut at = 0;
    let level = "#".repeat(level);
    while at < tables.len() {
        match tables[at] {
            Table::Record(name, fields_of) => {
                writeln!(page, "\n{level} {name}\n").unwrap();
                fields(page, fields_of, &mut tables);
            }
            Table::Words(label, words) => {
                writeln!(
                    page,
                    "\n{level} Words of {}\n\n| Word | English | Nederlands |",
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
}

/// What a person writes, and what to do with it.
fn by_hand(page: &mut String, kind: Type, example: &Example) {
    page.push_str(
        "\n## Write one by hand\n\nSave what it says as `body.json`, confidential fields in plain; `null` where there is nothing to say:\n\n```json\n",
    );
    let openings = &example.openings;
    let id = example.statement.id();
    let body = example.statement.predicate().print();
    let fields = kind.info().fields;
    let body = body.as_object().unwrap();
    page.push('{');
    let mut comma = "";
    for field in fields {
        let value = match field.shape {
            Shape::Committed { .. } => openings
                .iter()
                .find(|opening| opening.id() == id && opening.field() == field.name)
                .map(|opening| opening.value()),
            _ => body.get(field.name),
        };
        if let Some(value) = value {
            write!(page, "{comma}\n  \"{}\": ", field.name).unwrap();
            print(page, value, 1);
            comma = ",";
        }
    }
    let head = example.statement.head();
    let case = head.case.as_ref();
    let case = case.map_or(String::new(), |case| format!(" --case {case}"));
    let ledger = match kind {
        Type::Charter => "",
        _ => " --ledger LEDGER",
    };
    let file = id.as_str().replace([':', '/'], "-");
    write!(
        page,
        "\n}}\n```\n\n```sh\nbewijs sign {kind} --id {id}{case} --file body.json{ledger} --key KEY -o {file}.statement.json\n```\n"
    )
    .unwrap();
}

/// Says who must sign, and who may beside them.
fn signed_by(kind: Type) -> String {
    let roles = |roles: &[Role]| match roles {
        NOT_THE_OPERATOR => "any role but `registrar`".to_owned(),
        ANYONE => "any role".to_owned(),
        roles => {
            let codes: Vec<String> = roles.iter().map(|role| format!("`{role}`")).collect();
            codes.join(" or ")
        }
    };
    let Some(rule) = signing_rule(kind) else {
        return match kind {
            Type::Charter => "all founding keys and no other; they are of at least two roles besides `registrar`",
            Type::Key => "the new key itself, and either a key of its party or keys of two other parties of different roles, neither `registrar`",
            Type::KeyRevoked => "a key of its party, or its recovery key (needed for `compromised_since`), or keys of two other parties of different roles, neither `registrar`",
            _ => "see [admission.md](../formats/admission.md#who-may-sign)",
        }
        .to_owned();
    };
    let needs = rule.needs.iter().map(|need| match need.persons {
        1 => format!("1 person of {}", roles(need.roles)),
        persons => format!("{persons} persons of {}", roles(need.roles)),
    });
    let needs = needs.collect::<Vec<_>>().join(" and ");
    match rule.may {
        [] => needs,
        may => format!("{needs}; {} may sign as well", roles(may)),
    }
}

#[derive(Clone, Copy)]
enum Table {
    Record(&'static str, &'static [FieldInfo]),
    Words(Phrase, &'static [Word]),
}

fn fields(page: &mut String, list: &'static [FieldInfo], tables: &mut Vec<Table>) {
    page.push_str("| Member | Label | What | Value |\n|---|---|---|---|\n");
    for field in list {
        let label = field.label.en;
        let mut shape = format!("{}", Cell(&field.shape, label));
        match field.shape {
            Shape::Optional { .. } => shape.push_str("; may be absent"),
            Shape::Committed { of } => {
                shape = format!("**confidential**: {}, or null", Cell(of, label));
            }
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
    // A heading stands for one thing: another list or record under the same label would be lost.
    for table in tables.iter() {
        match (table, shape) {
            (Table::Words(label, words), Shape::Word { words: others })
                if label.en == field.label.en =>
            {
                assert!(words[0].code == others[0].code, "two lists: {}", label.en);
            }
            (Table::Record(name, fields), Shape::Record { fields: others })
                if *name == field.label.en =>
            {
                assert!(fields[0].name == others[0].name, "two records: {name}");
            }
            _ => {}
        }
    }
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

/// A shape in a cell of a table, with the label under which its words or its fields stand below.
struct Cell<'s>(&'s Shape, &'s str);

impl std::fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Cell(shape, label) = self;
        match shape {
            Shape::Optional { of } => Cell(of, label).fmt(f),
            Shape::Word { .. } => {
                write!(f, "a word of [this list](#words-of-{})", anchor(label))
            }
            Shape::Record { .. } => write!(f, "[an object](#{})", anchor(label)),
            Shape::Localised { of } => write!(f, "`en` and `nl`, each {}", Cell(of, label)),
            Shape::List { of, min, max } if min == max => {
                write!(f, "a list of {min}: {}", Cell(of, label))
            }
            Shape::List { of, min, max } => {
                write!(f, "a list of {min} to {max}: {}", Cell(of, label))
            }
            Shape::Form { what, pattern, .. } => {
                write!(f, "{}, `{}`", what.en, pattern.replace('|', "\\|"))
            }
            other => write!(f, "{other}"),
        }
    }
}

/// The name by which a heading is linked to.
fn anchor(heading: &str) -> String {
    let heading = heading.to_lowercase().replace(' ', "-");
    let kept = |c: &char| c.is_alphanumeric() || *c == '-';
    heading.chars().filter(kept).collect()
}

/// Names the fields that refer to earlier statements, with what they refer to.
fn pins(fields: &[FieldInfo], within: &str) -> Vec<String> {
    let mut found = Vec::new();
    for field in fields {
        let name = format!("{within}{}", field.name);
        let mut shape = &field.shape;
        while let Shape::Optional { of } | Shape::List { of, .. } = shape {
            shape = of;
        }
        match shape {
            Shape::Pin { to: [] } => found.push(format!("`{name}` (any type)")),
            Shape::Pin { to } => {
                let types: Vec<String> = to
                    .iter()
                    .map(|kind| format!("[{kind}]({kind}.md)"))
                    .collect();
                found.push(format!("`{name}` ({})", types.join(" or ")));
            }
            Shape::Record { fields } => found.extend(pins(fields, &format!("{name}."))),
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

const INTRODUCTION: &str = "\
# Statements

Everything that parties sign, one page a type.
These pages are made from the code by `BEWIJS_BLESS=1 cargo test --test statement`; the same in JSON Schema is in [docs/schemas](../schemas/README.md).

## How to make one

1. Choose the type in the [list](#the-types), and copy what stands on its page under *Write one by hand* into a file.
   Choose an id in the form that the page gives. Where it ends in a slash and a letter and there is one already, put a number before the slash: `B-018.2/h`.
2. Change it. Fields are refused when they are missing, unknown or not of the form that the page gives; only what *may be absent* may be left out.
   Texts for the public stand there in Dutch and in English.
   Never write names of persons, addresses or system names into public fields: they can never be removed.
3. Fill in the references. A *pin* names an earlier statement by its id and by the SHA-256 of its payload: `bewijs log LEDGER` lists the ids with their positions, `bewijs show LEDGER POSITION` prints the SHA-256.
   A pin refers to a statement of the same case, or of the charter.
4. Sign it. `bewijs sign` shows all that is signed, in plain words, and asks before it signs:

   ```sh
   bewijs sign TYPE --id ID --case CASE --file body.json --ledger LEDGER --key KEY \\
     --recipient AGE-RECIPIENT -o ID.statement.json
   ```

   Types of the charter have no `--case`.
   The head is made for you: the nonce is random, the time is that of your clock, the signers are your keys, and the basis is the newest checkpoint of the ledger.
   Use `--key` once for each key that you have; name keys of others with `--with`, and let them run `bewijs cosign ID.statement.json --key KEY`.
   Several types need a checkpoint that witnesses have cosigned or at least the log has signed; with `--ledger` it is taken from there.
   `--recipient` says for whom the confidential values are sealed: you, by the recipient that `bewijs openings key -o openings.key` prints. Types without confidential fields need none.
5. Keep `ID.statement.json.openings.age`. It holds the values and salts of the confidential fields: nobody else has them, and without it nothing can be shown. [keys-and-signing.md](../keys-and-signing.md) has more.
6. Hand it in: `bewijs append LEDGER ID.statement.json`, or send the file to whoever runs the ledger. The receipt proves that it stands there.

In a confidential field only a salted commitment becomes public: [confidential.md](../formats/confidential.md).
The value of a file is its name, its length in bytes and its SHA-256; the file stays with you.

## What every statement begins with

Member `head` of the predicate; `bewijs sign` makes it.
The other formats are in [statement.md](../formats/statement.md).

";

const TYPES: &str = "
## The types

*Signed by* is what admission asks; see [admission.md](../formats/admission.md#who-may-sign) and [why](../decisions/who-may-sign.md).
Whoever signs says no more than that: whether it counts is judged by whoever reads.
";

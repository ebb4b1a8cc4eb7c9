//! How long it takes to read a statement and to say it in plain words.
//!
//! Prints microseconds for the slowest example of all types and for a decision of the greatest length
//! that is allowed. Saying any statement is to take less than a millisecond. Run with
//! `cargo bench --bench statement`.

use std::hint::black_box;
use std::time::Instant;

use bewijs::hash::Hash;
use bewijs::json::Value;
use bewijs::statement::schema::{At, Language};
use bewijs::statement::{MAX_PAYLOAD_BYTES, Openings, Predicate, Statement, Type, describe_opened};

// The tests use more of it.
#[allow(dead_code)]
#[path = "../tests/statement/example.rs"]
mod example;

use example::Example;

const ROUNDS: usize = 200;

fn main() {
    let mut slowest = [("", 0.0); 3];
    for kind in Type::ALL {
        let example = Example::of(*kind);
        for (slowest, found) in slowest.iter_mut().zip(measure(&example)) {
            if found > slowest.1 {
                *slowest = (kind.name(), found);
            }
        }
    }
    for ((name, micros), what) in slowest.iter().zip(WHAT) {
        println!("{what:<24} {micros:8.2} us  slowest of all examples: {name}");
    }
    let longest = longest();
    let bytes = longest.statement.to_payload().len();
    for (micros, what) in measure(&longest).iter().zip(WHAT) {
        println!("{what:<24} {micros:8.2} us  a decision of {bytes} bytes");
    }
}

const WHAT: [&str; 3] = ["parse", "describe in English", "describe in Dutch"];

/// Returns microseconds of the fastest round, for each of [`WHAT`].
fn measure(example: &Example) -> [f64; 3] {
    let Example {
        statement,
        openings,
    } = example;
    let payload = statement.to_payload();
    let describe = |language| {
        fastest(|| {
            black_box(describe_opened(black_box(statement), openings, language));
        })
    };
    [
        fastest(|| {
            black_box(Statement::parse(black_box(&payload))).unwrap();
        }),
        describe(Language::English),
        describe(Language::Dutch),
    ]
}

fn fastest(mut run: impl FnMut()) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1e6
    });
    rounds.fold(f64::MAX, f64::min)
}

/// A decision that cites as much as it can, with reasons that fill the rest.
fn longest() -> Example {
    let decision = Example::of(Type::Decision).statement;
    let mut body = decision.predicate().print();
    let Value::Object(members) = &mut body else {
        panic!("a body is an object");
    };
    for (list, prefix, suffix) in [
        ("attestations", "T-", ""),
        ("conditions", "VW-", ""),
        ("objections", "AS-", ""),
        ("considered", "X-", ""),
    ] {
        let pins = (0..64u32).map(|number| {
            Value::object([
                ("id", Value::string(format!("{prefix}{number:057}{suffix}"))),
                ("sha256", Value::string(Hash::of(&number.to_be_bytes()))),
            ])
        });
        members.remove(list);
        members.insert(list, Value::Array(pins.collect()));
    }
    let compose = |body: &Value| {
        let predicate = Predicate::parse(Type::Decision, body.clone(), &At::Root("predicate"));
        let (ledger, head) = (decision.ledger().clone(), decision.head().clone());
        Statement::compose(ledger, head, predicate.unwrap()).unwrap()
    };
    let room = MAX_PAYLOAD_BYTES - compose(&body).to_payload().len();
    let Value::Object(members) = &mut body else {
        unreachable!("it was one above");
    };
    let reasons = |length: usize| {
        let text = "e".repeat(length.min(6000));
        Value::object([("en", Value::string(&text)), ("nl", Value::string(&text))])
    };
    members.remove("reasons");
    members.insert("reasons", reasons(room / 2));
    Example {
        statement: compose(&body),
        openings: Openings::default(),
    }
}

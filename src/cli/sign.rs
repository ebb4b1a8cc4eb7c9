//! Signing: a statement is composed, shown in plain words, and signed into a file.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use super::answer::{
    About as _, Answer, Failure, bold, json_count, json_object, json_optional, json_text,
    json_texts, say,
};
use super::args::{Cosign, Sign, Target};
use super::drafts;
use super::files::{self, Outputs, Readers};
use super::interview;
use super::ledger_commands::{read_trust, reader};
use super::passphrase::KeyRing;
use super::reading::{case_name, holder, print_lines};
use super::sealing::{Sealing, read_openings};
use super::words;
use crate::checkpoint::Checkpoint;
use crate::envelope::{Envelope, PAYLOAD_TYPE, pae};
use crate::json::Value;
use crate::key::KeyId;
use crate::ledger::{Clock as _, Reader, SystemClock};
use crate::note::Note;
use crate::signer::Signer;
use crate::state::State;
use crate::statement::describe::Line;
use crate::statement::draft::Draft;
use crate::statement::field::Nonce;
use crate::statement::lint::{self, Exception, ExceptionKind, Exceptions, Hit, Report};
use crate::statement::predicate::BasisRule;
use crate::statement::{
    Basis, CaseName, Head, Id, Language, LedgerId, Openings, Predicate, Salt, SignedStatement,
    Signers, Statement, Type, describe_opened,
};
use crate::trust::TrustPolicy;

/// The ledger that a statement is for, as far as the signer knows it.
pub enum Known {
    /// Nothing: a charter brings its own.
    Charter,
    /// Its name, from the signer's trust file.
    Trust(Box<TrustPolicy>),
    /// The ledger itself.
    Ledger(Reader),
}

impl Known {
    /// Reads what the signer named.
    pub fn read(target: &Target) -> Result<Known, Failure> {
        match (&target.trust, &target.ledger) {
            (Some(trust), _) => Ok(Known::Trust(Box::new(read_trust(trust)?))),
            (None, Some(ledger)) => Ok(Known::Ledger(reader(ledger)?)),
            (None, None) => Ok(Known::Charter),
        }
    }

    fn id(&self, predicate: &Predicate) -> Result<LedgerId, Failure> {
        if let Predicate::Charter(charter) = predicate {
            return Ok(LedgerId {
                origin: charter.origin.clone(),
                genesis: charter.text_digest(),
            });
        }
        let id = match self {
            Known::Charter => None,
            Known::Trust(trust) => Some(LedgerId {
                origin: trust.policy().origin().clone(),
                genesis: *trust.genesis(),
            }),
            Known::Ledger(reader) => reader.state(|state| state.ledger().cloned()),
        };
        id.ok_or_else(|| {
            Failure::not_run("expected --trust or --ledger, which name the ledger, found neither")
        })
    }

    /// Calls `look` with the state of the ledger, where it is at hand.
    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> Option<T> {
        match self {
            Known::Ledger(reader) => Some(reader.state(look)),
            _ => None,
        }
    }

    fn state(&self) -> Option<State> {
        self.look(State::clone)
    }
}

/// What a statement says, before it is known who signs it.
pub struct Content {
    /// What it says.
    pub draft: Draft,
    /// Its id.
    pub id: Id,
    /// Its case.
    pub case: Option<CaseName>,
    /// What the lint finds and may stand.
    pub exceptions: Vec<Exception>,
}

/// A statement on its way into a file.
pub struct Making {
    /// The ledger that it is for.
    pub known: Known,
    /// What the signer has seen.
    pub basis: Option<Basis>,
    /// The keys that sign now.
    pub keys: Vec<Box<dyn Signer>>,
    /// The keys that cosign later.
    pub with: Vec<KeyId>,
    /// How the openings are written; none for a statement without confidential fields.
    pub sealing: Option<Sealing>,
    /// Whether nobody is asked.
    pub yes: bool,
    /// The file to write.
    pub output: PathBuf,
}

impl Making {
    /// Returns the file of the openings, and how it is sealed; none when there are none.
    fn openings_file(&self, openings: &Openings) -> Option<(PathBuf, &Sealing)> {
        let sealing = self.sealing.as_ref().filter(|_| !openings.is_empty())?;
        Some((sealing.path(openings_path(&self.output)), sealing))
    }
}

/// Composes a statement, shows it, and signs it: from a file, or from what a person answers.
pub fn sign(it: Sign, language: Language) -> Result<Answer, Failure> {
    let kind = statement_type(&it.kind)?;
    if it.file.is_none() {
        interview::expect_terminal()?;
    }
    // Whoever has not said for whom the values are sealed is told before anything is asked.
    let sealing = match kind.confidential().next() {
        Some(_) => Some(Sealing::demanded(&it.seal_to)?),
        None => None,
    };
    let id = match (&it.id, kind) {
        (Some(id), _) => Some(id.parse().about("--id")?),
        (None, Type::Charter) => Some(CHARTER_ID.parse().about("--id")?),
        (None, _) if it.file.is_none() => None,
        (None, _) => {
            let form = kind.id_form();
            return Err(Failure::not_run(format!(
                "expected --id, {form} for a {kind}, found none"
            )));
        }
    };
    let case = it.case.as_deref().map(case_name).transpose()?;
    let exceptions = it.allow.iter().map(|typed| exception(typed));
    let exceptions = exceptions.collect::<Result<_, _>>()?;
    let known = Known::read(&Target {
        trust: it.trust,
        ledger: it.ledger,
    })?;
    let draft = match &it.file {
        Some(path) => Some(drafts::read(kind, path, case.as_ref(), &known, language)?),
        None => None,
    };
    let basis = match &it.basis {
        Some(path) => Some(read_basis(path, &known, language)?),
        None => newest_basis(kind, &known)?,
    };
    let ring = KeyRing::new(it.passphrases, language);
    let making = Making {
        known,
        basis,
        keys: it
            .key
            .iter()
            .map(|key| ring.open(key))
            .collect::<Result<_, _>>()?,
        with: key_ids(&it.with)?,
        sealing,
        yes: it.yes,
        output: it.output,
    };
    match (draft, id) {
        (Some(draft), Some(id)) => {
            let content = Content {
                draft,
                id,
                case,
                exceptions,
            };
            make(content, making, &ring, language)
        }
        (_, id) => {
            let start = interview::Start {
                kind,
                id,
                case,
                exceptions,
            };
            let composed = interview::on_the_terminal(start, &making, language)?;
            finish(composed, making, &ring, language)
        }
    }
}

/// Parses an exception to the lint that a person typed: place, kind, reason.
fn exception(typed: &str) -> Result<Exception, Failure> {
    let wrong = |found: &str| {
        let kinds: Vec<_> = ExceptionKind::ALL.iter().map(|kind| kind.code()).collect();
        let failure = Failure::not_run(format!(
            "--allow: expected PLACE KIND REASON, found {found:?}"
        ));
        failure.hint(format!("the kinds are: {}", kinds.join(", ")))
    };
    let mut parts = typed.trim().splitn(3, ' ');
    let (Some(at), Some(code), Some(reason)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong(typed));
    };
    let kind = ExceptionKind::ALL.iter().find(|kind| kind.code() == code);
    Ok(Exception {
        at: at.parse().about("--allow")?,
        kind: *kind.ok_or_else(|| wrong(code))?,
        reason: reason.trim().parse().about("--allow")?,
    })
}

/// Finds a type by the name that a person typed.
pub fn statement_type(typed: &str) -> Result<Type, Failure> {
    Type::from_name(typed).ok_or_else(|| {
        Failure::not_run(format!("expected a type of statement, found {typed:?}"))
            .hint(format!("the types are:\n{}", types_by_family()))
    })
}

/// Lists the types, a line a family.
fn types_by_family() -> String {
    let families = Type::ALL.chunk_by(|a, b| a.info().family == b.info().family);
    let lines = families.map(|family| {
        let label = family[0].info().family.label();
        let names: Vec<_> = family.iter().map(|kind| kind.name()).collect();
        format!("{} / {}: {}", label.en, label.nl, names.join(", "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Parses key ids that a person typed.
pub fn key_ids(typed: &[String]) -> Result<Vec<KeyId>, Failure> {
    typed.iter().map(|id| id.parse().about(id)).collect()
}

/// Takes a checkpoint that the signer has seen as the basis.
fn read_basis(path: &Path, known: &Known, language: Language) -> Result<Basis, Failure> {
    let bytes = files::read(path)?;
    let note = Note::parse(&bytes).about(path.display())?;
    let checkpoint = Checkpoint::parse(note.text()).about(path.display())?;
    match known {
        Known::Charter => {}
        Known::Trust(trust) => {
            let evaluation = trust.evaluate_note(&note, SystemClock.now().seconds());
            if let Err(error) = &evaluation.log {
                return Err(Failure::no(error).about(path.display()));
            }
            for doubt in evaluation.trusted().err().unwrap_or_default() {
                say(&words::basis_doubt(
                    language,
                    path.display(),
                    words::doubt(language, doubt),
                ));
            }
        }
        Known::Ledger(reader) => {
            reader.open_checkpoint(note.clone()).about(path.display())?;
        }
    }
    Ok(basis(&checkpoint, note))
}

/// Takes the newest checkpoint of the ledger as the basis, where the type demands one.
fn newest_basis(kind: Type, known: &Known) -> Result<Option<Basis>, Failure> {
    if kind.info().basis == BasisRule::Optional {
        return Ok(None);
    }
    let Known::Ledger(reader) = known else {
        return Err(Failure::not_run(format!(
            "expected --basis, because a {kind} says what the signer had seen, found none\ngive the file of the cosigned checkpoint that you have seen"
        )));
    };
    let newest = reader.checkpoint();
    let newest = newest.ok_or_else(|| Failure::not_run("expected a signed checkpoint, found none"));
    Ok(Some(newest.map(|signed| {
        basis(signed.checkpoint(), signed.note().clone())
    })?))
}

fn basis(checkpoint: &Checkpoint, note: Note) -> Basis {
    Basis {
        size: checkpoint.size,
        root: checkpoint.root,
        note: Some(note),
    }
}

/// A statement that nobody has signed yet, with what the lint says about it.
pub struct Composed {
    /// The statement.
    pub statement: Statement,
    /// What opens its confidential fields.
    pub openings: Openings,
    /// What the lint says about what becomes public.
    pub report: Report,
    /// What the lint finds in what stays in the house.
    pub private: Vec<Hit>,
}

/// Composes a statement with fresh salts and a fresh nonce.
pub fn compose(content: &Content, making: &Making) -> Result<Composed, Failure> {
    let draft = content.draft.clone();
    let mut salts = Vec::new();
    for _ in draft.confidential() {
        salts.push(Salt::from_bytes(files::random()?));
    }
    let mut salts = salts.into_iter();
    let fresh = || salts.next().expect("one salt a confidential field");
    let (predicate, openings) = draft.commit(&content.id, fresh);
    let named = making.keys.iter().map(|key| key.public_key().id());
    let head = Head {
        id: content.id.clone(),
        case: content.case.clone(),
        signers: Signers::new(named.chain(making.with.iter().copied())),
        claimed_at: SystemClock.now().seconds(),
        nonce: Nonce::from_bytes(files::random()?),
        basis: making.basis.clone(),
        lint: Exceptions::new(content.exceptions.iter().cloned()),
    };
    let ledger = making.known.id(&predicate)?;
    let statement = Statement::compose(ledger, head, predicate)?;
    Ok(Composed {
        report: lint::report(&statement),
        private: lint::confidential(&statement, &openings),
        statement,
        openings,
    })
}

/// Composes a statement, shows it, asks, signs, and writes it with its openings.
pub fn make(
    content: Content,
    making: Making,
    ring: &KeyRing,
    language: Language,
) -> Result<Answer, Failure> {
    let composed = compose(&content, &making)?;
    anstream::eprintln!("{}", preview(&composed, &making, language));
    if let Err(error) = lint::check(&composed.statement) {
        let failure = Failure::no(words::LINT_REFUSES_TO_SIGN.text(language));
        let lines = words::lint_error(language, &error);
        let failure = lines
            .iter()
            .fold(failure, |failure, line| failure.hint(line));
        return Err(failure.hint(words::LINT_HOW_TO_ALLOW.text(language)));
    }
    confirm(making.yes, language)?;
    finish(composed, making, ring, language)
}

/// Returns the page that a person reads before signing.
pub fn preview(composed: &Composed, making: &Making, language: Language) -> String {
    let state = making.known.state();
    let Composed {
        statement,
        openings,
        ..
    } = composed;
    let openings_file = making.openings_file(openings);
    let mut lines = page(
        statement,
        openings,
        state.as_ref(),
        openings_file
            .as_ref()
            .map(|(path, sealing)| (path.as_path(), *sealing)),
        Some(&making.output),
        language,
    );
    lines.extend(lint_page(&composed.report, &composed.private, language));
    lines.extend(signer_doubts(statement, state.as_ref(), language));
    lines.join("\n")
}

/// Signs what was shown, and writes it with its openings.
fn finish(
    composed: Composed,
    making: Making,
    ring: &KeyRing,
    language: Language,
) -> Result<Answer, Failure> {
    let Composed {
        statement,
        openings,
        report,
        private,
    } = composed;
    let kind = statement.kind();
    let openings_file = making.openings_file(&openings);
    let sealed = match &openings_file {
        Some((path, sealing)) => Some((path, sealing.seal(&openings, path, ring, language)?)),
        None if openings.is_empty() => None,
        None => {
            let none = format!("expected to know for whom the values of a {kind} are sealed");
            return Err(Failure::not_run(none));
        }
    };
    let payload = statement.to_payload();
    let message = pae(PAYLOAD_TYPE, &payload);
    let mut signatures = Vec::new();
    for key in &making.keys {
        signatures.push((key.public_key().id(), key.sign(&message)?));
    }
    let envelope = Envelope::new(payload, signatures)?;
    let warnings = dry_admission(&envelope, &making.known, language);
    warnings.iter().for_each(|warning| say(warning));

    let mut outputs = Outputs::default();
    if let Some((path, bytes)) = &sealed {
        outputs.write_new(path, bytes, Readers::Owner)?;
    }
    outputs.write_new(&making.output, &envelope.print_stored(), Readers::Anyone)?;
    files::sync_parent(&making.output)?;
    outputs.keep();

    let missing = missing(&statement, &envelope);
    let file = making.output.display().to_string();
    let mut text = vec![words::signed(language, kind, statement.id(), &file)];
    if let Some((path, _)) = &openings_file {
        text.push(words::openings_written(language, path.display()));
    }
    text.push(words::payload_digest(language, envelope.payload_digest()));
    text.extend(
        missing
            .iter()
            .map(|key| words::still_to_sign(language, key)),
    );
    let json = json_object([
        ("file", json_text(&file)),
        (
            "openings",
            json_optional(openings_file.as_ref().map(|(path, _)| path.display())),
        ),
        ("type", json_text(kind)),
        ("id", json_text(statement.id())),
        ("payload_sha256", json_text(envelope.payload_digest())),
        (
            "signed_by",
            json_texts(envelope.signatures().iter().map(|(key, _)| key)),
        ),
        ("missing", json_texts(&missing)),
        ("lint", lint_json(&report, &private)),
        ("warnings", json_texts(&warnings)),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

/// Says what the lint let pass: where, what, and why; not what stands there.
fn lint_json(report: &Report, private: &[Hit]) -> Value {
    let all = [
        ("excepted", report.excepted.as_slice()),
        ("warning", &report.warnings),
        ("in-the-house", private),
    ];
    let hits = all.iter().flat_map(|(outcome, hits)| {
        hits.iter().map(move |hit| {
            json_object([
                ("at", json_text(&hit.at)),
                ("from", json_count(hit.characters.start as u64)),
                ("to", json_count(hit.characters.end as u64)),
                ("kind", json_text(hit.kind.code())),
                ("outcome", json_text(outcome)),
            ])
        })
    });
    Value::Array(hits.collect())
}

/// The openings travel beside the statement, never in it.
fn openings_path(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".openings");
    PathBuf::from(name)
}

fn missing(statement: &Statement, envelope: &Envelope) -> Vec<KeyId> {
    let signed = |key: &KeyId| envelope.signatures().iter().any(|(id, _)| id == key);
    let named = statement.head().signers.iter();
    named.filter(|key| !signed(key)).copied().collect()
}

/// Says what becomes public, what is committed to, what stays private, and what leaves the house in a file.
pub fn page(
    statement: &Statement,
    openings: &Openings,
    state: Option<&State>,
    openings_file: Option<(&Path, &Sealing)>,
    file: Option<&Path>,
    language: Language,
) -> Vec<String> {
    let lines = describe_opened(statement, openings, language);
    let (public, confidential) = split(statement, lines);
    let mut page = vec![bold(words::BECOMES_PUBLIC.text(language))];
    page.extend(print_lines(&public));
    if let Some(state) = state {
        page.push(String::new());
        page.push(bold(words::SIGNERS_ARE.text(language)));
        let signers = statement.head().signers.iter();
        page.extend(signers.map(|key| format!("  {}", holder(state, key))));
    }
    page.push(String::new());
    match openings_file {
        Some((path, sealing)) => {
            page.push(bold(words::ONLY_COMMITTED.text(language)));
            page.extend(print_lines(&confidential));
            page.push(String::new());
            page.push(bold(words::STAYS_PRIVATE.text(language)));
            page.push(words::values_stay(language, path.display()));
            page.push(format!("  {}", sealing.describe(language)));
        }
        None if !confidential.is_empty() => {
            page.push(bold(words::ONLY_COMMITTED.text(language)));
            page.extend(print_lines(&confidential));
        }
        None => page.push(words::NOTHING_CONFIDENTIAL.text(language).to_owned()),
    }
    page.push(String::new());
    if let Some(file) = file {
        page.push(bold(words::LEAVES_THE_HOUSE.text(language)));
        page.push(words::file_leaves(language, file.display()));
        page.push(String::new());
    }
    page
}

/// Says what the lint finds, with the words found: they are shown to who wrote them.
fn lint_page(report: &Report, private: &[Hit], language: Language) -> Vec<String> {
    let parts = [
        (words::LINT_REFUSES, report.refused.as_slice()),
        (words::LINT_WARNS, &report.warnings),
        (words::LINT_IN_THE_HOUSE, private),
    ];
    let mut page = Vec::new();
    for (title, hits) in parts.iter().filter(|(_, hits)| !hits.is_empty()) {
        page.push(bold(title.text(language)));
        page.extend(
            hits.iter()
                .map(|hit| match *title == words::LINT_IN_THE_HOUSE {
                    // It is where the remedy would have it.
                    true => words::lint_found(language, hit),
                    false => words::lint_found_and_remedy(language, hit),
                }),
        );
        page.push(String::new());
    }
    page
}

/// Parts the description into what is public and the confidential fields.
///
/// On the outermost level it has three lines, then one for each field of the head and of the body.
fn split(statement: &Statement, lines: Vec<Line>) -> (Vec<Line>, Vec<Line>) {
    const BEFORE_HEAD: usize = 3;
    let fields = statement.kind().info().fields;
    let first = BEFORE_HEAD + Head::FIELDS.len();
    let mut outermost = 0;
    lines.into_iter().partition(|line| {
        outermost += usize::from(line.depth == 0);
        let field = (outermost - 1)
            .checked_sub(first)
            .and_then(|at| fields.get(at));
        !field.is_some_and(|field| field.is_confidential())
    })
}

/// Asks before signing.
pub fn confirm(yes: bool, language: Language) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let none = Failure::not_run("expected a terminal on which to ask, found none");
        return Err(none.hint("--yes signs what is shown without asking"));
    }
    anstream::eprint!("{}", words::SIGN_THIS.text(language));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    match is_yes(&line) {
        true => Ok(()),
        false => Err(not_signed()),
    }
}

/// Says whether a person answered yes.
pub fn is_yes(answer: &str) -> bool {
    matches!(
        answer.trim().to_lowercase().as_str(),
        "y" | "yes" | "j" | "ja"
    )
}

/// The answer when a person does not want to sign.
pub fn not_signed() -> Failure {
    Failure::no("not signed, and nothing was written")
}

/// Says before signing which signers the ledger would not take.
fn signer_doubts(statement: &Statement, state: Option<&State>, language: Language) -> Vec<String> {
    // A charter or an enrolment brings keys that no ledger knows yet.
    let introduced = statement.predicate().public_keys();
    let Some(state) = state else {
        return Vec::new();
    };
    let doubts = statement.head().signers.iter().filter_map(|key| {
        match (state.key(key), state.public_key(key)) {
            (Some(enrolled), _) => {
                let index = enrolled.revoked?;
                Some(words::signer_revoked(language, key, index))
            }
            (None, None) if !introduced.iter().any(|new| new.id() == *key) => {
                Some(words::signer_unknown(language, key))
            }
            _ => None,
        }
    });
    doubts.collect()
}

/// Asks the ledger at hand whether it would take the statement now.
fn dry_admission(envelope: &Envelope, known: &Known, language: Language) -> Vec<String> {
    let Known::Ledger(reader) = known else {
        return Vec::new();
    };
    let state = reader.state(State::clone);
    let signed = SignedStatement::open(envelope.clone(), |id| state.public_key(id));
    // While signatures are missing nobody can tell.
    let (Ok(signed), Some(next)) = (signed, reader.size().next()) else {
        return Vec::new();
    };
    let refused = reader.tree(|tree| state.admit(signed, next, tree)).err();
    let refused = refused.map(|refusal| words::would_be_refused(language, refusal));
    refused.into_iter().collect()
}

/// Adds signatures to a statement file.
pub fn cosign(it: Cosign, language: Language) -> Result<Answer, Failure> {
    let place = it.file.display().to_string();
    let envelope = Envelope::parse_door(&files::read(&it.file)?).about(&place)?;
    let statement = Statement::parse(envelope.payload()).about(&place)?;
    let ring = KeyRing::new(it.passphrases, language);
    let openings = match &it.openings {
        Some(path) => read_openings(path, &it.open_with, &ring)?.openings,
        None => Openings::default(),
    };
    let known = Known::read(&Target {
        trust: it.trust,
        ledger: it.ledger,
    })?;
    expect_ledger(&statement, &known).about(&place)?;
    let keys: Vec<Box<dyn Signer>> = it
        .key
        .iter()
        .map(|key| ring.open(key))
        .collect::<Result<_, _>>()?;
    for key in &keys {
        let id = key.public_key().id();
        if !statement.head().signers.contains(&id) {
            let signers: Vec<_> = statement
                .head()
                .signers
                .iter()
                .map(KeyId::to_string)
                .collect();
            let wrong =
                format!("expected one of the signers that the statement names, found key {id}");
            let failure = Failure::no(wrong).about(&place);
            return Err(failure.hint(format!("it names {}", signers.join(", "))));
        }
    }
    let state = known.state();
    let mut shown = page(
        &statement,
        &openings,
        state.as_ref(),
        None,
        Some(&it.file),
        language,
    );
    let private = lint::confidential(&statement, &openings);
    shown.extend(lint_page(&lint::report(&statement), &private, language));
    anstream::eprintln!("{}", shown.join("\n"));
    confirm(it.yes, language)?;

    let mut cosigned = envelope.clone();
    for key in &keys {
        let public = key.public_key();
        if !cosigned
            .signatures()
            .iter()
            .any(|(id, _)| *id == public.id())
        {
            cosigned = cosigned.with_signature(&public, key.sign(&cosigned.pae())?)?;
        }
    }
    if cosigned != envelope {
        files::replace(&it.file, &cosigned.print_stored())?;
    }
    let missing = missing(&statement, &cosigned);
    let mut text = vec![words::signed(
        language,
        statement.kind(),
        statement.id(),
        &place,
    )];
    text.extend(
        missing
            .iter()
            .map(|key| words::still_to_sign(language, key)),
    );
    if missing.is_empty() {
        text.push(words::ALL_SIGNED.text(language).to_owned());
    }
    let json = json_object([
        ("file", json_text(&place)),
        ("changed", Value::Bool(cosigned != envelope)),
        ("type", json_text(statement.kind())),
        ("id", json_text(statement.id())),
        ("payload_sha256", json_text(cosigned.payload_digest())),
        (
            "signed_by",
            json_texts(cosigned.signatures().iter().map(|(key, _)| key)),
        ),
        ("missing", json_texts(&missing)),
    ]);
    Ok(Answer::yes(text.join("\n"), json))
}

/// Refuses a statement for another ledger than the one that the signer named; two may have one name.
fn expect_ledger(statement: &Statement, known: &Known) -> Result<(), Failure> {
    if matches!(known, Known::Charter) {
        return Ok(());
    }
    let (expected, found) = (known.id(statement.predicate())?, statement.ledger());
    match expected == *found {
        true => Ok(()),
        false => Err(Failure::no(format!(
            "expected a statement for {} with genesis {}, found one for {} with genesis {}",
            expected.origin, expected.genesis, found.origin, found.genesis
        ))),
    }
}

/// The id of every charter.
const CHARTER_ID: &str = "REG-0";

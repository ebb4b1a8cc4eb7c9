//! What is wrong with a log: which place breaks which rule.

use std::fmt;

use crate::merkle::Index;
use crate::state::{ChainFault, Refusal};
use crate::statement::{OpenError, StatementError};

/// One rule that one place of a log breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Where.
    pub place: Place,
    /// Which rule.
    pub rule: Rule,
    /// What was expected and what was found.
    pub detail: String,
    /// A withheld statement of which this may be a consequence, since nobody can read what it did.
    pub follows: Option<Index>,
}

/// A place of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The record at this place, whatever index it claims.
    Entry(Index),
    /// What the log begins with.
    Genesis,
    /// The published checkpoint.
    Checkpoint,
}

impl Defect {
    /// Says whether the answer is *cannot be determined* rather than *no*: a newer program,
    /// or whoever holds what is withheld, may know better.
    pub fn is_undetermined(&self) -> bool {
        self.follows.is_some() || matches!(self.rule, Rule::StatementType | Rule::RulesUnknown)
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.rule, self.detail)?;
        match self.follows {
            Some(index) => write!(f, "\nthis may follow from entry {index}, which is withheld"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Entry(index) => write!(f, "entry {index}"),
            Place::Genesis => f.write_str("genesis"),
            Place::Checkpoint => f.write_str("checkpoint"),
        }
    }
}

macro_rules! rules {
    ($($name:ident $code:literal $demand:literal;)*) => {
        /// The rules that a log keeps, by their stable codes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = $demand] $name,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Rule] = &[$(Rule::$name),*];

            /// Returns the stable code, such as `chain.prev`.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Rule::$name => $code,)*
                }
            }

            /// Returns what the rule demands, in one sentence.
            pub const fn demand(self) -> &'static str {
                match self {
                    $(Rule::$name => $demand,)*
                }
            }
        }
    };
}

rules! {
    EntryForm "entry.form" "A leaf is an entry in canonical JSON.";
    ChainIndex "chain.index" "The index of an entry is its place.";
    ChainPrev "chain.prev" "An entry names the leaf hash of the entry before.";
    ChainThreadPrev "chain.thread-prev" "An entry names the leaf hash of its thread's entry before.";
    ChainThreadSeq "chain.thread-seq" "The entries of a thread are numbered without gaps.";
    ChainThreads "chain.threads" "An entry names the root of the thread index over all earlier entries.";
    ChainTime "chain.time" "Time never steps back.";
    RulesVersion "rules.version" "An entry carries the version of the rules in force.";
    StatementMissing "statement.missing" "An empty statement is named by a later `withheld` statement of its thread.";
    StatementDigest "statement.digest" "The envelope is the one that the entry names.";
    StatementEnvelope "statement.envelope" "A stored envelope is in its one spelling.";
    StatementForm "statement.form" "The payload is a well-formed statement.";
    StatementType "statement.type" "The type of a statement is known.";
    StatementThread "statement.thread" "An entry is filed in the thread of its statement.";
    SignatureMissing "signature.missing" "Every signer that the statement names has signed.";
    SignatureUnnamed "signature.unnamed" "Nobody else has signed.";
    SignatureUnknownKey "signature.unknown-key" "The log holds the key of each signature.";
    SignatureInvalid "signature.invalid" "Every signature verifies strictly.";
    RulesUnknown "admission.rules-unknown" "The rules in force are known to who replays them.";
    AdmissionFirst "admission.first" "A charter stands first.";
    AdmissionSecondCharter "admission.second-charter" "A charter stands nowhere else.";
    AdmissionLedger "admission.ledger" "A statement is for this ledger.";
    AdmissionCase "admission.case" "A case is opened before anything is said in it.";
    AdmissionDuplicate "admission.duplicate" "A statement stands once.";
    AdmissionId "admission.id" "An id is new in its thread, ignoring case.";
    AdmissionKeyUnknown "admission.key-unknown" "Signers are enrolled before.";
    AdmissionClosed "admission.closed" "After the ledger was closed nothing is admitted but that a text is withheld.";
    AdmissionKeyRevoked "admission.key-revoked" "Signers are not revoked or replaced before.";
    AdmissionNotOperator "admission.not-operator" "In the role registrar the party signs that runs the ledger.";
    AdmissionRole "admission.role" "Signers have a role that may sign this type.";
    AdmissionThreshold "admission.threshold" "Enough of the right signers have signed.";
    AdmissionPossession "admission.possession" "A new key signs its own enrolment.";
    AdmissionKeyTaken "admission.key-taken" "A key is enrolled once, in one role.";
    AdmissionPartyTaken "admission.party-taken" "A party is registered once.";
    AdmissionPartyUnknown "admission.party-unknown" "Parties that are named are registered.";
    AdmissionHolder "admission.holder" "A holder belongs to the party.";
    AdmissionOperator "admission.operator" "The operator is a registered party with the role registrar.";
    AdmissionLogKey "admission.log-key" "A log key is an Ed25519 key with the origin as its name.";
    AdmissionLogKeys "admission.log-keys" "One log key is in force, or two.";
    AdmissionLogKeyNote "admission.log-key-note" "A checkpoint that shows who holds a log key is one of this log, signed by all that must.";
    AdmissionLab "admission.lab" "A case is about a party with the role lab.";
    AdmissionService "admission.service" "A service is in one open case.";
    AdmissionPin "admission.pin" "A reference resolves to one earlier entry of the thread or the charter.";
    AdmissionBasisAhead "admission.basis-ahead" "A basis is not larger than the place of the statement.";
    AdmissionBasisUnknown "admission.basis-unknown" "The root of a basis can be known.";
    AdmissionBasisRoot "admission.basis-root" "A basis names the root that the log had at that size.";
    AdmissionBasisNote "admission.basis-note" "The checkpoint in a basis is one of this log, of that size and root.";
    AdmissionDigest "admission.digest" "A commitment occurs once.";
    AdmissionRulesVersion "admission.rules-version" "Versions of the rules rise by one.";
    AdmissionWithheld "admission.withheld" "What is withheld is an earlier entry of the thread that may be, and all that stays true of it is said.";
    GenesisMissing "genesis.missing" "The log begins with a charter that can be replayed.";
    GenesisDigest "genesis.digest" "Entry 0 is the charter that the reader expects.";
    CheckpointMissing "checkpoint.missing" "There is a checkpoint.";
    CheckpointSignature "checkpoint.signature" "The checkpoint is signed by each log key in force at its size.";
    CheckpointSize "checkpoint.size" "There are as many entries as the checkpoint says.";
    CheckpointRoot "checkpoint.root" "The entries make the root of the checkpoint.";
    TrustLogKey "trust.log-key" "The log key that the reader trusts signs checkpoints of this size, or leads to one that does.";
    TrustCosignerKey "trust.cosigner-key" "No cosigner that the reader trusts has a key of a party of the log.";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Rule {
    /// Says whether something that an unreadable earlier statement did could have kept this rule.
    pub(super) fn misses_something(self) -> bool {
        matches!(
            self,
            Rule::SignatureUnknownKey
                | Rule::RulesVersion
                | Rule::RulesUnknown
                | Rule::AdmissionFirst
                | Rule::AdmissionCase
                // Of what a withheld statement was there is only the word of who withheld it.
                | Rule::AdmissionDuplicate
                | Rule::AdmissionKeyUnknown
                | Rule::AdmissionNotOperator
                | Rule::AdmissionLogKeys
                | Rule::AdmissionLogKeyNote
                | Rule::AdmissionBasisNote
                | Rule::AdmissionPartyUnknown
                | Rule::AdmissionPin
                | Rule::AdmissionRulesVersion
                | Rule::AdmissionWithheld
        )
    }

    pub(super) fn of_fault(fault: &ChainFault) -> Rule {
        match fault.member {
            "index" => Rule::ChainIndex,
            "prev" => Rule::ChainPrev,
            "thread.prev" => Rule::ChainThreadPrev,
            "thread.seq" => Rule::ChainThreadSeq,
            "threads" => Rule::ChainThreads,
            _ => Rule::ChainTime,
        }
    }

    pub(super) fn of_statement(error: &StatementError) -> Rule {
        match error {
            StatementError::Type(_) => Rule::StatementType,
            _ => Rule::StatementForm,
        }
    }

    pub(super) fn of_open(error: &OpenError) -> Rule {
        match error {
            OpenError::Statement(error) => Rule::of_statement(error),
            OpenError::Missing { .. } => Rule::SignatureMissing,
            OpenError::Unnamed { .. } => Rule::SignatureUnnamed,
            OpenError::Signatures(error) if error.invalid.is_empty() => Rule::SignatureUnknownKey,
            OpenError::Signatures(_) => Rule::SignatureInvalid,
        }
    }

    pub(super) fn of_refusal(refusal: &Refusal) -> Rule {
        match refusal {
            Refusal::UnknownRules { .. } => Rule::RulesUnknown,
            Refusal::NoCharter => Rule::AdmissionFirst,
            Refusal::SecondCharter => Rule::AdmissionSecondCharter,
            Refusal::OtherLedger { .. } => Rule::AdmissionLedger,
            Refusal::UnknownCase { .. } => Rule::AdmissionCase,
            Refusal::Duplicate { .. } => Rule::AdmissionDuplicate,
            Refusal::IdTaken { .. } => Rule::AdmissionId,
            Refusal::UnknownKey { .. } => Rule::AdmissionKeyUnknown,
            Refusal::Closed { .. } => Rule::AdmissionClosed,
            Refusal::RevokedKey { .. } => Rule::AdmissionKeyRevoked,
            Refusal::NotOperator { .. } => Rule::AdmissionNotOperator,
            Refusal::LaterRecoveryKey { .. } => Rule::AdmissionKeyUnknown,
            Refusal::Role { .. } => Rule::AdmissionRole,
            Refusal::Threshold { .. } => Rule::AdmissionThreshold,
            Refusal::Possession { .. } => Rule::AdmissionPossession,
            Refusal::KeyTaken { .. } => Rule::AdmissionKeyTaken,
            Refusal::PartyTaken { .. } => Rule::AdmissionPartyTaken,
            Refusal::UnknownParty { .. } => Rule::AdmissionPartyUnknown,
            Refusal::Holder { .. } => Rule::AdmissionHolder,
            Refusal::OtherHolder { .. } => Rule::AdmissionHolder,
            Refusal::Operator { .. } | Refusal::Handover { .. } => Rule::AdmissionOperator,
            Refusal::LogKey => Rule::AdmissionLogKey,
            Refusal::LogKeys { .. } => Rule::AdmissionLogKeys,
            Refusal::LogKeyNote { .. } => Rule::AdmissionLogKeyNote,
            Refusal::NotALab { .. } => Rule::AdmissionLab,
            Refusal::ServiceTaken { .. } => Rule::AdmissionService,
            Refusal::Pin { .. } => Rule::AdmissionPin,
            Refusal::BasisAhead { .. } => Rule::AdmissionBasisAhead,
            Refusal::BasisUnknown { .. } => Rule::AdmissionBasisUnknown,
            Refusal::BasisRoot { .. } => Rule::AdmissionBasisRoot,
            Refusal::BasisNote { .. } => Rule::AdmissionBasisNote,
            Refusal::DigestTaken { .. } => Rule::AdmissionDigest,
            Refusal::RulesVersion { .. } => Rule::AdmissionRulesVersion,
            Refusal::WithheldUnknown { .. }
            | Refusal::NeverWithheld { .. }
            | Refusal::WithheldInPart { .. } => Rule::AdmissionWithheld,
        }
    }
}

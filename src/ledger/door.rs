//! The door: what the operator asks of a statement before the rules are asked. Nobody replays it.
//!
//! Admission ([`crate::state`]) decides what may stand in a log, and has no opinion on content. The door keeps out what
//! would harm by being public, and a key that floods the log. What a ledger holds already passes without being asked:
//! whoever asks again gets the same answer as before.

use std::collections::HashMap;

use crate::key::KeyId;
use crate::statement::lint::{self, LintError};
use crate::statement::{Signers, Statement};
use crate::time::Timestamp;

/// What the door asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// Whether what looks like personal data or the address of a system is refused.
    pub lint: bool,
    /// How many statements one key may sign; no limit when absent.
    pub quota: Option<Quota>,
}

/// How many new statements one key may sign within a time, by the clock of the ledger.
///
/// Used up, it comes back bit by bit, and is whole again after that time. It is counted from the moment that the ledger is
/// opened; a refused statement does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The most statements.
    pub statements: u32,
    /// Within how many milliseconds.
    pub within_millis: u32,
}

impl Quota {
    /// 20,000 statements in 24 hours: twice the largest report that anyone imports at once.
    pub const DEFAULT: Quota = Quota {
        statements: 20_000,
        within_millis: 86_400_000,
    };
}

impl Default for Door {
    /// Asks both: the lint, and [`Quota::DEFAULT`].
    fn default() -> Door {
        Door {
            lint: true,
            quota: Some(Quota::DEFAULT),
        }
    }
}

impl Door {
    /// Asks what can be asked of a statement alone; may run in parallel.
    pub(super) fn look_at(&self, statement: &Statement) -> Result<(), DoorError> {
        match self.lint {
            true => Ok(lint::check(statement)?),
            false => Ok(()),
        }
    }
}

/// What each key has used of its quota.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// The moment, in microseconds, at which the key has its whole quota again.
    whole_at: HashMap<KeyId, i64>,
}

impl Used {
    /// Counts a statement for each of its signers, or for none when one of them has used its quota up.
    pub(super) fn count(
        &mut self,
        quota: Quota,
        signers: &Signers,
        now: Timestamp,
    ) -> Result<(), DoorError> {
        let now = now.unix_millis() * 1000;
        let within = i64::from(quota.within_millis) * 1000;
        // One statement costs its part of the time; at least a microsecond.
        let cost = within
            .checked_div(quota.statements.into())
            .unwrap_or(within + 1)
            .max(1);
        let after = |key: &KeyId| self.whole_at.get(key).map_or(now, |at| *at.max(&now)) + cost;
        if let Some(key) = signers.iter().find(|key| after(key) - now > within) {
            return Err(DoorError::Quota { key: *key, quota });
        }
        let counted: Vec<(KeyId, i64)> = signers.iter().map(|key| (*key, after(key))).collect();
        self.whole_at.extend(counted);
        Ok(())
    }
}

/// Why the door is closed to a statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DoorError {
    /// The lint found something.
    #[error(
        "{0}\nleave out what may not be public, or sign an exception that says why it may: a ledger forgets nothing"
    )]
    Lint(#[from] LintError),
    /// A key signed too much.
    #[error(
        "expected at most {} statements by one key within {} s, found more by key {key}\nwait, and append the same file again",
        quota.statements,
        quota.within_millis / 1000
    )]
    Quota {
        /// The key.
        key: KeyId,
        /// What it may sign.
        quota: Quota,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PublicKey;

    fn signers(seeds: &[u8]) -> Signers {
        let ids = seeds.iter().map(|seed| {
            let secret = ed25519_dalek::SigningKey::from_bytes(&[*seed; 32]);
            PublicKey::from_bytes(secret.verifying_key().as_bytes())
                .unwrap()
                .id()
        });
        Signers::new(ids)
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(1_700_000_000_000 + millis).unwrap()
    }

    #[test]
    fn a_quota_is_used_up_and_comes_back() {
        let quota = Quota {
            statements: 3,
            within_millis: 3000,
        };
        let (one, both) = (signers(&[1]), signers(&[1, 2]));
        let mut used = Used::default();
        for _ in 0..3 {
            used.count(quota, &one, at(0)).unwrap();
        }
        assert!(used.count(quota, &one, at(999)).is_err());
        // Who has not signed has its own quota, and is not charged for a statement that was refused.
        assert!(used.count(quota, &both, at(999)).is_err());
        for _ in 0..3 {
            used.count(quota, &signers(&[2]), at(999)).unwrap();
        }
        used.count(quota, &one, at(1000)).unwrap();
        assert!(used.count(quota, &one, at(1000)).is_err());
        for _ in 0..3 {
            used.count(quota, &one, at(9000)).unwrap();
        }
        assert!(used.count(quota, &one, at(9000)).is_err());
    }

    #[test]
    fn the_corners_of_a_quota() {
        let mut used = Used::default();
        let none = Quota {
            statements: 0,
            within_millis: 1000,
        };
        assert!(used.count(none, &signers(&[1]), at(0)).is_err());
        // More statements than microseconds: the microseconds count.
        let many = Quota {
            statements: u32::MAX,
            within_millis: 1,
        };
        for _ in 0..1000 {
            used.count(many, &signers(&[1]), at(0)).unwrap();
        }
        assert!(used.count(many, &signers(&[1]), at(0)).is_err());
        let Quota {
            statements,
            within_millis,
        } = Quota::DEFAULT;
        assert_eq!((statements, within_millis), (20_000, 24 * 60 * 60 * 1000));
    }
}

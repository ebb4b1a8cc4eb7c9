//! Whole logs, sound and broken in one place: which rule is said to be broken where.

mod support;

use support::*;

#[test]
fn a_sound_log_has_no_defects() {
    let log = Log::of_size(40);
    let facts = log.verify();
    assert_eq!(facts.defects(), []);
    assert!(facts.is_sound());
    assert_eq!(facts.size().get(), 40);
    assert_eq!(facts.sound_size(), facts.size());
    assert_eq!(facts.root(), log.chain.root());
    assert_eq!(facts.ledger(), Some(&log.world.ledger));
    assert_eq!(facts.statements().len(), 40);
    assert_eq!(facts.uncovered(), 0);
    let fingerprint = log.checkpoint().checkpoint().fingerprint();
    assert_eq!(facts.fingerprint(), Some(fingerprint));
}

//! What every parser must hold for any bytes: it does not panic, and what it accepts it prints
//! back, byte for byte.
//!
//! The fuzz targets call these functions, and so does `tests/corpus.rs`, which needs no nightly
//! toolchain. Each says whether the bytes were accepted, so that a corpus which reaches nothing
//! is noticed.

use bewijs::json::Value;

/// Every check by the name of its target and of its folder in `tests/corpus`.
pub const CHECKS: &[(&str, fn(&[u8]) -> bool)] = &[("json", json)];

/// Canonical JSON, and JSON as people write it.
pub fn json(bytes: &[u8]) -> bool {
    if let Ok(value) = Value::parse(bytes) {
        let canonical = value.to_canonical();
        assert_eq!(Value::parse_canonical(&canonical).as_ref(), Ok(&value));
    }
    match Value::parse_canonical(bytes) {
        Ok(value) => {
            assert_eq!(
                value.to_canonical(),
                bytes,
                "printed is not what was parsed"
            );
            true
        }
        Err(_) => false,
    }
}

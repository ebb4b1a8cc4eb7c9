#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    bewijs_fuzz::lint(bytes);
});

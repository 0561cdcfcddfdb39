//! The target `message` for libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    raft_fuzz::message(bytes);
});

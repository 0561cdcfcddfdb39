//! The form `s2.` on its own: what it holds comes back, what it does not is refused, and it never changes.

use alloc::format;
use alloc::string::String;

use super::*;

fn packed(text: &str) -> String {
    pack(text).expect("it is not too long")
}

#[track_caller]
fn check_reads_back(text: &str) {
    assert_eq!(unpack(&packed(text)).as_deref(), Ok(text));
}

/// A sentence of the language for each number.
fn lines(count: u64) -> String {
    let mut text = String::from("raft 1\n");
    for n in 0..count {
        let time = n * n * 7_919 + n * 1_000;
        match n % 5 {
            0 => write!(text, "at {time}us crash S{}\n  note Entry {n} is on a majority, as S{} says.\n", n % 7, n % 3),
            1 => writeln!(text, "at {time}us\n  restart S{}\n  write key{n}=v{}", n % 7, n * n),
            2 => writeln!(text, "after {time}us partition S1 S2 | S3 S4 S5"),
            3 => writeln!(text, "when S{} is leader within {time}us", n % 9),
            _ => writeln!(text, "note Zwölf Boxkämpfer, 十二拳師, 🥊 {n}"),
        }
        .expect("a string takes all");
    }
    text
}

#[test]
fn texts_read_back() {
    for text in ["", "\n", "raft 1\n", "at 0us heal\n", "at x\n", "at 5us\n", "\n\n\nat\nat 1us\n", "é\n"] {
        check_reads_back(text);
    }
    (0..60).for_each(|count| check_reads_back(&lines(count)));
    // Nothing but clicks, as many as a scenario may have.
    let clicks = (1..=2_000).map(|n: u64| format!("at {}us crash S{}\n", n * 765_432, n % 5 + 1)).collect::<String>();
    assert!(clicks.len() > 48_000);
    check_reads_back(&clicks);
}

#[test]
fn a_text_that_takes_too_long_is_for_another_form() {
    let full = "x".repeat(MAX_READ - 2);
    check_reads_back(&format!("{full}\n"));
    assert_eq!(pack(&format!("x{full}\n")), None);
}

#[test]
fn times_are_read_however_they_are_written() {
    const MOST: u64 = 86_400_000_000;
    for us in [0, 1, 9, 10, 999, 1_000, 1_001, 123_456, 1_000_000, 123_000_000, MOST - 1, MOST] {
        let expected = format!("raft 1\nat {}us heal\nat {us}us heal\n", us / 2);
        check_reads_back(&expected);
        let written = format!("raft 1\nat {} heal\nat {} heal\n", Time(us / 2), Time(us));
        assert_eq!(unpack(&packed(&written)), Ok(expected));
    }
    // Earlier than the one before, or no time: as letters.
    for time in ["19ms", "0s", "+5ms", "1e3ms", "5", "", "99999999999999999999s"] {
        check_reads_back(&format!("raft 1\nat 20000us heal\nat {time} heal\nat 30000us heal\n"));
    }
}

#[test]
fn a_changed_letter_is_told() {
    let packed = packed(&lines(20));
    for at in 0..packed.len() {
        let mut other = packed.clone().into_bytes();
        other[at] = if other[at] == b'x' { b'y' } else { b'x' };
        let other = String::from_utf8(other).expect("letters");
        // A changed count asks for more letters than there are.
        let error = unpack(&other).expect_err("another link");
        assert!(error == LinkError::Corrupt || at < 3 && error == LinkError::Cut, "letter {at}: {error:?}");
    }
    for end in 0..packed.len() {
        assert_eq!(unpack(&packed[..end]), Err(LinkError::Cut));
    }
    assert_eq!(unpack(&format!("{packed}_")), Ok(lines(20)), "a mark behind it");
    assert_eq!(unpack("____________"), Err(LinkError::Corrupt));
    assert_eq!(unpack("é"), Err(LinkError::Corrupt));
}

/// The letters, with count and sum in front as they must be.
fn framed(letters: &[u8]) -> String {
    let count = letters.len();
    let front = [count & 31 | 32, count >> 5 & 31 | 32, count >> 10];
    let sum = sum(letters);
    let sum = (0..SUM).map(|n| (sum >> (6 * n)) as usize & 63);
    let all = front.into_iter().chain(sum).chain(letters.iter().map(|letter| usize::from(*letter)));
    all.map(|number| char::from(ALPHABET[number])).collect()
}

/// Whoever makes a link by hand gets the sum right: it ends all the same, with a text or without.
#[test]
fn strange_letters_end() {
    let mut state = 1_u32;
    let mut ends = [0; 4];
    for round in 0..120 {
        let count = [0, 1, 5, 50, 500, 12_000][round % 6];
        let letters: Vec<u8> = (0..count)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 26) as u8
            })
            .collect();
        let end = match unpack(&framed(&letters)) {
            Ok(text) => {
                assert!(text.len() <= MAX_BYTES + 30);
                0
            }
            Err(LinkError::Corrupt) => 1,
            Err(LinkError::TooBig) => 2,
            Err(_) => 3,
        };
        ends[end] += 1;
    }
    assert!(ends[1] > 0 && ends[3] == 0, "{ends:?}");
}

/// A text that is guessed costs nearly nothing: a few letters for more than a link may hold.
#[test]
fn a_bomb_is_refused() {
    let bomb = |line: &str, count: usize| {
        let mut writer = Writer::new();
        let mut script = Script::new();
        script.left = usize::MAX;
        script.write(&mut writer, &line.repeat(count));
        framed(&writer.finish())
    };
    // Letter by letter, and by times, which are short and read long.
    for (line, count) in [("x", 2 * MAX_READ), ("heal\n", 10_000), ("at 123456789us\n", 6_000)] {
        assert_eq!(unpack(&bomb(line, count)), Err(LinkError::TooBig), "{line}");
    }
}

/// The text that both sides know and what the model makes of it. If this fails, links that are out there
/// cannot be read any more: there is nothing to update here but a form `s3.` to add.
#[test]
fn the_form_is_frozen() {
    let sum = sum(KNOWN.as_bytes());
    let packed = packed("raft 1\nseed 7\nat 1234.567ms crash S2\nnote Nobody leads: é.\n");
    assert_eq!((KNOWN.len(), sum, packed.as_str()), (9486, 8432456, "Za2ibAU0WO9Aaah61WN56bUGtagqxe"));
    assert_eq!(unpack(&packed).as_deref(), Ok("raft 1\nseed 7\nat 1234567us crash S2\nnote Nobody leads: é.\n"));
}

//! The form `s2.`: a scenario's canonical text in few letters.
//!
//! A model guesses each bit from what stands before it, and arithmetic coding makes letters of what was not
//! guessed. Both sides first read the same text, which teaches the model the language and some of the words
//! that captions are made of. The time of a step `at TIME` is written as a number, the difference to the one
//! before. In front stand how many letters there are, and their sum: a link that was cut off is told as that,
//! and one that was changed is refused before any work.
//!
//! The form is frozen with all that it is made of: the model, the text, the alphabet.

mod coder;
mod model;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write;

use coder::{Coder, Known, Reader, Writer};
use model::{Model, TIMED};
use raft_core::Time;

use super::LinkError;
use crate::scenario::{MAX_BYTES, lex};

/// What both sides know: the words of the language, and captions as they are written for it.
const KNOWN: &str = include_str!("short/known.txt");

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Letters of the sum, six bits each.
const SUM: usize = 4;
/// How many letters the model reads for one link, a time counting as one: a microsecond each.
const MAX_READ: usize = 32 * 1024;

/// The letters behind `s2.`; `None` of a text that is too much for the model.
pub fn pack(text: &str) -> Option<String> {
    let mut writer = Writer::new();
    if !Script::new().write(&mut writer, text) {
        return None;
    }
    let letters = writer.finish();
    let mut out = String::with_capacity(letters.len() + 8);
    let mut put = |number: usize| out.push(char::from(ALPHABET[number & 63]));
    let mut count = letters.len();
    while count >= 32 {
        put(count & 31 | 32);
        count >>= 5;
    }
    put(count);
    let sum = sum(&letters);
    (0..SUM).for_each(|n| put((sum >> (6 * n)) as usize));
    letters.iter().for_each(|letter| put(usize::from(*letter)));
    Some(out)
}

/// The text in the letters behind `s2.`, the times of its steps in microseconds.
pub fn unpack(payload: &str) -> Result<String, LinkError> {
    let mut letters = Vec::with_capacity(payload.len());
    for byte in payload.bytes().filter(|byte| *byte != b'=') {
        letters.push(number_of(byte).ok_or(LinkError::Corrupt)?);
    }
    let mut rest = letters.as_slice();
    let mut take = || {
        let (first, others) = rest.split_first().ok_or(LinkError::Cut)?;
        rest = others;
        Ok(*first)
    };
    let (mut count, mut shift) = (0, 0);
    loop {
        let letter = usize::from(take()?);
        count |= (letter & 31) << shift;
        shift += 5;
        match letter {
            0..32 => break,
            _ if shift > 20 => return Err(LinkError::Corrupt),
            _ => {}
        }
    }
    let mut told = 0;
    for n in 0..SUM {
        told |= u32::from(take()?) << (6 * n);
    }
    // Behind its letters a link may have others: of a tool that marked it.
    let letters = rest.get(..count).ok_or(LinkError::Cut)?;
    if sum(letters) != told {
        return Err(LinkError::Corrupt);
    }
    let text = Script::new().read(&mut Reader::new(letters))?;
    String::from_utf8(text).map_err(|_| LinkError::Corrupt)
}

/// 24 bits in which links differ that differ in a letter.
fn sum(letters: &[u8]) -> u32 {
    // FNV-1a, its upper half folded into the lower one.
    let step = |sum: u32, letter: &u8| {
        let sum = (sum ^ u32::from(*letter)).wrapping_mul(0x0100_0193);
        sum ^ (sum >> 15)
    };
    letters.iter().fold(0x811C_9DC5, step) & ((1 << (6 * SUM)) - 1)
}

fn number_of(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        // And the other alphabet of base64.
        b'-' | b'+' => 62,
        b'_' | b'/' => 63,
        _ => return None,
    })
}

/// A text on its way, line by line.
struct Script {
    model: Model,
    numbers: Numbers,
    /// The time of the latest `at`.
    now: u64,
    /// How many letters may still be coded.
    left: usize,
}

impl Script {
    /// One that has read what both sides know.
    fn new() -> Script {
        let mut script = Script { model: Model::new(), numbers: Numbers::new(), now: 0, left: usize::MAX };
        script.write(&mut Known, KNOWN);
        (script.now, script.left) = (0, MAX_READ);
        script
    }

    /// Whether all of it was written.
    fn write(&mut self, coder: &mut dyn Coder, text: &str) -> bool {
        debug_assert!(!text.as_bytes().contains(&TIMED), "no text of a scenario has control characters");
        for line in text.lines() {
            self.numbers.flag(coder, true);
            let mut rest = line;
            if let Some((time, behind)) = timed(line).filter(|(time, _)| time.0 >= self.now) {
                self.letter(coder, TIMED);
                self.time(coder, time.0 - self.now);
                rest = behind;
            }
            for letter in rest.bytes().chain([b'\n']) {
                self.letter(coder, letter);
            }
            if self.left == 0 {
                return false;
            }
        }
        self.numbers.flag(coder, false);
        true
    }

    fn read(&mut self, coder: &mut dyn Coder) -> Result<Vec<u8>, LinkError> {
        let mut text = Vec::new();
        while self.numbers.flag(coder, false) {
            let line = text.len();
            loop {
                let letter = self.letter(coder, 0);
                if letter == TIMED && text.len() == line {
                    self.time(coder, 0);
                    let mut words = String::new();
                    write!(words, "at {}us", self.now).expect("a string takes all");
                    text.extend_from_slice(words.as_bytes());
                } else {
                    text.push(letter);
                }
                if coder.is_over() {
                    return Err(LinkError::Corrupt);
                }
                if text.len() > MAX_BYTES || self.left == 0 {
                    return Err(LinkError::TooBig);
                }
                if letter == b'\n' {
                    break;
                }
            }
        }
        Ok(text)
    }

    fn letter(&mut self, coder: &mut dyn Coder, letter: u8) -> u8 {
        self.left = self.left.saturating_sub(1);
        self.model.letter(coder, letter)
    }

    fn time(&mut self, coder: &mut dyn Coder, later: u64) {
        let later = self.numbers.number(coder, later);
        self.now = self.now.saturating_add(later);
    }
}

/// The time of a line `at TIME …`, and what stands behind it.
fn timed(line: &str) -> Option<(Time, &str)> {
    let behind = line.strip_prefix("at ")?;
    let (word, rest) = behind.split_at(behind.find(' ').unwrap_or(behind.len()));
    Some((lex::time(word).ok()?, rest))
}

/// Numbers and single bits, guessed from those before them.
struct Numbers {
    more: u16,
    /// One more decimal zero at the end.
    zeros: [u16; 8],
    /// How long the number is, by its zeros.
    length: Vec<u16>,
}

impl Numbers {
    const MAX_ZEROS: usize = 6;

    fn new() -> Numbers {
        Numbers { more: 1 << 15, zeros: [1 << 15; 8], length: vec![1 << 15; 64 * (Self::MAX_ZEROS + 1)] }
    }

    fn flag(&mut self, coder: &mut dyn Coder, more: bool) -> bool {
        guessed(coder, &mut self.more, more)
    }

    /// A number is `m * 10^zeros`; of `m` its length, then the bits behind its first one.
    fn number(&mut self, coder: &mut dyn Coder, number: u64) -> u64 {
        let (mut rest, mut zeros, mut unit) = (number, 0, 1);
        loop {
            let more = zeros < Self::MAX_ZEROS && rest > 0 && rest.is_multiple_of(10);
            if zeros == Self::MAX_ZEROS || !guessed(coder, &mut self.zeros[zeros], more) {
                break;
            }
            (rest, zeros, unit) = (rest / 10, zeros + 1, unit * 10);
        }
        let length = 64 - rest.leading_zeros();
        let mut node = 1;
        for place in (0..6).rev() {
            let bit = guessed(coder, &mut self.length[zeros << 6 | node], length >> place & 1 == 1);
            node = node << 1 | usize::from(bit);
        }
        let length = node & 63;
        let mut read = u64::from(length > 0);
        for place in (0..length.saturating_sub(1)).rev() {
            read = read << 1 | u64::from(coder.bit(rest >> place & 1 == 1, 1 << 15));
        }
        read.saturating_mul(unit)
    }
}

/// Codes a bit by a guess that follows what came.
fn guessed(coder: &mut dyn Coder, guess: &mut u16, bit: bool) -> bool {
    let bit = coder.bit(bit, u32::from(*guess).clamp(512, 65_024));
    model::follow(guess, bit, 4);
    bit
}

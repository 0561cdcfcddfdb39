//! Guesses and bits become letters, and letters bits again: arithmetic coding, six bits a letter.
//!
//! An interval is cut in two at each bit, in the ratio of the guess; the letters are the first ones of the
//! numbers that are left. Who writes, who reads and who only learns go through the same steps.

use alloc::vec::Vec;

/// Bits of the interval: five letters.
const WIDTH: u32 = 30;
const LETTER: u32 = 6;
const ALL: u32 = (1 << WIDTH) - 1;

/// Where bits go, or come from.
pub trait Coder {
    /// Puts a bit, or takes one: a writer gives back what it got, a reader ignores it. The guess says, in
    /// 65536ths, how likely it is a one; it is neither 0 nor all of them.
    fn bit(&mut self, bit: bool, guess: u32) -> bool;

    /// Whether letters were read that nobody wrote.
    fn is_over(&self) -> bool {
        false
    }
}

/// Lets a model learn from a text that both sides know.
pub struct Known;

impl Coder for Known {
    fn bit(&mut self, bit: bool, _: u32) -> bool {
        bit
    }
}

/// The numbers that are left.
struct Interval {
    low: u32,
    high: u32,
}

impl Interval {
    const WHOLE: Interval = Interval { low: 0, high: ALL };

    /// The last number of the part of ones.
    fn cut(&self, guess: u32) -> u32 {
        self.low + ((u64::from(self.high - self.low) * u64::from(guess)) >> 16) as u32
    }

    fn narrow(&mut self, bit: bool, cut: u32) {
        if bit {
            self.high = cut;
        } else {
            self.low = cut + 1;
        }
    }

    /// The first letter, once all numbers have the same.
    fn letter(&mut self) -> Option<u8> {
        let letter = self.low >> (WIDTH - LETTER);
        if letter != self.high >> (WIDTH - LETTER) {
            return None;
        }
        self.low = (self.low << LETTER) & ALL;
        self.high = (self.high << LETTER) & ALL | ((1 << LETTER) - 1);
        Some(letter as u8)
    }
}

/// Writes letters, as numbers below 64.
pub struct Writer {
    interval: Interval,
    letters: Vec<u8>,
}

impl Writer {
    pub fn new() -> Writer {
        Writer { interval: Interval::WHOLE, letters: Vec::new() }
    }

    /// The letters. Behind them a reader takes zeros for granted.
    pub fn finish(mut self) -> Vec<u8> {
        if self.interval.low > 0 {
            // The first letters of low and high differ, so that this number lies between them.
            self.letters.push((self.interval.low >> (WIDTH - LETTER)) as u8 + 1);
        }
        self.letters
    }
}

impl Coder for Writer {
    fn bit(&mut self, bit: bool, guess: u32) -> bool {
        let cut = self.interval.cut(guess);
        self.interval.narrow(bit, cut);
        while let Some(letter) = self.interval.letter() {
            self.letters.push(letter);
        }
        bit
    }
}

/// Reads what a [`Writer`] wrote.
pub struct Reader<'a> {
    interval: Interval,
    number: u32,
    letters: &'a [u8],
    /// How many letters were read.
    read: usize,
}

impl<'a> Reader<'a> {
    pub fn new(letters: &'a [u8]) -> Self {
        let mut reader = Reader { interval: Interval::WHOLE, number: 0, letters, read: 0 };
        for _ in 0..WIDTH / LETTER {
            reader.next();
        }
        reader
    }

    fn next(&mut self) {
        let letter = self.letters.get(self.read).copied().unwrap_or_default();
        self.number = (self.number << LETTER) & ALL | u32::from(letter);
        self.read += 1;
    }
}

impl Coder for Reader<'_> {
    fn bit(&mut self, _: bool, guess: u32) -> bool {
        let cut = self.interval.cut(guess);
        let bit = self.number <= cut;
        self.interval.narrow(bit, cut);
        while self.interval.letter().is_some() {
            self.next();
        }
        bit
    }

    fn is_over(&self) -> bool {
        // A reader is so many letters ahead of what it needs.
        self.read > self.letters.len() + (WIDTH / LETTER) as usize
    }
}

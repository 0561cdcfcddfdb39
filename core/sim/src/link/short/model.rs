//! What the next letter of a scenario will be: guesses of several contexts, mixed by weights that follow
//! their success. Whole numbers only, so that every machine guesses the same.
//!
//! The model is part of the form `s2.`: whatever changes a guess makes links unreadable that are already
//! out there. The golden links of version 2 tell.

use alloc::vec;
use alloc::vec::Vec;

use super::coder::Coder;

/// A step `at TIME`; the time itself is coded as a number.
pub const TIMED: u8 = 1;

const CONTEXTS: usize = 7;
/// The first ones: so many letters, and none.
const CONTEXTS_OF_LETTERS: usize = 3;
/// One of each context, one of the place where the same stood before, and a constant.
const INPUTS: usize = CONTEXTS + 2;
/// Buckets of what was seen, 16 bytes each: a mark of whose it is, and 15 nodes of half a letter.
const BUCKETS: u32 = 17;
const HEADS: u32 = 12;
/// How fast weights follow.
const RATE: i32 = 5;
/// Sets of weights: for the language and for texts, each by how much of the past was seen before.
const SETS: usize = 8 * (CONTEXTS_OF_LETTERS + 1);

/// A guess from a sum of evidence, in 4096ths: `4096 / (1 + exp(-x / 256))`.
fn squash(x: i32) -> i32 {
    const AT: [i32; 33] = [
        1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994, 3348, 3607, 3785, 3901,
        3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094,
    ];
    let x = x.clamp(-2047, 2047);
    let (part, at) = (x & 127, ((x >> 7) + 16) as usize);
    (AT[at] * (128 - part) + AT[at + 1] * part + 64) >> 7
}

/// The other way round.
fn stretch_table() -> Vec<i16> {
    let mut table = vec![2047; 4096];
    let mut next = 0;
    for x in -2047..=2047 {
        let guess = squash(x) as usize;
        for place in &mut table[next.min(guess + 1)..=guess] {
            *place = x as i16;
        }
        next = next.max(guess + 1);
    }
    table
}

fn hash(a: u32, b: u32) -> u32 {
    let h = a.wrapping_mul(0x9E37_79B1) ^ b.wrapping_mul(0x85EB_CA6B);
    h ^ (h >> 15)
}

/// How often a zero and a one were seen, four bits each, behind one more zero or one: the other is half forgotten.
const SEEN: [[u8; 256]; 2] = {
    const LESS: [u8; 16] = [0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5];
    const fn more(count: u8) -> u8 {
        if count < 15 { count + 1 } else { 15 }
    }
    let mut seen = [[0; 256]; 2];
    let mut state = 0;
    while state < 256 {
        let (zeros, ones) = ((state >> 4) as u8, (state & 15) as u8);
        seen[0][state] = more(zeros) << 4 | LESS[ones as usize];
        seen[1][state] = LESS[zeros as usize] << 4 | more(ones);
        state += 1;
    }
    seen
};

/// Moves a guess in 65536ths towards what came.
pub fn follow(guess: &mut u16, bit: bool, slowness: u32) {
    let (now, goal) = (i32::from(*guess), if bit { 65_535 } else { 0 });
    *guess = (now + ((goal - now) >> slowness)) as u16;
}

/// What is known of the text so far.
pub struct Model {
    stretch: Vec<i16>,
    buckets: Vec<[u8; 16]>,
    /// What a state came to mean, for each context: in the language, and in texts for readers.
    meaning: Vec<[u16; 256]>,
    weights: Vec<[i32; INPUTS]>,
    past: Past,
    /// The bucket of each context.
    at: [usize; CONTEXTS],
    /// The bits of the letter so far, behind a one.
    partial: u32,
    copy: Copied,
    inputs: [i32; INPUTS],
    /// The set of weights that is in use, and what it guesses.
    set: usize,
    mixed: i32,
}

impl Model {
    pub fn new() -> Model {
        let meaning = |state: usize| {
            let (zeros, ones) = (state >> 4, state & 15);
            ((ones * 10 + 4) * 65_535 / ((zeros + ones) * 10 + 8)) as u16
        };
        /// In 65536ths.
        const WEIGHT: i32 = 20_000;
        let mut model = Model {
            stretch: stretch_table(),
            buckets: vec![[0; 16]; 1 << BUCKETS],
            meaning: vec![core::array::from_fn(meaning); 2 * CONTEXTS],
            weights: vec![[WEIGHT; INPUTS]; SETS],
            past: Past::default(),
            at: [0; CONTEXTS],
            partial: 1,
            copy: Copied::new(),
            inputs: [0; INPUTS],
            set: 0,
            mixed: 0,
        };
        model.find_buckets();
        model
    }

    /// Codes a letter of eight bits.
    pub fn letter(&mut self, coder: &mut dyn Coder, letter: u8) -> u8 {
        self.partial = 1;
        for place in (0..8).rev() {
            let guess = self.guess();
            let bit = coder.bit(letter >> place & 1 == 1, guess);
            self.learn(bit);
            self.partial = self.partial << 1 | u32::from(bit);
            if place == 4 {
                self.find_buckets();
            }
        }
        let letter = self.partial as u8;
        self.past.push(letter);
        self.copy.next(&self.past.letters);
        self.partial = 1;
        self.find_buckets();
        letter
    }

    /// For the next half of a letter.
    fn find_buckets(&mut self) {
        for (n, context) in self.past.contexts().into_iter().enumerate() {
            let h = hash(context.wrapping_add(n as u32 * 0x0100_0193), self.partial);
            self.at[n] = (h >> (32 - BUCKETS)) as usize;
            let (bucket, mark) = (&mut self.buckets[self.at[n]], h as u8 | 1);
            if bucket[0] != mark {
                *bucket = [0; 16];
                bucket[0] = mark;
            }
        }
    }

    /// Where a context's state stands in its bucket.
    fn node(&self) -> usize {
        match self.partial {
            1..16 => self.partial as usize,
            partial => {
                let done = 27 - partial.leading_zeros();
                (partial & ((1 << done) - 1) | 1 << done) as usize
            }
        }
    }

    fn guess(&mut self) -> u32 {
        let node = self.node();
        let prose = usize::from(self.past.prose);
        let meaning = &self.meaning[CONTEXTS * prose..];
        let mut longest = 0;
        for (n, (bucket, meaning)) in self.at.into_iter().zip(meaning).enumerate() {
            let state = usize::from(self.buckets[bucket][node]);
            if state > 0 && n <= CONTEXTS_OF_LETTERS {
                longest = n;
            }
            let guess = meaning[state] >> 4;
            self.inputs[n] = if state > 0 { i32::from(self.stretch[usize::from(guess)]) } else { 0 };
        }
        let copied = self.copy.guess(self.partial);
        self.inputs[CONTEXTS] = copied.map_or(0, |(bit, right)| {
            let sure = i32::from(self.stretch[usize::from(right >> 4)]);
            if bit { sure } else { -sure }
        });
        self.inputs[CONTEXTS + 1] = 256;
        let length =
            copied.map_or(0, |_| 1 + usize::from(self.copy.length >= 10) + usize::from(self.copy.length >= 20));
        self.set = longest + (length + 4 * prose) * (CONTEXTS_OF_LETTERS + 1);
        let sum: i64 = self.weights[self.set].iter().zip(self.inputs).map(|(w, x)| i64::from(*w) * i64::from(x)).sum();
        self.mixed = squash((sum >> 16).clamp(-2047, 2047) as i32);
        (self.mixed * 16).clamp(24, 65_536 - 24) as u32
    }

    fn learn(&mut self, bit: bool) {
        // The weights stay small: so few bits are read that no sum overflows.
        let step = ((i32::from(bit) << 12) - self.mixed) * RATE;
        for (weight, input) in self.weights[self.set].iter_mut().zip(self.inputs) {
            *weight += (input * step + (1 << 13)) >> 14;
        }
        let node = self.node();
        let meaning = &mut self.meaning[CONTEXTS * usize::from(self.past.prose)..];
        let seen = &SEEN[usize::from(bit)];
        for (bucket, meaning) in self.at.into_iter().zip(meaning) {
            let state = &mut self.buckets[bucket][node];
            if *state > 0 {
                follow(&mut meaning[usize::from(*state)], bit, 6);
            }
            *state = seen[usize::from(*state)];
        }
        self.copy.learn(self.partial, bit);
    }
}

/// The letters so far, and what they are in a scenario.
#[derive(Default)]
struct Past {
    letters: Vec<u8>,
    /// Hashes of the word so far and of the two before it.
    word: u32,
    before: [u32; 2],
    /// Of the first word of this line.
    verb: u32,
    /// How many words this line has.
    field: u32,
    /// Whether the line is for a reader.
    prose: bool,
}

impl Past {
    fn contexts(&self) -> [u32; CONTEXTS] {
        let order = |count: usize| {
            self.letters.iter().rev().take(count).fold(count as u32, |h, letter| hash(h, u32::from(*letter) + 1))
        };
        let word = hash(self.word, 77);
        let [before, earlier] = self.before;
        let place = hash(self.verb, self.field);
        [
            0,
            order(1),
            order(2),
            order(3),
            word,
            hash(word, before),
            if self.prose { hash(hash(word, 9), earlier) } else { hash(place, hash(word, 5)) },
        ]
    }

    fn push(&mut self, letter: u8) {
        const PROSE: [&[u8]; 5] = [b"note", b"stop", b"about", b"title", b"ask"];
        self.letters.push(letter);
        let joins = letter == b'\'' || letter == b'-' && !self.prose;
        if letter.is_ascii_alphanumeric() || letter >= 128 || joins {
            self.word = hash(self.word, u32::from(letter.to_ascii_lowercase()));
            return;
        }
        if self.word != 0 {
            if self.field == 0 {
                self.verb = self.word;
                self.prose = PROSE.iter().any(|verb| verb.iter().fold(0, |h, l| hash(h, u32::from(*l))) == self.word);
            }
            self.field = (self.field + 1).min(15);
            self.before = [self.word, self.before[0]];
            self.word = 0;
        }
        match letter {
            b' ' => {}
            b'\n' => (self.before, self.verb, self.field, self.prose) = ([0; 2], 0, 0, false),
            _ => self.before = [u32::from(letter), self.before[0]],
        }
    }
}

/// What stood behind the same letters when they last stood here.
struct Copied {
    /// Where the last five letters stood before, by their hash: the place behind them.
    heads: Vec<u32>,
    from: usize,
    length: usize,
    next: u8,
    right: [u16; 32],
}

impl Copied {
    fn new() -> Copied {
        Copied { heads: vec![0; 1 << HEADS], from: 0, length: 0, next: 0, right: [49_152; 32] }
    }

    fn next(&mut self, letters: &[u8]) {
        let Some(last) = letters.last_chunk::<5>() else { return };
        if self.length > 0 && letters[self.from] == last[4] {
            (self.length, self.from) = (self.length + 1, self.from + 1);
        } else {
            self.length = 0;
        }
        let head = last.iter().fold(5, |h, letter| hash(h, u32::from(*letter))) >> (32 - HEADS);
        let head = &mut self.heads[head as usize];
        if self.length == 0 {
            self.from = *head as usize;
            let pairs = letters[..self.from].iter().rev().zip(letters.iter().rev());
            self.length = pairs.take(31).take_while(|(old, new)| old == new).count();
        }
        *head = letters.len() as u32;
        self.next = letters.get(self.from).copied().unwrap_or_default();
    }

    /// The bit that stood there, and how far that was right before.
    fn guess(&self, partial: u32) -> Option<(bool, u16)> {
        let (whole, done) = (u32::from(self.next) | 256, 31 - partial.leading_zeros());
        let same = self.length > 0 && whole >> (8 - done) == partial;
        same.then(|| (whole >> (7 - done) & 1 == 1, self.right[self.length.min(31)]))
    }

    fn learn(&mut self, partial: u32, bit: bool) {
        if let Some((guess, _)) = self.guess(partial) {
            follow(&mut self.right[self.length.min(31)], guess == bit, 5);
            if guess != bit {
                self.length = 0;
            }
        }
    }
}

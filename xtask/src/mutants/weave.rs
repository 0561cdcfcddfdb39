//! All mutants of a file in one file: beside each function's body stand its mutants, and which of them
//! runs is decided when it runs. So all of them are built at once, instead of one build each.

use std::ops::Range;

use serde_json::Value;

use super::{text, whole};

/// One change, as `cargo mutants --list --json` tells it.
pub struct Mutant {
    /// Its place and what is changed, as people read it.
    pub name: String,
    pub file: String,
    /// The function that it is in.
    function: Range<Place>,
    span: Range<Place>,
    replacement: String,
    /// Stands between its neighbours with spaces, so that no other operator comes of it.
    operator: bool,
}

/// Line and column, from 1.
type Place = (usize, usize);

impl Mutant {
    pub fn of(json: &Value) -> Mutant {
        let text = |name| text(&json[name]).to_owned();
        Mutant {
            name: text("name"),
            file: text("file"),
            function: range(&json["function"]["span"]),
            span: range(&json["span"]),
            replacement: text("replacement"),
            operator: json["genre"] == "BinaryOperator",
        }
    }

    /// Its name without its place, which other changes move.
    pub fn what(&self) -> String {
        let what = self.name.splitn(4, ':').nth(3).unwrap_or_default();
        format!("{}:{what}", self.file)
    }

    /// A core without `std` has nothing of that name; with the hook below it would.
    pub fn wants_std(&self) -> bool {
        self.replacement.contains("std::")
    }
}

fn range(span: &Value) -> Range<Place> {
    let place = |end| (whole(&span[end]["line"]), whole(&span[end]["column"]));
    place("start")..place("end")
}

/// Added to a crate's root: which mutant is to run, 0 for none.
pub const HOOK: &str = r#"
extern crate std;
static MUTANT: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
#[doc(hidden)]
pub fn __mutant() -> usize {
    *MUTANT.get_or_init(|| std::env::var("MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(0))
}
"#;

/// A file with its mutants.
pub struct Woven {
    pub text: String,
    /// The lines of each mutant, to know whose an error is.
    pub lines: Vec<(Range<usize>, usize)>,
    /// Mutants of functions that run when the code is compiled: they can be chosen no later.
    pub left: Vec<usize>,
}

/// Weaves numbered mutants into the file that they are of.
pub fn weave(source: &str, mutants: &[(usize, &Mutant)]) -> Woven {
    let starts: Vec<usize> = [0].into_iter().chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let at = |(line, column): Place| {
        let start = starts[line - 1];
        // Columns count characters.
        source[start..].char_indices().nth(column - 1).map_or(source.len(), |(offset, _)| start + offset)
    };
    let mut functions: Vec<&Range<Place>> = mutants.iter().map(|(_, mutant)| &mutant.function).collect();
    functions.sort_by_key(|function| function.start);
    functions.dedup();
    let mut woven = Woven { text: String::new(), lines: vec![], left: vec![] };
    let mut done = 0;
    for function in functions {
        let here = mutants.iter().filter(|(_, mutant)| mutant.function == *function);
        let (start, end) = (at(function.start), at(function.end) - 1);
        let open = body(source, start);
        let signature = &source[start..open];
        // Within the one before, or evaluated by the compiler.
        if start < done || signature.split_whitespace().any(|word| word == "const") {
            woven.left.extend(here.map(|(number, _)| number));
            continue;
        }
        let (before, after) = boxed(signature);
        woven.text += &source[done..=open];
        woven.text += " match crate::__mutant() {\n";
        for (number, mutant) in here {
            let space = if mutant.operator { " " } else { "" };
            let (from, to) = (at(mutant.span.start), at(mutant.span.end));
            let first = woven.text.matches('\n').count() + 1;
            let Mutant { replacement, .. } = mutant;
            let (head, tail) = (&source[open + 1..from], &source[to..end]);
            woven.text += &format!("{number} => {{{before}{head}{space}{replacement}{space}{tail}{after}}}\n");
            woven.lines.push((first..woven.text.matches('\n').count() + 1, *number));
        }
        woven.text += &format!("_ => {{{before}{}{after}}}\n}}", &source[open + 1..end]);
        done = end;
    }
    woven.text += &source[done..];
    woven
}

/// Where the body of the function that starts here opens.
fn body(source: &str, start: usize) -> usize {
    let mut depth = 0;
    let from = start + source[start..].find("fn ").expect("a function");
    for (offset, c) in source[from..].char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return from + offset,
            _ => {}
        }
    }
    unreachable!("a function with mutants has a body")
}

/// `-> impl Trait` is one type, and each mutant's is another: in a box they are one.
fn boxed(signature: &str) -> (String, &str) {
    let Some((_, kind)) = signature.rsplit_once("-> impl ") else { return (String::new(), "") };
    let life = if kind.contains("'_") { "" } else { " + '_" };
    let kind = kind.trim();
    (format!("let it: alloc::boxed::Box<dyn {kind}{life}> = alloc::boxed::Box::new({{"), "}); it")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(function: Range<Place>, span: Range<Place>, replacement: &str, operator: bool) -> Mutant {
        let (name, file) = ("a.rs:2:7: replace it".into(), "a.rs".into());
        Mutant { name, file, function, span, replacement: replacement.into(), operator }
    }

    #[test]
    fn mutants_stand_beside_the_body() {
        let source = "fn é(a: [u8; 2]) -> u8 {\n    a[0] + a[1]\n}\n\nconst fn c() -> u8 {\n    1 + 1\n}\n";
        let sum = mutant((1, 1)..(3, 2), (2, 10)..(2, 11), "-", true);
        let whole = mutant((1, 1)..(3, 2), (2, 5)..(2, 16), "1", false);
        let fixed = mutant((5, 1)..(7, 2), (6, 7)..(6, 8), "-", true);
        assert_eq!(sum.what(), "a.rs: replace it");
        let woven = weave(source, &[(1, &sum), (2, &whole), (3, &fixed)]);
        let expected = "fn é(a: [u8; 2]) -> u8 { match crate::__mutant() {\n1 => {\n    a[0]  -  a[1]\n}\n2 => {\n    1\n}\n\
                        _ => {\n    a[0] + a[1]\n}\n}}\n\nconst fn c() -> u8 {\n    1 + 1\n}\n";
        assert_eq!(woven.text, expected);
        assert_eq!((woven.lines, woven.left), (vec![(2..5, 1), (5..8, 2)], vec![3]));
    }

    #[test]
    fn iterators_of_several_types_are_boxed() {
        let source = "fn all(&self) -> impl Iterator<Item = &u8> {\n    self.0.iter()\n}\n";
        let none = mutant((1, 1)..(3, 2), (2, 5)..(2, 18), "core::iter::empty()", false);
        let woven = weave(source, &[(7, &none)]);
        assert!(woven.text.contains("Box<dyn Iterator<Item = &u8> + '_>"), "{}", woven.text);
    }
}

//! The page on what is a model here, from its Markdown: `docs/model.md` is the one source. It uses headings,
//! paragraphs and lists, with words in bold or as code; a test sees to it.

/// A part of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(Vec<Span>),
    /// A list.
    List(Vec<Vec<Span>>),
}

/// Words in one type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Span {
    /// As they are.
    Plain(String),
    /// In bold.
    Strong(String),
    /// As code.
    Code(String),
}

/// Reads the text. Its title is left to who shows it.
pub fn read(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for part in text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()) {
        if part.starts_with("# ") {
            continue;
        }
        if let Some(heading) = part.strip_prefix("## ") {
            blocks.push(Block::Heading(heading.to_owned()));
        } else if let Some(list) = part.strip_prefix("- ") {
            blocks.push(Block::List(list.split("\n- ").map(spans).collect()));
        } else {
            blocks.push(Block::Text(spans(part)));
        }
    }
    blocks
}

fn spans(text: &str) -> Vec<Span> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut spans = Vec::new();
    for (place, part) in text.split('`').enumerate() {
        if place % 2 == 1 {
            spans.push(Span::Code(part.to_owned()));
            continue;
        }
        for (place, part) in part.split("**").enumerate().filter(|(_, part)| !part.is_empty()) {
            let make = if place % 2 == 1 { Span::Strong } else { Span::Plain };
            spans.push(make(part.to_owned()));
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use raft_sim::scenario::{MAX_CLIENTS, MAX_SERVERS};

    use super::*;

    const SOURCE: &str = include_str!("../../docs/model.md");

    #[test]
    fn headings_paragraphs_and_lists() {
        let plain = |text: &str| Span::Plain(text.into());
        let blocks = read("# Title\n\n## One\n\nTwo\nlines, `code`.\n\n- **Bold.** more\n  and\n- last\n");
        let text = Block::Text(vec![plain("Two lines, "), Span::Code("code".into()), plain(".")]);
        let first = vec![Span::Strong("Bold.".into()), plain(" more and")];
        assert_eq!(blocks, [Block::Heading("One".into()), text, Block::List(vec![first, vec![plain("last")]])]);
    }

    #[test]
    fn the_page_uses_nothing_else() {
        let blocks = read(SOURCE);
        assert_eq!(blocks.iter().filter(|block| matches!(block, Block::Heading(_))).count(), 3);
        let left = |text: &String| ["**", "](", "|", "##", "```", "\n"].iter().any(|sign| text.contains(sign));
        let all = blocks.iter().flat_map(|block| match block {
            Block::Heading(text) => vec![text.clone()],
            Block::Text(spans) => spans.iter().map(words).collect(),
            Block::List(items) => items.iter().flatten().map(words).collect(),
        });
        let odd: Vec<String> = all.filter(left).collect();
        assert!(odd.is_empty(), "{odd:?}");
    }

    fn words(span: &Span) -> String {
        match span {
            Span::Plain(text) | Span::Strong(text) | Span::Code(text) => text.clone(),
        }
    }

    #[test]
    fn the_numbers_are_those_of_the_other_pages() {
        let explored = include_str!("../../docs/explore.md");
        for number in ["100010426", "1878495"] {
            assert!(explored.contains(number) && SOURCE.replace(',', "").contains(number), "{number}");
        }
        // What is written as a word, by its number.
        const WORDS: [&str; 16] = [
            "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen",
        ];
        let source = SOURCE.split_whitespace().collect::<Vec<_>>().join(" ");
        let (servers, clients) = (WORDS[MAX_SERVERS], WORDS[MAX_CLIENTS as usize]);
        assert!(source.contains(&format!("At most {servers} servers and {clients} clients")));
        // The largest bounds that were searched completely are the last row of that table.
        let exhausted = include_str!("../../docs/exhaustive.md");
        let last = exhausted.lines().rfind(|line| line.contains("complete, no violation")).expect("a row");
        let bounds: Vec<&str> = last.split('|').map(str::trim).skip(1).take(5).collect();
        let [servers, terms, writes, crashes] =
            [0, 1, 2, 3].map(|place: usize| WORDS[bounds[place].parse::<usize>().expect("a number")]);
        assert_eq!(bounds[4], "", "with the usual settings");
        let said = format!("{servers} servers, {terms} terms, {writes} writes and {crashes} crash, every order");
        assert!(source.contains(&said), "{said}");
        // What integration does is what the tests say.
        let seeds = include_str!("../../tests/it/seeds.rs");
        assert!(source.contains("20,000 random schedules of thirty simulated seconds and 2,000 of many readers"));
        assert!(seeds.contains("unwrap_or(20_000)") && seeds.contains("seeds() / 10"));
        assert!(seeds.contains("const LONG: u64 = 30;"));
        assert!(source.contains("3,000,000 events by the explorer"));
        assert!(include_str!("../../core/cli/tests/cli.rs").contains(r#""explore", "--events", "3M""#));
        assert_eq!(raft_sim::bugs::TABLE.len(), 45, "forty-five rules, it says");
        assert_eq!(raft_sim::checker::Promise::ALL.len(), 8, "seven after every event, and one where a run ends");
    }
}

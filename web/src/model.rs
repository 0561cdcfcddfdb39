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
        assert_eq!(raft_sim::bugs::TABLE.len(), 45, "forty-five rules, it says");
        assert_eq!(raft_sim::checker::Promise::ALL.len(), 8, "seven after every event, and one where a run ends");
    }
}

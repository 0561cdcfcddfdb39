//! Snippets are what their place takes, whatever a run is called.

use super::*;

fn run(title: &str) -> Run {
    Run { page: "https://host/raft/".into(), fragment: "s1.Kys&at=1.2s".into(), title: title.into(), shipped: None }
}

fn of(place: &str, title: &str) -> String {
    SNIPPETS.iter().find(|snippet| snippet.place == place).expect("a place").of(&run(title))
}

#[test]
fn every_snippet_carries_the_run_and_its_name() {
    for snippet in &SNIPPETS {
        let text = snippet.of(&run("A leader crashes"));
        assert!(text.contains("s1.Kys"), "{}: {text}", snippet.place);
        assert!(text.contains("https://host/raft/"), "{}: {text}", snippet.place);
        assert!(text.contains("A leader crashes") || snippet.place == "Jupyter", "{}: {text}", snippet.place);
    }
}

#[test]
fn snippets_are_what_their_place_takes() {
    assert_eq!(
        of("Any page", "A leader crashes"),
        "<script src=\"https://host/raft/embed/v1.js\" async></script>\n\
         <raft-playground link=\"#s1.Kys&amp;at=1.2s\" title=\"A leader crashes\"></raft-playground>",
    );
    assert_eq!(
        of("Markdown, with a picture", "Figure 8 [why]"),
        "[![Figure 8 \\[why\\]](ring.svg)](https://host/raft/#s1.Kys&at=1.2s)",
    );
    let markdown = SNIPPETS.iter().find(|snippet| snippet.lacks(&run("x")).is_some()).expect("it lacks a picture");
    let shipped = Run { shipped: Some(("figure-8", "&at=1.2s".into())), ..run("Figure 8") };
    assert_eq!(markdown.lacks(&shipped), None);
    assert_eq!(
        markdown.of(&shipped),
        "[![Figure 8](https://host/raft/s/figure-8.png)](https://host/raft/#demo=figure-8&at=1.2s)",
    );
    assert_eq!(
        of("MyST", "Figure 8"),
        "```{iframe} https://host/raft/?embed=1#s1.Kys&at=1.2s\n:width: 100%\n\nFigure 8\n```",
    );
    assert!(of("reveal.js", "x").contains("data-src=\"https://host/raft/?embed=1#s1.Kys&amp;at=1.2s\""));
    assert!(of("Jupyter", "x").ends_with("height=475)"));
}

#[test]
fn a_title_stays_a_title() {
    let hostile = "\"><script>alert(1)</script>{process.exit()}";
    for snippet in &SNIPPETS {
        let text = snippet.of(&run(hostile));
        assert!(!text.contains("<script>alert") && !text.contains("\"{process"), "{}: {text}", snippet.place);
        assert!(!text.contains("{process") || snippet.place == "MyST" || text.starts_with("[!["), "{text}");
    }
}

//! What docs/embed.md says of a figure, row by row.

/// A row of a table.
pub type Row = &'static [&'static str];

/// Options: name, values, meaning, default.
pub const OPTIONS: &[Row] = &[
    &[
        "view",
        "`ring`, `legend`, `title`, `logs`, `story`, `time`, or `all`",
        "which parts are shown; several with commas. \"Why?\" is offered where the `story` is, as its answer takes that place",
        "`ring,legend`",
    ],
    &[
        "controls",
        "`step`, `play`, `clock`, `scrub`, `speed`, `next`, `faults`, `all`, or `0` for none",
        "what the bar has; several with commas",
        "`step,play,clock,scrub`",
    ],
    &[
        "theme",
        "`light`, `dark`, `projector`",
        "colours; for the last also thick lines and large type",
        "those of the reader's system",
    ],
    &["lang", "`en`, `zh`", "language", "that of the reader's browser"],
    &[
        "links",
        "`0`",
        "no way to the whole page: no link, no sharing, no other scenarios",
        "a link at the end of the bar",
    ],
    &[
        "readonly",
        "`1`",
        "the reader moves in time and changes nothing",
        "servers and messages have menus, as on the page",
    ],
    &[
        "exam",
        "`1`",
        "nothing tells or explains the run: no title, story, answers, lenses, no name of a rule that is off, no links. For a question beside the figure; not a secret, who looks for it finds it",
        "off",
    ],
    &["poster", "`0`", "no poster over the ring", "a poster until it is played"],
    &["channel", "a name", "goes into the messages below, to tell several figures apart", "empty"],
];

/// What is shown, as `<raft-playground>` names it: name, values, the same in the address of an iframe.
pub const SHOWN: &[Row] = &[
    &["scenario", "the name of a scenario that comes with the page", "`#demo=NAME`"],
    &[
        "src",
        "a file with a scenario, as seen from the page that embeds; fetched there, with its cookies",
        "`#src=URL`",
    ],
    &["link", "a link that the Share dialog gives", "all from its `#` on"],
    &["at", "a moment: `1.2s`", "`&at=1.2s`"],
    &["event", "after how many events", "`&event=87`"],
    &["seed", "other dice", "`&seed=7`"],
    &["servers", "another number of servers", "`&servers=3`"],
    &["select", "a server that is chosen", "`&select=S3`"],
    &["speed", "simulated seconds a second", "`&speed=1/20`"],
];

/// Attributes that only `<raft-playground>` has: name, values, meaning.
pub const OURS: &[Row] = &[
    &["title", "a text", "the name of the figure, for who hears the page; say what it shows"],
    &[
        "height",
        "pixels; or anything else, where a stylesheet says it",
        "a height of its own. Without it the figure is as high as it would like to be",
    ],
    &[
        "picture",
        "the address of a picture",
        "shown instead of the figure until it is pressed; until then nothing of the playground is loaded",
    ],
];

/// Commands: type, fields, what they do, the method of `<raft-playground>`.
pub const COMMANDS: &[Row] = &[
    &["load", "`text`: a scenario, or `link`: `#s2.…`, `#demo=…`", "opens it, paused", "`load(textOrLink)`"],
    &["play", "", "plays", "`play()`"],
    &["pause", "", "pauses", "`pause()`"],
    &[
        "step",
        "`n`: whole number, 1 if missing, may be negative",
        "goes so many events forward or back; the value is how many",
        "`step(n)`",
    ],
    &["seek", "`t`: microseconds", "goes to that moment", "`seek(t)`"],
    &["speed", "`value`: simulated seconds a second, 0.001 to 100", "sets the speed", ""],
    &["get-state", "", "nothing but answer", "`state()`"],
];

/// Messages: type, fields, when.
pub const MESSAGES: &[Row] = &[
    &["ready", "`version`", "once, when commands are heard"],
    &["reply", "`id`, `ok`, and `value` or `error`", "to every command"],
    &["state", "`state`: see below", "when something changed, a few times a second"],
    &["event", "`t`, `text`", "a line of the story"],
    &["resize", "`height`: pixels", "when the figure would like another height"],
    &["error", "`message`", "something cannot be opened or done"],
];

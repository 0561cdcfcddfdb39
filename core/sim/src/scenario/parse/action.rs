//! Actions: what a scenario does, says and checks.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::super::ast::{Action, Heal, Reconfiguration, Select, Which, Who};
use super::super::error::Problem;
use super::super::lex::{Line, Result};
use super::super::settings::parse_set;
use super::super::words::{self, KINDS};
use super::super::{MAX_TEXT, MAX_TITLE, explained};
use super::{Statement, predicate, within};
use crate::fault::Pace;
use crate::machine::{ClientId, Operation};

/// What follows the word of an action, and the action that this makes.
pub(in super::super) enum Parse {
    Who(fn(Who) -> Action),
    Select(fn(Select) -> Action),
    /// With the number of characters that it may have, and whether it may be empty.
    Text(usize, bool, fn(String) -> Action),
    Other(fn(&mut Line<'_>) -> Result<Action>),
    Set,
}

impl Parse {
    /// The action; a setting on both directions of a link is two.
    pub(super) fn run(&self, line: &mut Line<'_>) -> Result<(Action, Option<Action>)> {
        let action = match self {
            Parse::Who(action) => action(line.who()?),
            Parse::Select(action) => action(select(line)?),
            Parse::Text(most, may_be_empty, action) => action(line.take_text(*may_be_empty, *most)?),
            Parse::Other(parse) => parse(line)?,
            Parse::Set => {
                let (set, back) = parse_set(line)?;
                return Ok((Action::Set(set), back.map(Action::Set)));
            }
        };
        Ok((action, None))
    }
}

const MESSAGES: &str = "all [KIND], or S1->S2 [KIND or all] [all or #N]";

/// Every action, in the order of the reference.
pub(in super::super) const ACTIONS: &[Statement<Parse>] = &[
    Statement {
        word: "timeout",
        takes: explained("S1"),
        does: explained("Its election timer fires now."),
        example: explained("timeout S1"),
        parse: Parse::Who(Action::Timeout),
    },
    Statement {
        word: "heartbeat",
        takes: explained("S1"),
        does: explained("Its heartbeat timer fires now."),
        example: explained("heartbeat leader"),
        parse: Parse::Who(Action::Heartbeat),
    },
    Statement {
        word: "snapshot",
        takes: explained("S1"),
        does: explained("It takes a snapshot of its state machine, which stands for its log so far."),
        example: explained("snapshot S1"),
        parse: Parse::Who(Action::Snapshot),
    },
    Statement {
        word: "transfer",
        takes: explained("to S3 [via S1]"),
        does: explained("The leader hands over to that server."),
        example: explained("transfer to S3 via S1"),
        parse: Parse::Other(|line| {
            if !line.take_if("to") {
                return Err(line.error_here(Problem::Expected("\"to\" and a server")));
            }
            let to = line.who()?;
            Ok(Action::Transfer { to, via: via(line)? })
        }),
    },
    Statement {
        word: "reconfigure",
        takes: explained("S1 S2 … [learners S4 …] [via S1]"),
        does: explained(
            "These servers shall vote and those listen. More than one voter changes by way of joint consensus.",
        ),
        example: explained("reconfigure S1 S2 S3 learners S4"),
        parse: Parse::Other(|line| {
            let voters = predicate::servers(line)?;
            let first = *line;
            let learners = if line.take_if("learners") { predicate::servers(line)? } else { Vec::new() };
            if let Some(who) = learners.iter().find(|who| voters.contains(who)) {
                let error = first.error_here(Problem::Twice("the server"));
                return Err(super::found(&alloc::format!("{who}"), error));
            }
            reconfigure(line, Reconfiguration::Become { voters, learners })
        }),
    },
    Statement {
        word: "add",
        takes: explained("S6 [via S1]"),
        does: explained("It shall join: it listens until it has caught up, then it votes."),
        example: explained("add S1 via leader"),
        parse: Parse::Other(|line| {
            let who = line.who()?;
            reconfigure(line, Reconfiguration::Add(who))
        }),
    },
    Statement {
        word: "remove",
        takes: explained("S2 [via S1]"),
        does: explained("It shall leave the cluster."),
        example: explained("remove S2"),
        parse: Parse::Other(|line| {
            let who = line.who()?;
            reconfigure(line, Reconfiguration::Remove(who))
        }),
    },
    Statement {
        word: "promote",
        takes: explained("S6 [via S1]"),
        does: explained("A learner shall vote as soon as it has caught up."),
        example: explained("promote S2"),
        parse: Parse::Other(|line| {
            let who = line.who()?;
            reconfigure(line, Reconfiguration::Promote(who))
        }),
    },
    Statement {
        word: "crash",
        takes: explained("S1"),
        does: explained("It stops and forgets all but its disk."),
        example: explained("crash leader"),
        parse: Parse::Who(Action::Crash),
    },
    Statement {
        word: "restart",
        takes: explained("S1"),
        does: explained("It starts again from its disk."),
        example: explained("restart S1"),
        parse: Parse::Who(Action::Restart),
    },
    Statement {
        word: "pause",
        takes: explained("S1"),
        does: explained("It stands still and keeps its memory."),
        example: explained("pause S1"),
        parse: Parse::Who(Action::Pause),
    },
    Statement {
        word: "resume",
        takes: explained("S1"),
        does: explained("It goes on where it stood still."),
        example: explained("resume S1"),
        parse: Parse::Who(Action::Resume),
    },
    Statement {
        word: "clock",
        takes: explained("S1 xN"),
        does: explained(
            "Its clock runs N times as fast from now on, x0.01 to x100, and its timers go by it, also those that run; x1 is right.",
        ),
        example: explained("clock S1 x1.5"),
        parse: Parse::Other(|line| {
            let who = line.who()?;
            let word = line.want("a pace such as x1.5")?;
            let pace = Pace::parse(word.text)
                .ok_or_else(|| line.error(word, Problem::Expected("a pace from x0.01 to x100, such as x1.5")))?;
            Ok(Action::Clock(who, pace))
        }),
    },
    Statement {
        word: "wipe",
        takes: explained("S1"),
        does: explained("Its disk is as empty as that of a new server; if it runs, it crashes first."),
        example: explained("wipe S1"),
        parse: Parse::Who(Action::Wipe),
    },
    Statement {
        word: "lose",
        takes: explained("S1 last N"),
        does: explained(
            "The last N entries on its disk are gone, as far as it has so many; if it runs, it crashes first.",
        ),
        example: explained("lose S1 last 2"),
        parse: Parse::Other(|line| {
            let who = line.who()?;
            if !line.take_if("last") {
                return Err(line.error_here(Problem::Expected("\"last\" and a number of entries")));
            }
            let last = line.number("a number of entries", 1, 1_000_000)?;
            Ok(Action::Lose { who, last: u32::try_from(last).expect("no more than the bound") })
        }),
    },
    Statement {
        word: "forget-vote",
        takes: explained("S1"),
        does: explained("The vote on its disk is gone, while its term stays; if it runs, it crashes first."),
        example: explained("forget-vote S1"),
        parse: Parse::Who(Action::ForgetVote),
    },
    Statement {
        word: "cut",
        takes: explained("S1->S2 or S1-S2"),
        does: explained("Nothing passes this link, in one direction or both."),
        example: explained("cut S1->S2"),
        parse: Parse::Other(|line| {
            let (from, to, both) = line.link()?;
            Ok(Action::Cut { from, to, both })
        }),
    },
    Statement {
        word: "heal",
        takes: explained("[S1->S2 or S1-S2]"),
        does: explained("Mends this link, or everything that was cut."),
        example: explained("heal S1-S2"),
        parse: Parse::Other(|line| {
            if line.peek().is_none() {
                return Ok(Action::Heal(Heal::All));
            }
            let (from, to, both) = line.link()?;
            Ok(Action::Heal(Heal::Link { from, to, both }))
        }),
    },
    Statement {
        word: "partition",
        takes: explained("S1 S2 | S3 S4 S5"),
        does: explained(
            "Nothing passes between these groups, and everything within them; servers in none are one more group.",
        ),
        example: explained("partition S1 S2 | S3 S4 S5"),
        parse: Parse::Other(partition),
    },
    Statement {
        word: "isolate",
        takes: explained("S1"),
        does: explained("Nothing passes between it and the others."),
        example: explained("isolate leader"),
        parse: Parse::Who(Action::Isolate),
    },
    Statement {
        word: "set",
        takes: explained("NAME VALUE [on S1->S2, S1-S2 or S3]"),
        does: explained("Changes a setting from now on."),
        example: explained("set loss 20% on S1->S2"),
        parse: Parse::Set,
    },
    Statement {
        word: "hold",
        takes: MESSAGES,
        does: explained("Such messages wait if they are sent from now on; with `#N`, that one in flight does."),
        example: explained("hold S1->S2 append"),
        parse: Parse::Select(Action::Hold),
    },
    Statement {
        word: "release",
        takes: MESSAGES,
        does: explained("Such messages wait no longer, and those that did travel on; with `#N`, that one does."),
        example: explained("release S1->S2 append"),
        parse: Parse::Select(Action::Release),
    },
    Statement {
        word: "deliver",
        takes: MESSAGES,
        does: explained("It arrives now."),
        example: explained("deliver S1->S2 append all"),
        parse: Parse::Select(Action::Deliver),
    },
    Statement {
        word: "drop",
        takes: MESSAGES,
        does: explained("It never arrives."),
        example: explained("drop S1->S2 vote"),
        parse: Parse::Select(Action::Drop),
    },
    Statement {
        word: "duplicate",
        takes: MESSAGES,
        does: explained("It arrives twice."),
        example: explained("duplicate C1->S1 request #2"),
        parse: Parse::Select(Action::Duplicate),
    },
    Statement {
        word: "settle",
        takes: explained("[S1 S2 …]"),
        does: explained(
            "Delivers what is in flight among these servers (all, if none are named) until nothing is left.",
        ),
        example: explained("settle S1 S2"),
        parse: Parse::Other(|line| {
            if line.peek().is_none() {
                return Ok(Action::Settle(Vec::new()));
            }
            predicate::servers(line).map(Action::Settle)
        }),
    },
    Statement {
        word: "write",
        takes: explained("x=1 [to S1] [by C1]"),
        does: explained("A client sets a key; without a server it finds the leader, with one it asks that one only."),
        example: explained("write x=1 to S1 by C1"),
        parse: Parse::Other(|line| {
            let key = line.key()?;
            if !line.take_if("=") {
                return Err(line.error_here(Problem::Expected("a write such as x=1")));
            }
            let value = line.value()?;
            request(line, Operation::Set { key, value })
        }),
    },
    Statement {
        word: "read",
        takes: explained("x [from S1] [by C1]"),
        does: explained("A client reads a key."),
        example: explained("read x from S1"),
        parse: Parse::Other(|line| {
            let key = line.key()?;
            request(line, Operation::Get { key })
        }),
    },
    Statement {
        word: "cas",
        takes: explained("x 1 2 [to S1] [by C1]"),
        does: explained("A client sets a key to the second value if it has the first."),
        example: explained("cas x 1 2"),
        parse: Parse::Other(|line| {
            let (key, expected, value) = (line.key()?, line.value()?, line.value()?);
            request(line, Operation::Cas { key, expected, value })
        }),
    },
    Statement {
        word: "append",
        takes: explained("x abc [to S1] [by C1]"),
        does: explained("A client adds to the end of a key's value."),
        example: explained("append x abc"),
        parse: Parse::Other(|line| {
            let (key, value) = (line.key()?, line.value()?);
            request(line, Operation::Append { key, value })
        }),
    },
    Statement {
        word: "delete",
        takes: explained("x [to S1] [by C1]"),
        does: explained("A client removes a key."),
        example: explained("delete x by C1"),
        parse: Parse::Other(|line| {
            let key = line.key()?;
            request(line, Operation::Delete { key })
        }),
    },
    Statement {
        word: "retry",
        takes: explained("C1"),
        does: explained("A client asks again for what it asked last, with the same serial number."),
        example: explained("retry C1"),
        parse: Parse::Other(|line| line.client().map(Action::Retry)),
    },
    Statement {
        word: "note",
        takes: explained("TEXT"),
        does: explained("Shown to the reader; play goes on."),
        example: explained("note S1 leads now"),
        parse: Parse::Text(MAX_TEXT, false, Action::Note),
    },
    Statement {
        word: "stop",
        takes: explained("[TEXT]"),
        does: explained("Play waits for the reader."),
        example: explained("stop Who can still win?"),
        parse: Parse::Text(MAX_TEXT, true, Action::Stop),
    },
    Statement {
        word: "ask",
        takes: explained("[all|order] \"QUESTION\" ANSWER … (RIGHT …), or = PREDICATE"),
        does: explained(
            "Play waits for the reader's answer: a word each, or words in quotation marks, the right ones in parentheses. After `=` it is yes or no, and the run itself says: yes if that comes to hold before the next `stop` or `ask`, or the end of the script. `ask all` wants every right answer and no other; `ask order` wants the answers in the order in which they stand, and shows them in another. In braces behind an answer stands what would make it right, as in `S1 {S1 is leader}`: who gave a wrong one is shown a run in which that comes to hold.",
        ),
        example: explained("ask \"Who can win the next election?\" S1 S2 (S3 S4 S5)"),
        parse: Parse::Other(super::ask::ask),
    },
    Statement {
        word: "mark",
        takes: explained("NAME"),
        does: explained("A place on the timeline."),
        example: explained("mark the split"),
        parse: Parse::Text(MAX_TITLE, false, Action::Mark),
    },
    Statement {
        word: "expect",
        takes: explained("PREDICATE [within TIME]"),
        does: explained("It must hold, right after the actions before it or within that time."),
        example: explained("expect one leader within 2s"),
        parse: Parse::Other(|line| {
            let start = *line;
            let predicate = predicate::parse(line)?;
            let within = within(line)?;
            if within.is_some() && predicate.looks_back() {
                return Err(start.error_here(Problem::LooksBack));
            }
            Ok(Action::Expect { predicate, within })
        }),
    },
];

/// `[via S1]`
fn via(line: &mut Line<'_>) -> Result<Option<Who>> {
    if line.take_if("via") { line.who().map(Some) } else { Ok(None) }
}

fn reconfigure(line: &mut Line<'_>, change: Reconfiguration) -> Result<Action> {
    Ok(Action::Reconfigure { change, via: via(line)? })
}

fn partition(line: &mut Line<'_>) -> Result<Action> {
    let mut groups: Vec<Vec<Who>> = vec![];
    loop {
        let first = *line;
        let group = predicate::servers(line)?;
        if let Some(who) = group.iter().find(|who| groups.iter().flatten().any(|other| other == *who)) {
            let error = first.error_here(Problem::Twice("the server"));
            return Err(super::found(&alloc::format!("{who}"), error));
        }
        groups.push(group);
        if !line.take_if("|") {
            return Ok(Action::Partition(groups));
        }
    }
}

/// `all [KIND]`, or `S1->S2 [KIND|all] [all|#N]`.
fn select(line: &mut Line<'_>) -> Result<Select> {
    if line.take_if("all") {
        let kind = kind(line)?;
        return Ok(Select { link: None, kind, which: Which::All });
    }
    let link = Some(line.route()?);
    let kind = kind(line)?;
    // Of any kind, `all` may stand for the kind and for the number, or for both at once.
    let all = line.take_if("all");
    if let Some((word, nth)) = line.take_nth()? {
        if all && kind.is_some() {
            return Err(line.error(word, Problem::Leftover));
        }
        return Ok(Select { link, kind, which: Which::Nth(nth) });
    }
    if all && kind.is_none() {
        line.take_if("all");
    }
    Ok(Select { link, kind, which: if all { Which::All } else { Which::Oldest } })
}

fn kind(line: &mut Line<'_>) -> Result<Option<super::super::ast::MessageKind>> {
    let Some(word) = line.peek().filter(|word| word.text != "all") else { return Ok(None) };
    line.take();
    match words::find(KINDS, word.text) {
        Some(kind) => Ok(Some(kind)),
        None => Err(line.unknown(word, Problem::Unknown("kind of message"), words::names(KINDS))),
    }
}

/// `[to S1] [by C1]`, in any order; `from` is as good as `to`.
fn request(line: &mut Line<'_>, operation: Operation) -> Result<Action> {
    let (mut to, mut by): (Option<Who>, Option<ClientId>) = (None, None);
    while let Some(word) = line.take() {
        match word.text {
            "to" | "from" if to.is_none() => to = Some(line.who()?),
            "by" if by.is_none() => by = Some(line.client()?),
            "to" | "from" | "by" => return Err(line.error(word, Problem::Twice("the word"))),
            _ => return Err(line.unknown(word, Problem::Leftover, ["to", "from", "by"])),
        }
    }
    Ok(Action::Request { operation, to, by })
}

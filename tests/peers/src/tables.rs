//! The tables that ship inside raft-rs: who is a quorum, and what a change makes of a configuration.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use raft_core::*;

/// A case of a table: what is asked, and what the table says.
pub struct Case {
    /// Where it stands.
    pub place: String,
    /// What is asked.
    pub name: String,
    /// The words after that, as `name=value`.
    pub args: Vec<(String, String)>,
    /// What is asked, further lines.
    pub input: String,
    /// The first line and the last line of the answer.
    pub answer: (String, String),
}

/// The folder of the crate `raft`, as cargo has it.
pub fn folder() -> Option<PathBuf> {
    // What other machines need may not have been downloaded: then cargo asks for it.
    let metadata = metadata(&["--offline"]).or_else(|| metadata(&[]))?;
    let raft = metadata["packages"].as_array()?.iter().find(|package| package["name"] == "raft")?;
    Some(Path::new(raft["manifest_path"].as_str()?).parent()?.to_owned())
}

fn metadata(more: &[&str]) -> Option<serde_json::Value> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let asked = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
        .arg(manifest)
        .args(more)
        .output()
        .ok()?;
    serde_json::from_slice(&asked.stdout).ok()
}

/// The cases of a file, in order.
pub fn cases(path: &Path) -> Result<Vec<Case>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#'));
    let mut cases = vec![];
    while let Some((line, number)) = lines.by_ref().find(|(line, _)| !line.trim().is_empty()) {
        let input: Vec<&str> = lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "----").collect();
        let answer: Vec<&str> = lines.by_ref().map(|(line, _)| line).take_while(|line| !line.is_empty()).collect();
        let ends = |line: Option<&&str>| line.map_or(String::new(), |line| (*line).to_owned());
        let (name, args) = line.split_once(' ').unwrap_or((line, ""));
        cases.push(Case {
            place: format!("{file}:{number}"),
            name: name.into(),
            args: arguments(args),
            input: input.join(" "),
            answer: (ends(answer.first()), ends(answer.last())),
        });
    }
    Ok(cases)
}

/// The words of `a=(1, 2) b=c`.
fn arguments(text: &str) -> Vec<(String, String)> {
    let mut args = vec![];
    let mut rest = text.trim();
    while let Some((name, value)) = rest.split_once('=') {
        let end = match value.strip_prefix('(') {
            Some(list) => list.find(')').map_or(value.len(), |end| end + 2),
            None => value.find(' ').unwrap_or(value.len()),
        };
        let (value, after) = value.split_at(end);
        args.push((name.trim().to_owned(), value.trim_matches(['(', ')']).to_owned()));
        rest = after.trim();
    }
    args
}

impl Case {
    /// The words of an argument; none if it is not there.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let value = self.args.iter().find(|(arg, _)| arg == name).map_or("", |(_, value)| value);
        value.split([',', ' ']).filter(|word| !word.is_empty()).collect()
    }

    fn servers(&self, name: &str) -> Vec<ServerId> {
        self.list(name).iter().filter_map(|word| word.parse().ok()).map(ServerId).collect()
    }

    /// The voters, in joint consensus both sets, each with its word of an argument.
    fn voters<'a>(&'a self, name: &str) -> (Membership, Vec<(ServerId, &'a str)>) {
        let (voters, outgoing) = (self.servers("cfg"), self.servers("cfgj"));
        let mut all: Vec<ServerId> = vec![];
        for id in voters.iter().chain(&outgoing) {
            if !all.contains(id) {
                all.push(*id);
            }
        }
        let words = all.into_iter().zip(self.list(name)).collect();
        (Membership { voters, outgoing, ..Membership::default() }, words)
    }

    /// What our core says to a case about quorums: nothing, if it knows no such question.
    pub fn quorum(&self) -> Option<String> {
        let (membership, words) = match self.name.as_str() {
            "committed" => self.voters("idx"),
            "vote" => self.voters("votes"),
            _ => return None,
        };
        // Nobody at all agrees on everything there; a cluster of ours has voters (`NobodyVotes`).
        if membership.voters.is_empty() {
            return None;
        }
        let word = |id: ServerId| words.iter().find(|(voter, _)| *voter == id).map_or("_", |(_, word)| word);
        let swapped = Membership {
            voters: if membership.is_joint() { membership.outgoing.clone() } else { membership.voters.clone() },
            outgoing: membership.voters.clone(),
            ..Membership::default()
        };
        // The two sets may change places, and a set is the same as that set twice.
        let answers = [membership, swapped].map(|membership| {
            let agrees = |yes: &dyn Fn(&str) -> bool| membership.tally(&Rules::PAPER, |id| yes(word(id))).agreed;
            match self.name.as_str() {
                "committed" => {
                    let matched = |id| Index(word(id).parse().unwrap_or(0));
                    membership.agreed_index(Index(0), &Rules::PAPER, matched).0.to_string()
                }
                _ if agrees(&|word| word == "y") => "VoteWon".into(),
                _ if agrees(&|word| word != "n") => "VotePending".into(),
                _ => "VoteLost".into(),
            }
        });
        let [one, other] = answers;
        Some(if one == other { one } else { format!("{one}, and {other} if the sets change places") })
    }
}

/// What became of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Another configuration.
    Changed(Membership),
    /// None.
    Refused(NoChange),
    /// A cluster begins with its first configuration; that is no change.
    Begins(Membership),
}

/// What our core makes of a change of this configuration.
pub fn change(now: &Membership, case: &Case) -> Outcome {
    let (mut voters, mut learners) = (now.voters.clone(), now.learners.clone());
    for word in case.input.split_whitespace() {
        let (step, id) = word.split_at(1);
        let id = ServerId(id.parse().expect("a number"));
        // There is no server 0 there.
        if id == ServerId(0) {
            continue;
        }
        voters.retain(|voter| *voter != id);
        learners.retain(|learner| *learner != id);
        match step {
            "v" => voters.push(id),
            "l" => learners.push(id),
            _ => {}
        }
    }
    if now.voters.is_empty() {
        return match voters.is_empty() || case.name != "simple" {
            true => Outcome::Refused(NoChange::NobodyVotes),
            false => Outcome::Begins(Membership::with_learners(voters, learners)),
        };
    }
    let change = match case.name.as_str() {
        "leave-joint" => Change::Leave,
        "simple" => Change::Become { voters, learners, way: Way::Shortest },
        _ if case.list("autoleave") == ["true"] => Change::Become { voters, learners, way: Way::Joint },
        _ => Change::Become { voters, learners, way: Way::JointUntilLeave },
    };
    let mut leader = Leader::of(now, change == Change::Leave || !now.is_joint());
    leader.feed(Input::Reconfigure(ProposalId(1), change));
    let members = leader.node.members();
    match leader.refused {
        // What ends of its own accord has ended when it was committed.
        Some(_) if case.name == "leave-joint" && members != now => Outcome::Changed(members.clone()),
        Some(why) => Outcome::Refused(why),
        None => Outcome::Changed(members.clone()),
    }
}

/// A leader of a configuration, on a disk that is never waited for.
struct Leader {
    node: Node,
    refused: Option<NoChange>,
}

impl Leader {
    /// A new one, with an entry of its term that all have or that nobody has yet.
    fn of(membership: &Membership, committed: bool) -> Leader {
        let mut out = Outbox::without_notes();
        let id = membership.voters[0];
        let node = Node::start(id, Config::default(), Durable::new(membership.clone()), Index(0), &mut out);
        let mut leader = Leader { node, refused: None };
        leader.carry_out(out);
        leader.feed(Input::TimerFired(Timer::Election));
        let all = membership.all();
        all.iter().for_each(|from| leader.hear(*from, Message::RequestVoteReply { refused: None }));
        if committed {
            let matched = leader.node.view().last.index;
            all.iter().for_each(|from| leader.hear(*from, Message::AppendAccepted { matched, round: 0 }));
        }
        leader
    }

    fn hear(&mut self, from: ServerId, message: Message) {
        let view = self.node.view();
        if from != view.id {
            let envelope = Envelope { from, to: view.id, term: view.term, message };
            self.feed(Input::Message(envelope));
        }
    }

    fn feed(&mut self, input: Input) {
        let mut out = Outbox::without_notes();
        self.node.step(input, &Rules::PAPER, &mut out);
        self.carry_out(out);
    }

    fn carry_out(&mut self, mut out: Outbox) {
        let effects: Vec<Effect> = out.drain().collect();
        for effect in effects {
            match effect {
                Effect::Persist(token, _) => self.feed(Input::Persisted(token)),
                Effect::Answer(_, Answer::Refused(why)) => self.refused = Some(why),
                _ => {}
            }
        }
    }
}

/// A configuration as the tables print it.
pub fn print(membership: &Membership) -> String {
    let list = |ids: Vec<ServerId>| {
        let mut ids: Vec<u32> = ids.iter().map(|id| id.0).collect();
        ids.sort_unstable();
        ids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
    };
    let Membership { voters, outgoing, learners, auto_leave } = membership;
    let mut text = format!("voters=({})", list(voters.clone()));
    if membership.is_joint() {
        text += &format!("&&({})", list(outgoing.clone()));
    }
    let (next, learners): (Vec<_>, Vec<_>) = learners.iter().partition(|id| outgoing.contains(id));
    for (name, ids) in [("learners", learners), ("learners_next", next)] {
        if !ids.is_empty() {
            text += &format!(" {name}=({})", list(ids));
        }
    }
    if *auto_leave {
        text += " autoleave";
    }
    text
}

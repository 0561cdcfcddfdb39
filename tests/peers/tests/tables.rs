//! The tables of quorums and of changes that ship inside raft-rs, on our core.

use std::fs;
use std::path::PathBuf;

use peers::tables::{Case, Outcome, cases, change, folder, print};
use raft_core::{Membership, NoChange};

/// The files of a folder of the crate, with their cases.
fn tables(of: &str) -> Vec<(PathBuf, Vec<Case>)> {
    let folder = folder().expect("cargo knows where the crate is").join("src").join(of).join("testdata");
    let entries = fs::read_dir(&folder).expect("the tables ship with the crate");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), cases(&path).expect("a table"))).collect()
}

#[test]
fn quorums_are_those_of_the_tables() {
    let (mut same, mut unknown) = (0, vec![]);
    for case in tables("quorum").into_iter().flat_map(|(_, cases)| cases) {
        match case.quorum() {
            Some(answer) => {
                assert_eq!(answer, case.answer.1, "{}", case.place);
                same += 1;
            }
            None => unknown.push(case.name),
        }
    }
    let groups = unknown.iter().filter(|name| *name == "group_committed").count();
    let nobody = unknown.len() - groups;
    eprintln!("quorums: {same} the same; {nobody} about no voters at all, {groups} about groups, which are not here");
    assert!(same > 100 && nobody < 5, "the tables are read");
}

#[test]
fn changes_lead_to_the_configurations_of_the_tables() {
    let (mut same, mut otherwise) = (0, 0);
    for (_, cases) in tables("confchange") {
        let mut now = Membership::default();
        for case in cases {
            let outcome = change(&now, &case);
            let said = case.answer.0.as_str();
            match &outcome {
                Outcome::Changed(next) if said.starts_with("more than one voter") => {
                    // Refused there; here it goes by joint consensus, which is what there must be asked for.
                    assert!(next.is_joint(), "{}", case.place);
                    otherwise += 1;
                    continue;
                }
                Outcome::Changed(next) | Outcome::Begins(next) => {
                    assert_eq!(print(next), said, "{}", case.place);
                    now = next.clone();
                }
                Outcome::Refused(NoChange::Same) => assert_eq!(print(&now), said, "{}", case.place),
                Outcome::Refused(why) => {
                    let expected = match said {
                        "removed all voters" | "can't make a zero-voter config joint" => NoChange::NobodyVotes,
                        "config is already joint" | "can't apply simple config change in joint config" => {
                            NoChange::Joint
                        }
                        "can't leave a non-joint config" if now.voters.is_empty() => NoChange::NobodyVotes,
                        "can't leave a non-joint config" => NoChange::NotJoint,
                        other => panic!("{}: {why:?}, but there {other}", case.place),
                    };
                    assert_eq!(*why, expected, "{}", case.place);
                }
            }
            same += 1;
        }
    }
    eprintln!("changes: {same} the same, {otherwise} by joint consensus instead of refused");
    assert!(same > 40, "the tables are read");
}

//! What is compared: a server's state, in words that every Raft has.

use std::collections::BTreeSet;
use std::fmt;

/// A server's role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Listens to a leader.
    Follower,
    /// Asks whether it would be elected.
    PreCandidate,
    /// Stands for election.
    Candidate,
    /// Leads its term.
    Leader,
}

/// An entry of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The term in which it was created.
    pub term: u64,
    /// What it holds.
    pub what: What,
}

/// What an entry holds. How a change of the configuration is written down is everybody's own
/// affair; what it comes to is compared as the configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Bytes for the state machine; none at the start of a term.
    Data(String),
    /// Another configuration.
    Change,
}

/// A configuration.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// The voters, in joint consensus the new ones.
    pub voters: BTreeSet<u64>,
    /// In joint consensus the old ones.
    pub outgoing: BTreeSet<u64>,
    /// Who listens.
    pub learners: BTreeSet<u64>,
    /// Who listens when joint consensus is over, and votes until then.
    pub learners_next: BTreeSet<u64>,
    /// Joint consensus ends of its own accord.
    pub auto_leave: bool,
}

/// A server at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// Which.
    pub id: u64,
    /// Its role.
    pub role: Role,
    /// Its term.
    pub term: u64,
    /// Whom it voted for in that term; 0 is nobody.
    pub vote: u64,
    /// Up to here it knows entries to be committed.
    pub commit: u64,
    /// The first entry that its log holds, or would hold.
    pub first: u64,
    /// The entries from there on.
    pub log: Vec<Entry>,
    /// Its configuration.
    pub configuration: Configuration,
    /// The configuration at its commit index, where that is known apart from the one in force.
    pub committed: Option<Configuration>,
}

/// What two servers can differ in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Field {
    /// Which servers there are.
    Servers,
    /// The role.
    Role,
    /// The term.
    Term,
    /// The vote.
    Vote,
    /// The commit index.
    Commit,
    /// The entries of the log, as far as both hold them, and where it ends.
    Log,
    /// The configuration.
    Configuration,
}

impl Server {
    /// The index of its last entry.
    pub fn last(&self) -> u64 {
        self.first + self.log.len() as u64 - 1
    }

    fn entry(&self, index: u64) -> Option<&Entry> {
        self.log.get(index.checked_sub(self.first)? as usize)
    }

    /// In what it differs from another.
    pub fn differs(&self, other: &Server) -> Vec<Field> {
        // What a snapshot stands for is not there to be compared; both hold what comes after.
        let both = self.first.max(other.first)..=self.last().max(other.last());
        let same_log =
            self.last() == other.last() && both.into_iter().all(|index| self.entry(index) == other.entry(index));
        let fields = [
            (Field::Role, self.role == other.role),
            (Field::Term, self.term == other.term),
            (Field::Vote, self.vote == other.vote),
            (Field::Commit, self.commit == other.commit),
            (Field::Log, same_log),
            (Field::Configuration, self.configuration == other.configuration),
        ];
        fields.into_iter().filter(|(_, same)| !same).map(|(field, _)| field).collect()
    }
}

/// In what two clusters differ: the field, which server, and both servers at full length.
pub fn differences(here: &[Server], there: &[Server]) -> Vec<(Field, u64)> {
    if !here.iter().map(|server| server.id).eq(there.iter().map(|server| server.id)) {
        return vec![(Field::Servers, 0)];
    }
    let pairs = here.iter().zip(there);
    pairs.flat_map(|(here, there)| here.differs(there).into_iter().map(|field| (field, here.id))).collect()
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Field::Servers => "servers",
            Field::Role => "role",
            Field::Term => "term",
            Field::Vote => "vote",
            Field::Commit => "commit",
            Field::Log => "log",
            Field::Configuration => "configuration",
        })
    }
}

impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.voters)?;
        if !self.outgoing.is_empty() {
            write!(f, "&&{:?}", self.outgoing)?;
        }
        if !self.learners.is_empty() {
            write!(f, " learners {:?}", self.learners)?;
        }
        if !self.learners_next.is_empty() {
            write!(f, " next {:?}", self.learners_next)?;
        }
        if self.auto_leave { f.write_str(" auto") } else { Ok(()) }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Server { id, role, term, vote, commit, first, log, configuration, .. } = self;
        write!(f, "{id} {role:?} term {term} vote {vote} commit {commit} {configuration:?} log {first}:")?;
        for entry in log {
            match &entry.what {
                What::Data(data) => write!(f, " {}{}{data}", entry.term, if data.is_empty() { "" } else { "." })?,
                What::Change => write!(f, " {}*", entry.term)?,
            }
        }
        Ok(())
    }
}

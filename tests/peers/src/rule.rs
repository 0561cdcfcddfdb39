//! Why two cores differ on purpose.

/// A reason for which the two cores differ, each on purpose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rule {
    /// A configuration counts when it is appended here (§6), when it is applied there.
    OnAppend,
    /// A candidate that a majority refused stands until its timeout here (Figure 2), and follows at once there.
    LostElection,
    /// A change that changes nothing is refused here, and is an entry there.
    NoChange,
    /// A leader that is left out goes when that is committed here (§6), and stays there.
    LeaderLeaves,
    /// A server that asks for votes obeys TimeoutNow here (thesis §3.10), and ignores it there.
    TimeoutNow,
    /// Requests for votes and their answers tell what is committed there.
    CommitWithVotes,
    /// Who asks for a vote or leads in an older term is told the newer one here (§5.1), there only
    /// who leads, and only with PreVote or CheckQuorum.
    OldTermIsTold,
    /// Who asks whether it would be voted for tells its real term here, there the next.
    AskingTellsTerm,
    /// Whether it would vote in the very term that it is in, a server denies here, not always there.
    AskedInTheTerm,
    /// A new leader takes it that everybody answers here until it is time to look again, there that nobody does.
    NewLeaderIsTrusted,
    /// That a leader shall hand over to itself changes nothing here; there it keeps its office.
    TransferToItself,
    /// A leader that is to hand over asks its heir at once there how far its log goes; here it awaits
    /// the answer that is due, or the next heartbeat's.
    TransferAsks,
    /// That entries were lost shows there with the next message that tells of a commitment; here
    /// with the next heartbeat.
    LossShows,
    /// A leader that hands over says so again here whenever its heir answers, there once.
    StandsWhenAskedAgain,
    /// What claims nothing durable is sent before the write is done here, there after it.
    NeedsNoDisk,
    /// To a follower that is probed a heartbeat brings the entries again here, its answer does there.
    HeartbeatBrings,
    /// The first answer of a server counts there, also in the next round of questions; here only this round's.
    FirstAnswerCounts,
    /// A server whose time is up and that cannot stand forgets its leader here, not there.
    ForgetsLeader,
}

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 18] = [
        Rule::OnAppend,
        Rule::LostElection,
        Rule::NoChange,
        Rule::LeaderLeaves,
        Rule::TimeoutNow,
        Rule::CommitWithVotes,
        Rule::OldTermIsTold,
        Rule::AskingTellsTerm,
        Rule::AskedInTheTerm,
        Rule::NewLeaderIsTrusted,
        Rule::TransferToItself,
        Rule::TransferAsks,
        Rule::LossShows,
        Rule::StandsWhenAskedAgain,
        Rule::NeedsNoDisk,
        Rule::HeartbeatBrings,
        Rule::FirstAnswerCounts,
        Rule::ForgetsLeader,
    ];

    /// Whether two clusters that differ by it settle differently, so that there is nothing more to compare.
    pub fn parts(self) -> bool {
        matches!(self, Rule::LeaderLeaves)
    }

    /// Whether two clusters that settle the same may still differ by it in what does not show.
    pub fn lasts(self) -> bool {
        matches!(self, Rule::ForgetsLeader)
    }

    /// Whether by it another majority may decide, another server may lead, other entries may go:
    /// what comes after it need not be the same. The others show in the states, there and then.
    pub fn leads_elsewhere(self) -> bool {
        !matches!(self, Rule::LostElection | Rule::NoChange | Rule::CommitWithVotes)
    }
}

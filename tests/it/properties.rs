//! The table of properties names only tests that there are, and leaves none of theirs out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use raft_sim::checker::Promise;
use raft_sim::footing::Lapse;

/// What etcd-io/raft and raft-rs call what they check, and what others watch all the time.
const THEIRS: [&str; 4] = [
    "FollowerUpdateTermFromMessage CandidateUpdateTermFromMessage LeaderUpdateTermFromMessage RejectStaleTermMessage \
     StartAsFollower LeaderBcastBeat FollowerStartElection CandidateStartNewElection LeaderElectionInOneRoundRPC \
     FollowerVote CandidateFallback FollowerElectionTimeoutRandomized CandidateElectionTimeoutRandomized \
     FollowersElectionTimeoutNonconflict CandidatesElectionTimeoutNonconflict LeaderStartReplication \
     LeaderCommitEntry LeaderAcknowledgeCommit LeaderCommitPrecedingEntries FollowerCommitEntry FollowerCheckMsgApp \
     FollowerAppendEntries LeaderSyncFollowerLog VoteRequest Voter LeaderOnlyCommitsLogFromCurrentTerm",
    "ProgressLeader ProgressResumeByHeartbeatResp ProgressPaused ProgressFlowControl UncommittedEntryLimit \
     LeaderElection LeaderElectionPreVote LearnerElectionTimeout LearnerPromotion LearnerCampaign LearnerCanVote \
     LeaderCycle LeaderCyclePreVote LeaderElectionOverwriteNewerLogs LeaderElectionOverwriteNewerLogsPreVote \
     VoteFromAnyState PreVoteFromAnyState LogReplication LearnerLogReplication SingleNodeCommit SingleNodeCandidate \
     SingleNodePreCandidate CannotCommitWithoutNewTermEntry CommitWithoutNewTermEntry DuelingCandidates \
     DuelingPreCandidates CandidateConcede OldMessages Proposal ProposalByProxy Commit PastElectionTimeout \
     StepIgnoreOldTermMsg HandleMsgApp HandleHeartbeat HandleHeartbeatResp RaftFreesReadOnlyMem MsgAppRespWaitReset \
     RecvMsgVote RecvMsgPreVote StateTransition AllServerStepdown CandidateResetTermMsgHeartbeat \
     CandidateResetTermMsgApp CandidateSelfVoteAfterLostElection CandidateSelfVoteAfterLostElectionPreVote \
     CandidateDeliversPreCandidateSelfVoteAfterBecomingCandidate LeaderMsgAppSelfAckAfterTermChange \
     LeaderStepdownWhenQuorumActive LeaderStepdownWhenQuorumLost LeaderSupersedingWithCheckQuorum \
     LeaderElectionWithCheckQuorum FreeStuckCandidateWithCheckQuorum NonPromotableVoterWithCheckQuorum \
     DisruptiveFollower DisruptiveFollowerPreVote ReadOnlyOptionSafe ReadOnlyWithLearner ReadOnlyOptionLease \
     ReadOnlyForNewLeader ReadOnlyDuplicateRequest LeaderAppResp BcastBeat RecvMsgBeat LeaderIncreaseNext \
     SendAppendForProgressProbe SendAppendForProgressReplicate SendAppendForProgressSnapshot RecvMsgUnreachable \
     Restore RestoreWithLearner RestoreWithVotersOutgoing RestoreVoterToLearner RestoreLearnerPromotion \
     LearnerReceiveSnapshot RestoreIgnoreSnapshot ProvideSnap IgnoreProvidingSnap RestoreFromSnapMsg SlowNodeRestore \
     StepConfig StepIgnoreConfig NewLeaderPendingConfig AddNode AddLearner RemoveNode RemoveLearner Promotable \
     RaftNodes AddNodeCheckQuorum CampaignWhileLeader PreCampaignWhileLeader CommitAfterRemoveNode \
     LeaderTransferToUpToDateNode LeaderTransferToUpToDateNodeFromFollower LeaderTransferWithCheckQuorum \
     LeaderTransferToSlowFollower LeaderTransferAfterSnapshot LeaderTransferToSelf LeaderTransferToNonExistingNode \
     LeaderTransferTimeout LeaderTransferIgnoreProposal LeaderTransferReceiveHigherTermVote LeaderTransferRemoveNode \
     LeaderTransferDemoteNode LeaderTransferBack LeaderTransferSecondTransferToAnotherNode \
     LeaderTransferSecondTransferToSameNode TransferNonMember NodeWithSmallerTermCanCompleteElection \
     PreVoteMigrationCanCompleteElection PreVoteMigrationWithFreeStuckPreCandidate PreVoteWithSplitVote \
     PreVoteWithCheckQuorum ConfChangeCheckBeforeCampaign ConfChangeV2CheckBeforeCampaign FastLogRejection \
     LogReplicationWithReorderedMessage",
    "progress_committed_index advance_commit_index_by_vote_request advance_commit_index_by_prevote_request \
     advance_commit_index_by_vote_response advance_commit_index_by_prevote_response \
     advance_commit_index_by_read_index_response batch_msg_append follower_request_snapshot \
     request_snapshot_unavailable request_snapshot_matched_change request_snapshot_none_replicate \
     request_snapshot_step_down request_snapshot_on_role_change request_snapshot_after_term_change group_commit \
     group_commit_consistent election_with_priority_log election_after_change_priority read_when_quorum_becomes_less \
     remove_node_itself uncommitted_entry_after_leader_election uncommitted_state_advance_ready_from_last_term \
     switching_check_quorum election_tick_range learner_respond_vote restore_depromote_voter \
     raw_node_read_index_to_old_leader raw_node_with_async_entries raw_node_with_async_entries_to_removed_node \
     raw_node_with_async_entries_on_follower raw_node_with_async_entries_with_leader_change async_ready_leader \
     async_ready_follower async_ready_become_leader async_ready_multiple_snapshot raw_node_overwrite_entries \
     committed_entries_pagination committed_entries_pagination_after_restart disable_proposal_forwarding \
     skip_bcast_commit inflights_set_cap",
    "ElectionSafety LeaderAppendOnly LogMatching LeaderCompleteness NoCommittedRewrite StateMachineSafety \
     CommitIsQuorumDurable AppendBeforeAck Monotone DurablePrefix SnapshotBoundaryCoherent OneChangeInFlight \
     LinearizableReads ExactlyOnce InflightBound BoundedQueues Liveness",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Their names, what it is about, and what checks it here.
fn rows() -> Vec<[String; 3]> {
    let text = fs::read_to_string(root().join("docs/properties.md")).expect("the table");
    let lines = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| there"));
    let cells = lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect());
    cells.map(|row: Vec<String>| row.try_into().expect("three cells")).collect()
}

/// The Rust sources under a folder.
fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            *found += &fs::read_to_string(&path).expect("a source");
        }
    }
}

/// The names of all tests, those that are switched off left out.
fn tests() -> BTreeSet<String> {
    let mut text = String::new();
    ["core", "tests/it", "tests/peers"].iter().for_each(|folder| sources(&root().join(folder), &mut text));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let pairs = lines.windows(2).filter(|pair| pair[0] == "#[test]");
    pairs.filter_map(|pair| Some(pair[1].strip_prefix("fn ")?.split_once('(')?.0.to_owned())).collect()
}

#[test]
fn every_property_names_tests_that_there_are_or_a_reason() {
    let tests = tests();
    assert!(tests.len() > 300, "the sources are read");
    for [theirs, property, ours] in rows() {
        assert!(!property.is_empty(), "{theirs} says nothing");
        if ours.strip_prefix("*not here:* ").is_some_and(|reason| !reason.is_empty()) {
            continue;
        }
        for name in ours.split(", ") {
            let found = match name.split_once(' ') {
                Some(("script", name)) => root().join(format!("tests/scripts/{name}.txt")).exists(),
                Some(("lapse", name)) => Lapse::NAMES.contains(&name),
                Some(("promise", name)) => Promise::ALL.iter().any(|(_, promise)| *promise == name),
                _ => tests.contains(name),
            };
            assert!(found, "{theirs}: there is no {name}");
        }
    }
}

#[test]
fn each_of_their_names_is_in_one_row() {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for [theirs, ..] in rows() {
        theirs.split(", ").for_each(|name| *found.entry(name.to_owned()).or_default() += 1);
    }
    let twice: Vec<&String> = found.iter().filter(|(_, rows)| **rows > 1).map(|(name, _)| name).collect();
    assert!(twice.is_empty(), "more than one row: {twice:?}");
    let theirs: BTreeSet<&str> = THEIRS.iter().flat_map(|names| names.split_whitespace()).collect();
    assert_eq!(found.keys().map(String::as_str).collect::<BTreeSet<_>>(), theirs);
}

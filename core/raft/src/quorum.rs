//! What counts as agreement: a majority, and in joint consensus a majority of both sets (§6).

use crate::ids::{Index, ServerId};
use crate::membership::Membership;
use crate::rules::Rules;

/// How far a question is from being agreed on: of two sets of voters, the one that is further from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Tally {
    /// How many of them agree.
    pub have: usize,
    /// How many of them must.
    pub need: usize,
    /// How many they are.
    pub of: usize,
    /// Whether there is agreement.
    pub agreed: bool,
}

/// So many voters are looked at without asking any of them twice.
const FEW: usize = 8;

impl Membership {
    /// Counts the voters that agree on something.
    pub fn tally(&self, rules: &Rules, agrees: impl Fn(ServerId) -> bool) -> Tally {
        let count = |half: &[ServerId]| {
            let have = half.iter().filter(|id| agrees(**id)).count();
            let (of, need) = (half.len(), (rules.majority)(half.len()));
            Tally { have, need, of, agreed: have >= need }
        };
        let new = count(&self.voters);
        if !self.is_joint() {
            return new;
        }
        let old = count(&self.outgoing);
        let agreed = (rules.joint_agreement)(new.agreed, old.agreed);
        let worse = if old.have + new.need < new.have + old.need { old } else { new };
        Tally { agreed, ..worse }
    }

    /// The highest index beyond one that the voters agree on, given how far each of them is; else that one.
    pub fn agreed_index(&self, beyond: Index, rules: &Rules, matched: impl Fn(ServerId) -> Index) -> Index {
        if !self.is_joint() && self.voters.len() <= FEW {
            return self.agreed_by_few(beyond, rules, matched);
        }
        let mut agreed = beyond;
        for id in self.voters.iter().chain(&self.outgoing) {
            let index = matched(*id);
            if index > agreed && self.tally(rules, |id| matched(id) >= index).agreed {
                agreed = index;
            }
        }
        agreed
    }

    /// The same for one small set of voters, each of which is asked once.
    fn agreed_by_few(&self, beyond: Index, rules: &Rules, matched: impl Fn(ServerId) -> Index) -> Index {
        let need = (rules.majority)(self.voters.len());
        let mut all = [beyond; FEW];
        let all = &mut all[..self.voters.len().min(FEW)];
        all.iter_mut().zip(&self.voters).for_each(|(index, id)| *index = matched(*id));
        let enough = |index: Index| all.iter().filter(|other| **other >= index).count() >= need;
        all.iter().fold(beyond, |agreed, index| if *index > agreed && enough(*index) { *index } else { agreed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn servers(ids: &[u32]) -> Vec<ServerId> {
        ids.iter().copied().map(ServerId).collect()
    }

    #[track_caller]
    fn check(voters: &[u32], outgoing: &[u32], agree: &[u32], expected: bool) {
        let membership = Membership { voters: servers(voters), outgoing: servers(outgoing), ..Membership::default() };
        let tally = membership.tally(&Rules::PAPER, |id| agree.contains(&id.0));
        assert_eq!(tally.agreed, expected, "{agree:?} of {voters:?} and {outgoing:?}");
    }

    #[test]
    fn joint_consensus_needs_a_majority_of_both() {
        check(&[1, 2, 3], &[], &[1, 3], true);
        check(&[1, 2, 3], &[], &[3, 4, 5], false);
        check(&[1, 4, 5], &[1, 2, 3], &[1, 4, 5], false);
        check(&[1, 4, 5], &[1, 2, 3], &[1, 2, 3], false);
        check(&[1, 4, 5], &[1, 2, 3], &[1, 2, 4], true);
        check(&[4, 5], &[1, 2, 3], &[2, 3, 4, 5], true);
        check(&[], &[], &[1], false);
    }

    #[test]
    fn the_agreed_index_is_the_highest_that_enough_have_reached() {
        let at = |voters: &[u32], outgoing: &[u32], reached: &[u64]| {
            let membership =
                Membership { voters: servers(voters), outgoing: servers(outgoing), ..Membership::default() };
            membership.agreed_index(Index(0), &Rules::PAPER, |id| Index(reached[id.0 as usize - 1])).0
        };
        assert_eq!(at(&[1, 2, 3], &[], &[5, 3, 2]), 3);
        assert_eq!(at(&[1, 2, 3, 4], &[], &[5, 4, 3, 2]), 3);
        assert_eq!(at(&[1, 4, 5], &[1, 2, 3], &[9, 1, 3, 7, 8]), 3);
        assert_eq!(at(&[1], &[], &[4]), 4);
        // More voters than are looked at without asking any twice.
        assert_eq!(at(&[1, 2, 3, 4, 5, 6, 7, 8, 9], &[], &[1, 1, 1, 1, 5, 5, 5, 5, 5]), 5);
        assert_eq!(at(&[1, 2, 3, 4, 5, 6, 7, 8, 9], &[], &[1, 1, 1, 1, 1, 5, 5, 5, 5]), 1);
    }

    /// Of two sets of voters, people are told of the one that lacks more.
    #[test]
    fn a_tally_is_of_the_set_that_is_further_from_agreement() {
        #[track_caller]
        fn check(rules: &Rules, new: (u32, usize), old: (u32, usize), expected: Tally) {
            let (voters, outgoing): (Vec<u32>, Vec<u32>) = ((1..=new.0).collect(), (11..=10 + old.0).collect());
            let membership =
                Membership { voters: servers(&voters), outgoing: servers(&outgoing), ..Membership::default() };
            let agrees = |id: ServerId| if id.0 > 10 { id.0 as usize <= 10 + old.1 } else { id.0 as usize <= new.1 };
            assert_eq!(membership.tally(rules, agrees), expected);
        }
        let tally = |have, need, of, agreed| Tally { have, need, of, agreed };
        check(&Rules::PAPER, (5, 3), (5, 2), tally(2, 3, 5, false));
        check(&Rules::PAPER, (3, 2), (5, 3), tally(2, 2, 3, true));
        check(&Rules::PAPER, (3, 1), (3, 2), tally(1, 2, 3, false));
        check(&Rules::PAPER, (3, 0), (5, 1), tally(0, 2, 3, false));
        let either = Rules { joint_agreement: |new, old| new || old, ..Rules::PAPER };
        check(&either, (3, 2), (3, 1), tally(1, 2, 3, true));
    }
}

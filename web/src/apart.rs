//! Who is apart from whom while links are cut.

use raft_core::ServerId;

/// So many cuts that part nobody are named; of more it is said how many they are.
const NAMED: usize = 2;

/// The sides of a network: who reaches whom, if only by way of others.
pub fn sides(cuts: &[(ServerId, ServerId)], servers: &[ServerId]) -> Vec<Vec<ServerId>> {
    let open = |a: ServerId, b: ServerId| !(cuts.contains(&(a, b)) && cuts.contains(&(b, a)));
    let mut left = servers.to_vec();
    let mut sides = Vec::new();
    while !left.is_empty() {
        let mut side = vec![left.remove(0)];
        let mut next = 0;
        while next < side.len() {
            let (near, far) = left.into_iter().partition(|other| open(side[next], *other));
            let near: Vec<ServerId> = near;
            side.extend(near);
            left = far;
            next += 1;
        }
        side.sort_unstable();
        sides.push(side);
    }
    sides
}

/// `S1 S2 | S3 S4 S5`; where nobody is apart, what is cut.
pub fn words(cuts: &[(ServerId, ServerId)], servers: &[ServerId]) -> String {
    let sides = sides(cuts, servers);
    if sides.len() > 1 {
        let names = |side: &Vec<ServerId>| side.iter().map(ServerId::to_string).collect::<Vec<_>>().join(" ");
        return sides.iter().map(names).collect::<Vec<_>>().join(" | ");
    }
    let back = |from, to| cuts.contains(&(to, from));
    let links: Vec<String> = (cuts.iter().filter(|(from, to)| from < to || !back(*from, *to)))
        .map(|(from, to)| format!("{from} {} {to}", if back(*from, *to) { "↮" } else { "↛" }))
        .collect();
    if links.len() <= NAMED { links.join(", ") } else { format!("{} links are cut", links.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_words(cuts: &[(u32, u32)], said: &str) {
        let cuts: Vec<_> = cuts.iter().map(|(from, to)| (ServerId(*from), ServerId(*to))).collect();
        assert_eq!(words(&cuts, &[1, 2, 3, 4].map(ServerId)), said);
    }

    #[test]
    fn who_is_apart_is_named_by_sides_and_else_what_is_cut() {
        let across = |a: &[u32], b: &[u32]| -> Vec<(u32, u32)> {
            a.iter().flat_map(|a| b.iter().flat_map(move |b| [(*a, *b), (*b, *a)])).collect()
        };
        check_words(&across(&[1, 3], &[2, 4]), "S1 S3 | S2 S4");
        check_words(&across(&[4], &[1, 2, 3]), "S1 S2 S3 | S4");
        check_words(&[(1, 2), (2, 1)], "S1 ↮ S2");
        check_words(&[(2, 1)], "S2 ↛ S1");
        check_words(&[(2, 1), (1, 3), (3, 4)], "3 links are cut");
    }
}

//! Cutting by hand: what a line that is drawn across the ring does to the links. Plain data.

use raft_core::ServerId;

use crate::layout::Point;

/// A link between two servers, the smaller one first.
pub type Link = (ServerId, ServerId);

/// What a line cuts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cutting {
    /// No link.
    Nothing,
    /// Every link between these groups, and none within them.
    Groups(Vec<Vec<ServerId>>),
    /// These links.
    Links(Vec<Link>),
}

/// What a line cuts: the links that it goes through.
pub fn cutting(servers: &[(ServerId, Point)], line: &[Point]) -> Cutting {
    let cut: Vec<Link> =
        links(servers).filter(|(a, b)| crosses(line, a.1, b.1)).map(|(a, b)| (a.0.min(b.0), a.0.max(b.0))).collect();
    if cut.is_empty() {
        return Cutting::Nothing;
    }
    let groups = groups(servers, &cut);
    let apart = |(a, b): &Link| !groups.iter().any(|group| group.contains(a) && group.contains(b));
    if cut.iter().all(apart) { Cutting::Groups(groups) } else { Cutting::Links(cut) }
}

/// The link that a point is at.
pub fn link_at(servers: &[(ServerId, Point)], at: Point, within: f64) -> Option<Link> {
    let near = links(servers).map(|(a, b)| (distance(at, a.1, b.1), (a.0, b.0)));
    let near = near.filter(|(far, _)| *far <= within);
    near.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, link)| link)
}

/// The link after this one, in order; the first one of a server after that server.
pub fn next_link(servers: &[ServerId], after: Option<Link>, of: Option<ServerId>) -> Option<Link> {
    let all = || servers.iter().enumerate().flat_map(|(n, a)| servers[n + 1..].iter().map(move |b| (*a, *b)));
    let next = match (after, of) {
        (Some(link), _) => all().skip_while(|other| *other != link).nth(1),
        (None, Some(id)) => all().find(|(a, b)| *a == id || *b == id),
        (None, None) => None,
    };
    next.or_else(|| all().next())
}

fn links(servers: &[(ServerId, Point)]) -> impl Iterator<Item = ((ServerId, Point), (ServerId, Point))> + '_ {
    servers.iter().enumerate().flat_map(|(n, a)| servers[n + 1..].iter().map(move |b| (*a, *b)))
}

/// Who still has a way to whom, over links that are not cut.
fn groups(servers: &[(ServerId, Point)], cut: &[Link]) -> Vec<Vec<ServerId>> {
    let mut left: Vec<ServerId> = servers.iter().map(|(id, _)| *id).collect();
    let mut groups = Vec::new();
    while !left.is_empty() {
        let mut group = vec![left.remove(0)];
        let mut next = 0;
        while let Some(from) = group.get(next).copied() {
            let (reached, rest) = left.iter().partition(|to| !cut.contains(&(from.min(**to), from.max(**to))));
            group.extend::<Vec<ServerId>>(reached);
            left = rest;
            next += 1;
        }
        group.sort();
        groups.push(group);
    }
    groups
}

fn crosses(line: &[Point], a: Point, b: Point) -> bool {
    line.windows(2).any(|part| {
        let (c, d) = (part[0], part[1]);
        let apart = |p, q, r, s| (side(p, q, r) > 0.0) != (side(p, q, s) > 0.0);
        apart(a, b, c, d) && apart(c, d, a, b)
    })
}

/// On which side of the line from `a` to `b` a point is: the sign says it.
fn side(a: Point, b: Point, c: Point) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

fn distance(at: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let share = ((at.x - a.x) * dx + (at.y - a.y) * dy) / (dx * dx + dy * dy).max(1.0);
    let share = share.clamp(0.0, 1.0);
    at.distance(Point { x: a.x + share * dx, y: a.y + share * dy })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five servers, the first one on top, clockwise.
    fn five() -> Vec<(ServerId, Point)> {
        let places = [(0.0, -100.0), (95.0, -31.0), (59.0, 81.0), (-59.0, 81.0), (-95.0, -31.0)];
        places.iter().zip(1..).map(|((x, y), n)| (ServerId(n), Point { x: *x, y: *y })).collect()
    }

    fn ids(all: &[u32]) -> Vec<ServerId> {
        all.iter().copied().map(ServerId).collect()
    }

    #[track_caller]
    fn check_cutting(line: &[(f64, f64)], expected: Cutting) {
        let line: Vec<Point> = line.iter().map(|(x, y)| Point { x: *x, y: *y }).collect();
        assert_eq!(cutting(&five(), &line), expected);
    }

    #[test]
    fn a_line_across_the_ring_parts_it() {
        check_cutting(&[(-150.0, 20.0), (150.0, 20.0)], Cutting::Groups(vec![ids(&[1, 2, 5]), ids(&[3, 4])]));
        check_cutting(
            &[(-60.0, -150.0), (-60.0, 20.0), (60.0, 150.0)],
            Cutting::Groups(vec![ids(&[1, 2, 3]), ids(&[4, 5])]),
        );
    }

    #[test]
    fn a_line_around_a_server_cuts_it_off() {
        let around = [(-60.0, -120.0), (-20.0, -60.0), (20.0, -60.0), (60.0, -120.0)];
        check_cutting(&around, Cutting::Groups(vec![ids(&[1]), ids(&[2, 3, 4, 5])]));
    }

    #[test]
    fn a_short_line_cuts_what_it_goes_through() {
        check_cutting(&[(0.0, 60.0), (0.0, 100.0)], Cutting::Links(vec![(ServerId(3), ServerId(4))]));
        check_cutting(&[(300.0, 0.0), (320.0, 90.0)], Cutting::Nothing);
        check_cutting(&[(0.0, 90.0)], Cutting::Nothing);
        check_cutting(&[], Cutting::Nothing);
    }

    #[test]
    fn a_link_is_found_where_it_is() {
        let at = |x, y| link_at(&five(), Point { x, y }, 6.0);
        assert_eq!(at(0.0, 84.0), Some((ServerId(3), ServerId(4))));
        assert_eq!(at(0.0, -27.0), Some((ServerId(2), ServerId(5))));
        assert_eq!(at(0.0, 150.0), None);
    }

    #[test]
    fn links_come_one_after_another() {
        let all = ids(&[1, 2, 3]);
        let link = |a, b| Some((ServerId(a), ServerId(b)));
        assert_eq!(next_link(&all, None, None), link(1, 2));
        assert_eq!(next_link(&all, None, Some(ServerId(3))), link(1, 3));
        assert_eq!(next_link(&all, link(1, 3), None), link(2, 3));
        assert_eq!(next_link(&all, link(2, 3), None), link(1, 2));
        assert_eq!(next_link(&ids(&[1]), None, None), None);
    }
}

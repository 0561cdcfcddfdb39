//! Where things stand: every number of the picture that is not a style.
//!
//! The picture is drawn in CSS pixels, one unit each, whatever the size of its box: type and
//! targets keep their size, and only distances shrink.

use core::f64::consts::PI;
use core::fmt;

/// A point of the picture.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    /// This point, moved.
    pub fn plus(self, x: f64, y: f64) -> Point {
        Point { x: self.x + x, y: self.y + y }
    }

    /// How far it is to another point.
    pub fn distance(self, other: Point) -> f64 {
        let (x, y) = (self.x - other.x, self.y - other.y);
        (x * x + y * y).sqrt()
    }

    /// How far it is to the line from one point to another.
    pub fn off(self, from: Point, to: Point) -> f64 {
        let (x, y) = (to.x - from.x, to.y - from.y);
        let share = ((self.x - from.x) * x + (self.y - from.y) * y) / (x * x + y * y).max(f64::MIN_POSITIVE);
        let share = share.clamp(0.0, 1.0);
        self.distance(from.plus(x * share, y * share))
    }
}

/// A number of the picture in words of SVG: to a tenth of a pixel. What Rust brings for any float
/// weighs more than the whole ring.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tenths(pub f64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&tenths(self.0))
    }
}

/// That number, as a text.
pub fn tenths(number: f64) -> String {
    let mut text = String::new();
    write(&mut text, number);
    text
}

/// Adds that number. A crowded frame has thousands of them: digits are written by hand, which takes
/// a fraction of the time that formatting does.
fn write(text: &mut String, number: f64) {
    let tenths = (number * 10.0).round_ties_even() as i32;
    if tenths < 0 {
        text.push('-');
    }
    let mut left = tenths.unsigned_abs();
    let mut digits = *b"          .0";
    digits[11] += (left % 10) as u8;
    let mut first = 10;
    while first == 10 || left >= 10 {
        left /= 10;
        first -= 1;
        digits[first] = b'0' + (left % 10) as u8;
    }
    text.push_str(core::str::from_utf8(&digits[first..]).expect("digits are ASCII"));
}

/// The transformation that moves something there.
pub fn translate(to: Point) -> String {
    let mut all = String::new();
    draw(&mut all, &[("translate(", to.x), (" ", to.y)], ")");
    all
}

/// Draws on: adds path data, a command or a space before each number, and what stands at the end.
pub fn draw(path: &mut String, steps: &[(&str, f64)], end: &str) {
    for (command, number) in steps {
        path.push_str(command);
        write(path, *number);
    }
    path.push_str(end);
}

/// Adds a circle.
pub fn circle(path: &mut String, at: Point, r: f64) {
    Stamp::circle(r).press(path, at);
}

/// A shape that is drawn in many places, as path data: where its outline starts from its middle, and how
/// it goes on from there, which is the same everywhere and is written once.
#[derive(Clone, PartialEq, Debug)]
pub struct Stamp {
    start: Point,
    rest: String,
}

impl Stamp {
    /// An outline that starts there and goes on by these steps, as in [`draw`].
    pub fn new(start: Point, steps: &[(&str, f64)], end: &str) -> Stamp {
        let mut rest = String::new();
        draw(&mut rest, steps, end);
        Stamp { start, rest }
    }

    /// A circle.
    pub fn circle(r: f64) -> Stamp {
        let mut stamp = Stamp::new(Point { x: -r, y: 0.0 }, &[], "");
        for across in [2.0 * r, -2.0 * r] {
            draw(&mut stamp.rest, &[("a", r), (" ", r)], " 0 1 0 ");
            draw(&mut stamp.rest, &[("", across)], " 0");
        }
        stamp.rest.push('z');
        stamp
    }

    /// Adds it around a point.
    pub fn press(&self, path: &mut String, at: Point) {
        draw(path, &[("M", at.x + self.start.x), (" ", at.y + self.start.y)], &self.rest);
    }
}

/// The ring of servers with the clients beside it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ring {
    /// Width of the box.
    pub width: f64,
    /// Height of the box.
    pub height: f64,
    /// Radius of a server.
    pub server: f64,
    /// Half the size of a message.
    pub message: f64,
    /// The servers, in order, the first one on top, clockwise.
    pub servers: Vec<Point>,
    /// The clients, in order, from the upper right corner down.
    pub clients: Vec<Point>,
}

/// Width and height of a client.
pub const CLIENT: (f64, f64) = (68.0, 44.0);

/// The largest ring: beyond it the eye loses the whole.
const LARGEST: f64 = 218.0;

impl Ring {
    /// Fits a ring into a box.
    pub fn fit(width: f64, height: f64, servers: usize, clients: usize) -> Ring {
        let small = width.min(height);
        let crowd = if servers > 9 {
            0.72
        } else if servers > 7 {
            0.85
        } else {
            1.0
        };
        let server = (small / 11.6).clamp(19.0, 34.0) * crowd;
        // Above a server its chip, below it the leader's outer ring, beside it both.
        let (side, above, below) = (server + 22.0, server + 16.0, server + 21.0);
        let beside = if clients > 0 && width > 560.0 { CLIENT.0 + 20.0 } else { 0.0 };
        let unit: Vec<Point> = (0..servers).map(|n| on_circle(n, servers)).collect();
        let (top, bottom) = bounds(unit.iter().map(|p| p.y));
        let (left, right) = bounds(unit.iter().map(|p| p.x));
        let tall = ((height - above - below) / (bottom - top).max(0.5)).clamp(20.0, LARGEST);
        // A flat box may stretch the ring a little; a narrow one squeezes it.
        let free = width - 2.0 * side - beside;
        let wide = (free / (right - left).max(0.5)).clamp(20.0, tall * 1.12);
        let tall = tall.min(wide * 1.35);
        let middle = Point {
            x: (width - beside) / 2.0 - wide * (left + right) / 2.0 + beside * 0.2,
            y: above + ((height - above - below) - tall * (bottom - top)) / 2.0 - tall * top,
        };
        let servers = unit.iter().map(|p| middle.plus(p.x * wide, p.y * tall)).collect();
        Ring {
            width,
            height,
            server,
            message: (server / 5.2).clamp(4.6, 6.5),
            servers,
            clients: beside_ring(width, height, clients, beside == 0.0),
        }
    }

    /// Whether no server stands where a button has its place, at the lower left.
    pub fn has_free_corner(&self) -> bool {
        let corner = |server: &Point| {
            let to = Point { x: server.x.min(CORNER.0), y: server.y.max(self.height - CORNER.1) };
            server.distance(to) >= self.server + 2.0
        };
        self.servers.iter().all(corner)
    }
}

/// How wide and high the button in the corner is, the room beside it included.
const CORNER: (f64, f64) = (60.0, 32.0);

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((0.0, 0.0), |(low, high), v| (f64::min(low, v), f64::max(high, v)))
}

/// The place of one of `count` on a circle of radius 1, the first on top, clockwise.
pub fn on_circle(n: usize, count: usize) -> Point {
    let turn = n as f64 / count.max(1) as f64;
    // One server alone stands in the middle; two stand side by side.
    match count {
        1 => Point::default(),
        2 => Point { x: if n == 0 { -1.0 } else { 1.0 }, y: 0.0 },
        _ => Point { x: sine(turn), y: -sine(turn + 0.25) },
    }
}

/// The sine of an angle in turns, from 0 up. Exact to a millionth, in a hundredth of what a library
/// needs for the last bit of any angle.
fn sine(turns: f64) -> f64 {
    let turns = turns - turns.floor();
    let (turns, sign) = if turns < 0.5 { (turns, 1.0) } else { (turns - 0.5, -1.0) };
    let x = 2.0 * PI * turns.min(0.5 - turns);
    let s = x * x;
    // The series of Taylor, from its small end.
    let series = [110.0, 72.0, 42.0, 20.0, 6.0].into_iter().fold(1.0, |rest, divisor| 1.0 - s / divisor * rest);
    sign * x * series
}

/// Down the right side; where the ring leaves no room there, in the corners on both sides of it.
fn beside_ring(width: f64, height: f64, clients: usize, corners: bool) -> Vec<Point> {
    let rows = if corners { clients.div_ceil(2) } else { clients };
    let step = ((height - 40.0) / rows.max(1) as f64).min(CLIENT.1 + if corners { 4.0 } else { 14.0 });
    let top = if height > 420.0 && !corners { 56.0 } else { 30.0 };
    let inset = CLIENT.0 / 2.0 + 14.0;
    let place = |n: usize| match (corners, n % 2) {
        (true, 1) => Point { x: inset, y: top + step * (n / 2) as f64 },
        (true, _) => Point { x: width - inset, y: top + step * (n / 2) as f64 },
        (false, _) => Point { x: width - inset, y: top + step * n as f64 },
    };
    (0..clients).map(place).collect()
}

/// The way of a message between two places: from edge to edge, a little to the right of the
/// middle, so that requests and replies pass each other like cars.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Way {
    /// Where it starts.
    pub start: Point,
    /// Where it ends.
    pub end: Point,
}

impl Way {
    /// Between two discs.
    pub fn between(from: Point, to: Point, gap_from: f64, gap_to: f64) -> Way {
        let length = from.distance(to).max(1.0);
        let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length);
        let (rx, ry) = (-dy * 4.5, dx * 4.5);
        let (gap_from, gap_to) = if gap_from + gap_to > length * 0.8 { (0.0, 0.0) } else { (gap_from, gap_to) };
        Way {
            start: from.plus(dx * gap_from + rx, dy * gap_from + ry),
            end: to.plus(-dx * gap_to + rx, -dy * gap_to + ry),
        }
    }

    /// The point at a share of the way, in thousandths.
    pub fn at(self, thousandths: u64) -> Point {
        let share = thousandths as f64 / 1_000.0;
        Point {
            x: self.start.x + (self.end.x - self.start.x) * share,
            y: self.start.y + (self.end.y - self.start.y) * share,
        }
    }

    /// The point that lies so many pixels behind a share of the way, not before its start.
    pub fn behind(self, thousandths: u64, pixels: f64) -> Point {
        let length = self.start.distance(self.end).max(1.0);
        let back = (pixels / length * 1_000.0) as u64;
        self.at(thousandths.saturating_sub(back))
    }
}

/// The matrix of logs.
pub mod logs {
    /// Height of a row, its gap included.
    pub const ROW: f64 = 34.0;
    /// Height of a cell.
    pub const CELL: f64 = 27.0;
    /// Width of a column, its gap included.
    pub const COLUMN: f64 = 62.0;
    /// The gap between columns.
    pub const GAP: f64 = 6.0;
    /// Room for the server's name and role.
    pub const LEFT: f64 = 70.0;
    /// Room for the numbers above.
    pub const TOP: f64 = 20.0;

    /// Room to the right of the last column: what is sent next stands in it, and is wider than a cell.
    pub const RIGHT: f64 = 24.0;

    /// How many columns a width shows; the last one keeps room for the arrow.
    pub fn columns(width: f64) -> usize {
        (((width - LEFT - RIGHT) / COLUMN) as usize).clamp(2, 40)
    }
}

/// The scrub bar.
pub mod scrub {
    /// Where the track starts, and how high it is.
    pub const TRACK: (f64, f64) = (4.0, 18.0);
    /// The baseline of the numbers under it.
    pub const NUMBERS: f64 = 40.0;
    /// Free room at both ends: for the names of the lines above, as wide on the right.
    pub const PAD: f64 = 34.0;
    /// The same where there are no lines above, so that the knob stays inside.
    pub const SLIM: f64 = 9.0;
    /// The least distance between two numbers.
    pub const TICK: f64 = 92.0;

    /// A step of 1, 2 or 5 times a power of ten microseconds that leaves room for the numbers.
    pub fn tick(span: u64, width: f64) -> u64 {
        let least = span as f64 * TICK / width.max(1.0);
        let mut step = 1_000u64;
        loop {
            for factor in [1, 2, 5] {
                if (step * factor) as f64 >= least {
                    return step * factor;
                }
            }
            step = step.saturating_mul(10);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_fits(width: f64, height: f64, servers: usize, clients: usize) {
        let ring = Ring::fit(width, height, servers, clients);
        assert_eq!(ring.servers.len(), servers);
        for (n, p) in ring.servers.iter().enumerate() {
            let r = ring.server;
            assert!(p.x - r >= 0.0 && p.x + r <= width && p.y - r >= 0.0 && p.y + r <= height, "{p:?} in {ring:?}");
            for q in &ring.servers[n + 1..] {
                assert!(p.distance(*q) > 2.0 * r, "{p:?} meets {q:?} at {width}x{height}");
            }
        }
    }

    #[test]
    fn every_server_stands_inside_and_apart() {
        for (width, height) in
            [(652.0, 480.0), (390.0, 380.0), (640.0, 320.0), (320.0, 300.0), (320.0, 180.0), (1_400.0, 900.0)]
        {
            for servers in 1..=7 {
                check_fits(width, height, servers, 1);
            }
        }
        for servers in [9, 11, 15] {
            check_fits(652.0, 480.0, servers, 2);
        }
    }

    #[test]
    fn the_button_in_the_corner_has_a_place_beside_the_servers() {
        for (width, height) in [(652.0, 480.0), (653.0, 384.0), (390.0, 380.0), (390.0, 274.0), (320.0, 300.0)] {
            for servers in 1..=9 {
                let ring = Ring::fit(width, height, servers, 1);
                let half = CORNER.0 / 2.0;
                let middle = |server: &Point| {
                    let x = server.x.clamp(width / 2.0 - half, width / 2.0 + half);
                    server.distance(Point { x, y: server.y.max(height - CORNER.1) }) >= ring.server
                };
                let has_place = ring.has_free_corner() || ring.servers.iter().all(middle);
                assert!(has_place, "{servers} servers in {width}x{height}");
            }
        }
        assert!(!Ring::fit(390.0, 274.0, 3, 2).has_free_corner() && Ring::fit(390.0, 274.0, 5, 1).has_free_corner());
    }

    #[test]
    fn clients_stand_clear_of_the_servers() {
        for (width, height) in [(652.0, 480.0), (390.0, 380.0), (390.0, 460.0), (360.0, 380.0)] {
            let ring = Ring::fit(width, height, 5, 3);
            for (client, server) in ring.clients.iter().flat_map(|c| ring.servers.iter().map(move |s| (c, s))) {
                let (x, y) = ((client.x - server.x).abs(), (client.y - server.y).abs());
                let (x, y) = ((x - CLIENT.0 / 2.0).max(0.0), (y - CLIENT.1 / 2.0).max(0.0));
                assert!((x * x + y * y).sqrt() > ring.server, "{client:?} touches {server:?} at {width}x{height}");
            }
        }
    }

    #[test]
    fn a_circle_is_round_whatever_their_number() {
        for count in 3..=15 {
            for n in 0..count {
                let (place, angle) = (on_circle(n, count), 2.0 * PI * n as f64 / count as f64 - PI / 2.0);
                let exact = Point { x: angle.cos(), y: angle.sin() };
                assert!(place.distance(exact) < 1e-6, "{n} of {count}: {place:?}");
            }
        }
    }

    #[test]
    fn numbers_are_written_to_a_tenth() {
        for (number, text) in [
            (0.0, "0.0"),
            (12.34, "12.3"),
            (-0.04, "0.0"),
            (-0.5, "-0.5"),
            (-12.97, "-13.0"),
            (99.96, "100.0"),
            (1e6, "1000000.0"),
            (f64::MAX, "214748364.7"),
        ] {
            assert_eq!(Tenths(number).to_string(), text);
        }
        let mut path = String::new();
        circle(&mut path, Point { x: 10.0, y: 5.0 }, 2.0);
        assert_eq!(path, "M8.0 5.0a2.0 2.0 0 1 0 4.0 0a2.0 2.0 0 1 0 -4.0 0z");
    }

    #[test]
    fn opposite_messages_pass_each_other() {
        let (a, b) = (Point { x: 0.0, y: 0.0 }, Point { x: 100.0, y: 0.0 });
        let there = Way::between(a, b, 20.0, 20.0);
        let back = Way::between(b, a, 20.0, 20.0);
        assert_eq!(there.at(500), Point { x: 50.0, y: 4.5 });
        assert_eq!(back.at(500), Point { x: 50.0, y: -4.5 });
        assert_eq!(there.at(0), Point { x: 20.0, y: 4.5 });
        assert_eq!(there.behind(500, 30.0), Point { x: 20.0, y: 4.5 });
    }

    #[test]
    fn ticks_are_round_and_far_enough_apart() {
        for span in [1, 5_000, 1_000_000, 7_300_000, 86_400_000_000] {
            let step = scrub::tick(span, 1_200.0);
            assert!(step as f64 / span as f64 * 1_200.0 >= scrub::TICK - 0.001);
            assert!(matches!(step.to_string().trim_end_matches('0'), "1" | "2" | "5"));
        }
    }
}

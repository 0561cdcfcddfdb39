//! How much of the run the space-time diagram shows, and from where on.

use core::ops::Range;

use raft_core::Time;

use crate::diagram::window;

/// How much time is shown, if there is more, in milliseconds.
const WIDTHS: [u64; 11] = [20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

/// What is shown: the present, until the reader turns to another time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zoom {
    step: usize,
    /// From when on, as long as the present is this one.
    from: Option<(Time, Time)>,
}

impl Zoom {
    /// A second around the present.
    pub const USUAL: Zoom = Zoom { step: 5, from: None };

    fn width(self) -> Time {
        Time::millis(WIDTHS[self.step])
    }

    /// The window, with the present at `now`, of a run that is `span` long.
    pub fn window(self, now: Time, span: Time) -> Range<Time> {
        match self.from {
            Some((from, then)) if then == now && self.width() < span => {
                let from = from.min(span.since(self.width()));
                from..from + self.width()
            }
            _ => window(now, span, self.width()),
        }
    }

    /// More steps of time, or fewer; what is at `anchor` stays where it is.
    pub fn by(self, steps: i64, anchor: Time, now: Time, span: Time) -> Zoom {
        let before = self.window(now, span);
        let step = self.step.saturating_add_signed(steps as isize).min(WIDTHS.len() - 1);
        // What is shown of a short run is less than would fit.
        let wide = before.end.since(before.start).0.max(1);
        let after = Zoom { step, from: None }.width().0.min(span.0);
        let ahead = anchor.since(before.start).0 as u128 * u128::from(after) / u128::from(wide);
        Zoom { step, from: Some((anchor.since(Time(ahead as u64)), now)) }
    }

    /// To an earlier time, or a later one, by a share of the window in thousandths.
    pub fn turn(self, thousandths: i64, now: Time, span: Time) -> Zoom {
        let shown = self.window(now, span);
        let by = shown.end.since(shown.start).0 as i64 / 1_000 * thousandths;
        let latest = span.since(self.width());
        Zoom { from: Some((Time(shown.start.0.saturating_add_signed(by)).min(latest), now)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::seconds(5);
    const SPAN: Time = Time::seconds(10);

    fn ms(range: Range<Time>) -> (u64, u64) {
        (range.start.0 / 1_000, range.end.0 / 1_000)
    }

    #[test]
    fn it_follows_the_present_until_it_is_turned_and_again_when_time_moves() {
        let zoom = Zoom::USUAL;
        assert_eq!(ms(zoom.window(NOW, SPAN)), (4_250, 5_250));
        let back = zoom.turn(-500, NOW, SPAN);
        assert_eq!(ms(back.window(NOW, SPAN)), (3_750, 4_750));
        assert_eq!(ms(back.window(Time::seconds(6), SPAN)), (5_250, 6_250));
    }

    #[test]
    fn it_stops_at_both_ends() {
        assert_eq!(ms(Zoom::USUAL.turn(-90_000, NOW, SPAN).window(NOW, SPAN)), (0, 1_000));
        assert_eq!(ms(Zoom::USUAL.turn(90_000, NOW, SPAN).window(NOW, SPAN)), (9_000, 10_000));
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let near = Zoom::USUAL.by(-1, Time::millis(4_750), NOW, SPAN);
        assert_eq!(ms(near.window(NOW, SPAN)), (4_500, 5_000));
        let back = near.by(1, Time::millis(4_750), NOW, SPAN);
        assert_eq!(ms(back.window(NOW, SPAN)), (4_250, 5_250));
        assert_eq!(Zoom::USUAL.by(-99, NOW, NOW, SPAN).width(), Time::millis(20));
        assert_eq!(ms(Zoom::USUAL.by(99, NOW, NOW, SPAN).window(NOW, SPAN)), (0, 10_000));
    }
}

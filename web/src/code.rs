//! A text as a code for a telephone's eye (QR code).

use core::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};

/// How many modules a side has, and the dark ones as the outline of one path; nothing if the text is
/// longer than a code can hold.
pub fn outline(text: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let mut d = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let wide = (x..code.size()).take_while(|&x| code.get_module(x, y)).count();
            if wide > 0 {
                write!(d, "M{x} {y}h{wide}v1h-{wide}z").expect("a string takes all");
            }
            x += wide as i32 + 1;
        }
    }
    Some((code.size(), d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_covers_what_is_dark_and_nothing_else() {
        let text = "https://host/raft/#demo=figure-8&at=1.2s";
        let (size, d) = outline(text).expect("a short text");
        let code = QrCode::encode_text(text, QrCodeEcc::Low).expect("a short text");
        let mut dark = vec![false; (size * size) as usize];
        for run in d.split('M').skip(1) {
            let (place, run) = run.split_once('h').expect("a run");
            let (x, y) = place.split_once(' ').expect("a place");
            let (x, y): (i32, i32) = (x.parse().expect("a number"), y.parse().expect("a number"));
            let wide: i32 = run.split('v').next().expect("a width").parse().expect("a number");
            (x..x + wide).for_each(|x| dark[(y * size + x) as usize] = true);
        }
        for (place, dark) in dark.into_iter().enumerate() {
            let place = place as i32;
            assert_eq!(dark, code.get_module(place % size, place / size), "{place}");
        }
    }

    #[test]
    fn what_is_too_long_has_none() {
        assert!(outline(&"x".repeat(2_900)).is_some());
        assert!(outline(&"x".repeat(3_000)).is_none());
    }
}

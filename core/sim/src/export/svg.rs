//! Pictures of a run as SVG, each a file of its own: with a title and a description in words, no
//! script, no style sheet and nothing from elsewhere. Whole numbers are enough to draw them.

mod canvas;
mod history;
mod log;
mod metrics;
mod moving;
mod ring;
mod space_time;

pub use canvas::COLOURS;
pub use history::history;
pub use log::log;
pub use metrics::metrics;
pub use moving::moving;
pub use ring::ring;
pub use space_time::space_time;

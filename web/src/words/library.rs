//! The words of the library and of its course.

/// The list of scenarios.
pub const TITLE: &str = "Library";
/// The field above it.
pub const SEARCH: &str = "Search titles and texts";
/// The choice of a topic.
pub const TOPIC: &str = "Topic";
/// The choice of a section.
pub const SECTION: &str = "Section";
/// No choice of a topic.
pub const ANY_TOPIC: &str = "all topics";
/// No choice of a section.
pub const ANY_SECTION: &str = "all sections";
/// Nothing is found.
pub const NOTHING: &str = "Nothing in the library is about that.";
/// The first row.
pub const FREE: &str = "Five servers that have just been switched on.";
/// The sign of what is done.
pub const DONE: &str = "✓ done";
/// Begins the course.
pub const START: &str = "Start the course";
/// Begins it again.
pub const AGAIN: &str = "Begin again";
/// The list of lessons.
pub const LESSONS: &str = "All lessons";
/// What to do in a lesson.
pub const TASKS: &str = "What to do";
/// Lets the run begin.
pub const BEGIN: &str = "Begin";
/// To the lesson before.
pub const PREVIOUS: &str = "Previous";
/// To the next one.
pub const NEXT: &str = "Next lesson";
/// Leaves the course.
pub const LEAVE: &str = "Leave the course";
/// The course offers itself.
pub const OFFER: &str = "Ten short lessons show what there is to see, from the first term to a broken promise.";
/// A link names no lesson that there is.
pub const NO_LESSON: &str = "This link could not be opened.";
/// The last lesson is done.
pub const ALL_DONE: &str = "That was the last lesson.";

/// How many are found.
pub fn found(count: usize) -> String {
    match count {
        1 => "1 scenario".into(),
        more => format!("{more} scenarios"),
    }
}

/// How many questions a scenario asks.
pub fn questions(count: usize) -> String {
    match count {
        1 => "1 question".into(),
        more => format!("{more} questions"),
    }
}

/// How far a reader is.
pub fn progress(done: usize, of: usize) -> String {
    format!("{done} of {of} lessons done")
}

/// Goes on with a lesson.
pub fn go_on_with(lesson: usize) -> String {
    format!("Go on with lesson {lesson}")
}

/// Which lesson it is.
pub fn lesson(lesson: usize, of: usize) -> String {
    format!("Lesson {lesson} of {of}")
}

/// A lesson was done.
pub fn lesson_done(lesson: usize) -> String {
    format!("Lesson {lesson} is done.")
}

/// How many lessons there are.
pub fn so_many(count: usize) -> String {
    format!("The course has {count} lessons.")
}

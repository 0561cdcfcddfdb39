//! What each key of the table does.

use raft_core::Time;
use raft_sim::scenario::{Action, Select, Who};

use super::super::faults::Pop;
use super::super::tale::Tale;
use super::super::{compare, dom, editor, going, present, rules, scissors, spacetime, why};
use super::{Chosen, Dialog, Page};
use crate::keys::Command;

impl Page {
    /// Does what a key says. Returns whether it said anything here.
    pub fn command(&self, command: Command) -> bool {
        let server = match self.chosen.get_untracked() {
            Some(Chosen::Server(id)) => Some(id),
            _ => None,
        };
        let message = match self.chosen.get_untracked() {
            Some(Chosen::Message(id)) => Some(id),
            _ => None,
        };
        if !self.figure.allows(command) {
            return false;
        }
        match command {
            Command::Play => self.toggle(),
            Command::StepForward => _ = self.step(1),
            Command::StepBack => _ = self.step(-1),
            Command::NextInStory => self.next_in_story(),
            Command::GoTo => self.open_or_close(Pop::GoTo),
            Command::FindNext => going::go(*self, true),
            Command::FindPrevious => going::go(*self, false),
            Command::Diagram => spacetime::toggle(*self),
            Command::ZoomIn => self.zoom(-1, None),
            Command::ZoomOut => self.zoom(1, None),
            Command::Earlier => self.turn(-250),
            Command::Later => self.turn(250),
            Command::Why => why::toggle(*self),
            Command::Rules => rules::toggle(*self),
            Command::Text => editor::toggle(*self),
            Command::Lens | Command::Quorum | Command::Knowledge | Command::Commit => self.lens_key(command),
            Command::Start => self.seek(Time::ZERO),
            Command::End => self.seek(self.with(|model| model.playback.end())),
            Command::Faster => self.set_pace(self.pace.get_untracked().next(true)),
            Command::Slower => self.set_pace(self.pace.get_untracked().next(false)),
            Command::Server(place) => {
                let id = self.roster.with_untracked(|(servers, _)| servers.get(place - 1).copied());
                let Some(id) = id else { return false };
                if self.answer_by(&id.to_string()) {
                    return true;
                }
                if !self.pick(id) {
                    self.choose(Chosen::Server(id), false);
                }
                dom::focus(&format!("server-{}", id.0));
            }
            Command::Message => self.choose_next_message(),
            Command::Client => self.choose_next_client(),
            Command::Link => self.choose_next_link(),
            Command::Crash => match server {
                Some(id) => self.crash_or_restart(id),
                None => self.crash_leader(),
            },
            Command::Pause => match server {
                Some(id) => self.pause_or_resume(id),
                None => return false,
            },
            Command::Timeout => match server {
                Some(id) => _ = self.act(Action::Timeout(Who::Server(id))),
                None => return false,
            },
            Command::Write => self.write_next(server),
            Command::Drop | Command::Hold | Command::Duplicate | Command::Deliver => {
                let Some(id) = message else { return false };
                self.act_on_message(id, message_action(command, self.is_held(id)));
            }
            Command::Partition => self.open_or_close(Pop::Partition),
            Command::Heal => self.heal(),
            Command::Isolate => {
                let Some(id) = server else { return false };
                self.act(Action::Isolate(Who::Server(id)));
            }
            Command::Compare => compare::open(*self, None),
            Command::Share => self.dialog.set(Some(Dialog::Share)),
            Command::Scenarios => self.dialog.set(Some(Dialog::Scenarios)),
            Command::Kept => self.dialog.set(Some(Dialog::Kept)),
            Command::NextSection => present::section(*self, true),
            Command::PreviousSection => present::section(*self, false),
            Command::Present => present::toggle(*self),
            Command::FullScreen => present::full_screen(*self),
            Command::Help => self.dialog.set(Some(Dialog::Help)),
            Command::Close => self.close_one(),
        }
        true
    }

    /// Opens a control, with the focus in it, or closes it.
    fn open_or_close(&self, pop: Pop) {
        if self.pop.get_untracked() == Some(pop) {
            self.pop.set(None);
            dom::focus(pop.button());
        } else {
            self.pop.set(Some(pop));
            dom::enter(".pop");
        }
    }

    /// Closes the innermost thing that is open.
    fn close_one(&self) {
        if scissors::forget(*self) {
            // A line that is being drawn, or was to be.
        } else if self.notice.get_untracked().is_some() {
            self.notice.set(None);
        } else if let Some(pop) = self.pop.get_untracked() {
            self.pop.set(None);
            dom::focus(pop.button());
        } else if self.sheet.get_untracked() {
            self.sheet.set(false);
        } else if self.menu.get_untracked().is_some() {
            self.close_menu();
        } else if self.tale.get_untracked() == Tale::Why {
            why::close(*self);
        } else {
            self.keep(None);
            self.choose_nothing();
        }
    }
}

/// The action of a message key.
pub fn message_action(command: Command, held: bool) -> fn(Select) -> Action {
    match command {
        Command::Drop => Action::Drop,
        Command::Duplicate => Action::Duplicate,
        Command::Hold if held => Action::Release,
        Command::Hold => Action::Hold,
        _ => Action::Deliver,
    }
}

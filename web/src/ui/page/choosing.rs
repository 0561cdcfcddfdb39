//! Choosing a server or a message, and its menu.

use super::super::tale::Tale;
use super::super::{dom, frame};
use super::{Chosen, Page, Tab};
use crate::cut::next_link;
use crate::layout::Point;
use crate::lens::Lens;
use raft_core::ServerId;

impl Page {
    /// Chooses a server or a message, and opens its menu if asked.
    pub fn choose(&self, chosen: Chosen, open: bool) {
        if let Chosen::Server(id) = chosen
            && self.lens.with_untracked(|lens| {
                matches!(lens, Some(Lens::Quorum(_)) if open) || matches!(lens, Some(Lens::Knowledge(_)))
            })
            && self.pick(id)
        {
            return;
        }
        if let Chosen::Server(id) = chosen
            && open
            && self.answer_by(&id.to_string())
        {
            return;
        }
        if let Chosen::Message(_) = chosen {
            // A moving target is no target.
            self.pause();
        }
        if let Chosen::Client(_) | Chosen::Link(..) = chosen {
            // It has no menu: a narrow page shows at once what there is to say.
            self.tab.set(Tab::Story);
        }
        self.chosen.set(Some(chosen));
        self.tale.set(Tale::Details);
        let menu = open && !self.poster.get_untracked() && !self.figure.readonly;
        self.menu.set(if menu { self.whereabouts(chosen) } else { None });
        self.refresh(true);
    }

    /// Where the chosen thing is.
    pub fn whereabouts(&self, chosen: Chosen) -> Option<Point> {
        match chosen {
            Chosen::Server(id) => {
                let place =
                    self.roster.with_untracked(|(servers, _)| servers.iter().position(|server| *server == id))?;
                self.ring.with_untracked(|ring| ring.servers.get(place).copied())
            }
            Chosen::Client(id) => {
                let place = self.roster.with_untracked(|(_, clients)| clients.iter().position(|one| *one == id))?;
                self.ring.with_untracked(|ring| ring.clients.get(place).copied())
            }
            Chosen::Link(..) => None,
            Chosen::Message(id) => self.with(|model| model.motion.flights.iter().find(|f| f.id == id).map(|f| f.at)),
        }
    }

    /// Closes the menu; the focus goes back to what it belongs to.
    pub fn close_menu(&self) {
        if self.menu.get_untracked().is_some() {
            self.menu.set(None);
            match self.chosen.get_untracked() {
                Some(Chosen::Server(id)) => dom::focus(&format!("server-{}", id.0)),
                Some(Chosen::Message(id)) => dom::focus(&format!("flight-{id}")),
                Some(Chosen::Client(_) | Chosen::Link(..)) | None => {}
            }
        }
    }

    /// Chooses nothing.
    pub fn choose_nothing(&self) {
        self.chosen.set(None);
        self.tale.update(Tale::leave_details);
        self.menu.set(None);
        self.refresh(true);
    }

    /// The client after the chosen one.
    pub(super) fn choose_next_client(&self) {
        let next = self.roster.with_untracked(|(_, clients)| {
            let here = clients.iter().position(|id| self.chosen.get_untracked() == Some(Chosen::Client(*id)));
            clients.get(here.map_or(0, |here| (here + 1) % clients.len())).copied()
        });
        if let Some(id) = next {
            self.choose(Chosen::Client(id), false);
        }
    }

    /// The link after the chosen one; the first one of a server, if that is chosen.
    pub(super) fn choose_next_link(&self) {
        let (after, of) = match self.chosen.get_untracked() {
            Some(Chosen::Link(a, b)) => (Some((a, b)), None),
            Some(Chosen::Server(id)) => (None, Some(id)),
            _ => (None, None),
        };
        if let Some((a, b)) = self.roster.with_untracked(|(servers, _)| next_link(servers, after, of)) {
            self.choose(Chosen::Link(a, b), false);
        }
    }

    /// The first link of a server.
    pub fn choose_link_of(&self, id: ServerId) {
        if let Some((a, b)) = self.roster.with_untracked(|(servers, _)| next_link(servers, None, Some(id))) {
            self.choose(Chosen::Link(a, b), false);
        }
    }

    /// The message after the chosen one.
    pub(super) fn choose_next_message(&self) {
        self.pause();
        let chosen = match self.chosen.get_untracked() {
            Some(Chosen::Message(id)) => id,
            _ => 0,
        };
        let next = self.with(|model| {
            let mut ids = model.motion.flights.iter().filter(|f| !f.lost).map(|f| f.id);
            ids.clone().find(|id| *id > chosen).or_else(|| ids.next())
        });
        if let Some(id) = next {
            self.choose(Chosen::Message(id), false);
            frame::soon(move || dom::focus(&format!("flight-{id}")));
        }
    }
}

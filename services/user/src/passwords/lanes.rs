//! The order in which passwords are hashed: two lanes, one for known devices and one for strangers, served in turn. So a
//! flood of strangers holds a known device up by one hash at most, and the other way round.

use std::sync::mpsc::{Receiver, Sender, channel};

/// Which lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Whoever has signed in before, or is signed in.
    Known,
    /// Anybody else.
    Strangers,
}

/// The end where jobs go in. Cheap to clone.
pub struct Entrance<T> {
    known: Sender<T>,
    strangers: Sender<T>,
    bell: Sender<()>,
}

/// The end where they come out.
pub struct Exit<T> {
    known: Receiver<T>,
    strangers: Receiver<T>,
    bell: Receiver<()>,
    turn: Lane,
}

/// Two empty lanes.
#[must_use]
pub fn lanes<T>() -> (Entrance<T>, Exit<T>) {
    let ((known, known_out), (strangers, strangers_out)) = (channel(), channel());
    let (bell, bell_out) = channel();
    let exit = Exit { known: known_out, strangers: strangers_out, bell: bell_out, turn: Lane::Known };
    (Entrance { known, strangers, bell }, exit)
}

impl<T> Clone for Entrance<T> {
    fn clone(&self) -> Self {
        Self { known: self.known.clone(), strangers: self.strangers.clone(), bell: self.bell.clone() }
    }
}

impl<T> Entrance<T> {
    /// Puts a job into a lane. False when nobody takes jobs any more.
    pub fn enter(&self, lane: Lane, job: T) -> bool {
        let entered = match lane {
            Lane::Known => self.known.send(job),
            Lane::Strangers => self.strangers.send(job),
        };
        // The bell comes after the job: each stroke finds one.
        entered.is_ok() && self.bell.send(()).is_ok()
    }
}

/// Each step waits for a job; the end means that there will be none any more.
impl<T> Iterator for Exit<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.bell.recv().ok()?;
        let (first, second) = match self.turn {
            Lane::Known => (&self.known, &self.strangers),
            Lane::Strangers => (&self.strangers, &self.known),
        };
        self.turn = match self.turn {
            Lane::Known => Lane::Strangers,
            Lane::Strangers => Lane::Known,
        };
        first.try_recv().or_else(|_| second.try_recv()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_take_turns_and_an_empty_one_holds_nobody_up() {
        let (entrance, mut exit) = lanes();
        for number in 0..4 {
            assert!(entrance.enter(Lane::Strangers, format!("stranger {number}")));
        }
        for number in 0..2 {
            assert!(entrance.enter(Lane::Known, format!("known {number}")));
        }
        let order: Vec<String> = exit.by_ref().take(6).collect();
        assert_eq!(order, ["known 0", "stranger 0", "known 1", "stranger 1", "stranger 2", "stranger 3"]);
        drop(entrance);
        assert_eq!(exit.next(), None);
    }
}

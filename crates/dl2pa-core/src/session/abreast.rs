//! Runs that go side by side: none goes ahead of the slowest by more than a part of an epoch. A run of which another
//! branches off at an earlier moment is ahead of it, and so waits until the branch has caught up.

use std::sync::{Arc, Mutex, PoisonError};

/// How far a run may be ahead of the slowest, in epochs: less than an eye notices, and enough that runs rarely
/// wait for each other.
const LEAD_EPOCHS: f64 = 0.25;

/// The places of runs that go side by side. Clones mean the same runs.
#[derive(Clone, Debug, Default)]
pub struct Abreast {
    /// Epochs done by each; `None` for one that waits for nobody and nobody waits for.
    places: Arc<Mutex<Vec<Option<f64>>>>,
}

impl Abreast {
    /// A place among them, for one session.
    #[must_use]
    pub fn join(&self) -> Member {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.push(None);
        Member {
            abreast: self.clone(),
            place: places.len() - 1,
        }
    }
}

/// One session's place.
#[derive(Debug)]
pub struct Member {
    abreast: Abreast,
    place: usize,
}

impl Member {
    /// Says that a run is under way and has done so many epochs (0 also before it trains).
    pub(super) fn note(&self, epochs: f64) {
        self.set(Some(epochs));
    }

    /// Says that the run is over: nobody waits for it any more.
    pub(super) fn leave(&self) {
        self.set(None);
    }

    /// True when this run is further than the others allow.
    pub(super) fn must_wait(&self) -> bool {
        let places = self.abreast.places.lock();
        let places = places.unwrap_or_else(PoisonError::into_inner);
        let slowest = places.iter().flatten().copied().fold(f64::MAX, f64::min);
        places[self.place].is_some_and(|epochs| epochs > slowest + LEAD_EPOCHS)
    }

    fn set(&self, epochs: Option<f64>) {
        let places = self.abreast.places.lock();
        places.unwrap_or_else(PoisonError::into_inner)[self.place] = epochs;
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_goes_ahead_and_nobody_waits_for_those_that_are_gone() {
        let abreast = Abreast::default();
        let (first, second) = (abreast.join(), abreast.join());
        first.note(3.0);
        assert!(!first.must_wait(), "the other has not begun");
        second.note(0.0);
        assert!(first.must_wait());
        assert!(!second.must_wait());
        second.note(2.9);
        assert!(!first.must_wait());
        second.note(1.0);
        drop(second);
        assert!(!first.must_wait());
    }
}

//! What the reader looks at: a class under the pointer or pinned by a click, a prototype, a matching, a moment.

use crate::theme::HUSHED;

/// What is looked at, shared by the stage, the class key, the why-panel, the plots and the timeline: what one of them
/// points at the others stress.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selection {
    pinned: Option<usize>,
    hovered: Option<usize>,
    next_hovered: Option<usize>,
    /// The prototype pointed at together with the class under the pointer.
    prototype: Option<usize>,
    next_prototype: Option<usize>,
    pointed: Pointed,
    next_pointed: Pointed,
    /// Place of the matching chosen; `None` is the latest.
    matching: Option<usize>,
    asks_why: bool,
}

/// What is pointed at in the plots and on the timeline.
#[derive(Clone, Debug, Default, PartialEq)]
struct Pointed {
    /// An epoch, with its fraction.
    moment: Option<f64>,
    /// Place of a matching among all of the run.
    matching: Option<usize>,
    /// The classes that moved there.
    moved: Vec<u32>,
}

impl Selection {
    /// The class to stress in this frame. Where those are stressed that moved at a matching, it is none.
    pub(crate) fn class(&self) -> Option<usize> {
        let pinned = self.pinned.filter(|_| self.pointed.moved.is_empty());
        self.hovered.or(pinned)
    }

    /// The classes that moved at the matching pointed at; empty where a class is pointed at, or no matching.
    pub(crate) fn moved(&self) -> &[u32] {
        match self.hovered {
            Some(_) => &[],
            None => &self.pointed.moved,
        }
    }

    /// How present the marks of `class` are, in [0, 1], beside those that are stressed.
    pub(crate) fn presence(&self, class: usize) -> f32 {
        presence(class, self.class(), self.moved())
    }

    /// The epoch pointed at in a plot or on the timeline.
    pub(crate) fn moment(&self) -> Option<f64> {
        self.pointed.moment
    }

    /// Place of the matching pointed at.
    pub(crate) fn pointed_matching(&self) -> Option<usize> {
        self.pointed.matching
    }

    /// Says that the pointer is at `epoch` in this frame.
    pub(crate) fn point_at_moment(&mut self, epoch: f64) {
        self.next_pointed.moment = Some(epoch);
    }

    /// Says that the pointer is at a matching in this frame, where these classes moved.
    pub(crate) fn point_at_matching(&mut self, place: usize, moved: &[u32]) {
        self.next_pointed.matching = Some(place);
        self.next_pointed.moved = moved.to_vec();
    }

    /// The class that a click has chosen.
    pub(crate) fn pinned(&self) -> Option<usize> {
        self.pinned
    }

    /// The prototype pointed at in the score matrix.
    pub(crate) fn prototype(&self) -> Option<usize> {
        self.prototype
    }

    /// Place of the matching to explain among all of the run; `None` is the latest.
    pub(crate) fn matching(&self) -> Option<usize> {
        self.matching
    }

    /// Says that the pointer is over marks of `class` in this frame.
    pub(crate) fn hover(&mut self, class: usize) {
        self.next_hovered = Some(class);
        self.next_prototype = None;
    }

    /// Says that the pointer is over the pair of a class and a prototype in this frame.
    pub(crate) fn hover_pair(&mut self, class: usize, prototype: usize) {
        self.next_hovered = Some(class);
        self.next_prototype = Some(prototype);
    }

    /// A click or tap on a class, or beside all of them.
    pub(crate) fn click(&mut self, class: Option<usize>) {
        self.pinned = if self.pinned == class { None } else { class };
        self.asks_why |= self.pinned.is_some();
    }

    /// Chooses a class where its explanation is shown already.
    pub(crate) fn choose_class(&mut self, class: usize) {
        self.pinned = Some(class);
    }

    /// Chooses no class.
    pub(crate) fn forget_class(&mut self) {
        self.pinned = None;
    }

    /// Chooses the matching to explain; `None` follows the latest.
    pub(crate) fn choose_matching(&mut self, place: Option<usize>) {
        self.matching = place;
    }

    /// A click on a matching: chooses it and asks for its explanation.
    pub(crate) fn click_matching(&mut self, place: usize) {
        self.matching = Some(place);
        self.asks_why = true;
    }

    /// Whether a click has asked for an explanation since the last call.
    pub(crate) fn take_asks_why(&mut self) -> bool {
        std::mem::take(&mut self.asks_why)
    }

    /// Forgets what only the run before had.
    pub(crate) fn clear_run(&mut self) {
        self.matching = None;
    }

    /// Ends a frame; classes from `classes` on do not exist. True when the next frame differs.
    pub(crate) fn end_frame(&mut self, classes: usize) -> bool {
        let before = (self.class(), self.prototype);
        let pointed = std::mem::take(&mut self.next_pointed);
        let points_elsewhere = self.pointed != pointed;
        self.pointed = pointed;
        let exists = |&at: &usize| at < classes;
        self.hovered = self.next_hovered.take().filter(exists);
        self.prototype = self.next_prototype.take().filter(exists);
        self.pinned = self.pinned.filter(exists);
        (self.class(), self.prototype) != before || points_elsewhere
    }
}

/// How present the marks of `class` are beside the class stressed or, where there is none, the classes that `moved`.
pub(crate) fn presence(class: usize, stressed: Option<usize>, moved: &[u32]) -> f32 {
    let is_stressed = match stressed {
        Some(stressed) => stressed == class,
        None => moved.is_empty() || moved.contains(&(class as u32)),
    };
    if is_stressed { 1.0 } else { HUSHED }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hovering_wins_over_a_pin_and_ends_with_the_frame() {
        let mut selection = Selection::default();
        selection.click(Some(3));
        selection.hover(1);
        assert!(selection.end_frame(10));
        assert_eq!(selection.class(), Some(1));
        assert!(selection.end_frame(10));
        assert!(!selection.end_frame(10));
        assert_eq!(selection.class(), Some(3));
        selection.click(Some(3));
        assert_eq!(selection.class(), None);
        selection.click(Some(8));
        assert!(selection.end_frame(5));
        assert_eq!(selection.class(), None);
    }

    #[test]
    fn a_click_asks_for_reasons_once_and_a_second_one_lets_go() {
        let mut selection = Selection::default();
        assert!(!selection.take_asks_why());
        selection.click(Some(2));
        assert!(selection.take_asks_why() && !selection.take_asks_why());
        selection.click(Some(2));
        assert!(!selection.take_asks_why());
        selection.click_matching(4);
        assert!(selection.take_asks_why());
        assert_eq!(selection.matching(), Some(4));
        selection.clear_run();
        assert_eq!(selection.matching(), None);
    }

    #[test]
    fn a_pair_is_pointed_at_for_one_frame_and_must_exist() {
        let mut selection = Selection::default();
        selection.hover_pair(1, 7);
        assert!(selection.end_frame(10));
        assert_eq!(
            (selection.class(), selection.prototype()),
            (Some(1), Some(7))
        );
        selection.hover(1);
        assert!(selection.end_frame(10), "the prototype is left");
        selection.hover_pair(1, 10);
        assert!(!selection.end_frame(10));
        assert_eq!(selection.prototype(), None);
    }

    #[test]
    fn who_moved_at_the_matching_pointed_at_is_stressed_instead_of_the_pin() {
        let mut selection = Selection::default();
        selection.click(Some(3));
        selection.end_frame(10);
        selection.point_at_moment(2.5);
        selection.point_at_matching(1, &[0, 4]);
        assert_eq!(selection.moment(), None, "only from the next frame on");
        assert!(selection.end_frame(10));
        assert_eq!((selection.class(), selection.moved()), (None, &[0, 4][..]));
        assert_eq!(
            (selection.moment(), selection.pointed_matching()),
            (Some(2.5), Some(1))
        );
        assert_eq!(selection.presence(4), 1.0);
        assert!(selection.presence(3) < 0.5);
        selection.hover(7);
        selection.point_at_matching(1, &[0, 4]);
        selection.end_frame(10);
        assert_eq!((selection.class(), selection.moved()), (Some(7), &[][..]));
        assert!(selection.end_frame(10), "the pointer has left");
        assert_eq!(selection.class(), Some(3));
        assert_eq!(selection.presence(3), 1.0);
        assert!(!selection.end_frame(10));
    }
}

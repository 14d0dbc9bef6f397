//! Which class the reader looks at: under the pointer, or pinned by a click.

/// The class looked at, shared by the stage and the class key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    pinned: Option<usize>,
    hovered: Option<usize>,
    next_hovered: Option<usize>,
}

impl Selection {
    /// The class to stress in this frame.
    pub(crate) fn class(&self) -> Option<usize> {
        self.hovered.or(self.pinned)
    }

    /// The class that a click chose.
    pub(crate) fn pinned(&self) -> Option<usize> {
        self.pinned
    }

    /// Says that the pointer is over marks of `class` in this frame.
    pub(crate) fn hover(&mut self, class: usize) {
        self.next_hovered = Some(class);
    }

    /// A click or tap on a class, or beside all of them.
    pub(crate) fn click(&mut self, class: Option<usize>) {
        self.pinned = if self.pinned == class { None } else { class };
    }

    /// Chooses `class`, as a click on it does.
    pub(crate) fn choose(&mut self, class: usize) {
        self.pinned = Some(class);
    }

    /// Ends a frame; classes from `classes` on do not exist. True when the next frame differs.
    pub(crate) fn end_frame(&mut self, classes: usize) -> bool {
        let before = self.class();
        self.hovered = self.next_hovered.take().filter(|&class| class < classes);
        self.pinned = self.pinned.filter(|&class| class < classes);
        self.class() != before
    }
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
}

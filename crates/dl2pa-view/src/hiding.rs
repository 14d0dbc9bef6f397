//! What a teacher leaves out of the playground: `?hide=setup,plots` of the page's address.

use crate::controls::keys::Wish;
use crate::playground::{Playground, Tab};

/// A part that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything that makes a new run.
    Setup,
    /// The curves.
    Plots,
    /// Why labels moved.
    Why,
    /// The lessons.
    Lessons,
    /// How fast it goes.
    Speed,
    /// The seed and its dice.
    Seed,
    /// Links, commands and files.
    Share,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 7] = [
        Self::Setup,
        Self::Plots,
        Self::Why,
        Self::Lessons,
        Self::Speed,
        Self::Seed,
        Self::Share,
    ];

    /// Its name in an address; it is given away and never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Plots => "plots",
            Self::Why => "why",
            Self::Lessons => "lessons",
            Self::Speed => "speed",
            Self::Seed => "seed",
            Self::Share => "share",
        }
    }
}

/// The parts that are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden(Vec<Part>);

impl Hidden {
    /// Those of a list such as `setup,plots`. What is no part is passed over: a link of tomorrow may name more.
    #[must_use]
    pub fn of(list: &str) -> Self {
        let is_named = |part: &Part| list.split(',').any(|name| name.trim() == part.name());
        Self(Part::ALL.into_iter().filter(is_named).collect())
    }

    /// The list that names them, as [`Self::of`] reads it; empty when nothing is left out.
    #[must_use]
    pub fn list(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|part| part.name()).collect();
        names.join(",")
    }

    /// Whether `part` is left out.
    pub(crate) fn has(&self, part: Part) -> bool {
        self.0.contains(&part)
    }

    /// Whether the panel of `tab` is left out.
    pub(crate) fn has_tab(&self, tab: Tab) -> bool {
        self.has(match tab {
            Tab::Plots => Part::Plots,
            Tab::Why => Part::Why,
            Tab::Setup => Part::Setup,
            Tab::Lessons => Part::Lessons,
        })
    }

    /// Whether `wish` belongs to a part that is left out.
    pub(crate) fn has_wish(&self, wish: Wish) -> bool {
        let part = match wish {
            Wish::Spheres(_) | Wish::Keep | Wish::Branch => Part::Setup,
            Wish::NewSeed => Part::Seed,
            Wish::Lessons => Part::Lessons,
            Wish::Share | Wish::Film | Wish::Classroom => Part::Share,
            _ => return false,
        };
        self.has(part)
    }
}

impl FromIterator<Part> for Hidden {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Self {
        Self(parts.into_iter().collect())
    }
}

impl Playground {
    /// Leaves these parts out from now on.
    pub fn hide(&mut self, hidden: Hidden) {
        self.hidden = hidden;
    }

    /// Opens a panel that is not left out instead of one that is.
    pub(crate) fn keep_to_what_is_shown(&mut self) {
        let is_shown = |tab: &Tab| !self.hidden.has_tab(*tab);
        if !is_shown(&self.tab)
            && let Some(tab) = [Tab::Plots, Tab::Why, Tab::Lessons, Tab::Setup]
                .into_iter()
                .find(is_shown)
        {
            self.tab = tab;
        }
        self.teaching = match (is_shown(&Tab::Setup), is_shown(&Tab::Lessons)) {
            (true, false) => false,
            (false, true) => true,
            _ => self.teaching,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_parts_and_what_is_none_is_passed_over() {
        let hidden = Hidden::of("why, seed,tomorrow,,WHY");
        let left: Vec<Part> = Part::ALL
            .into_iter()
            .filter(|&part| hidden.has(part))
            .collect();
        assert_eq!(left, [Part::Why, Part::Seed]);
        assert!(hidden.has_tab(Tab::Why) && !hidden.has_tab(Tab::Plots));
        assert!(hidden.has_wish(Wish::NewSeed) && !hidden.has_wish(Wish::Reset));
        assert_eq!(Hidden::of(""), Hidden::default());
    }
}

//! Puts numbers into sentences: `{measure lane}`, `{measure lane - lane}`,
//! `{measure lane / measure lane}` (in percent), `{paper figure}`.

/// What stands between two braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot<'a> {
    /// A number of a lane, or a difference of two.
    Measured {
        /// Name of the measure.
        measure: &'a str,
        /// The lane.
        of: &'a str,
        /// The lane that is taken off.
        minus: Option<&'a str>,
    },
    /// One number of a lane in percent of another one.
    Share {
        /// Measure and lane of the part.
        part: (&'a str, &'a str),
        /// Measure and lane of the whole.
        whole: (&'a str, &'a str),
    },
    /// A figure of the paper.
    Paper(&'a str),
}

impl<'a> Slot<'a> {
    fn parse(inside: &'a str) -> Option<Self> {
        let words: Vec<&str> = inside.split_whitespace().collect();
        match words[..] {
            ["paper", name] => Some(Self::Paper(name)),
            [measure, of] => Some(Self::Measured {
                measure,
                of,
                minus: None,
            }),
            [measure, of, "-", minus] => Some(Self::Measured {
                measure,
                of,
                minus: Some(minus),
            }),
            [measure, of, "/", whole, lane] => Some(Self::Share {
                part: (measure, of),
                whole: (whole, lane),
            }),
            _ => None,
        }
    }
}

/// Fills the slots of `template` by what `write` gives for them.
///
/// # Errors
/// The text between the braces of the first slot that has no such form, that `write` does not know, or that
/// is not closed.
pub fn fill(
    template: &str,
    mut write: impl FnMut(&Slot<'_>) -> Option<String>,
) -> Result<String, String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (inside, behind) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        let slot = Slot::parse(inside).ok_or_else(|| inside.to_owned())?;
        out.push_str(&write(&slot).ok_or_else(|| inside.to_owned())?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_and_what_is_no_slot_is_named() {
        let write = |slot: &Slot<'_>| match slot {
            Slot::Measured {
                measure: "top-one",
                of: "a",
                minus: None,
            } => Some("80".to_owned()),
            Slot::Measured {
                minus: Some("b"), ..
            } => Some("5".to_owned()),
            Slot::Paper("x") => Some("57".to_owned()),
            _ => None,
        };
        let text = "It is {top-one a}, {top-one a - b} more; they had {paper x}.";
        assert_eq!(
            fill(text, write).as_deref(),
            Ok("It is 80, 5 more; they had 57.")
        );
        assert_eq!(fill("none", write).as_deref(), Ok("none"));
        assert_eq!(fill("{paper y}", write), Err("paper y".to_owned()));
        assert_eq!(fill("{a}", write), Err("a".to_owned()));
        assert_eq!(fill("open {paper x", write), Err("paper x".to_owned()));
    }
}

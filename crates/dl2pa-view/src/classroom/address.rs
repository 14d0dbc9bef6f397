//! The address of a playground with parts left out, as its page reads it.

use dl2pa_core::lessons::Language;

use crate::hiding::Hidden;

/// What is chosen here; whatever else an address asks for is left as it is.
const OURS: [&str; 6] = ["hide", "embed", "present", "paused", "lang", "tour"];

/// How the run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begins {
    /// It plays from its start.
    Playing,
    /// It waits at its start.
    AtStart,
    /// It goes to the moment that is shown now, and waits there.
    Here,
}

/// What a class is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// What it does not see.
    pub hidden: Hidden,
    pub begins: Begins,
    /// Larger, for an audience. A frame has no such size.
    pub is_large: bool,
    /// `None` is the reader's own.
    pub language: Option<Language>,
    /// Within a page of the teacher's.
    pub is_framed: bool,
}

impl Wanted {
    /// `address`, which has no `#`, with what is wanted and with `fragment` behind a `#`.
    pub(crate) fn address(&self, address: &str, fragment: &str) -> String {
        let (page, query) = address.split_once('?').unwrap_or((address, ""));
        let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
        let mut asked: Vec<String> = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !OURS.contains(&name(pair).as_str()))
            .map(str::to_owned)
            .collect();
        if self.is_framed {
            asked.push("embed=1".to_owned());
        } else if self.is_large {
            asked.push("present=1".to_owned());
        }
        // A frame waits at the start by itself; and a link to a moment waits there, if nobody stops it on its way.
        match (self.begins == Begins::AtStart, self.is_framed) {
            (true, false) => asked.push("paused=1".to_owned()),
            (false, true) => asked.push("paused=0".to_owned()),
            _ => {}
        }
        let hidden = self.hidden.list();
        if !hidden.is_empty() {
            asked.push(format!("hide={hidden}"));
        }
        if let Some(language) = self.language {
            asked.push(format!("lang={}", language.code()));
        }
        let mark = if asked.is_empty() { "" } else { "?" };
        format!("{page}{mark}{}#{fragment}", asked.join("&"))
    }
}

/// A frame that shows `address` in a page of HTML; `title` is read out to those who cannot see it.
pub(crate) fn frame(address: &str, title: &str) -> String {
    let (address, title) = (escaped(address), escaped(title));
    format!(
        "<iframe src=\"{address}\" width=\"800\" height=\"560\" style=\"border: 0\" title=\"{title}\"></iframe>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hiding::Part;

    fn plain() -> Wanted {
        Wanted {
            hidden: Hidden::default(),
            begins: Begins::Playing,
            is_large: false,
            language: None,
            is_framed: false,
        }
    }

    /// The value of a parameter, as a browser reads it.
    fn asked<'a>(address: &'a str, name: &str) -> Option<&'a str> {
        let (before, _) = address.split_once('#')?;
        let (_, query) = before.split_once('?')?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    #[test]
    fn where_nothing_is_wanted_the_address_stays_as_it_is() {
        for page in ["https://example.org/", "https://example.org/p/?device=cpu"] {
            assert_eq!(plain().address(page, "state=x"), format!("{page}#state=x"));
        }
        // Nothing of what the teacher's own page was asked for goes along.
        let own = "https://example.org/?lang=de&tour=off&device=gpu&hide=share&present&paused=1";
        let bare = "https://example.org/?device=gpu#s";
        assert_eq!(plain().address(own, "s"), bare);
    }

    #[test]
    fn a_frame_is_an_element_of_html_that_holds_its_address_whole() {
        let wanted = Wanted {
            is_framed: true,
            is_large: true,
            language: Some(Language::German),
            ..plain()
        };
        let address = wanted.address("https://example.org/?device=cpu", "state=1.a");
        assert_eq!(asked(&address, "embed"), Some("1"));
        assert_eq!(asked(&address, "paused"), Some("0"), "it plays");
        assert_eq!(asked(&address, "present"), None, "a frame has one size");
        let html = frame(&address, "Labels \"find\" <their> place");
        let mut reader = quick_xml::Reader::from_str(&html);
        let Ok(quick_xml::events::Event::Start(tag)) = reader.read_event() else {
            panic!("{html}");
        };
        let value = |name: &str| {
            let found = tag.try_get_attribute(name).expect("well-formed");
            let found = found.expect("it is there").value.into_owned();
            let text = String::from_utf8(found).expect("text");
            quick_xml::escape::unescape(&text)
                .expect("well-formed")
                .into_owned()
        };
        assert_eq!(value("src"), address);
        assert_eq!(value("title"), "Labels \"find\" <their> place");
    }

    proptest! {
        #[test]
        fn a_page_reads_from_the_address_what_was_wanted(
            left_out in proptest::collection::vec(any::<bool>(), Part::ALL.len()),
            begins in 0..3usize,
            is_large in any::<bool>(),
            is_framed in any::<bool>(),
            language in 0..3usize,
            page in prop::sample::select(vec!["https://e.org/", "https://e.org/?a=b", "https://e.org/?hide=why&lang=en&a"]),
        ) {
            let parts = Part::ALL.into_iter().zip(&left_out);
            let hidden: Hidden = parts.filter(|(_, out)| **out).map(|(part, _)| part).collect();
            let wanted = Wanted {
                hidden: hidden.clone(),
                begins: [Begins::Playing, Begins::AtStart, Begins::Here][begins],
                is_large,
                language: [None, Some(Language::English), Some(Language::German)][language],
                is_framed,
            };
            let address = wanted.address(page, "state=1.x");
            prop_assert!(address.ends_with("#state=1.x"));
            prop_assert_eq!(Hidden::of(asked(&address, "hide").unwrap_or_default()), hidden);
            prop_assert_eq!(asked(&address, "embed").is_some(), is_framed);
            prop_assert_eq!(asked(&address, "present").is_some(), is_large && !is_framed);
            // As web/embed.js decides it.
            let is_paused = asked(&address, "paused").map_or(is_framed, |value| value != "0");
            prop_assert_eq!(is_paused, wanted.begins == Begins::AtStart);
            let spoken = asked(&address, "lang").and_then(Language::from_code);
            prop_assert_eq!(spoken, wanted.language);
        }
    }
}

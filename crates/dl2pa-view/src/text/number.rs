//! Numbers as the language spoken writes them: 41.6 and 1,204, or 41,6 and 1.204.

use dl2pa_core::lessons::Language;

use super::catalogue::spoken;

/// A number with so many places.
pub(crate) fn fixed(value: f64, places: usize) -> String {
    marked(&format!("{value:.places$}"))
}

/// As many places as it takes.
pub(crate) fn shortest(value: f64) -> String {
    marked(&value.to_string())
}

/// A number that was written the English way, without groups.
pub(crate) fn marked(number: &str) -> String {
    let mark = spoken().decimal_mark();
    if mark == '.' {
        return number.to_owned();
    }
    number.replace('.', mark.encode_utf8(&mut [0; 4]))
}

/// A whole number with a mark before every three digits.
pub(crate) fn grouped(number: u64) -> String {
    let mark = match spoken() {
        Language::English => ',',
        Language::German => '.',
    };
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(mark);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::catalogue::speak;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let written = || [fixed(41.63, 1), shortest(0.25), grouped(1_234_567)];
        assert_eq!(written(), ["41.6", "0.25", "1,234,567"]);
        speak(Language::German);
        assert_eq!(written(), ["41,6", "0,25", "1.234.567"]);
        speak(Language::English);
    }
}

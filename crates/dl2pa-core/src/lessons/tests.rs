//! The files of the lessons: complete in every language, short enough to be read, and right about the paper.

use std::sync::Arc;

use super::language::Language;
use super::lesson::{Lesson, all, lesson};
use super::plan::Show;
use super::{LaneContent, LessonError};

/// Most words of a beat's text.
const MOST_WORDS: usize = 45;
/// Names with digits in them, which the notes on the paper may use.
const NAMES: [&str; 1] = ["CIFAR-100"];

fn every_lesson() -> Vec<Lesson> {
    let languages = Language::ALL.iter();
    languages
        .flat_map(|&language| all(language).unwrap())
        .collect()
}

#[test]
fn there_are_eight_lessons_in_every_language() {
    for &language in Language::ALL {
        let lessons = all(language).unwrap();
        let numbers: Vec<usize> = lessons.iter().map(|lesson| lesson.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8], "{}", language.code());
        for found in lessons {
            let again = lesson(&found.plan.id, language).unwrap();
            assert_eq!(again.number, found.number);
        }
    }
    let error = lesson("nothing", Language::English).unwrap_err();
    assert!(error.to_string().contains("three-methods"), "{error}");
}

#[test]
fn languages_differ_in_every_sentence() {
    let english = all(Language::English).unwrap();
    for (ours, theirs) in english.iter().zip(all(Language::German).unwrap()) {
        for (name, words) in &ours.words.beats {
            let other = &theirs.words.beats[name];
            assert_ne!(words.text, other.text, "{} {name}", ours.plan.id);
            for (choice, words) in &words.choices {
                assert_ne!(words.because, other.choices[choice].because, "{name}");
            }
        }
    }
}

#[test]
fn beats_are_short() {
    for lesson in every_lesson() {
        let place = format!("{} {}", lesson.language.code(), lesson.plan.id);
        let beats = lesson.plan.beats.len();
        assert!((4..=6).contains(&beats), "{place}: {beats} beats");
        for (name, words) in &lesson.words.beats {
            let count = words.text.split_whitespace().count();
            assert!(count <= MOST_WORDS, "{place} {name}: {count} words");
        }
    }
}

#[test]
fn every_lesson_asks_for_one_prediction_or_more_and_ends_with_the_paper() {
    for lesson in every_lesson() {
        let beats = &lesson.plan.beats;
        let asked: Vec<usize> = beats.iter().map(|beat| beat.choices.len()).collect();
        assert!(asked.contains(&3), "{}", lesson.plan.id);
        assert!(asked.iter().all(|&choices| choices == 0 || choices == 3));
        let last = beats.last().unwrap();
        assert!(
            last.shows_paper && !last.unlocks.is_empty(),
            "{}",
            lesson.plan.id
        );
        assert_eq!(beats.iter().filter(|beat| beat.shows_paper).count(), 1);
        assert!(lesson.plan.ran.len() >= 3, "{}", lesson.plan.id);
    }
}

/// A figure that stands in a note and not in the table would have no source.
#[test]
fn figures_of_the_paper_come_from_the_table_only() {
    for lesson in every_lesson() {
        let mut note = lesson.words.paper.note.clone();
        for name in NAMES {
            note = note.replace(name, "");
        }
        let outside: String = note
            .split('{')
            .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest))
            .collect();
        assert!(
            !outside.contains(|c: char| c.is_ascii_digit()),
            "{}: {outside}",
            lesson.plan.id
        );
        for (row, figures) in lesson.paper_table() {
            assert!(!row.is_empty());
            assert_eq!(figures.len(), lesson.words.paper.columns.len());
        }
    }
}

/// Lanes side by side are to be compared, so they differ in the setting that the beat is about alone.
#[test]
fn lanes_share_their_seed_and_their_data() {
    for lesson in every_lesson() {
        for beat in &lesson.plan.beats {
            let runs: Vec<_> = beat
                .lanes
                .iter()
                .filter_map(|lane| match lesson.content(lane, 7).unwrap() {
                    LaneContent::Run(config) => Some(config),
                    LaneContent::Exercise(_) => None,
                })
                .collect();
            for pair in runs.windows(2) {
                let keys = pair[0].differing_keys(&pair[1]).unwrap();
                assert_eq!(keys.len(), 1, "{} {}: {keys:?}", lesson.plan.id, beat.id);
                assert_eq!(pair[0].seed, 7);
            }
        }
    }
}

#[test]
fn mistakes_in_a_lesson_are_named() {
    let broken = |spoil: fn(&mut Lesson)| {
        let mut lesson = lesson("three-methods", Language::English).unwrap();
        spoil(&mut lesson);
        lesson.validate().unwrap_err().to_string()
    };
    let message = broken(|lesson| lesson.plan.study = Some("fig9".to_owned()));
    assert!(message.contains("fig9"), "{message}");
    let message = broken(|lesson| {
        let lane = &mut lesson.plan.beats[1].lanes[0];
        lane.show = Show::Run(toml::from_str("classes = 1").unwrap());
    });
    assert!(
        message.contains("`psc3`") && message.contains("classes"),
        "{message}"
    );
    let message = broken(|lesson| lesson.plan.beats[3].claims[0].of = "nobody".to_owned());
    assert!(message.contains("`nobody`"), "{message}");
    let message = broken(|lesson| {
        let words = lesson.words.beats.get_mut("many").unwrap();
        words.pass = Some("{top-one psc26}".to_owned());
    });
    assert!(message.contains("psc26"), "{message}");
    let message = broken(|lesson| lesson.plan.paper_rows[0].figures[0] = "table9".to_owned());
    assert!(message.contains("table9"), "{message}");
    let message = broken(|lesson| {
        lesson.words.beats.remove("paper");
    });
    assert!(message.contains("`paper`"), "{message}");
}

#[test]
fn lessons_can_be_shared_between_threads() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    is_shared(&Arc::new(lesson("matching", Language::English).unwrap()));
    is_shared(&LessonError::NoSuchLesson {
        id: String::new(),
        known: String::new(),
    });
}

//! What the network said of each test sample, by class, by groups of classes, and as a confusion matrix.

use serde::Serialize;

/// Shares of the classes, the most frequent first, that count as frequent and as frequent or middling: the
/// released code's 3 and 7 of 10, 36 and 71 of 100 (paper.md 1.6).
const FREQUENT: f64 = 0.36;
const NOT_RARE: f64 = 0.71;

/// True and predicted class of each test sample, with what is known of the classes.
pub(super) struct Verdicts<'a> {
    names: &'a [String],
    train_counts: &'a [usize],
    /// classes x classes: samples of the row's class that were taken for the column's.
    confusion: Vec<usize>,
}

/// One class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct ClassScore {
    pub(super) class: String,
    pub(super) train_samples: usize,
    pub(super) test_samples: usize,
    /// In percent; `null` without a test sample.
    pub(super) top1: Option<f64>,
}

/// Several classes together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct GroupScore {
    pub(super) name: &'static str,
    pub(super) classes: usize,
    /// In percent, over the samples of these classes.
    pub(super) top1: f64,
}

impl<'a> Verdicts<'a> {
    /// Counts `verdicts` (true class, predicted class).
    pub(super) fn new(
        verdicts: &[(u32, u32)],
        names: &'a [String],
        train_counts: &'a [usize],
    ) -> Self {
        let classes = names.len();
        let mut confusion = vec![0; classes * classes];
        for &(label, predicted) in verdicts {
            confusion[label as usize * classes + predicted as usize] += 1;
        }
        Self {
            names,
            train_counts,
            confusion,
        }
    }

    fn row(&self, class: usize) -> &[usize] {
        &self.confusion[class * self.names.len()..][..self.names.len()]
    }

    /// Each class by itself.
    pub(super) fn classes(&self) -> Vec<ClassScore> {
        let class_score = |(class, name): (usize, &String)| {
            let row = self.row(class);
            let total: usize = row.iter().sum();
            ClassScore {
                class: name.clone(),
                train_samples: self.train_counts[class],
                test_samples: total,
                top1: (total > 0).then(|| 100.0 * row[class] as f64 / total as f64),
            }
        };
        self.names.iter().enumerate().map(class_score).collect()
    }

    /// Frequent, middling and rare classes; nothing where all classes are alike.
    pub(super) fn groups(&self) -> Vec<GroupScore> {
        let most = self.train_counts.iter().max();
        let least = self.train_counts.iter().min();
        // Published balanced sets differ by a few samples a class.
        let is_balanced = match (least, most) {
            (Some(&least), Some(&most)) => 2 * least > most,
            _ => true,
        };
        if is_balanced {
            return Vec::new();
        }
        let mut by_count: Vec<usize> = (0..self.names.len()).collect();
        by_count.sort_by_key(|&class| std::cmp::Reverse(self.train_counts[class]));
        let cut = |share: f64| (share * by_count.len() as f64) as usize;
        let (first, second) = (cut(FREQUENT), cut(NOT_RARE));
        [
            ("frequent", &by_count[..first]),
            ("middling", &by_count[first..second]),
            ("rare", &by_count[second..]),
        ]
        .into_iter()
        .filter(|(_, classes)| !classes.is_empty())
        .map(|(name, classes)| {
            let right: usize = classes.iter().map(|&class| self.row(class)[class]).sum();
            let total: usize = classes.iter().flat_map(|&class| self.row(class)).sum();
            GroupScore {
                name,
                classes: classes.len(),
                top1: 100.0 * right as f64 / total.max(1) as f64,
            }
        })
        .collect()
    }

    /// [`Self::classes`] as CSV.
    pub(super) fn classes_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for class in self.classes() {
            writer.serialize(class)?;
        }
        finish(writer)
    }

    /// The confusion matrix as CSV: true classes in rows, predicted ones in columns.
    pub(super) fn confusion_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_field("true \\ predicted")?;
        writer.write_record(self.names)?;
        for (class, name) in self.names.iter().enumerate() {
            writer.write_field(name)?;
            writer.write_record(self.row(class).iter().map(ToString::to_string))?;
        }
        finish(writer)
    }
}

fn finish(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_groups_and_confusion_count_the_same_samples() {
        let names: Vec<String> = (0..10).map(|class| format!("class {class}")).collect();
        let counts = [500, 400, 300, 200, 100, 50, 40, 30, 20, 10];
        // Two samples a class; the second of each class above 4 is taken for class 0.
        let verdicts: Vec<(u32, u32)> = (0..10)
            .flat_map(|class| [(class, class), (class, if class > 4 { 0 } else { class })])
            .collect();
        let verdicts = Verdicts::new(&verdicts, &names, &counts);
        let classes = verdicts.classes();
        assert_eq!(classes[4].top1, Some(100.0));
        assert_eq!(classes[5].top1, Some(50.0));
        let groups = verdicts.groups();
        let sizes: Vec<usize> = groups.iter().map(|group| group.classes).collect();
        assert_eq!(
            sizes,
            [3, 4, 3],
            "3, 7 and 10 of 10 as in the released code"
        );
        let top1: Vec<f64> = groups.iter().map(|group| group.top1).collect();
        assert_eq!(top1, [100.0, 75.0, 50.0]);
        let text = String::from_utf8(verdicts.confusion_csv().unwrap()).unwrap();
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), 11);
        assert!(rows[6].starts_with("class 5,1,0,0,0,0,1"), "{}", rows[6]);
        assert!(verdicts.classes_csv().is_ok());
    }

    #[test]
    fn balanced_classes_have_no_groups() {
        let names = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(Verdicts::new(&[(0, 0)], &names, &[100, 90]).groups(), []);
    }
}

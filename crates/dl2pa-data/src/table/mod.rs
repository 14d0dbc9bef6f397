//! A person's own data: a table of numbers with a class in each row, from CSV or `.npy`, as a data set.

mod error;
#[cfg(test)]
mod fuzz;
mod npy;
#[cfg(test)]
mod tests;
mod text;

use rand::seq::SliceRandom;

pub use error::TableError;

use crate::dataset::{Dataset, InputShape, Split, standardise};
use crate::streams::{DATA, Streams};

/// Rows at most.
pub const MAX_ROWS: usize = 100_000;
/// Features a row at most.
pub const MAX_FEATURES: usize = 1_024;
/// Classes at most.
pub const MAX_CLASSES: usize = 100;
/// Numbers in all at most, which is what a page has memory for.
pub const MAX_NUMBERS: usize = 16_000_000;
/// Bytes of a file at most.
pub const MAX_BYTES: usize = 64 << 20;
/// Letters of a class's name that are kept.
const LONGEST_NAME: usize = 60;
/// One row of so many is kept to judge by.
const TEST_SHARE: usize = 5;

/// Rows with their classes, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    features: usize,
    /// n x features, finite.
    inputs: Vec<f32>,
    /// n classes.
    labels: Vec<u32>,
    class_names: Vec<String>,
}

impl Table {
    /// Reads a file: `.npy` by its first bytes, CSV otherwise.
    ///
    /// A CSV file has commas, semicolons or tabs between its columns and may begin with their names. The class is
    /// the column called `label`, or the last one; a number or any text. A `.npy` file holds an n x (f + 1) array
    /// whose last column is the class.
    ///
    /// # Errors
    /// A [`TableError`], which names the line (or the row of a `.npy` file).
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        if bytes.len() > MAX_BYTES {
            return Err(TableError::TooLarge);
        }
        if npy::is_one(bytes) {
            npy::read(bytes)
        } else {
            text::read(bytes)
        }
    }

    /// A table of rows made in code: n x `features` finite numbers, and n classes.
    ///
    /// # Errors
    /// A [`TableError`], as for a file.
    pub fn of(features: usize, inputs: Vec<f32>, classes: &[String]) -> Result<Self, TableError> {
        if features == 0 || inputs.len() != classes.len().saturating_mul(features) {
            return Err(TableError::Ragged);
        }
        if features > MAX_FEATURES {
            return Err(TableError::TooManyFeatures {
                place: 1,
                found: features,
            });
        }
        check_size(classes.len(), classes.len(), features)?;
        if let Some(at) = inputs.iter().position(|value| !value.is_finite()) {
            return Err(TableError::NotANumber {
                place: at / features + 1,
                column: at % features + 1,
                text: inputs[at].to_string(),
            });
        }
        Self::new(features, inputs, classes)
    }

    /// A table of rows that were checked one by one; `classes` is the class of each as it was written.
    fn new(features: usize, inputs: Vec<f32>, classes: &[String]) -> Result<Self, TableError> {
        let shorten = |name: &String| {
            let short: String = name.chars().take(LONGEST_NAME).collect();
            short.trim_ascii_end().to_owned()
        };
        let classes: Vec<String> = classes.iter().map(shorten).collect();
        let mut class_names = classes.clone();
        class_names.sort_unstable();
        class_names.dedup();
        let number = |name: &String| name.parse::<f64>().ok().filter(|value| value.is_finite());
        if class_names.iter().all(|name| number(name).is_some()) {
            class_names.sort_by(|a, b| {
                let (a, b) = (number(a), number(b));
                a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal)
            });
        }
        match class_names.len() {
            0 => return Err(TableError::Empty),
            1 => {
                return Err(TableError::OneClass {
                    class: class_names.remove(0),
                });
            }
            2..=MAX_CLASSES => {}
            found => return Err(TableError::TooManyClasses { found }),
        }
        let mut labels = Vec::with_capacity(classes.len());
        for class in &classes {
            // Every class is in the list that was made of them.
            let label = class_names.iter().position(|name| name == class);
            labels.push(label.unwrap_or(0) as u32);
        }
        if labels.len() < TEST_SHARE {
            return Err(TableError::TooFewRows {
                found: labels.len(),
            });
        }
        Ok(Self {
            features,
            inputs,
            labels,
            class_names,
        })
    }

    /// Number of rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.labels.len()
    }

    /// Numbers in a row, without its class.
    #[must_use]
    pub const fn features(&self) -> usize {
        self.features
    }

    /// The classes: by size where all are numbers, by letters otherwise.
    #[must_use]
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// Row `row` and its class.
    fn row(&self, row: usize) -> (&[f32], &str) {
        let numbers = &self.inputs[row * self.features..][..self.features];
        (numbers, &self.class_names[self.labels[row] as usize])
    }

    /// What the table holds, in 16 hexadecimal digits (FNV-1a): equal digests mean equal data sets, whatever file
    /// they came from.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut take = |bytes: &[u8]| {
            for &byte in bytes {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        };
        take(&(self.features as u64).to_le_bytes());
        for row in 0..self.rows() {
            let (numbers, class) = self.row(row);
            for number in numbers {
                take(&number.to_bits().to_le_bytes());
            }
            take(&(class.len() as u64).to_le_bytes());
            take(class.as_bytes());
        }
        format!("{hash:016x}")
    }

    /// The table as CSV with names of columns, which [`Self::read`] reads back.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let names = (1..=self.features).map(|column| format!("x{column},"));
        let mut text: String = names.chain(["label\n".to_owned()]).collect();
        for row in 0..self.rows() {
            let (numbers, class) = self.row(row);
            for number in numbers {
                text.push_str(&number.to_string());
                text.push(',');
            }
            let class = class.replace('"', "\"\"");
            text.push_str(&format!("\"{class}\"\n"));
        }
        text
    }

    /// A data set of four fifths of each class's rows to learn from and one fifth to judge by, as the seed's data
    /// stream deals them. Each feature has mean 0 and standard deviation 1 over the training part. A class of
    /// one row is only learned.
    #[must_use]
    pub fn dataset(&self, streams: &Streams) -> Dataset {
        let mut rng = streams.rng(DATA);
        let mut order: Vec<usize> = (0..self.rows()).collect();
        order.shuffle(&mut rng);
        let whole = Split {
            inputs: self.inputs.clone(),
            labels: self.labels.clone(),
        };
        // How many of each class are still to be kept for the test.
        let mut owed: Vec<usize> = whole
            .counts(self.class_names.len())
            .into_iter()
            .map(|rows| (rows / TEST_SHARE).max(usize::from(rows > 1)))
            .collect();
        let (test, train): (Vec<usize>, Vec<usize>) = order.into_iter().partition(|&row| {
            let owed = &mut owed[self.labels[row] as usize];
            let is_kept = *owed > 0;
            *owed = owed.saturating_sub(1);
            is_kept
        });
        let (mut train, mut test) = (whole.gather(&train), whole.gather(&test));
        standardise(&mut train, &mut test, false);
        Dataset {
            name: "own",
            shape: InputShape::Flat(self.features),
            class_names: self.class_names.clone(),
            class_groups: None,
            train,
            test,
        }
    }
}

/// Refuses rows beyond what a table may have. `place` counts from 1.
fn check_size(place: usize, rows: usize, features: usize) -> Result<(), TableError> {
    if rows > MAX_ROWS || rows.saturating_mul(features) > MAX_NUMBERS {
        return Err(TableError::TooManyRows { place });
    }
    Ok(())
}

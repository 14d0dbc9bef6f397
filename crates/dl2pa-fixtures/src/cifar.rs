//! CIFAR-10 and CIFAR-100, in their binary and their Python version, unpacked or packed.

use std::io;
use std::path::Path;

use crate::Sizes;
use crate::archive::{Member, write_folder, write_tar_gz};
use crate::pickle::Pickle;
use crate::pictures::{Style, labels, random};

/// Numbers in one picture: 3 channels of 32 x 32.
pub const CIFAR_PIXEL_BYTES: usize = 3 * 32 * 32;
/// The classes of CIFAR-10, in their order.
const CIFAR10_NAMES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];
/// Groups of CIFAR-100; each has five classes.
const GROUPS: usize = 20;
const MEMBERS: usize = 5;
/// The shapes that tell the members of a group apart.
const MEMBER_NAMES: [&str; MEMBERS] = ["disc", "square", "cross", "ring", "triangle"];

/// How the data set is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cifar {
    /// The binary version, unpacked.
    BinaryFolder,
    /// The binary version as `.tar.gz`.
    BinaryArchive,
    /// The Python version, unpacked.
    PythonFolder,
    /// The Python version as `.tar.gz`.
    PythonArchive,
}

/// Pictures of one file, with their labels.
struct Records {
    pixels: Vec<u8>,
    labels: Vec<usize>,
}

impl Records {
    fn draw(count: usize, classes: usize, seed: u64, part: u64, style: fn(usize) -> Style) -> Self {
        let labels = labels(count, classes, seed, part);
        let mut pixels = Vec::with_capacity(count * CIFAR_PIXEL_BYTES);
        for (index, &label) in labels.iter().enumerate() {
            pixels.extend(style(label).draw(32, 32, &mut random(seed, part, index)));
        }
        Self { pixels, labels }
    }

    /// Per picture what `prefix` makes of its label, then the pixels.
    fn binary(&self, prefix: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
        let pictures = self.pixels.chunks_exact(CIFAR_PIXEL_BYTES);
        let records = self.labels.iter().zip(pictures);
        records
            .flat_map(|(&label, picture)| [prefix(label), picture.to_vec()].concat())
            .collect()
    }

    fn filenames(&self) -> Vec<String> {
        let numbered = self.labels.iter().enumerate();
        numbered
            .map(|(index, label)| format!("class_{label:02}_s_{index:06}.png"))
            .collect()
    }
}

/// Writes CIFAR-10 (10 classes, 32 x 32) below `folder`.
///
/// # Errors
/// When a file cannot be written.
pub fn cifar10(folder: &Path, stored: Cifar, sizes: Sizes, seed: u64) -> io::Result<()> {
    let style = |label| Style::distinct(label, 10);
    // Five training files: whatever does not divide by 5 goes to the first of them.
    let file_sizes = (0..5).map(|file| (sizes.train + 4 - file) / 5);
    let batches: Vec<Records> = file_sizes
        .zip(0..)
        .map(|(count, part)| Records::draw(count, 10, seed, part, style))
        .collect();
    let test = Records::draw(sizes.test, 10, seed, 5, style);
    let names = CIFAR10_NAMES.map(str::to_owned).to_vec();

    let binary = || {
        let file = |records: &Records| records.binary(|label| vec![label as u8]);
        let mut members: Vec<Member> = (1..)
            .zip(&batches)
            .map(|(number, batch)| (format!("data_batch_{number}.bin"), file(batch)))
            .collect();
        members.push(("test_batch.bin".to_owned(), file(&test)));
        // The published list ends with an empty line.
        let list = format!("{}\n\n", names.join("\n"));
        members.push(("batches.meta.txt".to_owned(), list.into_bytes()));
        members
    };
    let python = || {
        let file = |title: &str, records: &Records| {
            let mut pickle = Pickle::dictionary();
            pickle.string("batch_label").string(title);
            pickle.string("labels").numbers(&records.labels);
            pickle
                .string("data")
                .array(records.labels.len(), CIFAR_PIXEL_BYTES, &records.pixels);
            pickle.string("filenames").strings(&records.filenames());
            pickle.finish()
        };
        let mut members: Vec<Member> = (1..)
            .zip(&batches)
            .map(|(number, batch)| {
                let title = format!("training batch {number} of 5");
                (format!("data_batch_{number}"), file(&title, batch))
            })
            .collect();
        members.push(("test_batch".to_owned(), file("testing batch 1 of 1", &test)));
        let mut meta = Pickle::dictionary();
        meta.string("num_cases_per_batch").number(10_000);
        meta.string("label_names").strings(&names);
        meta.string("num_vis").number(CIFAR_PIXEL_BYTES);
        members.push(("batches.meta".to_owned(), meta.finish()));
        members
    };
    match stored {
        Cifar::BinaryFolder => write_folder(&folder.join("cifar-10-batches-bin"), &binary()),
        Cifar::PythonFolder => write_folder(&folder.join("cifar-10-batches-py"), &python()),
        Cifar::BinaryArchive => write_tar_gz(
            &folder.join("cifar-10-binary.tar.gz"),
            "cifar-10-batches-bin",
            &binary(),
        ),
        Cifar::PythonArchive => write_tar_gz(
            &folder.join("cifar-10-python.tar.gz"),
            "cifar-10-batches-py",
            &python(),
        ),
    }
}

/// Writes CIFAR-100 (100 classes that differ in everything, in 20 groups; 32 x 32) below `folder`.
///
/// # Errors
/// When a file cannot be written.
pub fn cifar100(folder: &Path, stored: Cifar, sizes: Sizes, seed: u64) -> io::Result<()> {
    let set = Cifar100::draw(sizes, seed, |label| Style::distinct(label, 100));
    set.write(folder, stored)
}

/// Writes a CIFAR-100 whose 20 groups of 5 classes look alike within a group, unpacked in the binary and
/// in the Python version, below `folder`: a task that a small network learns well but not wholly.
///
/// # Errors
/// When a file cannot be written.
pub fn cifar100_synthetic(folder: &Path, sizes: Sizes, seed: u64) -> io::Result<()> {
    let set = Cifar100::draw(sizes, seed, |label| {
        Style::grouped(group(label), label / GROUPS)
    });
    set.write(folder, Cifar::BinaryFolder)?;
    set.write(folder, Cifar::PythonFolder)
}

/// The group of a class. Neighbouring numbers are in different groups, as in CIFAR-100.
const fn group(label: usize) -> usize {
    label % GROUPS
}

struct Cifar100 {
    train: Records,
    test: Records,
}

impl Cifar100 {
    fn draw(sizes: Sizes, seed: u64, style: fn(usize) -> Style) -> Self {
        Self {
            train: Records::draw(sizes.train, GROUPS * MEMBERS, seed, 0, style),
            test: Records::draw(sizes.test, GROUPS * MEMBERS, seed, 1, style),
        }
    }

    fn write(&self, folder: &Path, stored: Cifar) -> io::Result<()> {
        let fine = (0..GROUPS * MEMBERS)
            .map(|label| format!("{}_{:02}", MEMBER_NAMES[label / GROUPS], group(label)))
            .collect();
        let coarse = (0..GROUPS)
            .map(|group| format!("group_{group:02}"))
            .collect();
        match stored {
            Cifar::BinaryFolder => write_folder(
                &folder.join("cifar-100-binary"),
                &self.binary(&fine, &coarse),
            ),
            Cifar::PythonFolder => write_folder(
                &folder.join("cifar-100-python"),
                &self.python(&fine, &coarse),
            ),
            Cifar::BinaryArchive => write_tar_gz(
                &folder.join("cifar-100-binary.tar.gz"),
                "cifar-100-binary",
                &self.binary(&fine, &coarse),
            ),
            Cifar::PythonArchive => write_tar_gz(
                &folder.join("cifar-100-python.tar.gz"),
                "cifar-100-python",
                &self.python(&fine, &coarse),
            ),
        }
    }

    fn binary(&self, fine: &Vec<String>, coarse: &Vec<String>) -> Vec<Member> {
        let file =
            |records: &Records| records.binary(|label| vec![group(label) as u8, label as u8]);
        let list = |names: &Vec<String>| format!("{}\n", names.join("\n")).into_bytes();
        vec![
            ("train.bin".to_owned(), file(&self.train)),
            ("test.bin".to_owned(), file(&self.test)),
            ("fine_label_names.txt".to_owned(), list(fine)),
            ("coarse_label_names.txt".to_owned(), list(coarse)),
        ]
    }

    fn python(&self, fine: &[String], coarse: &[String]) -> Vec<Member> {
        let file = |title: &str, records: &Records| {
            let groups: Vec<usize> = records.labels.iter().map(|&label| group(label)).collect();
            let mut pickle = Pickle::dictionary();
            pickle.string("filenames").strings(&records.filenames());
            pickle.string("batch_label").string(title);
            pickle.string("fine_labels").numbers(&records.labels);
            pickle.string("coarse_labels").numbers(&groups);
            pickle
                .string("data")
                .array(records.labels.len(), CIFAR_PIXEL_BYTES, &records.pixels);
            pickle.finish()
        };
        let mut meta = Pickle::dictionary();
        meta.string("fine_label_names").strings(fine);
        meta.string("coarse_label_names").strings(coarse);
        vec![
            (
                "train".to_owned(),
                file("training batch 1 of 1", &self.train),
            ),
            ("test".to_owned(), file("testing batch 1 of 1", &self.test)),
            ("meta".to_owned(), meta.finish()),
        ]
    }
}

//! Data sets of picture files: Tiny ImageNet, ImageNet, ImageNet-LT and folders of classes.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use rand::RngExt as _;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::archive::{Member, write_folder};
use crate::pictures::{Style, random};

/// Sides of ImageNet-like pictures, in pixels.
const SIDES: std::ops::RangeInclusive<usize> = 96..=200;
/// Quality of the pictures, 1 to 100.
const QUALITY: u8 = 90;

/// How many pictures are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderSizes {
    /// Classes.
    pub classes: usize,
    /// Pictures a class to learn from.
    pub train: usize,
    /// Pictures a class to judge by.
    pub test: usize,
}

/// Where Tiny ImageNet's pictures lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// As published: the validation pictures in one folder, with a list.
    Published,
    /// As published, packed as `tiny-imagenet-200.zip`.
    Zip,
    /// `train/<wnid>/` and `test/<wnid>/`, right below the folder.
    Prepared,
}

/// How ImageNet's validation pictures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validation {
    /// `val/<wnid>/`.
    Folders,
    /// Flat, with `ILSVRC2012_validation_ground_truth.txt` and `ILSVRC2012_mapping.txt`.
    GroundTruth,
    /// Flat, with `LOC_val_solution.csv` and `LOC_synset_mapping.txt`.
    Solution,
    /// Flat, with `train.csv` and `val.csv` as the authors of DL2PA write them.
    Lists,
}

/// The name of class `class` in the manner of WordNet. Names sort as classes do.
#[must_use]
pub fn wnid(class: usize) -> String {
    format!("n{:08}", 1_440_764 + 17 * class)
}

/// Writes Tiny ImageNet (64 x 64) below `folder`.
///
/// # Errors
/// When a file cannot be written.
pub fn tiny_imagenet(
    folder: &Path,
    layout: Layout,
    sizes: FolderSizes,
    seed: u64,
) -> io::Result<()> {
    let draw = |class, index, part| {
        let mut rng = random(seed, part, class * 1_000 + index);
        let style = Style::distinct(class, sizes.classes);
        jpeg(&style.draw(64, 64, &mut rng), 64, 64)
    };
    let mut members: Vec<Member> = Vec::new();
    for class in 0..sizes.classes {
        let wnid = wnid(class);
        for index in 0..sizes.train {
            let inner = if layout == Layout::Prepared {
                ""
            } else {
                "images/"
            };
            let name = format!("train/{wnid}/{inner}{wnid}_{index}.JPEG");
            members.push((name, draw(class, index, 0)?));
        }
    }
    if layout == Layout::Prepared {
        for class in 0..sizes.classes {
            for index in 0..sizes.test {
                let name = format!("test/{}/val_{index}.JPEG", wnid(class));
                members.push((name, draw(class, index, 1)?));
            }
        }
        return write_folder(folder, &members);
    }
    let mut annotations = String::new();
    for picture in 0..sizes.classes * sizes.test {
        let (class, index) = (picture % sizes.classes, picture / sizes.classes);
        let name = format!("val_{picture}.JPEG");
        // Name, class, and the box round the object.
        annotations.push_str(&format!("{name}\t{}\t0\t32\t44\t62\n", wnid(class)));
        members.push((format!("val/images/{name}"), draw(class, index, 1)?));
    }
    members.push((
        "val/val_annotations.txt".to_owned(),
        annotations.into_bytes(),
    ));
    // The published list is in no order.
    let wnids = (0..sizes.classes)
        .rev()
        .map(|class| wnid(class) + "\n")
        .collect::<String>();
    members.push(("wnids.txt".to_owned(), wnids.into_bytes()));
    let words = words(sizes.classes, "\t");
    members.push(("words.txt".to_owned(), words.into_bytes()));
    if layout == Layout::Published {
        return write_folder(&folder.join("tiny-imagenet-200"), &members);
    }
    fs::create_dir_all(folder)?;
    let mut zip = ZipWriter::new(File::create(folder.join("tiny-imagenet-200.zip"))?);
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.add_directory("tiny-imagenet-200/", options)?;
    for (name, bytes) in members {
        zip.start_file(format!("tiny-imagenet-200/{name}"), options)?;
        zip.write_all(&bytes)?;
    }
    zip.finish()?;
    Ok(())
}

/// One line a class: its name, `between`, and words for it.
fn words(classes: usize, between: &str) -> String {
    (0..classes)
        .map(|class| format!("{}{between}thing {class}, object {class}\n", wnid(class)))
        .collect()
}

/// A picture of a size of its own as JPEG.
fn varied(class: usize, classes: usize, index: usize, seed: u64, part: u64) -> io::Result<Vec<u8>> {
    let (pixels, height, width) = varied_pixels(class, classes, index, seed, part);
    jpeg(&pixels, height, width)
}

fn varied_pixels(
    class: usize,
    classes: usize,
    index: usize,
    seed: u64,
    part: u64,
) -> (Vec<u8>, usize, usize) {
    let mut rng = random(seed, part, class * 1_000 + index);
    let (height, width) = (rng.random_range(SIDES), rng.random_range(SIDES));
    let style = Style::distinct(class, classes);
    (style.draw(height, width, &mut rng), height, width)
}

fn train_name(class: usize, index: usize) -> String {
    let wnid = wnid(class);
    format!("train/{wnid}/{wnid}_{index}.JPEG")
}

fn train_members(sizes: FolderSizes, seed: u64) -> io::Result<Vec<Member>> {
    let mut members = Vec::new();
    for class in 0..sizes.classes {
        for index in 0..sizes.train {
            let bytes = varied(class, sizes.classes, index, seed, 0)?;
            members.push((train_name(class, index), bytes));
        }
    }
    Ok(members)
}

/// Writes an ImageNet of few classes (sides of 96 to 200 pixels) below `folder`.
///
/// # Errors
/// When a file cannot be written.
pub fn imagenet(
    folder: &Path,
    validation: Validation,
    sizes: FolderSizes,
    seed: u64,
) -> io::Result<()> {
    let mut members = train_members(sizes, seed)?;
    let mut classes = Vec::new();
    for picture in 0..sizes.classes * sizes.test {
        let (class, index) = (picture % sizes.classes, picture / sizes.classes);
        let name = format!("ILSVRC2012_val_{:08}.JPEG", picture + 1);
        let path = match validation {
            Validation::Folders => format!("val/{}/{name}", wnid(class)),
            _ => format!("val/{name}"),
        };
        classes.push((path.clone(), class));
        members.push((path, varied(class, sizes.classes, index, seed, 1)?));
    }
    // The numbers of the development kit count from 1 and follow no order of names.
    let number = |class: usize| sizes.classes - class;
    let mut add = |name: &str, text: String| members.push((name.to_owned(), text.into_bytes()));
    match validation {
        Validation::Folders => {}
        Validation::GroundTruth => {
            let truth = classes.iter();
            let truth = truth.map(|(_, class)| format!("{}\n", number(*class)));
            add("ILSVRC2012_validation_ground_truth.txt", truth.collect());
            let mapping = (0..sizes.classes).rev();
            let mapping = mapping.map(|class| format!("{} {}\n", number(class), wnid(class)));
            add("ILSVRC2012_mapping.txt", mapping.collect());
        }
        Validation::Solution => {
            let mut solution = "ImageId,PredictionString\n".to_owned();
            // The published list is in no order, and has one box or more a line.
            for (path, class) in classes.iter().rev() {
                let name = path.trim_start_matches("val/").trim_end_matches(".JPEG");
                let wnid = wnid(*class);
                solution.push_str(&format!("{name},{wnid} 1 2 90 91 {wnid} 5 6 70 71 \n"));
            }
            add("LOC_val_solution.csv", solution);
            add("LOC_synset_mapping.txt", words(sizes.classes, " "));
        }
        Validation::Lists => {
            let line = |class: usize, path: &str| {
                format!("{class},/ImageNet/ILSVRC/Data/CLS-LOC/{path}\n")
            };
            let mut train = "label,image_id\n".to_owned();
            for class in 0..sizes.classes {
                for index in 0..sizes.train {
                    train.push_str(&line(class, &train_name(class, index)));
                }
            }
            add("train.csv", train);
            let mut val = "label,image_id\n".to_owned();
            for (path, class) in &classes {
                val.push_str(&line(*class, path));
            }
            add("val.csv", val);
        }
    }
    write_folder(folder, &members)
}

/// Writes an ImageNet-LT of few classes below `folder`: every picture of [`imagenet`], and lists that name
/// a long tail of those to learn from and all of those to judge by.
///
/// # Errors
/// When a file cannot be written.
pub fn imagenet_lt(folder: &Path, sizes: FolderSizes, seed: u64) -> io::Result<()> {
    imagenet(folder, Validation::Folders, sizes, seed)?;
    let mut train = String::new();
    let mut test = String::new();
    for class in 0..sizes.classes {
        // Half as many with every class, and one at least.
        for index in 0..(sizes.train >> class).max(1).min(sizes.train) {
            train.push_str(&format!("{} {class}\n", train_name(class, index)));
        }
        for index in 0..sizes.test {
            let picture = index * sizes.classes + class + 1;
            let name = format!("val/{}/ILSVRC2012_val_{picture:08}.JPEG", wnid(class));
            test.push_str(&format!("{name} {class}\n"));
        }
    }
    fs::write(folder.join("ImageNet_LT_train.txt"), train)?;
    fs::write(folder.join("ImageNet_LT_test.txt"), test)
}

/// Writes `train/<class>/` and `valid/<class>/` below `folder`: JPEG and PNG, with extensions in small and
/// large letters, and hidden files between.
///
/// # Errors
/// When a file cannot be written.
pub fn image_folder(folder: &Path, sizes: FolderSizes, seed: u64) -> io::Result<()> {
    let mut members: Vec<Member> = Vec::new();
    for (part, split, count) in [(0, "train", sizes.train), (1, "valid", sizes.test)] {
        for class in 0..sizes.classes {
            let class_folder = format!("{split}/class {class:03}");
            members.push((format!("{class_folder}/.DS_Store"), vec![0; 4]));
            for index in 0..count {
                let (pixels, height, width) =
                    varied_pixels(class, sizes.classes, index, seed, part);
                let extension = ["jpg", "JPG", "jpeg", "png"][index % 4];
                let bytes = if extension == "png" {
                    png(&pixels, height, width)?
                } else {
                    jpeg(&pixels, height, width)?
                };
                members.push((format!("{class_folder}/{index:04}.{extension}"), bytes));
            }
        }
    }
    write_folder(folder, &members)
}

/// Red, green and blue of each pixel in turn.
fn interleaved(pixels: &[u8]) -> Vec<u8> {
    let area = pixels.len() / 3;
    (0..area)
        .flat_map(|pixel| [0, 1, 2].map(|channel| pixels[channel * area + pixel]))
        .collect()
}

fn jpeg(pixels: &[u8], height: usize, width: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write(
        JpegEncoder::new_with_quality(&mut bytes, QUALITY),
        pixels,
        height,
        width,
    )?;
    Ok(bytes)
}

fn png(pixels: &[u8], height: usize, width: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write(PngEncoder::new(&mut bytes), pixels, height, width)?;
    Ok(bytes)
}

fn write(encoder: impl ImageEncoder, pixels: &[u8], height: usize, width: usize) -> io::Result<()> {
    encoder
        .write_image(
            &interleaved(pixels),
            width as u32,
            height as u32,
            ExtendedColorType::Rgb8,
        )
        .map_err(io::Error::other)
}

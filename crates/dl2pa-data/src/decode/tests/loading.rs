//! The loader: order, determinism, back-pressure, damage, panics, stopping.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::{FILES, decoded};
use crate::decode::{
    ByteBatch, DamageLimit, DecodeError, ImageError, Loader, Plan, Transform, decode_all,
};
use crate::rect::RectRange;
use crate::streams::Streams;

/// The golden pictures in a folder, and an epoch over them.
fn folder() -> (TempDir, Plan) {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = FILES
        .iter()
        .take(14)
        .map(|(name, bytes)| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        })
        .collect();
    let plan = Plan {
        labels: (0..files.len() as u32).map(|row| 100 + row).collect(),
        order: (0..3 * files.len() as u32)
            .map(|at| at * 5 % files.len() as u32)
            .collect(),
        files: files.into(),
        batch_size: 4,
        skip_batches: 0,
        workers: 2,
        transform: Transform::train(16),
        seed: 42,
        epoch: 3,
        damage_limit: DamageLimit::default(),
    };
    (folder, plan)
}

fn all(plan: Plan) -> Vec<ByteBatch> {
    Loader::start(plan).unwrap().map(Result::unwrap).collect()
}

/// Replaces the files at these rows by ones that cannot be used.
fn damage(plan: &Plan, rows: &[usize]) {
    for &row in rows {
        std::fs::write(&plan.files[row], b"\xff\xd8\xff nothing more").unwrap();
    }
}

#[test]
fn batches_come_in_order_with_their_labels() {
    let (_folder, plan) = folder();
    let batches = all(plan.clone());
    assert_eq!(batches.len(), 11);
    let rows: Vec<u32> = batches
        .iter()
        .flat_map(|batch| batch.rows.clone())
        .collect();
    assert_eq!(rows, plan.order);
    for (at, batch) in batches.iter().enumerate() {
        let samples = if at == 10 { 2 } else { 4 };
        assert_eq!((batch.rows.len(), batch.labels.len()), (samples, samples));
        assert_eq!(batch.pixels.len(), samples * 3 * 16 * 16);
        assert!(
            batch
                .rows
                .iter()
                .zip(&batch.labels)
                .all(|(row, label)| row + 100 == *label)
        );
    }
}

#[test]
fn a_batch_depends_on_seed_epoch_and_position_and_not_on_the_threads() {
    let (_folder, plan) = folder();
    let with = |change: &dyn Fn(&mut Plan)| {
        let mut plan = plan.clone();
        plan.transform = Transform::Train {
            size: 16,
            crop: RectRange::CROPS,
            mirror: true,
            trivial_augment: true,
        };
        change(&mut plan);
        all(plan)
    };
    let one = with(&|plan| plan.workers = 1);
    assert_eq!(one, with(&|plan| plan.workers = 3));
    assert_eq!(one, with(&|plan| plan.workers = 8));
    assert_eq!(one[5..], with(&|plan| plan.skip_batches = 5));
    let differing = |other: &[ByteBatch]| {
        one.iter()
            .zip(other)
            .filter(|(a, b)| a.pixels != b.pixels)
            .count()
    };
    assert_eq!(differing(&with(&|plan| plan.seed = 43)), 11);
    assert_eq!(differing(&with(&|plan| plan.epoch = 4)), 11);
    // The same file a second time in an epoch is another crop.
    let first = one[0].pixels[..768].to_vec();
    let again = &one[14 / 4].pixels[2 * 768..3 * 768];
    assert_eq!(one[0].rows[0], one[14 / 4].rows[2]);
    assert_ne!(first, again);
}

#[test]
fn evaluation_is_the_centre_as_planes() {
    let (_folder, mut plan) = folder();
    plan.transform = Transform::Evaluate {
        resize: 45,
        crop: 20,
    };
    plan.order = vec![0];
    plan.batch_size = 1;
    // The shorter side of the first file has 45 pixels: nothing is resampled.
    let (width, _, rgb) = decoded(FILES[0].0, FILES[0].1).unwrap();
    let batch = all(plan).remove(0);
    // Halves go to the even number: 20.5 columns and 12.5 rows are left out before.
    let (left, top) = (20, 12);
    for channel in 0..3 {
        for row in 0..20 {
            for column in 0..20 {
                let expected = rgb[3 * ((top + row) * width + left + column) + channel];
                assert_eq!(batch.pixels[channel * 400 + row * 20 + column], expected);
            }
        }
    }
}

#[test]
fn mirroring_reverses_rows_of_about_half_of_the_samples() {
    let (_folder, mut plan) = folder();
    plan.order = vec![0; 64];
    plan.batch_size = 64;
    let batch = |mirror| {
        let mut plan = plan.clone();
        plan.transform = Transform::Train {
            size: 16,
            crop: RectRange::CROPS,
            mirror,
            trivial_augment: false,
        };
        all(plan).remove(0)
    };
    let (plain, mirrored) = (batch(false), batch(true));
    let mut turned = 0;
    for (plain, mirrored) in plain
        .pixels
        .chunks_exact(768)
        .zip(mirrored.pixels.chunks_exact(768))
    {
        if plain != mirrored {
            turned += 1;
            for (plain, mirrored) in plain.chunks_exact(16).zip(mirrored.chunks_exact(16)) {
                assert!(plain.iter().eq(mirrored.iter().rev()));
            }
        }
    }
    assert!((20..=44).contains(&turned), "{turned}");
}

#[test]
fn damaged_files_are_replaced_by_their_successors_and_named_once() {
    let (_folder, mut plan) = folder();
    plan.damage_limit = DamageLimit {
        share: 0.0,
        at_least: 3,
    };
    let before = all(plan.clone());
    // Rows 0, 5 and 10 stand first in the order; row 9 in the third batch.
    damage(&plan, &[5, 10, 9]);
    let mut loader = Loader::start(plan.clone()).unwrap();
    let after: Vec<ByteBatch> = loader.by_ref().map(Result::unwrap).collect();
    assert_eq!(before[0].rows, [0, 5, 10, 1]);
    assert_eq!(after[0].rows, [0, 1, 1, 1]);
    assert_eq!(after[0].labels, [100, 101, 101, 101]);
    assert_eq!(after[0].pixels[768..1536], before[0].pixels[3 * 768..]);
    assert!(
        after
            .iter()
            .zip(&before)
            .all(|(after, before)| after.pixels.len() == before.pixels.len())
    );
    let named: Vec<_> = loader
        .stats()
        .damaged
        .iter()
        .map(|error| error.path().to_owned())
        .collect();
    assert_eq!(
        named,
        [&plan.files[5], &plan.files[10], &plan.files[9]].map(Clone::clone)
    );
    // Each file occurs three times in the epoch.
    assert_eq!(loader.stats().decoded, 42 - 9);
    let (again, mut plan) = (after, plan);
    plan.workers = 5;
    assert_eq!(all(plan), again);
}

#[test]
fn the_last_sample_of_a_batch_is_replaced_by_the_first() {
    let (_folder, mut plan) = folder();
    plan.order = vec![2, 3, 4];
    damage(&plan, &[4]);
    plan.batch_size = 3;
    assert_eq!(all(plan)[0].rows, [2, 3, 2]);
}

#[test]
fn too_much_damage_ends_the_epoch_with_the_first_file_named() {
    let (_folder, plan) = folder();
    damage(&plan, &[5, 10]);
    let mut loader = Loader::start(plan.clone()).unwrap();
    let error = loader.next().unwrap().unwrap_err();
    let DecodeError::TooManyDamaged {
        damaged: 2,
        files: 42,
        limit: 1,
        first,
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(first.path(), plan.files[5]);
    assert!(loader.next().is_none());
}

#[test]
fn the_limit_is_a_share_but_at_least_a_number() {
    let limit = DamageLimit::default();
    assert_eq!(
        [1, 999, 1_999, 2_000, 1_281_167].map(|samples| limit.of(samples)),
        [1, 1, 1, 2, 1_281]
    );
    assert_eq!(
        DamageLimit {
            share: f64::NAN,
            at_least: 0
        }
        .of(100),
        0
    );
    assert_eq!(
        DamageLimit {
            share: -1.0,
            at_least: 0
        }
        .of(100),
        0
    );
}

#[test]
fn a_batch_without_one_usable_file_and_missing_files_are_errors() {
    let (_folder, mut plan) = folder();
    plan.order = vec![1, 2];
    plan.damage_limit.at_least = 10;
    for row in [1, 2] {
        std::fs::remove_file(&plan.files[row]).unwrap();
    }
    let error = Loader::start(plan.clone())
        .unwrap()
        .next()
        .unwrap()
        .unwrap_err();
    let DecodeError::BatchLost {
        files: 2,
        first: ImageError::Unreadable { path, .. },
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(path, plan.files[1]);
}

#[test]
fn a_file_of_absurd_length_is_not_read() {
    let (_folder, mut plan) = folder();
    plan.order = vec![1, 2];
    // A hole in the file system: it takes no room on the disk.
    let file = std::fs::File::create(&plan.files[1]).unwrap();
    file.set_len((1 << 30) + 1).unwrap();
    let mut loader = Loader::start(plan).unwrap();
    assert_eq!(loader.next().unwrap().unwrap().rows, [2, 2]);
    let error = loader.stats().damaged[0].to_string();
    assert!(error.contains("1073741825 bytes"), "{error}");
}

#[test]
fn a_panic_is_an_error_and_not_a_hang() {
    let (_folder, plan) = folder();
    let make = |_: &Plan, _: u32, position: usize, _: &mut [u8]| -> Result<(), DecodeError> {
        assert!(position != 9, "the ninth sample");
        Ok(())
    };
    let mut loader = Loader::start_with(plan, &(Arc::new(make) as _)).unwrap();
    assert!(loader.next().unwrap().is_ok() && loader.next().unwrap().is_ok());
    let error = loader.next().unwrap().unwrap_err();
    assert_eq!(
        error,
        DecodeError::Panicked {
            at: "batch 2".to_owned(),
            message: "the ninth sample".to_owned()
        }
    );
    assert!(loader.next().is_none());
}

/// Waits until `done`, at most 20 seconds.
fn eventually(done: impl Fn() -> bool) -> bool {
    for _ in 0..2_000 {
        if done() {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    false
}

#[test]
fn no_more_than_four_batches_are_made_ahead() {
    let (_folder, plan) = folder();
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let make = move |_: &Plan, _: u32, _: usize, _: &mut [u8]| -> Result<(), DecodeError> {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(())
    };
    let mut loader = Loader::start_with(plan, &(Arc::new(make) as _)).unwrap();
    for taken in 0..5 {
        let ahead = 4 * (taken + 4);
        assert!(eventually(|| made.load(Ordering::SeqCst) == ahead.min(42)));
        thread::sleep(Duration::from_millis(30));
        assert_eq!(made.load(Ordering::SeqCst), ahead.min(42));
        assert_eq!(loader.remaining(), 11 - taken);
        assert!(loader.next().unwrap().is_ok());
    }
}

#[test]
fn dropping_the_loader_stops_its_threads() {
    let (_folder, mut plan) = folder();
    plan.order = vec![0; 100_000];
    plan.batch_size = 50_000;
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let make = move |_: &Plan, _: u32, _: usize, _: &mut [u8]| -> Result<(), DecodeError> {
        count.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(5));
        Ok(())
    };
    let make: Arc<super::super::loader::Make> = Arc::new(make);
    let loader = Loader::start_with(plan, &make).unwrap();
    assert!(eventually(|| made.load(Ordering::SeqCst) > 2));
    drop(loader);
    // The lanes hold `make`; once it is ours alone they have ended, in the middle of their batches.
    assert!(eventually(
        || Arc::strong_count(&made) == 2 && Arc::strong_count(&make) == 1
    ));
    assert!(made.load(Ordering::SeqCst) < 50_000);
}

#[test]
fn the_reader_s_waiting_is_measured() {
    let (_folder, plan) = folder();
    let make = |_: &Plan, _: u32, _: usize, _: &mut [u8]| -> Result<(), DecodeError> {
        thread::sleep(Duration::from_millis(10));
        Ok(())
    };
    let mut loader = Loader::start_with(plan, &(Arc::new(make) as _)).unwrap();
    assert!(loader.next().unwrap().is_ok());
    // Four samples of 10 ms on two threads.
    assert!(
        loader.stats().waited_secs >= 0.01,
        "{}",
        loader.stats().waited_secs
    );
}

#[test]
fn plans_that_contradict_themselves_are_refused() {
    let (_folder, plan) = folder();
    let refused = |change: &dyn Fn(&mut Plan), names: &str| {
        let mut plan = plan.clone();
        change(&mut plan);
        let error = Loader::start(plan).err().expect("an error");
        assert!(
            matches!(error, DecodeError::Plan { .. }) && error.to_string().contains(names),
            "{error}"
        );
    };
    refused(&|plan| plan.batch_size = 0, "batches of 0");
    refused(&|plan| plan.batch_size = usize::MAX, "batches of");
    refused(&|plan| plan.workers = 0, "0 workers");
    refused(
        &|plan| plan.labels = Arc::new([1]),
        "14 files with 1 labels",
    );
    refused(&|plan| plan.order.push(14), "file 14 of 14");
    refused(&|plan| plan.transform = Transform::train(0), "0 x 0");
    refused(
        &|plan| plan.transform = Transform::train(usize::MAX),
        "pixels",
    );
    refused(
        &|plan| {
            plan.transform = Transform::Evaluate {
                resize: 10,
                crop: 11,
            }
        },
        "resize to 11",
    );
    let mut empty = plan.clone();
    empty.order.clear();
    assert!(Loader::start(empty).unwrap().next().is_none());
}

#[test]
fn a_folder_of_small_pictures_is_decoded_at_once() {
    let (_folder, plan) = folder();
    let files: Vec<PathBuf> = plan.files.iter().take(4).cloned().collect();
    let once = decode_all(&files, 24, 1).unwrap();
    assert_eq!(once.len(), 4 * 3 * 24 * 24);
    assert_eq!(once, decode_all(&files, 24, 3).unwrap());
    let distinct: BTreeSet<&[u8]> = once.chunks_exact(3 * 24 * 24).collect();
    assert_eq!(distinct.len(), 4);
    damage(&plan, &[2]);
    let error = decode_all(&files, 24, 2).unwrap_err();
    assert!(
        matches!(&error, DecodeError::Image(error) if error.path() == plan.files[2]),
        "{error}"
    );
    // A picture of that size stays as it is.
    let square = tempfile::tempdir().unwrap();
    let path = square.path().join("square.png");
    let mut pixels = vec![0; 3 * 8 * 8];
    rand::Rng::fill_bytes(&mut Streams::new(1).rng("test"), &mut pixels);
    let mut encoder = png::Encoder::new(std::fs::File::create(&path).unwrap(), 8, 8);
    encoder.set_color(png::ColorType::Rgb);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
    let planes = decode_all(&[path], 8, 1).unwrap();
    assert!((0..192).all(|at| planes[at % 3 * 64 + at / 3] == pixels[at]));
}

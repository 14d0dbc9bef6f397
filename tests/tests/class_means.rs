//! Class means on the device against the definition computed on the host.

use burn::tensor::{Device, Tensor, TensorData};
use dl2pa_core::class_means::{ClassMeans, ClassSums};
use dl2pa_core::streams::Streams;
use dl2pa_runtime::device::TrainingDevice;

const DIM: usize = 3;

fn unit(row: [f64; DIM]) -> [f64; DIM] {
    let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
    row.map(|x| x / length)
}

fn sample(index: usize) -> [f64; DIM] {
    let x = index as f64;
    unit([
        (x * 1.3).sin(),
        (x * 0.7 + 1.0).cos(),
        0.4 + (x * 0.2).sin(),
    ])
}

/// `m <- normalise(0.9 m + 0.1 mean of the batch's z of this class)`; the first batch sets it.
#[test]
fn means_follow_the_definition_with_repeated_and_absent_labels() {
    let device = TrainingDevice::cpu().device;
    let batches: [&[u32]; 4] = [&[0, 0, 2], &[2, 2, 2], &[0, 1, 0], &[1, 2, 1]];
    let classes = 4;
    let mut means = ClassMeans::average(classes, DIM, 0.9, &device);
    let mut expected = vec![None::<[f64; DIM]>; classes];
    let mut next = 0;
    for labels in batches {
        let rows: Vec<[f64; DIM]> = (next..next + labels.len()).map(sample).collect();
        next += labels.len();
        let flat: Vec<f32> = rows.iter().flatten().map(|&x| x as f32).collect();
        let z = Tensor::<2>::from_data(TensorData::new(flat, [labels.len(), DIM]), &device);
        means.update(z, labels);
        for (class, mean) in expected.iter_mut().enumerate() {
            let members: Vec<&[f64; DIM]> = rows
                .iter()
                .zip(labels)
                .filter(|(_, label)| **label as usize == class)
                .map(|(row, _)| row)
                .collect();
            if members.is_empty() {
                continue;
            }
            let mut batch_mean = [0.0; DIM];
            for row in &members {
                for (sum, x) in batch_mean.iter_mut().zip(*row) {
                    *sum += x / members.len() as f64;
                }
            }
            *mean = Some(unit(match *mean {
                None => batch_mean,
                Some(old) => std::array::from_fn(|i| 0.9 * old[i] + 0.1 * batch_mean[i]),
            }));
        }
    }
    let found = means.tensor().into_data().try_to_vec::<f32>().unwrap();
    for (class, mean) in expected.iter().enumerate() {
        for (i, x) in mean.unwrap_or([0.0; DIM]).iter().enumerate() {
            let value = f64::from(found[class * DIM + i]);
            assert!((value - x).abs() < 1e-5, "class {class}: {value} for {x}");
        }
    }
    assert_eq!(
        &found[3 * DIM..],
        &[0.0; DIM],
        "a class never seen scores 0 with every prototype"
    );
}

fn batch(rows: &[[f64; DIM]], device: &Device) -> Tensor<2> {
    let flat: Vec<f32> = rows.iter().flatten().map(|&x| x as f32).collect();
    Tensor::from_data(TensorData::new(flat, [rows.len(), DIM]), device)
}

fn assert_rows(means: &ClassMeans, expected: &[[f64; DIM]]) {
    let found = means.tensor().into_data().try_to_vec::<f32>().expect("f32");
    for (found, expected) in found.iter().zip(expected.iter().flatten()) {
        assert!(
            (f64::from(*found) - expected).abs() < 1e-5,
            "{found} for {expected}"
        );
    }
}

fn sum(rows: &[[f64; DIM]]) -> [f64; DIM] {
    std::array::from_fn(|i| rows.iter().map(|row| row[i]).sum())
}

/// All samples of the window weigh the same, whatever batch they came in; what the window has not
/// seen stays as it was.
#[test]
fn a_window_averages_all_its_samples() {
    let device = TrainingDevice::cpu().device;
    let rows: Vec<[f64; DIM]> = (0..7).map(sample).collect();
    let mut means = ClassMeans::window(3, DIM, &device);
    means.update(batch(&rows[..3], &device), &[0, 0, 1]);
    means.update(batch(&rows[3..5], &device), &[0, 0]);
    let first = unit(sum(&[rows[0], rows[1], rows[3], rows[4]]));
    assert_rows(&means, &[first, rows[2], [0.0; DIM]]);
    means.open_window();
    means.update(batch(&rows[5..], &device), &[1, 1]);
    assert_rows(&means, &[first, unit(sum(&rows[5..])), [0.0; DIM]]);
}

/// The authors' lines, computed by hand: `q[y] += 0.9 q[y] + 0.1 z` with the last sample of a repeated
/// label, then every row normalised, from noise of length about sqrt(d).
#[test]
fn the_released_queue_is_followed() {
    let device = TrainingDevice::cpu().device;
    let classes = 500;
    let mut means = ClassMeans::released(classes, DIM, &mut Streams::new(1).rng("noise"), &device);
    let start = means.clone();
    let rows: Vec<[f64; DIM]> = (0..3).map(sample).collect();
    means.update(batch(&rows, &device), &[0, 0, 1]);
    let to_f64 = |tensor: Tensor<2>| -> Vec<f64> {
        let values = tensor.into_data().try_to_vec::<f32>().unwrap();
        values.into_iter().map(f64::from).collect()
    };
    let (before, after) = (to_f64(start.tensor()), to_f64(means.tensor()));
    // The direction of the noise stays for all classes that no sample came of.
    for (before, after) in before.iter().zip(&after).skip(2 * DIM) {
        assert!((before - after).abs() < 1e-5);
    }
    // On the second batch all rows have length 1: 1.9 q + 0.1 z, normalised.
    let q: [f64; DIM] = std::array::from_fn(|i| after[i]);
    means.update(batch(&rows[..2], &device), &[0, 0]);
    let expected = unit(std::array::from_fn(|i| 1.9 * q[i] + 0.1 * rows[1][i]));
    assert_rows(&means, &[expected]);
}

/// Two devices that add up their sums and counts get what one gets from the whole batch.
#[test]
fn sums_of_halves_add_up_to_the_whole() {
    let device = TrainingDevice::cpu().device;
    let rows: Vec<[f64; DIM]> = (0..6).map(sample).collect();
    let labels = [0, 2, 2, 0, 2, 1];
    let mut whole = ClassMeans::average(3, DIM, 0.9, &device);
    whole.update(batch(&rows, &device), &labels);
    let left = ClassSums::of(batch(&rows[..3], &device), &labels[..3], 3);
    let right = ClassSums::of(batch(&rows[3..], &device), &labels[3..], 3);
    let mut halves = ClassMeans::average(3, DIM, 0.9, &device);
    halves.absorb(ClassSums {
        sums: left.sums + right.sums,
        counts: left
            .counts
            .iter()
            .zip(right.counts)
            .map(|(a, b)| a + b)
            .collect(),
    });
    let expected = whole.tensor().into_data().try_to_vec::<f32>().unwrap();
    let found = halves.tensor().into_data().try_to_vec::<f32>().unwrap();
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6);
    }
}

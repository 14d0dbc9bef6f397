//! Class means on the device against the definition computed on the host.

use burn::tensor::{Tensor, TensorData};
use dl2pa_core::class_means::ClassMeans;
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
    let mut means = ClassMeans::new(classes, DIM, 0.9, &device);
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

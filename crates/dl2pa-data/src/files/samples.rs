//! What cutting a split down needs of it, whether it is pixels or files.

use super::{FileSplit, PixelSplit};

/// Samples with labels.
pub(super) trait Samples {
    /// The labels, one a sample.
    fn labels(&self) -> &[u32];
    /// Keeps the samples `indices`, in that order; all are in range.
    fn keep(&mut self, indices: &[usize]);
    /// Gives each sample a new label.
    fn set_labels(&mut self, labels: Vec<u32>);
    /// Adds the samples of another split.
    fn append(&mut self, other: Self);
}

/// The `indices` of `items`, each of which is `size` long.
fn gather<T: Clone>(items: &[T], size: usize, indices: &[usize]) -> Vec<T> {
    let mut kept = Vec::with_capacity(indices.len() * size);
    for &index in indices {
        if let Some(item) = items.get(index * size..(index + 1) * size) {
            kept.extend_from_slice(item);
        }
    }
    kept
}

impl Samples for PixelSplit {
    fn labels(&self) -> &[u32] {
        &self.labels
    }

    fn keep(&mut self, indices: &[usize]) {
        let size = self.pixels.len().checked_div(self.labels.len());
        self.pixels = gather(&self.pixels, size.unwrap_or(0), indices);
        self.labels = gather(&self.labels, 1, indices);
    }

    fn set_labels(&mut self, labels: Vec<u32>) {
        self.labels = labels;
    }

    fn append(&mut self, other: Self) {
        self.pixels.extend(other.pixels);
        self.labels.extend(other.labels);
    }
}

impl Samples for FileSplit {
    fn labels(&self) -> &[u32] {
        &self.labels
    }

    fn keep(&mut self, indices: &[usize]) {
        self.files = gather(&self.files, 1, indices);
        self.labels = gather(&self.labels, 1, indices);
    }

    fn set_labels(&mut self, labels: Vec<u32>) {
        self.labels = labels;
    }

    fn append(&mut self, other: Self) {
        self.files.extend(other.files);
        self.labels.extend(other.labels);
    }
}

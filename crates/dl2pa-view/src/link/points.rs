//! Points drawn by hand, on the fine grid that they are drawn on, and their bytes in a link.

/// Classes at most.
const MAX_CLASSES: usize = 100;
/// Points of one class at most.
const MAX_POINTS: usize = 65_535;
/// Cells of the grid along a side.
pub const MAX_CELLS: usize = 256;

/// Points of the plane, by class. A cell `[x, y]` of the grid has its origin in the lower left corner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Points {
    classes: Vec<Vec<[u8; 2]>>,
}

impl Points {
    /// Adds a point. One too many, of a class or of classes, is not taken: `false`.
    pub fn add(&mut self, class: usize, cell: [u8; 2]) -> bool {
        if class >= MAX_CLASSES {
            return false;
        }
        if self.classes.len() <= class {
            self.classes.resize(class + 1, Vec::new());
        }
        let points = &mut self.classes[class];
        if points.len() >= MAX_POINTS {
            return false;
        }
        points.push(cell);
        true
    }

    /// Takes all points away that `is_gone` names; true when there was one.
    pub fn remove(&mut self, is_gone: impl Fn([u8; 2]) -> bool) -> bool {
        let mut removed = false;
        for points in &mut self.classes {
            let before = points.len();
            points.retain(|&cell| !is_gone(cell));
            removed |= points.len() < before;
        }
        removed
    }

    /// The points of each class.
    #[must_use]
    pub fn classes(&self) -> &[Vec<[u8; 2]>] {
        &self.classes
    }

    /// For each class the number of its points (two bytes) and their cells.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for points in &self.classes {
            // `add` keeps the number within two bytes.
            let count = u16::try_from(points.len()).unwrap_or(u16::MAX);
            bytes.extend_from_slice(&count.to_le_bytes());
            bytes.extend(points.iter().flatten());
        }
        bytes
    }

    /// The points that [`Points::to_bytes`] wrote; `None` for other bytes.
    pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let mut classes = Vec::new();
        while let Some((count, rest)) = bytes.split_first_chunk::<2>() {
            let length = 2 * usize::from(u16::from_le_bytes(*count));
            let (cells, rest) = rest.split_at_checked(length)?;
            classes.push(cells.chunks_exact(2).map(|xy| [xy[0], xy[1]]).collect());
            bytes = rest;
        }
        (bytes.is_empty() && classes.len() <= MAX_CLASSES).then_some(Self { classes })
    }
}

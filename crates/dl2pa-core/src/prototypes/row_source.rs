//! Rows that are made when they are asked for, for sets of prototypes that do not fit in memory.

/// Prototypes that are computed row by row: any block of them by itself, from any thread.
pub trait RowSource: Send + Sync {
    /// Number of rows c.
    fn rows(&self) -> usize;

    /// Numbers in a row, d.
    fn dim(&self) -> usize;

    /// Writes rows `first_row`, `first_row + 1`, ... into `out` (row-major), as many as it holds. The same
    /// row always has the same numbers, however the rows are split into blocks.
    ///
    /// What lies past the last row, and a part of a row at the end, are left as they are.
    fn fill(&self, first_row: usize, out: &mut [f32]);
}

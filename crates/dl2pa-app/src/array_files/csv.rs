//! Text: one row a line, its numbers separated by commas, no heading.

use std::io::{self, Read};

use super::{Matrix, size};

/// Reads a matrix.
///
/// # Errors
/// In words, what is wrong and on which line.
pub(super) fn read(text: impl Read) -> Result<Matrix, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text);
    let (mut rows, mut columns) = (0, 0);
    let mut values = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| error.to_string())?
    {
        rows += 1;
        columns = record.len();
        for (column, field) in record.iter().enumerate() {
            let value: f32 = field
                .parse()
                .map_err(|_no_number: std::num::ParseFloatError| {
                    let short: String = field.chars().take(20).collect();
                    format!("line {rows}, column {}: {short:?} is no number", column + 1)
                })?;
            values.push(value);
        }
    }
    let (rows, columns) = size(rows, columns as u64)?;
    Ok(Matrix {
        rows,
        columns,
        values,
    })
}

/// Whole rows of `columns` numbers as text.
///
/// # Errors
/// The library's; none is known.
pub(super) fn lines(rows: &[f32], columns: usize) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows.chunks(columns.max(1)) {
        // The shortest text that reads back as the same float.
        writer.write_record(row.iter().map(f32::to_string))?;
    }
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{content_error, matrix_of};

    #[test]
    fn blanks_and_line_ends_of_every_system_are_read() {
        let matrix = matrix_of("a.csv", b" 1 , -2e-3\r\n3,+0.5\n");
        assert_eq!(matrix.values, [1.0, -0.002, 3.0, 0.5]);
        assert_eq!((matrix.rows, matrix.columns), (2, 2));
    }

    #[test]
    fn each_fault_is_named() {
        let error = |bytes: &[u8]| content_error("a.csv", bytes);
        assert!(error(b"").contains("empty"));
        assert!(error(b"1,2\n3\n").contains("2 fields"));
        assert!(error(b"1,2\n3,x\n").contains("line 2, column 2"));
        assert!(error(b"1,\xff\n").contains("UTF-8"));
        assert!(error(b"x,y\n1,2\n").contains("line 1, column 1"));
    }
}

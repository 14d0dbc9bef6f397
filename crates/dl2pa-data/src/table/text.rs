//! Tables as text: commas, semicolons or tabs, with or without the names of the columns.

use csv::{ByteRecord, ReaderBuilder, Trim};

use super::{MAX_FEATURES, Table, TableError, check_size};

/// The column of this name holds the class.
const CLASS_COLUMN: &str = "label";
/// Letters of a wrong cell that are shown.
const SHOWN: usize = 20;
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// Where the columns are.
struct Columns {
    count: usize,
    class: usize,
}

/// Reads CSV.
pub(super) fn read(bytes: &[u8]) -> Result<Table, TableError> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .delimiter(separator(bytes))
        .from_reader(bytes);
    let mut lines = Lines {
        bytes,
        offset: 0,
        line: 1,
    };
    let mut record = ByteRecord::new();
    let (mut inputs, mut classes) = (Vec::new(), Vec::new());
    let mut columns: Option<Columns> = None;
    loop {
        // Reading from memory into bytes does not fail, and columns may be of any number.
        let is_more = reader.read_byte_record(&mut record);
        if !is_more.map_err(|_error| TableError::Empty)? {
            break;
        }
        let place = record
            .position()
            .map_or(0, |position| lines.of_record(position.byte()));
        let cells = cells(&record, place)?;
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let columns = match &columns {
            Some(columns) => columns,
            None => {
                let first = first_line(&cells, place)?;
                let is_header = is_header(&cells, first.class);
                let columns = columns.insert(first);
                if is_header {
                    continue;
                }
                columns
            }
        };
        if cells.len() != columns.count {
            return Err(TableError::Uneven {
                place,
                found: cells.len(),
                expected: columns.count,
            });
        }
        for (column, cell) in cells.iter().enumerate() {
            if column == columns.class {
                if cell.is_empty() {
                    return Err(TableError::NoClass {
                        place,
                        column: column + 1,
                    });
                }
                classes.push((*cell).to_owned());
            } else {
                inputs.push(number(cell).ok_or_else(|| TableError::NotANumber {
                    place,
                    column: column + 1,
                    text: cell.chars().take(SHOWN).collect(),
                })?);
            }
        }
        check_size(place, classes.len(), columns.count - 1)?;
    }
    match columns {
        Some(columns) => Table::new(columns.count - 1, inputs, &classes),
        None => Err(TableError::Empty),
    }
}

/// The separator that the first line with one has most of.
fn separator(bytes: &[u8]) -> u8 {
    let line = bytes
        .split(|&byte| matches!(byte, b'\n' | b'\r'))
        .find(|line| !line.trim_ascii().is_empty())
        .unwrap_or_default();
    let count = |separator: &u8| line.iter().filter(|&byte| byte == separator).count();
    // Of equals the last wins; decimal commas are rarer than commas between columns.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(b',')
}

/// Counts lines while a file is read from front to back.
struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: usize,
}

impl Lines<'_> {
    /// Line of the record that begins at `offset`, at or behind all that were asked for before.
    fn of_record(&mut self, offset: u64) -> usize {
        let rest = self.bytes.get(offset as usize..).unwrap_or_default();
        // The reader begins a record behind the last one, before the empty lines between the two.
        let empty = rest
            .iter()
            .take_while(|&&byte| matches!(byte, b'\n' | b'\r'))
            .count();
        let start = (offset as usize).saturating_add(empty);
        let between = self.bytes.get(self.offset..start).unwrap_or_default();
        self.line += between.iter().filter(|&&byte| byte == b'\n').count();
        self.offset = start.max(self.offset);
        self.line
    }
}

fn cells(record: &ByteRecord, place: usize) -> Result<Vec<&str>, TableError> {
    record
        .iter()
        .map(|cell| str::from_utf8(cell).map_err(|_bytes| TableError::NotText { place }))
        .collect()
}

/// The columns as the first line has them.
fn first_line(cells: &[&str], place: usize) -> Result<Columns, TableError> {
    let count = cells.len();
    if count < 2 {
        return Err(TableError::OneColumn { place });
    }
    if count - 1 > MAX_FEATURES {
        return Err(TableError::TooManyFeatures {
            place,
            found: count - 1,
        });
    }
    let named = cells
        .iter()
        .position(|cell| cell.eq_ignore_ascii_case(CLASS_COLUMN));
    Ok(Columns {
        count,
        class: named.unwrap_or(count - 1),
    })
}

/// A first line names the columns when what should be numbers is none.
fn is_header(cells: &[&str], class: usize) -> bool {
    let mut features = cells
        .iter()
        .enumerate()
        .filter(|(column, _)| *column != class);
    features.all(|(_, cell)| number(cell).is_none())
}

fn number(cell: &str) -> Option<f32> {
    cell.parse().ok().filter(|value: &f32| value.is_finite())
}

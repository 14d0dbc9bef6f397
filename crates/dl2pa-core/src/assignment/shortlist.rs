//! The best columns of each row under given prices, with a bound on all the others.
//!
//! Prices only rise while a problem is solved, so what a row would gain from a column only falls. A bound
//! on the columns that are not on a list therefore stays a bound, and most rows of the score matrix need
//! to be read only once.

use rayon::prelude::*;

use super::fixed_point::Dense;

/// Entries that a list aims at.
const AIM: usize = 24;
/// Entries that a list can hold.
pub(super) const ROOM: usize = 48;
/// Columns that are read side by side.
pub(super) const LANES: usize = 8;
/// Below this many columns each value is looked at on its own.
const FEW_COLUMNS: usize = 512;
/// Groups of columns per row, about, whose greatest values are compared.
const GROUPS: usize = 160;
/// Rows of one task.
const ROWS_PER_TASK: usize = 32;
/// Problems with fewer scores are not worth a second thread.
pub(super) const FEW_SCORES: usize = 1 << 17;

/// Scores of a problem, whole multiples of one unit, row by row; `-inf` bars a pair.
pub(super) trait Rows: Sync {
    /// Number of rows (classes).
    fn rows(&self) -> usize;

    /// Number of columns (prototypes), at least as many.
    fn columns(&self) -> usize;

    /// The score of one pair.
    fn score(&self, row: usize, column: usize) -> f64;

    /// Writes `score(row, j) - prices[j]` to `out`, exactly, for as many columns from `first` on as `out`
    /// has room; `prices` begins there too.
    fn values(&self, row: usize, first: usize, prices: &[f64], out: &mut [f64]);

    /// The nearest whole number of units.
    fn whole(&self, value: f64) -> f64;

    /// Units are this many times larger than the measure of the scores.
    fn scale(&self) -> f64;

    /// How far values in single precision may be off; none if they are not offered.
    fn coarse_error(&self) -> Option<f64> {
        None
    }

    /// `price` as [`Self::coarse_maxima`] wants it.
    fn coarse_price(&self, _price: f64) -> f32 {
        0.0
    }

    /// Rows that are worked out together.
    fn rows_per_task(&self) -> usize {
        ROWS_PER_TASK
    }

    /// `count` rows from `first` on, if they are not in memory but have to be computed.
    fn computed(&self, _first: usize, _count: usize) -> Option<Dense<'static, f32>> {
        None
    }

    /// Appends the greatest `score(row, j) - prices[j]` of each `width` columns, within `coarse_error`.
    fn coarse_maxima(&self, _row: usize, _prices: &[f32], _width: usize, _out: &mut Vec<f32>) {}
}

/// Room for the values of one row.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    values: Vec<f64>,
    order: Vec<f64>,
    coarse: Vec<f32>,
    coarse_order: Vec<f32>,
    picked: Vec<(f64, u32)>,
}

impl Scratch {
    /// The row that was read last.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Greatest value of a row.
    pub(super) fn best(&mut self, rows: &impl Rows, row: usize, prices: &[f64]) -> f64 {
        self.read(rows, row, prices);
        greatest(&self.values)
    }

    /// Reads a whole row into [`Self::values`].
    pub(super) fn read(&mut self, rows: &impl Rows, row: usize, prices: &[f64]) {
        self.values.resize(prices.len(), 0.0);
        rows.values(row, 0, prices, &mut self.values);
    }

    /// As [`Self::best`], but most of the row is read in single precision only.
    fn best_coarsely(
        &mut self,
        rows: &impl Rows,
        row: usize,
        prices: &[f64],
        coarse: &Coarse,
    ) -> f64 {
        let width = coarse.read(rows, row, &mut self.coarse);
        let highest = self
            .coarse
            .iter()
            .copied()
            .fold(f32::NEG_INFINITY, f32::max);
        let floor = f64::from(highest) - 2.0 * coarse.error;
        let mut best = f64::NEG_INFINITY;
        self.values.resize(width, 0.0);
        for (group, prices) in prices.chunks(width).enumerate() {
            if f64::from(self.coarse[group]) >= floor {
                let values = &mut self.values[..prices.len()];
                rows.values(row, group * width, prices, values);
                best = best.max(greatest(values));
            }
        }
        best
    }
}

/// Prices in single precision.
#[derive(Clone, Debug, Default)]
struct Coarse {
    prices: Vec<f32>,
    error: f64,
}

impl Coarse {
    /// Greatest values of the groups of a row; returns their width.
    fn read(&self, rows: &impl Rows, row: usize, out: &mut Vec<f32>) -> usize {
        let width = (self.prices.len() / GROUPS).next_multiple_of(LANES);
        out.clear();
        rows.coarse_maxima(row, &self.prices, width, out);
        width
    }
}

/// One list per row.
#[derive(Clone, Debug, Default)]
pub(super) struct Shortlists {
    columns: Vec<u32>,
    scores: Vec<f64>,
    info: Vec<Info>,
    /// The present prices, if rows offer single precision.
    coarse: Option<Coarse>,
    /// Turns a price into a coarse one.
    coarse_scale: f64,
}

/// What is known of one row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Info {
    len: u32,
    /// How often the whole row was read in a search.
    reads: u32,
    /// No column off the list has a value above this, at any prices from the list's making on.
    pub(super) bound: f64,
    /// Greatest value when the list was made.
    pub(super) best: f64,
}

const UNMADE: Info = Info {
    len: 0,
    reads: 0,
    bound: f64::INFINITY,
    best: f64::INFINITY,
};

impl Shortlists {
    /// Empties all lists; each is made when it is first needed.
    pub(super) fn forget(&mut self, rows: &impl Rows, prices: &[f64]) {
        let count = rows.rows();
        self.columns.resize(count * ROOM, 0);
        self.scores.resize(count * ROOM, 0.0);
        self.info.clear();
        self.info.resize(count, UNMADE);
        let error = rows.coarse_error().filter(|_| prices.len() >= FEW_COLUMNS);
        self.coarse = error.map(|error| Coarse {
            prices: prices
                .iter()
                .map(|&price| rows.coarse_price(price))
                .collect(),
            error,
        });
        self.coarse_scale = f64::from(rows.coarse_price(1.0));
    }

    /// Makes all lists under `prices`.
    pub(super) fn make_all(&mut self, rows: &impl Rows, prices: &[f64]) {
        self.forget(rows, prices);
        let coarse = self.coarse.as_ref();
        let per_task = rows.rows_per_task();
        let fill = |scratch: &mut Scratch, (task, lists): (usize, ListsMut<'_>)| {
            let first = task * per_task;
            match rows.computed(first, lists.2.len()) {
                Some(computed) => fill(&computed, 0, prices, coarse, scratch, lists),
                None => fill(rows, first, prices, coarse, scratch, lists),
            }
        };
        if rows.rows() * rows.columns() < FEW_SCORES {
            let mut scratch = Scratch::default();
            let lists = self
                .columns
                .chunks_mut(per_task * ROOM)
                .zip(self.scores.chunks_mut(per_task * ROOM));
            let lists = lists.zip(self.info.chunks_mut(per_task));
            let tasks = lists
                .map(|((columns, scores), info)| (columns, scores, info))
                .enumerate();
            tasks.for_each(|task| fill(&mut scratch, task));
        } else {
            let lists = self
                .columns
                .par_chunks_mut(per_task * ROOM)
                .zip(self.scores.par_chunks_mut(per_task * ROOM));
            let lists = lists.zip(self.info.par_chunks_mut(per_task));
            let tasks = lists
                .map(|((columns, scores), info)| (columns, scores, info))
                .enumerate();
            tasks.for_each_init(Scratch::default, fill);
        }
    }

    /// The greatest value of each row under the prices last given to [`Self::forget`].
    pub(super) fn bests(&self, rows: &impl Rows, prices: &[f64]) -> Vec<f64> {
        let best = |scratch: &mut Scratch, row| match &self.coarse {
            Some(coarse) => scratch.best_coarsely(rows, row, prices, coarse),
            None => scratch.best(rows, row, prices),
        };
        if rows.rows() * rows.columns() < FEW_SCORES {
            let mut scratch = Scratch::default();
            return (0..rows.rows())
                .map(|row| best(&mut scratch, row))
                .collect();
        }
        let rows = (0..rows.rows()).into_par_iter().with_min_len(ROWS_PER_TASK);
        rows.map_init(Scratch::default, best).collect()
    }

    /// Makes the list of `row` anew.
    pub(super) fn make(
        &mut self,
        rows: &impl Rows,
        row: usize,
        prices: &[f64],
        scratch: &mut Scratch,
    ) {
        let floor = pick(rows, row, prices, self.coarse.as_ref(), scratch);
        self.put(row, floor, prices, scratch);
    }

    /// Reads all values of `row` into `scratch`. Where that happens again and again, lists do not help, and
    /// the list is made anew ever more rarely.
    pub(super) fn read(
        &mut self,
        rows: &impl Rows,
        row: usize,
        prices: &[f64],
        scratch: &mut Scratch,
    ) {
        let reads = self.info[row].reads + 1;
        if reads.is_power_of_two() {
            let floor = pick(rows, row, prices, None, scratch);
            self.put(row, floor, prices, scratch);
        } else {
            scratch.read(rows, row, prices);
        }
        self.info[row].reads = reads;
    }

    fn put(&mut self, row: usize, floor: f64, prices: &[f64], scratch: &mut Scratch) {
        let place = row * ROOM..(row + 1) * ROOM;
        let (columns, scores) = (&mut self.columns[place.clone()], &mut self.scores[place]);
        self.info[row] = write(floor, prices, scratch, columns, scores);
    }

    /// Notes the new price of a column.
    #[inline]
    pub(super) fn price_rose(&mut self, column: u32, price: f64) {
        if let Some(coarse) = &mut self.coarse {
            coarse.prices[column as usize] = (price * self.coarse_scale) as f32;
        }
    }

    #[inline]
    pub(super) fn info(&self, row: usize) -> Info {
        self.info[row]
    }

    /// Whether the row has been read since [`Self::forget`].
    #[inline]
    pub(super) fn is_made(&self, row: usize) -> bool {
        self.info[row].bound < f64::INFINITY
    }

    /// Columns and scores on the list of `row`.
    #[inline]
    pub(super) fn entries(&self, row: usize) -> (&[u32], &[f64]) {
        let place = row * ROOM..row * ROOM + self.info[row].len as usize;
        (&self.columns[place.clone()], &self.scores[place])
    }
}

/// Columns, scores and what is known of some rows.
type ListsMut<'a> = (&'a mut [u32], &'a mut [f64], &'a mut [Info]);

fn fill(
    rows: &impl Rows,
    first: usize,
    prices: &[f64],
    coarse: Option<&Coarse>,
    scratch: &mut Scratch,
    lists: ListsMut<'_>,
) {
    let (columns, scores, info) = lists;
    let lists = columns
        .chunks_exact_mut(ROOM)
        .zip(scores.chunks_exact_mut(ROOM));
    for (index, ((columns, scores), info)) in lists.zip(info).enumerate() {
        let floor = pick(rows, first + index, prices, coarse, scratch);
        *info = write(floor, prices, scratch, columns, scores);
    }
}

/// Picks the best values of a row into `scratch`; no value that is not picked is above the result.
fn pick(
    rows: &impl Rows,
    row: usize,
    prices: &[f64],
    coarse: Option<&Coarse>,
    scratch: &mut Scratch,
) -> f64 {
    scratch.picked.clear();
    if let Some(coarse) = coarse {
        return pick_coarsely(rows, row, prices, coarse, scratch);
    }
    let Scratch {
        values,
        order,
        picked,
        ..
    } = scratch;
    values.resize(prices.len(), 0.0);
    rows.values(row, 0, prices, values);
    if values.len() <= ROOM {
        picked.extend(values.iter().copied().zip(0..));
        return f64::NEG_INFINITY;
    }
    let width = if values.len() < FEW_COLUMNS { 1 } else { LANES };
    order.clear();
    order.extend(values.chunks(width).map(greatest));
    let floor = *order.select_nth_unstable_by(AIM, |a, b| b.total_cmp(a)).1;
    picked.extend(
        values
            .iter()
            .copied()
            .zip(0..)
            .filter(|&(value, _)| value >= floor),
    );
    floor
}

fn pick_coarsely(
    rows: &impl Rows,
    row: usize,
    prices: &[f64],
    coarse: &Coarse,
    scratch: &mut Scratch,
) -> f64 {
    let width = coarse.read(rows, row, &mut scratch.coarse);
    let Scratch {
        values,
        coarse: maxima,
        coarse_order: order,
        picked,
        ..
    } = scratch;
    order.clear();
    order.extend_from_slice(maxima);
    let floor = *order.select_nth_unstable_by(AIM, |a, b| b.total_cmp(a)).1;
    // Prices are whole units, and this bound may become a part of one.
    let floor = rows.whole(f64::from(floor) - coarse.error);
    values.resize(width, 0.0);
    for (group, prices) in prices.chunks(width).enumerate() {
        if f64::from(maxima[group]) >= floor - coarse.error {
            let first = group * width;
            let values = &mut values[..prices.len()];
            rows.values(row, first, prices, values);
            let numbered = values.iter().copied().zip(first as u32..);
            picked.extend(numbered.filter(|&(value, _)| value >= floor));
        }
    }
    floor
}

/// Puts what has been picked on a list.
fn write(
    mut floor: f64,
    prices: &[f64],
    scratch: &mut Scratch,
    columns_out: &mut [u32],
    scores_out: &mut [f64],
) -> Info {
    let picked = &mut scratch.picked;
    if picked.len() > ROOM {
        picked.select_nth_unstable_by(ROOM, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        floor = picked[ROOM].0;
        picked.truncate(ROOM);
    }
    let mut best = f64::NEG_INFINITY;
    let mut len = 0;
    for &(value, column) in &*picked {
        if value > f64::NEG_INFINITY {
            columns_out[len] = column;
            scores_out[len] = value + prices[column as usize];
            best = best.max(value);
            len += 1;
        }
    }
    Info {
        len: len as u32,
        reads: 0,
        bound: floor,
        best,
    }
}

fn greatest(values: &[f64]) -> f64 {
    values
        .iter()
        .copied()
        .fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a })
}

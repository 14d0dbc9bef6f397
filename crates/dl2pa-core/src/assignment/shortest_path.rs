//! Shortest augmenting paths with prices, started from nothing or from an earlier solution.
//!
//! The method is that of Jonker & Volgenant (1987): rows bid for columns, which settles most of them, and
//! the rest are placed one by one along shortest augmenting paths. Here both look at short lists (see
//! [`super::shortlist`]) and read a whole row only when its list cannot decide, so that a problem costs
//! little more than reading its matrix once. All numbers are whole multiples of one unit, so nothing is
//! rounded and the outcome is optimal exactly.

use std::cmp::Reverse;
use std::collections::VecDeque;

use super::search::{NONE, Search};
use super::shortlist::{Rows, Scratch, Shortlists};

/// In place of a row: what keeps the columns that no row takes.
const SPARE: u32 = u32::MAX - 1;
/// Marks a row on the heap of columns.
const READ_ROW: u32 = 1 << 31;
/// Bids for each row that begins without a column.
const BIDS_PER_ROW: usize = 8;
/// Rows read in whole in one search before it goes on without lists, and the share of all rows that may
/// come on top.
const MOST_READS: usize = 32;
const MOST_READS_SHARE: usize = 16;
/// Rows looked at to see how much earlier prices are worth.
const SAMPLE: usize = 64;
/// With at least this share of pairs still in place the earlier prices are taken as they are.
const SETTLED: f64 = 0.97;
/// Otherwise this share of them: prices at which all columns are just wanted leave no slack, and the
/// columns that nobody wants any more stand in the way. Found by trial between 0.1 and 1.
const KEPT_PRICE: f64 = 0.35;

/// A matching with its prices, and the room to make another.
#[derive(Clone, Debug, Default)]
pub(super) struct ShortestPaths {
    pub(super) prices: Vec<f64>,
    /// What each row gains at best: the greatest `score - price`.
    pub(super) profits: Vec<f64>,
    pub(super) column_of: Vec<u32>,
    pub(super) row_of: Vec<u32>,
    pub(super) lists: Shortlists,
    /// What is off the lists does not exist (for a first, inexact solution).
    pub(super) lists_only: bool,
    scratch: Scratch,
    search: Search,
}

/// Some row cannot have any column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Infeasible;

/// The two best columns of a list.
struct Offers {
    column: u32,
    best: f64,
    /// The second value, or the bound on what is off the list if that is greater.
    second: f64,
    /// A column of the second value, if one is known.
    other: u32,
}

impl ShortestPaths {
    /// At the prices and the matching of an earlier solution.
    pub(super) fn at(prices: Vec<f64>, column_of: Vec<u32>) -> Self {
        Self {
            prices,
            column_of,
            ..Self::default()
        }
    }

    /// Solves from nothing.
    pub(super) fn solve_cold(&mut self, rows: &impl Rows) -> Result<(), Infeasible> {
        self.begin(rows);
        self.lists.make_all(rows, &self.prices);
        self.take_profits_from_lists();
        self.finish(rows)
    }

    /// No row has a column, and no column costs anything.
    pub(super) fn begin(&mut self, rows: &impl Rows) {
        self.profits.clear();
        self.prices.clear();
        self.prices.resize(rows.columns(), 0.0);
        self.column_of.clear();
        self.column_of.resize(rows.rows(), NONE);
        self.row_of.clear();
        self.row_of.resize(rows.columns(), NONE);
    }

    /// Solves from the present prices and matching, which were made for other scores of the same shape.
    pub(super) fn solve_warm(&mut self, rows: &impl Rows) -> Result<(), Infeasible> {
        let lowest = self.prices.iter().copied().fold(f64::INFINITY, f64::min);
        self.prices.iter_mut().for_each(|price| *price -= lowest);
        if self.is_settled(rows) {
            return self.resume(rows);
        }
        for price in &mut self.prices {
            *price = rows.whole(*price * KEPT_PRICE);
        }
        self.lists.make_all(rows, &self.prices);
        self.take_profits_from_lists();
        self.keep_tight(rows);
        self.finish(rows)
    }

    /// Solves from the present prices and matching as they are: quick if little has changed.
    pub(super) fn resume(&mut self, rows: &impl Rows) -> Result<(), Infeasible> {
        self.lists.forget(rows, &self.prices);
        self.profits = self.lists.bests(rows, &self.prices);
        self.keep_tight(rows);
        self.finish(rows)
    }

    pub(super) fn take_profits_from_lists(&mut self) {
        self.profits.clear();
        let count = self.column_of.len();
        self.profits
            .extend((0..count).map(|row| self.lists.info(row).best));
    }

    /// Whether, by a sample of the rows, most pairs are as good as any under the present prices.
    fn is_settled(&mut self, rows: &impl Rows) -> bool {
        let count = rows.rows();
        let step = (count / SAMPLE).max(1);
        let (mut looked_at, mut kept) = (0, 0);
        for row in (0..count).step_by(step) {
            let best = self.scratch.best(rows, row, &self.prices);
            looked_at += 1;
            kept += usize::from(self.value(rows, row, self.column_of[row]) == best);
        }
        kept as f64 >= SETTLED * f64::from(looked_at)
    }

    fn value(&self, rows: &impl Rows, row: usize, column: u32) -> f64 {
        if column == NONE {
            return f64::NEG_INFINITY;
        }
        rows.score(row, column as usize) - self.prices[column as usize]
    }

    /// By how much the bound that the lists' best values give is above the profits' (infinite at first).
    pub(super) fn gap_to_lists(&self) -> f64 {
        if self.profits.len() < self.column_of.len() {
            return f64::INFINITY;
        }
        let profits = self.profits.iter().enumerate();
        profits
            .map(|(row, profit)| self.lists.info(row).best - profit)
            .sum()
    }

    /// As [`Self::keep_tight`], by the lists alone, which have just been made.
    pub(super) fn keep_listed(&mut self) {
        self.take_profits_from_lists();
        for (row, column) in self.column_of.iter_mut().enumerate() {
            let (columns, scores) = self.lists.entries(row);
            let found = columns.iter().position(|listed| listed == column);
            let value = found.map(|index| scores[index] - self.prices[*column as usize]);
            if *column != NONE && value != Some(self.profits[row]) {
                self.row_of[*column as usize] = NONE;
                *column = NONE;
            }
        }
    }

    /// Parts the rows whose column is not among their best ones from it.
    fn keep_tight(&mut self, rows: &impl Rows) {
        self.row_of.clear();
        self.row_of.resize(rows.columns(), NONE);
        for row in 0..rows.rows() {
            let (column, best) = (self.column_of[row], self.profits[row]);
            if best > f64::NEG_INFINITY && self.value(rows, row, column) == best {
                self.row_of[column as usize] = row as u32;
            } else {
                self.column_of[row] = NONE;
            }
        }
    }

    /// Gives a column to each row without one and leaves no spare column at a price.
    pub(super) fn finish(&mut self, rows: &impl Rows) -> Result<(), Infeasible> {
        let free = (0_u32..)
            .zip(&self.column_of)
            .filter(|&(_, &column)| column == NONE);
        let free = free.map(|(row, _)| row).collect();
        for row in self.bid(rows, free)? {
            self.place(rows, row)?;
        }
        if rows.columns() > rows.rows() {
            self.release_spares(rows)?;
        }
        Ok(())
    }

    /// Rows without a column take their best one and raise its price to where their second best is as
    /// good. Returns the rows that are left without.
    fn bid(&mut self, rows: &impl Rows, free: VecDeque<u32>) -> Result<Vec<u32>, Infeasible> {
        let mut left_over = Vec::new();
        let mut bids_left = free.len() * BIDS_PER_ROW;
        let mut queue = free;
        while let Some(row) = queue.pop_front() {
            if bids_left == 0 {
                left_over.push(row);
                continue;
            }
            bids_left -= 1;
            let at = row as usize;
            let Offers {
                mut column,
                best,
                second,
                other,
            } = self.offers(rows, at)?;
            // A row with a single column can outbid everyone; the paths decide about it instead.
            let outbids = best > second && second > f64::NEG_INFINITY;
            if outbids {
                self.raise(column, best - second);
                self.profits[at] = second;
            } else {
                if self.row_of[column as usize] != NONE && other != NONE && best == second {
                    column = other;
                }
                self.profits[at] = best;
            }
            let loser = std::mem::replace(&mut self.row_of[column as usize], row);
            self.column_of[at] = column;
            if loser != NONE {
                self.column_of[loser as usize] = NONE;
                if outbids {
                    queue.push_front(loser);
                } else {
                    left_over.push(loser);
                }
            }
        }
        Ok(left_over)
    }

    fn raise(&mut self, column: u32, by: f64) {
        let price = &mut self.prices[column as usize];
        *price += by;
        self.lists.price_rose(column, *price);
    }

    /// What the list of `row` offers, made anew if it has fallen behind what is off it.
    fn offers(&mut self, rows: &impl Rows, row: usize) -> Result<Offers, Infeasible> {
        let mut offers = self.two_best(row);
        if offers.best < self.bound(row) || offers.best == f64::NEG_INFINITY {
            self.lists.make(rows, row, &self.prices, &mut self.scratch);
            offers = self.two_best(row);
        }
        if offers.best == f64::NEG_INFINITY {
            Err(Infeasible)
        } else {
            Ok(offers)
        }
    }

    #[inline]
    fn bound(&self, row: usize) -> f64 {
        if self.lists_only && self.lists.is_made(row) {
            f64::NEG_INFINITY
        } else {
            self.lists.info(row).bound
        }
    }

    #[inline]
    fn two_best(&self, row: usize) -> Offers {
        let (columns, scores) = self.lists.entries(row);
        let mut offers = Offers {
            column: NONE,
            best: f64::NEG_INFINITY,
            second: f64::NEG_INFINITY,
            other: NONE,
        };
        for (&column, &score) in columns.iter().zip(scores) {
            let value = score - self.prices[column as usize];
            if value > offers.second {
                if value > offers.best {
                    (offers.second, offers.other) = (offers.best, offers.column);
                    (offers.best, offers.column) = (value, column);
                } else {
                    (offers.second, offers.other) = (value, column);
                }
            }
        }
        let bound = self.bound(row);
        if bound > offers.second {
            (offers.second, offers.other) = (bound, NONE);
        }
        offers
    }

    /// Gives `row` a column along a shortest augmenting path.
    pub(super) fn place(&mut self, rows: &impl Rows, row: u32) -> Result<(), Infeasible> {
        let at = row as usize;
        self.profits[at] = self.offers(rows, at)?.best;
        self.search.clear(self.prices.len());
        self.scan(row, 0.0);
        if self.run(rows).is_err() {
            if !self.lists_only {
                return Err(Infeasible);
            }
            self.lists_only = false;
            let placed = self.place(rows, row);
            self.lists_only = true;
            return placed;
        }
        self.profits[at] -= self.search.length;
        self.settle();
        Ok(())
    }

    /// Reaches out to the columns on the list of `row`, itself at distance `reached`.
    #[inline]
    fn scan(&mut self, row: u32, reached: f64) {
        let at = row as usize;
        let base = reached + self.profits[at];
        let (columns, scores) = self.lists.entries(at);
        for (&column, &score) in columns.iter().zip(scores) {
            // Never nearer than the row. With profits from short lists a column off them may seem so, and
            // paths through what has been passed would run in circles.
            let distance = base - (score - self.prices[column as usize]);
            self.search
                .reach(column, distance.max(reached), row, &self.row_of);
        }
        // Not before the row itself: a bound may lie above the best value of a row whose prices rose.
        let unlisted = (base - self.bound(at)).max(reached);
        if unlisted < self.search.length {
            self.search
                .heap
                .push(Reverse((unlisted.to_bits(), row | READ_ROW)));
        }
    }

    /// Extends the shortest paths until one ends at a free column.
    fn run(&mut self, rows: &impl Rows) -> Result<(), Infeasible> {
        let mut reads = 0;
        while let Some(Reverse((key, what))) = self.search.heap.pop() {
            let distance = f64::from_bits(key);
            if distance >= self.search.length {
                break;
            }
            if what & READ_ROW != 0 {
                reads += 1;
                if reads > MOST_READS + self.column_of.len() / MOST_READS_SHARE {
                    self.run_densely(rows, what & !READ_ROW);
                    break;
                }
                self.read_on(rows, what & !READ_ROW);
            } else if !std::mem::replace(&mut self.search.done[what as usize], true) {
                self.scan(self.row_of[what as usize], distance);
            }
        }
        if self.search.sink == NONE {
            Err(Infeasible)
        } else {
            Ok(())
        }
    }

    /// The search has come to where columns off the list of `row` may matter.
    fn read_on(&mut self, rows: &impl Rows, row: u32) {
        let at = row as usize;
        let reached = self.reached(at);
        if !self.lists.is_made(at) {
            self.lists.make(rows, at, &self.prices, &mut self.scratch);
            self.scan(row, reached);
            return;
        }
        let base = reached + self.profits[at];
        self.lists.read(rows, at, &self.prices, &mut self.scratch);
        for (column, &value) in (0_u32..).zip(self.scratch.values()) {
            let distance = (base - value).max(reached);
            if distance < self.search.length {
                self.search.reach(column, distance, row, &self.row_of);
            }
        }
    }

    /// Goes on without lists: each row is read when it is reached, beginning with `row` and those that
    /// wait for it.
    fn run_densely(&mut self, rows: &impl Rows, row: u32) {
        let mut waiting = vec![row];
        let on_heap = self.search.heap.drain().map(|Reverse((_, what))| what);
        waiting.extend(
            on_heap
                .filter(|what| what & READ_ROW != 0)
                .map(|what| what & !READ_ROW),
        );
        for row in waiting {
            self.read_densely(rows, row);
        }
        self.search.touched.clear();
        self.search.touched.extend(0..self.prices.len() as u32);
        while let Some(column) = self.search.nearest() {
            self.search.done[column] = true;
            self.read_densely(rows, self.row_of[column]);
        }
    }

    fn read_densely(&mut self, rows: &impl Rows, row: u32) {
        let at = row as usize;
        let reached = self.reached(at);
        let base = reached + self.profits[at];
        self.scratch.read(rows, at, &self.prices);
        let search = &mut self.search;
        for (column, &value) in self.scratch.values().iter().enumerate() {
            let distance = (base - value).max(reached);
            if distance < search.distance[column] && distance < search.length {
                search.distance[column] = distance;
                search.from[column] = row;
                if self.row_of[column] == NONE {
                    search.length = distance;
                    search.sink = column as u32;
                }
            }
        }
    }

    /// Length of the shortest path to a row of the search.
    fn reached(&self, row: usize) -> f64 {
        match self.column_of[row] {
            NONE => 0.0,
            column => self.search.distance[column as usize],
        }
    }

    /// Moves prices and profits by what the search has found, then the pairs along its path.
    fn settle(&mut self) {
        for &column in &self.search.touched {
            let at = column as usize;
            if self.search.done[at] {
                let change = self.search.length - self.search.distance[at];
                self.prices[at] += change;
                self.lists.price_rose(column, self.prices[at]);
                if let Some(profit) = self.profits.get_mut(self.row_of[at] as usize) {
                    *profit -= change;
                }
            }
        }
        let mut column = self.search.sink;
        while column != NONE {
            let row = self.search.from[column as usize];
            if row == SPARE {
                self.row_of[column as usize] = NONE;
                return;
            }
            self.row_of[column as usize] = row;
            column = std::mem::replace(&mut self.column_of[row as usize], column);
        }
    }

    /// No column may stay free at a price above the lowest: whoever keeps the spare columns wants the
    /// cheapest ones.
    pub(super) fn release_spares(&mut self, rows: &impl Rows) -> Result<(), Infeasible> {
        loop {
            let lowest = self.lowest_price();
            let mut columns = self.prices.iter().zip(&self.row_of);
            if !columns.any(|(&price, &row)| row == NONE && price > lowest) {
                return Ok(());
            }
            self.search.clear(self.prices.len());
            for (column, &price) in (0_u32..).zip(&self.prices) {
                if self.row_of[column as usize] == NONE && price == lowest {
                    // Already free as it may be: no path ends here.
                    self.search.shut(column);
                } else {
                    self.search
                        .reach(column, price - lowest, SPARE, &self.row_of);
                }
            }
            self.run(rows)?;
            self.settle();
        }
    }

    /// The lowest price, which is that of every spare column.
    pub(super) fn lowest_price(&self) -> f64 {
        self.prices.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

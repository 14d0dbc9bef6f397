//! Of several best assignments, the one that keeps most of the present pairs.
//!
//! Nothing is added to the scores for this. Once prices prove an assignment, the best assignments are
//! exactly those made of pairs whose price is met in full (and whose free columns cost nothing). Among
//! these pairs the assignment with most present ones is a small problem of its own, and it is looked for
//! only in the parts where rows can change places without loss: the strongly connected components of
//! "could take the column of".

use super::search::NONE;
use super::shortest_path::{Infeasible, ShortestPaths};
use super::shortlist::Rows;

/// Changes the optimal matching in `paths` into the optimal one with most pairs of `present`.
pub(super) fn keep_present(
    paths: &mut ShortestPaths,
    rows: &impl Rows,
    present: &[u32],
) -> Result<(), Infeasible> {
    let is_met = |paths: &ShortestPaths, row: usize, column: u32| {
        rows.score(row, column as usize) - paths.prices[column as usize] == paths.profits[row]
    };
    let moved = (0..present.len()).filter(|&row| paths.column_of[row] != present[row]);
    let (wishes, lost): (Vec<usize>, Vec<usize>) =
        moved.partition(|&row| is_met(paths, row, present[row]));
    if wishes.is_empty() {
        return Ok(());
    }
    let lowest = paths.lowest_price();
    if lost.is_empty() {
        let mut row_of = vec![NONE; paths.prices.len()];
        for (row, &column) in (0..).zip(present) {
            row_of[column as usize] = row;
        }
        let free_cost_nothing = row_of
            .iter()
            .zip(&paths.prices)
            .all(|(&row, &price)| row != NONE || price == lowest);
        if free_cost_nothing {
            paths.column_of.copy_from_slice(present);
            paths.row_of = row_of;
            return Ok(());
        }
    }
    let graph = Graph::new(paths, rows, lowest);
    let component_of = graph.components();
    // The node behind the last row stands for the free columns.
    let node_of = |row: u32| {
        if row == NONE {
            present.len()
        } else {
            row as usize
        }
    };
    let mut wanted: Vec<usize> = wishes
        .into_iter()
        .filter(|&row| {
            component_of[row] == component_of[node_of(paths.row_of[present[row] as usize])]
        })
        .map(|row| component_of[row])
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut members = vec![Vec::new(); wanted.len()];
    for (node, component) in component_of.iter().enumerate() {
        if let Ok(index) = wanted.binary_search(component) {
            members[index].push(node as u32);
        }
    }
    for members in members {
        rearrange(paths, &graph, &members, present, lowest)?;
    }
    Ok(())
}

/// Solves one component anew, with present pairs first.
fn rearrange(
    paths: &mut ShortestPaths,
    graph: &Graph,
    members: &[u32],
    present: &[u32],
    lowest: f64,
) -> Result<(), Infeasible> {
    let count = paths.column_of.len();
    let with_free = members.last().is_some_and(|&node| node as usize == count);
    let members = &members[..members.len() - usize::from(with_free)];
    let mut columns: Vec<u32> = members
        .iter()
        .map(|&row| paths.column_of[row as usize])
        .collect();
    if with_free {
        let free = (0_u32..)
            .zip(&paths.row_of)
            .filter(|&(_, &row)| row == NONE);
        columns.extend(free.map(|(column, _)| column));
    }
    let mut place_of = vec![NONE; paths.prices.len()];
    for (place, &column) in (0..).zip(&columns) {
        place_of[column as usize] = place;
    }
    // Columns that cost something must not become free: each outweighs all present pairs.
    let must = members.len() as f64 + 1.0;
    let mut pairs = Pairs {
        starts: vec![0],
        places: Vec::new(),
        weights: Vec::new(),
        columns: columns.len(),
    };
    for &row in members {
        for &column in graph.columns(row as usize) {
            let place = place_of[column as usize];
            if place != NONE {
                let costs = with_free && paths.prices[column as usize] > lowest;
                let is_present = present[row as usize] == column;
                pairs.places.push(place);
                pairs
                    .weights
                    .push(if costs { must } else { 0.0 } + f64::from(u8::from(is_present)));
            }
        }
        pairs.starts.push(pairs.places.len());
    }
    let mut solution = ShortestPaths::default();
    solution.solve_cold(&pairs)?;
    for &column in &columns {
        paths.row_of[column as usize] = NONE;
    }
    for (&row, &place) in members.iter().zip(&solution.column_of) {
        let column = columns[place as usize];
        paths.column_of[row as usize] = column;
        paths.row_of[column as usize] = row;
    }
    Ok(())
}

/// The columns whose price each row meets in full.
struct Graph {
    starts: Vec<usize>,
    columns: Vec<u32>,
    row_of: Vec<u32>,
    /// The rows whose column costs nothing: they could be had for a free column.
    cheap: Vec<u32>,
}

impl Graph {
    fn new(paths: &ShortestPaths, rows: &impl Rows, lowest: f64) -> Self {
        let mut graph = Self {
            starts: vec![0],
            columns: Vec::new(),
            row_of: paths.row_of.clone(),
            cheap: Vec::new(),
        };
        let mut values = vec![0.0; rows.columns()];
        for row in 0..rows.rows() {
            let profit = paths.profits[row];
            if paths.lists.info(row).bound < profit {
                let (columns, scores) = paths.lists.entries(row);
                let entries = columns.iter().zip(scores);
                let met = entries
                    .filter(|&(&column, score)| score - paths.prices[column as usize] == profit);
                graph.columns.extend(met.map(|(&column, _)| column));
            } else {
                rows.values(row, 0, &paths.prices, &mut values);
                let met = (0..).zip(&values).filter(|&(_, &value)| value == profit);
                graph.columns.extend(met.map(|(column, _)| column));
            }
            graph.starts.push(graph.columns.len());
        }
        let pairs = (0..).zip(&paths.column_of);
        let cheap = pairs.filter(|&(_, &column)| paths.prices[column as usize] == lowest);
        graph.cheap = cheap.map(|(row, _)| row).collect();
        graph
    }

    fn columns(&self, row: usize) -> &[u32] {
        &self.columns[self.starts[row]..self.starts[row + 1]]
    }

    fn degree(&self, node: usize) -> usize {
        if node + 1 < self.starts.len() {
            self.columns(node).len()
        } else {
            self.cheap.len()
        }
    }

    /// The node that `node` could take the place of; the one behind the last row is that of free columns.
    fn next(&self, node: usize, index: usize) -> usize {
        let rows = self.starts.len() - 1;
        if node == rows {
            return self.cheap[index] as usize;
        }
        match self.row_of[self.columns(node)[index] as usize] {
            NONE => rows,
            row => row as usize,
        }
    }

    /// A number for each node, shared by those that reach each other (Tarjan 1972, without recursion).
    fn components(&self) -> Vec<usize> {
        const UNSEEN: usize = usize::MAX;
        let nodes = self.starts.len();
        let (mut order, mut low, mut component_of) =
            (vec![UNSEEN; nodes], vec![0; nodes], vec![UNSEEN; nodes]);
        let (mut seen, mut components) = (0, 0);
        let mut open: Vec<usize> = Vec::new();
        let mut path: Vec<(usize, usize)> = Vec::new();
        for root in 0..nodes {
            if order[root] == UNSEEN {
                path.push((root, 0));
            }
            while let Some((node, index)) = path.pop() {
                if index == 0 {
                    (order[node], low[node]) = (seen, seen);
                    seen += 1;
                    open.push(node);
                }
                if index < self.degree(node) {
                    path.push((node, index + 1));
                    let next = self.next(node, index);
                    if order[next] == UNSEEN {
                        path.push((next, 0));
                    } else if component_of[next] == UNSEEN {
                        low[node] = low[node].min(order[next]);
                    }
                    continue;
                }
                if low[node] == order[node] {
                    while let Some(member) = open.pop() {
                        component_of[member] = components;
                        if member == node {
                            break;
                        }
                    }
                    components += 1;
                }
                if let Some(&(parent, _)) = path.last() {
                    low[parent] = low[parent].min(low[node]);
                }
            }
        }
        component_of
    }
}

/// A problem of few allowed pairs with small whole weights.
struct Pairs {
    starts: Vec<usize>,
    places: Vec<u32>,
    weights: Vec<f64>,
    columns: usize,
}

impl Pairs {
    fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> {
        let range = self.starts[row]..self.starts[row + 1];
        let places = self.places[range.clone()]
            .iter()
            .map(|&place| place as usize);
        places.zip(self.weights[range].iter().copied())
    }
}

impl Rows for Pairs {
    fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn score(&self, row: usize, column: usize) -> f64 {
        let found = self.row(row).find(|&(place, _)| place == column);
        found.map_or(f64::NEG_INFINITY, |(_, weight)| weight)
    }

    fn values(&self, row: usize, first: usize, prices: &[f64], out: &mut [f64]) {
        out.fill(f64::NEG_INFINITY);
        for (place, weight) in self.row(row) {
            if let Some(index) = place.checked_sub(first).filter(|&index| index < out.len()) {
                out[index] = weight - prices[index];
            }
        }
    }

    fn whole(&self, value: f64) -> f64 {
        value.round()
    }

    fn scale(&self) -> f64 {
        1.0
    }
}

//! Which prototype belongs to which class, and the matching that decides it.
//!
//! The matching (paper, algorithm 1) is a linear assignment problem: `A = argmax sum_y m_y . w_A(y)`
//! for class means `m` and prototypes `w`. It is solved exactly, in fixed point, and comes with the prices
//! that prove it. Of several best assignments the one that keeps most of the present pairs is taken: no
//! label moves for no gain.

mod certificate;
mod counterfactual;
mod error;
mod explain;
mod fixed_point;
mod kuhn_munkres;
mod matcher;
mod pairs;
mod reasons;
mod search;
mod shortest_path;
mod shortlist;
mod sparse;
#[cfg(test)]
mod tests;
mod ties;

pub use certificate::{Certificate, certify};
pub use counterfactual::{Restraint, counterfactual};
pub use error::AssignmentError;
pub use explain::{Explanation, Move, Passing, cycles, explain};
pub use fixed_point::Score;
pub use matcher::{Matcher, Matching, Prices, Solver, match_labels};
pub use pairs::{Assignment, score};
pub use reasons::{Proof, Reasons, WhatIf};
pub use sparse::{SparseEffort, match_means_sparsely};

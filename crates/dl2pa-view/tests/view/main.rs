//! The playground as a person meets it: its pictures, and the commands that come of pressing things.

mod branching;
mod classroom;
mod controls;
mod fabricated;
mod film;
mod gallery;
mod german;
mod hiding;
mod lessons;
mod linked;
mod own;
mod pictures;
mod recorded;
mod sharing;
mod why;

//! The playground as a person meets it: its pictures, and the commands that come of pressing things.

mod controls;
mod fabricated;
mod german;
mod hiding;
mod lessons;
mod pictures;
mod sharing;
mod why;

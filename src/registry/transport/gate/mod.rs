//! How much is asked of one host at once, how fast, and how much in all.
//!
//! A gate stands before each host. Its window says how many requests are under way at once: it starts
//! modest, grows while answers come quickly, and is halved when the host has too much. Its pace keeps the
//! rate that a refusal showed, and its budget what the host says is left. Requests stand in one line; those
//! that others wait for, such as for a token, go first.

mod allowance;
mod budget;
mod gates;
mod guard;
mod line;
mod pace;
mod pass;
#[cfg(test)]
mod sample;
mod slots;
mod terms;
mod window;

pub(in crate::registry) use allowance::Allowance;
pub(in crate::registry) use gates::Gates;
pub(in crate::registry) use guard::Gate;
pub(in crate::registry) use line::Entry;
pub(in crate::registry) use pass::{Outcome, Pass};
pub(in crate::registry) use terms::Terms;

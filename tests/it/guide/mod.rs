//! The guide says what the program does: every example on its pages is carried out.

mod blocks;
mod examples;
mod links;
mod tables;

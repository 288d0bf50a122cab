//! The tests of whole parts and of the whole program, in one binary.

mod layers;
mod references;

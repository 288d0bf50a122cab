//! Planted secrets: they reach who they are for, and stand in nothing that the program says or writes.

mod outputs;
mod values;
mod world;

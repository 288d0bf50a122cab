//! The `imagelock` command.
fn main() {}

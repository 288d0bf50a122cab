//! What is left of a project's files when a run is killed, when a call on a file fails, and when a disk is full.
//!
//! [`launcher`] runs the program and lets one of its system calls on files go wrong, or every write past a size. A filter in the kernel
//! (seccomp) stops each such call and asks `fault.c` what to do with it. `fault.c` counts the calls of all threads
//! together, and only those on files of the test. Two common tools are less exact:
//!
//! - `strace` counts each call by name and thread. The runtime wakes its threads with writes, so "the tenth write" is
//!   another one in each run.
//! - A library in `LD_PRELOAD` sees no call that bypasses the C library. The final rename is such a call.
//!
//! `fault.c` also lists the calls of each run and marks the one that went wrong. A run without a marked call does not
//! count, and the tests fail if more than one run in ten is like that.
//!
//! [`cases`] has the commands with their projects. By default about 50 runs are killed, and about 50 have a failed call
//! or a full disk. The variable `IMAGELOCK_FAULTS` sets another number.

mod cases;
mod failures;
mod kills;
mod launcher;
mod project;
mod sizes;
mod sweep;

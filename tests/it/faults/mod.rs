//! What is left of a project's files when a run is killed, when a call on a file fails, and when a disk is full.
//!
//! [`launcher`] runs the program and lets exactly one of its system calls on files go wrong. A filter of the kernel
//! (seccomp) stops every such call and asks `fault.c` what becomes of it. It counts the calls of all threads
//! together and by their path, which is why it is not `strace`: that counts each name in each thread apart, and wakes
//! of the runtime with them, so that "the tenth write" is another one each time. A library that is loaded first
//! (`LD_PRELOAD`) would not see the calls that go round the C library, and those that rename are among them. Of every
//! run there is a list of its calls, which shows what went wrong: a run in which nothing did counts for nothing, and
//! the tests fail if there are many.
//!
//! [`cases`] has the commands with their projects. By default a sample of the calls goes wrong; with
//! `IMAGELOCK_FAULTS=500` in the environment it is 500 kills, and 500 failed calls or full disks.

mod cases;
mod failures;
mod kills;
mod launcher;
mod project;
mod sizes;
mod sweep;

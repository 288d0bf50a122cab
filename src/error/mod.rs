//! Errors, in the words that a user reads.
//!
//! A [`Code`] is the permanent name of a kind of problem, a [`Class`] determines the exit code, a [`Fault`]
//! is an error type that knows both, and a [`Diagnostic`] is one problem ready to be displayed: message,
//! location, notes and help.
//!
//! ```
//! use imagelock::error::{Code, Diagnostic};
//!
//! let problem = Diagnostic::new(Code::UnknownKey, "unknown key `suffx`").help("did you mean `suffix`?");
//! assert_eq!(problem.code.class().exit_code(), 2);
//! assert!(problem.render(false).contains("error[unknown-key]"));
//! ```

mod code;
mod cover;
mod diagnostic;
mod explanation;
mod guess;
mod steering;
mod text_error;

pub use code::{Class, Code, Fault};
pub(crate) use cover::{cover, is_secret_itself, is_secret_name, users};
pub use diagnostic::{Diagnostic, Place};
pub(crate) use guess::covered;
pub(crate) use steering::{inert, steers};
pub use text_error::TextError;

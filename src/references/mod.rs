//! Files that hold image references: what names an image, where, and how it is spelt.
//!
//! A format is one file. [`format_of`] tells it by a file's name, and it turns a text into [`Occurrence`]s.
//!
//! ```
//! use imagelock::references::{Spelling, format_of};
//!
//! let format = format_of("Dockerfile".as_ref()).unwrap();
//! let text = "FROM nginx:1.27.4-alpine AS web\n";
//! let found = format.occurrences(text).unwrap();
//! assert_eq!(found[0].reference().unwrap().to_string(), "docker.io/library/nginx:1.27.4-alpine");
//! let Spelling::Whole(whole) = &found[0].spelling else { panic!() };
//! assert_eq!(&text[whole.span.clone()], "nginx:1.27.4-alpine");
//! ```

mod containers;
mod dockerfile;
mod find;
mod format;
mod formats;
mod helm;
pub mod kubernetes;
mod kustomize;
mod mapping;
mod occurrence;
mod workflow;
mod yaml;

pub use find::{FileReferences, find};
pub use format::FileFormat;
pub use formats::format_of;
pub use occurrence::{Occurrence, ReferenceParts, Spelling};

//! Adds images to the text of an `images.toml`. Every byte that is there stays as it is.
//!
//! ```
//! use imagelock::edit::{Entry, FIRST_CONFIG, add};
//! use imagelock::policy::{Options, PolicyOption};
//!
//! let mut options = Options::default();
//! options.set_text(PolicyOption::Constraint, "^2.4");
//! let api = Entry { name: "api", image: "ghcr.io/acme/api", options: &options };
//! let edited = add("version = 1\n\n[images]\nnginx = \"^1.27\" # ours\n", &[api]).unwrap();
//! assert_eq!(
//!     edited.text,
//!     "version = 1\n\n[images]\nnginx = \"^1.27\" # ours\napi = { image = \"ghcr.io/acme/api\", constraint = \"^2.4\" }\n"
//! );
//! assert!(add(FIRST_CONFIG, &[api]).unwrap().text.starts_with(FIRST_CONFIG));
//! ```

mod add;
mod entry;
mod meaning;
mod place;

pub use add::{Edited, FIRST_CONFIG, add};
pub use entry::Entry;

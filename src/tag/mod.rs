//! Facts about a tag's content beyond its digest, and the source of each.
//!
//! The publisher writes these facts, so they are shown but never used for decisions: a link is kept only if
//! it is `https`, a revision only if it is a plain word.
//!
//! A tag's [`Age`] can also come from other sources: each age names its [`Evidence`], and a [`Ledger`] has
//! the observations of earlier runs.
//!
//! ```
//! use imagelock::tag::{ImageFacts, Origin};
//! use std::collections::BTreeMap;
//!
//! let annotations =
//!     BTreeMap::from([("org.opencontainers.image.source".to_string(), "https://github.com/acme/api".to_string())]);
//! let mut facts = ImageFacts::default();
//! facts.learn(&annotations, Origin::IndexAnnotation);
//! assert_eq!(facts.source.unwrap().value, "https://github.com/acme/api");
//! ```

mod evidence;
mod facts;
mod ledger;

pub use evidence::{Age, Evidence};
pub use facts::{Fact, ImageFacts, Origin};
pub use ledger::{Ledger, Observations};

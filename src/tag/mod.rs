//! What is known of a tag's content beyond its digest, and where each fact came from.
//!
//! The publisher writes these facts, so they inform and never decide: a link is kept only if it is
//! `https`, a revision only if it is a plain word.
//!
//! A tag's [`Age`] is not only the publisher's word: each names its [`Evidence`], and a [`Ledger`] has
//! what was observed in earlier runs.
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

//! Text of YAML, TOML and JSON as one tree, in which every key and every value knows where it is written.
//!
//! [`parse`] reads a config, and refuses what readers disagree on. [`documents`] reads files of others, and takes
//! them as they are. [`splice`] edits a text at the places that were read.
//!
//! ```
//! use imagelock::syntax::documents;
//!
//! let text = "a: {tag: 1.10}\n---\nb: 2\n";
//! let found = documents(text);
//! let tag = found[0].root.as_ref().unwrap().node(&["a", "tag"]).unwrap();
//! assert_eq!(tag.scalar(), Some("1.10"));
//! assert_eq!(&text[tag.span.clone()], "1.10");
//! assert_eq!(found.len(), 2);
//! ```

mod documents;
mod duplicates;
mod error;
mod format;
mod json;
mod parse;
mod parsed;
mod part;
mod scalar;
mod source;
mod spanned;
mod splice;
mod toml;
mod tree;
mod yaml;

pub use documents::{YamlDocument, documents};
pub use duplicates::DuplicateKey;
pub use error::SyntaxError;
pub use format::Format;
pub use parse::parse;
pub use parsed::Parsed;
pub use part::part_of_scalar;
pub use source::SourceFile;
pub use spanned::Spanned;
pub use splice::{SpliceError, TextEdit, splice};
pub use tree::{Kind, MapEntries, MapEntry, Node, Numeral};

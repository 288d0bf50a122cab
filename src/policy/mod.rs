//! Tags and rules in, a decision with reasons out.
//!
//! A [`Policy`] is a set of filters and a [`Strategy`]. [`Policy::choose`] gives the tag,
//! [`Policy::evaluate`] a [`Verdict`] on every tag, and [`Policy::nearest`] the facts for a reader
//! who has to find out why nothing fits. All three are functions of their arguments alone: the
//! order of the tags and repeated tags play no part.
//!
//! ```
//! use imagelock::image::{Tag, TagError};
//! use imagelock::policy::{Policy, Question, Rule, Suffix};
//! use imagelock::version::Constraint;
//!
//! let mut policy = Policy::semver(Constraint::parse("7.x")?);
//! policy.suffix = Some(Suffix::parse("-alpine")?);
//!
//! let tags = ["7.4.1", "7.4.1-alpine", "7.2.0-alpine", "8.0.0-alpine", "latest"];
//! let tags = tags.into_iter().map(Tag::parse).collect::<Result<Vec<_>, TagError>>()?;
//! let chosen = policy.choose(&Question::of(&tags));
//! assert_eq!(chosen.map(Tag::as_str), Some("7.4.1-alpine"));
//!
//! let verdicts = policy.evaluate(&Question::of(&tags));
//! assert_eq!(verdicts[1].reason, "lower than 7.4.1-alpine");
//! assert_eq!((verdicts[4].rule, verdicts[4].tag.as_str()), (Rule::Suffix, "latest"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The rules of `semver`, in their order
//!
//! 1. `artifact`: signatures and attestations that cosign stores beside images (`sha256-<hex>.sig`,
//!    `.att`, `.sbom`) and referrers tags (`sha256-<64 hex>`) are no images.
//! 2. `allow-tags`: one of the patterns must match the whole tag. 3. `ignore-tags`: none may.
//! 4. `suffix`: the tag must end with it. It is taken off before the version is read, so that
//!    `7.4.1-alpine` is the release 7.4.1 of the variant `-alpine`. Without a suffix in the policy
//!    nothing is taken off, and `7.4.1-alpine` is a prerelease of 7.4.1.
//! 5. `version`: what is left must be a [`Version`](crate::version::Version).
//! 6. `prerelease`: as the constraint says (see [`version`](crate::version)), or as the option does.
//! 7. `constraint`: the version must satisfy it.
//! 8. `date-guard`: a version whose first number is in 1900–2999, or is written with six or more digits
//!    (`20230101`, a commit such as `1234567`), is not taken for one if another tag that passed all
//!    rules above has a first number below 1000. The guard is off if the constraint names such a number.
//! 9. `order`: the highest version wins. Of equal versions, the one with more numbers written
//!    (`1.27.0` before `1.27`); then the one written as the current tag is, with `v` or without;
//!    then the one without `v`; then the first in byte order.
//!
//! `digest` follows one tag by its name; no other rule applies.
//!
//! # Where Argo CD Image Updater chooses otherwise
//!
//! | tags | constraint | here | there | because |
//! | --- | --- | --- | --- | --- |
//! | 1.9.9, 20230101 | `*`, `>1`, `!=1` | 1.9.9 | 20230101 | date guard |
//! | 1.0, 1.0.0, v1.0.0 | `^1` | 1.0.0 | v1.0.0 | no `v` before `v`; there the last in byte order |
//! | 1.02.3, 1.2.3 | `1.2.3` | 1.02.3 | 1.2.3 | first in byte order; there the last |
//! | 1.2.3-alpine, 1.2.4-alpine | `^1`, suffix `-alpine` | 1.2.4-alpine | none | there is no suffix there |

mod artifact;
mod bounds;
mod choose;
mod date_guard;
mod definition;
mod direction;
mod evaluate;
mod extract;
mod filter;
mod glob;
mod guards;
mod judge;
mod key;
mod level;
mod lint;
mod nearest;
mod numbers;
mod order;
mod pattern;
mod prerelease;
mod question;
mod reason;
mod relaxed;
mod suffix;
mod survey;
mod template;
mod text;
mod values;
mod verdict;
mod versions;

pub use definition::{Policy, Strategy};
pub use direction::Direction;
pub use extract::{Extract, ExtractError, ExtractPart};
pub use guards::{DigestUpdates, Guards, MissingAge};
pub use level::Level;
pub use lint::Lint;
pub use nearest::NoFit;
pub use pattern::Pattern;
pub use prerelease::Prerelease;
pub use question::{PassedOver, Question};
pub use suffix::Suffix;
pub use verdict::{Outcome, Rule, Verdict};
pub use versions::VersionKey;

//! Tags and rules in, a decision with reasons out.
//!
//! A [`Policy`] is a set of filters and a [`Strategy`]. [`Policy::choose`] gives the tag,
//! [`Policy::evaluate`] a [`Verdict`] on every tag, and [`Policy::nearest`] the facts for a reader
//! who has to find out why nothing fits. All three are functions of their arguments alone: the
//! order of the tags and repeated tags play no part.
//!
//! ```
//! use imagelock::image::{Tag, TagError};
//! use imagelock::policy::{Candidates, Policy, Rule, Suffix};
//! use imagelock::version::Constraint;
//!
//! let mut policy = Policy::semver(Constraint::parse("7.x")?);
//! policy.suffix = Some(Suffix::parse("-alpine")?);
//!
//! let tags = ["7.4.1", "7.4.1-alpine", "7.2.0-alpine", "8.0.0-alpine", "latest"];
//! let tags = tags.into_iter().map(Tag::parse).collect::<Result<Vec<_>, TagError>>()?;
//! let chosen = policy.choose(&Candidates::of(&tags));
//! assert_eq!(chosen.map(Tag::as_str), Some("7.4.1-alpine"));
//!
//! let verdicts = policy.evaluate(&Candidates::of(&tags));
//! assert_eq!(verdicts[1].reason, "lower than 7.4.1-alpine");
//! assert_eq!((verdicts[4].rule, verdicts[4].tag.as_str()), (Rule::Suffix, "latest"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The rules, in their order
//!
//! 1. `artifact`: signatures and attestations that cosign stores beside images (`sha256-<hex>.sig`,
//!    `.att`, `.sbom`) and referrers tags (`sha256-<64 hex>`) are no images.
//! 2. `allow-tags`: one of the patterns must match. 3. `ignore-tags`: none may.
//! 4. `architecture`: a tag that ends in the name of an architecture (`-amd64`, `-linux-arm64`,
//!    `-windows-ltsc2022`) is no candidate while the list has the same tag without that end, unless the
//!    suffix, the extract or a pattern of `allow-tags` names an architecture.
//! 5. `extract`: the pattern must match; the strategy reads the value in place of the tag, and the
//!    tag is what is chosen.
//! 6. `suffix`: the tag (or the value) must end with it. It is taken off before the version is read,
//!    so that `7.4.1-alpine` is the release 7.4.1 of the variant `-alpine`. Without a suffix in the
//!    policy nothing is taken off, and `7.4.1-alpine` is a prerelease of 7.4.1. How a glob splits a
//!    tag stands at [`Suffix`].
//! 7. `version`: what is left must be what the strategy reads: a version
//!    ([`Version::of_tag`](crate::version::Version::of_tag)), a version of the
//!    [`Scheme`](crate::version::Scheme) that names a date, or a decimal number.
//! 8. `prerelease`: as the constraint says (see [`version`](crate::version)), or as the option does.
//!    A version with a modifier is a prerelease of `calver`. A tag of one or two numbers falls with the
//!    prereleases that it stands for: if the list has tags with more numbers below it, and all of them are
//!    prereleases that the policy refuses (`2.11` beside `2.11.0-beta.1`). Variants (`-jdk`) are none.
//! 9. `constraint`: the version must satisfy it. Of more than three numbers it sees the first three.
//! 10. `date`: for `newest-build` the date of the tag must be known.
//! 11. `level`: the first number of the current tag's version stays (`minor`), or the first two
//!     (`patch`). A current tag that is no version sets no limit.
//! 12. `downgrade`: unless it is allowed, nothing below the current tag is taken, in the strategy's
//!     order and whether or not the current tag is still in the list; for `newest-build` nothing
//!     older, if the current tag's date is known. Equal versions in another spelling are not below.
//!     A current tag that rules 1 to 10 drop binds nobody, nor does one that lacks a platform.
//! 13. `date-guard`, for `semver`: a version whose first number is in 1900–2999, or is written with
//!     six or more digits (`20230101`, a commit such as `1234567`), is not taken for one if another
//!     tag that passed all rules above, or the current tag, has a first number below 1000. The guard
//!     is off if the constraint names such a number. A tag of one number (`169`) without a longer one below
//!     it is not taken for a version either if a tag of two or more numbers passed all rules above, unless
//!     the constraint names a number as large. Years and numbers of six and more digits are lone only beside
//!     plainer ones: `2025.4` is of one kind with `2026`, and `20240102.1` with `20240301`.
//! 14. What is known of a tag beyond its name (`platforms`, `cooldown`, `group`, and that a short tag
//!     points to the image of a [prerelease](Namesakes)) comes in with the [`Candidates`]; such tags are held,
//!     and not dropped.
//! 15. `order`: the best is taken.
//!
//! `digest` follows one tag by its name (`tag`); no other rule applies.
//!
//! # The order of each strategy
//!
//! Equal values are ordered by the next column, from left to right. Natural order reads runs of
//! digits as numbers, so that `-r10` comes after `-r3`.
//!
//! | strategy | best is | then | then | then |
//! | --- | --- | --- | --- | --- |
//! | `semver` | the highest version | the suffix that a glob matched, in natural order | more numbers written (`1.27.0` before `1.27`); then written as the current tag is, with `v` or without; then without `v` | first in byte order |
//! | `calver` | the latest date or number, part by part; one without modifier before those with | as `semver` | as `semver` | first in byte order |
//! | `numerical` | the highest number, or the lowest (`desc`) | the suffix | the shortest tag (`7` before `007`) | first in byte order |
//! | `alphabetical` | the last in byte order, or the first (`desc`) | the suffix | – | first in byte order |
//! | `newest-build` | the latest date | the suffix | – | last in byte order |
//!
//! With `extract` these are the orders of the values. Tags with one value are ties: their values decide
//! on numbers and `v`, then the tag with the higher numbers wins (those of commits play no part), then the
//! tags themselves decide on length and bytes.
//!
//! # Where Argo CD Image Updater chooses otherwise
//!
//! | tags | policy | here | there | because |
//! | --- | --- | --- | --- | --- |
//! | 1.9.9, 20230101 | `*`, `>=1.2` | 1.9.9 | 20230101 | date guard |
//! | 1.0, 1.0.0, v1.0.0 | `^1` | 1.0.0 | v1.0.0 | more numbers, then no `v`; there the last in byte order |
//! | 1.02.3, 1.2.3 | `1.2.3` | 1.02.3 | 1.2.3 | first in byte order; there the last |
//! | 1.2.3, 1.2.3.4 | `1.2` | 1.2.3.4 | 1.2.3 | four numbers are no version there |
//! | 2.10.2, 2.11, 2.11.0-beta.1 | `^2` | 2.10.2 | 2.11 | a short tag that stands for a prerelease |
//! | 1.2.3-alpine, 1.2.4-alpine | `^1`, suffix `-alpine` | 1.2.4-alpine | none | there is no suffix there |
//! | 1.0.0, while 1.1.0 runs | `^1` | none | 1.0.0 | nothing below the current tag |
//! | v1, v1.0 | `allow-tags = "v1"` | v1 | none | a pattern without a kind is a glob; there it matches nothing |
//!
//! # Where Flux chooses otherwise
//!
//! | tags | policy | here | there | because |
//! | --- | --- | --- | --- | --- |
//! | 2.0.0, 2021.12.16 | `semver`, `*` | 2.0.0 | 2021.12.16 | date guard |
//! | 1, 1.2 | `semver`, `^1` | 1.2 | error | tags with fewer than three numbers are left out there |
//! | 9, latest | `numerical` | 9 | error | one stray tag fails the whole policy there |
//! | 9, 1e3, inf | `numerical` | 9 | inf | `1e3` is more often a commit than a number, `inf` a word |
//! | 2⁵³, 2⁵³ + 1 | `numerical` | 2⁵³ + 1 | the later in the list | numbers are exact; floating-point there |
//! | a-7, b-7 | `extract` takes 7 | a-7 | the later in the list | ties: higher numbers, shortest, then first in byte order |
//! | any | `extract` names an unknown group | error | the empty text | a mistake is told |

mod advice;
mod architecture;
mod bounds;
mod candidates;
mod chart;
mod choose;
mod classification;
mod date_guard;
mod definition;
mod direction;
mod evaluate;
mod extract;
mod filter;
mod glob;
mod guards;
mod judge;
mod level;
mod lint;
mod namesakes;
mod nearest;
mod neighbors;
mod numbers;
mod options;
mod pattern;
mod pattern_error;
mod prerelease;
mod rankable_tag;
mod ranking;
mod reason;
mod relaxed;
mod release_lines;
mod skipped;
mod sort_key;
mod strategy_kind;
mod suffix;
mod suffix_glob;
mod template;
mod text;
mod values;
mod verdict;
mod versions;

pub use candidates::{Candidates, PassedOver};
pub use definition::{Policy, Strategy};
pub use direction::Direction;
pub use extract::{Extract, ExtractError, ExtractPart};
pub use guards::{DigestUpdates, Guards, MissingAge};
pub use level::Level;
pub use lint::Lint;
pub use namesakes::Namesakes;
pub use nearest::NoMatch;
pub use options::{
    DefaultOptions, ImagePolicy, OptionProblem, OptionReader, OptionValue, Options, PolicyOption,
    ValueShape, WrittenOption, parse_duration,
};
pub use pattern::Pattern;
pub use prerelease::Prerelease;
pub use strategy_kind::StrategyKind;
pub use suffix::Suffix;
pub use verdict::{Outcome, Rule, Verdict};
pub use versions::VersionKey;

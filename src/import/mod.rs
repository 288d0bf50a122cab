//! Policies that were written for other tools, in the words of the config; and entries for images in use.
//!
//! # Policies of other tools
//!
//! [`argocd_image_updater::collect`] and [`flux::collect`] read files and return a [`Collection`]: images in the
//! words of the config, each under a name of its own, with a warning for each setting that has no
//! equal. What is imported chooses what the original chooses, but for these differences, which are meant:
//!
//! | | there | here |
//! | --- | --- | --- |
//! | both | a date such as `20230101` or `2021.12.16` is the highest version | dates are no versions where there are real ones |
//! | both | `1.2.3.4` and `3.15.0rc1` are no versions | `1.2.3.4` comes after 1.2.3, `3.15.0rc1` is a prerelease |
//! | both | a pin goes down when the tag in use is gone | not without `allow-downgrade`, which is not imported |
//! | both | signatures and attestations are tags like others, but for `*.sig` in Flux | they are never chosen |
//! | both | a digest is followed only by `digest`, or if Flux is told to reflect it | a digest is always pinned, and follows its tag unless Flux says `IfNotPresent` |
//! | Argo CD | of equal versions the last in byte order: `v1.0.0` | the one with most parts, without `v`: `1.0.0` |
//! | Argo CD | `newest-build` drops a tag whose date cannot be read | that is an error of the image |
//! | Argo CD | `platforms` are those whose dates count | they are required, with each strategy |
//! | Argo CD | `localhost:5000/app:^1` is the image `localhost` | it is `localhost:5000/app` |
//! | Flux | a tag that is no number is an error of `numerical` | it is passed over |
//! | Flux | `1e3` and `inf` are numbers | they are not |
//! | Flux | an extracted version with fewer than two dots is passed over | it is a version |
//! | Flux | of tags with equal values the last of the list | the first in byte order |

pub mod argocd_image_updater;
mod collection;
pub mod flux;
mod go_glob;
mod guess;
mod imported;
mod manifest;
mod object;
mod propose;
mod tag;
mod tag_ending;
mod tag_form;
mod tag_version;

pub use collection::{CollectedImage, Collection};
pub use imported::{Imported, ImportedImage, Setting, Spot, Warning};
pub use manifest::decode_manifest;
pub use propose::{Proposal, propose};

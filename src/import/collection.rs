use std::collections::BTreeMap;

use super::imported::{ImportedImage, entry_name};
use crate::error::{Diagnostic, Place};
use crate::policy::Options;

/// All images that some files hold policies for, each under a name of its own.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The images, in the order of the files.
    pub images: Vec<CollectedImage>,
    /// What belongs to no image.
    pub warnings: Vec<Diagnostic>,
}

/// One image, ready to become an entry of the config.
#[derive(Clone, Debug)]
pub struct CollectedImage {
    /// The entry's name.
    pub name: String,
    /// The repository as it was written.
    pub image: String,
    /// The options, in the order in which they are written.
    pub options: Options,
    /// Where the image is named.
    pub place: Place,
    /// What of its policy has no equal, or means something else here.
    pub warnings: Vec<Diagnostic>,
}

/// An image before names are given out.
pub(super) struct Candidate {
    pub(super) image: ImportedImage,
    /// Whom it belongs to, nearest first: what goes in front of a name that is taken.
    pub(super) owners: Vec<String>,
    pub(super) place: Place,
    /// The image's warnings; their subject is the name that it gets.
    pub(super) warnings: Vec<Diagnostic>,
}

/// Gives each image a name of its own; images that mean the same under one name are one.
///
/// Where a name would stand for several policies, each gets the name of its owner in front, and where
/// that does not do, the next owner's; then they are numbered.
pub(super) fn named(candidates: Vec<Candidate>) -> Vec<CollectedImage> {
    let mut distinct: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let meaning =
            |one: &ImportedImage| (one.name.clone(), one.image.clone(), one.options.clone());
        let known = meaning(&candidate.image);
        match distinct
            .iter_mut()
            .find(|other| meaning(&other.image) == known)
        {
            Some(same) => same.warnings.extend(candidate.warnings),
            None => distinct.push(candidate),
        }
    }
    let deepest = distinct
        .iter()
        .map(|candidate| candidate.owners.len())
        .max();
    let mut depths = vec![0; distinct.len()];
    for _ in 0..deepest.unwrap_or_default() {
        let counts = counts(&distinct, &depths);
        for (candidate, depth) in distinct.iter().zip(&mut depths) {
            if counts[&candidate.name(*depth)] > 1 {
                *depth += 1;
            }
        }
    }
    let mut taken = BTreeMap::new();
    let named = distinct.into_iter().zip(depths).map(|(candidate, depth)| {
        let name = candidate.name(depth);
        let number = taken.entry(name.clone()).or_insert(0);
        *number += 1;
        let name = match number {
            1 => name,
            number => format!("{name}-{number}"),
        };
        let warnings = candidate.warnings.into_iter();
        CollectedImage {
            warnings: warnings.map(|warning| warning.subject(&name)).collect(),
            name,
            image: candidate.image.image,
            options: candidate.image.options,
            place: candidate.place,
        }
    });
    named.collect()
}

fn counts(candidates: &[Candidate], depths: &[usize]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (candidate, depth) in candidates.iter().zip(depths) {
        *counts.entry(candidate.name(*depth)).or_default() += 1;
    }
    counts
}

impl Candidate {
    fn name(&self, depth: usize) -> String {
        let owners = &self.owners[..depth.min(self.owners.len())];
        let mut parts: Vec<&str> = owners.iter().rev().map(String::as_str).collect();
        parts.push(&self.image.name);
        parts.retain(|part| !part.is_empty());
        entry_name(&parts.join("-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Spot;

    fn names(images: &[(&str, &str, &[&str])]) -> Vec<String> {
        let candidates = images.iter().map(|(name, image, owners)| Candidate {
            image: ImportedImage::new(name, image, Spot::default()),
            owners: owners.iter().map(ToString::to_string).collect(),
            place: Place {
                file: String::new(),
                text: "".into(),
                span: 0..0,
                label: String::new(),
            },
            warnings: Vec::new(),
        });
        let named = named(candidates.collect());
        named.into_iter().map(|image| image.name).collect()
    }

    #[test]
    fn names_that_are_taken_get_their_owners_in_front() {
        let alone = [("web", "nginx", &["shop"][..]), ("api", "x", &[])];
        assert_eq!(names(&alone), ["web", "api"]);
        let same = [("web", "nginx", &["a"][..]), ("web", "nginx", &["b"])];
        assert_eq!(names(&same), ["web"]);
        let two = [("web", "nginx", &["a"][..]), ("web", "caddy", &["b"])];
        assert_eq!(names(&two), ["a-web", "b-web"]);
        let deep = [
            ("web", "nginx", &["a", "x"][..]),
            ("web", "caddy", &["a", "y"]),
        ];
        assert_eq!(names(&deep), ["x-a-web", "y-a-web"]);
        let none = [("web", "nginx", &[][..]), ("web", "caddy", &[""])];
        assert_eq!(names(&none), ["web", "web-2"]);
    }
}

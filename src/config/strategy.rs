//! Which strategy an image has, and which options have an effect with it.

use super::images::ImageReader;
use super::messages::nearest;
use super::model::{self, Image};
use super::options::shortened;
use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::policy::{Direction, Extract, Strategy};
use crate::syntax::Node;
use crate::version::{CalverConstraint, Constraint, Scheme};

/// A strategy by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Semver,
    Calver,
    Numerical,
    Alphabetical,
    NewestBuild,
    Digest,
}

/// The options that have an effect with some strategies only.
const OPTIONS: [&str; 13] = [
    "tag",
    "constraint",
    "scheme",
    "order",
    "suffix",
    "extract",
    "allow-tags",
    "ignore-tags",
    "prerelease",
    "level",
    "immutable",
    "allow-downgrade",
    "same-version",
];

impl Way {
    const ALL: [Self; 6] = [
        Self::Semver,
        Self::Calver,
        Self::Numerical,
        Self::Alphabetical,
        Self::NewestBuild,
        Self::Digest,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Semver => "semver",
            Self::Calver => "calver",
            Self::Numerical => "numerical",
            Self::Alphabetical => "alphabetical",
            Self::NewestBuild => "newest-build",
            Self::Digest => "digest",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }

    /// Says whether an option has an effect with this strategy.
    pub(super) fn takes(self, option: &str) -> bool {
        let is_of_versions = matches!(self, Self::Semver | Self::Calver);
        match option {
            "tag" => self == Self::Digest,
            "constraint" | "prerelease" | "level" => is_of_versions,
            "scheme" => self == Self::Calver,
            "order" => matches!(self, Self::Numerical | Self::Alphabetical),
            "extract" | "same-version" => !matches!(self, Self::NewestBuild | Self::Digest),
            "suffix" | "allow-tags" | "ignore-tags" | "immutable" | "allow-downgrade" => {
                self != Self::Digest
            }
            _ => true,
        }
    }
}

impl ImageReader<'_, '_, '_> {
    /// Decides on the strategy and reports options that have no effect with it.
    pub(super) fn way(&mut self, image: &Image) -> Option<Way> {
        let is_lost = |option, is_there: bool| !is_there && self.scope.entry(option).is_some();
        if is_lost("tag", image.tag.is_some()) || is_lost("strategy", image.strategy.is_some()) {
            // What the first pass has refused would have decided.
            return None;
        }
        let way = match image.strategy.as_deref() {
            None if image.tag.is_some() => Way::Digest,
            None => Way::Semver,
            Some(name) => {
                let Some(way) = Way::named(name) else {
                    self.report_at_value("strategy", unknown_strategy(name));
                    return None;
                };
                way
            }
        };
        for option in OPTIONS {
            if self.scope.entry(option).is_some() && !way.takes(option) {
                self.report_at_key(option, without_effect(option, way, image), "");
            }
        }
        if image.extract.is_some() && image.suffix.as_ref().is_some_and(|text| !text.is_empty()) {
            let message = "`suffix` does not go with `extract`";
            let diagnostic = Diagnostic::new(Code::ContradictoryOptions, message)
                .help("write the suffix into the `pattern` of `extract`, and remove `suffix`");
            self.report_at_key("suffix", diagnostic, "");
        }
        Some(way)
    }

    /// Reads the options that the strategy is made of.
    pub(super) fn strategy(
        &mut self,
        way: Way,
        image: &Image,
        constraint: Option<(&String, &Node)>,
    ) -> Option<Strategy> {
        match way {
            Way::Semver => {
                let constraint = match constraint {
                    Some((text, node)) => self.constraint(text, node)?,
                    None => Constraint::parse("*").ok()?,
                };
                Some(Strategy::Semver { constraint })
            }
            Way::Calver => {
                let scheme = self.scheme(image)?;
                let constraint = match constraint {
                    Some((text, node)) => match CalverConstraint::parse(&scheme, text) {
                        Ok(constraint) => Some(constraint),
                        Err(error) => {
                            let what = "a constraint";
                            self.reader
                                .report_text(self.scope, Some(node), text, what, &error);
                            return None;
                        }
                    },
                    None => None,
                };
                Some(Strategy::Calver { scheme, constraint })
            }
            Way::Numerical => Some(Strategy::Numerical {
                order: self.order(image)?,
            }),
            Way::Alphabetical => Some(Strategy::Alphabetical {
                order: self.order(image)?,
            }),
            Way::NewestBuild => Some(Strategy::NewestBuild),
            Way::Digest => Some(Strategy::Digest {
                tag: self.tag(image)?,
            }),
        }
    }

    fn scheme(&mut self, image: &Image) -> Option<Scheme> {
        let Some(text) = &image.scheme else {
            let notation = self.notation("scheme", "\"YYYY.0M\"");
            let help = format!("say how the versions are written, such as `{notation}`");
            self.report_missing("scheme", Way::Calver, &help);
            return None;
        };
        let scheme = match Scheme::parse(text) {
            Ok(scheme) => scheme,
            Err(error) => {
                let node = self.scope.value("scheme", None);
                self.reader
                    .report_text(self.scope, node, text, "a scheme", &error);
                return None;
            }
        };
        if image.prerelease.is_some() && !scheme.has_modifier() {
            let message = format!("`prerelease` has no effect: the scheme `{scheme}` has none");
            let diagnostic = Diagnostic::new(Code::ContradictoryOptions, message)
                .help("remove `prerelease`, or end the scheme with `-MODIFIER`");
            self.report_at_key("prerelease", diagnostic, "");
        }
        Some(scheme)
    }

    fn order(&mut self, image: &Image) -> Option<Direction> {
        match image.order.as_deref() {
            None => Some(Direction::default()),
            Some(text) => self
                .reader
                .word(self.scope, "order", None, text, &Direction::NAMES),
        }
    }

    fn constraint(&mut self, text: &str, node: &Node) -> Option<Constraint> {
        let mut error = match Constraint::parse(text) {
            Ok(constraint) => return Some(constraint),
            Err(error) => error,
        };
        let is_word = text
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphabetic());
        if is_word && Tag::parse(text).is_ok() {
            let entry = self.notation("tag", &format!("\"{text}\""));
            error.help = Some(format!("to follow the tag `{text}`, write `{entry}`"));
        }
        self.reader
            .report_text(self.scope, Some(node), text, "a constraint", &error);
        None
    }

    fn tag(&mut self, image: &Image) -> Option<Tag> {
        let Some(text) = &image.tag else {
            // Whoever has written a constraint was told to write a tag instead.
            if image.constraint.is_none() {
                let help = "name the tag to follow, such as `latest`";
                self.report_missing("tag", Way::Digest, help);
            }
            return None;
        };
        match Tag::parse(text) {
            Ok(tag) => Some(tag),
            Err(error) => {
                let mut diagnostic = Diagnostic::of(&error);
                if text.contains('@') {
                    diagnostic = diagnostic.help("leave out the digest: the lock holds it");
                }
                self.report_at_value("tag", diagnostic);
                None
            }
        }
    }

    /// Reports an option that the strategy needs.
    fn report_missing(&mut self, option: &str, way: Way, help: &str) {
        if self.is_whole {
            let message = format!("the strategy `{}` needs the key `{option}`", way.name());
            let diagnostic = Diagnostic::new(Code::MissingKey, message).help(help);
            self.report_at_value("strategy", diagnostic);
        }
    }

    pub(super) fn extract(&mut self, written: &model::Extract) -> Option<Extract> {
        match Extract::parse(&written.pattern, &written.value) {
            Ok(extract) => Some(extract),
            Err(error) => {
                let part = error.part.as_str();
                let (text, what) = match part {
                    "pattern" => (&written.pattern, "a pattern to extract with"),
                    _ => (&written.value, "a value to extract"),
                };
                let table = self.scope.value("extract", None);
                let node = table.and_then(|table| table.node(&[part]));
                self.reader
                    .report_text(self.scope, node, text, what, &error.error);
                None
            }
        }
    }
}

fn without_effect(option: &str, way: Way, image: &Image) -> Diagnostic {
    let strategy = way.name();
    let (message, help) = match (option, way) {
        ("tag", _) => (
            format!("`tag` does not go with the strategy `{strategy}`"),
            match way {
                Way::Semver | Way::Calver => {
                    "remove `strategy` to follow the tag, or write `constraint` in place of `tag`"
                }
                _ => "remove `strategy` to follow the tag, or remove `tag`",
            }
            .to_string(),
        ),
        ("constraint", Way::Digest) if image.tag.is_some() => (
            "`constraint` does not go with `tag`".to_string(),
            "keep `tag` to follow one tag, or `constraint` to choose among versions".to_string(),
        ),
        ("constraint", Way::Digest) => (
            "`constraint` does not go with the strategy `digest`".to_string(),
            "the strategy `digest` follows one tag: write `tag` in place of `constraint`"
                .to_string(),
        ),
        ("immutable", Way::Digest) => (
            "`immutable` does not go with an image that follows one tag".to_string(),
            "remove `immutable`; `digest-updates` says when the pin follows the tag".to_string(),
        ),
        (_, Way::Digest) if Way::Semver.takes(option) => (
            format!("`{option}` has no effect on an image that follows one tag"),
            format!("remove `{option}`, or write `constraint` in place of `tag`"),
        ),
        _ => {
            let takers: Vec<_> = Way::ALL
                .into_iter()
                .filter(|way| way.takes(option))
                .map(|way| format!("`{}`", way.name()))
                .collect();
            (
                format!("`{option}` has no effect with the strategy `{strategy}`"),
                format!(
                    "remove `{option}`, or choose the strategy {}",
                    takers.join(" or ")
                ),
            )
        }
    };
    Diagnostic::new(Code::ContradictoryOptions, message).help(help)
}

fn unknown_strategy(name: &str) -> Diagnostic {
    let known = Strategy::NAMES
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let message = format!("unknown strategy `{}`", shortened(name));
    let diagnostic = Diagnostic::new(Code::UnknownStrategy, message);
    match nearest(name, Strategy::NAMES) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("known strategies: {known}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::known_keys;

    #[test]
    fn every_strategy_has_a_way() {
        assert_eq!(Way::ALL.map(Way::name).as_slice(), Strategy::NAMES);
    }

    #[test]
    fn every_option_has_an_effect_somewhere() {
        let known = known_keys(&["images", "a"]);
        for option in OPTIONS {
            assert!(known.contains(&option), "{option}");
            let takers = Way::ALL.into_iter().filter(|way| way.takes(option)).count();
            assert!((1..6).contains(&takers), "{option}");
        }
        for option in known.iter().filter(|option| !OPTIONS.contains(option)) {
            assert!(
                Way::ALL.into_iter().all(|way| way.takes(option)),
                "{option}"
            );
        }
    }
}

use regex::bytes::{RegexSet, RegexSetBuilder};

use super::pattern::SIZE_LIMIT_BYTES;
use super::{Pattern, Policy, PolicyOption};
use crate::image::{Tag, names_artifact};

/// From how many tags on it is worth the time to join the patterns of a list.
const MANY_TAGS: usize = 10_000;

impl Policy {
    /// Returns the patterns of tags with the options that they come from.
    pub(super) fn patterns(&self) -> [(PolicyOption, &[Pattern]); 2] {
        [
            (PolicyOption::AllowTags, &self.allow_tags),
            (PolicyOption::IgnoreTags, &self.ignore_tags),
        ]
    }

    /// Returns the policy without patterns of tags.
    pub(super) fn without_patterns(self) -> Self {
        Self {
            allow_tags: Vec::new(),
            ignore_tags: Vec::new(),
            ..self
        }
    }

    /// Tells whether the patterns of tags that are considered let a tag pass; no pattern lets all pass.
    pub(super) fn is_considered(&self, tag: &str) -> bool {
        let patterns = &self.allow_tags;
        patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(tag))
    }

    /// Returns the first pattern of tags that are not considered which matches a tag.
    pub(super) fn ignored_by(&self, tag: &str) -> Option<&Pattern> {
        self.ignore_tags.iter().find(|pattern| pattern.matches(tag))
    }
}

/// The filters that look at the tag's text alone, made for long lists.
pub(super) struct Filters<'p> {
    considered: Option<AnyOf<'p>>,
    ignored: AnyOf<'p>,
}

impl<'p> Filters<'p> {
    pub(super) fn new(policy: &'p Policy, tag_count: usize) -> Self {
        let patterns = &policy.allow_tags;
        Self {
            considered: (!patterns.is_empty()).then(|| AnyOf::new(patterns, tag_count)),
            ignored: AnyOf::new(&policy.ignore_tags, tag_count),
        }
    }

    pub(super) fn pass(&self, tag: &Tag) -> bool {
        let text = tag.as_str();
        !names_artifact(text)
            && self
                .considered
                .as_ref()
                .is_none_or(|patterns| patterns.matches(text))
            && !self.ignored.matches(text)
    }
}

/// Several patterns of which one has to match, with their regular expressions as one.
#[derive(Debug)]
struct AnyOf<'p> {
    patterns: &'p [Pattern],
    expressions: Option<RegexSet>,
}

impl<'p> AnyOf<'p> {
    fn new(patterns: &'p [Pattern], tag_count: usize) -> Self {
        let expressions: Vec<_> = patterns
            .iter()
            .filter(|_| tag_count >= MANY_TAGS)
            .filter_map(Pattern::expression)
            .collect();
        let joined = || {
            RegexSetBuilder::new(&expressions)
                .unicode(false)
                .size_limit(SIZE_LIMIT_BYTES)
                .build()
                .ok()
        };
        Self {
            patterns,
            expressions: (expressions.len() > 1).then(joined).flatten(),
        }
    }

    /// Tells whether one of the patterns matches a tag.
    fn matches(&self, tag: &str) -> bool {
        let mut patterns = self.patterns.iter();
        match &self.expressions {
            None => patterns.any(|pattern| pattern.matches(tag)),
            Some(expressions) => {
                let mut plain = patterns.filter(|pattern| pattern.expression().is_none());
                plain.any(|pattern| pattern.matches(tag)) || expressions.is_match(tag.as_bytes())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_patterns_match_what_one_of_them_matches() {
        let texts = [
            "regexp:^v1",
            "*-rc*",
            "[a-c]?",
            "regexp:b.*d",
            "x",
            "regexp:(a+)+$",
        ];
        let tags = [
            "v1", "v2", "1-rc1", "b7", "abcd", "x", "xx", "1aaaa", "1aaaab", "",
        ];
        for count in 0..=texts.len() {
            let patterns = texts[..count]
                .iter()
                .map(|text| Pattern::parse(text).unwrap());
            let patterns: Vec<_> = patterns.collect();
            let (plain, joined) = (AnyOf::new(&patterns, 1), AnyOf::new(&patterns, 1_000_000));
            assert_eq!(
                (plain.expressions.is_some(), joined.expressions.is_some()),
                (false, count > 2)
            );
            for tag in tags {
                let expected = patterns.iter().any(|pattern| pattern.matches(tag));
                assert_eq!(
                    (plain.matches(tag), joined.matches(tag)),
                    (expected, expected),
                    "{tag}"
                );
            }
        }
    }
}

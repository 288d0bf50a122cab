use super::Pattern;

/// Tells whether `allow-tags` lets a tag pass; an empty list lets all pass.
pub(super) fn is_allowed(allow_tags: &[Pattern], tag: &str) -> bool {
    allow_tags.is_empty() || allow_tags.iter().any(|pattern| pattern.matches(tag))
}

/// Returns the first pattern of `ignore-tags` that matches a tag.
pub(super) fn ignored_by<'p>(ignore_tags: &'p [Pattern], tag: &str) -> Option<&'p Pattern> {
    ignore_tags.iter().find(|pattern| pattern.matches(tag))
}

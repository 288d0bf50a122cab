/// Takes the policy's suffix off a tag; `None` if the tag does not end with it.
pub(super) fn strip<'t>(tag: &'t str, suffix: Option<&str>) -> Option<&'t str> {
    match suffix {
        Some(suffix) => tag.strip_suffix(suffix),
        None => Some(tag),
    }
}

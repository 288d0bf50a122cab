/// Returns `true` if a text has git's conflict markers.
pub fn has_conflict_markers(text: &str) -> bool {
    first_marker(text).is_some()
}

/// Returns the offset of the first conflict marker.
pub(super) fn first_marker(text: &str) -> Option<usize> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<<") {
            return Some(offset);
        }
        offset += line.len();
    }
    None
}

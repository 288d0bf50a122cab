/// Returns a count of images in words.
pub(super) fn images(count: usize) -> String {
    counted(count, "image")
}

/// Returns a count of things in words.
pub(super) fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

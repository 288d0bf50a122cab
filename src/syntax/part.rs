use std::ops::Range;

/// Returns the bytes of a part of a scalar that is written at `span`, or those of the whole scalar where an
/// escape or a folded line stands between what is written and what it means.
pub fn part_of_scalar(
    source: &str,
    span: &Range<usize>,
    text: &str,
    offset: usize,
    length: usize,
) -> Range<usize> {
    let quotes = match source.get(span.clone()) {
        // Nothing cannot be marked; its quotes can.
        _ if text.is_empty() => return span.clone(),
        Some(written) if written == text => 0,
        Some(written)
            if written.len() == text.len() + 2 && written.get(1..=text.len()) == Some(text) =>
        {
            1
        }
        _ => return span.clone(),
    };
    let start = span.start + quotes + offset.min(text.len());
    start..start + length.min(text.len() - offset.min(text.len()))
}

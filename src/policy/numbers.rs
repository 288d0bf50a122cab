/// Returns the length of the numbers at the beginning of a tag: `v?N(.N)*`, or zero.
pub(super) fn numbers_length(tag: &str) -> usize {
    let bytes = tag.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let mut end = usize::from(bytes.first() == Some(&b'v'));
    if !is_digit(end) {
        return 0;
    }
    loop {
        while is_digit(end) {
            end += 1;
        }
        if bytes.get(end) != Some(&b'.') || !is_digit(end + 1) {
            return end;
        }
        end += 1;
    }
}

/// Splits a tag into the numbers of a version and what follows: nothing, or a text that starts with
/// `-` or `_`.
pub(super) fn split_numbers(tag: &str) -> Option<(&str, &str)> {
    let (numbers, rest) = tag.split_at(numbers_length(tag));
    (!numbers.is_empty() && (rest.is_empty() || rest.starts_with(['-', '_'])))
        .then_some((numbers, rest))
}

/// Tells whether what follows the numbers is a stage of a release, and no variant of the image.
pub(super) fn is_stage(suffix: &str) -> bool {
    let word = suffix.trim_start_matches(['-', '_', '.']);
    [
        "rc", "alpha", "beta", "pre", "dev", "snapshot", "nightly", "canary",
    ]
    .iter()
    .any(|stage| {
        word.get(..stage.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(stage))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_no_number_follows() {
        for (tag, numbers) in [
            ("1.2.3", "1.2.3"),
            ("v1.2-rc1", "v1.2"),
            ("1.2.", "1.2"),
            ("1..2", "1"),
            ("1.2.r4", "1.2"),
            ("latest", ""),
            ("v", ""),
            (".1", ""),
            ("", ""),
        ] {
            assert_eq!(&tag[..numbers_length(tag)], numbers, "{tag}");
        }
        assert_eq!(split_numbers("1.2-alpine"), Some(("1.2", "-alpine")));
        assert_eq!(split_numbers("1.2alpine"), None);
        assert_eq!(split_numbers("1.2."), None);
        assert_eq!(split_numbers("latest"), None);
        assert!(is_stage("-RC1") && is_stage("_beta.2") && !is_stage("-alpine"));
    }
}

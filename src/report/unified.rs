use similar::TextDiff;

use super::escape::terminal;

/// Returns the difference of two lockfiles as a patch that `patch -p1` and `git apply` take.
///
/// Three lines of context; the names stand in the headers as `a/name` and `b/name`. Equal texts give an
/// empty patch. The lines are those of the files, byte for byte.
///
/// ```
/// let patch = imagelock::report::unified("a\n", "b\n", "images.lock", "images.lock");
/// assert_eq!(patch, "--- a/images.lock\n+++ b/images.lock\n@@ -1 +1 @@\n-a\n+b\n");
/// ```
pub fn unified(before: &str, after: &str, before_name: &str, after_name: &str) -> String {
    // Only at LF: a lone CR is part of a line for `patch`, and is a line end for `similar`'s own splitting.
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    TextDiff::configure()
        .newline_terminated(true)
        .diff_slices(&old, &new)
        .unified_diff()
        .context_radius(3)
        .header(
            &format!("a/{}", terminal(before_name)),
            &format!("b/{}", terminal(after_name)),
        )
        .to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lock::write;
    use crate::report::sample;

    /// Applies a patch as `patch` does, without fuzz.
    fn apply(text: &str, patch: &str) -> String {
        let old: Vec<&str> = text.split_inclusive('\n').collect();
        let (mut result, mut taken) = (String::new(), 0);
        let mut lines = patch.split_inclusive('\n').skip(2).peekable();
        while let Some(line) = lines.next() {
            if let Some(ranges) = line.strip_prefix("@@ -") {
                let range = ranges.split(' ').next().unwrap();
                let (start, length) = range.split_once(',').unwrap_or((range, "1"));
                let start: usize = start.parse().unwrap();
                let start = if length == "0" { start } else { start - 1 };
                result.extend(old[taken..start].iter().copied());
                taken = start;
                continue;
            }
            let (sign, rest) = line.split_at(1);
            // "\ No newline at end of file" follows the line it is about.
            let rest = match lines.next_if(|next| next.starts_with('\\')) {
                Some(_) => rest.strip_suffix('\n').unwrap(),
                None => rest,
            };
            if sign != "+" {
                assert_eq!(old[taken], rest);
                taken += 1;
            }
            if sign != "-" {
                result.push_str(rest);
            }
        }
        result.extend(old[taken..].iter().copied());
        result
    }

    #[test]
    fn a_lock_is_patched() {
        let (before, after) = sample::locks();
        let (before, after) = (write(&before), write(&after));
        let patch = unified(&before, &after, "images.lock", "images.lock");
        assert!(patch.starts_with("--- a/images.lock\n+++ b/images.lock\n@@ "));
        assert_eq!(apply(&before, &patch), after);
        assert_eq!(unified(&after, &after, "x", "x"), "");
    }

    #[test]
    fn a_new_and_an_emptied_file_are_patched() {
        for (before, after) in [
            ("", "a\nb\n"),
            ("a\nb\n", ""),
            ("a", "a\n"),
            ("a\r\nb\rc\n", "a\nb\rc"),
        ] {
            assert_eq!(apply(before, &unified(before, after, "x", "x")), after);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_patched(before in "([abc\r]?\n|d){0,12}", after in "([abc\r]?\n|d){0,12}") {
            prop_assume!(before != after);
            prop_assert_eq!(apply(&before, &unified(&before, &after, "x", "x")), after);
        }
    }
}

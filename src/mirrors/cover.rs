use std::ops::Range;

/// Covers what may be secret: what stands before an `@`, and the values of headers. The lines around a
/// problem are printed, and often into a public log. The bytes stay where they are.
pub(super) fn covered(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut in_headers = false;
    for line in text.split_inclusive('\n') {
        let is_table = line.trim_start().starts_with('[');
        in_headers &= !is_table;
        let mut secrets = users(line);
        if in_headers {
            secrets.push(0..line.len());
        } else if let Some(at) = line.find("header") {
            in_headers = true;
            // The name of the table, or of the key, is no secret.
            let end = if is_table { ']' } else { '=' };
            let name = line[at..].find(end).map_or(line.len(), |end| at + end + 1);
            secrets.push(name..line.len());
        }
        cover(line, &secrets, &mut shown);
    }
    shown
}

/// Returns what stands before an `@` in each word of a line.
fn users(line: &str) -> Vec<Range<usize>> {
    let mut users = Vec::new();
    let mut word = 0;
    for (index, character) in line.char_indices() {
        match character {
            '@' => users.push(word..index),
            '"' | '\'' => word = index + 1,
            _ if character.is_whitespace() => word = index + character.len_utf8(),
            _ => {}
        }
    }
    users
}

fn cover(line: &str, secrets: &[Range<usize>], shown: &mut String) {
    if secrets.is_empty() {
        shown.push_str(line);
        return;
    }
    // They are in the order of their ends, but for one that reaches the end of the line.
    let mut next = 0;
    for (index, character) in line.char_indices() {
        while secrets.get(next).is_some_and(|secret| secret.end <= index) {
            next += 1;
        }
        let is_secret = secrets[next..]
            .first()
            .into_iter()
            .chain(secrets.last())
            .any(|secret| secret.contains(&index));
        if is_secret && !character.is_whitespace() {
            shown.extend(std::iter::repeat_n('*', character.len_utf8()));
        } else {
            shown.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn users_and_headers_are_covered() {
        for (text, shown) in [
            ("server = \"https://m.io\"\n", "server = \"https://m.io\"\n"),
            (
                "[host.\"https://me:pw@m.io\"]\n  capabilities = [\"pull\"]\n",
                "[host.\"*************@m.io\"]\n  capabilities = [\"pull\"]\n",
            ),
            (
                "[host.\"https://m.io\".header]\n  x = [\n  \"Basic b\" ]\n[a]\nb = 1\n",
                "[host.\"https://m.io\".header]\n  * * *\n  ****** ** *\n[a]\nb = 1\n",
            ),
            (
                "header = { authorization = \"b\" }\nc = 1\n[d]\n",
                "header = * ************* * *** *\n* * *\n[d]\n",
            ),
        ] {
            assert_eq!(covered(text), shown);
        }
    }

    proptest! {
        #[test]
        fn bytes_stay_where_they_are(text in any::<String>()) {
            let shown = covered(&text);
            prop_assert_eq!(shown.len(), text.len());
            prop_assert_eq!(shown.lines().count(), text.lines().count());
        }
    }
}

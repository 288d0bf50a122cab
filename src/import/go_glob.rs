/// What a glob of Go's `filepath.Match` is in the words of the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Translated {
    /// A glob of ours with the same matches among tags.
    Glob(String),
    /// It matches no tag, since a tag cannot have one of its characters.
    Never,
    /// It does not follow the grammar and matches nothing.
    Malformed,
}

/// Translates a glob as `filepath.Match` reads it.
///
/// There `[^a]` negates a set, `\` takes the next character as it is, and `*` does not cross `/`,
/// which no tag has. <https://pkg.go.dev/path/filepath#Match>
pub(super) fn translate(glob: &str) -> Translated {
    let mut ours = String::new();
    let mut never = false;
    let mut rest = glob.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '*' if ours.ends_with('*') => {}
            '*' | '?' => ours.push(letter),
            '[' => match set(&mut rest) {
                None => return Translated::Malformed,
                Some(members) if members.is_empty() => never = true,
                Some(members) => ours.push_str(&written(&members)),
            },
            _ => {
                let literal = match letter {
                    '\\' => rest.next(),
                    letter => Some(letter),
                };
                let Some(literal) = literal else {
                    return Translated::Malformed;
                };
                if tag_characters().any(|character| character == literal) {
                    ours.push(literal);
                } else {
                    never = true;
                }
            }
        }
    }
    if never || ours.is_empty() {
        return Translated::Never;
    }
    // Alone, this word is every tag.
    Translated::Glob(if ours == "any" {
        "glob:any".to_string()
    } else {
        ours
    })
}

/// The characters of tags, in the order of their bytes.
fn tag_characters() -> impl Iterator<Item = char> {
    ('\0'..='z').filter(|letter| letter.is_ascii_alphanumeric() || "._-".contains(*letter))
}

/// Reads a set behind its `[`, up to its `]`; returns the characters of tags that are in it.
fn set(rest: &mut std::str::Chars<'_>) -> Option<Vec<char>> {
    let is_negated = rest.as_str().starts_with('^');
    if is_negated {
        rest.next();
    }
    let mut ranges = Vec::new();
    loop {
        if rest.as_str().starts_with(']') && !ranges.is_empty() {
            rest.next();
            break;
        }
        let low = member(rest)?;
        let high = if rest.as_str().starts_with('-') {
            rest.next();
            member(rest)?
        } else {
            low
        };
        ranges.push(low..=high);
    }
    let is_member = |letter: &char| ranges.iter().any(|range| range.contains(letter));
    Some(
        tag_characters()
            .filter(|letter| is_member(letter) != is_negated)
            .collect(),
    )
}

fn member(rest: &mut std::str::Chars<'_>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        letter => Some(letter),
    }
}

/// Writes a set of characters of tags: those in a row as a range, `-` last, all of them as `?`.
fn written(members: &[char]) -> String {
    let total = tag_characters().count();
    if members.len() == total {
        return "?".to_string();
    }
    let is_negated = members.len() > total / 2;
    let listed: Vec<char> = if is_negated {
        tag_characters()
            .filter(|letter| !members.contains(letter))
            .collect()
    } else {
        members.to_vec()
    };
    let mut text = String::from(if is_negated { "[!" } else { "[" });
    let (hyphen, listed): (Vec<_>, Vec<_>) = listed.into_iter().partition(|letter| *letter == '-');
    for row in listed.chunk_by(|one, next| *one as u32 + 1 == *next as u32) {
        match row {
            [first, _, .., last] => text.extend([*first, '-', *last]),
            few => text.extend(few),
        }
    }
    text.extend(hyphen);
    text.push(']');
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Pattern;

    #[test]
    fn globs_of_go() {
        for (go, ours) in [
            ("*-rc*", "*-rc*"),
            ("nightly", "nightly"),
            ("any", "glob:any"),
            ("**", "*"),
            ("v[0-9].?", "v[0-9].?"),
            ("[a-f0-9]*", "[0-9a-f]*"),
            ("[^a]*", "[!a]*"),
            ("[!a]*", "[a]*"),
            (r"\v1\.0", "v1.0"),
            (r"[a\-z]", "[az-]"),
            ("[^!]", "?"),
        ] {
            assert_eq!(translate(go), Translated::Glob(ours.into()), "{go}");
        }
        for go in ["", "^v1", "regexp:^v1", "a b", r"\*", "v1$", "a/b", "[!]"] {
            assert_eq!(translate(go), Translated::Never, "{go}");
        }
        for go in ["[", "[]", "[]a]", "[a-]", "[-a]", r"a\", "v[1", "[^]"] {
            assert_eq!(translate(go), Translated::Malformed, "{go}");
        }
    }

    proptest! {
        #[test]
        fn what_is_translated_is_a_pattern(go in "[a-c*?\\[\\]!^\\\\./ -]{0,10}") {
            if let Translated::Glob(ours) = translate(&go) {
                prop_assert!(Pattern::parse(&ours).is_ok(), "{} -> {}", go, ours);
            }
        }
    }
}

use std::ops::Range;

use super::error::SyntaxError;
use super::tree::{Kind, Node};
use super::yaml;

/// A YAML document of a file of others.
#[derive(Debug)]
pub struct YamlDocument {
    /// Its number in the file, from 1.
    pub number: usize,
    /// Its value, or what is wrong with it.
    pub root: Result<Node, SyntaxError>,
}

/// Reads the YAML documents of a text each by itself, so that a broken one does not hide the others;
/// empty ones are left out.
///
/// JSON is read as the YAML that it is. Tags are passed over, and aliases and merge keys (`<<`) are followed:
/// what they stand for has the place at which it is written. Keys may stand twice.
pub fn documents(text: &str) -> Vec<YamlDocument> {
    let parts = parts(text).into_iter().enumerate();
    parts
        .filter_map(|(index, part)| {
            let root = yaml::parse_lenient(text, part).transpose()?;
            let is_empty = matches!(&root, Ok(node) if matches!(node.kind, Kind::Null));
            (!is_empty).then_some(YamlDocument {
                number: index + 1,
                root,
            })
        })
        .collect()
}

/// Splits a text where documents begin or end: nothing else may be a line that begins with `---`
/// or `...` (YAML 1.2.2, 9.1.2).
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    // Comments and directives belong to the document that follows them.
    let mut has_begun = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if is_marker(line, "---") {
            if has_begun {
                parts.push(start..at);
                start = at;
            }
            has_begun = true;
        } else if is_marker(line, "...") {
            if has_begun {
                parts.push(start..end);
            }
            (start, has_begun) = (end, false);
        } else if !line.trim().is_empty() && !line.starts_with(['#', '%']) {
            has_begun = true;
        }
        at = end;
    }
    if has_begun {
        parts.push(start..text.len());
    }
    parts
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(text: &str) -> Vec<(usize, bool)> {
        let documents = documents(text).into_iter();
        documents
            .map(|document| (document.number, document.root.is_ok()))
            .collect()
    }

    #[test]
    fn documents_have_the_numbers_that_a_reader_counts() {
        for (text, expected) in [
            ("", &[][..]),
            ("# only a comment\n", &[]),
            ("a: 1\n", &[(1, true)]),
            (
                "# comment\n---\na: 1\n---\n---\nb: 2\n",
                &[(1, true), (3, true)],
            ),
            ("%YAML 1.2\n---\na: 1\n", &[(1, true)]),
            (
                "a: 1\n...\n# between\n---\nb: 2\n...\n",
                &[(1, true), (2, true)],
            ),
            ("a: 1\r\n---\r\nb: 2\r\n", &[(1, true), (2, true)]),
            (
                "--- # with a comment\na: 1\n--- {b: 2}\n",
                &[(1, true), (2, true)],
            ),
            ("a: |\n  ---\n  b\n---\nc: 1\n", &[(1, true), (2, true)]),
            ("----\n", &[(1, true)]),
            (
                "a: 1\n---\nb: [\n---\nc: 3\n",
                &[(1, true), (2, false), (3, true)],
            ),
            ("a: \"\n---\n\"\n", &[(1, false), (2, false)]),
        ] {
            assert_eq!(numbers(text), expected, "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_whole_text() {
        let text = "ä: 1\n---\nb: &x {c: two}\nd:\n  <<: *x\n  e: !custom three\n---\nf: [\n";
        let documents = documents(text);
        let span = |path: &[&str]| {
            documents[1]
                .root
                .as_ref()
                .unwrap()
                .node(path)
                .unwrap()
                .span
                .clone()
        };
        assert_eq!(&text[span(&["b", "c"])], "two");
        assert_eq!(&text[span(&["d", "e"])], "three");
        assert_eq!(&text[span(&["d", "c"])], "two");
        let Err(error) = &documents[2].root else {
            panic!()
        };
        assert!(error.span.start > text.find("f:").unwrap(), "{error:?}");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "(---|\\.\\.\\.|[a&*:{}\\[\\]#%|>'\"\n -]|: |<<: |ä){0,40}") {
            for document in documents(&text) {
                match document.root {
                    Ok(node) => prop_assert!(text.get(node.span).is_some()),
                    Err(error) => prop_assert!(text.get(error.span).is_some()),
                }
            }
        }
    }
}

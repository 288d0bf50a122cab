use std::path::Path;

use super::format::FileFormat;
use super::occurrence::{Occurrence, Spelling};
use crate::syntax::{Spanned, SyntaxError};

/// A Dockerfile or Containerfile: `FROM`, and `COPY --from`.
pub(super) struct Dockerfile;

impl FileFormat for Dockerfile {
    fn may_be(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_default().to_ascii_lowercase();
        let is_named = |word: &&str| name.starts_with(word) || name.ends_with(word);
        ["dockerfile", "containerfile"].iter().any(is_named) && !name.ends_with(".dockerignore")
    }

    fn occurrences(&self, text: &str) -> Result<Vec<Occurrence>, SyntaxError> {
        let mut stages: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let words: Vec<_> = words(line, start).collect();
            start += line.len();
            let is_stage = |name: &str| stages.iter().any(|stage| stage.eq_ignore_ascii_case(name));
            let Some((instruction, arguments)) = words.split_first() else {
                continue;
            };
            if instruction.value.eq_ignore_ascii_case("copy") {
                let copied = arguments.iter().find_map(copied_from);
                let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
                found.extend(
                    copied
                        .filter(|image| !is_stage(image.value) && !is_number(image.value))
                        .map(|image| occurrence(&image, &["COPY", "--from"])),
                );
            } else if instruction.value.eq_ignore_ascii_case("from") {
                let mut words = arguments
                    .iter()
                    .skip_while(|word| word.value.starts_with("--"));
                let Some(image) = words.next() else { continue };
                if !is_stage(image.value) {
                    found.push(occurrence(image, &["FROM"]));
                }
                let is_named = |word: &Spanned<&str>| word.value.eq_ignore_ascii_case("as");
                if words.next().is_some_and(is_named) {
                    stages.extend(words.next().map(|stage| stage.value));
                }
            }
        }
        Ok(found)
    }
}

fn occurrence(image: &Spanned<&str>, path: &[&str]) -> Occurrence {
    Occurrence {
        spelling: Spelling::Whole(Spanned {
            value: image.value.to_string(),
            span: image.span.clone(),
        }),
        document: 1,
        path: path.iter().map(ToString::to_string).collect(),
    }
}

/// Returns what an argument of `COPY` names as the place to copy from.
fn copied_from<'t>(argument: &Spanned<&'t str>) -> Option<Spanned<&'t str>> {
    let value = argument.value.strip_prefix("--from=")?;
    Some(Spanned {
        value,
        span: argument.span.end - value.len()..argument.span.end,
    })
}

/// Returns the words of a line that begins at a byte.
fn words(line: &str, start: usize) -> impl Iterator<Item = Spanned<&str>> {
    let mut at = start;
    line.split_inclusive(char::is_whitespace)
        .map(move |piece| {
            let value = piece.trim_end();
            let span = at..at + value.len();
            at += piece.len();
            Spanned { value, span }
        })
        .filter(|word| !word.value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occurrences_are_where_they_are_written() {
        let text = "ARG X\r\nFROM --platform=$P golang:1.23 AS build\r\n  from Build as test\nFROM ${X}\n\
                    COPY --from=build /a /a\nCOPY --chown=1 --from=alpine:3.20.2 /c /c\nCOPY --from=0 /b /b\n";
        let found = Dockerfile.occurrences(text).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|one| match &one.spelling {
                Spelling::Whole(whole) => {
                    assert_eq!(&text[whole.span.clone()], whole.value);
                    (one.path.join(" "), whole.value.as_str())
                }
                Spelling::Parts(_) => panic!("{one:?}"),
            })
            .collect();
        let wanted = [
            ("FROM", "golang:1.23"),
            ("FROM", "${X}"),
            ("COPY --from", "alpine:3.20.2"),
        ];
        assert_eq!(found, wanted.map(|(path, text)| (path.to_string(), text)));
    }
}

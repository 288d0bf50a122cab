use super::diagnostics::Diagnostics;
use crate::error::{Code, Diagnostic};
use crate::syntax::{self, DuplicateKey, Parsed, SourceFile};

/// Reads a text in its format.
pub(super) fn parse(source: &SourceFile) -> Result<Parsed, Diagnostic> {
    syntax::parse(&source.text, source.format).map_err(|error| {
        let message = format!("this is not {}: {}", source.format, error.message);
        let mut diagnostic =
            Diagnostic::new(Code::ConfigSyntax, message).at(source.place(error.span));
        diagnostic.help.extend(error.help);
        diagnostic
    })
}

/// Reports the keys that stand twice.
pub(super) fn report_duplicates(duplicates: &[DuplicateKey], diagnostics: &mut Diagnostics<'_>) {
    for (index, duplicate) in duplicates.iter().enumerate() {
        // In a table that stands twice, each key may do so too.
        let is_consequence = duplicates[..index].iter().any(|earlier| {
            duplicate.path.starts_with(&earlier.path) && duplicate.path != earlier.path
        });
        if is_consequence {
            continue;
        }
        let path: Vec<&str> = duplicate.path.iter().map(String::as_str).collect();
        let key = path.last().copied().unwrap_or_default();
        let diagnostic = match path[..] {
            ["images", name] => Diagnostic::new(
                Code::DuplicateName,
                format!("two images with the name `{name}`"),
            )
            .help("give one of them another name, and say with `image` which image it is"),
            ["images", name, ..] => Diagnostic::new(
                Code::DuplicateKey,
                format!("`{key}` stands twice in one table"),
            )
            .subject(name)
            .help("keep one of them"),
            _ => Diagnostic::new(
                Code::DuplicateKey,
                format!("`{key}` stands twice in one table"),
            )
            .help("keep one of them"),
        };
        let diagnostic = match &duplicate.first {
            Some(first) => {
                let (line, column) = diagnostics.source.place(first.clone()).line_and_column();
                diagnostic.note(format!("the first one is at line {line}, column {column}"))
            }
            None => diagnostic,
        };
        diagnostics.add(diagnostic, duplicate.second.clone(), "again here");
    }
}

/// A part of a template as Go's `Regexp.Expand` reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Text that stays, as it is written: with `$$` for one `$`.
    Text(&'t str),
    /// A reference to a group, as it is written, and the group's name or number.
    Group { written: &'t str, name: &'t str },
}

/// Takes a template apart.
///
/// `$name` takes as many letters, digits and `_` as follow; `${name}` ends at its brace. A `$` that is
/// neither stays. <https://pkg.go.dev/regexp#Regexp.Expand>
pub(super) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        let length = match rest.find('$') {
            Some(0) => match group(rest) {
                Some((written, name)) => {
                    pieces.push(Piece::Group { written, name });
                    rest = &rest[written.len()..];
                    continue;
                }
                None if rest.starts_with("$$") => 2,
                None => 1,
            },
            Some(before) => before,
            None => rest.len(),
        };
        pieces.push(Piece::Text(&rest[..length]));
        rest = &rest[length..];
    }
    pieces
}

/// Reads the reference that a text begins with: all of it, and the name in it.
fn group(text: &str) -> Option<(&str, &str)> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let after = &text[1..];
    if let Some(braced) = after.strip_prefix('{') {
        let name = &braced[..braced.find('}')?];
        let is_good = !name.is_empty() && name.chars().all(is_name);
        return is_good.then(|| (&text[..name.len() + 3], name));
    }
    let end = after.find(|letter| !is_name(letter)).unwrap_or(after.len());
    (end > 0).then(|| (&text[..=end], &after[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_of_go() {
        let group = |written, name| Piece::Group { written, name };
        for (template, wanted) in [
            ("$ts", vec![group("$ts", "ts")]),
            ("${v}1", vec![group("${v}", "v"), Piece::Text("1")]),
            ("$v1", vec![group("$v1", "v1")]),
            (
                "$1.$2",
                vec![group("$1", "1"), Piece::Text("."), group("$2", "2")],
            ),
            (
                "a$$b",
                vec![Piece::Text("a"), Piece::Text("$$"), Piece::Text("b")],
            ),
            (
                "$-${",
                vec![
                    Piece::Text("$"),
                    Piece::Text("-"),
                    Piece::Text("$"),
                    Piece::Text("{"),
                ],
            ),
            ("", vec![]),
        ] {
            assert_eq!(pieces(template), wanted, "{template}");
        }
    }
}

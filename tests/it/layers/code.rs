//! Rust source with all that is not code taken out, at unchanged offsets.

use std::ops::Range;

/// Blanks comments, the insides of literals, and items that stand only in tests.
pub(super) fn code_of(source: &str) -> String {
    let mut bytes = source.as_bytes().to_vec();
    blank_text(&mut bytes);
    blank_tests(&mut bytes);
    String::from_utf8(bytes).expect("invariant: whole literals and comments are blanked")
}

/// Blanks comments and items that stand only in tests; literals stay.
pub(super) fn without_comments_and_tests(source: &str) -> String {
    let mut bytes = source.as_bytes().to_vec();
    let literals = blank_text(&mut bytes);
    let tests = blank_tests(&mut bytes);
    for literal in literals {
        if !tests.iter().any(|test| test.contains(&literal.start)) {
            bytes[literal.clone()].copy_from_slice(&source.as_bytes()[literal]);
        }
    }
    String::from_utf8(bytes).expect("invariant: whole comments and items are blanked")
}

/// Blanks attributes, for a look at the items alone.
pub(super) fn without_attributes(code: &str) -> String {
    let mut bytes = code.as_bytes().to_vec();
    let mut at = 0;
    while let Some(found) = find(&bytes, at, b"#") {
        at = found + 1;
        let open = at + usize::from(bytes.get(at) == Some(&b'!'));
        if bytes.get(open) == Some(&b'[') {
            at = closing(&bytes, open);
            blank(&mut bytes, found..at);
        }
    }
    String::from_utf8(bytes).expect("invariant: attributes begin and end with ASCII")
}

/// Returns the line of an offset, counted from 1.
pub(super) fn line_of(code: &str, offset: usize) -> usize {
    code[..offset].matches('\n').count() + 1
}

/// Blanks comments and literals, and returns where the literals are.
fn blank_text(bytes: &mut [u8]) -> Vec<Range<usize>> {
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let word_before = at > 0 && is_word(bytes[at - 1]);
        let end = if rest.starts_with(b"//") {
            find(bytes, at, b"\n").unwrap_or(bytes.len())
        } else if rest.starts_with(b"/*") {
            end_of_comment(bytes, at)
        } else if let Some(hashes) = raw_string(rest).filter(|_| !word_before) {
            let closing = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
            let quote = find(bytes, at, b"\"").expect("invariant: a raw string has a quote");
            find(bytes, quote + 1, &closing).map_or(bytes.len(), |found| found + closing.len())
        } else if rest[0] == b'"' {
            end_of_quoted(bytes, at, b'"')
        } else if rest[0] == b'\'' && is_character(rest) {
            end_of_quoted(bytes, at, b'\'')
        } else {
            at += 1;
            continue;
        };
        if !rest.starts_with(b"/") {
            literals.push(at..end);
        }
        blank(bytes, at..end);
        at = end;
    }
    literals
}

/// Returns the number of `#` if a raw string begins here.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let rest = rest.strip_prefix(b"b").unwrap_or(rest);
    let rest = rest.strip_prefix(b"r")?;
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    (rest.get(hashes) == Some(&b'"')).then_some(hashes)
}

/// Says whether the quote begins a character, and not a lifetime or a label.
fn is_character(rest: &[u8]) -> bool {
    match rest.get(1) {
        Some(b'\\') => true,
        Some(byte) if byte.is_ascii() => rest.get(2) == Some(&b'\''),
        Some(_) => true,
        None => false,
    }
}

fn end_of_quoted(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

fn end_of_comment(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// Blanks items that stand only in tests, and returns where they are.
fn blank_tests(bytes: &mut [u8]) -> Vec<Range<usize>> {
    const MARK: &[u8] = b"#[cfg(test)]";
    let mut tests = Vec::new();
    let mut at = 0;
    while let Some(start) = find(bytes, at, MARK) {
        let mut end = start + MARK.len();
        while end < bytes.len() && !matches!(bytes[end], b';' | b'{') {
            // Another attribute may stand between the mark and its item.
            end = if bytes[end] == b'[' {
                closing(bytes, end)
            } else {
                end + 1
            };
        }
        if bytes.get(end) == Some(&b'{') {
            end = closing(bytes, end);
        } else {
            end = (end + 1).min(bytes.len());
        }
        blank(bytes, start..end);
        tests.push(start..end);
        at = end;
    }
    tests
}

/// Returns where the bracket that opens here is closed again, behind it.
fn closing(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    bytes.len()
}

fn blank(bytes: &mut [u8], range: Range<usize>) {
    for byte in &mut bytes[range] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = rest.windows(needle.len()).position(|part| part == needle)?;
    Some(from + found)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[test]
fn only_code_is_left_and_it_stays_in_its_place() {
    for (source, left) in [
        ("a // b\nc", "a c"),
        ("a /* b /* c */ d */ e", "a e"),
        (r#"f("x // \" y", z)"#, "f( , z)"),
        (r##"f(r#"a " b"#, c)"##, "f( , c)"),
        ("for r in bar\"x\"", "for r in bar"),
        ("<'a>('{', '\\'', 'é')", "<'a>( , , )"),
        ("x #[cfg(test)] mod t { fn f() {} } y", "x y"),
        ("#[cfg(test)]\n#[path = \"x\"]\nmod t; y", "y"),
    ] {
        let code = code_of(source);
        assert_eq!(code.len(), source.len(), "{source}");
        assert_eq!(code.lines().count(), source.lines().count(), "{source}");
        let words: Vec<_> = code.split_whitespace().collect();
        assert_eq!(words.join(" "), left, "{source}");
    }
    let source = "/* a */ f(\"b // c\"); // d\n#[cfg(test)] mod t { \"e\" } g";
    let words = without_comments_and_tests(source);
    let words: Vec<_> = words.split_whitespace().collect();
    assert_eq!(words.join(" "), "f(\"b // c\"); g");
    let items = without_attributes("#![a] #[b(c)] mod d;");
    assert_eq!(items, "              mod d;");
    assert_eq!(line_of("a\nb\nc", 2), 2);
}

//! Places in configs: every span is the key or value it is said to be, whatever the text is.

use std::fmt::Write as _;
use std::path::Path;

use imagelock::config::{Format, Locator, SourceFile, parse};
use proptest::prelude::*;

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Writes a table of strings and lists of strings in a format, with some layout around it.
fn written(entries: &[(String, Vec<String>)], format: Format) -> String {
    let mut text = String::new();
    match format {
        Format::Toml => {
            text.push_str("# ä comment\r\n[images]\r\n");
            for (key, values) in entries {
                let key = quoted(key);
                let values: Vec<_> = values
                    .iter()
                    .map(|value| toml::Value::from(value.as_str()).to_string())
                    .collect();
                let _ = write!(
                    text,
                    "{key} = {{ list = [ {} ] }} # ß\r\n",
                    values.join(" , ")
                );
            }
        }
        Format::Yaml => {
            text.push_str("# ä comment\nimages:\n");
            for (key, values) in entries {
                let _ = writeln!(text, "  {}:   # ß\n    list:", quoted(key));
                for value in values {
                    let _ = writeln!(text, "    -   {}", quoted(value));
                }
            }
        }
        Format::Json => {
            let images: Vec<_> = entries
                .iter()
                .map(|(key, values)| {
                    let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
                    format!(
                        "\t{}\r\n: {{ \"list\" :[{}] }}",
                        quoted(key),
                        values.join("\n,")
                    )
                })
                .collect();
            let _ = write!(text, "{{ \"images\" : {{\n{} }} }}\n", images.join(",\n"));
        }
    }
    text
}

/// Reads a string as it is written in a format, by another reader than the locator's.
fn read(text: &str, format: Format) -> String {
    match format {
        Format::Toml => {
            let table: toml::Table = toml::from_str(&format!("a = {text}")).unwrap();
            table["a"].as_str().unwrap().to_string()
        }
        Format::Yaml => serde_saphyr::from_str(text).unwrap(),
        Format::Json => serde_json::from_str(text).unwrap(),
    }
}

fn entries() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    let text = "[ -~äß\u{1F433}]{0,6}|[a-z\"'\\\\]{0,4}";
    let key = "[a-z.\"'ä ]{1,6}";
    prop::collection::btree_map(key, prop::collection::vec(text, 1..4), 1..5)
        .prop_map(|entries| entries.into_iter().collect())
}

proptest! {
    #[test]
    fn every_span_is_its_scalar(entries in entries()) {
        for format in [Format::Toml, Format::Yaml, Format::Json] {
            let text = written(&entries, format);
            let source = SourceFile::new("images", &text, format);
            let locator = Locator::new(&source).unwrap_or_else(|error| panic!("{}", error.render(false)));
            for (key, values) in &entries {
                let span = locator.key(&["images", key]).unwrap();
                prop_assert_eq!(&read(&source.text[span], format), key);
                for (index, value) in values.iter().enumerate() {
                    let span = locator.value(&["images", key, "list", &index.to_string()]).unwrap();
                    prop_assert_eq!(&read(&source.text[span], format), value, "{}", &text);
                }
            }
        }
    }

    /// Whatever somebody has typed: a result, or problems that can be shown.
    #[test]
    fn no_text_makes_the_reader_panic(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, "[\\PC\n\t\"'\\[\\]{}:,=#&*!|>.-]{0,3}"), 1..6)) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (path, format) in [
            ("images.toml.example", Format::Toml),
            ("tests/fixtures/config/example.yaml", Format::Yaml),
            ("tests/fixtures/config/example.json", Format::Json),
        ] {
            let text = std::fs::read_to_string(folder.join(path)).unwrap();
            let mut letters: Vec<char> = text.chars().collect();
            for (place, length, insert) in &edits {
                let start = place.index(letters.len());
                let end = (start + length).min(letters.len());
                letters.splice(start..end, insert.chars());
            }
            let text: String = letters.into_iter().collect();
            for problem in parse(&SourceFile::new("images", &text, format)).err().unwrap_or_default() {
                let place = problem.place.as_ref().unwrap();
                prop_assert!(place.text.get(place.span.clone()).is_some(), "{:?}", problem);
                prop_assert!(!problem.render(false).is_empty());
            }
        }
    }

    #[test]
    fn no_soup_makes_the_reader_panic(text in "([\\[\\]{}:,=#&*!|>.\"'\n -]|a|b|1|images|version = 1\n){0,40}") {
        for format in [Format::Toml, Format::Yaml, Format::Json] {
            for problem in parse(&SourceFile::new("images", &text, format)).err().unwrap_or_default() {
                prop_assert!(!problem.render(false).is_empty());
            }
        }
    }
}

#[test]
fn an_image_knows_its_key() {
    for (text, format, key) in [
        (
            "version = 1\n[images]\n\"a.b\" = \"1\"\n",
            Format::Toml,
            "\"a.b\"",
        ),
        (
            "version = 1\n[images.a]\nconstraint = \"1\"\n",
            Format::Toml,
            "a",
        ),
        ("version: 1\nimages:\n  a: '1'\n", Format::Yaml, "a"),
        (
            "{\"version\": 1, \"images\": {\"a\": \"1\"}}",
            Format::Json,
            "\"a\"",
        ),
    ] {
        let config = parse(&SourceFile::new("images", text, format)).unwrap();
        let place = &config.images[0].place;
        assert_eq!(&place.text[place.span.clone()], key);
    }
}

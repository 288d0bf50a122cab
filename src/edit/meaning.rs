use std::collections::BTreeMap;

use toml_edit::Item;

use super::Entry;
use crate::image::Repository;
use crate::policy::{OptionValue, PolicyOption, StrategyKind};

/// What an entry says, in a form in which two that mean the same are equal.
#[derive(Debug, PartialEq, Eq)]
struct Meaning {
    image: String,
    options: BTreeMap<String, Said>,
}

/// The value of an option; a string and a list of it are the same.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Texts(Vec<String>),
    Table(BTreeMap<String, String>),
    /// Anything else, as it is written.
    Other(String),
}

/// Says whether what stands in a config under an entry's name means what the entry means.
pub(super) fn is_same(entry: &Entry<'_>, item: &Item) -> bool {
    of_item(entry.name, item).is_some_and(|meaning| meaning == of_entry(entry))
}

fn of_entry(entry: &Entry<'_>) -> Meaning {
    let said = |value: &OptionValue| match value {
        OptionValue::Text(text) => Said::Texts(vec![text.clone()]),
        OptionValue::List(items) => {
            Said::Texts(items.iter().map(|item| item.value.clone()).collect())
        }
        OptionValue::Extract(parts) => Said::Table(
            parts
                .iter()
                .map(|(part, text)| (part.to_string(), text.value.clone()))
                .collect(),
        ),
        OptionValue::Bool(value) => Said::Other(value.to_string()),
    };
    let options = entry.options.iter();
    let options = options.map(|(option, value)| (option.to_string(), said(value)));
    normal(entry.image, options.collect())
}

fn of_item(name: &str, item: &Item) -> Option<Meaning> {
    if let Some(constraint) = item.as_str() {
        let constraint = Said::Texts(vec![constraint.to_string()]);
        return Some(normal(
            name,
            [(PolicyOption::Constraint.to_string(), constraint)].into(),
        ));
    }
    let table = item.as_table_like()?;
    let options = table.iter().filter(|(key, _)| *key != "image");
    let options = options.map(|(key, item)| (key.to_string(), said(item)));
    let image = table.get("image").and_then(Item::as_str).unwrap_or(name);
    Some(normal(image, options.collect()))
}

fn said(item: &Item) -> Said {
    let text = |item: &Item| item.as_str().map(str::to_string);
    if let Some(text) = text(item) {
        return Said::Texts(vec![text]);
    }
    if let Some(items) = item.as_array() {
        let texts = items.iter().map(|item| item.as_str().map(str::to_string));
        if let Some(texts) = texts.collect() {
            return Said::Texts(texts);
        }
    }
    if let Some(table) = item.as_table_like() {
        let texts = table
            .iter()
            .map(|(key, item)| Some((key.to_string(), text(item)?)));
        if let Some(texts) = texts.collect() {
            return Said::Table(texts);
        }
    }
    Said::Other(item.to_string().trim().to_string())
}

/// Leaves out what is the default: the strategy `semver`, the constraint `*`.
fn normal(image: &str, mut options: BTreeMap<String, Said>) -> Meaning {
    let strategy = (PolicyOption::Strategy, StrategyKind::Semver.as_str());
    for (option, default) in [strategy, (PolicyOption::Constraint, "*")] {
        let key = option.as_str();
        if options.get(key) == Some(&Said::Texts(vec![default.to_string()])) {
            options.remove(key);
        }
    }
    Meaning {
        image: match Repository::parse(image) {
            Ok(repository) => repository.to_string(),
            Err(_) => image.to_string(),
        },
        options,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Options;

    #[test]
    fn the_same_in_other_words_is_the_same() {
        let mut options = Options::default();
        options.set_text(PolicyOption::Constraint, "^1");
        options.set(PolicyOption::IgnoreTags, OptionValue::list(["a"]));
        let entry = |options| Entry {
            name: "nginx",
            image: "docker.io/library/nginx",
            options,
        };
        for (text, is_equal) in [
            ("nginx = { constraint = '^1', ignore-tags = 'a' }", true),
            (
                "[nginx]\nignore-tags = ['a']\nimage = 'nginx'\nstrategy = 'semver'\nconstraint = '^1' # x",
                true,
            ),
            ("nginx = '^1'", false),
            (
                "nginx = { constraint = '^1', ignore-tags = ['a', 'b'] }",
                false,
            ),
            (
                "nginx = { image = 'x', constraint = '^1', ignore-tags = 'a' }",
                false,
            ),
            (
                "nginx = { constraint = '^1', ignore-tags = 'a', immutable = true }",
                false,
            ),
        ] {
            let document = toml_edit::Document::parse(text).unwrap();
            assert_eq!(
                is_same(&entry(&options), &document.as_table()["nginx"]),
                is_equal,
                "{text}"
            );
        }
        let document = toml_edit::Document::parse("nginx = '*'").unwrap();
        assert!(is_same(
            &entry(&Options::default()),
            &document.as_table()["nginx"]
        ));
    }
}

//! Whatever stands in files of others: it is read without a panic, and what is imported is a valid config.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use imagelock::config::{Format, SourceFile, parse};
use imagelock::edit::{Entry, FIRST_CONFIG, add};
use imagelock::import::argocd_image_updater::{self, PREFIX, read_annotations};
use imagelock::import::{Collection, flux};
use proptest::prelude::*;

/// Texts that mean something somewhere, and some that do not.
fn a_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c](=[a-z./]{1,6})?(:[\\^~>=<1-3.x* |-]{0,6})?(@sha256:[0-9a-f]{0,4})?",
        "(regexp|regex|any|RegExp)?:?[\\^a-c()\\[\\]{}|*?.$\\\\0-9-]{0,8}",
        "semver|latest|newest-build|name|alphabetical|digest|asc|desc|any|Always|IfNotPresent",
        "(linux|windows)/(amd64|arm64|x)(/v8)?(,linux/amd64)?",
        "[\\$a-c{}0-9]{0,6}",
        "\\PC{0,6}",
        "",
    ]
}

fn valid(collection: &Collection) -> Result<(), TestCaseError> {
    let entries: Vec<Entry<'_>> = collection.images.iter().map(Entry::from).collect();
    let edited = add(FIRST_CONFIG, &entries).map_err(|error| TestCaseError::fail(error.message))?;
    let source = SourceFile::new("images.toml", &edited.text, Format::Toml);
    match parse(&source) {
        Ok(config) => prop_assert_eq!(config.images.len(), collection.images.len()),
        Err(problems) => prop_assert!(false, "{}\n{:?}", edited.text, problems[0]),
    }
    for warning in collection
        .warnings
        .iter()
        .chain(collection.images.iter().flat_map(|image| &image.warnings))
    {
        let place = warning.place.as_ref().expect("a place");
        prop_assert!(
            place.text.get(place.span.clone()).is_some(),
            "{:?}",
            warning
        );
        let _ = warning.render(false);
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

proptest! {
    #[test]
    fn annotations_become_a_valid_config(
        list in proptest::collection::vec(a_text(), 1..4),
        options in proptest::collection::btree_map(
            "([a-c]\\.)?(update-strategy|allow-tags|ignore-tags|platforms|alow-tags|helm\\.image-tag)",
            a_text(),
            0..6,
        ),
    ) {
        let mut annotations: BTreeMap<String, String> =
            options.into_iter().map(|(key, value)| (format!("{PREFIX}{key}"), value)).collect();
        annotations.insert(format!("{PREFIX}image-list"), list.join(","));
        read_annotations(&annotations);
        let mut text = String::from(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app\n  annotations:\n",
        );
        for (key, value) in annotations {
            let _ = writeln!(text, "    {key}: {}", quoted(&value));
        }
        let collection = argocd_image_updater::collect(&[SourceFile::new("a.yaml", &text, Format::Yaml)]);
        valid(&collection.map_err(|problems| TestCaseError::fail(problems[0].message.clone()))?)?;
    }

    #[test]
    fn flux_policies_become_a_valid_config(
        choice in prop_oneof![Just("semver"), Just("numerical"), Just("alphabetical")],
        choice_value in a_text(),
        filter in proptest::option::of((a_text(), a_text())),
        exclusions in proptest::collection::vec(a_text(), 0..3),
        digest in a_text(),
    ) {
        let (pattern, extract) = filter.unwrap_or_default();
        let exclusions: Vec<String> = exclusions.iter().map(|text| quoted(text)).collect();
        let text = format!(
            "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {{ name: app }}\n\
             spec: {{ image: ghcr.io/acme/app, exclusionList: [{}] }}\n---\n\
             apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {{ name: app }}\nspec:\n  \
             imageRepositoryRef: {{ name: app }}\n  digestReflectionPolicy: {}\n  filterTags: {{ pattern: {}, extract: {} }}\n  \
             policy: {{ {choice}: {{ range: {value}, order: {value} }} }}\n",
            exclusions.join(", "), quoted(&digest), quoted(&pattern), quoted(&extract), value = quoted(&choice_value),
        );
        let collection = flux::collect(&[SourceFile::new("a.yaml", &text, Format::Yaml)]);
        valid(&collection.map_err(|problems| TestCaseError::fail(problems[0].message.clone()))?)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(kind|metadata|spec|name|apiVersion|[a-z:{}\\[\\]&*<>|#'\" \n-]){0,40}") {
        let file = [SourceFile::new("a.yaml", &text, Format::Yaml)];
        for result in [argocd_image_updater::collect(&file), flux::collect(&file)] {
            if let Err(problems) = result {
                prop_assert!(problems[0].place.is_some());
                let _ = problems[0].render(false);
            }
        }
    }
}

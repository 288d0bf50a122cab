//! References: every vector of `tests/fixtures/vectors/references.jsonl`, and what holds for all of them.
//!
//! The vectors say what `ParseNormalizedNamed` of `github.com/distribution/reference` does, with one
//! difference: row 95, a host with `_`, which it reads as a reference without a host, is an error here.

use std::collections::BTreeSet;

use imagelock::image::{Reference, Repository};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    row: u32,
    input: String,
    registry: Option<String>,
    repository: Option<String>,
    tag: Option<String>,
    digest: Option<String>,
    /// Why the input is refused, in the words of the reference implementation.
    error: Option<String>,
}

fn vectors() -> Vec<Vector> {
    include_str!("../fixtures/vectors/references.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

#[test]
fn every_vector_is_read_as_docker_reads_it() {
    let vectors = vectors();
    let rows: BTreeSet<_> = vectors.iter().map(|vector| vector.row).collect();
    assert_eq!(rows, (1..=160).collect());
    let mut wrong = Vec::new();
    for vector in vectors {
        let parsed = Reference::parse(&vector.input).ok().map(|reference| {
            [
                Some(reference.repository().registry().to_owned()),
                Some(reference.repository().path().to_owned()),
                reference.tag().map(ToString::to_string),
                reference.digest().map(ToString::to_string),
            ]
        });
        let wanted = vector.error.is_none().then_some([
            vector.registry,
            vector.repository,
            vector.tag,
            vector.digest,
        ]);
        if parsed != wanted {
            let Vector { row, input, .. } = vector;
            wrong.push(format!(
                "row {row}, {input:?}: {parsed:?}, wanted {wanted:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_vector_is_read_back_from_its_own_text() {
    for vector in vectors() {
        if let Ok(reference) = Reference::parse(&vector.input) {
            assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
        }
    }
}

#[test]
fn a_repository_that_could_not_be_read_back_is_refused() {
    for (registry, path) in [
        ("myhost", "app"),
        ("docker.io", "nginx"),
        ("index.docker.io", "a/b"),
    ] {
        assert!(
            Repository::new(registry, path).is_err(),
            "{registry}/{path}"
        );
    }
}

/// Text that is nearly a reference, so that both outcomes are met often.
fn nearly_a_reference() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        Just(String::new()),
        Just("docker.io/".to_owned()),
        Just("index.docker.io/".to_owned()),
        Just("localhost/".to_owned()),
        "[a-zA-Z0-9-]{1,8}(\\.[a-z0-9]{1,4}){0,2}(:[0-9]{1,5})?/",
        "\\[[0-9a-f:]{1,8}\\](:[0-9]{1,5})?/",
    ];
    let path = "[a-z0-9]{1,5}([._/-]{1,2}[a-z0-9]{1,5}){0,3}";
    let tag = "(:[A-Za-z0-9_.-]{1,8})?";
    let digest = "(@sha256:[0-9a-f]{64})?";
    (host, path, tag, digest).prop_map(|(host, path, tag, digest)| host + &path + &tag + &digest)
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(text in nearly_a_reference()) {
        if let Ok(reference) = Reference::parse(&text) {
            let printed = reference.to_string();
            prop_assert_eq!(Reference::parse(&printed), Ok(reference.clone()), "{}", printed);
            let repository = reference.repository();
            prop_assert_eq!(&Repository::parse(&repository.to_string()).unwrap(), repository);
            prop_assert_eq!(&Repository::parse(&repository.familiar()).unwrap(), repository);
            prop_assert_eq!(
                &Repository::new(repository.registry(), repository.path()).unwrap(),
                repository
            );
        }
    }

    #[test]
    fn no_text_is_too_strange(text in any::<String>()) {
        if let Ok(reference) = Reference::parse(&text) {
            prop_assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
        }
    }
}

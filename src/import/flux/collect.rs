use super::policy;
use super::repository::{Repository, read};
use crate::error::{Code, Diagnostic};
use crate::import::ManifestFile;
use crate::import::collection::{Candidate, Collection, named};
use crate::import::imported::Warning;
use crate::import::manifest::{Object, objects};

/// What a file mentions that has something to read for [`collect`].
pub const MARK: &str = "image.toolkit.fluxcd.io";

/// Reads the `ImagePolicy` resources in some files, each with the `ImageRepository` that it refers to,
/// which may stand anywhere in them.
///
/// A reference without a namespace means the policy's own. Where one of the two objects does not say
/// its namespace, the name alone decides.
///
/// # Errors
///
/// A problem for each file that is not YAML or JSON. A policy whose repository is not there, or is not the
/// only one of its name, is a warning: it stops no other.
pub fn collect(files: &[ManifestFile]) -> Result<Collection, Vec<Diagnostic>> {
    let objects = objects(files)?;
    let of_kind = |kind| objects.iter().filter(move |object| object.is(MARK, kind));
    let mut collection = Collection::default();
    let mut repositories = Vec::new();
    for object in of_kind("ImageRepository") {
        let mut warnings = Vec::new();
        repositories.push(read(object, &mut warnings));
        let shown = warnings.iter().map(|warning| shown(object, warning));
        collection.warnings.extend(shown);
    }
    let mut candidates = Vec::new();
    let mut used = vec![false; repositories.len()];
    for object in of_kind("ImagePolicy") {
        let index = match repository_of(object, &repositories) {
            Ok(index) => index,
            Err(warning) => {
                collection.warnings.push(warning);
                continue;
            }
        };
        used[index] = true;
        let Some(image) = policy::image(object, &repositories[index]) else {
            continue;
        };
        candidates.push(Candidate {
            place: object.place(&[], &image.spot),
            warnings: image
                .warnings
                .iter()
                .map(|warning| object.diagnostic(warning, &[], None))
                .collect(),
            owners: object.namespace().map(str::to_string).into_iter().collect(),
            image,
        });
    }
    let unused = repositories.iter().zip(used).filter(|(_, used)| !used);
    collection.warnings.extend(unused.map(|(repository, _)| {
        let message = "no `ImagePolicy` refers to this `ImageRepository`, and it is left out";
        let spot = Object::spot(&["metadata", "name"], false);
        shown(repository.object, &Warning::new(message, spot))
    }));
    collection.images = named(candidates);
    Ok(collection)
}

fn shown(object: &Object<'_>, warning: &Warning) -> Diagnostic {
    let subject = Some(object.name()).filter(|name| !name.is_empty());
    object.diagnostic(warning, &[], subject)
}

/// Finds the repository that a policy refers to.
fn repository_of(
    policy: &Object<'_>,
    repositories: &[Repository<'_, '_>],
) -> Result<usize, Diagnostic> {
    let path = ["spec", "imageRepositoryRef"];
    let name = policy.root.text(&[path[0], path[1], "name"]);
    let name = name.unwrap_or_default();
    let own = policy.root.text(&[path[0], path[1], "namespace"]);
    let namespace = own.or(policy.namespace());
    let of_name: Vec<usize> = (0..repositories.len())
        .filter(|index| repositories[*index].object.name() == name)
        .collect();
    let at = |wanted: fn(Option<&str>, Option<&str>) -> bool| -> Vec<usize> {
        let fits = |index: &usize| wanted(repositories[*index].object.namespace(), namespace);
        of_name.iter().copied().filter(fits).collect()
    };
    let exact = at(|found, wanted| found == wanted);
    let fitting = if exact.is_empty() {
        at(|found, wanted| found.is_none() || wanted.is_none())
    } else {
        exact
    };
    let image = |index: &usize| repositories[*index].image.as_ref().map(|image| &image.text);
    let problem = |message: String| {
        let spot = match policy.root.at(&path) {
            Some(_) => Object::spot(&[path[0], path[1], "name"], false),
            None => Object::spot(&path[..1], true),
        };
        Diagnostic::new(Code::NotImported, message)
            .subject(policy.name())
            .at(policy.place(&[], &spot))
    };
    let shown = match namespace {
        Some(namespace) => format!("`{namespace}/{name}`"),
        None => format!("`{name}`"),
    };
    match fitting[..] {
        [first, ref others @ ..] if others.iter().all(|other| image(other) == image(&first)) => {
            Ok(first)
        }
        [] => Err(problem(format!(
            "the policy `{}` is left out: the image repository {shown} is in none of the files",
            policy.name()
        ))
        .help("name the file that has it as well")),
        _ => Err(problem(format!(
            "the policy `{}` is left out: there are several image repositories {shown} with different images",
            policy.name()
        ))
        .help("import one environment at a time")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::OptionValue;

    const REPOSITORY: &str = "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: { name: app }\nspec:\n  image: ghcr.io/acme/app\n";

    fn policy(spec: &str) -> String {
        format!(
            "---\napiVersion: image.toolkit.fluxcd.io/v1beta2\nkind: ImagePolicy\nmetadata: {{ name: app }}\nspec:\n  imageRepositoryRef: {{ name: app }}\n{spec}"
        )
    }

    fn collected(text: &str) -> Collection {
        collect(&[ManifestFile::new("a.yaml", text)]).unwrap()
    }

    fn options(collection: &Collection) -> Vec<String> {
        let options = collection.images[0].options.iter();
        let shown = options.map(|(key, value)| match value {
            OptionValue::Text(text) => format!("{key}={text}"),
            OptionValue::List(items) => {
                let items: Vec<_> = items.iter().map(|item| item.value.as_str()).collect();
                format!("{key}=[{}]", items.join(" "))
            }
            OptionValue::Extract(parts) => {
                let parts = parts
                    .iter()
                    .map(|(part, text)| (part.as_str(), &text.value));
                format!("{key}={:?}", parts.collect::<Vec<_>>())
            }
            OptionValue::Bool(value) => format!("{key}={value}"),
        });
        shown.collect()
    }

    fn warnings(collection: &Collection) -> Vec<&str> {
        let of_images = collection.images.iter().flat_map(|image| &image.warnings);
        let all = collection.warnings.iter().chain(of_images);
        all.map(|warning| warning.message.as_str()).collect()
    }

    #[test]
    fn policies() {
        let extract = r#"extract=[("pattern", "^(?P<v>.*)-x$"), ("value", "${v}")]"#;
        let dots = r"ignore-tags=regexp:^[^.]*\.?[^.]*$";
        for (spec, wanted, warned) in [
            (
                "  policy: { semver: { range: ^1 } }",
                &["constraint=^1", dots][..],
                "",
            ),
            (
                "  policy: { alphabetical: {} }",
                &["strategy=alphabetical"],
                "",
            ),
            (
                "  policy: { numerical: { order: asc } }",
                &["strategy=numerical"],
                "",
            ),
            (
                "  policy: { numerical: { order: desc } }",
                &["strategy=numerical", "order=desc"],
                "",
            ),
            (
                "  policy: { numerical: }",
                &["ignore-tags=*"],
                "names no way",
            ),
            (
                "  policy: { semver: { range: latest } }",
                &["ignore-tags=*"],
                "is not a constraint",
            ),
            (
                "  policy: { semver: {} }",
                &["ignore-tags=*"],
                "has no `range`",
            ),
            ("  policy: {}", &["ignore-tags=*"], "names no way"),
            (
                "  filterTags: { pattern: ^v }\n  policy: { alphabetical: {} }",
                &["strategy=alphabetical", "allow-tags=regexp:^v"],
                "",
            ),
            (
                "  filterTags: { pattern: '[' }\n  policy: { alphabetical: {} }",
                &["strategy=alphabetical", "ignore-tags=*"],
                "is not a regular expression",
            ),
            (
                "  filterTags: { pattern: '^(?P<v>.*)-x$', extract: '${v}' }\n  policy: { numerical: {} }",
                &["strategy=numerical", extract],
                "",
            ),
            (
                "  filterTags: { pattern: '^(?P<v>.*)-x$', extract: '$w${v}' }\n  policy: { numerical: {} }",
                &["strategy=numerical", extract],
                "`$w` is left out",
            ),
            (
                "  filterTags: { pattern: '^(?P<v>.*)-x$', extract: '${v}' }\n  policy: { semver: { range: ^1 } }",
                &["constraint=^1", extract],
                "fewer than two dots",
            ),
            (
                "  filterTags: { pattern: '^(?P<v>.*)-x$', extract: '1' }\n  policy: { numerical: {} }",
                &["strategy=numerical", "ignore-tags=*"],
                "extracts nothing",
            ),
            (
                "  digestReflectionPolicy: IfNotPresent\n  policy: { numerical: {} }",
                &["strategy=numerical", "digest-updates=never"],
                "",
            ),
            (
                "  digestReflectionPolicy: Always\n  interval: 5m\n  policy: { numerical: {} }",
                &["strategy=numerical"],
                "",
            ),
            (
                "  digestReflectionPolicy: Never\n  policy: { numerical: {} }",
                &["strategy=numerical"],
                "a digest is always pinned",
            ),
            (
                "  suspend: true\n  policy: { numerical: {} }",
                &["strategy=numerical"],
                "`suspend`",
            ),
            (
                "  filterTag: {}\n  policy: { numerical: {} }",
                &["strategy=numerical"],
                "`filterTag` is not a field",
            ),
        ] {
            let collection = collected(&format!("{REPOSITORY}{}", policy(spec)));
            assert_eq!(options(&collection), wanted, "{spec}");
            let found = warnings(&collection);
            assert_eq!(
                found.len(),
                usize::from(!warned.is_empty()),
                "{spec}: {found:?}"
            );
            assert!(
                found.iter().all(|found| found.contains(warned)),
                "{found:?}"
            );
        }
    }

    #[test]
    fn repositories() {
        let chosen = policy("  policy: { numerical: {} }");
        for (spec, wanted, warned) in [
            (r"  exclusionList: ['^.*\.sig$']", &[][..], &[][..]),
            (
                "  exclusionList: [^a, b$]",
                &["ignore-tags=[regexp:^a regexp:b$]"],
                &[],
            ),
            (
                "  exclusionList: ['(']",
                &["ignore-tags=*"],
                &["is not a regular expression"],
            ),
            (
                "  interval: 5m\n  timeout: 1m\n  provider: generic\n  insecure: false",
                &[],
                &[],
            ),
            (
                "  secretRef: { name: x }\n  insecure: true\n  imge: y",
                &[],
                &["`imge`", "`secretRef`", "`insecure`"],
            ),
        ] {
            let collection = collected(&format!("{REPOSITORY}{spec}\n{chosen}"));
            assert_eq!(options(&collection)[1..], *wanted, "{spec}");
            let found = warnings(&collection);
            assert_eq!(found.len(), warned.len(), "{spec}: {found:?}");
            for (found, part) in found.iter().zip(warned) {
                assert!(found.contains(part), "{found}");
            }
        }
    }

    #[test]
    fn objects_are_joined_by_name_and_namespace() {
        let repository = |namespace: &str, image: &str| {
            format!(
                "---\napiVersion: {MARK}/v1\nkind: ImageRepository\nmetadata: {{ name: app, namespace: {namespace} }}\nspec: {{ image: {image} }}\n"
            )
        };
        let policy = |namespace: &str, reference: &str| {
            format!(
                "---\napiVersion: {MARK}/v1\nkind: ImagePolicy\nmetadata: {{ name: app, namespace: {namespace} }}\nspec: {{ imageRepositoryRef: {{ {reference} }}, policy: {{ numerical: {{}} }} }}\n"
            )
        };
        let text = [
            policy("a", "name: app"),
            policy("c", "name: app, namespace: b"),
            repository("a", "one"),
            repository("b", "two"),
        ];
        let collection = collected(&text.concat());
        let found: Vec<_> = collection
            .images
            .iter()
            .map(|image| (image.name.as_str(), image.image.as_str()))
            .collect();
        assert_eq!(found, [("a-app", "one"), ("c-app", "two")]);
        let kept = collected(&[policy("", "name: app"), repository("b", "two")].concat());
        assert_eq!(kept.images[0].image, "two");
    }

    #[test]
    fn a_policy_without_its_repository_stops_no_other() {
        let good = policy("  policy: { numerical: {} }");
        let bad = good
            .replace("metadata: { name: app }", "metadata: { name: bad }")
            .replace("{ name: app }\n  policy", "{ name: other }\n  policy");
        let collection = collected(&format!("{REPOSITORY}{good}\n{bad}"));
        let names: Vec<_> = collection.images.iter().map(|image| &image.name).collect();
        assert_eq!(names, ["app"]);
        assert_eq!(warnings(&collection).len(), 1);
        let problems = collected(&bad).warnings;
        assert!(
            problems[0].message.contains("`bad`") && problems[0].message.contains("`other`"),
            "{problems:?}"
        );
        assert_eq!(
            problems[0].place.as_ref().unwrap().line_and_column(),
            (6, 31)
        );
        let repository = REPOSITORY.replace("ghcr.io/acme/app", "other");
        let text = format!(
            "{REPOSITORY}---\n{repository}{}",
            policy("  policy: { numerical: {} }")
        );
        let problems = collected(&text).warnings;
        assert!(problems[0].message.contains("several"), "{problems:?}");
    }

    #[test]
    fn a_repository_without_a_policy_is_told() {
        let collection = collected(REPOSITORY);
        assert!(warnings(&collection)[0].contains("no `ImagePolicy`"));
        assert_eq!(collection.images.len(), 0);
    }
}

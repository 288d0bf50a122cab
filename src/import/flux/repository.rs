use crate::image::Reference;
use crate::import::imported::{Setting, Warning};
use crate::import::object::Object;
use crate::policy::Pattern;

const FIELDS: &[&str] = &[
    "accessFrom",
    "certSecretRef",
    "exclusionList",
    "image",
    "insecure",
    "interval",
    "provider",
    "proxySecretRef",
    "secretRef",
    "serviceAccountName",
    "suspend",
    "timeout",
];

/// What Flux ignores unless it is told otherwise: signatures, which are no images here.
const DEFAULT_EXCLUSION: &str = r"^.*\.sig$";

/// An `ImageRepository`.
pub(super) struct FluxRepository<'o, 'f> {
    pub(super) object: &'o Object<'f>,
    /// Its image, without a tag; nothing if it names none.
    pub(super) image: Option<Setting>,
    /// Patterns of tags that are not considered, for `ignore-tags`.
    pub(super) ignored: Vec<String>,
    /// Whether Flux can read the list of tags with it.
    pub(super) is_readable: bool,
}

/// Reads a repository, and tells what of it has no equal.
pub(super) fn read<'o, 'f>(
    object: &'o Object<'f>,
    warnings: &mut Vec<Warning>,
) -> FluxRepository<'o, 'f> {
    let mut repository = FluxRepository {
        object,
        image: image(object, warnings),
        ignored: Vec::new(),
        is_readable: true,
    };
    for setting in object.settings(&["spec", "exclusionList"]) {
        if setting.text == DEFAULT_EXCLUSION {
            continue;
        }
        let pattern = format!("regexp:{}", setting.text);
        match Pattern::parse(&pattern) {
            Ok(_) => repository.ignored.push(pattern),
            Err(error) => {
                let message = format!(
                    "`{}` is {error}: no tag is ever chosen there, nor by the entries of this repository",
                    setting.text
                );
                warnings.push(Warning::new(message, setting.spot()));
                repository.is_readable = false;
            }
        }
    }
    warnings.extend(object.unknown_keys(&["spec"], FIELDS));
    without_equal(object, warnings);
    repository
}

fn image(object: &Object<'_>, warnings: &mut Vec<Warning>) -> Option<Setting> {
    let Some(setting) = object.setting(&["spec", "image"]) else {
        let message = "an `ImageRepository` without `image` is left out";
        warnings.push(Warning::new(message, Object::spot(&["spec"], true)));
        return None;
    };
    match Reference::parse(&setting.text) {
        Ok(reference) if reference.tag().is_none() && reference.digest().is_none() => Some(setting),
        Ok(reference) => {
            let message = "a tag or a digest in `image` has no effect, and is left out";
            warnings.push(Warning::new(message, setting.spot()));
            Some(Setting {
                text: reference.repository().familiar(),
                ..setting
            })
        }
        Err(error) => {
            warnings.push(Warning::new(error.to_string(), setting.spot()));
            None
        }
    }
}

fn without_equal(object: &Object<'_>, warnings: &mut Vec<Warning>) {
    for (field, reason) in [
        (
            "secretRef",
            "credentials come from Docker's config or from `[registries]`",
        ),
        (
            "serviceAccountName",
            "credentials come from Docker's config or from `[registries]`",
        ),
        (
            "provider",
            "credentials come from Docker's config, with its helper for the cloud",
        ),
        (
            "certSecretRef",
            "certificates are those that the system trusts",
        ),
        (
            "proxySecretRef",
            "the proxy is that of the environment: `HTTPS_PROXY`",
        ),
        ("accessFrom", "every entry can use every repository"),
        ("suspend", "the images are imported as if it were not there"),
        (
            "insecure",
            "write `plain-http = true` under `[registries.\"HOST\"]`",
        ),
    ] {
        let path = ["spec", field];
        let Some(node) = object.root.field(&path) else {
            continue;
        };
        let is_default = matches!(node.scalar(), Some("false" | "generic"));
        if !is_default {
            let message = format!("`{field}` has no equal in an entry: {reason}");
            warnings.push(Warning::new(message, Object::spot(&path, true)));
        }
    }
}

use crate::error::Code;
use crate::import::imported::{Spot, Warning, nearest};

/// What all annotations of the original begin with.
pub const PREFIX: &str = "argocd-image-updater.argoproj.io/";

/// The annotation that names the images.
pub(super) const LIST: &str = "image-list";

/// The annotation with the tags that are considered.
pub(super) const ALLOW_TAGS: &str = "allow-tags";

/// The annotation with the tags that are not considered.
pub(super) const IGNORE_TAGS: &str = "ignore-tags";

/// The annotations that hold for the whole application.
const OF_APPLICATION: &[&str] = &[
    ALLOW_TAGS,
    "force-update",
    "git-branch",
    "git-repository",
    IGNORE_TAGS,
    LIST,
    "pull-secret",
    "update-strategy",
    "write-back-method",
    "write-back-target",
];

/// The annotations that hold for one image, behind its alias.
const OF_IMAGE: &[&str] = &[
    ALLOW_TAGS,
    "force-update",
    "helm.image-name",
    "helm.image-spec",
    "helm.image-tag",
    IGNORE_TAGS,
    "kustomize.image-name",
    "platforms",
    "pull-secret",
    "update-strategy",
];

/// Says what is to know about an annotation by its key.
pub(super) fn about(key: &str, aliases: &[String]) -> Option<Warning> {
    let spot = Spot {
        path: vec![format!("{PREFIX}{key}")],
        at_key: true,
        offset: 0,
        length: PREFIX.len() + key.len(),
    };
    let of_alias = aliases.iter().find_map(|alias| {
        let option = key.strip_prefix(alias.as_str())?.strip_prefix('.')?;
        OF_IMAGE.contains(&option).then_some(option)
    });
    if let Some(option) = of_alias.or_else(|| OF_APPLICATION.contains(&key).then_some(key)) {
        return without_equal(option).map(|reason| {
            let message = format!("`{key}` has no equal: {reason}");
            Warning::new(message, spot)
        });
    }
    Some(unknown(key, aliases, spot))
}

/// Says why an option has no equal, if it has none.
fn without_equal(option: &str) -> Option<&'static str> {
    match option {
        "pull-secret" => Some("credentials come from Docker's config or from `[registries]`"),
        "force-update" => Some("every image of the config is looked at"),
        "git-branch" | "git-repository" | "write-back-method" | "write-back-target" => {
            Some("imagelock writes the lock and leaves commits to others")
        }
        _ if option.starts_with("helm.") || option.starts_with("kustomize.") => {
            Some("the lock does not know where an image is used")
        }
        _ => None,
    }
}

fn unknown(key: &str, aliases: &[String], spot: Spot) -> Warning {
    let of_image = OF_IMAGE.iter().find_map(|option| {
        let alias = key.strip_suffix(option)?.strip_suffix('.')?;
        Some((alias, *option))
    });
    let mut warning = match of_image {
        Some((alias, _)) => Warning::new(
            format!("`{key}` has no effect: no image of `{LIST}` has the alias `{alias}`"),
            spot,
        ),
        None => Warning::new(format!("`{key}` is not an annotation that is read"), spot),
    };
    warning.code = Code::UnknownAnnotation;
    if key == "tag-match" || key.ends_with(".tag-match") {
        let new = key.replace("tag-match", "allow-tags");
        return warning.help(format!("it is called `{new}` now"));
    }
    let of_images: Vec<String> = aliases
        .iter()
        .flat_map(|alias| {
            OF_IMAGE
                .iter()
                .map(move |option| format!("{alias}.{option}"))
        })
        .collect();
    let known = OF_APPLICATION.iter().copied();
    match nearest(key, known.chain(of_images.iter().map(String::as_str))) {
        Some(near) => warning.help(format!("did you mean `{near}`?")),
        None if of_image.is_some() => warning.help(match aliases {
            [] => format!("give an image an alias in `{LIST}`: `alias=image`"),
            known => format!("the aliases are `{}`", known.join("`, `")),
        }),
        None => warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_without_equal_or_effect_are_told() {
        for (key, part, help) in [
            ("pull-secret", "has no equal", ""),
            ("team_web.force-update", "has no equal", ""),
            ("team_web.helm.image-tag", "has no equal", ""),
            ("git-branch", "has no equal", ""),
            (
                "team_web.alow-tags",
                "is not an annotation",
                "`team_web.allow-tags`",
            ),
            ("image-lists", "is not an annotation", "`image-list`"),
            ("platforms", "is not an annotation", ""),
            (
                "team_webb.allow-tags",
                "the alias `team_webb`",
                "`team_web.allow-tags`",
            ),
            (
                "other.platforms",
                "the alias `other`",
                "the aliases are `team_web`",
            ),
            (
                "team_web.tag-match",
                "is not an annotation",
                "`team_web.allow-tags`",
            ),
        ] {
            let warning = about(key, &["team_web".to_string()]).unwrap();
            assert!(warning.message.contains(part), "{warning:?}");
            let found = warning.help.as_deref().unwrap_or_default();
            assert!(
                found.contains(help) && help.is_empty() == found.is_empty(),
                "{warning:?}"
            );
            assert_eq!(warning.spot.path, [format!("{PREFIX}{key}")]);
        }
    }
}

//! The resource `ImageUpdater`, `argocd-image-updater.argoproj.io/v1alpha1`.

use super::manifests::{Part, owners};
use super::{Item, Settings, image};
use crate::import::imported::{Imported, Setting, Warning};
use crate::import::manifest::{Object, Value};

const SETTINGS: &str = "commonUpdateSettings";
const SETTINGS_FIELDS: &[&str] = &[
    "allowTags",
    "forceUpdate",
    "ignoreTags",
    "platforms",
    "pullSecret",
    "updateStrategy",
];
const REF_FIELDS: &[&str] = &[
    SETTINGS,
    "images",
    "imagesVerification",
    "labelSelectors",
    "namePattern",
    "useAnnotations",
    "writeBackConfig",
];
const IMAGE_FIELDS: &[&str] = &[
    "alias",
    SETTINGS,
    "imageName",
    "imagesVerification",
    "manifestTargets",
];

/// Reads the images of a resource, a part for each of its `applicationRefs`.
pub(super) fn read(object: &Object<'_>) -> Vec<Part> {
    let mut whole = Imported::default();
    let mut levels = Vec::new();
    about_level(object, &["spec"], &mut whole.warnings);
    levels.extend(level(object, &["spec"]));
    let mut parts = vec![Part {
        imported: whole,
        inside: &[],
        owners: Vec::new(),
    }];
    let refs = object.root.at(&["spec", "applicationRefs"]);
    for index in 0..refs.map_or(0, |refs| refs.items().len()) {
        let index = index.to_string();
        parts.push(application_ref(object, &levels, &index));
    }
    parts
}

/// The settings of one level, nearest last in a list of them.
#[derive(Clone)]
struct SettingsLevel {
    strategy: Option<Setting>,
    considered: Option<Setting>,
    ignored: Option<Vec<Setting>>,
    platforms: Option<Vec<Setting>>,
    /// Where its settings stand.
    path: Vec<String>,
}

fn level(object: &Object<'_>, path: &[&str]) -> Option<SettingsLevel> {
    let at = |field: Option<&'static str>| -> Vec<&str> {
        let fields = [SETTINGS].into_iter().chain(field);
        path.iter().copied().chain(fields).collect()
    };
    object.root.at(&at(None))?;
    let list = |field| {
        let path = at(Some(field));
        object.root.at(&path).map(|_| object.settings(&path))
    };
    Some(SettingsLevel {
        strategy: object.setting(&at(Some("updateStrategy"))),
        considered: object.setting(&at(Some("allowTags"))),
        ignored: list("ignoreTags"),
        platforms: list("platforms"),
        path: at(None).iter().map(ToString::to_string).collect(),
    })
}

fn application_ref(object: &Object<'_>, outer: &[SettingsLevel], index: &str) -> Part {
    let path = ["spec", "applicationRefs", index];
    let within = |field| ["spec", "applicationRefs", index, field];
    let mut imported = Imported::default();
    imported
        .warnings
        .extend(object.unknown_keys(&path, REF_FIELDS));
    let pattern = object.root.text(&within("namePattern"));
    // A pattern such as `*` is no name to put in front of another.
    let pattern = pattern.filter(|pattern| !pattern.contains(['*', '?', '[']));
    let images = object.root.at(&within("images"));
    let images = images.map_or(0, |images| images.items().len());
    if object.root.text(&within("useAnnotations")) == Some("true") {
        if images > 0 {
            let message = "`images` has no effect beside `useAnnotations`: the annotations count";
            let spot = Object::spot(&within("images"), true);
            imported.warnings.push(Warning::new(message, spot));
        }
    } else {
        about_level(object, &path, &mut imported.warnings);
        let mut levels = outer.to_vec();
        levels.extend(level(object, &path));
        for image in 0..images {
            let image = image.to_string();
            let path = ["spec", "applicationRefs", index, "images", &image];
            read_image(object, &levels, &path, &mut imported);
        }
    }
    Part {
        imported,
        inside: &[],
        owners: owners(&[pattern, Some(object.name()), object.namespace()]),
    }
}

fn read_image(
    object: &Object<'_>,
    outer: &[SettingsLevel],
    path: &[&str; 5],
    imported: &mut Imported,
) {
    let within = |field| [path[0], path[1], path[2], path[3], path[4], field];
    let Some(name) = object.setting(&within("imageName")) else {
        let message = "an image without `imageName` is left out";
        let spot = Object::spot(path, false);
        imported.warnings.push(Warning::new(message, spot));
        return;
    };
    let alias = object.root.text(&within("alias")).map(str::to_string);
    let item = match Item::of_image(alias, &name) {
        Ok(item) => item,
        Err(warning) => {
            imported.warnings.push(warning);
            return;
        }
    };
    let mut levels = outer.to_vec();
    levels.extend(level(object, path));
    let (settings, hidden) = effective(&levels);
    let mut image = image(&item, &settings);
    image
        .warnings
        .extend(object.unknown_keys(path, IMAGE_FIELDS));
    about_level(object, path, &mut image.warnings);
    image.warnings.extend(hidden);
    if object.root.at(&within("manifestTargets")).is_some() {
        let message =
            "`manifestTargets` has no equal: the lock does not know where an image is used";
        let spot = Object::spot(&within("manifestTargets"), true);
        image.warnings.push(Warning::new(message, spot));
    }
    imported.images.push(image);
}

/// Puts the levels together, field by field, the nearest first.
///
/// In a cluster, a block of settings without `updateStrategy` has `semver`: the resource's definition
/// has that as a default. It hides the strategy of an outer level.
fn effective(levels: &[SettingsLevel]) -> (Settings, Option<Warning>) {
    let nearest_list = |list: fn(&SettingsLevel) -> Option<&Vec<Setting>>| {
        let list = levels.iter().rev().find_map(list);
        list.cloned().unwrap_or_default()
    };
    let settings = Settings {
        update_strategy: levels.last().and_then(|level| level.strategy.clone()),
        considered: levels
            .iter()
            .rev()
            .find_map(|level| level.considered.clone()),
        ignored: nearest_list(|level| level.ignored.as_ref()),
        platforms: nearest_list(|level| level.platforms.as_ref()),
    };
    let outer = levels
        .iter()
        .rev()
        .find_map(|level| level.strategy.as_ref());
    let hidden = outer.filter(|outer| {
        settings.update_strategy.is_none() && !outer.text.eq_ignore_ascii_case("semver")
    });
    let hidden = hidden.zip(levels.last()).map(|(outer, level)| {
        let message = format!(
            "`{SETTINGS}` without `updateStrategy` means `semver` in a cluster, not the outer `{}`",
            outer.text
        );
        let path: Vec<&str> = level.path.iter().map(String::as_str).collect();
        let warning = Warning::new(message, Object::spot(&path, true));
        warning.help(format!(
            "write `updateStrategy: {}` there if it is meant",
            outer.text
        ))
    });
    (settings, hidden)
}

/// Tells what of a level is not known or has no equal.
fn about_level(object: &Object<'_>, path: &[&str], warnings: &mut Vec<Warning>) {
    let within = |fields: &[&'static str]| -> Vec<&str> {
        path.iter().copied().chain(fields.iter().copied()).collect()
    };
    warnings.extend(object.unknown_keys(&within(&[SETTINGS]), SETTINGS_FIELDS));
    let without_equal: [(&[&'static str], _); 4] = [
        (
            &[SETTINGS, "pullSecret"],
            "credentials come from Docker's config or from `[registries]`",
        ),
        (
            &[SETTINGS, "forceUpdate"],
            "every image of the config is looked at",
        ),
        (
            &["writeBackConfig"],
            "imagelock writes the lock and leaves commits to others",
        ),
        (&["imagesVerification"], "signatures are not verified"),
    ];
    for (fields, reason) in without_equal {
        let path = within(fields);
        let Some(node) = object.root.at(&path) else {
            continue;
        };
        if matches!(&node.value, Value::Text(text) if text == "false") {
            continue;
        }
        let field = fields.last().copied().unwrap_or_default();
        let message = format!("`{field}` has no equal: {reason}");
        warnings.push(Warning::new(message, Object::spot(&path, true)));
    }
}

#[cfg(test)]
mod tests {
    use crate::import::argocd_image_updater::collect;
    use crate::import::{Collection, ManifestFile};
    use crate::policy::{OptionValue, PolicyOption};

    const HEAD: &str = "apiVersion: argocd-image-updater.argoproj.io/v1alpha1\nkind: ImageUpdater\n\
                        metadata: {name: updater, namespace: argocd}\n";

    fn collected(spec: &str) -> Collection {
        collect(&[ManifestFile::new("a.yaml", &format!("{HEAD}{spec}"))]).unwrap()
    }

    fn option(collection: &Collection, index: usize, option: PolicyOption) -> Option<&OptionValue> {
        let value = collection.images[index].options.value(option)?;
        Some(&value.value)
    }

    fn warnings(collection: &Collection) -> Vec<&str> {
        let of_images = collection.images.iter().flat_map(|image| &image.warnings);
        let all = collection.warnings.iter().chain(of_images);
        all.map(|warning| warning.message.as_str()).collect()
    }

    #[test]
    fn the_nearest_of_three_levels_counts_for_each_field() {
        let collection = collected(
            "spec:
  commonUpdateSettings: { updateStrategy: alphabetical, ignoreTags: [nightly], allowTags: 'regexp:^a' }
  applicationRefs:
  - namePattern: shop
    commonUpdateSettings: { updateStrategy: newest-build, platforms: [linux/amd64] }
    images:
    - { alias: inner, imageName: 'nginx:^1', commonUpdateSettings: { updateStrategy: semver, allowTags: 'regexp:^b', ignoreTags: [] } }
    - { alias: middle, imageName: nginx }
  - namePattern: '*'
    images:
    - { alias: outer, imageName: nginx }
",
        );
        assert_eq!(warnings(&collection), [""; 0]);
        let text = |text: &str| Some(OptionValue::Text(text.into()));
        assert_eq!(option(&collection, 0, PolicyOption::Strategy), None);
        assert_eq!(
            option(&collection, 0, PolicyOption::Constraint),
            text("^1").as_ref()
        );
        assert_eq!(
            option(&collection, 0, PolicyOption::AllowTags),
            text("regexp:^b").as_ref()
        );
        assert_eq!(option(&collection, 0, PolicyOption::IgnoreTags), None);
        let platforms = OptionValue::list(["linux/amd64"]);
        assert_eq!(
            option(&collection, 0, PolicyOption::Platforms),
            Some(&platforms)
        );
        assert_eq!(
            option(&collection, 1, PolicyOption::Strategy),
            text("newest-build").as_ref()
        );
        assert_eq!(
            option(&collection, 1, PolicyOption::IgnoreTags),
            text("nightly").as_ref()
        );
        assert_eq!(
            option(&collection, 2, PolicyOption::Strategy),
            text("alphabetical").as_ref()
        );
        assert_eq!(option(&collection, 2, PolicyOption::Platforms), None);
    }

    #[test]
    fn settings_without_a_strategy_hide_the_outer_one() {
        let collection = collected(
            "spec:
  applicationRefs:
  - namePattern: shop
    commonUpdateSettings: { updateStrategy: newest-build }
    images:
    - alias: a
      imageName: nginx
      commonUpdateSettings: { allowTags: any }
",
        );
        assert_eq!(option(&collection, 0, PolicyOption::Strategy), None);
        let [warning] = &collection.images[0].warnings[..] else {
            panic!("{:?}", collection.images);
        };
        assert!(warning.message.contains("means `semver` in a cluster"));
        assert_eq!(warning.place.as_ref().unwrap().line_and_column(), (11, 7));
    }

    #[test]
    fn what_has_no_equal_or_no_effect_is_told() {
        let collection = collected(
            "spec:
  writeBackConfig: { method: git }
  applicationRefs:
  - namePattern: shop
    useAnnotations: true
    images: [{ alias: a, imageName: nginx }]
  - namePattern: blog
    image: []
    images:
    - alias: b
      imageName: nginx
      manifestTargets: { helm: { name: x, tag: y } }
      commonUpdateSettings: { pullSecret: 'env:X', forceUpdate: false, alowTags: any }
    - imageName: '^1'
    - alias: c
",
        );
        let mut found = warnings(&collection);
        found.sort_unstable();
        let parts = [
            "`^1` is not an image",
            "`alowTags` is not a field",
            "`image` is not a field",
            "`images` has no effect",
            "`manifestTargets` has no equal",
            "`pullSecret` has no equal",
            "`writeBackConfig` has no equal",
            "an image without `imageName`",
        ];
        assert_eq!(found.len(), parts.len(), "{found:#?}");
        for (found, part) in found.iter().zip(parts) {
            assert!(found.starts_with(part), "{found}");
        }
        assert_eq!(collection.images.len(), 1);
    }
}

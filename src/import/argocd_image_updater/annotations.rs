use std::collections::BTreeMap;

use super::keys::{ALLOW_TAGS, IGNORE_TAGS, LIST, PREFIX, about};
use super::{Item, Settings, image};
use crate::import::imported::{Imported, Setting};

/// Reads the images that an object's annotations name, with what holds for each.
///
/// Takes all annotations of the object, by their whole keys; those with another prefix are passed
/// over. An option of an image goes before one of the application, even if it is empty. The spots
/// lead to an annotation by its whole key.
pub fn read_annotations(annotations: &BTreeMap<String, String>) -> Imported {
    let ours: BTreeMap<&str, &str> = annotations
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix(PREFIX)?, value.as_str())))
        .collect();
    let mut imported = Imported::default();
    if ours.is_empty() {
        return imported;
    }
    let mut items = Vec::new();
    for item in setting(&ours, LIST).iter().flat_map(Setting::items) {
        match Item::parse(&item) {
            Ok(item) => items.push(item),
            Err(warning) => imported.warnings.push(warning),
        }
    }
    let aliases: Vec<String> = items.iter().filter_map(alias_in_keys).collect();
    for key in ours.keys() {
        imported.warnings.extend(about(key, &aliases));
    }
    imported.images = items
        .iter()
        .map(|item| image(item, &settings(&ours, item)))
        .collect();
    imported
}

/// Returns an image's alias as it stands in keys, which have no second slash.
fn alias_in_keys(item: &Item) -> Option<String> {
    item.alias.as_ref().map(|alias| alias.replace('/', "_"))
}

fn setting(annotations: &BTreeMap<&str, &str>, key: &str) -> Option<Setting> {
    let text = annotations.get(key)?;
    // A block scalar ends with a line break.
    Some(Setting::new(&[&format!("{PREFIX}{key}")], *text).trimmed())
}

/// Returns what holds for an image: its own options, then those of the application.
fn settings(annotations: &BTreeMap<&str, &str>, item: &Item) -> Settings {
    let alias = alias_in_keys(item);
    let own = |option: &str| {
        let key = format!("{}.{option}", alias.as_ref()?);
        setting(annotations, &key)
    };
    let either = |option: &str| own(option).or_else(|| setting(annotations, option));
    let items = |setting: Option<Setting>| setting.map(|setting| setting.items());
    Settings {
        update_strategy: either("update-strategy"),
        considered: either(ALLOW_TAGS),
        ignored: items(either(IGNORE_TAGS)).unwrap_or_default(),
        platforms: items(own("platforms")).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::OptionValue;

    fn read(annotations: &[(&str, &str)]) -> Imported {
        let annotations = annotations
            .iter()
            .map(|(key, value)| (format!("{PREFIX}{key}"), (*value).to_string()));
        read_annotations(&annotations.collect())
    }

    fn options(imported: &Imported, index: usize) -> Vec<String> {
        let image = &imported.images[index];
        let options = image.options.iter().map(|(key, value)| match value {
            OptionValue::Text(text) => format!("{key}={text}"),
            OptionValue::List(items) => {
                let items: Vec<_> = items.iter().map(|item| item.value.as_str()).collect();
                format!("{key}=[{}]", items.join(","))
            }
            other => panic!("{other:?}"),
        });
        options.collect()
    }

    fn messages(imported: &Imported) -> Vec<&str> {
        let of_images = imported.images.iter().flat_map(|image| &image.warnings);
        let all = imported.warnings.iter().chain(of_images);
        all.map(|warning| warning.message.as_str()).collect()
    }

    #[test]
    fn an_option_of_an_image_goes_before_that_of_the_application() {
        let imported = read(&[
            ("image-list", "a=nginx:^1, b=redis, ghcr.io/acme/api:1.2"),
            ("update-strategy", "alphabetical"),
            ("a.update-strategy", ""),
            ("ignore-tags", "*-rc*,nightly"),
            ("b.ignore-tags", ""),
            ("b.platforms", "linux/amd64, linux/arm64/v8"),
        ]);
        assert_eq!(
            options(&imported, 0),
            ["constraint=^1", "ignore-tags=[*-rc*,nightly]"]
        );
        assert_eq!(
            options(&imported, 1),
            [
                "strategy=alphabetical",
                "platforms=[linux/amd64,linux/arm64]"
            ]
        );
        assert_eq!(
            options(&imported, 2),
            ["strategy=alphabetical", "ignore-tags=[*-rc*,nightly]"]
        );
        assert_eq!(
            messages(&imported),
            ["`1.2` has no effect with the strategy `alphabetical`, and is left out"]
        );
        let names: Vec<_> = imported.images.iter().map(|image| &image.name).collect();
        assert_eq!(names, ["a", "b", "api"]);
    }

    #[test]
    fn blanks_and_line_breaks_around_values_do_not_count() {
        let imported = read(&[
            (
                "image-list",
                "a = nginx:^1 ,,\n b= redis , =ghcr.io/acme/c:~1.2\n",
            ),
            ("a.ignore-tags", "latest,\n  dev\n"),
            ("b.update-strategy", "newest-build\n"),
            ("b.allow-tags", " regexp:^main-[0-9a-f]{7}$\n"),
        ]);
        let names: Vec<_> = imported.images.iter().map(|image| &image.name).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(
            options(&imported, 0),
            ["constraint=^1", "ignore-tags=[latest,dev]"]
        );
        assert_eq!(
            options(&imported, 1),
            [
                "strategy=newest-build",
                "allow-tags=regexp:^main-[0-9a-f]{7}$"
            ]
        );
        assert_eq!(options(&imported, 2), ["constraint=~1.2"]);
        assert_eq!(messages(&imported), [""; 0]);
    }

    #[test]
    fn platforms_that_cannot_be_read_choose_nothing_if_no_other_is_there() {
        for (platforms, wanted) in [
            ("linux", &["ignore-tags=*"][..]),
            ("linux, linux/arm64", &["platforms=[linux/arm64]"]),
        ] {
            let imported = read(&[("image-list", "a=x"), ("a.platforms", platforms)]);
            assert_eq!(options(&imported, 0), wanted, "{platforms}");
            assert!(messages(&imported)[0].contains("is not a platform"));
        }
    }

    #[test]
    fn strategies() {
        for (list, strategy, wanted, warned) in [
            ("a=x:^1", "SemVer", &["constraint=^1"][..], ""),
            (
                "a=x:^1",
                "newest",
                &["constraint=^1"],
                "there is no strategy `newest`",
            ),
            (
                "a=x",
                "latest",
                &["strategy=newest-build"],
                "called `newest-build`",
            ),
            (
                "a=x",
                "name",
                &["strategy=alphabetical"],
                "called `alphabetical`",
            ),
            ("a=x:12-slim", "digest", &["tag=12-slim"], ""),
            ("a=x", "digest", &["ignore-tags=*"], "no tag to follow"),
            ("a=x:^1", "digest", &["ignore-tags=*"], "`^1` is not a tag"),
            (
                "a=x:latest",
                "semver",
                &["ignore-tags=*"],
                "`latest` is not a constraint",
            ),
            (
                "a=x:1.2.3.4",
                "semver",
                &["ignore-tags=*"],
                "`1.2.3.4` is not a constraint",
            ),
        ] {
            let imported = read(&[("image-list", list), ("a.update-strategy", strategy)]);
            assert_eq!(options(&imported, 0), wanted, "{list} {strategy}");
            let messages = messages(&imported);
            assert_eq!(messages.is_empty(), warned.is_empty(), "{messages:?}");
            assert!(
                messages.iter().all(|message| message.contains(warned)),
                "{messages:?}"
            );
        }
    }

    #[test]
    fn filters() {
        for (list, key, value, wanted, warned) in [
            (
                "a=x",
                "allow-tags",
                "RegExp:^v1",
                &["allow-tags=regexp:^v1"][..],
                "",
            ),
            ("a=x", "allow-tags", "Any", &[], ""),
            (
                "a=x",
                "allow-tags",
                "regexp:[",
                &["ignore-tags=*"],
                "not a regular expression",
            ),
            (
                "a=x",
                "allow-tags",
                "foo:bar",
                &["ignore-tags=*"],
                "not `foo:bar`",
            ),
            ("a=x", "allow-tags", "v1", &["ignore-tags=*"], "not `v1`"),
            (
                "a=x",
                "ignore-tags",
                "[^a]*, any",
                &["ignore-tags=[[!a]*,glob:any]"],
                "",
            ),
            ("a=x", "ignore-tags", "^v1", &[], "ignores no tag"),
            ("a=x", "ignore-tags", "[", &[], "it is not a glob"),
        ] {
            let imported = read(&[("image-list", list), (&format!("a.{key}"), value)]);
            assert_eq!(options(&imported, 0), wanted, "{key} {value}");
            let messages = messages(&imported);
            assert_eq!(messages.is_empty(), warned.is_empty(), "{messages:?}");
            assert!(
                messages.iter().all(|message| message.contains(warned)),
                "{messages:?}"
            );
        }
    }

    #[test]
    fn filters_of_a_followed_tag_have_no_effect_or_stop_it() {
        for (option, value, wanted) in [
            ("allow-tags", "regexp:^main", "tag=main"),
            ("allow-tags", "regexp:^v", "allow-tags=regexp:^v"),
            ("ignore-tags", "v*", "tag=main"),
            ("ignore-tags", "ma*", "ignore-tags=*"),
        ] {
            let key = format!("a.{option}");
            let imported = read(&[
                ("image-list", "a=x:main"),
                ("a.update-strategy", "digest"),
                (&key, value),
            ]);
            assert_eq!(options(&imported, 0)[0], wanted);
            assert_eq!(messages(&imported).is_empty(), wanted == "tag=main");
        }
    }

    #[test]
    fn other_annotations_are_passed_over() {
        let other = [(
            "kubernetes.io/image-list".to_string(),
            "a=nginx".to_string(),
        )];
        assert_eq!(read_annotations(&other.into()), Imported::default());
    }

    #[test]
    fn a_spot_marks_the_part_that_is_meant() {
        let imported = read(&[("image-list", "a=nginx:^1 , b=redis:latest")]);
        let spot = &imported.images[1].warnings[0].spot;
        assert_eq!((spot.offset, spot.length), (21, 6));
        assert_eq!(
            (
                imported.images[1].spot.offset,
                imported.images[1].spot.length
            ),
            (15, 5)
        );
    }
}

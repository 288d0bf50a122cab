use std::collections::BTreeSet;

use super::decision::{Decision, Keep, expand_groups};
use super::intent::Intent;
use super::job::Job;
use crate::config::Config;
use crate::error::Diagnostic;
use crate::lock::{Lock, Pin};

/// What stays and what must be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The pins that stay as they are or need no registry to be brought up to date.
    pub kept: Vec<Pin>,
    /// The images that must be asked for, in the config's order (by name).
    pub jobs: Vec<Job>,
}

impl Plan {
    /// Leaves only what is to be asked for the named images, all if none is named: their own jobs, and those
    /// of the members of their `same-version` groups, which have a say in what is chosen.
    pub fn narrow(&mut self, names: &BTreeSet<String>) {
        self.kept.clear();
        if names.is_empty() {
            return;
        }
        let own = self.jobs.iter();
        let own = own.filter(|job| names.contains(&job.spec.name));
        let groups = own.filter_map(|job| job.spec.version_group());
        let groups: BTreeSet<String> = groups.map(str::to_owned).collect();
        self.jobs.retain(|job| {
            let is_member = job
                .spec
                .version_group()
                .is_some_and(|group| groups.contains(group));
            names.contains(&job.spec.name) || is_member
        });
    }

    /// Leaves only the pins and jobs of these images, such as those of a shard.
    pub fn retain(&mut self, names: &BTreeSet<String>) {
        self.kept.retain(|entry| names.contains(&entry.name));
        self.jobs.retain(|job| names.contains(&job.spec.name));
    }
}

/// Decides what stays and what must be asked, from values alone.
///
/// A pin stays if its tag satisfies the policy, changed or not. With [`Intent::Lock`] only images that
/// have no such pin are asked for; with the others the named images are as well. Of the members of a
/// `same-version` group all are asked for, or none is.
///
/// # Errors
///
/// [`Code::UnknownImage`](crate::error::Code::UnknownImage) for each name that is not in the config, with the nearest known one.
pub fn plan(config: &Config, lock: &Lock, intent: &Intent) -> Result<Plan, Vec<Diagnostic>> {
    intent.check_names(config)?;
    let fates = config
        .images
        .iter()
        .map(|spec| Decision::of(spec, lock, intent));
    let mut fates: Vec<Decision<'_>> = fates.collect();
    expand_groups(&mut fates, intent);
    let mut plan = Plan {
        kept: Vec::new(),
        jobs: Vec::new(),
    };
    for fate in fates {
        match fate.keep {
            Keep::As(entry) => plan.kept.push(*entry),
            Keep::Asking(goal) => plan.jobs.push(Job {
                spec: fate.spec.clone(),
                old: fate.old.cloned(),
                goal,
                stays: fate.stays,
                at_once: fate.at_once,
            }),
        }
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{config, digest, entry, platforms};
    use super::*;
    use crate::error::Code;
    use crate::image::Tag;
    use crate::resolve::Goal;

    /// Returns a lock of these pins, which must be sorted by name.
    fn lock(images: impl Into<Vec<Pin>>) -> Lock {
        Lock {
            images: images.into(),
            ..Lock::default()
        }
    }

    fn update(names: &[&str]) -> Intent {
        Intent::Update {
            names: names.iter().map(ToString::to_string).collect(),
        }
    }

    fn names(plan: &Plan) -> (Vec<&str>, Vec<(&str, &Goal)>) {
        let kept = plan.kept.iter().map(|entry| entry.name.as_str());
        let jobs = plan.jobs.iter();
        (
            kept.collect(),
            jobs.map(|job| (job.spec.name.as_str(), &job.goal))
                .collect(),
        )
    }

    /// Plans `lock` for one image `app` with this config and this pin.
    fn plan_of(options: &str, pin: Pin) -> Plan {
        plan(
            &config(&format!("app = {options}")),
            &lock([pin]),
            &Intent::Lock,
        )
        .unwrap()
    }

    #[track_caller]
    fn kept(plan: &Plan) -> &Pin {
        assert_eq!(plan.jobs, [], "nothing is asked");
        &plan.kept[0]
    }

    #[track_caller]
    fn asked(plan: &Plan) -> &Goal {
        assert_eq!(plan.kept, []);
        &plan.jobs[0].goal
    }

    #[test]
    fn a_valid_pin_stays_a_new_image_is_asked_for_and_a_removed_one_goes() {
        let config = config("app = \"^1\"\nnew = \"*\"");
        let pin = entry("app", "semver ^1", "1.0.0", &["linux/amd64"]);
        let lock = lock([pin.clone(), entry("gone", "semver *", "1.0.0", &[])]);
        let plan = plan(&config, &lock, &Intent::Lock).unwrap();
        assert_eq!(
            names(&plan),
            (vec!["app"], vec![("new", &Goal::Choose)]),
            "`gone` is in neither"
        );
        assert_eq!(plan.kept[0], pin, "unknown keys and all");
        assert_eq!(plan.jobs[0].old, None);
    }

    #[test]
    fn update_asks_for_the_named_images_or_for_all() {
        let config = config("a = \"^1\"\nb = \"^1\"\nc = \"^1\"");
        let lock = lock([
            entry("a", "semver ^1", "1.0.0", &[]),
            entry("b", "semver ^1", "1.0.0", &[]),
        ]);
        let one = plan(&config, &lock, &update(&["b"])).unwrap();
        assert_eq!(
            names(&one),
            (vec!["a"], vec![("b", &Goal::Choose), ("c", &Goal::Choose)]),
            "an image without a pin is asked for in any case"
        );
        let all = plan(&config, &lock, &update(&[])).unwrap();
        assert!(all.kept.is_empty());
        assert_eq!(all.jobs.len(), 3);
    }

    #[test]
    fn what_is_left_for_a_member_of_a_group_is_the_group() {
        let group = "constraint = \"^1\", group = \"g\", same-version = true";
        let config = config(&format!(
            "a = {{ {group} }}\nb = {{ {group} }}\nc = \"^1\"\nd = {{ constraint = \"^1\", group = \"h\" }}"
        ));
        let left = |of: &[&str]| {
            let of: BTreeSet<String> = of.iter().map(ToString::to_string).collect();
            let intent = Intent::Update { names: of.clone() };
            let lock = lock([entry("c", "semver ^1", "1.0.0", &[])]);
            let mut plan = plan(&config, &lock, &intent).unwrap();
            plan.narrow(&of);
            assert_eq!(plan.kept, []);
            let names = plan.jobs.iter().map(|job| job.spec.name.as_str());
            names.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(left(&["a"]), "a b");
        assert_eq!(left(&["c"]), "c", "`d` has no pin, and was not asked for");
        assert_eq!(left(&["d"]), "d");
        assert_eq!(left(&[]), "a b c d");
    }

    #[test]
    fn precise_asks_for_one_tag_of_one_image() {
        let config = config("a = \"^1\"\nb = \"^1\"");
        let lock = lock([entry("b", "semver ^1", "1.0.0", &[])]);
        let tag = Tag::parse("1.2.0").unwrap();
        let intent = Intent::Precise {
            name: "a".into(),
            tag: tag.clone(),
        };
        let plan = plan(&config, &lock, &intent).unwrap();
        assert_eq!(names(&plan), (vec!["b"], vec![("a", &Goal::Tag(tag))]));
    }

    #[test]
    fn a_changed_policy_that_the_pin_still_satisfies_asks_for_nothing() {
        let pin = entry("app", "semver ^1", "1.4.0", &["linux/amd64"]);
        let plan = plan_of("\">=1.2, <2\"", pin.clone());
        let new = Pin {
            policy: "semver >=1.2, <2".into(),
            ..pin
        };
        assert_eq!(kept(&plan), &new);
    }

    #[test]
    fn a_changed_policy_that_refuses_the_pin_is_asked_for() {
        for options in ["\"^2\"", "{ suffix = \"-alpine\" }", "{ tag = \"edge\" }"] {
            let pin = entry("app", "semver ^1", "1.4.0", &[]);
            let plan = plan_of(options, pin.clone());
            assert_eq!(asked(&plan), &Goal::Choose, "{options}");
            assert_eq!(
                plan.jobs[0].current(),
                Some(&pin),
                "the choice knows the pin"
            );
        }
    }

    #[test]
    fn fewer_platforms_need_no_registry() {
        let pin = entry(
            "app",
            "semver ^1",
            "1.0.0",
            &["linux/amd64", "linux/arm64", "linux/s390x"],
        );
        let two = "{ constraint = \"^1\", platforms = [\"linux/arm64\", \"linux/amd64\"] }";
        let plan = plan_of(two, pin);
        let pin = kept(&plan).clone();
        assert_eq!(pin.policy, "semver ^1 platforms=linux/amd64,linux/arm64");
        assert_eq!(pin.platforms, platforms(&["linux/amd64", "linux/arm64"]));

        let plan = plan_of(
            "{ constraint = \"^1\", platforms = [\"linux/arm64\"] }",
            pin,
        );
        assert_eq!(kept(&plan).platforms, platforms(&["linux/arm64"]));
    }

    #[test]
    fn more_platforms_are_asked_of_the_pinned_digest_alone() {
        let narrow = "semver ^1 platforms=linux/amd64";
        let more = "{ constraint = \"^1\", platforms = [\"linux/amd64\", \"linux/arm64\"] }";
        for (options, policy, has) in [
            (more, narrow, vec!["linux/amd64"]),
            // All again: which there are, only the index says.
            ("\"^1\"", narrow, vec!["linux/amd64"]),
            // A single image, whose platform was not asked for so far.
            (more, "semver ^1", vec![]),
        ] {
            let plan = plan_of(options, entry("app", policy, "1.0.0", &has));
            let goal = Goal::Platforms(Tag::parse("1.0.0").unwrap(), digest("index"));
            assert_eq!(asked(&plan), &goal, "{policy} to {options}");
        }
    }

    #[test]
    fn a_pattern_that_looks_like_platforms_asks_for_nothing() {
        let options = "{ allow-tags = \"regexp:^1| platforms=x\" }";
        let policy = config(&format!("app = {options}")).images[0].policy_text();
        assert!(policy.contains(" platforms="), "{policy}");
        let plan = plan_of(options, entry("app", &policy, "1.0.0", &["linux/amd64"]));
        kept(&plan);
    }

    #[test]
    fn a_pin_that_was_edited_by_hand_is_put_right() {
        // Policy and pin contradict each other, and `check` says so.
        let plan = plan_of("\"^1\"", entry("app", "semver ^1", "2.0.0", &[]));
        assert_eq!(asked(&plan), &Goal::Choose);

        let options = "{ constraint = \"^1\", platforms = [\"linux/amd64\"] }";
        let policy = "semver ^1 platforms=linux/amd64";
        let more = entry("app", policy, "1.0.0", &["linux/amd64", "linux/arm64"]);
        assert_eq!(
            kept(&plan_of(options, more)).platforms,
            platforms(&["linux/amd64"])
        );
        let none = entry("app", policy, "1.0.0", &[]);
        let plan = plan_of(options, none);
        assert!(matches!(asked(&plan), Goal::Platforms(..)));
    }

    #[test]
    fn a_changed_repository_is_chosen_from_afresh() {
        let pin = entry("app", "semver ^1", "1.0.0", &["linux/amd64"]);
        let plan = plan_of(
            "{ image = \"ghcr.io/acme/app\", constraint = \"^1\" }",
            pin.clone(),
        );
        assert_eq!(asked(&plan), &Goal::Choose);
        assert_eq!(plan.jobs[0].current(), None);
        assert_eq!(plan.jobs[0].old, Some(pin), "it stays if the image fails");
    }

    #[test]
    fn what_was_planned_is_what_check_accepts() {
        let options = "{ constraint = \"^1\", platforms = [\"linux/amd64\"] }";
        let config = config(&format!("app = {options}"));
        for policy in ["semver ^1", "semver *", "semver ^1 platforms=linux/amd64"] {
            let pin = entry("app", policy, "1.0.0", &["linux/amd64", "linux/arm64"]);
            let kept = kept(&plan_of(options, pin)).clone();
            assert_eq!(crate::lock::drift(&config, &lock([kept])), []);
        }
    }

    #[test]
    fn unknown_names_are_told_with_the_nearest() {
        let config = config("nginx = \"*\"\nredis = \"*\"");
        let problems = plan(&config, &Lock::default(), &update(&["ngnix", "zookeeper"]));
        let problems = problems.unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(
            problems
                .iter()
                .all(|problem| problem.code == Code::UnknownImage)
        );
        assert_eq!(problems[0].message, "there is no image `ngnix`");
        assert_eq!(problems[0].help, ["did you mean `nginx`?"]);
        assert!(
            problems[1].help[0].contains("imagelock list"),
            "{problems:?}"
        );

        let precise = Intent::Precise {
            name: "postgres".into(),
            tag: Tag::parse("1").unwrap(),
        };
        assert_eq!(
            plan(&config, &Lock::default(), &precise).unwrap_err().len(),
            1
        );
    }
}

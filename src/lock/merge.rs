use std::collections::{BTreeMap, BTreeSet};

use super::{Lock, ShardFailure, ShardLock, write};
use crate::config::{Config, Shard};
use crate::error::{Code, Diagnostic};

/// Joins all partial locks into the lock of a single run, and returns the images that failed in them.
///
/// Each partial lock comes with its file name. `before` is the lock from which they were made: its text, if
/// there is a file, and its parsed content.
///
/// # Errors
///
/// [`Code::ShardMissing`] if partial locks are missing, and [`Code::ShardMismatch`] if they do not match each
/// other, the config or the lock.
pub fn merge(
    config: &Config,
    before: (Option<&str>, &Lock),
    parts: &[(String, ShardLock)],
) -> Result<(Lock, Vec<ShardFailure>), Diagnostic> {
    let (text, old) = before;
    let Some((first, some)) = parts.first() else {
        return Err(Diagnostic::new(Code::ShardMissing, "there are no parts of a lock here")
            .help("make them with `imagelock lock --shard 1/N` to `N/N`, or name their files or folder"));
    };
    let count = some.shard.count();
    let now = ShardLock::digest_of_config(config);
    let mut by_shard: BTreeMap<Shard, &(String, ShardLock)> = BTreeMap::new();
    for named in parts {
        let (file, part) = named;
        if part.shard.count() != count {
            let (one, other) = (some.shard, part.shard);
            let message = format!("{first} is shard {one}, and {file} is shard {other}");
            return Err(misfit(message)
                .help("delete the parts of the run that is not meant, or name those that are"));
        }
        if part.config != now {
            return Err(stale(format!(
                "{file} was made from another config than the one that is here"
            )));
        }
        if part.run != some.run {
            let (one, other) = (&some.run, &part.run);
            let message = format!("{first} was made by `{one}`, and {file} by `{other}`");
            return Err(stale(message));
        }
        match by_shard.insert(part.shard, named) {
            Some((other, twin)) if twin != part => {
                let message = format!(
                    "{other} and {file} are both shard {}, and differ",
                    part.shard
                );
                return Err(misfit(message).help("delete the one that is not meant"));
            }
            _ => {}
        }
    }
    let shards = (1..=count).filter_map(|number| Shard::new(number, count));
    let missing: Vec<Shard> = shards
        .filter(|shard| !by_shard.contains_key(shard))
        .collect();
    if !missing.is_empty() {
        return Err(lacking(&missing, &some.run));
    }
    let then = text.map(ShardLock::digest_of_lock);
    let other = by_shard.values().find(|(_, part)| part.before != then);
    let other = other.map(|(file, _)| file);
    let mut lock = Lock {
        images: Vec::new(),
        extra: old.extra.clone(),
    };
    let none = BTreeSet::new();
    let mut own: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
    for (name, number) in Shard::numbers(config, count) {
        own.entry(number).or_default().insert(name);
    }
    let mut failed = Vec::new();
    for (file, part) in by_shard.into_values() {
        let own = own.get(&part.shard.number()).unwrap_or(&none);
        check(file, part, own)?;
        lock.images.extend(part.lock.images.iter().cloned());
        failed.extend(part.failed.iter().cloned());
    }
    lock.images
        .sort_by(|left, right| left.name.cmp(&right.name));
    failed.sort_by(|left, right| left.name.cmp(&right.name));
    // Parts that were merged already change nothing.
    let is_there = || {
        text.is_some_and(|text| {
            ShardLock::digest_of_lock(text) == ShardLock::digest_of_lock(&write(&lock))
        })
    };
    match other {
        Some(file) if !is_there() => Err(stale(format!(
            "{file} was made from another lock than the one that is here"
        ))),
        _ => Ok((lock, failed)),
    }
}

/// Makes sure that a part has the images of its shard: all of them, and no others.
fn check(file: &str, part: &ShardLock, own: &BTreeSet<&str>) -> Result<(), Diagnostic> {
    let pinned = part.lock.images.iter().map(|entry| entry.name.as_str());
    let failed = part.failed.iter().map(|failed| failed.name.as_str());
    let there: BTreeSet<&str> = pinned.chain(failed).collect();
    let shard = part.shard;
    if let Some(name) = there.difference(own).next() {
        let message = format!("{file} has the image `{name}`, which is not in shard {shard}");
        return Err(stale(message));
    }
    match own.difference(&there).next() {
        Some(name) => {
            let message = format!("{file} lacks the image `{name}`, which is in shard {shard}");
            Err(stale(message))
        }
        None => Ok(()),
    }
}

fn misfit(message: String) -> Diagnostic {
    Diagnostic::new(Code::ShardMismatch, message)
}

fn stale(message: String) -> Diagnostic {
    misfit(message)
        .help("delete the parts, and run all shards again, from one commit and with one command")
}

fn lacking(missing: &[Shard], run: &str) -> Diagnostic {
    const SHOWN: usize = 5;
    let names: Vec<String> = missing.iter().take(SHOWN).map(Shard::to_string).collect();
    let more = missing.len().saturating_sub(SHOWN);
    let last = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let names = names.join(", ") + &last;
    let what = if missing.len() == 1 {
        "shard"
    } else {
        "shards"
    };
    let message = format!("there is no part of {what} {names}");
    let help = format!(
        "run `imagelock {run} --shard {}`, and merge once more",
        missing[0]
    );
    Diagnostic::new(Code::ShardMissing, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::super::Pin;
    use super::super::read::tests::sample;
    use super::*;
    use crate::config::{Format, SourceFile, parse};

    const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

    fn config(names: &[&str]) -> Config {
        let lines: Vec<String> = names
            .iter()
            .map(|name| format!("{name} = \"^1\"\n"))
            .collect();
        let images = lines.concat();
        let text = format!("version = 1\n[images]\n{images}");
        parse(&SourceFile::new("images.toml", &text, Format::Toml)).unwrap()
    }

    fn made(count: u64) -> Vec<(String, ShardLock)> {
        let config = config(&NAMES);
        let shards = (1..=count).filter_map(|number| Shard::new(number, count));
        let part = |shard: Shard| {
            let images = shard.names(&config).into_iter().map(|name| Pin {
                name,
                ..sample().images.remove(0)
            });
            let part = ShardLock {
                shard,
                run: "lock".into(),
                config: ShardLock::digest_of_config(&config),
                before: None,
                lock: Lock {
                    images: images.collect(),
                    ..Lock::default()
                },
                failed: Vec::new(),
            };
            (format!("part {shard}"), part)
        };
        shards.map(part).collect()
    }

    fn merged(parts: &[(String, ShardLock)]) -> Result<String, Diagnostic> {
        let (lock, _) = merge(&config(&NAMES), (None, &Lock::default()), parts)?;
        Ok(write(&lock))
    }

    #[track_caller]
    fn refused(parts: &[(String, ShardLock)], code: Code, says: &str) {
        let error = merged(parts).unwrap_err();
        assert_eq!(error.code, code);
        assert!(error.message.contains(says), "{}", error.message);
    }

    #[test]
    fn any_number_of_parts_in_any_order_gives_the_same_lock() {
        let whole = merged(&made(1)).unwrap();
        for count in [2, 3, 8, 50] {
            let mut parts = made(count);
            parts.reverse();
            assert_eq!(merged(&parts).unwrap(), whole);
        }
    }

    #[test]
    fn copies_and_what_was_merged_already_do_no_harm() {
        let mut parts = made(3);
        let whole = merged(&parts).unwrap();
        parts.push(parts[1].clone());
        assert_eq!(merged(&parts).unwrap(), whole);
        let lock = super::super::read("images.lock", &whole).unwrap();
        let again = merge(&config(&NAMES), (Some(&whole), &lock), &parts).unwrap();
        assert_eq!(again.0, lock);
        parts[0].1.lock.images[0].policy = "semver ^2".into();
        parts.pop();
        let error = merge(&config(&NAMES), (Some(&whole), &lock), &parts).unwrap_err();
        assert!(error.message.contains("another lock"), "{}", error.message);
    }

    #[test]
    fn a_missing_part_is_named() {
        refused(&[], Code::ShardMissing, "no parts");
        let mut parts = made(8);
        parts.remove(2);
        refused(&parts, Code::ShardMissing, "shard 3/8");
        parts.remove(6);
        refused(&parts, Code::ShardMissing, "shards 3/8, 8/8");
        refused(&made(300)[..1], Code::ShardMissing, "6/300 and 294 more");
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        type Change<'c> = &'c dyn Fn(&mut Vec<(String, ShardLock)>);
        let misfits = |change: Change<'_>, says| {
            let mut parts = made(2);
            change(&mut parts);
            refused(&parts, Code::ShardMismatch, says);
        };
        misfits(&|parts| parts.extend(made(3)), "shard 1/3");
        misfits(
            &|parts| {
                parts.push(parts[0].clone());
                parts[2].1.lock.images.clear();
            },
            "both shard 1/2",
        );
        misfits(&|parts| parts[1].1.run = "update".into(), "by `update`");
        let other = ShardLock::digest_of_config(&config(&["a"]));
        misfits(&|parts| parts[1].1.config = other.clone(), "another config");
        misfits(
            &|parts| parts[1].1.before = Some(other.clone()),
            "another lock",
        );
        misfits(&|parts| parts[0].1.lock.images.clear(), "lacks the image");
        let entry = made(1)[0].1.lock.images[0].clone();
        let stranger = Pin {
            name: "stranger".into(),
            ..entry
        };
        misfits(
            &|parts| parts[0].1.lock.images.push(stranger.clone()),
            "`stranger`",
        );
    }

    #[test]
    fn an_image_that_failed_may_be_without_a_pin() {
        let mut parts = made(1);
        let name = parts[0].1.lock.images.remove(0).name;
        let failed = ShardFailure {
            name,
            code: Code::NoTagFits,
            message: "no".into(),
            notes: Vec::new(),
            help: Vec::new(),
        };
        parts[0].1.failed.push(failed.clone());
        let before = (None, &Lock::default());
        assert_eq!(merge(&config(&NAMES), before, &parts).unwrap().1, [failed]);
    }
}

//! A fast parser for locks: their text is almost always as [`write()`] created it.

use std::collections::BTreeMap;

use super::{Lock, Pin, write};
use crate::image::{Digest, Platform, Repository, Tag};

/// Reads a lock whose text is canonical and has no unknown keys; `None` for any other text.
///
/// What is read is written again and compared, so that this can be as simple as it is: whatever it
/// does not understand is left to the TOML parser.
pub(super) fn read(text: &str) -> Option<Lock> {
    let mut blocks = text.split("\n[[image]]\n");
    blocks.next()?;
    let mut known = BTreeMap::new();
    let images = blocks
        .map(|block| entry(block, &mut known))
        .collect::<Option<Vec<Pin>>>()?;
    let lock = Lock {
        images,
        ..Lock::default()
    };
    let distinct = lock
        .images
        .is_sorted_by(|left, right| left.name < right.name);
    (distinct && write(&lock) == text).then_some(lock)
}

/// The platforms met so far: a lock has few of them, thousands of times.
type KnownKeys<'t> = BTreeMap<&'t str, Platform>;

fn entry<'t>(block: &'t str, known: &mut KnownKeys<'t>) -> Option<Pin> {
    let (keys, platforms) = match block.split_once("\n[image.platforms]\n") {
        Some((keys, platforms)) => (keys, platforms),
        None => (block, ""),
    };
    let mut keys = keys.lines();
    let mut value = |key: &str| {
        keys.next()?
            .strip_prefix(key)?
            .strip_prefix(" = ")
            .and_then(unquoted)
    };
    Some(Pin {
        name: value("name")?.into(),
        image: repository(value("image")?)?,
        policy: value("policy")?.into(),
        tag: Tag::parse(value("tag")?).ok()?,
        digest: Digest::parse(value("digest")?).ok()?,
        platforms: platforms
            .lines()
            .map(|line| platform(line, known))
            .collect::<Option<BTreeMap<_, _>>>()?,
        extra: toml::Table::new(),
    })
}

fn repository(text: &str) -> Option<Repository> {
    let (registry, path) = text.split_once('/')?;
    Repository::new(registry, path).ok()
}

fn platform<'t>(line: &'t str, known: &mut KnownKeys<'t>) -> Option<(Platform, Digest)> {
    let (name, digest) = line.split_once(" = ")?;
    let name = unquoted(name)?;
    let platform = if let Some(platform) = known.get(name) {
        platform.clone()
    } else {
        let platform = Platform::try_from(name.to_string()).ok()?;
        known.insert(name, platform.clone());
        platform
    };
    Some((platform, Digest::parse(unquoted(digest)?).ok()?))
}

/// Returns what stands in the quotes of a string without escapes.
fn unquoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains(['\\', '"'])).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::super::read::tests::sample;
    use super::*;

    #[test]
    fn canonical_text_is_read() {
        let mut lock = sample();
        let mut bare = lock.images[0].clone();
        bare.name = "zebra".into();
        bare.platforms.clear();
        lock.images.push(bare);
        assert_eq!(read(&write(&lock)), Some(lock));
        assert_eq!(read(&write(&Lock::default())), Some(Lock::default()));
    }

    #[test]
    fn any_other_text_is_left_to_the_parser() {
        let text = write(&sample());
        for (from, to) in [
            ("version = 1", "version = 2"),
            ("name = ", "name  = "),
            ("\"nginx\"", "'nginx'"),
            ("tag = \"1.27.5\"", "tag = \"1.27.5\" # pinned"),
            ("digest = ", "novel = 1\ndigest = "),
            ("linux/arm64", "linux/arm64/v8"),
            ("\n[[image]]", "\n\n[[image]]"),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text);
            assert_eq!(read(&other), None, "{from} -> {to}");
        }
        let (head, block) = text.split_once("\n[[image]]\n").unwrap();
        assert_eq!(
            read(&format!("{head}\n[[image]]\n{block}\n[[image]]\n{block}")),
            None,
            "one name twice"
        );
    }
}

//! Content to play with: a small hub of believable repositories, and large ones for measuring.

use jiff::Timestamp;

use super::builder::TestImage;
use super::store::Store;

/// The platforms of most images of [`hub`].
pub const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm64/v8", "linux/arm/v7"];

/// Seconds from 1970 to 2025-01-15T09:00:00Z, when the first image of [`hub`] was made.
const FIRST_DAY: i64 = 1_736_931_600;
const DAY: i64 = 86_400;

struct Release {
    repository: &'static str,
    version: &'static str,
    tags: &'static [&'static str],
    day: i64,
}

const fn release(
    repository: &'static str,
    version: &'static str,
    tags: &'static [&'static str],
    day: i64,
) -> Release {
    Release {
        repository,
        version,
        tags,
        day,
    }
}

const HUB: &[Release] = &[
    release("library/nginx", "1.26.2", &["1.26.2", "1.26"], 0),
    release("library/nginx", "1.26.2-alpine", &["1.26.2-alpine"], 0),
    release("library/nginx", "1.27.3", &["1.27.3"], 9),
    release("library/nginx", "1.27.3-alpine", &["1.27.3-alpine"], 9),
    release(
        "library/nginx",
        "1.27.4",
        &["1.27.4", "1.27", "1", "latest"],
        30,
    ),
    release(
        "library/nginx",
        "1.27.4-alpine",
        &["1.27.4-alpine", "alpine"],
        30,
    ),
    release("library/redis", "7.2.7", &["7.2.7", "7.2"], 3),
    release(
        "library/redis",
        "7.2.7-alpine",
        &["7.2.7-alpine", "7.2-alpine"],
        3,
    ),
    release("library/redis", "7.4.1-alpine", &["7.4.1-alpine"], 12),
    release("library/redis", "7.4.1-bookworm", &["7.4.1-bookworm"], 12),
    release(
        "library/redis",
        "7.4.1",
        &["7.4.1", "7.4", "7", "latest"],
        12,
    ),
    release(
        "library/debian",
        "11-slim",
        &["11-slim", "bullseye-slim"],
        5,
    ),
    release(
        "library/debian",
        "12-slim 20250203",
        &["12-slim", "bookworm-slim"],
        20,
    ),
    release("acme/api", "2.3.0", &["v2.3.0"], 14),
    release("acme/api", "2.3.1", &["v2.3.1"], 25),
    release("acme/api", "2.4.0-rc.1", &["v2.4.0-rc.1"], 33),
    release("acme/worker", "0.9.0", &["0.9.0"], 18),
    release("acme/worker", "0.9.1", &["0.9.1", "latest"], 29),
];

const NEWS: &[Release] = &[
    release(
        "library/nginx",
        "1.27.5",
        &["1.27.5", "1.27", "1", "latest"],
        62,
    ),
    release(
        "library/nginx",
        "1.27.5-alpine",
        &["1.27.5-alpine", "alpine"],
        62,
    ),
    release("library/redis", "7.4.2-alpine", &["7.4.2-alpine"], 58),
    release(
        "library/redis",
        "7.4.2",
        &["7.4.2", "7.4", "7", "latest"],
        58,
    ),
    release(
        "library/debian",
        "12-slim 20250317",
        &["12-slim", "bookworm-slim"],
        61,
    ),
    release("acme/api", "2.4.0", &["v2.4.0"], 60),
];

/// Publishes a small hub: nginx, redis, debian and two programs of a company, from early 2025.
pub fn hub(store: &Store) {
    publish(store, HUB);
}

/// Publishes what happened two months later: new releases, and a rebuilt `debian:12-slim`.
pub fn news(store: &Store) {
    publish(store, NEWS);
}

/// Publishes `repositories` repositories `<prefix>-000` and on, with `tags` patch releases each.
///
/// The tags are `1.0.0`, `1.0.1` up to `1.0.9`, then `1.1.0` and on; each is an index of two platforms.
pub fn many(store: &Store, prefix: &str, repositories: usize, tags: usize) {
    for number in 0..repositories {
        let repository = format!("{prefix}-{number:03}");
        for tag in 0..tags {
            let version = format!("1.{}.{}", tag / 10, tag % 10);
            let image = TestImage::new(format!("{repository} {version}"))
                .platforms(["linux/amd64", "linux/arm64"]);
            store.publish(&repository, &version, &image);
        }
    }
}

fn publish(store: &Store, releases: &[Release]) {
    for release in releases {
        let name = release
            .repository
            .rsplit('/')
            .next()
            .unwrap_or(release.repository);
        let seed = format!("{name} {}", release.version);
        let mut image = TestImage::new(seed.clone())
            .platforms(PLATFORMS)
            .version(release.version)
            .source(&format!("https://git.example.com/{}", release.repository))
            .revision(&revision(&seed))
            .attestations("build 1");
        if let Ok(created) = Timestamp::from_second(FIRST_DAY + release.day * DAY) {
            image = image.created(created);
        }
        for tag in release.tags {
            store.publish(release.repository, tag, &image);
        }
    }
}

/// Returns 40 hex digits that look like a commit.
fn revision(seed: &str) -> String {
    let digest = crate::image::Digest::sha256_of(seed.as_bytes());
    digest.hex().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_news_move_tags_and_bring_new_ones() {
        let store = Store::new();
        hub(&store);
        let slim = store.digest("library/debian", "12-slim").unwrap();
        let old = store.digest("library/nginx", "1.27.4").unwrap();
        assert_eq!(store.digest("library/nginx", "1.27.5"), None);
        news(&store);
        assert_ne!(store.digest("library/debian", "12-slim"), Some(slim));
        assert_eq!(store.digest("library/nginx", "1.27.4"), Some(old));
        assert!(store.digest("library/nginx", "1.27.5").is_some());
        assert!(store.tagged("acme/api", "v2.4.0").unwrap().pushed.is_some());
    }

    #[test]
    fn many_makes_as_many_as_asked_for() {
        let store = Store::new();
        many(&store, "team/app", 3, 12);
        assert_eq!(store.repositories().len(), 3);
        let tags = store.tags("team/app-002").unwrap();
        assert_eq!(tags.len(), 12);
        assert!(tags.contains(&"1.1.1".to_owned()));
    }
}

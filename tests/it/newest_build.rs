//! What dating five hundred tags asks of a real registry, for the first time and ever after.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use imagelock::embedded::TestImage;
use imagelock::image::{Repository, Tag};
use imagelock::observe::{Event, Observer};
use imagelock::registry::{Client, ContentCache};
use imagelock::resolve::{DateQuery, Dates, fetch_dates};
use imagelock::tag::{Evidence, Ledger, Observations};
use jiff::{SignedDuration, Timestamp};

use crate::support::distribution::Distribution;

const TAGS: usize = 500;
const REPOSITORY: &str = "team/app";

/// How many requests there were, by what they are for: `HEAD manifests`, `GET blobs`.
#[derive(Clone, Debug, Default)]
struct Asked(BTreeMap<String, usize>);

impl Asked {
    fn count(&mut self, method: &str, path: &str) {
        let kinds = ["manifests", "blobs", "tags"];
        let kind = kinds
            .into_iter()
            .find(|kind| path.contains(&format!("/{kind}/")));
        let kind = format!("{method} {}", kind.unwrap_or("other"));
        *self.0.entry(kind).or_default() += 1;
    }

    fn of(&self, kind: &str) -> usize {
        self.0.get(kind).copied().unwrap_or(0)
    }

    /// Returns how many manifests and blobs were read.
    fn read(&self) -> usize {
        self.of("GET manifests") + self.of("GET blobs")
    }
}

#[derive(Default)]
struct Counter(Mutex<Asked>);

impl Observer for Counter {
    fn on_event(&self, event: &Event) {
        if let Event::RequestStarted { request } = event {
            self.0.lock().unwrap().count(request.method, &request.path);
        }
    }
}

/// Tells who measures what was asked; with `--nocapture` beside the test's name.
fn tell(run: &str, asked: &Asked) {
    let _closed = writeln!(std::io::stderr(), "{run}: {:?}", asked.0);
}

/// A run: what it found, and what it asked.
struct Run {
    tags: Vec<Tag>,
    dates: Dates,
    asked: Asked,
}

fn built(number: usize) -> Timestamp {
    let first: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    first + SignedDuration::from_mins(i64::try_from(number).unwrap())
}

/// Names whose order tells nothing of the time: hashes, as builds of a branch have them.
fn name(number: usize) -> String {
    format!("main-{:07x}", (number * 7_654_321) % 0x0fff_ffff)
}

/// Every other image is an index of two platforms.
fn image(number: usize) -> TestImage {
    let image = TestImage::new(format!("app {number}")).created(built(number));
    if number.is_multiple_of(2) {
        image.platforms(["linux/amd64", "linux/arm64"])
    } else {
        image
    }
}

async fn run(
    registry: &Distribution,
    cache: &ContentCache,
    ledger: &Ledger,
    now: Timestamp,
) -> Run {
    let counter = Arc::new(Counter::default());
    let client = Client::builder()
        .observer(Arc::clone(&counter) as _)
        .cache(cache.clone())
        .build()
        .unwrap();
    let repository = Repository::new(registry.address(), REPOSITORY).unwrap();
    let tags = client.tags(&repository).await.unwrap().to_vec();
    let look = DateQuery {
        platforms: &[],
        ledger,
        now,
    };
    let dates = fetch_dates(&client, &repository, &tags, &look, 64)
        .await
        .unwrap();
    let asked = counter.0.lock().unwrap().clone();
    tell(&format!("{} tags", tags.len()), &asked);
    Run { tags, dates, asked }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_over_five_hundred_tags_reads_what_is_new_and_nothing_else() {
    let Some(registry) = Distribution::start() else {
        return;
    };
    let images = (0..TAGS).map(|number| (REPOSITORY.to_owned(), name(number), image(number)));
    registry.push_all(&images.collect::<Vec<_>>()).await;
    let folder = tempfile::tempdir().unwrap();
    let cache = ContentCache::new(folder.path());
    let now = built(TAGS);
    let mut ledger = Ledger::default();

    let cold = run(&registry, &cache, &ledger, now).await;
    assert_eq!(cold.dates.ages.len(), TAGS);
    for number in 0..TAGS {
        let age = cold.dates.ages[&Tag::parse(&name(number)).unwrap()];
        assert_eq!(
            (age.since, age.evidence),
            (built(number), Evidence::Publisher)
        );
    }
    // One manifest for each tag, one more for the child of each index, and one config for each.
    assert_eq!(cold.asked.read(), TAGS + TAGS / 2 + TAGS);

    let mut seen = Observations::at(now);
    let repository = Repository::new(registry.address(), REPOSITORY).unwrap();
    seen.tags(&repository, &cold.tags);
    for (tag, digest) in &cold.dates.digests {
        seen.digest(&repository, tag, digest);
    }
    ledger.add(&seen);
    // As the next run finds it.
    let ledger = Ledger::parse(&ledger.to_text()).unwrap();
    registry.push(REPOSITORY, &name(TAGS), &image(TAGS)).await;
    let warm = run(&registry, &cache, &ledger, now).await;
    assert_eq!(warm.dates.ages.len(), TAGS + 1);
    assert_eq!(warm.asked.of("HEAD manifests"), TAGS);
    assert_eq!(
        warm.asked.read(),
        3,
        "the new index, a child and its config"
    );
    assert!(warm.asked.read() * 100 <= cold.asked.read());
    let newest = warm.dates.ages.iter().max_by_key(|(_, age)| age.since);
    assert_eq!(newest.unwrap().0.as_str(), name(TAGS));
}

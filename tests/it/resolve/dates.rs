//! How old tags are: by whose word, and at the cost of which requests.

use imagelock::embedded::Behaviour;
use imagelock::embedded::Operation::{BlobGet, HubTag, ManifestGet, ManifestHead, TagMetadata};
use imagelock::error::{Code, Fault as _};
use imagelock::image::{Digest, Platform, Repository, Tag, media_type};
use imagelock::registry::{Client, ContentCache};
use imagelock::resolve::{DateFailure, DateQuery, Dates, MAX_CANDIDATES, fetch_age, fetch_dates};
use imagelock::tag::{Age, Evidence, Ledger, Observations};
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;

use super::support::{BOTH, World, asked, tag};

fn day(day: usize) -> Timestamp {
    format!("2026-03-{day:02}T08:00:00Z").parse().unwrap()
}

fn now() -> Timestamp {
    day(20)
}

fn by(evidence: Evidence, since: Timestamp) -> Age {
    Age { since, evidence }
}

/// A registry, and what stays from run to run.
struct Runs {
    world: World,
    folder: TempDir,
    ledger: Ledger,
    platforms: Vec<Platform>,
}

impl Runs {
    async fn new() -> Self {
        Self {
            world: World::new().await,
            folder: tempfile::tempdir().unwrap(),
            ledger: Ledger::default(),
            platforms: Vec::new(),
        }
    }

    fn publish(&self, repository: &str, name: &str, created: Timestamp) -> Digest {
        self.world
            .image(repository, name, |image| image.created(created))
    }

    fn client(&self) -> Client {
        let cache = ContentCache::new(self.folder.path());
        self.world.builder().cache(cache).build().unwrap()
    }

    fn app(&self) -> Repository {
        self.world.repository("team/app")
    }

    fn look(&self) -> DateQuery<'_> {
        DateQuery {
            platforms: &self.platforms,
            ledger: &self.ledger,
            now: now(),
        }
    }

    /// Dates with a new client; only the requests of this run are counted afterwards.
    async fn dates_of(
        &self,
        repository: &Repository,
        names: &[&str],
    ) -> Result<Dates, DateFailure> {
        self.world.registry.forget_requests();
        let tags: Vec<Tag> = names.iter().copied().map(tag).collect();
        fetch_dates(&self.client(), repository, &tags, &self.look(), 8).await
    }

    async fn dates(&self, names: &[&str]) -> Result<Dates, DateFailure> {
        self.dates_of(&self.app(), names).await
    }

    async fn age(&self, repository: &Repository, name: &str, wanted: &[Evidence]) -> Option<Age> {
        self.world.registry.forget_requests();
        let aged = fetch_age(&self.client(), repository, &tag(name), wanted, &self.look()).await;
        aged.unwrap().age
    }

    fn note(&mut self, dates: &Dates) {
        let mut seen = Observations::at(now());
        let tags: Vec<Tag> = dates.digests.keys().cloned().collect();
        seen.tags(&self.app(), &tags);
        for (tag, digest) in &dates.digests {
            seen.digest(&self.app(), tag, digest);
        }
        self.ledger.add(&seen);
    }

    /// Publishes an index of images that were built at times of their own.
    fn index(&self, name: &str, children: &[(&str, &str)]) {
        let store = self.world.registry.store();
        let children = children.iter().map(|(platform, created)| {
            let platform = Platform::parse(platform).unwrap().to_string();
            let (os, architecture) = platform.split_once('/').unwrap();
            let config = json!({"os": os, "architecture": architecture, "created": created});
            let digest = self.single(None, &config.to_string());
            json!({"mediaType": media_type::OCI_MANIFEST, "digest": digest, "size": 1,
                "platform": {"os": os, "architecture": architecture}})
        });
        let index = json!({"schemaVersion": 2, "mediaType": media_type::OCI_INDEX,
            "manifests": children.collect::<Vec<_>>()});
        let digest = store.put_manifest("team/app", media_type::OCI_INDEX, index.to_string());
        store.tag("team/app", name, &digest);
    }

    /// Publishes an image with these bytes as its config.
    fn single(&self, name: Option<&str>, config: &str) -> Digest {
        let store = self.world.registry.store();
        let blob = store.put_blob("team/app", config.to_string());
        let manifest = json!({"schemaVersion": 2, "mediaType": media_type::OCI_MANIFEST,
            "config": {"mediaType": media_type::OCI_CONFIG, "digest": blob, "size": config.len()},
            "layers": []});
        let digest = store.put_manifest("team/app", media_type::OCI_MANIFEST, manifest.to_string());
        if let Some(name) = name {
            store.tag("team/app", name, &digest);
        }
        digest
    }
}

#[tokio::test]
async fn cold_reads_everything_and_warm_asks_heads_only() {
    let mut runs = Runs::new().await;
    let names = ["a", "b", "c", "d"];
    for (number, name) in names.iter().enumerate() {
        runs.publish("team/app", name, day(number + 1));
    }
    let cold = runs.dates(&names).await.unwrap();
    assert_eq!(runs.world.asked(), asked([(ManifestGet, 4), (BlobGet, 4)]));
    assert_eq!(cold.ages[&tag("b")], by(Evidence::Publisher, day(2)));

    // Without the ledger each manifest is asked for by its tag.
    assert_eq!(runs.dates(&names).await.unwrap(), cold);
    assert_eq!(runs.world.asked(), asked([(ManifestGet, 4)]));

    runs.note(&cold);
    assert_eq!(runs.dates(&names).await.unwrap(), cold);
    assert_eq!(runs.world.asked(), asked([(ManifestHead, 4)]));

    // What moved and what is new is read, and nothing else.
    runs.publish("team/app", "b", day(9));
    runs.publish("team/app", "e", day(5));
    let news = runs.dates(&["a", "b", "c", "d", "e"]).await.unwrap();
    assert_eq!(news.ages[&tag("b")].since, day(9));
    assert_eq!(news.ages.len(), 5);
    assert_eq!(
        runs.world.asked(),
        asked([(ManifestHead, 4), (ManifestGet, 2), (BlobGet, 2)])
    );
}

#[tokio::test]
async fn a_tag_that_is_gone_is_left_out() {
    let mut runs = Runs::new().await;
    for name in ["a", "b", "c"] {
        runs.publish("team/app", name, day(1));
    }
    let all = runs.dates(&["a", "b", "c"]).await.unwrap();
    runs.world.registry.store().remove_tag("team/app", "b");
    let cold = runs.dates(&["a", "b", "c"]).await.unwrap();
    runs.note(&all);
    let warm = runs.dates(&["a", "b", "c"]).await.unwrap();
    assert_eq!(warm, cold);
    assert_eq!(
        cold.ages.keys().map(Tag::as_str).collect::<Vec<_>>(),
        ["a", "c"]
    );
    // But a part of an image that is not there is a broken image.
    runs.publish("team/app", "d", day(2));
    let unknown = r#"{"errors":[{"code":"BLOB_UNKNOWN"}]}"#;
    let behaviour = Behaviour::on(BlobGet).status(404).json(unknown);
    runs.world.registry.behave(behaviour);
    let failure = runs.dates(&["a", "d"]).await.unwrap_err();
    assert_eq!(failure.code(), Code::ManifestNotFound, "{failure}");
    assert!(
        failure.to_string().contains("the date of d is unknown"),
        "{failure}"
    );
}

#[tokio::test]
async fn one_without_a_date_fails_all_of_them() {
    let runs = Runs::new().await;
    runs.publish("team/app", "a", day(1));
    runs.publish("team/app", "epoch", Timestamp::UNIX_EPOCH);
    runs.single(Some("nothing"), "{}");
    runs.single(Some("year-one"), r#"{"created":"0001-01-01T00:00:00Z"}"#);
    runs.single(Some("future"), r#"{"created":"2026-03-22T08:00:00Z"}"#);
    runs.single(Some("broken"), "no JSON");
    runs.single(Some("list"), "[]");
    for (name, reason) in [
        ("epoch", "no usable build date"),
        ("nothing", "no usable build date"),
        ("year-one", "no usable build date"),
        ("future", "no usable build date"),
        ("broken", "not valid"),
        ("list", "not an object"),
    ] {
        let failure = runs.dates(&["a", name]).await.unwrap_err();
        assert_eq!(failure.code(), Code::DateMissing, "{name}");
        let text = failure.to_string();
        assert!(
            text.contains(&format!("app:{name} cannot be dated")),
            "{text}"
        );
        assert!(text.contains(reason), "{text}");
        let help = failure.help().unwrap();
        assert!(help.contains(name) && help.contains("allow-tags"), "{help}");
    }
    // For a cooldown it is an age that nobody knows.
    for name in ["epoch", "broken"] {
        assert_eq!(
            runs.age(&runs.app(), name, &[Evidence::Publisher]).await,
            None
        );
    }
}

#[tokio::test]
async fn the_first_by_name_is_reported_and_a_registry_keeps_its_code() {
    let runs = Runs::new().await;
    let names = ["a", "b", "c", "d", "e", "f"];
    for name in names {
        runs.publish("team/app", name, day(1));
    }
    for name in ["c", "e"] {
        let failing = Behaviour::on(ManifestGet).reference(name).status(403);
        runs.world.registry.behave(failing);
    }
    let failure = runs.dates(&names).await.unwrap_err();
    assert_eq!(failure.code(), Code::Denied);
    assert!(failure.to_string().contains("the date of c"), "{failure}");
}

#[tokio::test]
async fn of_an_index_the_latest_of_the_platforms_that_count() {
    let mut runs = Runs::new().await;
    let times = [
        ("linux/s390x", "2026-03-07T08:00:00Z"),
        ("linux/arm64", "2026-03-05T08:00:00Z"),
        ("linux/amd64", "2026-03-02T08:00:00Z"),
        ("linux/ppc64le", "1970-01-01T00:00:00Z"),
    ];
    runs.index("a", &times);
    runs.index("no-amd64", &times[..2]);
    let platforms = |names: &[&str]| -> Vec<Platform> {
        let names = names.iter();
        names.map(|name| Platform::parse(name).unwrap()).collect()
    };
    for (wanted, name, date) in [
        (&[] as &[&str], "a", day(2)),
        (&BOTH, "a", day(5)),
        (&["linux/amd64", "linux/ppc64le"], "a", day(2)),
        (&["windows/amd64"], "a", day(2)),
        (&[], "no-amd64", day(7)),
    ] {
        runs.platforms = platforms(wanted);
        let dates = runs.dates(&[name]).await.unwrap();
        assert_eq!(dates.ages[&tag(name)].since, date, "{wanted:?} {name}");
    }
}

#[tokio::test]
async fn more_candidates_than_can_be_dated_are_refused_at_once() {
    let runs = Runs::new().await;
    let names: Vec<String> = (0..=MAX_CANDIDATES)
        .map(|number| number.to_string())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let failure = runs.dates(&names).await.unwrap_err();
    assert_eq!(failure.code(), Code::DateMissing);
    assert!(failure.help().unwrap().contains("allow-tags"));
    assert_eq!(runs.world.asked(), asked([]));
}

#[tokio::test]
async fn docker_hub_tells_pushes_without_a_pull() {
    let runs = Runs::new().await;
    let hub = Repository::parse("nginx").unwrap();
    let store = runs.world.registry.store();
    for (number, name) in ["a", "b", "c"].into_iter().enumerate() {
        runs.publish("library/nginx", name, day(number + 1));
        store.set_pushed("library/nginx", name, day(10 + number));
    }
    let names = ["a", "b", "c", "gone"];
    let dates = runs.dates_of(&hub, &names).await.unwrap();
    // A page tells of all but one, which is looked at.
    let count = |operation| runs.world.registry.count(operation);
    assert_eq!((count(TagMetadata), count(ManifestHead)), (1, 1));
    assert!(count(HubTag) <= 1 && count(ManifestGet) == 0);
    assert_eq!(dates.ages.len(), 3);
    assert_eq!(dates.ages[&tag("b")], by(Evidence::Registry, day(11)));
    assert_eq!((dates.told.len(), dates.digests.len()), (3, 0));

    // Without the page each is asked for.
    runs.world
        .registry
        .behave(Behaviour::on(TagMetadata).status(500));
    let singly = runs.dates_of(&hub, &names).await.unwrap();
    assert_eq!(singly.ages, dates.ages);
    assert!(runs.world.registry.count(HubTag) >= 3);

    // One that the Hub says of another digest: then the publishers' dates, for all.
    let stale = Digest::sha256_of(b"yesterday");
    let body = format!(r#"{{"digest":"{stale}","tag_last_pushed":"{}"}}"#, day(1));
    let behaviour = Behaviour::on(HubTag).reference("c").json(&body);
    runs.world.registry.behave(behaviour);
    let dates = runs.dates_of(&hub, &names).await.unwrap();
    assert_eq!(dates.ages.len(), 3);
    assert_eq!(dates.ages[&tag("b")], by(Evidence::Publisher, day(2)));

    // But not at the cost of so many pulls that none are left.
    let many: Vec<String> = (0..60).map(|number| format!("t{number}")).collect();
    for name in &many {
        runs.publish("library/nginx", name, day(1));
    }
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    many.push("c");
    let failure = runs.dates_of(&hub, &many).await.unwrap_err();
    assert_eq!(failure.code(), Code::DateMissing);
    assert!(failure.notes()[0].contains("pull"), "{:?}", failure.notes());
    assert_eq!(runs.world.registry.count(ManifestGet), 0);
}

#[tokio::test]
async fn the_first_kind_of_evidence_that_there_is_counts() {
    use Evidence::{Observed, Publisher, Registry, TransparencyLog};

    let mut runs = Runs::new().await;
    let hub = Repository::parse("nginx").unwrap();
    runs.publish("library/nginx", "a", day(1));
    let store = runs.world.registry.store();
    store.set_pushed("library/nginx", "a", day(3));
    let best = [Registry, TransparencyLog, Observed];
    assert_eq!(runs.age(&hub, "a", &best).await, Some(by(Registry, day(3))));
    assert_eq!(runs.world.asked(), asked([(HubTag, 1), (ManifestHead, 1)]));
    let any = [TransparencyLog, Publisher, Registry];
    assert_eq!(runs.age(&hub, "a", &any).await, Some(by(Publisher, day(1))));

    // A registry that tells nothing: what was observed, if an earlier run looked.
    let digest = runs.publish("team/app", "a", day(1));
    assert_eq!(runs.age(&runs.app(), "a", &best).await, None);
    assert_eq!(runs.world.asked(), asked([(ManifestHead, 1)]));
    let mut seen = Observations::at(day(4));
    seen.tags(&runs.app(), &[tag("a")]);
    seen.digest(&runs.app(), &tag("a"), &digest);
    runs.ledger.add(&seen);
    assert_eq!(
        runs.age(&runs.app(), "a", &best).await,
        Some(by(Observed, day(4)))
    );
    runs.publish("team/app", "b", day(1));
    assert_eq!(
        runs.age(&runs.app(), "b", &best).await,
        Some(by(Observed, now()))
    );
    // Pushed again, it is as young as if it were new.
    runs.publish("team/app", "a", day(2));
    assert_eq!(
        runs.age(&runs.app(), "a", &best).await,
        Some(by(Observed, now()))
    );
    assert_eq!(runs.age(&runs.app(), "a", &[]).await, None);
    assert_eq!(runs.world.asked(), asked([]));
}

#[tokio::test]
async fn an_age_comes_with_the_digest_it_is_of() {
    let runs = Runs::new().await;
    let digest = runs.publish("team/app", "a", day(1));
    let wanted = [Evidence::Registry, Evidence::Observed];
    let (client, app) = (runs.client(), runs.app());
    let aged = fetch_age(&client, &app, &tag("a"), &wanted, &runs.look()).await;
    let aged = aged.unwrap();
    assert_eq!((aged.age, aged.digest), (None, Some(digest)));
    let gone = fetch_age(&client, &app, &tag("b"), &wanted, &runs.look()).await;
    assert_eq!(gone.unwrap_err().code(), Code::ManifestNotFound);
}

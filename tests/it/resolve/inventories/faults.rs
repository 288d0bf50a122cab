//! An interface that fails is passed over, once, and told of once.

use imagelock::embedded::Behaviour;
use imagelock::embedded::Operation::{
    BlobGet, HubTag, ManifestHead, Probe, TagMetadata, TagRecord, Tags,
};
use imagelock::registry::{Api, ErrorKind, HostSettings};
use imagelock::resolve::fetch_told;

use super::super::support::tag;
use super::support::{Kind, day, kinds};

/// Ways to break an interface.
fn faults() -> Vec<(&'static str, Behaviour)> {
    let on = || Behaviour::on_any([TagMetadata, TagRecord, HubTag]);
    vec![
        ("401", on().status(401)),
        ("403", on().status(403)),
        ("404", on().status(404)),
        ("429", on().status(429)),
        ("500", on().status(500)),
        ("a page", on().html("<h1>welcome</h1>")),
        (
            "odd",
            on().json(r#"{"tags":7,"results":{},"data":[],"imageDetails":"x"}"#),
        ),
        ("nothing", on().json("")),
        ("cut off", on().truncated(10)),
        ("hung up", on().hang_up()),
    ]
}

#[tokio::test]
async fn whatever_goes_wrong_the_publishers_dates_decide_and_it_is_told_once() {
    for kind in kinds().await {
        if kind.api == Api::Google {
            continue;
        }
        let name = kind.name();
        kind.publish_app();
        let expected = kind.store().digest(&kind.path("app"), "c").unwrap();
        kind.publish("other", "x", 1, 1);
        kind.publish("other", "y", 2, 1);
        for (fault, behaviour) in faults() {
            kind.registry.behave(behaviour);
            let config = kind.config(&["app", "other"], "strategy = \"newest-build\"");
            let resolution = kind.lock(&config).await;
            assert_eq!(resolution.failures, [], "{name}: {fault}");
            let pin = &resolution.images[0];
            assert_eq!(
                (pin.tag.as_str(), &pin.digest),
                ("c", &expected),
                "{name}: {fault}"
            );
            assert_eq!(
                kind.notices().len(),
                1,
                "{name}: {fault}: {:?}",
                kind.notices()
            );
            assert!(kind.count(BlobGet) >= 3, "{name}: {fault}");
            kind.registry.behave_well();
        }
    }
}

#[tokio::test]
async fn a_list_without_manifests_tells_nothing() {
    let kind = Kind::start("google").await;
    kind.publish_app();
    let list = r#"{"name":"x","tags":["a","b","c"]}"#;
    for body in [list, r#"{"name":"x","tags":["a","b","c"],"manifest":[]}"#] {
        kind.registry.behave(Behaviour::on(Tags).json(body));
        assert_eq!(kind.newest().await.0, "c");
        assert_eq!(kind.notices(), ["its list of tags has no manifests"]);
        assert_eq!(kind.count(Tags) - refused(&kind), 1);
        kind.registry.behave_well();
    }
}

fn refused(kind: &Kind) -> usize {
    let requests = kind.registry.requests();
    let refused = requests
        .iter()
        .filter(|request| request.status == Some(401));
    refused.count()
}

#[tokio::test]
async fn without_the_interface_it_is_asked_for_once() {
    for name in ["gitlab", "zot"] {
        let kind = Kind::start(name).await;
        kind.publish_app();
        kind.publish("other", "x", 1, 1);
        kind.publish("other", "y", 2, 1);
        kind.registry.behave(Behaviour::on(Probe).status(404));
        let config = kind.config(&["app", "other"], "strategy = \"newest-build\"");
        let resolution = kind.lock(&config).await;
        assert_eq!(resolution.images[0].tag.as_str(), "c", "{name}");
        let probes = kind.asked()[&Probe];
        assert_eq!((probes, kind.count(TagMetadata)), (1, 0), "{name}");
        assert_eq!(kind.notices().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn an_older_search_is_asked_for_the_fields_that_it_knows() {
    let kind = Kind::start("zot").await;
    let digest = kind.publish_app();
    let unknown = r#"{"errors":[{"message":"Cannot query field \"TaggedTimestamp\""}]}"#;
    kind.registry
        .behave(Behaviour::on(TagMetadata).times(1).json(unknown));
    assert_eq!(kind.newest().await, ("a".into(), digest));
    assert_eq!((kind.count(TagMetadata), kind.notices().len()), (2, 0));
}

#[tokio::test]
async fn links_that_lead_astray_are_not_followed() {
    for name in ["azure-acr", "gitlab"] {
        let kind = Kind::start(name).await;
        kind.publish_app();
        for behaviour in [
            Behaviour::on(TagMetadata).page_size(1).link_loop(),
            Behaviour::on(TagMetadata)
                .page_size(1)
                .links_to("http://evil.example"),
        ] {
            kind.registry.behave(behaviour);
            assert_eq!(kind.newest().await.0, "c", "{name}");
            assert_eq!(kind.notices().len(), 1, "{name}");
            kind.registry.behave_well();
        }
    }
    let kind = Kind::start("docker-hub").await;
    kind.publish_app();
    let next = |link: &str| {
        let body = format!(r#"{{"results":[{{"name":"a"}}],"next":"{link}"}}"#);
        Behaviour::on(TagMetadata).json(&body)
    };
    for link in ["?page=1&page_size=100", "https://evil.example/v2/x?page=2"] {
        kind.registry.behave(next(link));
        // Single tags are asked for in another way.
        assert_eq!(kind.newest().await.0, "a");
        assert_eq!(kind.notices().len(), 1);
        kind.registry.behave_well();
    }
}

#[tokio::test]
async fn pages_are_put_together() {
    for name in ["docker-hub", "quay", "harbor", "azure-acr", "gitlab"] {
        let kind = Kind::start(name).await;
        let digest = kind.publish_app();
        kind.registry
            .behave(Behaviour::on(TagMetadata).page_size(1));
        assert_eq!(kind.newest().await, ("a".into(), digest), "{name}");
        assert_eq!(
            (kind.asked()[&TagMetadata], kind.notices().len()),
            (3, 0),
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_it_lacks_is_asked_for_singly() {
    for name in ["docker-hub", "quay"] {
        let kind = Kind::start(name).await;
        let digest = kind.publish_app();
        let without = match kind.api {
            Api::Quay => r#"{"tags":[{"name":"b"}],"page":1,"has_additional":false}"#,
            _ => r#"{"results":[{"name":"b","digest":null}],"next":null}"#,
        };
        kind.registry
            .behave(Behaviour::on(TagMetadata).json(without));
        assert_eq!(kind.newest().await, ("a".into(), digest), "{name}");
        let single = kind.count(HubTag) + kind.count(TagRecord);
        assert_eq!(
            (single, kind.count(ManifestHead), kind.notices().len()),
            (3, 3, 0),
            "{name}"
        );
    }
}

#[tokio::test]
async fn having_no_network_is_no_matter_of_the_interface() {
    for kind in kinds().await {
        let client = kind.builder().offline(true).build().unwrap();
        let names = [tag("a"), tag("b")];
        let names: Vec<_> = names.iter().collect();
        let told = fetch_told(&client, &kind.repository("app"), &names, day(10)).await;
        match kind.api {
            // Its list cannot be had either, which says so.
            Api::Google => assert!(told.unwrap().is_empty()),
            _ => assert_eq!(
                *told.unwrap_err().kind(),
                ErrorKind::Offline,
                "{}",
                kind.name()
            ),
        }
    }
}

#[tokio::test]
async fn settings_can_forbid_it_and_hosts_without_are_not_probed() {
    for name in ["quay", "docker-hub", "harbor"] {
        let kind = Kind::start(name).await;
        kind.publish_app();
        let settings = HostSettings {
            api: Some(Api::None),
            ..HostSettings::default()
        };
        let client = kind
            .builder()
            .host(kind.profile.host(), settings)
            .build()
            .unwrap();
        let repository = kind.repository("app");
        assert!(!client.publishes_push_times(&repository), "{name}");
        assert_eq!(client.inventory(&repository).await.unwrap(), None);
        let plain = kind
            .builder()
            .host(kind.profile.host(), HostSettings::default());
        let tells = plain.build().unwrap().publishes_push_times(&repository);
        assert_eq!(tells, name != "harbor", "{name}");
        assert!(kind.registry.requests().is_empty(), "{name}");
        assert_eq!(kind.notices(), [] as [&str; 0]);
    }
}

//! How lists are divided into pages, and what stands on them.

use imagelock::embedded::{Behaviour, ListOrder, Operation, Paging, Registry, TestImage};
use serde_json::{Value, json};

use super::support::{error_code, get, json_of, text};

const LIST: &str = "/v2/team/app/tags/list";

/// A registry with five tags, made in this order.
async fn with_tags(paging: Paging) -> Registry {
    let registry = Registry::start().await.unwrap();
    for tag in ["c", "a", "e", "b", "d"] {
        let image = TestImage::new(tag);
        registry.store().publish("team/app", tag, &image);
    }
    registry.behave(Behaviour::on(Operation::Tags).paging(paging));
    registry
}

async fn tags_and_link(registry: &Registry, path: &str) -> (Value, Option<String>) {
    let answer = get(registry, path).await;
    let link = text(answer.headers(), "link").map(ToOwned::to_owned);
    (json_of(answer).await["tags"].clone(), link)
}

#[tokio::test]
async fn the_client_is_asked_and_the_cap_is_kept() {
    let registry = with_tags(Paging::new().page_size(2).at_most(3)).await;
    for (query, count) in [("", 2), ("?n=1", 1), ("?n=3", 3), ("?n=1000", 3)] {
        let (tags, link) = tags_and_link(&registry, &format!("{LIST}{query}")).await;
        assert_eq!(tags.as_array().unwrap().len(), count, "{query}");
        assert!(link.is_some(), "{query}");
    }
}

#[tokio::test]
async fn too_many_are_refused() {
    let paging = Paging::new()
        .at_most(3)
        .refuse_more(405, "NO", "not so many");
    let registry = with_tags(paging).await;
    let answer = get(&registry, &format!("{LIST}?n=4")).await;
    assert_eq!(answer.status(), 405);
    let body = json_of(answer).await;
    assert_eq!(
        (error_code(&body), &body["errors"][0]["detail"]),
        ("NO", &json!({"n": 4}))
    );
    let (tags, link) = tags_and_link(&registry, LIST).await;
    assert_eq!((tags.as_array().unwrap().len(), link), (5, None));
}

#[tokio::test]
async fn tags_come_in_the_order_in_which_they_were_made() {
    let registry = with_tags(Paging::new().order(ListOrder::Pushed)).await;
    registry
        .store()
        .publish("team/app", "a", &TestImage::new("moved"));
    let (tags, _) = tags_and_link(&registry, &format!("{LIST}?n=3&last=a")).await;
    assert_eq!(tags, json!(["e", "b", "d"]));
}

#[tokio::test]
async fn a_cursor_that_only_the_registry_can_read_leads_on() {
    let registry = with_tags(Paging::new().page_size(2).opaque_cursor("next_page")).await;
    let (first, link) = tags_and_link(&registry, LIST).await;
    assert_eq!(first, json!(["a", "b"]));
    let link = link.unwrap();
    assert!(
        link.contains("next_page=") && !link.contains("last="),
        "{link}"
    );
    let next = link[1..].split('>').next().unwrap();
    assert_eq!(tags_and_link(&registry, next).await.0, json!(["c", "d"]));
}

#[tokio::test]
async fn links_are_written_in_many_ways() {
    for (paging, query, expected) in [
        (
            Paging::new().link("/v2/{tail}/tags/list?{query}"),
            "?n=1",
            Some("</v2/app/tags/list?last=a&n=1>; rel=\"next\""),
        ),
        (
            Paging::new().link_to_previous(),
            "?n=1&last=a",
            Some(
                "</v2/team/app/tags/list?before=a&n=1&last=a>; rel=\"previous\", \
                 </v2/team/app/tags/list?last=b&n=1>; rel=\"next\"",
            ),
        ),
        (Paging::new().without_links(), "?n=1", None),
        (
            Paging::new().link_at_end(),
            "",
            Some("</v2/team/app/tags/list?last=e>; rel=\"next\""),
        ),
        (Paging::new().link_at_end(), "?last=e", None),
    ] {
        let registry = with_tags(paging).await;
        let (_, link) = tags_and_link(&registry, &format!("{LIST}{query}")).await;
        assert_eq!(link.as_deref(), expected);
    }
}

#[tokio::test]
async fn what_is_no_tag_stands_among_them() {
    let registry = with_tags(Paging::new().also(None).also(Some("sha256:0"))).await;
    let (tags, _) = tags_and_link(&registry, &format!("{LIST}?n=1")).await;
    assert_eq!(tags, json!(["a", null, "sha256:0"]));

    let registry = with_tags(Paging::new().null_if_empty()).await;
    registry.store().put_blob("team/empty", "x");
    let (tags, _) = tags_and_link(&registry, "/v2/team/empty/tags/list").await;
    assert_eq!(tags, Value::Null);
}

#[tokio::test]
async fn fields_of_the_query_can_be_lost_on_the_registry() {
    let registry = with_tags(Paging::new()).await;
    registry.behave(Behaviour::on(Operation::Tags).ignore_query(["n", "last"]));
    let (tags, link) = tags_and_link(&registry, &format!("{LIST}?n=1&last=c")).await;
    assert_eq!((tags.as_array().unwrap().len(), link), (5, None));
}

#[tokio::test]
async fn manifests_stand_beside_the_tags() {
    let registry = with_tags(Paging::new().manifests()).await;
    let store = registry.store();
    let created = "2026-11-23T10:00:00Z".parse().unwrap();
    let dated = store.publish("team/app", "f", &TestImage::new("f").created(created));
    store.tag("team/app", "latest", &dated);
    store.remove_tag("team/app", "a");
    let body = json_of(get(&registry, LIST).await).await;
    let manifests = body["manifest"].as_object().unwrap();
    assert_eq!(manifests.len(), 6);
    let entry = &manifests[dated.as_str()];
    assert_eq!(entry["tag"], json!(["f", "latest"]));
    assert_eq!(entry["timeUploadedMs"], "1795428000000");
    let untagged = manifests.values().filter(|entry| entry["tag"] == json!([]));
    assert_eq!(untagged.count(), 1);
}

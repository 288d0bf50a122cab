use std::time::Duration;

use imagelock::embedded::{Behaviour, Operation, Paging};
use imagelock::error::Code;
use imagelock::registry::{Limits, Timeouts};

use super::*;

#[tokio::test]
async fn all_pages_are_read_in_order_and_asked_for_a_thousand_at_a_time() {
    let registry = registry_with(5).await;
    registry.behave(Behaviour::on(Operation::Tags).page_size(2));
    let tags = client().tags(&app(&registry)).await.unwrap();
    assert_eq!(texts(&tags), ["1", "2", "3", "4", "5"]);
    let paths: Vec<String> = registry
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert_eq!(paths.len(), 3);
    assert_eq!(paths[0], "/v2/team/app/tags/list?n=1000");
    assert!(paths[2].contains("last=4"), "{paths:?}");
}

#[tokio::test]
async fn absolute_links_are_followed() {
    let registry = registry_with(5).await;
    registry.behave(Behaviour::on(Operation::Tags).page_size(2).absolute_links());
    let tags = client().tags(&app(&registry)).await.unwrap();
    assert_eq!(tags.len(), 5);
}

#[tokio::test]
async fn a_link_with_another_path_keeps_ours() {
    let registry = registry_with(2).await;
    let link = r#"</artifactory/api/docker/x/v2/team/app/tags/list?last=1&n=1000>; rel="next""#;
    let first = Behaviour::on(Operation::Tags).times(1);
    registry.behave(first.json(r#"{"tags":["1"]}"#).header("link", link));
    let tags = client().tags(&app(&registry)).await.unwrap();
    assert_eq!(texts(&tags), ["1", "2"]);
    assert_eq!(
        registry.requests()[1].path,
        "/v2/team/app/tags/list?last=1&n=1000"
    );
}

#[tokio::test]
async fn a_page_size_that_is_refused_is_left_out() {
    for status in [400, 405, 413] {
        let registry = registry_with(2).await;
        registry.behave(Behaviour::on(Operation::Tags).times(1).status(status));
        assert_eq!(client().tags(&app(&registry)).await.unwrap().len(), 2);
        assert_eq!(registry.requests()[1].path, "/v2/team/app/tags/list");
    }
}

#[tokio::test]
async fn a_page_size_that_was_refused_is_left_out_for_the_whole_run() {
    let registry = registry_with(2).await;
    registry
        .store()
        .publish("team/other", "1", &TestImage::new("other"));
    let sizes = Paging::new().at_most(100).refuse_more(400, "X", "too many");
    registry.behave(Behaviour::on(Operation::Tags).paging(sizes));
    let client = client();
    client.tags(&app(&registry)).await.unwrap();
    let other = repository(&registry, "team/other");
    client.tags(&other).await.unwrap();
    assert_eq!(registry.requests().len(), 3);
    assert_eq!(registry.requests()[2].path, "/v2/team/other/tags/list");
}

#[tokio::test]
async fn a_refusal_that_is_not_of_the_page_size_is_not_held_against_it() {
    let registry = registry_with(2).await;
    let broken = Behaviour::on(Operation::Tags).repository("team/broken");
    registry.behave(broken.status(400));
    let client = client();
    let broken = repository(&registry, "team/broken");
    assert_eq!(tags_code(&client, &broken).await, Code::RegistryFailed);
    client.tags(&app(&registry)).await.unwrap();
    assert!(registry.requests()[2].path.ends_with("?n=1000"));
}

#[tokio::test]
async fn what_is_no_tag_is_left_out_and_each_tag_comes_once() {
    let registry = registry_with(1).await;
    let body = r#"{"name":"x","tags":["b","a",null,"sha256:00","b",7,"a b"]}"#;
    registry.behave(Behaviour::on(Operation::Tags).json(body));
    assert_eq!(
        texts(&client().tags(&app(&registry)).await.unwrap()),
        ["b", "a"]
    );
    registry.behave_well();
    registry.behave(Behaviour::on(Operation::Tags).json(r#"{"name":"x","tags":null}"#));
    assert!(client().tags(&app(&registry)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_list_is_asked_for_once_however_many_want_it() {
    let registry = registry_with(3).await;
    let (client, app) = (client(), app(&registry));
    let all = futures_util::future::join_all((0..20).map(|_| client.tags(&app))).await;
    assert!(all.into_iter().all(|tags| tags.unwrap().len() == 3));
    client.clone().tags(&app).await.unwrap();
    assert_eq!(registry.requests().len(), 1);
}

#[tokio::test]
async fn a_failure_is_shared_as_well() {
    let registry = registry_with(0).await;
    let (client, app) = (client(), app(&registry));
    let (first, second) = tokio::join!(client.tags(&app), client.tags(&app));
    let first = first.unwrap_err();
    assert_eq!(first.to_string(), second.unwrap_err().to_string());
    assert_eq!(first.code(), Code::RepositoryNotFound);
    let host = registry.address();
    assert_eq!(
        first.to_string(),
        format!("{host} has no repository team/app (404 NAME_UNKNOWN)")
    );
    assert_eq!(registry.requests().len(), 1);
}

#[tokio::test]
async fn pages_that_lead_to_another_host_are_not_followed() {
    let registry = registry_with(3).await;
    let other = registry_with(3).await;
    let port = other.address().rsplit_once(':').unwrap().1;
    for origin in [
        format!("http://localhost:{port}"),
        "http://evil.example".into(),
    ] {
        registry.behave_well();
        registry.behave(
            Behaviour::on(Operation::Tags)
                .page_size(1)
                .links_to(&origin),
        );
        let error = client().tags(&app(&registry)).await.unwrap_err();
        assert_eq!(error.code(), Code::Pagination);
        assert!(error.to_string().contains("another host"), "{error}");
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn pages_that_lead_to_another_port_are_asked_for_at_ours() {
    let registry = registry_with(3).await;
    let other = registry_with(9).await;
    let elsewhere = Behaviour::on(Operation::Tags)
        .page_size(1)
        .links_to(&other.url("/nexus/repository/docker"));
    registry.behave(elsewhere);
    let tags = client().tags(&app(&registry)).await.unwrap();
    assert_eq!(texts(&tags), ["1", "2", "3"]);
    assert!(other.requests().is_empty());
}

/// A registry with so many tags that leaves out its links.
async fn without_links(tags: usize) -> Registry {
    let registry = registry_with(1).await;
    let digest = registry.store().digest("team/app", "1").unwrap();
    for tag in 2..=tags {
        registry.store().tag("team/app", &tag.to_string(), &digest);
    }
    let paging = Paging::new().without_links();
    registry.behave(Behaviour::on(Operation::Tags).paging(paging));
    registry
}

#[tokio::test]
async fn a_full_page_without_a_link_is_not_the_last() {
    for (tags, requests) in [(999, 1), (1000, 2), (1001, 2), (2000, 3)] {
        let registry = without_links(tags).await;
        let listed = client().tags(&app(&registry)).await.unwrap();
        assert_eq!(listed.len(), tags);
        assert_eq!(registry.requests().len(), requests, "{tags} tags");
    }
}

#[tokio::test]
async fn a_full_page_of_a_registry_that_knows_no_pages_is_asked_about_once() {
    let registry = without_links(1000).await;
    registry.behave(Behaviour::on(Operation::Tags).ignore_query(["last"]));
    assert_eq!(client().tags(&app(&registry)).await.unwrap().len(), 1000);
    assert_eq!(registry.requests().len(), 2);
    for status in [400, 404, 405] {
        registry.behave_well();
        registry.behave(Behaviour::on(Operation::Tags).after(1).status(status));
        assert_eq!(client().tags(&app(&registry)).await.unwrap().len(), 1000);
    }
    registry.behave_well();
    registry.behave(Behaviour::on(Operation::Tags).after(1).status(500));
    assert_eq!(
        tags_code(&client(), &app(&registry)).await,
        Code::RegistryFailed
    );
}

#[tokio::test]
async fn pages_without_end_end_in_an_error() {
    let registry = registry_with(3).await;
    registry.behave(Behaviour::on(Operation::Tags).page_size(1).link_loop());
    let error = client().tags(&app(&registry)).await.unwrap_err();
    assert!(error.to_string().contains("circle"), "{error}");
    assert!(registry.requests().len() <= 3);

    registry.behave_well();
    registry.behave(Behaviour::on(Operation::Tags).endless_pages());
    for (limits, words) in [
        (
            Limits {
                tag_pages: 10,
                ..Limits::default()
            },
            "more than 10 pages",
        ),
        (
            Limits {
                tags: 5,
                ..Limits::default()
            },
            "more than 5 tags",
        ),
    ] {
        let client = builder().limits(limits).build().unwrap();
        let error = client.tags(&app(&registry)).await.unwrap_err();
        assert_eq!(error.code(), Code::Pagination);
        assert!(error.to_string().contains(words), "{error}");
    }
    let limits = Limits {
        list_bytes: 500,
        ..Limits::default()
    };
    let client = builder().limits(limits).build().unwrap();
    assert_eq!(tags_code(&client, &app(&registry)).await, Code::TooLarge);
}

#[tokio::test]
async fn pages_that_take_too_long_all_together_end_in_an_error() {
    let registry = registry_with(2).await;
    let timeouts = Timeouts {
        list: Duration::from_millis(1),
        ..Timeouts::default()
    };
    let client = builder().timeouts(timeouts).build().unwrap();
    let first = Behaviour::on(Operation::Tags).times(1);
    registry.behave(first.header("link", "<?last=1>; rel=next"));
    registry.behave(Behaviour::on(Operation::Tags).after(1).never_answer());
    let error = client.tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Pagination);
    assert!(
        error.to_string().contains("pages took longer than 1 s"),
        "{error}"
    );
}

#[tokio::test]
async fn a_link_longer_than_any_server_takes_is_not_followed() {
    let registry = registry_with(1).await;
    let link = format!("<?last={}>; rel=next", "b".repeat(8 << 10));
    registry.behave(Behaviour::on(Operation::Tags).header("link", &link));
    let error = client().tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Pagination);
    assert!(
        error.to_string().contains("longer than 8192 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn pages_that_bring_nothing_new_end_in_an_error() {
    let registry = registry_with(1).await;
    for page in 0..9 {
        let link = format!(r#"<?page={page}>; rel="next""#);
        let behaviour = Behaviour::on(Operation::Tags)
            .times(1)
            .header("link", &link);
        registry.behave(behaviour.after(page).json(r#"{"tags":["1"]}"#));
    }
    let error = client().tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Pagination);
    assert!(error.to_string().contains("no new tag"), "{error}");
}

#[tokio::test]
async fn answers_that_make_no_sense_are_told_from_lists() {
    let registry = registry_with(1).await;
    for (behaviour, words) in [
        (
            Behaviour::on(Operation::Tags).html("<html>Sign in</html>"),
            "web page",
        ),
        (
            Behaviour::on(Operation::Tags).json("{\"tags\": [\"1\""),
            "not valid JSON",
        ),
        (
            Behaviour::on(Operation::Tags).json("{}"),
            "not a list of tags",
        ),
        (Behaviour::on(Operation::Tags).status(204), "answered 204"),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let error = client().tags(&app(&registry)).await.unwrap_err();
        assert_eq!(error.code(), Code::RegistryInvalid, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_page_larger_than_its_cap_is_cut_off() {
    let registry = registry_with(1).await;
    let limits = Limits {
        tag_page_bytes: 1000,
        ..Limits::default()
    };
    let long = format!(r#"{{"tags":["{}"]}}"#, "x".repeat(2000));
    for behaviour in [
        Behaviour::on(Operation::Tags).oversized(1 << 40),
        Behaviour::on(Operation::Tags).json(&long),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let client = builder().limits(limits).build().unwrap();
        assert_eq!(tags_code(&client, &app(&registry)).await, Code::TooLarge);
    }
}

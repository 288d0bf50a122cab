//! Lists of tags: whole, in as few requests as the registry lets them be.

use std::collections::BTreeMap;

use super::*;

/// How many requests a list of 2,500 tags costs: for the list itself, and for tokens.
///
/// One of the former is the refusal that asks for proof, unless the registry is open.
const COSTS: [(&str, usize, usize); 20] = [
    ("amazon-ecr", 1 + 3, 0),
    ("amazon-ecr-public", 1 + 3, 1),
    ("artifactory", 1 + 3, 1),
    ("azure-acr", 1 + 3, 1),
    ("distribution-2.8", 1 + 1, 0),
    ("distribution-3.0", 1 + 3, 1),
    // Refused once, and then everything on one page.
    ("distribution-3.1.0", 1 + 1, 0),
    ("distribution-3.1.1", 25, 0),
    ("docker-hub", 1 + 25, 1),
    // The last page leads to an empty one.
    ("forgejo", 1 + 3 + 1, 1),
    ("ghcr", 1 + 3, 1),
    ("gitea", 1 + 3 + 1, 1),
    ("gitlab", 1 + 3, 1),
    ("google", 1 + 1, 1),
    ("harbor", 1 + 3, 1),
    ("nexus-group", 1 + 3, 1),
    ("nexus-hosted", 1 + 3, 0),
    ("quay", 1 + 25, 1),
    // The redirect, the refusal where it leads, and the list.
    ("registry-k8s-io", 1 + 2, 1),
    ("zot", 3, 0),
];

#[tokio::test]
async fn all_tags_are_listed_each_once_and_at_the_least_cost() {
    let costs: BTreeMap<_, _> = COSTS
        .iter()
        .map(|(name, lists, tokens)| (*name, (*lists, *tokens)))
        .collect();
    for family in families().await {
        let name = family.name();
        let tags = family.client().tags(&family.repository("app")).await;
        let tags = tags.unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut listed = texts(&tags);
        listed.sort_unstable();
        let app = family.profile.repository("app");
        let expected = family.store().tags(&app).unwrap();
        assert_eq!((listed.len(), expected.len()), (2500, 2500), "{name}");
        assert!(
            listed == expected,
            "{name}: some are repeated and some are left out"
        );
        let cost = (
            family.count(Operation::Tags),
            family.count(Operation::Token),
        );
        assert_eq!(Some(&cost), costs.get(name), "{name}");
        assert_eq!(family.count(Operation::Ping), 0, "{name}");
        family.is_discreet(None);
    }
}

#[tokio::test]
async fn a_list_without_tags_is_empty_and_no_error() {
    for family in families().await {
        let name = family.name();
        let tags = family.client().tags(&family.repository("empty")).await;
        let tags = tags.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(tags.is_empty(), "{name}: {tags:?}");
        assert!(family.count(Operation::Tags) <= 3, "{name}");
    }
}

#[tokio::test]
async fn what_a_registry_refused_of_one_list_it_is_not_asked_of_the_next() {
    for family in families().await {
        let name = family.name();
        let client = family.client();
        client.tags(&family.repository("few")).await.unwrap();
        family.registry.forget_requests();
        client.tags(&family.repository("many-1")).await.unwrap();
        let requests = family.registry.requests();
        let lists = requests
            .iter()
            .filter(|request| request.operation == Operation::Tags);
        let refused = lists.filter(|request| request.status.is_some_and(|status| status >= 400));
        assert_eq!(refused.count(), 0, "{name}: {requests:#?}");
    }
}

#[tokio::test]
async fn a_token_that_expires_between_two_pages_is_renewed_once() {
    for family in families().await {
        let name = family.name();
        let gate = Gate::new();
        let second = Behaviour::on(Operation::Tags).after(1).times(1);
        family.answering().behave(second.wait_at(&gate));
        let (client, app) = (family.client(), family.repository("app"));
        let list = client.tags(&app);
        let interrupt = async {
            gate.arrived(1).await;
            // The second page was let in before; the third is asked for with a token that is void.
            family.answering().revoke_tokens();
            gate.open();
            std::future::pending::<()>().await;
        };
        let tags = tokio::select! {
            tags = list => tags,
            () = interrupt => unreachable!(),
        };
        assert_eq!(tags.unwrap().len(), 2500, "{name}");
        let tokens = family.count(Operation::Token);
        if gate.arrivals() == 1 && tokens > 0 {
            assert_eq!(tokens, 2, "{name}");
        } else {
            assert!(tokens <= 1, "{name}");
        }
        family.is_discreet(None);
    }
}

#[tokio::test]
async fn many_lists_at_once_need_a_token_each_and_no_more_requests_than_allowed() {
    for family in families().await {
        let name = family.name();
        let client = family.client();
        let repositories: Vec<_> = (0..20)
            .map(|number| family.repository(&format!("many-{number}")))
            .collect();
        let lists = repositories
            .iter()
            .map(|repository| client.tags(repository));
        for tags in futures_util::future::join_all(lists).await {
            let tags = tags.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(texts(&tags), ["1.0"], "{name}");
        }
        assert!(family.count(Operation::Token) <= 20, "{name}");
        let most = if name == "amazon-ecr-public" { 2 } else { 8 };
        let at_once = family.registry.most_in_flight();
        assert!(at_once <= most, "{name}: {at_once} at once");
    }
}

//! Too many requests: what is waited for, and what is not.

use super::*;

const MOMENT: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Where a family answers lists: at the registry itself, even if that only redirects.
fn busy(family: &Family, operation: Operation, wait: Duration) -> Behaviour {
    family.profile.busy(Behaviour::on(operation), Some(wait))
}

#[tokio::test]
async fn a_short_wait_is_kept_once_and_the_list_is_whole() {
    let families = families().await;
    let checks = families.iter().map(async |family| {
        let name = family.name();
        let busy = busy(family, Operation::Tags, MOMENT);
        family.registry.behave(busy.times(1));
        let tags = family.client().tags(&family.repository("app")).await;
        let tags = tags.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(tags.len(), 2500, "{name}");
        // Where no wait is told, the client's own choice counts, which is none here.
        let told = family.profile.tells_wait().then_some(MOMENT);
        assert_eq!(family.waits(), Vec::from_iter(told), "{name}");
        let refused = family.registry.requests().into_iter();
        let refused = refused
            .filter(|request| request.status == Some(429))
            .count();
        assert_eq!(refused, 1, "{name}");
        assert!(family.count(Operation::Token) <= 1, "{name}");
    });
    futures_util::future::join_all(checks).await;
}

#[tokio::test]
async fn a_long_wait_is_told_and_not_begun() {
    for family in families().await {
        let name = family.name();
        family.registry.behave(busy(&family, Operation::Tags, HOUR));
        let client = family.client();
        let error = client.tags(&family.repository("few")).await.unwrap_err();
        let tells = family.profile.tells_wait();
        let kind = ErrorKind::RateLimited {
            wait: tells.then_some(HOUR),
            quota: false,
        };
        assert_eq!(error.kind(), &kind, "{name}: {error}");
        let said = error.to_string();
        assert!(!tells || said.contains("60 min"), "{name}: {said}");
        assert!(said.contains(family.profile.host()), "{name}: {said}");
        let refused = family.registry.requests().into_iter();
        let refused = refused
            .filter(|request| request.status == Some(429))
            .count();
        // A limit is waited out for a while, as it may let the next one pass.
        let most = if tells { 1 } else { 8 };
        assert!((1..=most).contains(&refused), "{name}: {refused}");
        family.is_discreet(Some(&error));
        // Whoever comes next is told without being sent.
        if tells {
            let error = client.tags(&family.repository("many-1")).await.unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::RateLimited { .. }),
                "{name}: {error}"
            );
            let requests = family.registry.requests().into_iter();
            let refused = requests
                .filter(|request| request.status == Some(429))
                .count();
            assert_eq!(refused, 1, "{name}");
        }
    }
}

#[tokio::test]
async fn a_token_endpoint_that_is_busy_is_waited_for_as_well() {
    let families = families().await;
    let checks = families.iter().map(async |family| {
        let name = family.name();
        let busy = busy(family, Operation::Token, MOMENT);
        family.answering().behave(busy.times(1));
        let tags = family.client().tags(&family.repository("few")).await;
        let tags = tags.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(tags.len(), 3, "{name}");
        let tokens = family.count(Operation::Token);
        assert!(tokens == 0 || tokens == 2, "{name}: {tokens}");
        let waits = tokens == 2 && family.profile.tells_wait();
        assert_eq!(family.waits().len(), usize::from(waits), "{name}");
    });
    futures_util::future::join_all(checks).await;
}

#[tokio::test]
async fn a_token_endpoint_that_stays_busy_is_named() {
    for family in families().await {
        let name = family.name();
        family
            .answering()
            .behave(busy(&family, Operation::Token, HOUR));
        let outcome = family.client().tags(&family.repository("few")).await;
        if family.count(Operation::Token) == 0 {
            assert!(outcome.is_ok(), "{name}");
            continue;
        }
        let error = outcome.unwrap_err();
        let limited = matches!(error.kind(), ErrorKind::RateLimited { quota: false, .. });
        assert!(limited, "{name}: {error}");
        assert!(
            error.to_string().contains(family.profile.host()),
            "{name}: {error}"
        );
        let shown = all_of(&error);
        let asked = family.answering().address();
        assert!(
            shown.contains(asked),
            "{name}: {asked} is not named in {shown}"
        );
        family.is_discreet(Some(&error));
    }
}

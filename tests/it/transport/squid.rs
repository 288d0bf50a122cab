//! The program through a real squid: tunnels, plain HTTP, passwords, and what squid refuses.

use imagelock::embedded::{AuthMode, Background};

use super::program::{config, fails, lock, project};
use crate::support::pki::{Authority, VALID};
use crate::support::sandbox::{Run, Sandbox};
use crate::support::squid::{HIDDEN, Leads, Squid};
use crate::support::tls_front::{Clients, TlsFront};

const PASSWORD: &str = "canary-3141";

/// A registry that is reached by a hidden name, with TLS and without.
struct Case {
    registry: Background,
    sandbox: Sandbox,
    front: TlsFront,
}

/// Writes a config, and returns the registry's name and the variable for the proxy that leads to it.
type Write = fn(&Case, &str) -> (String, &'static str);

const BOTH: [Write; 2] = [Case::with_tls, Case::without_tls];

impl Case {
    fn new() -> Self {
        let (registry, sandbox) = project();
        let authority = Authority::new("ours");
        let issued = authority.server(&[HIDDEN], VALID);
        let front = TlsFront::start(registry.address(), &issued, Clients::Anyone);
        sandbox.write("ca.pem", authority.pem());
        Self {
            registry,
            sandbox,
            front,
        }
    }

    fn secure(&self) -> String {
        self.front.at(HIDDEN)
    }

    fn plain(&self) -> String {
        let port = self.registry.address().rsplit_once(':').unwrap().1;
        format!("{HIDDEN}:{port}")
    }

    fn with_tls(&self, more: &str) -> (String, &'static str) {
        let name = self.secure();
        let table = format!("plain-http = false\nca-file = \"ca.pem\"\n{more}");
        config(&self.sandbox, &name, &table);
        (name, "HTTPS_PROXY")
    }

    fn without_tls(&self, more: &str) -> (String, &'static str) {
        let name = self.plain();
        config(&self.sandbox, &name, &format!("plain-http = true\n{more}"));
        (name, "HTTP_PROXY")
    }

    fn update(&self) -> Run<'_> {
        self.sandbox.imagelock(["update", "-vv", "--retries", "0"])
    }

    /// The same with variables that name the proxy.
    fn update_through(&self, squid: &Squid) -> Run<'_> {
        let run = self.update().env("HTTP_PROXY", squid.url());
        run.env("HTTPS_PROXY", squid.url())
    }
}

#[test]
fn tunnels_carry_credentials_that_squid_does_not_see() {
    let case = Case::new();
    let Some(squid) = Squid::start(Leads::Anyone) else {
        return;
    };
    case.registry
        .require(AuthMode::basic().user("bot", PASSWORD));
    let auth = "auth = { env = \"TOKEN\", username = \"bot\" }";
    let own = format!("{auth}\nproxy = \"{}\"", squid.url());
    for (table, proxy) in [
        (auth, squid.url()),
        // That of the config goes before that of the environment.
        (own.as_str(), "http://127.0.0.1:1".into()),
    ] {
        let (_, variable) = case.with_tls(table);
        case.update()
            .env(variable, proxy)
            .env("TOKEN", PASSWORD)
            .run()
            .exits(0)
            .hides(PASSWORD);
    }
    assert!(case.sandbox.read("images.lock").contains("1.0.0"));
    let requests = case.registry.requests();
    assert!(
        requests
            .iter()
            .any(|request| request.authorization().is_some())
    );
    let target = format!("CONNECT {}", case.secure());
    let logged = squid.end();
    assert_eq!(logged.len(), 2, "one tunnel a run: {logged:?}");
    for asked in logged {
        assert_eq!(asked.line, target);
        assert_eq!(
            (asked.status.as_str(), asked.authorization.as_str()),
            ("200", "-")
        );
    }
}

#[test]
fn plain_http_goes_through_as_whole_urls() {
    let case = Case::new();
    let Some(squid) = Squid::start(Leads::Anyone) else {
        return;
    };
    let (name, variable) = case.without_tls("");
    case.update().env(variable, squid.url()).run().exits(0);
    case.without_tls(&format!("proxy = \"{}\"", squid.url()));
    case.update().run().exits(0);
    let logged = squid.end();
    let lists = format!("GET http://{name}/v2/team/app/tags/list?n=1000");
    let lists = logged.iter().filter(|asked| asked.line == lists);
    assert_eq!(lists.count(), 2, "{logged:?}");
    assert!(
        logged.iter().all(|asked| asked.status == "200"),
        "{logged:?}"
    );
    assert_eq!(logged.len(), case.registry.requests().len());
}

#[test]
fn who_is_to_be_reached_without_is() {
    let case = Case::new();
    let Some(squid) = Squid::start(Leads::Anyone) else {
        return;
    };
    // Nobody but squid knows the name.
    for write in BOTH {
        let (name, _) = write(&case, "");
        fails(
            case.update_through(&squid).env("NO_PROXY", "hidden.test"),
            &case.sandbox,
            3,
            "unreachable",
        )
        .complains(&name);
    }
    for write in BOTH {
        let (name, _) = write(&case, "proxy = false");
        fails(case.update_through(&squid), &case.sandbox, 3, "unreachable").complains(&name);
    }
    // This machine needs no list.
    config(&case.sandbox, case.registry.address(), "concurrency = 1");
    case.update_through(&squid).run().exits(0);
    assert_eq!(squid.end(), []);
}

#[test]
fn a_squid_that_wants_a_password_gets_it_and_nobody_sees_it() {
    let case = Case::new();
    let Some(squid) = Squid::start(Leads::User("me", PASSWORD)) else {
        return;
    };
    let good = squid.url_for("me", PASSWORD);
    for write in BOTH {
        let (_, variable) = write(&case, "");
        case.update()
            .env(variable, &good)
            .run()
            .exits(0)
            .hides(PASSWORD);
    }
    let logged = squid.end();
    assert!(
        logged
            .iter()
            .any(|asked| asked.line.starts_with("CONNECT "))
    );
    assert!(logged.iter().any(|asked| asked.line.starts_with("GET ")));
    for asked in logged {
        assert_eq!((asked.status.as_str(), asked.user.as_str()), ("200", "me"));
    }
}

#[test]
fn a_squid_that_gets_no_password_or_a_wrong_one_is_named() {
    let case = Case::new();
    let Some(squid) = Squid::start(Leads::User("me", PASSWORD)) else {
        return;
    };
    let (wrong, none) = (squid.url_for("me", "canary-wrong"), squid.url());
    let own = format!("proxy = \"{none}\"");
    for write in BOTH {
        for (table, url, source) in [
            ("", &wrong, "HTTP"),
            ("", &none, "HTTP"),
            (own.as_str(), &wrong, "`proxy` in the config"),
        ] {
            let (name, variable) = write(&case, table);
            let words = format!(
                "cannot reach {name} to list the tags of team/app: the proxy {} wants credentials, or others (407)",
                squid.address()
            );
            fails(
                lock(&case.sandbox).env(variable, url),
                &case.sandbox,
                3,
                "proxy",
            )
            .complains(&words)
            .complains(&format!("the proxy is that of {source}"))
            .complains("http://user:password@")
            .hides("canary")
            .hides("bWU6");
        }
    }
    assert_eq!(case.registry.requests().len(), 0);
    let logged = squid.end();
    assert_eq!(logged.len(), 6);
    assert!(
        logged
            .iter()
            .all(|asked| asked.status == "407" && asked.authorization == "-")
    );
}

#[test]
fn what_squid_refuses_or_cannot_reach_is_told_as_its_failure() {
    let case = Case::new();
    let Some(squid) = Squid::start(Leads::Nobody) else {
        return;
    };
    let at = squid.address();
    let (name, variable) = case.with_tls("");
    let run = lock(&case.sandbox).env(variable, squid.url());
    fails(run, &case.sandbox, 3, "proxy")
        .complains(&name)
        .complains(&format!("the proxy {at} opens no tunnel to it"));
    let (name, variable) = case.without_tls("");
    let run = lock(&case.sandbox).env(variable, squid.url());
    fails(run, &case.sandbox, 3, "proxy")
        .complains(&name)
        .complains(&format!("the proxy {at} does not lead to it (403)"))
        .hides("<");
    assert!(squid.end().iter().all(|asked| asked.status == "403"));
    let Some(squid) = Squid::start(Leads::Anyone) else {
        return;
    };
    let (name, variable) = case.without_tls("");
    let Case {
        registry, sandbox, ..
    } = case;
    drop(registry);
    fails(
        lock(&sandbox).env(variable, squid.url()),
        &sandbox,
        3,
        "proxy",
    )
    .complains(&name)
    .complains(&format!(
        "the proxy {} does not lead to it (503)",
        squid.address()
    ));
}

//! The program with what the config and the environment say of TLS, proxies and time.

use imagelock::embedded::{Background, Behaviour, Operation};

use super::program::{config, fails, lock, project};
use crate::support::pki::{Authority, EXPIRED, FUTURE, Issued, VALID};
use crate::support::proxy::{Manner, Proxy};
use crate::support::sandbox::{Output, Run};
use crate::support::tls_front::{Clients, TlsFront};

fn front(registry: &Background, issued: &Issued) -> TlsFront {
    TlsFront::start(registry.address(), issued, Clients::Anyone)
}

#[test]
fn certificates_are_read_from_the_configs_folder() {
    let (registry, sandbox) = project();
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let issued = servers.server(&["localhost"], VALID);
    let front = TlsFront::start(registry.address(), &issued, Clients::Of(&clients));
    let bot = clients.client("bot");
    sandbox
        .write("certs/ca.pem", servers.pem())
        .write("certs/client.pem", &bot.certificate)
        .write("certs/client.key", &bot.key)
        .write("elsewhere/empty", "");
    config(
        &sandbox,
        &front.at("localhost"),
        "plain-http = false\nca-file = \"certs/ca.pem\"\nclient-cert = \"certs/client.pem\"\nclient-key = \"certs/client.key\"",
    );
    lock(&sandbox).directory("elsewhere").run().exits(0);
    assert!(sandbox.read("images.lock").contains("1.0.0"));
    assert_eq!(front.identified(), front.shaken());
}

#[test]
fn files_that_cannot_be_used_are_shown_where_the_config_names_them() {
    let (_registry, sandbox) = project();
    let (one, other) = (Authority::new("one"), Authority::new("other"));
    let (bot, stranger) = (one.client("bot"), other.client("stranger"));
    sandbox
        .write("ca.pem", one.pem())
        .write("bot.pem", &bot.certificate)
        .write("stranger.key", &stranger.key)
        .write("text.pem", "canary-3141\n");
    let pair = |certificate: &str, key: &str| {
        format!("client-cert = \"{certificate}\"\nclient-key = \"{key}\"")
    };
    for (table, code, place, words) in [
        (
            "ca-file = \"none.pem\"".into(),
            "io",
            "images.toml:4:11",
            "none.pem",
        ),
        (
            "ca-file = \".\"".into(),
            "io",
            "images.toml:4:11",
            "cannot read",
        ),
        (
            "ca-file = \"text.pem\"".into(),
            "bad-certificate",
            "images.toml:4:11",
            "no certificate",
        ),
        (
            pair("bot.pem", "stranger.key"),
            "bad-certificate",
            "images.toml:5:14",
            "not that of",
        ),
        (
            pair("bot.pem", "text.pem"),
            "bad-certificate",
            "images.toml:5:14",
            "no private key",
        ),
        (
            pair("text.pem", "stranger.key"),
            "bad-certificate",
            "images.toml:4:15",
            "no certificate",
        ),
        (
            pair("bot.pem", "none.key"),
            "io",
            "images.toml:5:14",
            "none.key",
        ),
    ] {
        config(&sandbox, "registry.test", &table);
        fails(lock(&sandbox), &sandbox, 2, code)
            .complains(place)
            .complains(words)
            .hides("canary-3141");
    }
    // What is not asked for is not read.
    sandbox.write(
        "images.toml",
        "version = 1\n[registries.\"registry.test\"]\nca-file = \"none.pem\"\n[images]\n",
    );
    sandbox.run(["lock"]).exits(0);
}

#[test]
fn certificates_that_are_not_to_be_trusted_leave_nothing_behind() {
    let (registry, sandbox) = project();
    let ours = Authority::new("ours");
    sandbox.write("ca.pem", ours.pem());
    for (issued, words, help) in [
        (
            ours.server(&["other.test"], VALID),
            "for `other.test`",
            "check the name",
        ),
        (ours.server(&["localhost"], EXPIRED), "expired at", "clock"),
        (
            ours.server(&["localhost"], FUTURE),
            "valid only from",
            "clock",
        ),
        (
            Authority::new("theirs").server(&["localhost"], VALID),
            "authority that is not trusted",
            "ca-file",
        ),
    ] {
        let front = front(&registry, &issued);
        let name = front.at("localhost");
        config(&sandbox, &name, "plain-http = false\nca-file = \"ca.pem\"");
        fails(lock(&sandbox), &sandbox, 3, "tls")
            .complains(&name)
            .complains(words)
            .complains(help);
    }
    assert_eq!(registry.requests().len(), 0);
}

#[test]
fn whoever_skips_the_look_at_certificates_is_told_each_time() {
    let (registry, sandbox) = project();
    let issued = Authority::new("theirs").server(&["other.test"], EXPIRED);
    let front = front(&registry, &issued);
    let name = front.at("localhost");
    config(
        &sandbox,
        &name,
        "plain-http = false\ntls-skip-verify = true",
    );
    for arguments in [
        &["lock"][..],
        &["update"],
        &["update", "-q"],
        &["update", "-vv"],
    ] {
        let output = sandbox.run(arguments.iter().copied()).exits(0);
        let warnings = output.stderr.matches("warning[tls-unverified]").count();
        assert_eq!(warnings, 1, "{output}");
        output.complains(&name).complains("ca-file");
    }
}

#[test]
fn authorities_of_the_system_can_be_named_and_missing_ones_are_made_up_for() {
    let (registry, sandbox) = project();
    let ours = Authority::new("ours");
    let front = front(&registry, &ours.server(&["localhost"], VALID));
    let name = front.at("localhost");
    sandbox.write("ca.pem", ours.pem());
    sandbox
        .write("empty.pem", "")
        .write("text.pem", "no certificate\n")
        .write("folder/text.txt", "");
    for [file, folder] in [
        ["none", "none"],
        ["none", "folder"],
        ["empty.pem", "none"],
        ["text.pem", "folder"],
    ] {
        let without_roots = |run: Run<'_>| {
            let run = run.env("SSL_CERT_FILE", sandbox.path().join(file));
            run.env("SSL_CERT_DIR", sandbox.path().join(folder)).run()
        };
        config(&sandbox, &name, "plain-http = false");
        let output = without_roots(sandbox.imagelock(["update", "-v"])).exits(3);
        output
            .complains("using the bundled ones")
            .complains("error[tls]")
            .complains("authority that is not trusted")
            .complains("SSL_CERT_FILE");
        // With authorities of its own the registry is reached all the same.
        config(&sandbox, &name, "plain-http = false\nca-file = \"ca.pem\"");
        without_roots(sandbox.imagelock(["update", "-v"]))
            .exits(0)
            .complains("using the bundled ones");
    }
    config(&sandbox, &name, "plain-http = false");
    sandbox
        .imagelock(["update", "-v"])
        .env("SSL_CERT_FILE", sandbox.path().join("ca.pem"))
        .run()
        .exits(0)
        .hides("bundled");
}

#[test]
fn proxies_come_from_the_environment_as_other_tools_read_it() {
    let (registry, sandbox) = project();
    let port = registry.address().rsplit_once(':').unwrap().1.to_string();
    let name = format!("registry.hidden.test:{port}");
    let proxy = Proxy::start(Manner::Lead);
    let dead = Proxy::start(Manner::Answer(
        403,
        "X-Squid-Error: ERR_ACCESS_DENIED 0\r\n",
    ));
    let (good, bad) = (proxy.url(), dead.url());
    let bare = proxy.address();
    let none = String::new();
    config(&sandbox, &name, "plain-http = true");
    for (variables, leads) in [
        (vec![("HTTP_PROXY", &good)], true),
        (vec![("http_proxy", &good)], true),
        (vec![("http_proxy", &bare)], true),
        (vec![("ALL_PROXY", &good)], true),
        (vec![("all_proxy", &good), ("HTTP_PROXY", &none)], true),
        (vec![("ALL_PROXY", &bad), ("HTTP_PROXY", &good)], true),
        (vec![("HTTPS_PROXY", &bad), ("HTTP_PROXY", &good)], true),
        // A web server sets it from the header `Proxy` of what it was sent.
        (
            vec![
                ("HTTP_PROXY", &bad),
                ("http_proxy", &good),
                ("REQUEST_METHOD", &bare),
            ],
            true,
        ),
        (vec![("HTTP_PROXY", &bad)], false),
    ] {
        let mut run = sandbox.imagelock(["update", "--retries", "0"]);
        for (name, value) in &variables {
            run = run.env(name, value.as_str());
        }
        let output = run.run();
        if leads {
            output.exits(0);
        } else {
            output
                .exits(3)
                .complains("error[proxy]")
                .complains(&dead.address());
        }
    }
    let asked = proxy.asked().len();
    for list in ["*", "hidden.test", "10.0.0.0/8, .hidden.test"] {
        sandbox
            .imagelock(["update", "--retries", "0"])
            .env("HTTP_PROXY", good.as_str())
            .env("NO_PROXY", list)
            .run()
            .exits(3)
            .complains("error[unreachable]")
            .complains("HTTPS_PROXY");
    }
    assert_eq!(proxy.asked().len(), asked);
}

#[test]
fn the_config_names_a_proxy_for_one_registry() {
    let (registry, sandbox) = project();
    let port = registry.address().rsplit_once(':').unwrap().1.to_string();
    let name = format!("registry.hidden.test:{port}");
    let proxy = Proxy::start(Manner::Lead);
    let url = proxy.url();
    config(
        &sandbox,
        &name,
        &format!("plain-http = true\nproxy = \"{url}\""),
    );
    sandbox
        .imagelock(["lock"])
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .run()
        .exits(0);
    config(&sandbox, &name, "plain-http = true\nproxy = false");
    sandbox
        .imagelock(["update", "--retries", "0"])
        .env("HTTP_PROXY", url)
        .run()
        .exits(3)
        .complains("error[unreachable]");
}

#[test]
fn a_proxys_password_is_never_shown() {
    let (_registry, sandbox) = project();
    let proxy = Proxy::start(Manner::Want("nothing"));
    config(&sandbox, "registry.hidden.test", "concurrency = 1");
    for password in ["canary-3141", "canary-3141%00"] {
        sandbox
            .imagelock(["lock", "-vv"])
            .env("HTTPS_PROXY", proxy.url_for("me", password))
            .run()
            .exits(3)
            .complains("HTTPS_PROXY")
            .hides("canary-3141")
            .hides("bWU6Y2FuYXJ5");
    }
}

#[test]
fn the_time_of_all_requests_is_told_from_that_of_one() {
    let (registry, sandbox) = project();
    config(&sandbox, registry.address(), "concurrency = 1");
    registry.behave(Behaviour::on(Operation::Tags).never_answer());
    let run = sandbox.imagelock(["lock", "--deadline", "200ms"]);
    fails(run, &sandbox, 3, "timeout")
        .complains("the deadline of 200ms for all requests is over")
        .complains("--deadline");
    let run = sandbox.imagelock(["lock", "--timeout", "200ms", "--retries", "0"]);
    fails(run, &sandbox, 3, "timeout")
        .complains("did not answer in time")
        .complains("--timeout");
    sandbox.run(["lock", "--deadline", "0s"]).exits(2);
}

#[test]
fn one_fault_of_a_host_is_told_once_with_the_images_behind_it() {
    let (registry, sandbox) = project();
    let name = registry.address();
    let entry = |number| format!("app{number} = {{ image = \"{name}/team/app{number}\" }}\n");
    let entries: String = (1..=3).map(entry).collect();
    sandbox.write("images.toml", format!("version = 1\n[images]\n{entries}"));
    let once = |output: &Output, text: &str| {
        let stderr = &output.stderr;
        assert_eq!(stderr.matches("error[").count(), 1, "{stderr}");
        assert!(stderr.contains(text), "{stderr}");
    };
    let offline = sandbox.run(["--offline", "lock"]).exits(3);
    once(
        &offline,
        &format!("app1, app2, app3: cannot read these images at {name} without the network"),
    );
    offline.complains("3 images not resolved: the network is forbidden");
    registry.behave(Behaviour::always().status(403));
    let denied = sandbox.run(["lock"]).exits(3);
    once(
        &denied,
        &format!("app1, app2, app3: {name} refused to read these images (403 DENIED)"),
    );
    denied.complains("3 images not resolved: a registry failed");
}

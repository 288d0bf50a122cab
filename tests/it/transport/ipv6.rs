//! Registries that are named by an address of IPv6, through the program.

use std::io::{Write as _, stderr};
use std::net::Ipv6Addr;

use imagelock::embedded::{AuthMode, Behaviour, Operation, TestImage};
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;

use super::program::{config, fails, lock, project};
use crate::support::apart::Apart;
use crate::support::pki::{Authority, VALID};
use crate::support::tls_front::{Clients, TlsFront};

/// Starts a door to a server, such as `127.0.0.1:5000`, at `::1`; nothing where the machine has no such address.
fn door(upstream: &str) -> Option<Apart> {
    let upstream = upstream.to_owned();
    let door = Apart::serving_at(Ipv6Addr::LOCALHOST.into(), move |mut stream| {
        let upstream = upstream.clone();
        async move {
            if let Ok(mut other) = TcpStream::connect(upstream).await {
                let _ended = copy_bidirectional(&mut stream, &mut other).await;
            }
        }
    });
    if let Err(reason) = &door {
        // Not by a macro: the test harness would hide it for a test that passes.
        let _closed = writeln!(stderr(), "skipped: this machine has no ::1: {reason}");
    }
    door.ok()
}

fn at(door: &Apart) -> String {
    format!("[::1]:{}", door.port())
}

#[test]
fn a_registry_at_an_address_is_locked_with_a_login() {
    let (registry, sandbox) = project();
    let Some(door) = door(registry.address()) else {
        return;
    };
    let name = at(&door);
    let realm = format!("http://{name}/token");
    registry.require(AuthMode::bearer().user("bot", "canary-3141").realm(&realm));
    let target = format!("http://{name}{{path}}?");
    registry.behave(
        Behaviour::on(Operation::ManifestGet)
            .times(1)
            .redirect(&target),
    );
    let folder = sandbox.home().join(".docker");
    std::fs::create_dir(&folder).unwrap();
    // `bot:canary-3141`.
    let logins = format!("{{\"auths\": {{\"{name}\": {{\"auth\": \"Ym90OmNhbmFyeS0zMTQx\"}}}}}}");
    std::fs::write(folder.join("config.json"), logins).unwrap();
    // This machine needs no word that there is no TLS.
    config(&sandbox, &name, "concurrency = 2");
    lock(&sandbox).run().exits(0).hides("canary");
    let written = sandbox.read("images.lock");
    let digest = TestImage::new("app").build().digest;
    for line in [
        format!("image = \"{name}/team/app\""),
        "tag = \"1.0.0\"".into(),
        format!("digest = \"{digest}\""),
    ] {
        assert!(written.contains(&line), "{line}: {written}");
    }
    for command in ["check", "update", "list"] {
        sandbox.run([command]).exits(0);
    }
    assert_eq!(sandbox.read("images.lock"), written);
    sandbox
        .imagelock(["tags", &format!("{name}/team/app")])
        .run()
        .exits(0)
        .says("1.0.0");
}

#[test]
fn a_certificate_may_be_for_an_address() {
    let (registry, sandbox) = project();
    let ours = Authority::new("ours");
    sandbox.write("ca.pem", ours.pem());
    let behind = |name| {
        let issued = ours.server(&[name], VALID);
        let front = TlsFront::start(registry.address(), &issued, Clients::Anyone);
        let door = door(&front.at("127.0.0.1"))?;
        Some((front, door))
    };
    let (Some((_other, wrong)), Some((_front, right))) = (behind("127.0.0.1"), behind("::1"))
    else {
        return;
    };
    let table = "plain-http = false\nca-file = \"ca.pem\"";
    config(&sandbox, &at(&wrong), table);
    fails(lock(&sandbox), &sandbox, 3, "tls")
        .complains(&at(&wrong))
        .complains("its certificate is for `127.0.0.1`");
    config(&sandbox, &at(&right), table);
    lock(&sandbox).run().exits(0);
    assert!(sandbox.read("images.lock").contains(&at(&right)));
}

#[test]
fn an_address_where_nobody_listens_is_named_whole() {
    let (registry, sandbox) = project();
    let Some(door) = door(registry.address()) else {
        return;
    };
    let name = at(&door);
    drop(door);
    config(&sandbox, &name, "concurrency = 1");
    fails(lock(&sandbox), &sandbox, 3, "unreachable")
        .complains(&format!("cannot reach {name} to list the tags of team/app"));
}

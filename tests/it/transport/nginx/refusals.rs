//! Locks through nginx that fail: one error that names the registry, and nothing written.

use crate::support::nginx::{Nginx, Server};
use crate::support::pki::{Authority, EXPIRED, FUTURE, VALID};
use crate::support::sandbox::Output;
use crate::transport::program::{config, fails, lock, project};

const TRUSTED: &str = "plain-http = false\nca-file = \"ca.pem\"";

#[test]
fn certificates_that_are_not_to_be_trusted() {
    let (registry, sandbox) = project();
    let ours = Authority::new("ours");
    sandbox.write("ca.pem", ours.pem());
    let passing = Server::passing(registry.address());
    let server = |authority: &Authority, names: &[&str], years| {
        passing.clone().tls(&authority.server(names, years))
    };
    let servers = |_| {
        [
            server(&ours, &["localhost"], EXPIRED),
            server(&ours, &["localhost"], FUTURE),
            server(&ours, &["other.test"], VALID),
            server(&Authority::new("theirs"), &["localhost"], VALID),
        ]
    };
    let Some(nginx) = Nginx::start(servers) else {
        return;
    };
    for (number, [words, help]) in [
        [
            "its certificate expired at 2021-01-01T00:00:00Z",
            "check this machine's clock",
        ],
        [
            "its certificate is valid only from 2119-01-01T00:00:00Z on",
            "check this machine's clock",
        ],
        ["its certificate is for `other.test`", "check the name"],
        ["authority that is not trusted", "ca-file"],
    ]
    .into_iter()
    .enumerate()
    {
        let name = nginx.at("localhost", number);
        config(&sandbox, &name, TRUSTED);
        fails(lock(&sandbox), &sandbox, 3, "tls")
            .complains(&name)
            .complains(words)
            .complains(help);
        assert_eq!(nginx.requests(number), []);
    }
    assert_eq!(registry.requests().len(), 0);
}

#[test]
fn tls_and_plain_http_at_the_wrong_port() {
    let (registry, sandbox) = project();
    let ours = Authority::new("ours");
    sandbox.write("ca.pem", ours.pem());
    let issued = ours.server(&["localhost"], VALID);
    let passing = || Server::passing(registry.address());
    let Some(nginx) = Nginx::start(|_| [passing().tls(&issued), passing()]) else {
        return;
    };
    let (secure, plain) = (nginx.at("localhost", 0), nginx.at("localhost", 1));
    config(&sandbox, &secure, "plain-http = true");
    fails(lock(&sandbox), &sandbox, 3, "tls")
        .complains(&secure)
        .complains("it speaks TLS, and was spoken to in plain HTTP")
        .complains("write `plain-http = false`");
    assert_eq!(nginx.requests(0)[0].status, "400");
    config(&sandbox, &plain, TRUSTED);
    fails(lock(&sandbox), &sandbox, 3, "tls")
        .complains(&plain)
        .complains("it does not speak TLS")
        .complains("plain-http = true");
    assert_eq!(registry.requests().len(), 0);
}

#[test]
fn certificates_of_this_client_that_are_missing_or_of_another_authority() {
    let (registry, sandbox) = project();
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let stranger = Authority::new("strangers").client("stranger");
    sandbox
        .write("ca.pem", servers.pem())
        .write("stranger.pem", &stranger.certificate)
        .write("stranger.key", &stranger.key);
    let issued = servers.server(&["localhost"], VALID);
    let upstream = registry.address();
    // nginx checks the certificate of a client itself, and says in HTTP what it thinks of it, over each version.
    let servers = |_| {
        let server = Server::passing(upstream).tls(&issued);
        let older = server.clone().with("ssl_protocols TLSv1.2;\n");
        [server, older].map(|server| server.clients_of(&clients))
    };
    let Some(nginx) = Nginx::start(servers) else {
        return;
    };
    for number in [0, 1] {
        let name = nginx.at("localhost", number);
        let asks = |table: &str| -> Output {
            config(&sandbox, &name, &format!("{TRUSTED}\n{table}"));
            fails(lock(&sandbox), &sandbox, 3, "tls").complains(&name)
        };
        asks("")
            .complains("it wants to see a certificate of this client")
            .complains("client-cert");
        asks("client-cert = \"stranger.pem\"\nclient-key = \"stranger.key\"")
            .complains("it does not accept this client's certificate")
            .complains("still valid and from an authority that the registry knows");
        let requests = nginx.requests(number);
        assert_eq!(requests[0].verified, "NONE", "{requests:?}");
        let last = requests.last().unwrap();
        assert!(last.verified.starts_with("FAILED"), "{requests:?}");
        assert!(requests.iter().all(|request| request.status == "400"));
    }
    assert_eq!(registry.requests().len(), 0);
}

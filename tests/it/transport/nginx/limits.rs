//! Limits of nginx, which it answers with pages for people: what is asked for is waited for, as far as that is bearable.

use imagelock::embedded::TestImage;

use crate::support::nginx::{Nginx, Server};
use crate::transport::program::{config, fails, lock, project};

#[test]
fn a_wait_of_a_second_is_kept_and_then_all_is_well() {
    let (registry, sandbox) = project();
    registry
        .store()
        .publish("team/other", "2.0.0", &TestImage::new("other"));
    let upstream = registry.address();
    // One a second: of two at once one is too many, and a second later it is not.
    let limit = format!(
        "location ~ /tags/list$ {{ limit_req zone=lists; limit_req_status 429; add_header Retry-After 1 always; proxy_pass http://{upstream}; }}\n"
    );
    let servers = |_| [Server::passing(upstream).with(&limit)];
    let Some(nginx) = Nginx::start(servers) else {
        return;
    };
    let name = nginx.at("127.0.0.1", 0);
    sandbox.write(
        "images.toml",
        format!(
            "version = 1\n[images]\napp = {{ image = \"{name}/team/app\" }}\nother = {{ image = \"{name}/team/other\" }}\n"
        ),
    );
    let output = sandbox.run(["lock"]).exits(0);
    output.complains(&format!("{name}: waiting 1.0 s: it answered 429"));
    let lock = sandbox.read("images.lock");
    assert!(lock.contains("1.0.0") && lock.contains("2.0.0"), "{lock}");
    let lists = nginx.requests(0).into_iter();
    let lists = lists.filter(|request| request.path.contains("/tags/list"));
    let mut statuses: Vec<_> = lists.map(|request| request.status).collect();
    statuses.sort();
    assert_eq!(statuses, ["200", "200", "429"]);
}

/// The answer of nginx where nobody set another status, and without a word of how long to wait.
#[test]
fn a_limit_that_answers_503_is_found_out_and_kept() {
    let (registry, sandbox) = project();
    let upstream = registry.address();
    let limit =
        format!("location ~ /v2/team/ {{ limit_req zone=lists; proxy_pass http://{upstream}; }}\n");
    let servers = |_| [Server::passing(upstream).with(&limit)];
    let Some(nginx) = Nginx::start(servers) else {
        return;
    };
    let name = nginx.at("127.0.0.1", 0);
    let images = ["a", "b", "c", "d"].map(|image| {
        let repository = format!("team/{image}");
        let spec = TestImage::new(image);
        registry.store().publish(&repository, "1.0.0", &spec);
        format!("{image} = {{ image = \"{name}/{repository}\" }}\n")
    });
    let text = format!("version = 1\n[images]\n{}", images.concat());
    sandbox.write("images.toml", text);
    sandbox.run(["lock"]).exits(0);
    let requests = nginx.requests(0).into_iter();
    let statuses: Vec<String> = requests
        .filter(|request| request.path.contains("/team/"))
        .map(|request| request.status)
        .collect();
    let of = |status: &str| statuses.iter().filter(|found| *found == status).count();
    assert_eq!(of("200"), 8, "{statuses:?}");
    // Those that go out together at first are refused together; later ones meet fewer refusals from time to time.
    assert!(of("503") <= 16, "{statuses:?}");
}

#[test]
fn what_does_not_end_is_told_in_plain_words() {
    let (registry, sandbox) = project();
    let page = |status: u16, header: &str| {
        Server::plain(format!("location / {{ {header} return {status}; }}\n"))
    };
    let servers = |_| {
        [
            page(429, ""),
            page(429, "add_header Retry-After 3600 always;"),
            page(503, "add_header Retry-After 3600 always;"),
            page(503, ""),
            // Nobody listens there.
            Server::passing("127.0.0.1:1"),
        ]
    };
    let Some(nginx) = Nginx::start(servers) else {
        return;
    };
    for (number, (error, words)) in [
        (
            "rate-limited",
            "gets too many requests to list the tags of team/app (429)",
        ),
        (
            "rate-limited",
            "asks to wait 60 min, which is too long to list the tags of team/app",
        ),
        (
            "rate-limited",
            "asks to wait 60 min, which is too long to list the tags of team/app",
        ),
        (
            "registry-failed",
            "failed to list the tags of team/app (503)",
        ),
        (
            "registry-failed",
            "failed to list the tags of team/app (502)",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let name = nginx.at("localhost", number);
        config(&sandbox, &name, "plain-http = true");
        fails(lock(&sandbox), &sandbox, 3, error)
            .complains(&format!("{name} {words}"))
            .hides("<");
        assert_eq!(nginx.requests(number).len(), 1);
    }
    assert_eq!(registry.requests().len(), 0);
}

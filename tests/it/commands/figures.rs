//! `--stats` and `--timings`: what a run cost.

use imagelock::embedded::{AuthMode, Behaviour, Operation, sample};
use serde_json::Value;

use super::support::{follows, project};
use crate::support::sandbox::Sandbox;
use crate::support::schemas::text_follows;

/// Reads the figures that a run wrote, and holds them to their schema.
#[track_caller]
fn stats(sandbox: &Sandbox) -> Value {
    text_follows(sandbox, &sandbox.read("stats.json"), "stats")
}

#[test]
fn the_figures_are_what_the_registry_saw() {
    let (registry, sandbox) = project();
    sample::news(registry.store());
    registry.require(AuthMode::bearer().anonymous());
    registry.behave(
        Behaviour::on(Operation::Tags)
            .status(503)
            .header("retry-after", "0")
            .times(1),
    );
    registry.forget_requests();
    sandbox
        .run(["update", "--stats", "json=stats.json", "-j", "1"])
        .exits(0);
    let stats = stats(&sandbox);
    let count = |operation| registry.count(operation) as u64;
    let host = &stats["hosts"][0];
    assert_eq!(host["host"], registry.address());
    let kinds = &host["traffic"]["kinds"];
    for (kind, operation) in [
        ("ping", Operation::Ping),
        ("token", Operation::Token),
        ("tag-list", Operation::Tags),
        ("manifest-head", Operation::ManifestHead),
        ("manifest-get", Operation::ManifestGet),
        ("blob", Operation::BlobGet),
    ] {
        // The embedded registry's realm is at its own address.
        assert_eq!(kinds[kind], count(operation), "{kind}: {stats:#}");
    }
    let total = &stats["total"];
    assert_eq!(total["requests"], registry.requests().len());
    assert_eq!(total["retries"], 1);
    assert_eq!(total["statuses"]["503"], 1);
    assert!(total["received-bytes"].as_u64() > Some(1000));
    assert_eq!(total["unanswered"], 0);
    assert_eq!(stats["command"], "update");
    assert_eq!(stats["exit-code"], 0);
    assert!(stats["time"]["wall"].as_f64() > Some(0.0));
    if cfg!(target_os = "linux") {
        assert!(stats["time"]["cpu"].as_f64() > Some(0.0));
        assert!(stats["peak-memory-bytes"].as_u64() > Some(1 << 20));
    }
}

#[test]
fn figures_go_to_standard_error_and_leave_the_result_alone() {
    let (registry, sandbox) = project();
    let repository = format!("{}/library/nginx", registry.address());
    let plain = sandbox.run(["tags", &repository]).exits(0);
    let run = sandbox
        .run(["tags", &repository, "--stats", "json", "--quiet"])
        .exits(0);
    assert_eq!(run.stdout, plain.stdout);
    let stats: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(stats["schema"], "imagelock.stats/v1");
    sandbox
        .run(["tags", &repository, "--stats", "text"])
        .exits(0)
        .complains("requests  tag-list")
        .complains("took 0.");
    // What asks nobody takes time as well.
    let check = sandbox.run(["check", "--stats", "json"]).exits(0);
    assert!(check.stderr.contains("\"requests\": 0"), "{check}");
}

#[test]
fn what_the_cache_has_is_counted() {
    let (registry, sandbox) = project();
    let image = format!("{}/library/nginx:1.27.4", registry.address());
    let look = || {
        let run = sandbox.run(["inspect", &image, "--stats", "json=stats.json"]);
        run.exits(0);
        let stats = stats(&sandbox);
        ["hits", "misses"].map(|key| stats["cache"][key].as_u64().unwrap())
    };
    let [_, missed] = look();
    assert!(missed > 0);
    let [found, missed] = look();
    assert!(found > 0);
    assert_eq!(missed, 0);
}

#[test]
fn a_page_has_every_request_also_of_a_run_that_fails() {
    let (registry, sandbox) = project();
    registry.forget_requests();
    let bars = || {
        let page = sandbox.read("timings.html");
        let (_, data) = page.split_once("id=\"data\">").unwrap();
        let data: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
        data["requests"].as_array().unwrap().len()
    };
    sandbox
        .run(["update", "--timings", "timings.html"])
        .exits(0);
    assert_eq!(bars(), registry.requests().len());
    registry.forget_requests();
    registry.behave(Behaviour::on(Operation::Tags).status(404));
    sandbox
        .run(["update", "--timings", "timings.html"])
        .exits(3);
    assert_eq!(bars(), registry.requests().len());
    assert!(
        sandbox
            .read("timings.html")
            .contains("<dt>exit code</dt><dd>3</dd>")
    );
}

#[test]
fn figures_that_cannot_be_written_are_a_failure() {
    let (_registry, sandbox) = project();
    for flags in [
        ["--stats", "json=none/stats.json"],
        ["--timings", "none/a.html"],
    ] {
        let run = sandbox.run(["check"].into_iter().chain(flags)).exits(2);
        run.complains("cannot write")
            .complains(flags[1].trim_start_matches("json="));
    }
    let run = sandbox.run(["check", "--stats", "yaml"]).exits(2);
    run.complains("`yaml` is none of text, json");
    // A worse end stays what it is.
    sandbox
        .run(["update", "--offline", "--timings", "none/a.html"])
        .exits(3);
}

#[test]
fn a_plan_asks_nobody_and_writes_nothing() {
    let (registry, sandbox) = project();
    sample::news(registry.store());
    registry.forget_requests();
    let lock = sandbox.read("images.lock");
    let plan = sandbox.run(["update", "--plan=json"]).exits(0);
    let document = follows(&sandbox, &plan, "plan");
    assert_eq!(document["kept"], 0);
    let host = &document["registries"][0];
    assert_eq!(host["registry"], registry.address());
    assert_eq!([&host["images"], &host["repositories"]], [3, 3]);
    let heads = &host["kinds"]["manifest-head"];
    assert_eq!([&heads["at-least"], &heads["at-most"]], [3, 3]);
    sandbox
        .run(["update", "nginx", "--plan"])
        .exits(0)
        .says("1 or more")
        .says("2 images need none");
    sandbox
        .run(["lock", "--plan"])
        .exits(0)
        .says("nothing is asked of any registry; 3 images stay as they are");
    sandbox.run(["lock", "--plan=yaml"]).exits(2);
    sandbox
        .run(["update", "--plan", "--format", "json"])
        .exits(2);
    assert_eq!(registry.requests().len(), 0);
    assert_eq!(sandbox.read("images.lock"), lock);
    // What then happens is within what was told.
    sandbox.run(["update", "--quiet"]).exits(0);
    let count = registry.requests().len() as u64;
    assert!(document["total"]["at-least"].as_u64() <= Some(count));
}

//! What a user reads who asks for the meaning of a code.

use crate::support::sandbox::Sandbox;

#[test]
fn a_code_is_explained_at_length() {
    let sandbox = Sandbox::new();
    for code in ["tag-moved", "error[tag-moved]"] {
        let text = sandbox.run(["explain", code]).exits(0).stdout;
        assert!(
            text.starts_with("An immutable tag points to a different digest"),
            "{text}"
        );
        assert!(text.lines().count() > 5, "{text}");
    }
    let list = sandbox.run(["explain"]).exits(0).stdout;
    assert!(
        list.lines().any(|line| line.starts_with("tag-moved ")),
        "{list}"
    );
}

#[test]
fn an_unknown_code_names_the_nearest() {
    let output = Sandbox::new().run(["explain", "tag-move"]).exits(2);
    assert!(output.stdout.is_empty(), "{output}");
    output.complains("did you mean `tag-moved`?");
}

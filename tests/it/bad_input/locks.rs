//! Locks and folders that cannot be read or written.

use super::support::Case;

#[test]
fn locks_that_cannot_be_read_or_written() {
    let case = Case::new();
    let newer = case.lock.replace("version = 1", "version = 2");
    case.sandbox.write("images.lock", &newer);
    for command in [["lock"], ["update"], ["check"], ["list"]] {
        case.sandbox
            .run(command)
            .exits(2)
            .complains("error[lock-version]")
            .complains("format version 2");
    }
    assert_eq!(case.sandbox.read("images.lock"), newer);
    case.sandbox.write(
        "images.lock",
        case.lock.replace("tag = \"1.1.0\"", "tag = "),
    );
    case.sandbox
        .run(["lock"])
        .exits(2)
        .complains("error[lock-syntax]")
        .complains("images.lock:");
    case.sandbox.write("images.lock", &case.lock);
    case.sandbox.run(["diff"]).exits(2).complains("error[git]");
}

/// Root writes where it likes, so that the folder is one where nobody can: below a file's name.
#[test]
fn a_folder_that_cannot_be_written() {
    let case = Case::new();
    case.sandbox.write("a-file", "");
    let output = case
        .sandbox
        .run(["lock", "--lockfile", "a-file/images.lock"])
        .exits(2);
    case.untouched(output, "io").complains("a-file");
    let output = case
        .sandbox
        .run(["lock", "--lockfile", "no-folder/images.lock"])
        .exits(2);
    case.untouched(output, "lock-write").complains("no-folder");
}

/// A folder without the permission to write refuses ordinary users; root runs the program as one.
#[cfg(unix)]
#[test]
fn a_read_only_folder() {
    use std::os::unix::fs::PermissionsExt as _;

    let case = Case::new();
    case.config("constraint = \"^2\"");
    let folder = case.sandbox.path();
    let allow = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    // It stands where every user may run it, wherever it was built.
    let program = case.sandbox.home().join("imagelock");
    let built = env!("CARGO_BIN_EXE_imagelock");
    std::fs::hard_link(built, &program)
        .or_else(|_| std::fs::copy(built, &program).map(drop))
        .unwrap();
    for path in [folder.parent().unwrap(), &case.sandbox.home(), &program] {
        allow(path, 0o755);
    }
    allow(&folder, 0o555);
    let root_writes_anyway = std::fs::write(folder.join("probe"), "").is_ok();
    let program = program.to_str().unwrap();
    let output = if root_writes_anyway {
        let user = [
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            program,
            "lock",
        ];
        case.sandbox.program("setpriv", user).run()
    } else {
        case.sandbox.program(program, ["lock"]).run()
    };
    allow(&folder, 0o755);
    let output = output.exits(2);
    case.untouched(output, "lock-write").complains("writable");
}

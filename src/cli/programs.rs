use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::environment::{Environment, PATH};

/// The folders in which programs are looked for: those of `PATH`, but for its relative and empty entries and
/// for what is in the repository. There a pull request of a stranger could put a program of any name.
pub(super) fn folders() -> Vec<PathBuf> {
    let here = std::path::absolute(".").unwrap_or_default();
    let path = Environment::of_process();
    trusted(path.get(PATH).unwrap_or_default(), &here)
}

/// Returns a program of a name, from the folders that are trusted.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let programs = folders().into_iter().map(|folder| folder.join(&name));
    programs.into_iter().find(|program| program.is_file())
}

/// Returns the folders as the value of `PATH` for a program that is started.
pub(super) fn path() -> OsString {
    std::env::join_paths(folders()).unwrap_or_default()
}

fn trusted(path: &str, here: &Path) -> Vec<PathBuf> {
    let is_top = |folder: &&Path| folder.join(".git").exists();
    let top = here.ancestors().find(is_top).unwrap_or(here);
    let top = top.canonicalize().unwrap_or_else(|_| top.to_path_buf());
    let is_outside = |folder: &PathBuf| {
        let real = folder.canonicalize();
        folder.is_absolute()
            && real.is_ok_and(|real| !real.starts_with(&top) || top.parent().is_none())
    };
    std::env::split_paths(path).filter(is_outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn folders_of_the_repository_and_relative_ones_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for name in [
            "repository/.git",
            "repository/bin",
            "repository/sub",
            "tools",
        ] {
            std::fs::create_dir_all(root.join(name)).unwrap();
        }
        let at = |name: &str| root.join(name).display().to_string();
        std::os::unix::fs::symlink(at("repository/bin"), at("link")).unwrap();
        let path = [
            "",
            ".",
            "bin",
            &at("repository/bin"),
            &at("link"),
            &at("tools/../repository/bin"),
            &at("nowhere"),
            &at("tools"),
        ];
        let found = trusted(&path.join(":"), &root.join("repository/sub"));
        assert_eq!(found, [root.join("tools")]);
    }
}

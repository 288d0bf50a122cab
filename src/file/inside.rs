use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::{Component, Path, PathBuf};

/// Makes sure that no link leads from a file's path out of the repository that the path is in.
///
/// The repository is the nearest folder above, as the path is written, that has an entry `.git`; without one
/// it is the file's own folder. Its `.git` belongs to git, which keeps credentials there: it counts as outside.
/// The file need not be there.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] if a link leads out, [`ErrorKind::NotFound`] for a link to nothing, and what
/// the system says if a folder cannot be looked at.
pub fn check_inside(path: &Path) -> Result<()> {
    let written = without_steps_up(&std::path::absolute(path)?)?;
    let Some(folder) = written.parent() else {
        return Ok(());
    };
    let real = match fs::canonicalize(&written) {
        Ok(real) => real,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if fs::symlink_metadata(&written).is_ok() {
                return Err(Error::new(ErrorKind::NotFound, "it is a link to nothing"));
            }
            match fs::canonicalize(folder) {
                Ok(real) => real.join(written.file_name().unwrap_or_default()),
                // A file that is not there is somebody else's to report.
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Err(error) => return Err(error),
    };
    let top = fs::canonicalize(repository_of(folder)?.unwrap_or(folder))?;
    let inside = real.strip_prefix(&top).map_err(|_| {
        let message = format!("a link leads out of {}", top.display());
        Error::new(ErrorKind::InvalidInput, message)
    })?;
    let is_of_git = |part: Component<'_>| matches!(part, Component::Normal(name) if name.eq_ignore_ascii_case(".git"));
    if inside.components().any(is_of_git) {
        let message = "it is in `.git`, whose files are git's own";
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    Ok(())
}

/// Returns the nearest folder, this one or one above it, that has an entry `.git`.
fn repository_of(folder: &Path) -> Result<Option<&Path>> {
    for above in folder.ancestors() {
        match above.join(".git").try_exists() {
            Ok(true) => return Ok(Some(above)),
            Ok(false) => {}
            // Some systems hide the folders above from a program.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {}
            // The next one above would be a wider border.
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Takes the steps up out of a path as the system would: after a link they lead up from its target.
fn without_steps_up(path: &Path) -> Result<PathBuf> {
    let is_up = |part: &Component<'_>| *part == Component::ParentDir;
    let parts: Vec<_> = path.components().collect();
    let Some(last) = parts.iter().rposition(is_up) else {
        return Ok(path.to_path_buf());
    };
    let (up, rest) = parts.split_at(last + 1);
    let up: PathBuf = up.iter().collect();
    Ok(rest
        .iter()
        .fold(fs::canonicalize(up)?, |path, part| path.join(part)))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A repository with a folder beside it, both in a folder that is reached by a link as well.
    fn repository() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().join("real/repository");
        fs::create_dir_all(top.join(".git")).unwrap();
        fs::create_dir_all(top.join("sub/deep")).unwrap();
        fs::create_dir(folder.path().join("real/home")).unwrap();
        symlink("real", folder.path().join("linked")).unwrap();
        for file in [
            "real/home/secret",
            "real/repository/file",
            "real/repository/.git/config",
        ] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        (folder, top)
    }

    #[test]
    fn links_stay_in_the_repository() {
        let (folder, top) = repository();
        symlink("../file", top.join("sub/up")).unwrap();
        symlink("../../home/secret", top.join("sub/out")).unwrap();
        symlink(".git/config", top.join("git")).unwrap();
        symlink("../home", top.join("house")).unwrap();
        symlink("nowhere", top.join("gone")).unwrap();
        for (path, refusal) in [
            ("file", None),
            ("sub/up", None),
            ("new", None),
            ("no/folder", None),
            ("sub/deep/../up", None),
            ("sub/out", Some("leads out")),
            ("house/secret", Some("leads out")),
            ("house/new", Some("leads out")),
            ("git", Some("git's own")),
            ("gone", Some("a link to nothing")),
        ] {
            for top in [top.clone(), folder.path().join("linked/repository")] {
                let found = check_inside(&top.join(path)).map_err(|error| error.to_string());
                match (&found, refusal) {
                    (Ok(()), None) => {}
                    (Err(error), Some(words)) => assert!(error.contains(words), "{path}: {error}"),
                    _ => panic!("{path}: {found:?}"),
                }
            }
        }
    }

    #[test]
    fn a_border_that_cannot_be_found_is_no_wider_one() {
        let (_folder, top) = repository();
        symlink(".git", top.join("sub/.git")).unwrap();
        assert!(check_inside(&top.join("sub/file")).is_err());
        assert!(check_inside(&top.join("file")).is_ok());
    }

    #[test]
    fn without_a_repository_the_own_folder_is_the_border() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("mount/..data")).unwrap();
        fs::write(at("mount/..data/file"), "").unwrap();
        fs::write(at("other"), "").unwrap();
        symlink("..data/file", at("mount/file")).unwrap();
        symlink("../other", at("mount/other")).unwrap();
        assert!(check_inside(&at("mount/file")).is_ok());
        assert!(check_inside(&at("mount/other")).is_err());
        assert!(check_inside(&at("mount/../other")).is_ok());
    }
}

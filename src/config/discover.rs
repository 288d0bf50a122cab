use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Code, Diagnostic};

/// The names a config is looked for under.
pub const FILE_NAMES: [&str; 4] = ["images.toml", "images.yaml", "images.yml", "images.json"];

/// Looks for a config in a folder and then upwards, to the top of the git repository.
///
/// The top is the first folder that has an entry `.git`; outside of a repository the search goes
/// up to the root of the file system. `start` should be absolute: a relative path has no folders
/// above the ones it names.
///
/// # Errors
///
/// A [`Diagnostic`] if one folder holds several configs, or if it cannot be found out whether it holds one.
pub fn discover(start: &Path) -> Result<Option<PathBuf>, Diagnostic> {
    for folder in start.ancestors() {
        let mut found = Vec::new();
        for name in FILE_NAMES {
            let path = folder.join(name);
            // Whatever else is there under the name is refused when it is read, and not passed over.
            if is_there(&path, folder == start)? && !path.is_dir() {
                found.push(path);
            }
        }
        let mut found = found.into_iter();
        if let Some(first) = found.next() {
            return match found.next() {
                None => Ok(Some(first)),
                Some(second) => Err(Diagnostic::new(
                    Code::Usage,
                    format!(
                        "two configs in one folder: `{}` and `{}`",
                        first.display(),
                        second.display()
                    ),
                )
                .help("remove one of them, or name the one to use with `--config`")),
            };
        }
        if is_there(&folder.join(".git"), folder == start)? {
            break;
        }
    }
    Ok(None)
}

/// Says whether a path is there; folders above may be hidden from the program, its own is not.
fn is_there(path: &Path, is_own: bool) -> Result<bool, Diagnostic> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(false),
            ErrorKind::PermissionDenied if !is_own => Ok(false),
            _ => {
                let message = format!("cannot read {}: {error}", path.display());
                Err(Diagnostic::new(Code::Io, message))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_up_to_the_top_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("repository/a/b");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::create_dir(folder.path().join("repository/.git")).unwrap();
        std::fs::write(folder.path().join("images.toml"), "").unwrap();
        assert_eq!(discover(&inner).unwrap(), None);
        let config = folder.path().join("repository/images.yaml");
        std::fs::write(&config, "").unwrap();
        assert_eq!(discover(&inner).unwrap(), Some(config));
        let nearer = folder.path().join("repository/a/images.json");
        std::fs::write(&nearer, "").unwrap();
        assert_eq!(discover(&inner).unwrap(), Some(nearer));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_looked_into_is_not_taken_for_one_without_a_config() {
        // No file system has names as long as this.
        let folder = Path::new("/").join("x".repeat(5000));
        let problem = discover(&folder).unwrap_err();
        assert_eq!(problem.code, Code::Io);
        assert!(
            problem.message.contains("images.toml: "),
            "{}",
            problem.message
        );
    }

    #[test]
    fn two_configs_in_one_folder_are_an_error() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["images.toml", "images.yml"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let problem = discover(folder.path()).unwrap_err();
        assert_eq!(problem.code, Code::Usage);
        assert!(
            problem.message.contains("images.yml"),
            "{}",
            problem.message
        );
    }
}

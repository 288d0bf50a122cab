use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use super::glob::{Glob, GlobSegment, matches};
use crate::references::kubernetes::may_be_manifest;

/// The most files that are read for one config.
pub(super) const MAX_FILES: usize = 10_000;

/// The manifests that a glob names, and what is in the way of finding them.
#[derive(Debug, Default)]
pub(super) struct GlobMatches {
    /// The files, as paths from the folder with `/`; at most one more than [`MAX_FILES`].
    pub(super) files: BTreeSet<String>,
    /// What cannot be read, in one fragment each.
    pub(super) problems: Vec<String>,
}

/// Finds the files that a glob names below a folder.
///
/// Only names that manifests have are found: `.yaml`, `.yml`, `.json`. `**` enters no hidden folder
/// and follows no symbolic link; elsewhere links are followed within the folder.
pub(super) fn walk(folder: &Path, glob: &Glob) -> GlobMatches {
    let mut walker = GlobWalk {
        folder: if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        },
        walk: GlobMatches::default(),
    };
    walker.step("", &glob.segments);
    walker.walk
}

struct GlobWalk<'f> {
    folder: &'f Path,
    walk: GlobMatches,
}

/// What stands at a path, links followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PathKind {
    Folder,
    File,
    Nothing,
}

impl GlobWalk<'_> {
    /// Goes on in the folder at a path, with the segments that are left.
    fn step(&mut self, inside: &str, segments: &[GlobSegment]) {
        let Some((first, rest)) = segments.split_first() else {
            return;
        };
        if *first == GlobSegment::Deep {
            self.step(inside, rest);
        }
        for (name, kind) in self.entries(inside) {
            if self.walk.files.len() > MAX_FILES {
                return;
            }
            let path = if inside.is_empty() {
                name.clone()
            } else {
                format!("{inside}/{name}")
            };
            match first {
                GlobSegment::Deep if kind.is_dir() && !name.starts_with('.') => {
                    self.step(&path, segments);
                }
                GlobSegment::Name(pattern) if matches(pattern, &name) => {
                    let is_last = rest.is_empty();
                    if is_last && !may_be_manifest(Path::new(&name)) {
                        continue;
                    }
                    match self.target(&path, kind) {
                        PathKind::Folder => self.step(&path, rest),
                        PathKind::File if is_last => {
                            self.walk.files.insert(path);
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    /// Lists a folder. Names that are not UTF-8 cannot be shown and are passed over.
    fn entries(&mut self, inside: &str) -> Vec<(String, FileType)> {
        let listed = fs::read_dir(self.folder.join(inside)).and_then(|entries| {
            entries
                .map(|entry| {
                    let entry = entry?;
                    Ok((entry.file_name(), entry.file_type()?))
                })
                .collect::<Result<Vec<_>, _>>()
        });
        match listed {
            Ok(entries) => entries
                .into_iter()
                .filter_map(|(name, kind)| Some((name.into_string().ok()?, kind)))
                .collect(),
            Err(error) => {
                let shown = if inside.is_empty() { "." } else { inside };
                self.walk
                    .problems
                    .push(format!("cannot list `{shown}`: {error}"));
                Vec::new()
            }
        }
    }

    fn target(&mut self, path: &str, kind: FileType) -> PathKind {
        if kind.is_dir() {
            return PathKind::Folder;
        }
        if !kind.is_symlink() {
            return if kind.is_file() {
                PathKind::File
            } else {
                PathKind::Nothing
            };
        }
        let real = |path: PathBuf| fs::canonicalize(path);
        let problem = match (
            real(self.folder.to_path_buf()),
            real(self.folder.join(path)),
        ) {
            (Ok(folder), Ok(target)) if is_below(&target, &folder) => {
                return if target.is_dir() {
                    PathKind::Folder
                } else {
                    PathKind::File
                };
            }
            (Ok(_), Ok(_)) => format!("the link `{path}` leads out of the config's folder"),
            (Err(error), _) | (_, Err(error)) => {
                format!("cannot follow the link `{path}`: {error}")
            }
        };
        self.walk.problems.push(problem);
        PathKind::Nothing
    }
}

/// Says whether a target is below a folder, and not among the files of git, which keeps credentials there.
fn is_below(target: &Path, folder: &Path) -> bool {
    let inside = target.strip_prefix(folder);
    inside.is_ok_and(|inside| inside.iter().all(|name| name != ".git"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    fn found(folder: &Path, glob: &str) -> Vec<String> {
        let walk = walk(folder, &Glob::parse(glob).unwrap());
        assert_eq!(walk.problems, Vec::<String>::new());
        walk.files.into_iter().collect()
    }

    #[test]
    fn files_are_found_in_order() {
        let folder = tree(&[
            "b.yaml",
            "a.yml",
            "a.txt",
            "deploy/z.yaml",
            "deploy/web/a.yaml",
            "deploy/web/deep/er/b.json",
            "deploy/.hidden/c.yaml",
            "deploy/folder.yaml/d.yaml",
        ]);
        let folder = folder.path();
        assert_eq!(found(folder, "*"), ["a.yml", "b.yaml"]);
        assert_eq!(found(folder, "deploy/*.yaml"), ["deploy/z.yaml"]);
        assert_eq!(
            found(folder, "deploy/**/*.yaml"),
            [
                "deploy/folder.yaml/d.yaml",
                "deploy/web/a.yaml",
                "deploy/z.yaml"
            ]
        );
        assert_eq!(
            found(folder, "**/web/**/b.json"),
            ["deploy/web/deep/er/b.json"]
        );
        assert_eq!(found(folder, "deploy/.hidden/*"), ["deploy/.hidden/c.yaml"]);
        assert_eq!(found(folder, "*/*/?.yaml").len(), 2);
        assert!(found(folder, "no/*.yaml").is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        use std::os::unix::fs::symlink;

        let outside = tree(&["secret.yaml"]);
        let folder = tree(&["real/a.yaml", ".git/config"]);
        let at = |name: &str| folder.path().join(name);
        symlink(at("real"), at("inside")).unwrap();
        symlink(outside.path(), at("outside")).unwrap();
        symlink(outside.path().join("secret.yaml"), at("secret.yaml")).unwrap();
        symlink(at("nowhere"), at("gone.yaml")).unwrap();
        symlink(at(".git/config"), at("git.yaml")).unwrap();
        // A circle.
        symlink(folder.path(), at("real/up")).unwrap();

        assert_eq!(found(folder.path(), "inside/*.yaml"), ["inside/a.yaml"]);
        assert_eq!(found(folder.path(), "real/**/*.yaml"), ["real/a.yaml"]);
        for (glob, part) in [
            ("outside/*.yaml", "the link `outside` leads out"),
            ("secret.yaml", "the link `secret.yaml` leads out"),
            ("git.yaml", "the link `git.yaml` leads out"),
            ("gone.yaml", "cannot follow the link `gone.yaml`"),
        ] {
            let walk = walk(folder.path(), &Glob::parse(glob).unwrap());
            assert!(walk.files.is_empty(), "{glob}");
            assert!(walk.problems[0].contains(part), "{:?}", walk.problems);
        }
    }

    #[test]
    fn the_files_are_counted() {
        let names: Vec<String> = (0..MAX_FILES + 5)
            .map(|number| format!("{number}.yaml"))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let folder = tree(&names);
        let walk = walk(folder.path(), &Glob::parse("*").unwrap());
        assert_eq!(walk.files.len(), MAX_FILES + 1);
    }
}

use std::fs;
use std::path::Path;

use imagelock::config::{Config, load};
use imagelock::error::Diagnostic;
use tempfile::TempDir;

/// A folder with a config that names all manifests below `deploy`.
pub(super) struct Folder {
    folder: TempDir,
}

impl Folder {
    pub(super) fn new() -> Self {
        let folder = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        folder.write(
            "images.toml",
            "version = 1\n[sources]\nkubernetes = \"deploy/**/*\"\n",
        )
    }

    pub(super) fn write(self, file: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn load(&self) -> Result<Config, Vec<Diagnostic>> {
        load(&self.path().join("images.toml"))
    }

    pub(super) fn config(&self) -> Config {
        self.load()
            .unwrap_or_else(|problems| panic!("{}", self.rendered(&problems)))
    }

    /// Returns the problems as a user reads them, with paths from the folder.
    pub(super) fn problems(&self) -> String {
        let problems = self.load().expect_err("problems");
        for problem in &problems {
            let place = problem.place.as_ref().unwrap();
            assert!(place.text.get(place.span.clone()).is_some(), "{problem:?}");
        }
        self.rendered(&problems)
    }

    pub(super) fn warnings(&self) -> String {
        self.rendered(&self.config().warnings)
    }

    fn rendered(&self, diagnostics: &[Diagnostic]) -> String {
        let here = format!("{}{}", self.path().display(), std::path::MAIN_SEPARATOR);
        let texts: Vec<_> = diagnostics
            .iter()
            .map(|diagnostic| diagnostic.render(false).replace(&here, ""))
            .collect();
        texts.join("\n\n")
    }

    /// Returns the images, one a line: name, repository, policy.
    pub(super) fn images(&self) -> Vec<String> {
        let config = self.config();
        let lines = config.images.iter().map(|image| {
            let policy = image.policy_text();
            format!("{} = {} {policy}", image.name, image.repository)
        });
        lines.collect()
    }
}

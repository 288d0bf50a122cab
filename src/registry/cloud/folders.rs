use std::path::{Path, PathBuf};

use super::environment::CloudEnvironment;

impl CloudEnvironment {
    /// Returns a path below the home folder.
    pub(super) fn below_home(&self, path: &str) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(path))
    }

    /// Writes a path for people: with `~` for the home folder.
    pub(super) fn shown(&self, path: &Path) -> String {
        let below = self.home.as_ref().map(|home| path.strip_prefix(home));
        match below {
            Some(Ok(rest)) => format!("~/{}", rest.display()),
            _ => path.display().to_string(),
        }
    }
}

#[cfg(feature = "aws")]
impl CloudEnvironment {
    /// Returns the file that a variable names, or one below the home folder.
    pub(super) fn file(&self, name: &str, usual: &str) -> Option<PathBuf> {
        let Some(path) = self.variable(name) else {
            return self.below_home(usual);
        };
        let rest = path.strip_prefix("~/");
        let expanded = rest.and_then(|rest| self.below_home(rest));
        expanded.or_else(|| Some(path.into()))
    }
}

#[cfg(all(test, feature = "aws"))]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn paths_are_below_the_home_folder() {
        let variables = [("AWS_CONFIG_FILE".to_string(), "~/x/config".to_string())];
        let environment = CloudEnvironment::new(variables, Timestamp::UNIX_EPOCH).home("/home/me");
        let file = |name| environment.file(name, ".aws/config").unwrap();
        assert_eq!(file("AWS_CONFIG_FILE"), Path::new("/home/me/x/config"));
        assert_eq!(environment.shown(&file("AWS_NONE")), "~/.aws/config");
        assert_eq!(environment.shown(Path::new("/etc/x")), "/etc/x");
    }
}

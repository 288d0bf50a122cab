use std::path::PathBuf;

use super::clock::now;
use super::context::Context;
use super::environment::{Environment, IMAGELOCK_CACHE_DIR, LOCALAPPDATA, XDG_CACHE_HOME};
use crate::registry::ContentCache;

impl Context<'_> {
    /// Returns the folder of the cache: the one that was named, else the user's own; none if unknown.
    pub(super) fn cache_folder(&self) -> Option<PathBuf> {
        let named = self.environment.path(IMAGELOCK_CACHE_DIR);
        named
            .map(|folder| self.path(&folder))
            .or_else(|| usual(self.environment))
    }

    pub(super) fn content_cache(&self) -> Option<ContentCache> {
        Some(ContentCache::new(self.cache_folder()?).at(now()))
    }
}

/// Returns where caches of this user are kept, after the XDG Base Directory Specification.
fn usual(environment: &Environment) -> Option<PathBuf> {
    // A relative path there is to be passed over, says the specification.
    let named = environment.path(XDG_CACHE_HOME);
    let folder = if let Some(folder) = named.filter(|folder| folder.is_absolute()) {
        folder
    } else if cfg!(windows) {
        environment.path(LOCALAPPDATA)?
    } else if cfg!(target_os = "macos") {
        environment.home()?.join("Library/Caches")
    } else {
        environment.home()?.join(".cache")
    };
    Some(folder.join("imagelock"))
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_folder_is_found() {
        let folder = |variables: &[(&str, &str)]| {
            let add = |environment: Environment, (name, value): &(&str, &str)| {
                environment.with(name, value)
            };
            let environment = variables.iter().fold(Environment::default(), add);
            usual(&environment).map(|folder| folder.display().to_string())
        };
        let home = ("HOME", "/home/me");
        assert_eq!(folder(&[]), None);
        assert_eq!(folder(&[home]).unwrap(), "/home/me/.cache/imagelock");
        let xdg = |path| folder(&[home, (XDG_CACHE_HOME, path)]).unwrap();
        assert_eq!(xdg("/var/cache"), "/var/cache/imagelock");
        assert_eq!(xdg("here"), "/home/me/.cache/imagelock");
        assert_eq!(xdg(""), "/home/me/.cache/imagelock");
    }
}

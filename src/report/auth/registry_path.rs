use crate::error::Diagnostic;
use crate::image::Repository;

/// A registry, or a path of one, that may have credentials of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegistryPath {
    /// The registry's host, with its port if it has one.
    pub registry: String,
    /// Empty for the registry as a whole.
    pub path: String,
}

impl RegistryPath {
    /// Reads what a user named: a host, or a repository or the beginning of one.
    ///
    /// # Errors
    ///
    /// What is neither a host nor a repository.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let is_host = text.contains(['.', ':']) || text == "localhost";
        let place = Self::of_key(text);
        if place.path.is_empty() && is_host && Repository::new(&place.registry, "a/a").is_ok() {
            return Ok(place);
        }
        let repository = Repository::parse(text).map_err(|error| Diagnostic::of(&error))?;
        Ok(Self::of(&repository))
    }

    /// Takes a key of a file or of the config: `host` or `host/path`.
    pub fn of_key(key: &str) -> Self {
        let (registry, path) = key.split_once('/').unwrap_or((key, ""));
        let registry = match registry {
            "index.docker.io" => "docker.io",
            other => other,
        };
        Self {
            registry: registry.into(),
            path: path.into(),
        }
    }

    /// Returns the smallest place that holds these, which are of one registry.
    pub fn around<'p>(places: impl IntoIterator<Item = &'p Self>) -> Self {
        let mut places = places.into_iter().cloned();
        let Some(first) = places.next() else {
            return Self::of_key("");
        };
        places.fold(first, |around, place| {
            let parts = around.path.split('/').zip(place.path.split('/'));
            let same = parts.take_while(|(one, other)| one == other);
            let same: Vec<_> = same.map(|(part, _)| part).collect();
            Self {
                path: same.join("/"),
                ..around
            }
        })
    }

    /// Returns the place of a repository.
    pub fn of(repository: &Repository) -> Self {
        Self {
            registry: repository.registry().into(),
            path: repository.path().into(),
        }
    }
}

impl std::fmt::Display for RegistryPath {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.registry)?;
        if !self.path.is_empty() {
            write!(formatter, "/{}", self.path)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_repositories_are_told_apart() {
        for (text, shown) in [
            ("ghcr.io", "ghcr.io"),
            ("localhost:5000", "localhost:5000"),
            ("index.docker.io", "docker.io"),
            ("quay.io/acme", "quay.io/acme"),
            ("nginx", "docker.io/library/nginx"),
            ("acme/api", "docker.io/acme/api"),
        ] {
            assert_eq!(RegistryPath::parse(text).unwrap().to_string(), shown);
        }
        assert!(RegistryPath::parse("https://ghcr.io").is_err());
    }

    #[test]
    fn places_have_one_around_them() {
        let around = |texts: &[&str]| {
            let places: Vec<_> = texts
                .iter()
                .map(|text| RegistryPath::of_key(text))
                .collect();
            RegistryPath::around(&places).to_string()
        };
        assert_eq!(around(&["quay.io/acme"]), "quay.io/acme");
        assert_eq!(
            around(&["quay.io/acme/api", "quay.io/acme/web"]),
            "quay.io/acme"
        );
        assert_eq!(around(&["quay.io/acme", "quay.io/acmecorp"]), "quay.io");
        assert_eq!(around(&["quay.io/acme", "quay.io"]), "quay.io");
    }
}

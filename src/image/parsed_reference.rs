use super::{Digest, Tag, grammar};

/// A reference that has been read, with parts that follow the grammar.
pub(super) struct ParsedReference<'t> {
    pub(super) registry: &'t str,
    /// The path, with the defaults of Docker Hub filled in.
    pub(super) path: String,
    pub(super) tag: Option<Tag>,
    pub(super) digest: Option<Digest>,
}

impl<'t> ParsedReference<'t> {
    /// Reads a reference.
    ///
    /// # Errors
    ///
    /// The reason why the text is not a reference.
    pub(super) fn parse(text: &'t str) -> Result<Self, &'static str> {
        if text.len() == 64
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        {
            return Err("64 hex digits are an image's id, not its name");
        }
        let (registry, rest) = split_registry(text);
        let (name_and_tag, digest) = match rest.split_once('@') {
            Some((left, right)) => (left, Some(right)),
            None => (rest, None),
        };
        let (path, tag) = match name_and_tag.split_once(':') {
            Some((left, right)) => (left, Some(right)),
            None => (name_and_tag, None),
        };
        if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err("the repository must be lower-case");
        }
        let full_path = match registry {
            "docker.io" if !path.contains('/') => format!("library/{path}"),
            _ => path.to_string(),
        };
        check_repository(registry, &full_path)?;
        let tag = tag
            .map(Tag::parse)
            .transpose()
            .map_err(|_| "the tag does not follow the grammar")?;
        let digest = digest
            .map(Digest::parse)
            .transpose()
            .map_err(|refused| refused.reason)?;
        Ok(Self {
            registry,
            path: full_path,
            tag,
            digest,
        })
    }
}

/// Checks the two parts of a repository.
///
/// # Errors
///
/// The reason why they make no repository, or would be read as another one.
pub(super) fn check_repository(registry: &str, path: &str) -> Result<(), &'static str> {
    if !grammar::is_registry(registry) {
        return Err("the registry is not a host with an optional port");
    }
    if !grammar::is_path(path) {
        return Err("the path does not follow the grammar");
    }
    if path.len() > 255 {
        return Err("the path is longer than 255 characters");
    }
    let printed = format!("{registry}/{path}");
    let on_hub_without_namespace = registry == "docker.io" && !path.contains('/');
    if split_registry(&printed) != (registry, path) || on_hub_without_namespace {
        return Err("it would be read as another repository");
    }
    Ok(())
}

/// Splits off the registry as `distribution/reference` does, with `docker.io` where none is named.
fn split_registry(text: &str) -> (&str, &str) {
    let Some((first, rest)) = text.split_once('/') else {
        return ("docker.io", text);
    };
    if first == "index.docker.io" {
        return ("docker.io", rest);
    }
    let is_host = first == "localhost"
        || first.contains(['.', ':'])
        || first.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_host {
        (first, rest)
    } else {
        ("docker.io", text)
    }
}

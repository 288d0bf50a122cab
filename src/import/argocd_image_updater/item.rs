use crate::image::{Reference, Repository};
use crate::import::imported::{Setting, Warning};

/// One item of a list of images: `[alias=]image[:constraint][@digest]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageListItem {
    /// The name that options refer to; slashes stand in it as they were written.
    pub alias: Option<String>,
    /// The repository as it was written, which can be read as one.
    pub image: Setting,
    /// What stands behind the colon: a constraint, or the tag to follow.
    pub constraint: Option<Setting>,
    /// What stands behind `@`.
    pub digest: Option<Setting>,
}

impl ImageListItem {
    /// Reads an item of the annotation `image-list`.
    ///
    /// Blanks around `=` do not count. The alias ends at the first `=`, so that a constraint such as `>=1.0` needs an alias before it.
    ///
    /// # Errors
    ///
    /// A [`Warning`] if it names no repository.
    pub fn parse(item: &Setting) -> Result<Self, Warning> {
        let Some((alias, _)) = item.text.split_once('=') else {
            return Self::of_image(None, item);
        };
        let rest = alias.len() + 1;
        if let Some((image, _)) = alias.split_once(':') {
            let name = image.rsplit('/').next().unwrap_or(image);
            let message = format!(
                "the `=` in `{}` ends an alias there, and the image is not found",
                item.text
            );
            return Err(Warning::new(message, item.spot())
                .help(format!("put an alias in front: `{name}={}`", item.text)));
        }
        let alias = Some(alias.trim()).filter(|alias| !alias.is_empty());
        let image = item.part(rest, item.text.len() - rest).trimmed();
        Self::of_image(alias.map(str::to_owned), &image)
    }

    /// Reads an image that has its alias already: `image[:constraint][@digest]`.
    ///
    /// # Errors
    ///
    /// A [`Warning`] if it names no repository.
    pub fn of_image(alias: Option<String>, image: &Setting) -> Result<Self, Warning> {
        let text = image.text.as_str();
        // A digest stands behind all else, and a constraint has no `@`.
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => (named, Some(image.part(named.len() + 1, digest.len()))),
            None => (text, None),
        };
        let colon = match Reference::parse(named) {
            Ok(reference) => reference
                .tag()
                .map(|tag| named.len() - tag.as_str().len() - 1),
            Err(_) => colon_of_constraint(named),
        };
        let end = colon.unwrap_or(named.len());
        if let Err(error) = Repository::parse(&named[..end]) {
            let message = format!("`{text}` is not an image: {error}");
            let mut warning = Warning::new(message, image.spot());
            if named.starts_with(['<', '>', '=', '!', '^', '~']) {
                warning =
                    warning.help("a comma ends an item: write a blank between two comparators");
            }
            return Err(warning);
        }
        Ok(Self {
            alias,
            image: image.part(0, end),
            constraint: colon.map(|colon| image.part(colon + 1, named.len() - colon - 1)),
            digest,
        })
    }
}

/// Returns the colon behind which a constraint begins that could not be a tag: the first one that is
/// not that of a registry's port.
fn colon_of_constraint(text: &str) -> Option<usize> {
    let first = text.find(':')?;
    let port = text[first + 1..].find('/').map(|length| first + 1 + length);
    match port {
        Some(slash)
            if slash > first + 1
                && text[first + 1..slash]
                    .bytes()
                    .all(|byte| byte.is_ascii_digit()) =>
        {
            text[slash..].find(':').map(|at| slash + at)
        }
        _ => Some(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(Option<String>, String, Option<String>), String> {
        let item =
            ImageListItem::parse(&Setting::new(&["k"], text)).map_err(|warning| warning.message)?;
        let constraint = item.constraint.map(|constraint| constraint.text);
        Ok((item.alias, item.image.text, constraint))
    }

    #[test]
    fn items() {
        for (text, alias, image, constraint) in [
            ("nginx", None, "nginx", None),
            ("nginx:1.2", None, "nginx", Some("1.2")),
            ("nginx:^1.27", None, "nginx", Some("^1.27")),
            ("web=nginx:>=1.0 <2", Some("web"), "nginx", Some(">=1.0 <2")),
            ("a/b=c/d:1.x || 2.x", Some("a/b"), "c/d", Some("1.x || 2.x")),
            ("r.io:5000/a/b:~1", None, "r.io:5000/a/b", Some("~1")),
            ("localhost:5000/foo", None, "localhost:5000/foo", None),
            (
                "localhost:5000/foo:^1",
                None,
                "localhost:5000/foo",
                Some("^1"),
            ),
            (
                "nginx:1.2@sha256:0000000000000000000000000000000000000000000000000000000000000000",
                None,
                "nginx",
                Some("1.2"),
            ),
            ("nginx:", None, "nginx", Some("")),
        ] {
            let wanted = (
                alias.map(str::to_string),
                image.to_string(),
                constraint.map(str::to_string),
            );
            assert_eq!(parse(text), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_image_says_so() {
        for (text, part) in [
            ("nginx:>=1.0", "ends an alias"),
            ("<2", "is not an image"),
            ("a=", "is not an image"),
            ("UPPER", "is not an image"),
        ] {
            let message = parse(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}

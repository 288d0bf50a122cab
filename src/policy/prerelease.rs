use crate::error::{Code, TextError};
use crate::version::{Prereleases, stage};

/// Which prereleases a policy takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prerelease {
    /// None, whatever the constraint names.
    Never,
    /// All, compared as any other version.
    Always,
    /// Those that are a listed word and numbers: `rc` takes `rc`, `rc1`, `RC1`, `rc.1` and `rc-1`, and not
    /// `rc.0-ppc64le`.
    Only(Vec<String>),
}

impl Prerelease {
    /// Reads an identifier for [`Prerelease::Only`].
    ///
    /// # Errors
    ///
    /// [`TextError`] with the place if no prerelease can have the identifier.
    ///
    /// ```
    /// use imagelock::policy::Prerelease;
    ///
    /// assert_eq!(Prerelease::identifier("rc")?, "rc");
    /// assert_eq!(Prerelease::identifier("rc1").unwrap_err().help.as_deref(), Some("write `rc`"));
    /// # Ok::<(), imagelock::error::TextError>(())
    /// ```
    pub fn identifier(text: &str) -> Result<String, TextError> {
        let refused =
            |message: &str, offset, length| TextError::new(Code::BadValue, message, offset, length);
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if let Some(place) = text.find(|letter| !is_part(letter)) {
            let length = text[place..].chars().next().map_or(0, char::len_utf8);
            return Err(refused("this cannot stand in an identifier", place, length)
                .help("an identifier is one word of a prerelease, such as `rc` or `beta`"));
        }
        match stem(text) {
            "" => Err(refused("an identifier has a letter", 0, text.len())
                .help("write a word such as `rc` or `beta`")),
            word if word == text => Ok(text.to_owned()),
            word => Err(refused(
                "digits at the end play no part",
                word.len(),
                text.len() - word.len(),
            )
            .help(format!("write `{word}`"))),
        }
    }

    /// Tells whether a prerelease is taken.
    pub(super) fn takes(&self, prerelease: &str) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Only(listed) => listed.iter().any(|word| {
                let (start, numbers) = prerelease
                    .split_at_checked(word.len())
                    .unwrap_or(("", prerelease));
                start.eq_ignore_ascii_case(word) && are_numbers(numbers)
            }),
        }
    }
}

/// Tells whether a prerelease is a stage and numbers, and says nothing of a variant: `rc.1`, `beta2`, `ec.3`.
pub(super) fn is_plain(prerelease: &str) -> bool {
    let numbers = prerelease.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let counts_up = numbers.len() < prerelease.len() && numbers.starts_with('.');
    (stage(prerelease).is_some() || counts_up) && are_numbers(numbers)
}

/// Tells whether a text is nothing but numbers, with dots or hyphens before and between them.
fn are_numbers(text: &str) -> bool {
    let is_number =
        |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = text.strip_prefix(['.', '-']).unwrap_or(text);
    text.is_empty() || numbers.split(['.', '-']).all(is_number)
}

/// Leaves out digits at the end, and a hyphen before them.
fn stem(identifier: &str) -> &str {
    let word = identifier.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if word.len() < identifier.len() {
        word.trim_end_matches('-')
    } else {
        word
    }
}

/// Returns how the constraint is to treat a version with this prerelease, given the policy's option.
pub(super) fn mode(option: Option<&Prerelease>, prerelease: &str) -> Prereleases {
    match option {
        None => Prereleases::ByConstraint,
        // Of releases, all modes say the same.
        Some(_) if prerelease.is_empty() => Prereleases::Include,
        Some(option) if option.takes(prerelease) => Prereleases::Include,
        Some(_) => Prereleases::Exclude,
    }
}

/// Tells whether a version falls for being a prerelease, wherever the constraint's bounds are.
///
/// `is_named` tells whether the constraint names a prerelease.
pub(super) fn is_refused(option: Option<&Prerelease>, is_named: bool, prerelease: &str) -> bool {
    !prerelease.is_empty()
        && match option {
            None => !is_named,
            Some(option) => !option.takes(prerelease),
        }
}

/// Says why a prerelease was refused; `constraint` is the one that names a prerelease, if it does.
pub(super) fn reason(
    option: Option<&Prerelease>,
    constraint: Option<&str>,
    prerelease: &str,
) -> String {
    match (option, constraint) {
        (Some(Prerelease::Only(listed)), _) if !listed.is_empty() => {
            let listed = listed.join(", ");
            format!("prerelease `{prerelease}`, and the policy takes only {listed}")
        }
        (Some(_), _) => format!("prerelease `{prerelease}`, and the policy takes none"),
        (None, Some(constraint)) => format!(
            "prerelease `{prerelease}`; the part of {constraint} that it satisfies names none"
        ),
        (None, None) => format!("prerelease `{prerelease}`; the constraint names none"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_identifiers_are_taken_with_any_number() {
        let only = Prerelease::Only(vec!["rc".into(), "beta".into()]);
        for prerelease in [
            "rc", "rc1", "RC1", "rc.1", "rc-1", "rc.1.2", "rc1-2", "Beta.11",
        ] {
            assert!(only.takes(prerelease), "{prerelease}");
        }
        for prerelease in [
            "alpha",
            "alpha.1",
            "rcx",
            "0",
            "1",
            "arc",
            "",
            "debian-12-rc3",
            "0.rc.2",
            "alpha.beta",
            "rc.0-ppc64le",
            "rc.0.18.g1abb7b5dd",
            "rc.",
            "rc1-alpine",
            "beta.1-rc",
        ] {
            assert!(!only.takes(prerelease), "{prerelease}");
        }
        assert!(!Prerelease::Only(Vec::new()).takes("rc"));
    }

    #[test]
    fn a_plain_prerelease_says_nothing_of_a_variant() {
        for prerelease in ["rc.1", "beta2", "alpha", "b1", "ec.3"] {
            assert!(is_plain(prerelease), "{prerelease}");
        }
        for prerelease in ["rc.1-alpine", "alpine3.20", "", "1", "b", "r3"] {
            assert!(!is_plain(prerelease), "{prerelease}");
        }
    }

    #[test]
    fn identifiers_that_match_nothing_are_refused() {
        for (text, mark) in [
            ("", ""),
            ("12", "12"),
            ("rc.1", "."),
            ("rc 1", " "),
            ("é", "é"),
            ("rc1", "1"),
            ("rc-1", "-1"),
        ] {
            let error = Prerelease::identifier(text).expect_err(text);
            assert_eq!(&text[error.offset..error.offset + error.length], mark);
            assert!(error.help.is_some());
        }
        assert_eq!(Prerelease::identifier("M").unwrap(), "M");
        assert_eq!(Prerelease::identifier("debian-").unwrap(), "debian-");
    }
}

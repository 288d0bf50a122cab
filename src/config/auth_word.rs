//! What of a registry's `auth` is no secret.

/// A word that stands for a source of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AuthWord {
    Anonymous,
    AwsEcr,
    Azure,
    Docker,
    Google,
}

impl AuthWord {
    /// The words, sorted.
    pub(super) const ALL: [(&str, Self); 5] = [
        ("anonymous", Self::Anonymous),
        ("aws-ecr", Self::AwsEcr),
        ("azure", Self::Azure),
        ("docker", Self::Docker),
        ("google", Self::Google),
    ];

    /// Returns the word of a text; a text that is none may be a secret put in by mistake.
    pub(super) fn named(text: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find_map(|(word, found)| (word == text).then_some(found))
    }
}

/// Says whether a text can name an environment variable.
pub(super) fn is_variable_name(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && text
            .bytes()
            .next()
            .is_some_and(|byte| !byte.is_ascii_digit())
}

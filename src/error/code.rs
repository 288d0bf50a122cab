use std::fmt;

/// The four kinds of failure that have an exit code of their own (`DESIGN.md`, "Exit codes").
///
/// The order is the order of precedence when several happen at once: the greatest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The answer to the question is no.
    No,
    /// A registry, the network or credentials failed.
    Registry,
    /// A policy refuses.
    Policy,
    /// Wrong usage, config or lock.
    Usage,
}

impl Class {
    /// Returns the process exit code of this class.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::No => 1,
            Self::Usage => 2,
            Self::Registry => 3,
            Self::Policy => 4,
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $class:ident;)*) => {
        /// A stable name for a kind of problem, printed as `error[code]`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Returns the code as it is printed.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Returns the class, which fixes the exit code.
            pub fn class(self) -> Class {
                match self {
                    $(Self::$name => Class::$class,)*
                }
            }
        }
    };
}

codes! {
    /// The command line is wrong in a way that the argument parser cannot see.
    Usage = "usage", Usage;
    /// A file or folder cannot be read or written.
    Io = "io", Usage;
    /// No config was found, or the named one does not exist.
    ConfigMissing = "config-missing", Usage;
    /// `init` would overwrite a file.
    ConfigExists = "config-exists", Usage;
    /// The config is not valid TOML, YAML or JSON.
    ConfigSyntax = "config-syntax", Usage;
    /// The config asks for a format version this release does not know.
    ConfigVersion = "config-version", Usage;
    /// A key that is not known at this place.
    UnknownKey = "unknown-key", Usage;
    /// A key that must be there is missing.
    MissingKey = "missing-key", Usage;
    /// A key that stands twice in one table.
    DuplicateKey = "duplicate-key", Usage;
    /// A value of the wrong type.
    WrongType = "wrong-type", Usage;
    /// A value outside what is allowed here.
    BadValue = "bad-value", Usage;
    /// An image's name is not usable as one.
    BadName = "bad-name", Usage;
    /// Two images with one name.
    DuplicateName = "duplicate-name", Usage;
    /// An image reference that does not follow the grammar.
    BadReference = "bad-reference", Usage;
    /// A tag that does not follow the grammar.
    BadTag = "bad-tag", Usage;
    /// A digest that does not follow the grammar.
    BadDigest = "bad-digest", Usage;
    /// A version constraint that does not follow the grammar.
    BadConstraint = "bad-constraint", Usage;
    /// A tag pattern that does not compile.
    BadPattern = "bad-pattern", Usage;
    /// A platform that is not `os/arch[/variant]`.
    BadPlatform = "bad-platform", Usage;
    /// A strategy that does not exist.
    UnknownStrategy = "unknown-strategy", Usage;
    /// Options that contradict each other, or one that has no effect.
    ContradictoryOptions = "contradictory-options", Usage;
    /// A name that is not in the config or the lock.
    UnknownImage = "unknown-image", Usage;
    /// There is no lock.
    LockMissing = "lock-missing", Usage;
    /// The lock is not valid.
    LockSyntax = "lock-syntax", Usage;
    /// The lock was written by a newer format version.
    LockVersion = "lock-version", Usage;
    /// The lock has merge conflict markers.
    LockConflict = "lock-conflict", Usage;
    /// The lock cannot be written.
    LockWrite = "lock-write", Usage;
    /// Git could not answer.
    Git = "git", Usage;
    /// The config and the lock disagree.
    Drift = "drift", No;
    /// Two locks differ, or a dry run would change something.
    Differs = "differs", No;
    /// No tag satisfies the policy.
    NoTagFits = "no-tag-fits", Policy;
    /// The tag that was asked for is not allowed by the policy.
    PreciseRefused = "precise-refused", Policy;
    /// A required platform is missing.
    PlatformMissing = "platform-missing", Policy;
    /// The network is needed and may not be used.
    Offline = "offline", Registry;
    /// The registry cannot be reached.
    Unreachable = "unreachable", Registry;
    /// The registry did not answer in time.
    Timeout = "timeout", Registry;
    /// The registry refused the credentials, or wants some.
    Denied = "denied", Registry;
    /// The repository does not exist, or is not visible to these credentials.
    RepositoryNotFound = "repository-not-found", Registry;
    /// The tag or digest does not exist.
    ManifestNotFound = "manifest-not-found", Registry;
    /// The registry asked to slow down and the time is up.
    RateLimited = "rate-limited", Registry;
    /// The registry answered with an error of its own.
    RegistryFailed = "registry-failed", Registry;
    /// The registry's answer makes no sense.
    RegistryInvalid = "registry-invalid", Registry;
    /// A body that does not hash to the digest it was announced with.
    DigestMismatch = "digest-mismatch", Registry;
    /// An answer larger than the cap.
    TooLarge = "too-large", Registry;
    /// Paging that leads away, in a circle or on for ever.
    Pagination = "pagination", Registry;
    /// A token realm or redirect that credentials must not be sent to.
    UnsafeRealm = "unsafe-realm", Registry;
    /// Credentials that cannot be read.
    Credentials = "credentials", Registry;
    /// The HTTP client cannot be set up.
    Transport = "transport", Registry;
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// An error that knows its code and what its reader can do.
///
/// `Display` gives the message: one lowercase fragment without a final stop.
pub trait Fault: std::error::Error {
    /// Returns the stable code.
    fn code(&self) -> Code;

    /// Returns facts that help to understand the message, one a line.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns what the reader can do next.
    fn help(&self) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_kebab_case_words() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        for text in texts {
            assert!(
                text.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
                "{text}"
            );
        }
    }

    #[test]
    fn precedence_is_usage_policy_registry_no() {
        let mut classes = [Class::No, Class::Usage, Class::Registry, Class::Policy];
        classes.sort();
        assert_eq!(classes.map(Class::exit_code), [1, 3, 4, 2]);
    }
}

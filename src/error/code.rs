use std::fmt;

/// The kinds of problem that differ in their exit code: one that only informs, and four failures.
///
/// The order is the order of precedence when several happen at once: the greatest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing failed; there is something to know.
    Notice,
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
            Self::Notice => 0,
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
    /// An `extract` whose pattern or value template cannot be read.
    BadExtract = "bad-extract", Usage;
    /// A `calver` scheme that cannot be read.
    BadScheme = "bad-scheme", Usage;
    /// A `suffix` that no tag can end with.
    BadSuffix = "bad-suffix", Usage;
    /// A length of time that cannot be read, or that has calendar units.
    BadDuration = "bad-duration", Usage;
    /// A point in time that cannot be read.
    BadTime = "bad-time", Usage;
    /// A platform that is not `os/arch[/variant]`.
    BadPlatform = "bad-platform", Usage;
    /// A strategy that does not exist.
    UnknownStrategy = "unknown-strategy", Usage;
    /// Options that contradict each other, or one that has no effect.
    ContradictoryOptions = "contradictory-options", Usage;
    /// Members of a `same-version` group that cannot have one version.
    BadGroup = "bad-group", Usage;
    /// A file with certificates or a private key that has none, or one that cannot be used.
    BadCertificate = "bad-certificate", Usage;
    /// A file of another tool that says where mirrors are cannot be read.
    MirrorsSyntax = "mirrors-syntax", Usage;
    /// A Kubernetes file or one of its documents cannot be read.
    SourceSyntax = "source-syntax", Usage;
    /// A policy of another tool that cannot be read.
    ImportSyntax = "import-syntax", Usage;
    /// What was observed in earlier runs cannot be read.
    StateSyntax = "state-syntax", Usage;
    /// What was observed in earlier runs was written by another format version.
    StateVersion = "state-version", Usage;
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
    /// A part of the lock is not there.
    ShardMissing = "shard-missing", Usage;
    /// Parts of a lock do not fit together, or not to the config and the lock here.
    ShardMismatch = "shard-mismatch", Usage;
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
    /// Only tags below the pinned one fit.
    Downgrade = "downgrade", Policy;
    /// The tag list lost most of its tags since the lock was written.
    TagsLost = "tags-lost", Policy;
    /// An immutable tag names another digest than the pinned one.
    TagMoved = "tag-moved", Policy;
    /// All tags that fit are younger than the cooldown allows, or nobody knows how old they are.
    TooYoung = "too-young", Policy;
    /// A tag's date is needed for the choice and cannot be read.
    DateMissing = "date-missing", Policy;
    /// The members of a `same-version` group have no version in common.
    NoCommonVersion = "no-common-version", Policy;
    /// A member of a `same-version` group stays because another one failed.
    GroupFailed = "group-failed", Policy;
    /// The network is needed and may not be used.
    Offline = "offline", Registry;
    /// The registry cannot be reached.
    Unreachable = "unreachable", Registry;
    /// Settings of another tool, which are to be followed, forbid to ask the registry.
    Blocked = "blocked", Registry;
    /// A proxy does not lead to the registry.
    Proxy = "proxy", Registry;
    /// TLS failed: a certificate that is not to be trusted, or none of this client's, or no TLS at all.
    Tls = "tls", Registry;
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
    /// The registry does not offer what was asked for.
    Unsupported = "unsupported", Registry;
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
    /// Tokens come from a host that is not known to belong to the registry.
    ForeignRealm = "foreign-realm", Registry;
    /// Credentials that cannot be read.
    Credentials = "credentials", Registry;
    /// The HTTP client cannot be set up.
    Transport = "transport", Registry;
    /// Something in a file of another tool that says where mirrors are has no effect here.
    MirrorSetting = "mirror-setting", Notice;
    /// A mirror sent other content than it was asked for.
    MirrorMismatch = "mirror-mismatch", Notice;
    /// Any certificate of a registry is believed.
    TlsUnverified = "tls-unverified", Notice;
    /// A constraint means something else than most readers expect.
    ConstraintQuirk = "constraint-quirk", Notice;
    /// All versions are allowed on a list that has dates or builds among its versions.
    MixedList = "mixed-list", Notice;
    /// A tag looks newer than the chosen one and was dropped for what the config does not name.
    NewerTagSkipped = "newer-tag-skipped", Notice;
    /// A release points to the same image as one of its prereleases.
    PromotedPrerelease = "promoted-prerelease", Notice;
    /// A tag was chosen that names whatever is newest of its line.
    FloatingTag = "floating-tag", Notice;
    /// No tag ends with the suffix.
    UnusedSuffix = "unused-suffix", Notice;
    /// A suffix takes stages of a release, such as `-rc1`, for variants.
    SuffixQuirk = "suffix-quirk", Notice;
    /// No tag matches a pattern of `allow-tags`.
    UnusedPattern = "unused-pattern", Notice;
    /// Nobody knows how old a tag is that a cooldown is to hold back.
    MissingAge = "missing-age", Notice;
    /// What was observed in earlier runs cannot be read or kept, so that clocks start again.
    StateLost = "state-lost", Notice;
    /// A file was written where the file system lacks something that keeps it safe.
    FileSystem = "file-system", Notice;
    /// An index has more than one image for a platform.
    RepeatedPlatform = "repeated-platform", Notice;
    /// The pinned tag is no longer in the repository.
    PinnedTagGone = "pinned-tag-gone", Notice;
    /// An annotation that is not known.
    UnknownAnnotation = "unknown-annotation", Notice;
    /// Something in a policy of another tool that has no equal here.
    NotImported = "not-imported", Notice;
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

    /// Says what is wrong with a host for whatever it was asked, if it is that: the same text for each image.
    fn shared(&self) -> Option<String> {
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
    fn precedence_is_usage_policy_registry_no_notice() {
        let mut classes = [
            Class::No,
            Class::Notice,
            Class::Usage,
            Class::Registry,
            Class::Policy,
        ];
        classes.sort();
        assert_eq!(classes.map(Class::exit_code), [0, 1, 3, 4, 2]);
    }
}

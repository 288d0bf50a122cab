use std::fmt;

/// The classes of problems, by exit code: one that only informs, and four failures.
///
/// The order is the order of precedence if several happen in one run: the greatest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing failed; there is information for the user.
    Notice,
    /// The answer to the question is no.
    No,
    /// A registry, the network or credentials failed.
    Registry,
    /// A policy rejected a tag.
    Policy,
    /// Wrong usage, config or lock.
    Usage,
}

impl Class {
    /// Returns the exit code of this class.
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
            /// Every code, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Returns the code as printed.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Returns the class, which determines the exit code.
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
    /// A file or directory cannot be read or written.
    Io = "io", Usage;
    /// No config was found, or the named one does not exist.
    ConfigMissing = "config-missing", Usage;
    /// `init` would overwrite a file.
    ConfigExists = "config-exists", Usage;
    /// The config is not valid TOML, YAML or JSON.
    ConfigSyntax = "config-syntax", Usage;
    /// The config uses a format version that this release does not know.
    ConfigVersion = "config-version", Usage;
    /// A key is not known in this place.
    UnknownKey = "unknown-key", Usage;
    /// A required key is missing.
    MissingKey = "missing-key", Usage;
    /// A key appears twice in one table.
    DuplicateKey = "duplicate-key", Usage;
    /// A value has the wrong type.
    WrongType = "wrong-type", Usage;
    /// A value is not one of the allowed values.
    BadValue = "bad-value", Usage;
    /// The name of an image is not valid.
    BadName = "bad-name", Usage;
    /// Two images have the same name.
    DuplicateName = "duplicate-name", Usage;
    /// An image reference does not follow the grammar.
    BadReference = "bad-reference", Usage;
    /// A tag does not follow the grammar.
    BadTag = "bad-tag", Usage;
    /// A digest does not follow the grammar.
    BadDigest = "bad-digest", Usage;
    /// A version constraint does not follow the grammar.
    BadConstraint = "bad-constraint", Usage;
    /// A tag pattern does not compile.
    BadPattern = "bad-pattern", Usage;
    /// The pattern or the value of `extract` cannot be read.
    BadExtract = "bad-extract", Usage;
    /// The `scheme` of a calendar version cannot be read.
    BadScheme = "bad-scheme", Usage;
    /// No tag can end with this `suffix`.
    BadSuffix = "bad-suffix", Usage;
    /// A duration cannot be read, or has calendar units.
    BadDuration = "bad-duration", Usage;
    /// A point in time that cannot be read.
    BadTime = "bad-time", Usage;
    /// A platform is not `os/arch[/variant]`.
    BadPlatform = "bad-platform", Usage;
    /// There is no strategy with this name.
    UnknownStrategy = "unknown-strategy", Usage;
    /// Two options conflict, or an option has no effect.
    ContradictoryOptions = "contradictory-options", Usage;
    /// The members of a `same-version` group cannot share one version.
    BadGroup = "bad-group", Usage;
    /// A file with certificates or a private key that has none, or one that cannot be used.
    BadCertificate = "bad-certificate", Usage;
    /// A mirror file of another tool cannot be read.
    MirrorsSyntax = "mirrors-syntax", Usage;
    /// A Kubernetes file or one of its documents cannot be read.
    SourceSyntax = "source-syntax", Usage;
    /// A policy of another tool cannot be read.
    ImportSyntax = "import-syntax", Usage;
    /// The state file cannot be read.
    StateSyntax = "state-syntax", Usage;
    /// The state file has another format version.
    StateVersion = "state-version", Usage;
    /// A name is not in the config or the lock.
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
    /// A partial lock is missing.
    ShardMissing = "shard-missing", Usage;
    /// The partial locks do not match each other, the config or the lock.
    ShardMismatch = "shard-mismatch", Usage;
    /// A git command failed.
    Git = "git", Usage;
    /// The lock does not match the config.
    Drift = "drift", No;
    /// Two locks differ, or a dry run would change the lock.
    Differs = "differs", No;
    /// No tag matches the policy.
    NoTagFits = "no-tag-fits", Policy;
    /// The policy does not allow the requested tag.
    PreciseRefused = "precise-refused", Policy;
    /// A required platform is missing.
    PlatformMissing = "platform-missing", Policy;
    /// Only tags lower than the pinned one match.
    Downgrade = "downgrade", Policy;
    /// The tag list has lost most of its tags since the lock was written.
    TagsLost = "tags-lost", Policy;
    /// An immutable tag points to a different digest than the pin.
    TagMoved = "tag-moved", Policy;
    /// All matching tags are held back by the cooldown, or their age is unknown.
    TooYoung = "too-young", Policy;
    /// The choice needs the date of a tag, and the date cannot be determined.
    DateMissing = "date-missing", Policy;
    /// The members of a `same-version` group have no version in common.
    NoCommonVersion = "no-common-version", Policy;
    /// A member of a `same-version` group is not updated because another one failed.
    GroupFailed = "group-failed", Policy;
    /// The network is needed, but not allowed.
    Offline = "offline", Registry;
    /// The registry cannot be reached.
    Unreachable = "unreachable", Registry;
    /// The settings of another tool block the registry.
    Blocked = "blocked", Registry;
    /// The proxy cannot connect to the registry.
    Proxy = "proxy", Registry;
    /// The TLS connection failed.
    Tls = "tls", Registry;
    /// The registry did not respond in time.
    Timeout = "timeout", Registry;
    /// The registry rejected the credentials, or requires some.
    Denied = "denied", Registry;
    /// The repository does not exist, or these credentials cannot access it.
    RepositoryNotFound = "repository-not-found", Registry;
    /// The tag or digest does not exist.
    ManifestNotFound = "manifest-not-found", Registry;
    /// The registry limits the request rate, and the time to wait is used up.
    RateLimited = "rate-limited", Registry;
    /// The registry does not support this request.
    Unsupported = "unsupported", Registry;
    /// The registry returned an error.
    RegistryFailed = "registry-failed", Registry;
    /// The registry returned an invalid response.
    RegistryInvalid = "registry-invalid", Registry;
    /// The content does not match its digest.
    DigestMismatch = "digest-mismatch", Registry;
    /// A response exceeds its size limit.
    TooLarge = "too-large", Registry;
    /// The pagination of a list points to another host, loops, or never ends.
    Pagination = "pagination", Registry;
    /// The registry pointed to an unsafe token server or redirect target.
    UnsafeRealm = "unsafe-realm", Registry;
    /// The token server is on a host that is not known to belong to the registry.
    ForeignRealm = "foreign-realm", Registry;
    /// The credentials cannot be used.
    Credentials = "credentials", Registry;
    /// The HTTP client cannot be created.
    Transport = "transport", Registry;
    /// A setting in another tool's mirror file has no effect here.
    MirrorSetting = "mirror-setting", Notice;
    /// A mirror returned content that does not match the requested digest.
    MirrorMismatch = "mirror-mismatch", Notice;
    /// Certificate verification is disabled for a registry.
    TlsUnverified = "tls-unverified", Notice;
    /// A constraint does not mean what most readers expect.
    ConstraintQuirk = "constraint-quirk", Notice;
    /// Dates or build numbers are among the versions, and the constraint allows all versions.
    MixedList = "mixed-list", Notice;
    /// A tag looks newer than the chosen one, and was skipped.
    NewerTagSkipped = "newer-tag-skipped", Notice;
    /// A release points to the same image as one of its prereleases.
    PromotedPrerelease = "promoted-prerelease", Notice;
    /// The chosen tag is a floating tag: it points to the newest version of its line.
    FloatingTag = "floating-tag", Notice;
    /// No tag ends with the suffix.
    UnusedSuffix = "unused-suffix", Notice;
    /// A suffix treats prereleases, such as `-rc1`, as variants.
    SuffixQuirk = "suffix-quirk", Notice;
    /// No tag matches a pattern of `allow-tags`.
    UnusedPattern = "unused-pattern", Notice;
    /// The age of a tag is unknown, so the cooldown cannot be applied.
    MissingAge = "missing-age", Notice;
    /// The state file cannot be read or written, so that cooldowns restart.
    StateLost = "state-lost", Notice;
    /// A file was written, but the file system does not support all safety measures.
    FileSystem = "file-system", Notice;
    /// An index has more than one image for a platform.
    RepeatedPlatform = "repeated-platform", Notice;
    /// The pinned tag is no longer in the repository.
    PinnedTagGone = "pinned-tag-gone", Notice;
    /// An annotation is not known.
    UnknownAnnotation = "unknown-annotation", Notice;
    /// A setting of another tool's policy has no equivalent here.
    NotImported = "not-imported", Notice;
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// An error with a code and help for its reader.
///
/// `Display` gives the message: one lower-case fragment without a final stop.
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

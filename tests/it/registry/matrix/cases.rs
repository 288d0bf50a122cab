//! Which cases there are, and what must come of each.

use imagelock::error::Code;

/// Where credentials come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Settings,
    SettingsToken,
    SettingsIdentity,
    Text,
    File,
    FileByPath,
    FileUserAndPassword,
    FileIdentity,
    FileToken,
    LegacyFile,
    Manifest,
    Mounted,
    MountedLegacy,
    Helper,
    HelperIdentity,
    CredHelpers,
    CredsStore,
}

/// How a registry wants to see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Basic,
    Bearer,
    BearerAndBasic,
}

/// What happens to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Accepted,
    /// They were good once.
    Revoked,
    /// The first token is refused before its time.
    ExpiredToken,
    /// The realm answers with a page for browsers.
    Page,
    /// The realm answers without a token.
    NoToken,
    /// The realm never answers.
    Slow,
    /// The realm stands at a place that no credentials go to.
    OddRealm,
    /// Every proof is refused, for ever.
    Refused,
    /// The secret ends in a line break.
    LineBreak,
    /// The secret has a control character in it.
    Control,
    /// What holds them is broken.
    Broken,
}

pub(super) const SOURCES: [Source; 17] = [
    Source::Settings,
    Source::SettingsToken,
    Source::SettingsIdentity,
    Source::Text,
    Source::File,
    Source::FileByPath,
    Source::FileUserAndPassword,
    Source::FileIdentity,
    Source::FileToken,
    Source::LegacyFile,
    Source::Manifest,
    Source::Mounted,
    Source::MountedLegacy,
    Source::Helper,
    Source::HelperIdentity,
    Source::CredHelpers,
    Source::CredsStore,
];
pub(super) const SCHEMES: [Scheme; 3] = [Scheme::Basic, Scheme::Bearer, Scheme::BearerAndBasic];
pub(super) const FATES: [Fate; 11] = [
    Fate::Accepted,
    Fate::Revoked,
    Fate::ExpiredToken,
    Fate::Page,
    Fate::NoToken,
    Fate::Slow,
    Fate::OddRealm,
    Fate::Refused,
    Fate::LineBreak,
    Fate::Control,
    Fate::Broken,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Password,
    Identity,
    Token,
}

impl Source {
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::SettingsToken | Self::FileToken => Kind::Token,
            Self::SettingsIdentity | Self::FileIdentity | Self::HelperIdentity => Kind::Identity,
            _ => Kind::Password,
        }
    }

    pub(super) fn is_helper(self) -> bool {
        matches!(
            self,
            Self::Helper | Self::HelperIdentity | Self::CredHelpers | Self::CredsStore
        )
    }

    /// Returns what an error must say of where they came from.
    pub(super) fn named(self) -> &'static str {
        match self {
            Self::Settings | Self::SettingsToken | Self::SettingsIdentity => "variable BOT_TOKEN",
            Self::Text => "variable DOCKER_AUTH_CONFIG",
            Self::LegacyFile => ".dockercfg",
            Self::Manifest => "secret.yaml",
            Self::Mounted | Self::MountedLegacy => "mounted",
            Self::Helper | Self::HelperIdentity | Self::CredHelpers | Self::CredsStore => {
                "docker-credential-matrix"
            }
            _ => "auth.json",
        }
    }
}

/// Says whether there is such a case.
pub(super) fn exists(source: Source, scheme: Scheme, fate: Fate) -> bool {
    let kind = source.kind();
    let uses_realm = scheme != Scheme::Basic && kind != Kind::Token;
    match fate {
        Fate::ExpiredToken | Fate::Page | Fate::NoToken | Fate::Slow | Fate::OddRealm => uses_realm,
        // Nothing can be wrong with what is given as it is; base64 is decoded first.
        Fate::Broken => !matches!(
            source,
            Source::Settings | Source::SettingsToken | Source::SettingsIdentity
        ),
        _ => true,
    }
}

/// Returns what must come of it: success, or an error of this code.
pub(super) fn expected(source: Source, scheme: Scheme, fate: Fate) -> Option<Code> {
    let is_of_no_use = source.kind() == Kind::Identity && scheme == Scheme::Basic;
    Some(match fate {
        Fate::LineBreak | Fate::Control | Fate::Broken => Code::Credentials,
        _ if is_of_no_use => Code::Denied,
        Fate::Accepted | Fate::ExpiredToken => return None,
        Fate::Revoked | Fate::Refused => Code::Denied,
        Fate::Page | Fate::NoToken => Code::RegistryInvalid,
        Fate::Slow => Code::Timeout,
        Fate::OddRealm => Code::UnsafeRealm,
    })
}

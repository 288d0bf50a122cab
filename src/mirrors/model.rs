use url::Url;

use crate::error::Diagnostic;

/// The mirror settings in files of other tools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MirrorConfig {
    /// The routes of repositories, by the prefix of their names. Each prefix occurs once.
    pub rules: Vec<PrefixRule>,
    /// The settings of hosts. Each host occurs once.
    pub hosts: Vec<HostAccess>,
    /// Where credentials are looked for, in order: names of credential helpers, and
    /// [`AUTH_FILES`](super::containers::AUTH_FILES). None where no file says so.
    pub credential_helpers: Option<Vec<String>>,
    /// Settings that have no effect here.
    pub notices: Vec<Diagnostic>,
}

/// The route of the repositories with one prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrefixRule {
    /// A host, a host and a path, `*.` and a domain, or `*` for all hosts that no other rule is for.
    pub beginning: String,
    /// The mirrors, in the order in which to use them.
    pub mirrors: Vec<MirrorSource>,
    /// The location that replaces the registry itself.
    pub origin: Option<MirrorSource>,
    /// Whether all requests are blocked.
    pub is_blocked: bool,
    /// Why the route is unknown: its file cannot be read.
    pub problem: Option<Diagnostic>,
}

/// One mirror or registry location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorSource {
    /// The location.
    pub place: MirrorLocation,
    /// Whether it is trusted for tags.
    pub resolves: bool,
    /// Whether content by digest is requested from it.
    pub has_content: bool,
    /// Whether it receives the name of the registry: one mirror can serve several.
    pub is_told_registry: bool,
}

/// A location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MirrorLocation {
    /// The replacement for the prefix of a repository's name.
    Location(String),
    /// The root of an API, below which repositories are.
    Api(Url),
}

/// The settings of one host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostAccess {
    /// The host, with its port if it has one.
    pub host: String,
    /// The settings.
    pub access: AccessRules,
}

/// The settings that differ from the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessRules {
    /// Whether it is reached over plain HTTP.
    pub plain_http: Option<bool>,
    /// Whether certificate verification is disabled.
    pub skip_verify: bool,
    /// Files with certificate authorities, in PEM.
    pub authorities: Vec<String>,
    /// The files with the client certificate and its key; they can be the same.
    pub identity: Option<(String, String)>,
}

impl MirrorConfig {
    /// Adds what another file says; where both speak of the same, this goes before.
    pub fn add(&mut self, other: Self) {
        for rule in other.rules {
            if !self.has_rule(&rule.beginning) {
                self.rules.push(rule);
            }
        }
        for host in other.hosts {
            self.reach(host.host, host.access);
        }
        self.credential_helpers = self.credential_helpers.take().or(other.credential_helpers);
        self.notices.extend(other.notices);
    }

    /// Returns `true` if there is a rule for this very beginning.
    pub fn has_rule(&self, beginning: &str) -> bool {
        self.rules.iter().any(|rule| rule.beginning == beginning)
    }

    /// Notes how a host is reached, unless that is known.
    pub(super) fn reach(&mut self, host: String, access: AccessRules) {
        let is_known = self.hosts.iter().any(|known| known.host == host);
        if !is_known && access != AccessRules::default() {
            self.hosts.push(HostAccess { host, access });
        }
    }
}

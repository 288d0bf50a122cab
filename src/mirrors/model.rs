use url::Url;

use crate::error::Diagnostic;

/// What files say of mirrors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Where repositories are to be had, by the beginning of their names. Each beginning is there once.
    pub rules: Vec<Rule>,
    /// How hosts are reached. Each host is there once.
    pub hosts: Vec<HostAccess>,
    /// Where credentials are looked for, in order: names of credential helpers, and
    /// [`AUTH_FILES`](super::containers::AUTH_FILES). None where no file says so.
    pub credential_helpers: Option<Vec<String>>,
    /// What has no effect here.
    pub notices: Vec<Diagnostic>,
}

/// Where the repositories of one beginning are to be had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// A host, a host and a path, `*.` and a domain, or `*` for all hosts that no other rule is for.
    pub beginning: String,
    /// The mirrors, in the order in which they are asked.
    pub mirrors: Vec<Source>,
    /// What is asked in place of the registry itself.
    pub origin: Option<Source>,
    /// Whether nothing is to be asked at all.
    pub is_blocked: bool,
    /// Why it is not known where they are to be had: the file that says so cannot be read.
    pub problem: Option<Diagnostic>,
}

/// One place to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub place: Place,
    /// Whether it is believed about tags.
    pub resolves: bool,
    /// Whether it is asked for content by digest.
    pub has_content: bool,
    /// Whether it is told which registry it is asked for: one mirror may stand for several.
    pub is_told_registry: bool,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What takes the place of the beginning of a repository's name.
    Location(String),
    /// The root of an API, below which repositories are.
    Api(Url),
}

/// How one host is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostAccess {
    /// The host, with its port if it has one.
    pub host: String,
    /// How.
    pub access: Access,
}

/// How a host is reached, other than usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Whether it is spoken to without TLS.
    pub plain_http: Option<bool>,
    /// Whether any certificate is believed.
    pub skip_verify: bool,
    /// Files with certificate authorities, in PEM.
    pub authorities: Vec<String>,
    /// The files with a certificate of this client and its key; they may be the same.
    pub identity: Option<(String, String)>,
}

impl Found {
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
    pub(super) fn reach(&mut self, host: String, access: Access) {
        let is_known = self.hosts.iter().any(|known| known.host == host);
        if !is_known && access != Access::default() {
            self.hosts.push(HostAccess { host, access });
        }
    }
}

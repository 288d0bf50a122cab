use std::path::PathBuf;

use url::Url;

use super::keys::Keys;
use crate::registry::auth::Secret;

/// One way to an access key.
pub(super) enum AwsSource {
    /// It is here.
    Keys(Keys),
    /// Another access key takes a role on (`AssumeRole`).
    Role { role: AssumedRole, base: Box<Self> },
    /// A token of another identity provider takes a role on (`AssumeRoleWithWebIdentity`).
    WebIdentity {
        role: AssumedRole,
        token_file: PathBuf,
    },
    /// A session of the IAM Identity Center, which `aws sso login` begins.
    Session(Session),
    /// The container's own endpoint: ECS and EKS Pod Identity.
    Container(ContainerEndpoint),
    /// The metadata server of an EC2 instance.
    Instance,
}

/// A role and how it is taken on.
pub(super) struct AssumedRole {
    pub(super) arn: String,
    pub(super) session_name: String,
    pub(super) external_id: Option<String>,
}

/// What a profile says of the IAM Identity Center.
pub(super) struct Session {
    pub(super) region: String,
    pub(super) account: String,
    pub(super) role: String,
    /// Where `aws sso login` keeps the token.
    pub(super) token_file: PathBuf,
    /// How to log in again.
    pub(super) profile: String,
}

/// A container's endpoint for credentials.
pub(super) struct ContainerEndpoint {
    pub(super) url: Url,
    pub(super) token: Option<Secret>,
    pub(super) token_file: Option<PathBuf>,
}

/// The source that is used, with its name for people.
pub(super) struct Chosen {
    pub(super) source: AwsSource,
    pub(super) name: String,
    /// The region that the source itself names.
    pub(super) region: Option<String>,
}

/// A source that is there and cannot be used.
pub(super) struct SourceProblem {
    pub(super) origin: String,
    pub(super) reason: String,
}

impl SourceProblem {
    pub(super) fn new(origin: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            reason: reason.into(),
        }
    }
}

use crate::registry::doctor::Family;

/// A registry-specific API that returns digests and times of many tags in one request.
///
/// If the host name does not determine the API, the settings do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Api {
    /// Amazon ECR's `DescribeImages`, for registries whose login comes from Amazon's own sources.
    AmazonEcr,
    /// Azure Container Registry's `/acr/v1`.
    AzureAcr,
    /// Docker Hub's, at `hub.docker.com`.
    DockerHub,
    /// GitLab's `/gitlab/v1`, if its registry has a metadata database.
    Gitlab,
    /// The additions of Google's registries to the tag list.
    Google,
    /// Harbor's `/api/v2.0`.
    Harbor,
    /// None: only requests of the OCI specification are sent.
    None,
    /// Quay's `/api/v1`.
    Quay,
    /// zot's search extension.
    Zot,
}

impl Api {
    /// Tells the interface by the host's name.
    pub(super) fn by_host(host: &str) -> Self {
        match Family::by_host(host) {
            Some(Family::DockerHub) if host == "docker.io" => Self::DockerHub,
            Some(Family::AmazonEcr) => Self::AmazonEcr,
            Some(Family::AzureAcr) => Self::AzureAcr,
            Some(Family::Gitlab) => Self::Gitlab,
            Some(Family::Google) => Self::Google,
            Some(Family::Quay) => Self::Quay,
            _ => Self::None,
        }
    }

    /// Returns how many tags a page has; nothing where all are on one.
    pub(super) fn page_size(self) -> Option<usize> {
        match self {
            Self::DockerHub | Self::Quay | Self::Harbor => Some(100),
            Self::AmazonEcr | Self::AzureAcr | Self::Gitlab => Some(1000),
            Self::Google | Self::Zot | Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_hosts_tell_interfaces_and_no_other_is_guessed() {
        for (host, api) in [
            ("docker.io", Api::DockerHub),
            ("quay.io", Api::Quay),
            ("eu.gcr.io", Api::Google),
            ("us-docker.pkg.dev", Api::Google),
            ("acme.azurecr.io", Api::AzureAcr),
            (
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
                Api::AmazonEcr,
            ),
            ("registry.gitlab.com", Api::Gitlab),
            ("ghcr.io", Api::None),
            ("harbor.example.com", Api::None),
            ("quay.io.example.com", Api::None),
            ("hub.docker.io", Api::None),
            ("registry.k8s.io", Api::None),
            ("localhost:5000", Api::None),
        ] {
            assert_eq!(Api::by_host(host), api, "{host}");
        }
    }
}

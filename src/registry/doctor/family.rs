use http::HeaderMap;
use serde::Serialize;
use url::Url;

use crate::registry::authn::challenge::Challenge;

/// A registry family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Family {
    /// Amazon Elastic Container Registry, private or public.
    AmazonEcr,
    /// `JFrog` Artifactory.
    Artifactory,
    /// Azure Container Registry.
    AzureAcr,
    /// The CNCF's `distribution`, or a registry based on it.
    Distribution,
    /// Docker Hub.
    DockerHub,
    /// GitHub's registry.
    Ghcr,
    /// Gitea or Forgejo.
    GiteaForgejo,
    /// GitLab.
    Gitlab,
    /// Google Artifact Registry or Container Registry.
    Google,
    /// Harbor.
    Harbor,
    /// Sonatype Nexus Repository.
    Nexus,
    /// Quay.
    Quay,
    /// The registry of the Kubernetes project.
    RegistryK8sIo,
    /// zot.
    Zot,
}

/// What a family is told by.
#[derive(Clone, Debug, Default)]
pub(super) struct Clues {
    pub(super) host: String,
    pub(super) headers: HeaderMap,
    pub(super) challenges: Vec<Challenge>,
    /// Whether `null` stands among the tags.
    pub(super) null_tags: bool,
    /// Whether digests stand among the tags.
    pub(super) digest_tags: bool,
    /// Whether the list of tags has a member `manifest`.
    pub(super) manifests_in_list: bool,
}

/// Domains with what is served there; whatever is below one belongs to it.
const DOMAINS: &[(&str, Family)] = &[
    ("docker.io", Family::DockerHub),
    ("ghcr.io", Family::Ghcr),
    ("quay.io", Family::Quay),
    ("gcr.io", Family::Google),
    ("pkg.dev", Family::Google),
    ("public.ecr.aws", Family::AmazonEcr),
    ("ecr-public.aws.com", Family::AmazonEcr),
    ("azurecr.io", Family::AzureAcr),
    ("azurecr.cn", Family::AzureAcr),
    ("azurecr.us", Family::AzureAcr),
    ("azurecr.de", Family::AzureAcr),
    ("registry.gitlab.com", Family::Gitlab),
    ("registry.k8s.io", Family::RegistryK8sIo),
    ("codeberg.org", Family::GiteaForgejo),
    ("jfrog.io", Family::Artifactory),
];

impl Family {
    /// Returns the family's name as a word: `docker-hub`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AmazonEcr => "amazon-ecr",
            Self::Artifactory => "artifactory",
            Self::AzureAcr => "azure-acr",
            Self::Distribution => "distribution",
            Self::DockerHub => "docker-hub",
            Self::Ghcr => "ghcr",
            Self::GiteaForgejo => "gitea-forgejo",
            Self::Gitlab => "gitlab",
            Self::Google => "google",
            Self::Harbor => "harbor",
            Self::Nexus => "nexus",
            Self::Quay => "quay",
            Self::RegistryK8sIo => "registry-k8s-io",
            Self::Zot => "zot",
        }
    }

    /// Returns the common name of the family.
    pub fn title(self) -> &'static str {
        match self {
            Self::AmazonEcr => "Amazon ECR",
            Self::Artifactory => "JFrog Artifactory",
            Self::AzureAcr => "Azure Container Registry",
            Self::Distribution => "distribution",
            Self::DockerHub => "Docker Hub",
            Self::Ghcr => "GitHub's registry",
            Self::GiteaForgejo => "Gitea or Forgejo",
            Self::Gitlab => "GitLab",
            Self::Google => "Google's registries",
            Self::Harbor => "Harbor",
            Self::Nexus => "Sonatype Nexus Repository",
            Self::Quay => "Quay",
            Self::RegistryK8sIo => "registry.k8s.io",
            Self::Zot => "zot",
        }
    }

    /// Tells the family, by the host first, then by what only one family does.
    pub(super) fn of(clues: &Clues) -> Option<Self> {
        Self::by_host(&clues.host).or_else(|| Self::by_ways(clues))
    }

    /// Tells the family by the host's name.
    pub(in crate::registry) fn by_host(host: &str) -> Option<Self> {
        let host = host.split(':').next().unwrap_or(host);
        let host = host.to_ascii_lowercase();
        let is_below = |domain: &str| {
            let before = host.strip_suffix(domain);
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        let known = DOMAINS.iter().find(|(domain, _)| is_below(domain));
        if let Some((_, family)) = known {
            return Some(*family);
        }
        // `<account>.dkr.ecr.<region>.amazonaws.com` and its relatives.
        let mut labels = host.split('.');
        let account = labels.next().unwrap_or_default();
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let service = labels.next().unwrap_or_default();
        (is_account && service.starts_with("dkr")).then_some(Self::AmazonEcr)
    }

    fn by_ways(clues: &Clues) -> Option<Self> {
        let header = |name: &str| {
            let value = clues.headers.get(name)?.to_str().ok()?;
            Some(value.to_ascii_lowercase())
        };
        let basic = |realm: &str| {
            let mut basic = clues.challenges.iter().filter(|one| one.scheme == "basic");
            basic.any(|one| one.param("realm").is_some_and(|text| text.contains(realm)))
        };
        let bearer = clues.challenges.iter().find(|one| one.scheme == "bearer");
        let service = bearer
            .and_then(|bearer| bearer.param("service"))
            .unwrap_or_default();
        let realm = bearer.and_then(|bearer| Url::parse(bearer.param("realm")?).ok());
        let realm = realm.as_ref().map_or("", Url::path);
        let is_nexus = header("server").is_some_and(|server| server.starts_with("nexus/"));
        let is_jfrog = header("x-jfrog-version").is_some() || header("x-artifactory-id").is_some();
        // Many send the first header; both, as the configuration of the image `registry` has it, do few others.
        let is_distribution = header("docker-distribution-api-version").is_some()
            && header("x-content-type-options").is_some_and(|option| option == "nosniff");
        let rules = [
            (service == "harbor-registry", Self::Harbor),
            (realm.ends_with("/jwt/auth"), Self::Gitlab),
            (
                service == "container_registry" || basic("Gitea") || basic("Forgejo"),
                Self::GiteaForgejo,
            ),
            (is_nexus || basic("Sonatype Nexus"), Self::Nexus),
            (is_jfrog || basic("Artifactory"), Self::Artifactory),
            (realm.ends_with("/v2/auth"), Self::Quay),
            (clues.manifests_in_list, Self::Google),
            (clues.null_tags, Self::Nexus),
            (clues.digest_tags, Self::Artifactory),
            (basic("Authorization Required"), Self::Zot),
            (is_distribution, Self::Distribution),
        ];
        let fit = rules.into_iter().find(|(is_met, _)| *is_met);
        fit.map(|(_, family)| family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_host(host: &str) -> Option<&'static str> {
        let clues = Clues {
            host: host.into(),
            ..Clues::default()
        };
        Family::of(&clues).map(Family::as_str)
    }

    #[test]
    fn hosts_tell_families() {
        for (host, family) in [
            ("docker.io", "docker-hub"),
            ("ghcr.io", "ghcr"),
            ("eu.gcr.io", "google"),
            ("europe-west1-docker.pkg.dev", "google"),
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "amazon-ecr"),
            ("123456789012.dkr-ecr.eu-west-1.on.aws", "amazon-ecr"),
            ("Acme.AzureCR.io:443", "azure-acr"),
        ] {
            assert_eq!(by_host(host), Some(family), "{host}");
        }
        for host in [
            "evilghcr.io",
            "ghcr.io.example.com",
            "localhost:5000",
            "12345.dkr.ecr.x.amazonaws.com",
        ] {
            assert_eq!(by_host(host), None, "{host}");
        }
    }

    #[test]
    fn headers_tell_families() {
        let version = ("docker-distribution-api-version", "registry/2.0");
        let nexus = ("server", "Nexus/3.90.2-06 (COMMUNITY)");
        for (sent, family) in [
            (&[nexus][..], Some("nexus")),
            (
                &[("x-jfrog-version", "Artifactory/7.1")],
                Some("artifactory"),
            ),
            (
                &[version, ("x-content-type-options", "nosniff")],
                Some("distribution"),
            ),
            (&[version], None),
            (&[version, nexus], Some("nexus")),
            (&[("x-content-type-options", "nosniff")], None),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.insert(*name, value.parse().unwrap());
            }
            let clues = Clues {
                headers,
                ..Clues::default()
            };
            assert_eq!(Family::of(&clues).map(Family::as_str), family, "{sent:?}");
        }
    }
}

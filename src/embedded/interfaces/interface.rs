/// An interface of its own that a registry may have beside the OCI specification's.
///
/// Docker Hub's is always there, since it stands on another host; what Google's registries add to the list
/// of tags is a matter of [paging](crate::embedded::Paging::manifests).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Interface {
    /// Amazon ECR: `POST /` with `GetAuthorizationToken` or `DescribeImages`.
    AmazonEcr,
    /// Azure Container Registry: `/acr/v1/<name>/_tags`.
    AzureAcr,
    /// Docker Hub: `/v2/namespaces/<ns>/repositories/<repo>/tags`.
    DockerHub,
    /// GitLab: `/gitlab/v1/`.
    Gitlab,
    /// Harbor: `/api/v2.0/projects/<project>/repositories/<repo>/artifacts`.
    Harbor,
    /// Quay: `/api/v1/repository/<name>/tag/`.
    Quay,
    /// zot: `/v2/_zot/ext/search`, and `/v2/_oci/ext/discover`.
    Zot,
}

use super::google::{self, SILENT};
use super::profile::Profile;
use crate::embedded::auth::{AuthMode, Unseen};

/// registry.k8s.io: everything is redirected to a registry of Google's in some region.
///
/// The redirect leaves out the query, so that `n` and `last` are lost
/// (kubernetes/registry.k8s.io, issue 326). The region wants a token of its own.
pub(super) fn profile() -> Profile {
    let auth = AuthMode::bearer()
        .anonymous()
        .token_path("/v2/token")
        .service("europe-west1-docker.pkg.dev")
        .unseen(Unseen::NotFound, Unseen::NotFound);
    let region = google::profile().auth(auth);
    Profile::new("registry-k8s-io", "registry-k8s-io", "registry.k8s.io")
        .redirecting_to(region)
        .busy_like(SILENT)
}

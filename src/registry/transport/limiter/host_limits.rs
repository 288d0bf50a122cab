use super::rate::Rate;

/// What is known of a host before it is asked.
#[derive(Clone, Copy, Debug)]
pub(in crate::registry) struct HostLimits {
    /// The most concurrent requests.
    pub(super) concurrency: usize,
    /// Whether it wants a long time between two requests once it says that there are too many.
    pub(super) cautious: bool,
    /// The rate that its operator allows.
    pub(super) rate: Option<Rate>,
}

impl HostLimits {
    /// Returns the limits of any host: so many requests at once.
    pub(super) fn usual(concurrency: usize) -> Self {
        Self {
            concurrency,
            cautious: false,
            rate: None,
        }
    }

    /// Returns the limits of a registry: what its settings say goes before what is usual, and its operator's
    /// limits hold in any case.
    pub(in crate::registry) fn of(registry: &str, set: Option<usize>, usual: usize) -> Self {
        let (most, rate) = published(registry);
        let concurrency = set.unwrap_or_else(|| most.map_or(usual, |most| usual.min(most)));
        Self {
            concurrency,
            cautious: registry == "public.ecr.aws",
            rate,
        }
    }
}

/// Returns the most requests at once that suit an operator's published limits, and the rate that keeps below
/// them.
///
/// Docker Hub: thousands of requests a minute from one address. Amazon's public registry: one anonymous
/// request a second, which it says only by refusing more. Quay: 50 a second for most of its paths.
/// `registry.k8s.io`: 5,000 a minute. Azure: 1,000 reads a minute in the smallest tier, and less in bursts.
/// GitLab.com: logging in counts in the limits of the whole site. Google: 60,000 a minute. Amazon's private
/// registries: 2,000 a second for manifests.
fn published(registry: &str) -> (Option<usize>, Option<Rate>) {
    let rate = |per_second, burst| Some(Rate { per_second, burst });
    match registry {
        "docker.io" => (Some(32), rate(40, 400)),
        "public.ecr.aws" => (Some(2), None),
        "quay.io" => (Some(32), rate(45, 45)),
        "registry.k8s.io" => (Some(32), rate(80, 400)),
        "registry.gitlab.com" => (Some(16), None),
        _ if registry.ends_with(".azurecr.io") => (Some(16), None),
        _ if registry.ends_with(".pkg.dev") || registry.ends_with("gcr.io") => {
            (None, rate(900, 900))
        }
        _ if registry.ends_with(".amazonaws.com") => (None, rate(900, 900)),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_go_before_what_is_usual_and_rates_hold() {
        assert_eq!(HostLimits::of("r.io", None, 64).concurrency, 64);
        assert_eq!(HostLimits::of("r.io", Some(200), 64).concurrency, 200);
        let hub = HostLimits::of("docker.io", Some(200), 64);
        assert_eq!(hub.concurrency, 200);
        assert!(hub.rate.is_some());
        assert_eq!(HostLimits::of("docker.io", None, 64).concurrency, 32);
        assert_eq!(HostLimits::of("docker.io", None, 4).concurrency, 4);
        assert!(HostLimits::of("public.ecr.aws", None, 64).cautious);
        assert_eq!(HostLimits::of("a.azurecr.io", None, 64).concurrency, 16);
    }
}

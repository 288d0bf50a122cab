use crate::image::Platform;

/// The extent of an inspection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The platform whose image is read; by default `linux/amd64`, otherwise the first.
    pub platform: Option<Platform>,
    /// Whether every attestation of an index is read, to show its statements.
    ///
    /// By default, only that of the platform is read, and none where each manifest counts as a pull.
    pub attestations: bool,
    /// Whether referrers are requested: one request, or two if the registry has no referrers API.
    pub referrers: bool,
}

impl Options {
    /// Creates the default options: the default platform, and referrers.
    pub fn new() -> Self {
        Self {
            platform: None,
            attestations: false,
            referrers: true,
        }
    }

    /// Sets the platform whose image is read.
    #[must_use]
    pub fn platform(self, platform: Option<Platform>) -> Self {
        Self { platform, ..self }
    }

    /// Sets whether every attestation is read.
    #[must_use]
    pub fn attestations(self, attestations: bool) -> Self {
        Self {
            attestations,
            ..self
        }
    }

    /// Sets whether referrers are requested.
    #[must_use]
    pub fn referrers(self, referrers: bool) -> Self {
        Self { referrers, ..self }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

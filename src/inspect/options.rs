use crate::image::Platform;

/// How much is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The platform whose image is read; without one `linux/amd64`, else the first.
    pub platform: Option<Platform>,
    /// Whether every attestation of an index is read, to say what each one states.
    ///
    /// Otherwise that of the platform is, and none where each manifest counts as a pull.
    pub attestations: bool,
    /// Whether the registry is asked what refers to the reference: one request, or two where it has no
    /// API for that.
    pub referrers: bool,
}

impl Options {
    /// Asks for the usual platform and for referrers.
    pub fn new() -> Self {
        Self {
            platform: None,
            attestations: false,
            referrers: true,
        }
    }

    /// Says whose image is read.
    #[must_use]
    pub fn platform(self, platform: Option<Platform>) -> Self {
        Self { platform, ..self }
    }

    /// Says whether every attestation is read.
    #[must_use]
    pub fn attestations(self, attestations: bool) -> Self {
        Self {
            attestations,
            ..self
        }
    }

    /// Says whether referrers are asked for.
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

use std::time::Duration;

/// The size limits of responses. A larger response is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a manifest or an index.
    pub manifest_bytes: usize,
    /// Bytes of a blob, such as an image's config.
    pub blob_bytes: usize,
    /// Bytes of one page of tags or repositories.
    pub tag_page_bytes: usize,
    /// Pages of one list of tags, repositories or referrers.
    pub tag_pages: usize,
    /// Bytes of all pages of one list of tags or repositories: the allowed number of names at the greatest
    /// length.
    pub list_bytes: usize,
    /// Tags of one repository.
    pub tags: usize,
    /// Repositories of one registry.
    pub repositories: usize,
    /// Referrers of one manifest.
    pub referrers: usize,
    /// Bytes of all pages of referrers.
    pub referrers_bytes: usize,
    /// Bytes of a response of a token server or of another API.
    pub answer_bytes: usize,
    /// Bytes of an error body; the rest is not read.
    pub error_bytes: usize,
    /// Bytes of memory for large responses and lists, in total for a run.
    ///
    /// The first part of each does not count: 64 KiB of a manifest or a blob, 256 KiB of any other response,
    /// 512 KiB of a list of tags or repositories, 1 MiB of a response of a registry-specific API.
    pub memory_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            manifest_bytes: 8 << 20,
            blob_bytes: 8 << 20,
            tag_page_bytes: 16 << 20,
            tag_pages: 2_000,
            list_bytes: 256 << 20,
            tags: 1_000_000,
            repositories: 1_000_000,
            referrers: 4_096,
            referrers_bytes: 4 << 20,
            answer_bytes: 1 << 20,
            error_bytes: 64 << 10,
            memory_bytes: 160 << 20,
        }
    }
}

/// The time limits of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// The time to connect, including TLS.
    pub connect: Duration,
    /// The time between two parts of a response.
    pub read: Duration,
    /// The time for one request, from its start to the last byte of the response.
    pub total: Duration,
    /// The time for all pages of one list after the first.
    pub list: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            total: Duration::from_secs(120),
            list: Duration::from_secs(1_200),
        }
    }
}

/// The number and the pauses of retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// The number of retries.
    pub count: u32,
    /// The longest first pause; it doubles each time, and each pause is a random part of it.
    pub base: Duration,
    /// The longest pause that the client chooses itself.
    pub cap: Duration,
    /// The total time that a request may wait if a registry asks for it.
    pub patience: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            count: 3,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(20),
            patience: Duration::from_secs(120),
        }
    }
}

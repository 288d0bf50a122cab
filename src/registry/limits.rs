use std::time::Duration;

/// How much a server may send before it is cut off with an error.
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
    /// Bytes of all pages of one list of tags or repositories: as many names as there may be, of the
    /// greatest length.
    pub list_bytes: usize,
    /// Tags of one repository.
    pub tags: usize,
    /// Repositories of one registry.
    pub repositories: usize,
    /// Referrers of one manifest.
    pub referrers: usize,
    /// Bytes of all pages with them.
    pub referrers_bytes: usize,
    /// Bytes of an answer of a token realm or of another API.
    pub answer_bytes: usize,
    /// Bytes of an error body; the rest is not read.
    pub error_bytes: usize,
    /// Bytes of memory that large answers and lists may take, those of a whole run together.
    ///
    /// The first part of each is free: 64 KiB of a manifest or a blob, 256 KiB of any other answer, 512 KiB of a
    /// list of tags or repositories, 1 MiB of what an interface of a registry's own tells.
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

/// How long a request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection to stand, TLS included.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub read: Duration,
    /// For one request, from its start to the last byte of the answer.
    pub total: Duration,
    /// For all pages of one list after the first.
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

/// How often and how patiently a request that failed is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often after the first time.
    pub count: u32,
    /// The longest first pause; it doubles from time to time, and each is a random part of it.
    pub base: Duration,
    /// The longest pause of our own choice.
    pub cap: Duration,
    /// How long a request may wait in all, when a registry asks to wait.
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

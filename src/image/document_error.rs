use thiserror::Error;

use crate::error::{Code, Fault};

/// The body is not a usable manifest.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// The body is not JSON, or its members have the wrong types.
    #[error("the manifest is not valid: {reason}")]
    Invalid {
        /// The parser's message.
        reason: String,
    },
    /// The body uses Docker's schema 1, which has no stable digest.
    #[error("the manifest is of Docker's schema 1, which was retired in 2017")]
    Schema1,
    /// The body has the members of both an index and an image (CVE-2021-41190).
    #[error("the manifest is an index and an image at once")]
    Ambiguous,
    /// The media type in the body differs from the registry's.
    #[error("the manifest says it is `{body}`, the registry says `{header}`")]
    MediaType {
        /// The `mediaType` member.
        body: String,
        /// The `Content-Type` header.
        header: String,
    },
    /// The body has the members of neither kind.
    #[error("the document is neither an image manifest nor an index")]
    Unknown,
}

impl Fault for DocumentError {
    fn code(&self) -> Code {
        Code::RegistryInvalid
    }

    fn help(&self) -> Option<String> {
        let help = "build the image again with a current builder and push it, or ask its publisher to do so";
        (*self == Self::Schema1).then(|| help.into())
    }
}

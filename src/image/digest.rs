use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use thiserror::Error;

use crate::error::{Code, Fault};

/// The content address of a manifest, an index or a blob: `sha256:…` in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest {
    text: Box<str>,
    algorithm: Algorithm,
}

/// A registered hash function (OCI image spec 1.1, "Digests"; `sha384` as in `distribution`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// SHA-256, 64 hex digits.
    Sha256,
    /// SHA-384, 96 hex digits.
    Sha384,
    /// SHA-512, 128 hex digits.
    Sha512,
}

/// The text is not a digest.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a digest: {reason}")]
pub struct DigestError {
    /// The rejected text, cut to 200 characters.
    pub text: String,
    /// The reason.
    pub reason: &'static str,
}

impl Fault for DigestError {
    fn code(&self) -> Code {
        Code::BadDigest
    }

    fn help(&self) -> Option<String> {
        Some("a digest is `sha256:` and 64 lower-case hex digits".into())
    }
}

impl Algorithm {
    fn of(name: &str) -> Option<Self> {
        match name {
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn hex_length(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha384 => 96,
            Self::Sha512 => 128,
        }
    }

    /// Returns the digest of the bytes under this algorithm.
    pub fn digest(self, bytes: &[u8]) -> Digest {
        let (name, hash) = match self {
            Self::Sha256 => ("sha256", Sha256::digest(bytes).to_vec()),
            Self::Sha384 => ("sha384", Sha384::digest(bytes).to_vec()),
            Self::Sha512 => ("sha512", Sha512::digest(bytes).to_vec()),
        };
        let mut text = String::with_capacity(name.len() + 1 + hash.len() * 2);
        text.push_str(name);
        text.push(':');
        for byte in hash {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
            }
        }
        Digest {
            text: text.into(),
            algorithm: self,
        }
    }
}

impl Digest {
    /// Reads a digest of a known algorithm.
    ///
    /// # Errors
    ///
    /// [`DigestError`] for an unknown algorithm, a wrong length, or anything but lower-case hex.
    pub fn parse(text: &str) -> Result<Self, DigestError> {
        let error = |reason| DigestError {
            text: text.chars().take(200).collect(),
            reason,
        };
        let (name, hex) = text.split_once(':').ok_or_else(|| error("it has no `:`"))?;
        let algorithm =
            Algorithm::of(name).ok_or_else(|| error("the algorithm is not supported"))?;
        if hex.len() != algorithm.hex_length() {
            return Err(error("the checksum has the wrong length"));
        }
        if !hex
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        {
            return Err(error("the checksum is not lower-case hex"));
        }
        Ok(Self {
            text: text.into(),
            algorithm,
        })
    }

    /// Returns the SHA-256 digest of the bytes.
    pub fn sha256_of(bytes: &[u8]) -> Self {
        Algorithm::Sha256.digest(bytes)
    }

    /// Returns `true` if the bytes hash to this digest.
    pub fn verify(&self, bytes: &[u8]) -> bool {
        self.algorithm.digest(bytes) == *self
    }

    /// Returns the whole digest, `algorithm:hex`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the hash function.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the hexadecimal digits.
    pub fn hex(&self) -> &str {
        self.text.split_once(':').map_or(&self.text, |(_, hex)| hex)
    }

    /// Returns the first 12 hexadecimal digits, for display.
    pub fn short(&self) -> &str {
        &self.hex()[..12]
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_and_verifies() {
        let empty = Digest::sha256_of(b"");
        assert_eq!(
            empty.as_str(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(empty.short(), "e3b0c44298fc");
        assert!(empty.verify(b"") && !empty.verify(b"x"));
        for algorithm in [Algorithm::Sha384, Algorithm::Sha512] {
            let digest = algorithm.digest(b"abc");
            assert_eq!(Digest::parse(digest.as_str()), Ok(digest.clone()));
            assert!(digest.verify(b"abc") && !digest.verify(b"abd"));
        }
    }

    #[test]
    fn refuses_what_is_no_digest() {
        let hex = "7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa";
        for text in [
            "sha256".to_string(),
            format!("sha256:{}", &hex[1..]),
            format!("sha256:{hex}0"),
            format!("sha256:{}", hex.to_uppercase()),
            format!("SHA256:{hex}"),
            format!("md5:{}", &hex[..32]),
            format!("sha512:{hex}"),
        ] {
            assert!(Digest::parse(&text).is_err(), "{text}");
        }
    }
}

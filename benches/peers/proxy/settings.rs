use std::path::PathBuf;
use std::time::Duration;

use super::Failure;

/// What the proxy is told on its command line.
pub(super) struct Settings {
    /// The registry, such as `http://127.0.0.1:5000`.
    pub(super) upstream: String,
    /// What a round trip costs.
    pub(super) round_trip: Duration,
    /// Where to write the certificate authority, `ca.pem`, that the proxy's TLS is of.
    pub(super) tls: Option<PathBuf>,
    pub(super) tokens: Tokens,
    /// How many requests a second are answered.
    pub(super) rate: Option<u32>,
    /// Whether the registry is asked only for what it was not asked for before.
    pub(super) from_memory: bool,
    /// In place of the registry, one that tells dates; where to write what is right.
    pub(super) inventory: Option<PathBuf>,
}

/// Whether tokens are wanted, and what one is good for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tokens {
    None,
    /// All scopes that it was asked for.
    Many,
    /// The first of them.
    One,
}

impl Settings {
    pub(super) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut settings = Self {
            upstream: "http://127.0.0.1:5000".into(),
            round_trip: Duration::ZERO,
            tls: None,
            tokens: Tokens::None,
            rate: None,
            from_memory: false,
            inventory: None,
        };
        while let Some(name) = arguments.next() {
            if name == "--from-memory" {
                settings.from_memory = true;
                continue;
            }
            let value = arguments
                .next()
                .ok_or_else(|| format!("{name} has no value"))?;
            match name.as_str() {
                "--upstream" => settings.upstream = value,
                "--round-trip" => settings.round_trip = Duration::from_millis(value.parse()?),
                "--tls" => settings.tls = Some(value.into()),
                "--rate" => settings.rate = Some(value.parse()?),
                "--inventory" => settings.inventory = Some(value.into()),
                "--tokens" => {
                    settings.tokens = match value.as_str() {
                        "none" => Tokens::None,
                        "many" => Tokens::Many,
                        "one" => Tokens::One,
                        _ => return Err(format!("--tokens {value}: none, many or one").into()),
                    }
                }
                _ => return Err(format!("there is no option {name}").into()),
            }
        }
        Ok(settings)
    }
}

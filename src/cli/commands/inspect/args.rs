use clap::Args;

use super::super::super::output_format::OutputFormat;

/// The arguments of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    imagelock inspect nginx:1.27\n  \
    imagelock inspect --platform linux/arm64 ghcr.io/acme/api@sha256:…\n  \
    imagelock inspect --format json nginx | jq '.image.run.env'\n  \
    imagelock inspect --raw nginx | sha256sum")]
pub struct InspectArgs {
    /// Reference, such as `nginx:1.27` or `ghcr.io/acme/api@sha256:…`. The default tag is `latest`.
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Show the image of this platform [default: linux/amd64, otherwise the first].
    #[arg(long, value_name = "PLATFORM")]
    pub platform: Option<String>,
    /// Read every attestation of an index and show its statements. By default, only the attestation of the
    /// shown platform is read, and none on Docker Hub, where each one counts as a pull.
    #[arg(long, conflicts_with_all = ["raw", "raw_config"])]
    pub attestations: bool,
    /// Print the exact bytes of the manifest or index; with --platform, of that platform's manifest.
    #[arg(long, conflicts_with_all = ["format", "raw_config"])]
    pub raw: bool,
    /// Print the exact bytes of the image's config.
    #[arg(long, conflicts_with = "format")]
    pub raw_config: bool,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}

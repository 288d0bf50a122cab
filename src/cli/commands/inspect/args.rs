use clap::Args;

use super::super::super::form::Form;

/// The arguments of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    imagelock inspect nginx:1.27\n  \
    imagelock inspect --platform linux/arm64 ghcr.io/acme/api@sha256:…\n  \
    imagelock inspect --format json nginx | jq '.image.run.env'\n  \
    imagelock inspect --raw nginx | sha256sum")]
pub struct InspectArgs {
    /// The reference, such as `nginx:1.27` or `ghcr.io/acme/api@sha256:…`; without a tag, `latest`.
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The platform whose image is shown.
    #[arg(long, value_name = "PLATFORM")]
    pub platform: Option<String>,
    /// Read every attestation of an index, to show what each one states; otherwise that of the
    /// platform is read, and none on Docker Hub, where each counts as a pull.
    #[arg(long, conflicts_with_all = ["raw", "raw_config"])]
    pub attestations: bool,
    /// Print the manifest or index as it is, byte for byte; with --platform, that platform's manifest.
    #[arg(long, conflicts_with_all = ["format", "raw_config"])]
    pub raw: bool,
    /// Print the config of the image as it is, byte for byte.
    #[arg(long, conflicts_with = "format")]
    pub raw_config: bool,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

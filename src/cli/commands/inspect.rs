use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::super::client::Network;
use super::super::context::{Context, Stop};
use super::super::form::{Form, json};
use super::check::counted;

use crate::error::{Code, Diagnostic, Fault};
use crate::image::{
    Descriptor, Document, ImageConfig, Index, Manifest, Platform, RawManifest, Reference, Tag,
    media_type,
};
use crate::registry::Target;
use crate::report::hostile;

/// Show what a reference points to: platforms, layers, sizes, dates, labels.
///
/// Of an index, the layers and labels are those of one platform: the one asked for, else linux/amd64,
/// else the first.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The reference, such as `nginx:1.27` or `ghcr.io/acme/api@sha256:…`; without a tag, `latest`.
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The platform whose layers and labels are shown.
    #[arg(long, value_name = "PLATFORM")]
    pub platform: Option<String>,
    /// Print the manifest as it is, byte for byte.
    #[arg(long, conflicts_with_all = ["platform", "format"])]
    pub raw: bool,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// What a reference points to: the JSON contract `imagelock.inspect/v1`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Inspection {
    /// The contract this document follows.
    schema: &'static str,
    /// The reference that was asked for, in full.
    reference: String,
    /// The digest of the manifest or index.
    digest: String,
    /// Its media type.
    media_type: String,
    /// The platforms of an index, in its order; empty for a single image.
    platforms: Vec<Child>,
    /// How many attestations the index has.
    attestations: usize,
    /// The annotations of an index.
    annotations: BTreeMap<String, String>,
    /// The image of one platform; `null` if an index has none.
    image: Option<Image>,
}

/// One platform of an index.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Child {
    /// The platform.
    platform: String,
    /// The digest of its manifest.
    digest: String,
    /// The size of its manifest.
    size_bytes: u64,
}

/// One image.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Image {
    /// The platform that its config says; `null` if it is no image that runs.
    platform: Option<String>,
    /// The digest of its manifest.
    digest: String,
    /// When it was built, as its publisher says.
    created: Option<String>,
    /// The size of config and layers together, as they are stored.
    size_bytes: u64,
    /// The layers, lowest first.
    layers: Vec<Layer>,
    /// The labels.
    labels: BTreeMap<String, String>,
    /// The annotations of its manifest.
    annotations: BTreeMap<String, String>,
}

/// One layer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Layer {
    /// Its digest.
    digest: String,
    /// Its media type.
    media_type: String,
    /// Its size as it is stored.
    size_bytes: u64,
}

/// The JSON schema of an inspection.
pub(in crate::cli) const SCHEMA: &str = include_str!("../../../schema/inspect.schema.json");

pub(in crate::cli) fn run(args: &InspectArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let reference = Reference::parse(&args.reference).map_err(|error| fault(&error))?;
    let platform = args
        .platform
        .as_deref()
        .map(Platform::parse)
        .transpose()
        .map_err(|error| fault(&error))?;
    let config = context.optional_config()?;
    let network = context.network(
        config.as_ref(),
        Some(&[reference.repository().registry()].into()),
    )?;
    let target = match (reference.digest(), reference.tag()) {
        (Some(digest), _) => Target::Digest(digest.clone()),
        (None, Some(tag)) => Target::Tag(tag.clone()),
        (None, None) => Target::Tag(Tag::parse("latest").map_err(|error| fault(&error))?),
    };
    let raw = network
        .run(network.client.manifest(reference.repository(), &target))
        .map_err(|error| fault(&error))?;
    if args.raw {
        return Ok(context
            .terminal
            .data(&String::from_utf8_lossy(&raw.bytes))?);
    }
    let inspection = inspect(&network, &reference, &raw, platform.as_ref())?;
    let text = match args.format {
        Form::Json => json(&inspection),
        Form::Text => text(&inspection),
    };
    Ok(context.terminal.data(&text)?)
}

fn fault(fault: &dyn Fault) -> Diagnostic {
    Diagnostic::of(fault)
}

fn inspect(
    network: &Network,
    reference: &Reference,
    raw: &RawManifest,
    platform: Option<&Platform>,
) -> Result<Inspection, Stop> {
    let document = raw.document().map_err(|error| fault(&error))?;
    let mut inspection = Inspection {
        schema: "imagelock.inspect/v1",
        reference: reference.to_string(),
        digest: raw.digest.to_string(),
        media_type: raw.media_type.clone(),
        platforms: Vec::new(),
        attestations: 0,
        annotations: BTreeMap::new(),
        image: None,
    };
    match document {
        Document::Manifest(manifest) => {
            inspection.image = Some(image(
                network,
                reference,
                &raw.digest.to_string(),
                &manifest,
            )?);
        }
        Document::Index(index) => {
            inspection.platforms = children(&index)
                .map(|(platform, child)| Child {
                    platform: platform.to_string(),
                    digest: child.digest.to_string(),
                    size_bytes: child.size,
                })
                .collect();
            inspection.attestations = index.attestations().count();
            if let Some(child) = choose(&index, platform)? {
                let target = Target::Digest(child.digest.clone());
                let raw = network
                    .run(network.client.manifest(reference.repository(), &target))
                    .map_err(|error| fault(&error))?;
                if let Document::Manifest(manifest) =
                    raw.document().map_err(|error| fault(&error))?
                {
                    inspection.image = Some(image(
                        network,
                        reference,
                        &raw.digest.to_string(),
                        &manifest,
                    )?);
                }
            }
            inspection.annotations = index.annotations;
        }
    }
    Ok(inspection)
}

/// Returns the platforms of an index with their descriptors, in the index's order.
fn children(index: &Index) -> impl Iterator<Item = (&Platform, &Descriptor)> {
    let images = index
        .descriptors
        .iter()
        .filter(|child| child.attestation_of().is_none());
    images
        .filter_map(|child| Some((child.platform.as_ref()?, child)))
        .filter(|(platform, _)| !platform.is_unknown())
}

fn choose<'i>(index: &'i Index, wanted: Option<&Platform>) -> Result<Option<&'i Descriptor>, Stop> {
    let find = |wanted: &Platform| {
        children(index)
            .find(|(platform, _)| *platform == wanted)
            .map(|(_, child)| child)
    };
    let usual = Platform::new("linux", "amd64", None);
    let Some(wanted) = wanted else {
        let first = || children(index).next().map(|(_, child)| child);
        return Ok(find(&usual).or_else(first));
    };
    if let Some(child) = find(wanted) {
        return Ok(Some(child));
    }
    let present: Vec<_> = children(index)
        .map(|(platform, _)| platform.to_string())
        .collect();
    Err(Diagnostic::new(
        Code::PlatformMissing,
        format!("there is no image for {wanted}"),
    )
    .note(format!("there are: {}", present.join(", ")))
    .into())
}

fn image(
    network: &Network,
    reference: &Reference,
    digest: &str,
    manifest: &Manifest,
) -> Result<Image, Stop> {
    let config = if media_type::is_config(&manifest.config.media_type) {
        let blob = network
            .run(
                network
                    .client
                    .blob(reference.repository(), &manifest.config),
            )
            .map_err(|error| fault(&error))?;
        ImageConfig::parse(&blob).map_err(|error| fault(&error))?
    } else {
        ImageConfig::default()
    };
    let layers = manifest.layers.iter().map(|layer| Layer {
        digest: layer.digest.to_string(),
        media_type: layer.media_type.clone(),
        size_bytes: layer.size,
    });
    Ok(Image {
        platform: config.platform.as_ref().map(Platform::to_string),
        digest: digest.into(),
        created: config.created.map(|created| created.to_string()),
        size_bytes: manifest.size_bytes(),
        layers: layers.collect(),
        labels: config.labels,
        annotations: manifest.annotations.clone(),
    })
}

fn text(inspection: &Inspection) -> String {
    let mut text = String::new();
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(text, "{key:11} {}", hostile::terminal(value));
    };
    line("reference", &inspection.reference);
    line("digest", &inspection.digest);
    line("media type", &inspection.media_type);
    for child in &inspection.platforms {
        line(
            "platform",
            &format!(
                "{:16} {}  {} bytes",
                child.platform, child.digest, child.size_bytes
            ),
        );
    }
    if inspection.attestations > 0 {
        line("attested", &counted(inspection.attestations, "attestation"));
    }
    for (key, value) in &inspection.annotations {
        line("annotation", &format!("{key}={value}"));
    }
    let Some(image) = &inspection.image else {
        return text;
    };
    line(
        "image",
        &format!(
            "{} {}",
            image.platform.as_deref().unwrap_or("platform unknown"),
            image.digest
        ),
    );
    line("created", image.created.as_deref().unwrap_or("unknown"));
    line(
        "size",
        &format!(
            "{} bytes in {}",
            image.size_bytes,
            counted(image.layers.len(), "layer")
        ),
    );
    for layer in &image.layers {
        line(
            "layer",
            &format!("{}  {} bytes", layer.digest, layer.size_bytes),
        );
    }
    for (key, value) in &image.labels {
        line("label", &format!("{key}={value}"));
    }
    for (key, value) in &image.annotations {
        line("annotation", &format!("{key}={value}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<Inspection>(
            "schema/inspect.schema.json",
            SCHEMA,
            "inspect",
        );
    }
}

use std::collections::BTreeSet;

use super::Workspace;
use super::preview::Preview;
use crate::config::ImageSpec;
use crate::error::Diagnostic;
use crate::image::Tag;
use crate::policy::{Candidates, Strategy, Verdict};
use crate::registry::Client;
use crate::resolve::{Explanation, Options, Resolution, unknown_image};

/// The question why an image has the tag it has, ready to be asked.
#[derive(Clone, Debug)]
pub struct WhyRequest<'w> {
    spec: &'w ImageSpec,
    preview: Preview,
}

/// Why an image has the tag it has.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WhyAnswer {
    /// What the policy says of every tag, the chosen one first; none if the tags could not be listed.
    pub verdicts: Option<Vec<Verdict>>,
    /// What the policy had before it, what failed, and what was observed.
    pub resolution: Resolution,
}

/// Prepares to explain the choice of an image's tag: everything is decided as an update would.
///
/// A lock that cannot be read says nothing of the pin, and is no error.
///
/// # Errors
///
/// [`Code::UnknownImage`](crate::error::Code::UnknownImage) if the config has no such image.
pub fn why<'w>(workspace: &'w Workspace, name: &str) -> Result<WhyRequest<'w>, Vec<Diagnostic>> {
    let images = || workspace.config.images.iter();
    let spec = images().find(|spec| spec.name == name).ok_or_else(|| {
        let known = images().map(|spec| spec.name.as_str());
        vec![unknown_image(name, known)]
    })?;
    let lock = workspace.lock().unwrap_or_default();
    let names: BTreeSet<String> = [spec.name.clone()].into();
    let preview = Preview::plan(workspace, &lock, &names)?;
    Ok(WhyRequest { spec, preview })
}

impl<'w> WhyRequest<'w> {
    /// Returns the image and its policy.
    pub fn spec(&self) -> &'w ImageSpec {
        self.spec
    }

    /// Returns the tag that the image follows, if its policy considers no other; then nothing need be asked.
    pub fn followed_tag(&self) -> Option<&'w Tag> {
        match &self.spec.policy.strategy {
            Strategy::Digest { tag } => Some(tag),
            _ => None,
        }
    }

    /// Returns what the policy says of the tag that the image follows; nothing if it chooses among several.
    pub fn verdicts_without_requests(&self) -> Option<Vec<Verdict>> {
        let tags = std::slice::from_ref(self.followed_tag()?);
        Some(self.spec.policy.evaluate(&Candidates::of(tags)))
    }

    /// Returns the registries that are going to be asked.
    pub fn hosts(&self) -> BTreeSet<&str> {
        self.preview.hosts()
    }

    /// Asks them. The observations in the resolution are for a [`StateFile`](super::StateFile).
    pub async fn run(self, client: &Client, options: &Options) -> WhyAnswer {
        let resolution = self.preview.resolve(client, options).await;
        let explanation = resolution.explanation(&self.spec.name);
        WhyAnswer {
            verdicts: explanation.map(Explanation::verdicts),
            resolution,
        }
    }
}

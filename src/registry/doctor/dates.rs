use std::collections::BTreeMap;

use super::examination::{Examination, SeenAnswers};
use super::quirk::{note, warning};
use super::{Area, Step};
use crate::image::{CREATED, Document, ImageConfig, Manifest, created, media_type};
use crate::registry::request_error::whole;
use crate::registry::target::Target;

/// What an image says of its own date.
enum BuiltDates {
    At(String),
    /// A date that is none, as reproducible builds have.
    Placeholder(String),
    Nothing,
    /// It is no image, or cannot be read.
    Unread,
}

impl Examination<'_> {
    /// Looks for whose word there is on the age of the tag.
    pub(super) async fn dates(&self, seen: &SeenAnswers) -> Step {
        let mut step = Step::new(Area::Dates);
        let by_registry = self.judge_pushes(&mut step, seen).await;
        let by_publisher = if seen.raw.is_some() {
            let built = self.built(seen).await;
            judge_built(&mut step, built.unwrap_or(BuiltDates::Unread))
        } else {
            let why = "not asked: each image that is read counts as a pull";
            step.fact("publisher", why);
            false
        };
        if !by_registry && !by_publisher {
            step.quirks.push(warning(
                "no-dates",
                "nobody says how old its images are: a cooldown counts from when a tag was seen first",
            ));
        } else if !by_registry {
            step.quirks.push(note(
                "publishers-dates",
                "only publishers date its images, and can write any date: a cooldown counts from when a tag was seen first",
            ));
        }
        step
    }

    async fn judge_pushes(&self, step: &mut Step, seen: &SeenAnswers) -> bool {
        if !self.inner.publishes_push_times(self.repository) {
            step.fact("registry", "does not tell when a tag was pushed");
            return false;
        }
        let told = self.inner.look_at_tag(self.repository, &seen.tag);
        let pushed = Box::pin(told).await.and_then(|tag| tag.pushed);
        let says = match pushed {
            Some(pushed) => format!("tells when a tag was pushed: {} at {pushed}", seen.tag),
            None => "does not tell now when the tag was pushed".into(),
        };
        step.fact("registry", says);
        pushed.is_some()
    }

    async fn built(&self, seen: &SeenAnswers) -> Option<BuiltDates> {
        let manifest = self.image_of(seen).await?;
        let own = match seen.raw.as_ref()?.document().ok()? {
            Document::Index(index) => index.annotations,
            Document::Manifest(_) => BTreeMap::new(),
        };
        let noted = noted(&manifest.annotations).or_else(|| noted(&own));
        if !media_type::is_config(&manifest.config.media_type) {
            return noted;
        }
        let blob = self.inner.blob(self.repository, &manifest.config).await;
        let config = ImageConfig::parse(&blob.ok()?).ok()?;
        if let Some(created) = config.created {
            return Some(BuiltDates::At(created.to_string()));
        }
        Some(noted.unwrap_or_else(|| {
            let text = config.created_text;
            text.map_or(BuiltDates::Nothing, BuiltDates::Placeholder)
        }))
    }

    async fn image_of(&self, seen: &SeenAnswers) -> Option<Manifest> {
        let index = match seen.raw.as_ref()?.document().ok()? {
            Document::Manifest(manifest) => return Some(manifest),
            Document::Index(index) => index,
        };
        let flat = self.client.flat_index(self.repository, index).await;
        let index = flat.ok()?.index;
        let child = Target::Digest(index.usual_image()?.digest.clone());
        let raw = self.inner.manifest(self.repository, &child).await.ok()?;
        match raw.document().ok()? {
            Document::Manifest(manifest) => Some(manifest),
            Document::Index(_) => None,
        }
    }
}

/// Returns the date that annotations tell.
fn noted(annotations: &BTreeMap<String, String>) -> Option<BuiltDates> {
    let date = annotations.get(CREATED).and_then(|text| created(text))?;
    Some(BuiltDates::At(date.to_string()))
}

fn judge_built(step: &mut Step, built: BuiltDates) -> bool {
    let (says, is_date) = match built {
        BuiltDates::At(date) => (format!("says that the image was built at {date}"), true),
        BuiltDates::Placeholder(text) => {
            let text = whole(&text);
            (
                format!("writes {text}, which is the date of no build"),
                false,
            )
        }
        BuiltDates::Nothing => ("says nothing".into(), false),
        BuiltDates::Unread => ("has no image config that can be read".into(), false),
    };
    step.fact("publisher", says);
    is_date
}

use super::guards::SomeGuards;
use super::model::Defaults;
use super::options::{Reader, Scope};
use crate::image::Platform;
use crate::policy::{Pattern, Prerelease, Suffix};
use crate::syntax::Node;

/// The options that hold for every image that does not set them itself.
#[derive(Debug, Default)]
pub(super) struct DefaultOptions {
    pub(super) suffix: Option<Suffix>,
    pub(super) allow_tags: Vec<Pattern>,
    pub(super) ignore_tags: Vec<Pattern>,
    pub(super) prerelease: Option<Prerelease>,
    pub(super) platforms: Vec<Platform>,
    pub(super) guards: SomeGuards,
}

impl DefaultOptions {
    /// Reads the table of defaults.
    pub(super) fn read(
        written: &Defaults,
        table: Option<&Node>,
        reader: &mut Reader<'_, '_>,
    ) -> Self {
        let scope = Scope { table, image: None };
        Self {
            suffix: written
                .suffix
                .as_deref()
                .and_then(|text| reader.suffix(scope, text, false)),
            allow_tags: reader.patterns(scope, "allow-tags", written.allow_tags.as_ref()),
            ignore_tags: reader.patterns(scope, "ignore-tags", written.ignore_tags.as_ref()),
            prerelease: written
                .prerelease
                .as_ref()
                .and_then(|choice| reader.prerelease(scope, choice)),
            platforms: reader.platforms(scope, written.platforms.as_ref()),
            guards: reader.guards(scope, &written.into()),
        }
    }
}

use std::path::Path;

use super::dockerfile::Dockerfile;
use super::format::FileFormat;
use super::yaml::Yaml;

/// Every format, the ones with particular names first.
const FORMATS: [&dyn FileFormat; 2] = [&Dockerfile, &Yaml];

/// Returns the format of a file by its name; nothing for files that hold no references.
pub fn format_of(path: &Path) -> Option<&'static dyn FileFormat> {
    FORMATS.into_iter().find(|format| format.may_be(path))
}

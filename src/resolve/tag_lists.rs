use std::collections::BTreeMap;
use std::sync::Arc;

use crate::image::{Repository, Tag};
use crate::registry::RegistryError;

/// The tag lists of a run, by repository.
pub(super) type TagLists = BTreeMap<Repository, Result<Arc<[Tag]>, RegistryError>>;

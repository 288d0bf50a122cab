use crate::image::Repository;
use crate::registry::target::Target;

/// What a request was for.
#[derive(Clone, Debug)]
pub(in crate::registry) struct Context {
    /// The registry as configs name it; empty if none was asked.
    pub(in crate::registry) registry: Box<str>,
    /// The repository, if it is about one.
    pub(in crate::registry) repository: Option<Repository>,
    /// What is done, to be followed by the object: `list the tags of`.
    pub(in crate::registry) operation: &'static str,
    /// What it is done to: `library/nginx:1.27`.
    pub(in crate::registry) object: String,
    /// The tag or digest in it.
    pub(in crate::registry) target: Option<Target>,
}

impl Context {
    /// Creates one of something that is the registry's own.
    pub(in crate::registry) fn of_registry(
        registry: &str,
        operation: &'static str,
        object: &str,
    ) -> Self {
        Self {
            registry: registry.into(),
            repository: None,
            operation,
            object: object.into(),
            target: None,
        }
    }

    /// Creates one of a repository as a whole.
    pub(in crate::registry) fn of_repository(
        repository: &Repository,
        operation: &'static str,
    ) -> Self {
        Self {
            repository: Some(repository.clone()),
            ..Self::of_registry(repository.registry(), operation, repository.path())
        }
    }
}

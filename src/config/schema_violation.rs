/// One way in which the config does not have the shape that the schema asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SchemaViolation {
    pub(super) path: Vec<String>,
    pub(super) problem: SchemaProblem,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SchemaProblem {
    UnknownKey(String),
    MissingKey(String),
    WrongType(Vec<&'static str>),
    OutOfRange(String),
    /// A rule that the second pass knows better words for.
    Deferred(String),
}

//! The repositories of a registry: the JSON contract `imagelock.catalog/v1`.

use serde::Serialize;

use crate::image::Repository;

/// The JSON schema of a catalog.
pub const SCHEMA: &str = include_str!("../../schema/catalog.schema.json");

/// The repositories of a registry: the JSON contract `imagelock.catalog/v1`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Catalog"))]
pub struct CatalogDocument<'c> {
    /// The contract this document follows.
    pub schema: &'static str,
    /// The registry.
    pub registry: &'c str,
    /// The number of repositories in the registry, shown or not.
    pub count: usize,
    /// The shown repositories, with their registry, in its order.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub repositories: &'c [Repository],
}

impl<'c> CatalogDocument<'c> {
    /// Makes the document of the repositories that are shown, out of `count`.
    pub fn new(registry: &'c str, count: usize, shown: &'c [Repository]) -> Self {
        Self {
            schema: "imagelock.catalog/v1",
            registry,
            count,
            repositories: shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<CatalogDocument<'static>>(
            "schema/catalog.schema.json",
            SCHEMA,
            "catalog",
        );
    }
}

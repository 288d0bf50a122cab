/// Makes modules that are a page each.
///
/// The pages name each other by their files. For rustdoc the modules go before: of two definitions
/// of a link the first counts.
macro_rules! pages {
    ($($name:ident = $file:literal;)*) => {
        $(
            #[doc = "[alphabetical]: super::alphabetical"]
            #[doc = "[calver]: super::calver"]
            #[doc = "[clouds]: super::clouds"]
            #[doc = "[credentials]: super::credentials"]
            #[doc = "[differences]: super::differences"]
            #[doc = "[digest]: super::digest"]
            #[doc = "[figures]: super::figures"]
            #[doc = "[filters]: super::filters"]
            #[doc = "[importing]: super::importing"]
            #[doc = "[inspecting]: super::inspecting"]
            #[doc = "[kubernetes]: super::kubernetes"]
            #[doc = "[mirrors-and-proxies]: super::mirrors_and_proxies"]
            #[doc = "[moving]: super::moving"]
            #[doc = "[newest-build]: super::newest_build"]
            #[doc = "[numerical]: super::numerical"]
            #[doc = "[registries]: super::registries"]
            #[doc = "[semver]: super::semver"]
            #[doc = "[shards]: super::shards"]
            #[doc = "[well-known-images]: super::well_known_images"]
            #[doc = "[what-is-sent]: super::what_is_sent"]
            #[doc = ""]
            #[doc = include_str!($file)]
            pub mod $name {}
        )*
    };
}

pages! {
    alphabetical = "alphabetical.md";
    calver = "calver.md";
    clouds = "clouds.md";
    credentials = "credentials.md";
    differences = "differences.md";
    digest = "digest.md";
    figures = "figures.md";
    filters = "filters.md";
    importing = "importing.md";
    inspecting = "inspecting.md";
    kubernetes = "kubernetes.md";
    mirrors_and_proxies = "mirrors-and-proxies.md";
    moving = "moving.md";
    newest_build = "newest-build.md";
    numerical = "numerical.md";
    semver = "semver.md";
    shards = "shards.md";
    well_known_images = "well-known-images.md";
    what_is_sent = "what-is-sent.md";
}

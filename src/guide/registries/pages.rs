/// Makes modules that are a page each, as the guide's other pages are.
macro_rules! pages {
    ($($name:ident = $file:literal;)*) => {
        $(
            #[doc = "[clouds]: super::super::clouds"]
            #[doc = "[distribution]: super::distribution"]
            #[doc = "[mirrors-and-proxies]: super::super::mirrors_and_proxies"]
            #[doc = "[moving]: super::super::moving"]
            #[doc = "[registries]: super"]
            #[doc = ""]
            #[doc = include_str!($file)]
            pub mod $name {}
        )*
    };
}

pages! {
    amazon_ecr = "amazon-ecr.md";
    artifactory = "artifactory.md";
    azure_acr = "azure-acr.md";
    distribution = "distribution.md";
    docker_hub = "docker-hub.md";
    ghcr = "ghcr.md";
    gitea_forgejo = "gitea-forgejo.md";
    gitlab = "gitlab.md";
    google = "google.md";
    harbor = "harbor.md";
    nexus = "nexus.md";
    quay = "quay.md";
    registry_k8s_io = "registry-k8s-io.md";
    zot = "zot.md";
}

//! [amazon-ecr]: self::amazon_ecr
//! [artifactory]: self::artifactory
//! [azure-acr]: self::azure_acr
//! [credentials]: super::credentials
//! [distribution]: self::distribution
//! [docker-hub]: self::docker_hub
//! [ghcr]: self::ghcr
//! [gitea-forgejo]: self::gitea_forgejo
//! [gitlab]: self::gitlab
//! [google]: self::google
//! [harbor]: self::harbor
//! [moving]: super::moving
//! [nexus]: self::nexus
//! [quay]: self::quay
//! [registry-k8s-io]: self::registry_k8s_io
//! [zot]: self::zot
#![doc = ""]
#![doc = include_str!("index.md")]

mod pages;

pub use pages::{
    amazon_ecr, artifactory, azure_acr, distribution, docker_hub, ghcr, gitea_forgejo, gitlab,
    google, harbor, nexus, quay, registry_k8s_io, zot,
};

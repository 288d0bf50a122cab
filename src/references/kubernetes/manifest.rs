use std::path::Path;

/// Tells by its name whether a file may hold Kubernetes objects: `.yaml`, `.yml`, `.json`.
pub fn may_be_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
}

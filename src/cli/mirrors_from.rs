use std::path::PathBuf;

/// Files of another tool that say where mirrors are: `containers`, `containerd=certs.d`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorsFrom {
    /// Whose files.
    pub kind: MirrorsKind,
    /// Where they are; without it, where that tool has them.
    pub path: Option<PathBuf>,
}

/// Whose files say where mirrors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MirrorsKind {
    /// Nobody's: what a variable says that is empty.
    None,
    /// `registries.conf` of Podman, Buildah, Skopeo and CRI-O.
    Containers,
    /// `hosts.toml` of containerd.
    Containerd,
    /// `daemon.json` of Docker.
    Docker,
}

impl MirrorsFrom {
    /// Reads `KIND` or `KIND=PATH`, or nothing; the error says what to write.
    pub(in crate::cli) fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            let kind = MirrorsKind::None;
            return Ok(Self { kind, path: None });
        }
        let (kind, path) = match text.split_once('=') {
            Some((kind, path)) => (kind, Some(path)),
            None => (text, None),
        };
        if path == Some("") {
            return Err("there is no path after `=`".into());
        }
        let kind = match kind.trim() {
            "containers" => MirrorsKind::Containers,
            "containerd" => MirrorsKind::Containerd,
            "docker" => MirrorsKind::Docker,
            _ => return Err("write `containers`, `containerd` or `docker`, and `=PATH` if it is not where that tool has it".into()),
        };
        let path = path.map(PathBuf::from);
        Ok(Self { kind, path })
    }
}

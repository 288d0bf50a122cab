use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::cli::context::{CommandError, Context};
use crate::cli::environment::XDG_CONFIG_HOME;
use crate::cli::files::read_small;
use crate::cli::mirrors_from::{MirrorsFrom, MirrorsKind};
use crate::error::{Code, Diagnostic};
use crate::file::check_inside;
use crate::mirrors::{MirrorConfig, PrefixRule, containerd, containers, docker};

/// What was read, with paths that hold wherever the program runs.
pub(super) struct MirrorFiles {
    pub(super) found: MirrorConfig,
    /// The file or folder, in words for people.
    pub(super) name: String,
}

impl Context<'_> {
    /// Reads the files of one tool: those that are named, or those that the tool itself would read.
    pub(super) fn mirror_files(&self, choice: &MirrorsFrom) -> Result<MirrorFiles, CommandError> {
        let named = choice.path.as_ref().map(|path| self.folder().join(path));
        let (found, usual) = match choice.kind {
            MirrorsKind::None => (MirrorConfig::default(), "nothing"),
            MirrorsKind::Containers => (self.containers(named.as_deref())?, "registries.conf"),
            MirrorsKind::Containerd => (containerd_hosts(named.as_deref())?, "hosts.toml"),
            MirrorsKind::Docker => (self.docker(named.as_deref())?, "daemon.json"),
        };
        let name = named.map_or_else(|| usual.into(), |path| path.display().to_string());
        Ok(MirrorFiles { found, name })
    }

    /// Reads `registries.conf` and what is in the folders beside it (containers-registries.conf(5) and
    /// containers-registries.conf.d(5)): a user's own file takes the place of the system's with its folder.
    fn containers(&self, named: Option<&Path>) -> Result<MirrorConfig, CommandError> {
        let system = PathBuf::from("/etc/containers/registries.conf");
        let own = self.of_user("containers/registries.conf");
        let beside = |file: &Path| file.with_extension("conf.d");
        let (file, folders) = match (named, own) {
            (Some(named), _) => (named.to_path_buf(), vec![beside(named)]),
            (None, Some(own)) if own.exists() => {
                let folder = beside(&own);
                (own, vec![folder])
            }
            (None, own) => {
                let folders = [Some(beside(&system)), own.as_deref().map(beside)];
                (system, folders.into_iter().flatten().collect())
            }
        };
        let mut texts = Vec::new();
        texts.extend(text(&file, named.is_some(), named.is_some())?);
        for folder in folders {
            for file in entries(&folder, false)? {
                let is_config = file
                    .extension()
                    .is_some_and(|extension| extension == "conf");
                if is_config {
                    texts.extend(text(&file, true, named.is_some())?);
                }
            }
        }
        if texts.is_empty() {
            return Ok(nothing("registries.conf", &file));
        }
        let texts = texts.iter().map(|(name, text)| (&**name, &**text));
        Ok(containers::read(texts)?)
    }

    fn docker(&self, named: Option<&Path>) -> Result<MirrorConfig, CommandError> {
        let files = match named {
            Some(named) => vec![named.to_path_buf()],
            None => [
                Some("/etc/docker/daemon.json".into()),
                self.of_user("docker/daemon.json"),
            ]
            .into_iter()
            .flatten()
            .collect(),
        };
        for file in &files {
            if let Some((name, text)) = text(file, named.is_some(), named.is_some())? {
                return Ok(docker::read(&name, &text)?);
            }
        }
        let first = files.first().map_or(Path::new("."), PathBuf::as_path);
        Ok(nothing("daemon.json", first))
    }

    /// Returns a file in the folder of the user's settings.
    fn of_user(&self, file: &str) -> Option<PathBuf> {
        let environment = self.environment;
        let folder = environment
            .path(XDG_CONFIG_HOME)
            .or_else(|| environment.home().map(|home| home.join(".config")))?;
        Some(folder.join(file))
    }
}

/// Reads the folders in a folder, one for each registry.
///
/// A file that cannot be read stops its own registry, and no other.
fn containerd_hosts(named: Option<&Path>) -> Result<MirrorConfig, CommandError> {
    let folder = named.unwrap_or(Path::new("/etc/containerd/certs.d"));
    let name_of = |path: &PathBuf| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let mut own: Vec<_> = entries(folder, named.is_some())?;
    // Of two folders for one registry containerd takes the one with the encoded port.
    own.sort_by_key(|own| !containerd::is_encoded(&name_of(own)));
    let mut found = MirrorConfig::default();
    for own in own.iter().filter(|own| own.is_dir()) {
        let name = name_of(own);
        let one = host(own, &name, named.is_some())
            .unwrap_or_else(|problem| containerd::unreadable(&name, problem));
        // The whole folder of a registry counts, or nothing of it.
        let is_first = |rule: &PrefixRule| !found.has_rule(&rule.beginning);
        if one.rules.first().is_none_or(is_first) {
            found.add(one);
        }
    }
    if found == MirrorConfig::default() {
        return Ok(nothing("hosts.toml", folder));
    }
    Ok(found)
}

/// Reads the folder of one registry.
fn host(own: &Path, name: &str, is_named: bool) -> Result<MirrorConfig, Diagnostic> {
    let mut found = match text(&own.join("hosts.toml"), false, is_named)? {
        Some((file, text)) if !text.is_empty() => containerd::read(name, &file, &text)?,
        _ => {
            let names = entries(own, true)?.into_iter().filter_map(|path| {
                let name = path.file_name()?.to_str()?;
                Some(name.to_owned())
            });
            containerd::certificates(name, &names.collect::<Vec<_>>())
        }
    };
    for host in &mut found.hosts {
        // Paths start from the file's own folder.
        let from_here = |path: &mut String| {
            *path = own.join(&*path).to_string_lossy().into_owned();
        };
        let access = &mut host.access;
        access.authorities.iter_mut().for_each(from_here);
        if let Some((certificate, key)) = &mut access.identity {
            from_here(certificate);
            from_here(key);
        }
    }
    Ok(found)
}

/// Returns what is in a folder, sorted by name.
fn entries(folder: &Path, must_be: bool) -> Result<Vec<PathBuf>, Diagnostic> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound && !must_be => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, &error.to_string())),
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(
            entry
                .map_err(|error| unreadable(folder, &error.to_string()))?
                .path(),
        );
    }
    paths.sort();
    Ok(paths)
}

/// Reads a file, with its name for messages; none if it is not there and need not be.
///
/// What the user named may be files of the repository, where a link may be anybody's.
fn text(
    file: &Path,
    must_be: bool,
    is_named: bool,
) -> Result<Option<(String, String)>, Diagnostic> {
    let place = if is_named { check_inside(file) } else { Ok(()) };
    let bytes = match place.and_then(|()| read_small(file)) {
        Ok(bytes) => bytes,
        Err(error) if is_absent(&error) && !must_be => return Ok(None),
        Err(error) => return Err(unreadable(file, &error.to_string())),
    };
    match decoded(&bytes) {
        Some(text) => Ok(Some((file.display().to_string(), text))),
        None => Err(unreadable(file, "it is not UTF-8 text")),
    }
}

/// Reads UTF-8, or UTF-16 with a byte order mark, which Docker takes as well.
fn decoded(bytes: &[u8]) -> Option<String> {
    let pairs = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16(&units).ok()
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => pairs(u16::from_le_bytes),
        [0xfe, 0xff, ..] => pairs(u16::from_be_bytes),
        _ => str::from_utf8(bytes).ok().map(str::to_owned),
    };
    // The lines of what is no text are nobody's to see.
    text.filter(|text| !text.contains('\0'))
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn unreadable(path: &Path, reason: &str) -> Diagnostic {
    let message = format!("cannot read {}: {reason}", path.display());
    Diagnostic::new(Code::Io, message).help(
        "`--mirrors-from KIND=PATH` names the place; leave it out if this machine has no mirrors",
    )
}

/// Tells that no file is there, which is fine on a machine without mirrors.
fn nothing(what: &str, place: &Path) -> MirrorConfig {
    let message = format!(
        "there is no {what} at {}, so it names no mirrors",
        place.display()
    );
    let notice = Diagnostic::new(Code::MirrorSetting, message);
    MirrorConfig {
        notices: vec![notice],
        ..MirrorConfig::default()
    }
}

//! A real registry: `docker-registry` (CNCF distribution), on a free port with a temporary folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
#[cfg(feature = "clouds")]
use std::process::Command;
use std::sync::Mutex;

#[cfg(feature = "clouds")]
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use imagelock::embedded::{BuiltImage, StoredManifest, TestImage};
use imagelock::image::Digest;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Client, Response, Url};
use tempfile::TempDir;

use super::programs::installed;
#[cfg(feature = "clouds")]
use super::programs::runs;
use super::service::Service;

const PROGRAM: &str = "docker-registry";

/// A running `docker-registry`; it ends when this is dropped.
pub(crate) struct Distribution {
    address: String,
    client: Client,
    pushed: Mutex<BTreeSet<(String, Digest)>>,
    _service: Service,
    _folder: TempDir,
}

/// Who may do what.
enum Access<'a> {
    Open,
    #[cfg(feature = "clouds")]
    User {
        user: &'a str,
        password: &'a str,
    },
    Tokens {
        realm: &'a str,
        certificate: &'a str,
        token: String,
    },
}

impl Access<'_> {
    /// Returns the registry's settings, with the files that they name.
    fn settings(&self, folder: &Path) -> String {
        match self {
            Self::Open => String::new(),
            #[cfg(feature = "clouds")]
            Self::User { user, password } => {
                let hash = Command::new("htpasswd")
                    .args(["-nbB", user, password])
                    .output();
                let users = folder.join("htpasswd");
                fs::write(&users, hash.expect("a hash").stdout).expect("a written file");
                let users = users.display();
                format!("auth: {{htpasswd: {{realm: tests, path: '{users}'}}}}\n")
            }
            Self::Tokens {
                realm, certificate, ..
            } => {
                let file = folder.join("token.pem");
                fs::write(&file, certificate).expect("a written file");
                let file = file.display();
                format!(
                    "auth: {{token: {{realm: '{realm}', service: tests, issuer: tests, rootcertbundle: '{file}'}}}}\n"
                )
            }
        }
    }

    /// Returns what the registry's own pushes have in `Authorization`.
    fn header(&self) -> Option<String> {
        match self {
            Self::Open => None,
            #[cfg(feature = "clouds")]
            Self::User { user, password } => {
                let login = STANDARD.encode(format!("{user}:{password}"));
                Some(format!("Basic {login}"))
            }
            Self::Tokens { token, .. } => Some(format!("Bearer {token}")),
        }
    }
}

/// Says whether the registry is installed; on Linux, where `CI` is set, it must be.
pub(crate) fn available() -> bool {
    installed(PROGRAM)
}

impl Distribution {
    /// Starts a registry, or returns nothing where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        available().then(|| Self::launch(&Access::Open))
    }

    /// Starts a registry that takes the tokens that this certificate (PEM) vouches for, and sends for others
    /// to the realm; it pushes with a token of its own.
    pub(crate) fn start_for_tokens(realm: &str, certificate: &str, token: String) -> Option<Self> {
        let access = Access::Tokens {
            realm,
            certificate,
            token,
        };
        available().then(|| Self::launch(&access))
    }

    /// Starts a registry for one user, by Basic; `htpasswd` must be installed as well.
    #[cfg(feature = "clouds")]
    pub(crate) fn start_with(user: &str, password: &str) -> Option<Self> {
        let able = available() && runs("htpasswd", &["-nbB", "user", "password"]);
        able.then(|| Self::launch(&Access::User { user, password }))
    }

    fn launch(access: &Access<'_>) -> Self {
        let folder = temporary_folder();
        let storage = folder.path().join("storage");
        let storage = storage.display();
        let auth = access.settings(folder.path());
        let config = format!(
            "version: 0.1\n\
             log: {{level: info, accesslog: {{disabled: true}}}}\n\
             storage:\n  filesystem: {{rootdirectory: '{storage}'}}\n  delete: {{enabled: true}}\n\
             http:\n  addr: '127.0.0.1:0'\n  secret: tests\n  headers: {{X-Content-Type-Options: [nosniff]}}\n{auth}"
        );
        let file = folder.path().join("config.yml");
        fs::write(&file, config).expect("a written config");
        let mut command = Service::command(PROGRAM);
        command.arg("serve").arg(&file);
        let service = Service::start(command.env("OTEL_TRACES_EXPORTER", "none"));
        let line = service.wait_for("listening on ");
        let line = line.unwrap_or_else(|seen| panic!("{PROGRAM} does not listen:\n{seen}"));
        Self {
            address: address_in(&line),
            client: client_of(access.header()),
            pushed: Mutex::default(),
            _service: service,
            _folder: folder,
        }
    }

    /// Returns host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Returns the URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Pushes an image under a tag through the HTTP API and returns its digest.
    ///
    /// Blobs that this repository was given before are not sent again.
    pub(crate) async fn push(&self, repository: &str, tag: &str, image: &TestImage) -> Digest {
        let mut built = image.build();
        built.blobs.retain(|blob| {
            let key = (repository.to_owned(), Digest::sha256_of(blob));
            !self.pushed.lock().expect("no panic").contains(&key)
        });
        push_built(&self.client, &self.url(""), repository, tag, &built)
            .await
            .unwrap_or_else(|error| panic!("push of {repository}:{tag}: {error:?}"));
        let sent = built.blobs.iter().map(|blob| Digest::sha256_of(blob));
        let sent = sent.map(|digest| (repository.to_owned(), digest));
        self.pushed.lock().expect("no panic").extend(sent);
        built.digest
    }

    /// Pushes the parts of an image under a tag.
    #[cfg(feature = "cli")]
    pub(crate) async fn push_parts(&self, repository: &str, tag: &str, built: &BuiltImage) {
        push_built(&self.client, &self.url(""), repository, tag, built)
            .await
            .unwrap_or_else(|error| panic!("push of {repository}:{tag}: {error:?}"));
    }

    /// Deletes a manifest, and with it the tags that name it.
    #[cfg(feature = "cli")]
    pub(crate) async fn delete(&self, repository: &str, digest: &Digest) {
        let url = self.url(&format!("/v2/{repository}/manifests/{digest}"));
        let answer = self.client.delete(url).send().await.expect("an answer");
        assert_eq!(answer.status(), 202, "{answer:?}");
    }

    /// Pushes many images `(repository, tag, image)`; the digests come in the same order.
    ///
    /// Repositories are filled at the same time, each of them in order: while this registry writes a
    /// blob that the repository already has, it may refuse manifests with that blob.
    pub(crate) async fn push_all(&self, images: &[(String, String, TestImage)]) -> Vec<Digest> {
        let mut repositories = BTreeMap::<&str, Vec<usize>>::new();
        for (index, (repository, _, _)) in images.iter().enumerate() {
            repositories.entry(repository).or_default().push(index);
        }
        let fill = |indices: Vec<usize>| async move {
            let mut digests = Vec::with_capacity(indices.len());
            for index in indices {
                let (repository, tag, image) = &images[index];
                digests.push((index, self.push(repository, tag, image).await));
            }
            digests
        };
        let filled = stream::iter(repositories.into_values().map(fill)).buffer_unordered(16);
        let mut digests: Vec<_> = filled.collect::<Vec<_>>().await.concat();
        digests.sort_by_key(|(index, _)| *index);
        digests.into_iter().map(|(_, digest)| digest).collect()
    }
}

/// Returns a client that keeps to loopback: no proxy, no redirects.
pub(crate) fn client() -> Client {
    client_of(None)
}

fn client_of(authorization: Option<String>) -> Client {
    let mut headers = HeaderMap::new();
    if let Some(value) = authorization {
        headers.insert(AUTHORIZATION, value.parse().expect("a header"));
    }
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .default_headers(headers)
        .build()
        .expect("a client")
}

/// Pushes an image to a registry at `origin`, blobs first, the tagged manifest last.
pub(crate) async fn push_image(
    client: &Client,
    origin: &str,
    repository: &str,
    tag: &str,
    image: &TestImage,
) -> Result<Digest, reqwest::Error> {
    let built = image.build();
    push_built(client, origin, repository, tag, &built).await?;
    Ok(built.digest)
}

async fn push_built(
    client: &Client,
    origin: &str,
    repository: &str,
    tag: &str,
    built: &BuiltImage,
) -> Result<(), reqwest::Error> {
    let blobs = built.blobs.iter().map(|blob| async move {
        let uploads = format!("{origin}/v2/{repository}/blobs/uploads/");
        let begun = client.post(uploads).send().await?.error_for_status()?;
        let mut place = location(&begun);
        place
            .query_pairs_mut()
            .append_pair("digest", Digest::sha256_of(blob).as_str());
        let put = client.put(place).body(blob.clone()).send().await?;
        put.error_for_status().map(drop)
    });
    stream::iter(blobs)
        .buffer_unordered(4)
        .try_collect::<()>()
        .await?;
    let (top, children) = built.manifests.split_last().expect("at least one manifest");
    for manifest in children {
        let name = manifest.digest.as_str();
        put_manifest(client, origin, repository, name, manifest).await?;
    }
    put_manifest(client, origin, repository, tag, top).await
}

async fn put_manifest(
    client: &Client,
    origin: &str,
    repository: &str,
    name: &str,
    manifest: &StoredManifest,
) -> Result<(), reqwest::Error> {
    client
        .put(format!("{origin}/v2/{repository}/manifests/{name}"))
        .header(CONTENT_TYPE, &manifest.media_type)
        .body(manifest.bytes.clone())
        .send()
        .await?
        .error_for_status()
        .map(drop)
}

/// Makes a folder in memory where there is one: the registry syncs every file that it writes.
fn temporary_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a temporary folder")
}

fn location(response: &Response) -> Url {
    let header = response.headers().get(LOCATION).expect("a location");
    let header = header.to_str().expect("a location in ASCII");
    response.url().join(header).expect("a location")
}

/// Returns host and port from the line that names them.
fn address_in(line: &str) -> String {
    let (_, rest) = line.split_once("listening on ").expect("an address");
    let end = rest.find(|c: char| c != '.' && c != ':' && !c.is_ascii_digit());
    rest[..end.unwrap_or(rest.len())].to_owned()
}

#[tokio::test]
async fn a_pushed_image_is_there_under_the_same_digest() {
    let Some(registry) = Distribution::start() else {
        return;
    };
    let images: Vec<_> = ["1.0.0", "1.0.1"]
        .map(|version| {
            let image = TestImage::new(version)
                .layer("base")
                .platforms(["linux/amd64", "linux/arm64/v8"])
                .attestations("build 1");
            ("team/app".to_owned(), version.to_owned(), image)
        })
        .into();
    let digests = registry.push_all(&images).await;
    assert_eq!(digests[1], images[1].2.build().digest);
    let answer = client()
        .head(registry.url("/v2/team/app/manifests/1.0.1"))
        .header("accept", imagelock::image::media_type::ACCEPT)
        .send()
        .await
        .unwrap();
    let header = &answer.headers()["docker-content-digest"];
    assert_eq!(header.to_str().unwrap(), digests[1].as_str());
    let other = TestImage::new("x").docker().platforms(["linux/amd64"]);
    let digest = registry.push("team/other", "1", &other).await;
    assert_ne!(digest, digests[0]);
    assert!(registry.address().starts_with("127.0.0.1:"));
}

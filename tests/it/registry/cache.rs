//! What one client read, the next one does not ask for.

use std::fs;
use std::path::{Path, PathBuf};

use imagelock::embedded::{Behaviour, Operation};
use imagelock::error::Code;
use imagelock::image::{Descriptor, Digest, Document, RawManifest, media_type};
use imagelock::registry::ContentCache;
use tempfile::TempDir;

use super::*;

struct World {
    registry: Registry,
    folder: TempDir,
    index: Digest,
}

impl World {
    async fn new() -> Self {
        let registry = registry().await;
        let image = TestImage::new("app").platforms(["linux/amd64", "linux/arm64"]);
        let index = registry.store().publish("team/app", "1", &image);
        Self {
            registry,
            folder: tempfile::tempdir().unwrap(),
            index,
        }
    }

    fn builder(&self) -> ClientBuilder {
        builder().cache(ContentCache::new(self.folder.path()))
    }

    /// Reads index, manifest and config with a new client, from the tag on or from the digest on.
    async fn read(&self, target: &Target) -> (RawManifest, RawManifest, bytes::Bytes) {
        self.registry.forget_requests();
        self.read_with(&self.builder().build().unwrap(), target)
            .await
    }

    async fn read_with(
        &self,
        client: &Client,
        target: &Target,
    ) -> (RawManifest, RawManifest, bytes::Bytes) {
        let app = app(&self.registry);
        let raw = client.manifest(&app, target).await.unwrap();
        let Ok(Document::Index(index)) = raw.document() else {
            panic!("no index")
        };
        let child = index.descriptors[0].digest.clone().into();
        let manifest = client.manifest(&app, &child).await.unwrap();
        let config = client.blob(&app, &config(&manifest)).await.unwrap();
        (raw, manifest, config)
    }

    fn by_digest(&self) -> Target {
        self.index.clone().into()
    }

    fn operations(&self) -> Vec<Operation> {
        let requests = self.registry.requests().into_iter();
        requests.map(|request| request.operation).collect()
    }

    /// Returns the files of the content, without the mark.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        collect(&self.folder.path().join("content/sha256"), &mut files);
        files
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn config(manifest: &RawManifest) -> Descriptor {
    match manifest.document() {
        Ok(Document::Manifest(manifest)) => manifest.config,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_second_client_asks_for_nothing_by_digest() {
    use Operation::{BlobGet, ManifestGet};

    let world = World::new().await;
    let first = world.read(&tag("1")).await;
    assert_eq!(world.operations(), [ManifestGet, ManifestGet, BlobGet]);
    assert_eq!(world.files().len(), 3);
    assert_eq!(world.read(&world.by_digest()).await, first);
    assert_eq!(world.operations(), []);
    // What a tag names is asked for in every run.
    assert_eq!(world.read(&tag("1")).await, first);
    assert_eq!(world.operations(), [ManifestGet]);
}

#[tokio::test]
async fn what_is_kept_can_be_read_without_the_network() {
    let world = World::new().await;
    let first = world.read(&tag("1")).await;
    world.registry.forget_requests();
    let offline = world.builder().offline(true).build().unwrap();
    assert_eq!(world.read_with(&offline, &world.by_digest()).await, first);
    let error = offline.manifest(&app(&world.registry), &tag("1")).await;
    assert_eq!(error.unwrap_err().code(), Code::Offline);
    let missing = Digest::sha256_of(b"missing").into();
    let error = offline.manifest(&app(&world.registry), &missing).await;
    assert_eq!(error.unwrap_err().code(), Code::Offline);
    assert_eq!(world.operations(), []);
}

#[tokio::test]
async fn whether_a_digest_is_still_there_only_the_registry_says() {
    let world = World::new().await;
    world.read(&tag("1")).await;
    world
        .registry
        .store()
        .remove_manifest("team/app", &world.index);
    let client = world.builder().build().unwrap();
    let app = app(&world.registry);
    client.manifest(&app, &world.by_digest()).await.unwrap();
    for behaviour in [
        Behaviour::on(Operation::ManifestHead).status(404),
        Behaviour::on(Operation::ManifestHead).status(405),
    ] {
        world.registry.behave_well();
        world.registry.behave(behaviour);
        let client = world.builder().build().unwrap();
        client.manifest(&app, &world.by_digest()).await.unwrap();
        let error = client.head(&app, &world.by_digest()).await.unwrap_err();
        assert_eq!(error.code(), Code::ManifestNotFound);
    }
}

#[tokio::test]
async fn damaged_files_are_asked_for_again() {
    let world = World::new().await;
    let first = world.read(&tag("1")).await;
    for damage in ["", "{", "{\"schemaVersion\":2,\"manifests\":[]}"] {
        let files = world.files();
        assert_eq!(files.len(), 3);
        for file in &files {
            fs::write(file, damage).unwrap();
        }
        assert_eq!(world.read(&world.by_digest()).await, first, "{damage}");
        assert_eq!(world.operations().len(), 3, "{damage}");
        // And now they are as good as before.
        assert_eq!(world.read(&world.by_digest()).await, first, "{damage}");
        assert_eq!(world.operations(), [], "{damage}");
    }
}

#[tokio::test]
async fn a_cache_that_cannot_be_written_costs_nothing_but_requests() {
    let world = World::new().await;
    // A file where the folder would be: nobody can write there, whoever runs the test.
    fs::write(world.folder.path().join("content"), "in the way").unwrap();
    let recorder = Recorder::default();
    let builder = world.builder().observer(Arc::new(recorder.clone()));
    let client = builder.build().unwrap();
    world.read_with(&client, &tag("1")).await;
    let told = recorder.events().into_iter();
    let told = told.filter(|event| matches!(event, Event::CacheFailed { .. }));
    assert_eq!(told.count(), 1, "once is enough");
    world.read(&world.by_digest()).await;
    assert_eq!(world.operations().len(), 3);
}

#[tokio::test]
async fn two_clients_fill_it_at_once() {
    let world = World::new().await;
    let (first, second) = (
        world.builder().build().unwrap(),
        world.builder().build().unwrap(),
    );
    let target = tag("1");
    let both = tokio::join!(
        world.read_with(&first, &target),
        world.read_with(&second, &target)
    );
    assert_eq!(both.0, both.1);
    assert_eq!(world.read(&world.by_digest()).await, both.0);
    assert_eq!(world.operations(), []);
    assert_eq!(world.files().len(), 3);
}

#[tokio::test]
async fn one_registry_does_not_decide_how_the_bytes_of_another_are_read() {
    let world = World::new().await;
    let lie = Behaviour::on(Operation::ManifestGet)
        .header("content-type", media_type::DOCKER_MANIFEST)
        .times(1);
    world.registry.behave(lie);
    let client = world.builder().build().unwrap();
    let app = app(&world.registry);
    let raw = client.manifest(&app, &tag("1")).await.unwrap();
    assert!(raw.document().is_err());
    let (raw, ..) = world.read(&world.by_digest()).await;
    assert_eq!(raw.media_type, media_type::OCI_INDEX);
    assert_eq!(world.operations().len(), 3, "the lie was not kept");
}

#[tokio::test]
async fn a_kept_blob_must_have_the_size_that_its_descriptor_says() {
    let world = World::new().await;
    let (_, manifest, _) = world.read(&tag("1")).await;
    let mut longer = config(&manifest);
    longer.size += 1;
    let client = world.builder().build().unwrap();
    let error = client.blob(&app(&world.registry), &longer).await;
    assert_eq!(error.unwrap_err().code(), Code::RegistryInvalid);
}

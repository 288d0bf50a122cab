"""Fills the storage of a docker-registry (CNCF distribution, filesystem driver) without pushing, and says what is right.

Each repository has 100 tags: versions, prereleases, dates, variants, moving names and commits. Every tag
names an index of its own, of two platforms with an attestation each.
"""

import datetime
import hashlib
import json
import os
import pathlib

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
PLATFORMS = ("amd64", "arm64")
# What a finished folder is marked with; changed with the content.
FORM = "4"


class Storage:
    """The folder of a registry."""

    def __init__(self, root):
        self.root = pathlib.Path(root) / "docker/registry/v2"
        self.known = set()

    def blob(self, content):
        """Stores bytes; returns their digest."""
        name = hashlib.sha256(content).hexdigest()
        if name not in self.known:
            self.known.add(name)
            folder = self.root / "blobs/sha256" / name[:2] / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "data").write_bytes(content)
        return "sha256:" + name

    def link(self, repository, place, digest):
        folder = self.root / "repositories" / repository / place
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "link").write_text(digest)

    def layer(self, repository, media_type, content):
        """Stores a blob of a repository; returns its descriptor."""
        digest = self.blob(content)
        self.link(repository, "_layers/sha256/" + digest[7:], digest)
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def manifest(self, repository, document):
        """Stores a manifest or an index; returns its descriptor."""
        content = json.dumps(document, separators=(",", ":")).encode()
        digest = self.blob(content)
        self.link(repository, "_manifests/revisions/sha256/" + digest[7:], digest)
        return {"mediaType": document["mediaType"], "digest": digest, "size": len(content)}

    def tag(self, repository, tag, digest):
        self.link(repository, f"_manifests/tags/{tag}/current", digest)

    def alias(self, repository, target):
        """Gives a repository a second name."""
        place = self.root / "repositories" / repository
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.path.relpath(target, pathlib.PurePath(repository).parent))


def images(storage, repository, created):
    """Stores the images of an index; returns their descriptors."""
    children = []
    for architecture in PLATFORMS:
        layer = storage.layer(repository, LAYER, f"{repository} {architecture}".encode())
        config = {
            "created": created,
            "architecture": architecture,
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
        }
        config = storage.layer(repository, CONFIG, json.dumps(config).encode())
        image = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]}
        image = storage.manifest(repository, image)
        statement = storage.layer(repository, "application/vnd.in-toto+json", b"{}")
        nothing = storage.layer(repository, CONFIG, b'{"architecture":"unknown","os":"unknown"}')
        attestation = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": nothing,
            "layers": [statement],
            "annotations": {"of": image["digest"]},
        }
        attestation = storage.manifest(repository, attestation)
        attestation["annotations"] = {
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": image["digest"],
        }
        image["platform"] = {"os": "linux", "architecture": architecture}
        attestation["platform"] = {"os": "unknown", "architecture": "unknown"}
        children += [image, attestation]
    return children


def tags_of(number):
    """Returns the tags of a repository, and the one that `^1` chooses."""
    first = number % 7
    versions = [f"1.{minor}.{patch}" for minor in range(first, first + 10) for patch in range(4)]
    commits = [hashlib.sha1(f"{number} {count}".encode()).hexdigest()[:7] for count in range(5)]
    return (
        versions
        + [f"2.0.0-rc.{count}" for count in range(10)]
        + [f"1.{first + 10}.0-beta.{count}" for count in range(5)]
        + [f"2025.{month:02}.{day:02}" for month in range(1, 6) for day in (1, 11, 21)]
        + [f"{version}-alpine" for version in versions[-10:]]
        + [f"{version}-bookworm" for version in versions[-10:]]
        + ["latest", "stable", "edge", "1", f"1.{first + 9}"]
        + [f"main-{commit}" for commit in commits]
    ), versions[-1]


def oldest(best):
    """Returns the oldest version in the repository in which this one is the best, as `tags_of` makes them."""
    minor = int(best.split(".")[1])
    return f"1.{minor - 9}.0"


def fill_many(storage, count, distinct):
    """Stores repositories; beyond `distinct` they are other names of the first ones."""
    right = {}
    for number in range(count):
        repository = f"team/app-{number:04}"
        if number >= distinct:
            original = f"team/app-{number % distinct:04}"
            storage.alias(repository, original)
            right[repository] = right[original]
            continue
        children = images(storage, repository, "2026-01-01T00:00:00Z")
        tags, best = tags_of(number)
        for tag in tags:
            document = {
                "schemaVersion": 2,
                "mediaType": INDEX,
                "manifests": children,
                "annotations": {"org.opencontainers.image.version": tag},
            }
            digest = storage.manifest(repository, document)["digest"]
            storage.tag(repository, tag, digest)
            if tag == best:
                right[repository] = [tag, digest]
    return right


def fill_dated(storage, count):
    """Stores repositories whose tags say nothing but when they were built."""
    right = {}
    start = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)
    for number in range(count):
        repository = f"build/app-{number:02}"
        newest = (number * 37) % 100
        for count_of in range(100):
            tag = "main-" + hashlib.sha1(f"{number} {count_of}".encode()).hexdigest()[:7]
            day = 400 if count_of == newest else count_of
            created = (start + datetime.timedelta(days=day)).isoformat().replace("+00:00", "Z")
            children = images(storage, repository, created)
            document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": children}
            digest = storage.manifest(repository, document)["digest"]
            storage.tag(repository, tag, digest)
            if count_of == newest:
                right[repository] = [tag, digest]
    return right


def fill(folder):
    """Fills a folder unless that was done before; returns what is right: repository to tag and digest."""
    folder = pathlib.Path(folder)
    answers = folder / "right.json"
    if answers.exists():
        kept = json.loads(answers.read_text())
        if kept["form"] == FORM:
            return kept
        raise SystemExit(f"{folder} was filled by another version of this script: remove it")
    storage = Storage(folder / "storage")
    kept = {
        "form": FORM,
        "many": fill_many(storage, 2000, 200),
        "dated": fill_dated(storage, 10),
    }
    partial = answers.with_suffix(".new")
    partial.write_text(json.dumps(kept))
    os.replace(partial, answers)
    return kept

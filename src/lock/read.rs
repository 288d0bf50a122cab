use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use toml::{Table, Value};

use super::model::PART;
use super::{Lock, Pin, VERSION};
use crate::error::{Code, Diagnostic, Place};
use crate::image::{Digest, Platform};

/// Reads the text of a lock; `file` names it in the error.
///
/// Unknown keys are kept in `extra`. The order of the blocks does not matter.
///
/// # Errors
///
/// [`Code::LockSyntax`] for invalid TOML, a missing or broken key, or two blocks with the same name;
/// [`Code::LockVersion`] for a newer format; [`Code::LockConflict`] for conflict markers;
/// [`Code::ShardMismatch`] for a partial lock.
pub fn read(file: &str, text: &str) -> Result<Lock, Diagnostic> {
    if let Some(lock) = super::canonical::read(text) {
        return Ok(lock);
    }
    let lock = read_any(file, text)?;
    if lock.extra.contains_key(PART) {
        let message = format!("{file} is a part of a lock, and not a lock");
        return Err(Diagnostic::new(Code::ShardMismatch, message)
            .help("join the parts with `imagelock merge-shards`"));
    }
    Ok(lock)
}

/// Reads the text of a lock, or of a part of one.
pub(super) fn read_any(file: &str, text: &str) -> Result<Lock, Diagnostic> {
    let reader = LockReader { file, text };
    if let Some(offset) = super::conflict_markers::first_marker(text) {
        return Err(reader
            .error(Code::LockConflict, "the lock has merge conflict markers", Some(offset..offset + 7))
            .help("run `imagelock lock`: it keeps what both sides agree on and resolves the rest again"));
    }
    reader.lock()
}

struct LockReader<'t> {
    file: &'t str,
    text: &'t str,
}

impl LockReader<'_> {
    fn error(
        &self,
        code: Code,
        message: impl Into<String>,
        span: Option<Range<usize>>,
    ) -> Diagnostic {
        let place = span.map(|span| Place {
            file: self.file.into(),
            text: self.text.into(),
            span,
            label: String::new(),
        });
        let mut diagnostic = Diagnostic::new(code, message);
        diagnostic.place = place;
        diagnostic
    }

    fn invalid(&self, message: impl Into<String>, path: &[PathStep<'_>]) -> Diagnostic {
        self.error(Code::LockSyntax, message, span_of(self.text, path))
            .help("restore the file from version control, or delete it and run `imagelock lock`")
    }

    fn lock(&self) -> Result<Lock, Diagnostic> {
        let mut table: Table = toml::from_str(self.text).map_err(|error| {
            self.error(
                Code::LockSyntax,
                format!("the lock is not valid TOML: {}", error.message()),
                error.span().or(Some(0..0)),
            )
            .help("restore the file from version control, or delete it and run `imagelock lock`")
        })?;
        self.check_version(table.remove("version").as_ref())?;
        let mut images = Vec::new();
        match table.remove("image") {
            None => {}
            Some(Value::Array(blocks)) => {
                images.reserve(blocks.len());
                for (index, block) in blocks.into_iter().enumerate() {
                    let Value::Table(block) = block else {
                        return Err(
                            self.invalid("`image` is a list of blocks", &[PathStep::Key("image")])
                        );
                    };
                    images.push(self.entry(index, block)?);
                }
            }
            Some(_) => {
                return Err(self.invalid("`image` is a list of blocks", &[PathStep::Key("image")]));
            }
        }
        let mut order: Vec<usize> = (0..images.len()).collect();
        order.sort_by(|left, right| images[*left].name.cmp(&images[*right].name));
        if let Some(pair) = order
            .windows(2)
            .find(|pair| images[pair[0]].name == images[pair[1]].name)
        {
            let path = [
                PathStep::Key("image"),
                PathStep::Index(pair[1]),
                PathStep::Key("name"),
            ];
            return Err(self
                .error(
                    Code::LockSyntax,
                    format!("two entries are named `{}`", images[pair[0]].name),
                    span_of(self.text, &path),
                )
                .help("this looks like the result of a merge: delete both blocks and run `imagelock lock`"));
        }
        images.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(Lock {
            images,
            extra: table,
        })
    }

    fn check_version(&self, version: Option<&Value>) -> Result<(), Diagnostic> {
        let path = [PathStep::Key("version")];
        match version {
            Some(Value::Integer(version)) if *version == VERSION => Ok(()),
            Some(Value::Integer(newer)) if *newer > VERSION => Err(self
                .error(
                    Code::LockVersion,
                    format!("the lock has format version {newer}, this imagelock reads up to {VERSION}"),
                    span_of(self.text, &path),
                )
                .help(format!(
                    "install a newer imagelock than {}, the one that wrote this lock; nothing was changed",
                    env!("CARGO_PKG_VERSION")
                ))),
            Some(_) => Err(self.invalid(format!("`version` must be {VERSION}"), &path)),
            None => Err(self.invalid("`version` is missing", &[])),
        }
    }

    fn entry(&self, index: usize, mut block: Table) -> Result<Pin, Diagnostic> {
        let here = |key| {
            [
                PathStep::Key("image"),
                PathStep::Index(index),
                PathStep::Key(key),
            ]
        };
        let mut text = |key| match block.remove(key) {
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(self.invalid(format!("`{key}` must be a string"), &here(key))),
            None => {
                let path = [PathStep::Key("image"), PathStep::Index(index)];
                Err(self.invalid(format!("`{key}` is missing in this block"), &path))
            }
        };
        let name = text("name")?;
        let image = text("image")?;
        let policy = text("policy")?;
        let tag = text("tag")?;
        let digest = text("digest")?;
        let mut platforms = BTreeMap::new();
        match block.remove("platforms") {
            None => {}
            Some(Value::Table(table)) => {
                for (key, value) in table {
                    let path = [
                        PathStep::Key("image"),
                        PathStep::Index(index),
                        PathStep::Key("platforms"),
                        PathStep::Key(&key),
                    ];
                    let platform = Platform::try_from(key.clone())
                        .map_err(|error| self.invalid(error.to_string(), &path))?;
                    let digest = Digest::parse(value.as_str().unwrap_or_default())
                        .map_err(|error| self.invalid(error.to_string(), &path))?;
                    platforms.insert(platform, digest);
                }
            }
            Some(_) => return Err(self.invalid("`platforms` must be a table", &here("platforms"))),
        }
        Ok(Pin {
            image: self.parsed(&image, &here("image"))?,
            tag: self.parsed(&tag, &here("tag"))?,
            digest: self.parsed(&digest, &here("digest"))?,
            name,
            policy,
            platforms,
            extra: block,
        })
    }

    fn parsed<T: FromStr<Err: std::fmt::Display>>(
        &self,
        text: &str,
        path: &[PathStep<'_>],
    ) -> Result<T, Diagnostic> {
        text.parse()
            .map_err(|error: T::Err| self.invalid(error.to_string(), path))
    }
}

enum PathStep<'k> {
    Key(&'k str),
    Index(usize),
}

/// Finds the bytes of a value by parsing the text once more, which only an error needs.
fn span_of(text: &str, path: &[PathStep<'_>]) -> Option<Range<usize>> {
    let document = toml_edit::Document::parse(text).ok()?;
    let mut item = document.as_item();
    for step in path {
        item = match step {
            PathStep::Key(key) => item.get(*key)?,
            PathStep::Index(index) => item.get(*index)?,
        };
    }
    if path.is_empty() {
        Some(0..0)
    } else {
        item.span()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::image::{Repository, Tag};
    use crate::lock::write;

    /// Returns a lock with one image of three platforms.
    pub(in crate::lock) fn sample() -> Lock {
        let digest = Digest::sha256_of(b"nginx");
        let platforms = ["linux/arm64", "linux/arm/v7", "linux/amd64"]
            .map(|platform| (Platform::parse(platform).unwrap(), digest.clone()));
        let entry = Pin {
            name: "nginx".into(),
            image: Repository::parse("nginx").unwrap(),
            policy: "semver ^1.27".into(),
            tag: Tag::parse("1.27.5").unwrap(),
            digest,
            platforms: platforms.into(),
            extra: Table::new(),
        };
        Lock {
            images: vec![entry],
            extra: Table::new(),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let lock = sample();
        let text = write(&lock);
        assert_eq!(read("images.lock", &text).unwrap(), lock);
        assert_eq!(
            read("images.lock", &text.replace('\n', "\r\n")).unwrap(),
            lock
        );
    }

    #[test]
    fn a_newer_version_is_refused_with_both_numbers() {
        let text = write(&sample()).replace("version = 1", "version = 7");
        let error = read("images.lock", &text).unwrap_err();
        assert_eq!(error.code, Code::LockVersion);
        let text = error.render(false);
        assert!(
            text.contains("format version 7") && text.contains("up to 1") && text.contains(":3:11"),
            "{text}"
        );
    }

    #[test]
    fn broken_locks_are_refused_where_they_are_broken() {
        let good = write(&sample());
        for (from, to, line, message) in [
            ("version = 1", "version = \"1\"", 3, "must be 1"),
            ("tag = \"1.27.5\"", "tag = 1.27", 9, "must be a string"),
            ("tag = \"1.27.5\"\n", "", 5, "`tag` is missing"),
            ("tag = \"1.27.5\"", "tag = \"1 2\"", 9, "not a tag"),
            (
                "digest = \"sha256:",
                "digest = \"sha256:0",
                10,
                "wrong length",
            ),
            ("\"linux/amd64\"", "\"linux\"", 13, "not a platform"),
            ("[[image]]", "[[image]", 5, "not valid TOML"),
        ] {
            let text = good.replacen(from, to, 1);
            let error = read("images.lock", &text).unwrap_err();
            assert_eq!(error.code, Code::LockSyntax, "{from}");
            assert!(error.message.contains(message), "{}", error.message);
            assert_eq!(
                error.place.as_ref().unwrap().line_and_column().0,
                line,
                "{from}\n{}",
                error.render(false)
            );
        }
    }

    #[test]
    fn two_blocks_of_one_name_are_refused() {
        let text = write(&sample());
        let (head, block) = text.split_once("\n[[image]]").unwrap();
        let error = read(
            "images.lock",
            &format!("{head}\n[[image]]{block}\n[[image]]{block}"),
        )
        .unwrap_err();
        assert!(error.message.contains("two entries are named `nginx`"));
    }
}

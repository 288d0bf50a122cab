use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::model::TagRecord;
use crate::image::{Digest, Tag};

/// A page of an inventory.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MetadataPage {
    pub(super) tags: Vec<(Tag, TagRecord)>,
    /// Where the next page is, from this one, if the body says so.
    pub(super) next: Option<String>,
}

impl MetadataPage {
    /// Adds a tag. What is no tag is passed over; what is no digest or no time is none.
    pub(super) fn add(
        &mut self,
        tag: Option<&str>,
        digest: Option<&str>,
        pushed: Option<Timestamp>,
    ) {
        if let Some(Ok(tag)) = tag.map(Tag::parse) {
            let digest = digest.and_then(|digest| Digest::parse(digest).ok());
            self.tags.push((tag, TagRecord { digest, pushed }));
        }
    }
}

/// Reads an answer. Why it cannot be read is not told by the parser, who would quote it.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let read = serde_json::from_slice(body);
    read.map_err(|_| "its answer is not what its interface says".into())
}

/// Reads a time; one that is none, such as that of the year 1, is left out.
pub(super) fn time(text: Option<&str>) -> Option<Timestamp> {
    past_epoch(text?.parse().ok()?)
}

/// Reads a number of seconds.
pub(super) fn seconds(seconds: i64) -> Option<Timestamp> {
    past_epoch(Timestamp::from_second(seconds).ok()?)
}

pub(super) fn past_epoch(time: Timestamp) -> Option<Timestamp> {
    (time > Timestamp::UNIX_EPOCH).then_some(time)
}

/// What the tests of the interfaces share.
#[cfg(test)]
pub(super) mod testing {
    use super::MetadataPage;
    use crate::image::Digest;

    /// Returns a digest as text.
    pub(in crate::registry::inventory) fn digest(seed: &str) -> String {
        Digest::sha256_of(seed.as_bytes()).to_string()
    }

    /// Returns a page as lines: the tag, whether it has the digest of a seed, and the time.
    pub(in crate::registry::inventory) fn lines(
        sheet: &MetadataPage,
        seeds: &[&str],
    ) -> Vec<String> {
        let tags = sheet.tags.iter();
        tags.map(|(tag, told)| {
            let seed = |seed: &&&str| told.digest == Some(Digest::sha256_of(seed.as_bytes()));
            let digest = seeds.iter().find(seed).copied().unwrap_or("none");
            let pushed = told.pushed.map_or("never".into(), |time| time.to_string());
            format!("{tag} {digest} {pushed}")
        })
        .collect()
    }

    /// Answers that are none of anybody's.
    pub(in crate::registry::inventory) const STRANGE: [&str; 6] =
        ["", "<html>", "null", "7", "\"x\"", "{\"x\""];
}

#[cfg(test)]
mod tests {
    use super::super::{azure_acr, docker_hub, gitlab, google, harbor, quay, zot};
    use super::*;
    use proptest::prelude::*;

    /// Reads an answer as every interface's.
    fn read_all(body: &[u8]) {
        let readers = [
            azure_acr::read,
            docker_hub::read_list,
            gitlab::read,
            google::read,
            harbor::read,
            quay::read,
            zot::read,
            #[cfg(feature = "aws")]
            super::super::amazon_ecr::read,
        ];
        for read in readers {
            if let Ok(sheet) = read(body) {
                assert!(sheet.tags.len() <= body.len());
            }
        }
    }

    /// Values with the names that interfaces have for things.
    fn any_document() -> impl Strategy<Value = serde_json::Value> {
        let name = prop::sample::select(vec![
            "tags",
            "tag",
            "name",
            "digest",
            "manifest",
            "results",
            "next",
            "page",
            "push_time",
            "has_additional",
            "start_ts",
            "manifest_digest",
            "timeUploadedMs",
            "imageDetails",
            "imageTags",
            "imagePushedAt",
            "nextToken",
            "data",
            "ImageList",
            "Results",
            "Tag",
            "lastUpdateTime",
            "published_at",
            "imageName",
            "tag_last_pushed",
        ]);
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
            Just("2026-01-02T03:04:05Z".into()),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map(name.clone(), inner, 0..5).prop_map(|members| {
                    let members = members.into_iter();
                    serde_json::Value::Object(
                        members
                            .map(|(name, value)| (name.to_owned(), value))
                            .collect(),
                    )
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in any::<Vec<u8>>()) {
            read_all(&body);
        }

        #[test]
        fn any_document_is_read_or_refused(document in any_document()) {
            read_all(document.to_string().as_bytes());
        }
    }

    #[test]
    fn times_that_are_none_are_left_out() {
        let text = "2026-01-02T03:04:05.678Z";
        assert_eq!(time(Some(text)).unwrap().to_string(), text);
        for none in [
            "",
            "yesterday",
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
        ] {
            assert_eq!(time(Some(none)), None, "{none}");
        }
        assert_eq!(
            (time(None), seconds(0), seconds(i64::MAX)),
            (None, None, None)
        );
    }
}

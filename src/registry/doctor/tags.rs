use std::fmt::Write as _;

use http::{Method, StatusCode};
use url::Url;

use super::examination::{Examination, FailedStep};
use super::order::TagOrder;
use super::pages::{Link, TagsPage};
use super::quirk::{note, problem, warning};
use super::{Area, Step};
use crate::image::Tag;
use crate::registry::error::ErrorKind;
use crate::registry::inventory::Manifests;
use crate::registry::lists::link::Pages;
use crate::registry::lists::names::{no_list, unreadable};
use crate::registry::lists::paging::{ListPage, PAGE_SIZE, PagedList};
use crate::registry::request_error::RequestError;
use crate::registry::target::Target;

/// The quirk of a repository that can be pulled from without a list of its tags.
pub(super) const TAGS_NOT_LISTED: &str = "tags-not-listed";
const OPERATION: &str = "list the tags of";

impl Examination<'_> {
    /// Looks at the first page of tags, and at how it leads to others.
    pub(super) async fn tags(&mut self, first: ListPage) -> Result<(Step, TagsPage), FailedStep> {
        let mut step = Step::new(Area::Tags);
        let (endpoint, inner) = (self.endpoint(), self.inner);
        let list = inner.tag_list(&endpoint);
        let response = &first.response;
        if response.status != StatusCode::OK {
            let error = (list.refuse)(response);
            return Err(self.failed(step, error, OPERATION));
        }
        let Some(page) = TagsPage::read(&response.body) else {
            let error = unreadable(response, no_list("tags"));
            return Err(self.failed(step, error, OPERATION));
        };
        self.clues.null_tags = page.nulls > 0;
        self.clues.digest_tags = page.digests > 0;
        self.clues.manifests_in_list = page.has_manifests;
        let mut manifests = Manifests::default();
        manifests.add(&response.body);
        inner.note_manifests(self.repository, manifests);
        judge_entries(&mut step, &page);
        if endpoint.host.dislikes_page_size() {
            step.quirks.push(note(
                "page-size-refused",
                format!("it refuses to give {PAGE_SIZE} tags a page, and is asked without a size"),
            ));
        }
        let outcome = if let Some(link) = Link::of(response, &first.url) {
            self.follow(&mut step, &list, &first, &page, &link).await
        } else {
            self.probe_pages(&mut step, &list, &page).await;
            Ok(())
        };
        match outcome {
            Ok(()) => Ok((step, page)),
            Err(error) => Err(self.failed(step, error, OPERATION)),
        }
    }

    /// Follows a link to the second page, as a listing would.
    async fn follow(
        &self,
        step: &mut Step,
        list: &PagedList<'_>,
        first: &ListPage,
        page: &TagsPage,
        link: &Link,
    ) -> Result<(), RequestError> {
        let count = page.count();
        step.fact(
            "pages",
            format!("of {count}, the next one named {}", link.words()),
        );
        judge_link(step, link);
        let wrong = |reason| RequestError::new(ErrorKind::Pagination { reason });
        let mut pages = Pages::new(first.url.clone(), self.inner.limits.tag_pages);
        let url = pages
            .follow(&link.target, &first.response.url)
            .map_err(wrong)?;
        let second = self.inner.page(list, url.clone()).await?;
        if second.response.status != StatusCode::OK {
            return Err((list.refuse)(&second.response));
        }
        let Some(next) = TagsPage::read(&second.response.body) else {
            return Err(unreadable(&second.response, no_list("tags")));
        };
        let leads_on = Link::of(&second.response, &url).is_some();
        let is_new = |tag: &Tag| !page.tags.contains(tag);
        let is_of_artifacts = next.tags.is_empty() && next.artifacts > 0;
        if next.tags.iter().any(is_new) || is_of_artifacts {
            if count < PAGE_SIZE && !self.host.dislikes_page_size() {
                step.quirks.push(warning(
                    "small-pages",
                    format!("it gives {count} tags a page where {PAGE_SIZE} are asked for: a long list takes many requests"),
                ));
            }
            return Ok(());
        }
        if next.tags.is_empty() && !leads_on {
            step.quirks.push(note(
                "link-at-end",
                "its last page leads on to an empty one, which takes a request more",
            ));
            return Ok(());
        }
        step.quirks.push(problem(
            "pages-lead-nowhere",
            "the page that it leads to has the same tags again: the list cannot be had whole",
        ));
        Err(wrong("its next page has the same tags again".into()))
    }

    /// Asks for a page of one where a list came whole, to see what would become of a long one.
    async fn probe_pages(&self, step: &mut Step, list: &PagedList<'_>, page: &TagsPage) {
        let count = page.count();
        if count == PAGE_SIZE {
            step.quirks.push(without_links());
        }
        if page.tags.len() < 2 || self.host.dislikes_page_size() {
            step.fact("pages", "one, with all tags");
            return;
        }
        let Some((one, link)) = self.page_of_one(list).await else {
            step.fact("pages", "one, with all tags; a page of one is refused");
            return;
        };
        if one.tags.len() > 1 {
            step.fact("pages", "one, with all tags, however few are asked for");
            step.quirks.push(note(
                "page-size-ignored",
                "it lists all tags at once, whatever is asked for: a long list is one long answer",
            ));
        } else if let Some(link) = link {
            let words = link.words();
            step.fact(
                "pages",
                format!("as large as asked for, the next one named {words}"),
            );
            judge_link(step, &link);
        } else {
            step.fact(
                "pages",
                "as large as asked for, without a link to the next one",
            );
            if count != PAGE_SIZE {
                step.quirks.push(without_links());
            }
        }
    }

    async fn page_of_one(&self, list: &PagedList<'_>) -> Option<(TagsPage, Option<Link>)> {
        let mut url: Url = list.url.clone();
        url.query_pairs_mut().append_pair("n", "1");
        let page = self.inner.page(list, url.clone()).await.ok()?;
        if page.response.status != StatusCode::OK {
            return None;
        }
        let one = TagsPage::read(&page.response.body)?;
        Some((one, Link::of(&page.response, &url)))
    }
}

impl Examination<'_> {
    /// Looks at a tag that most repositories have where the list of tags failed: pulling may be allowed still.
    pub(super) async fn without_list<T>(
        &self,
        outcome: Result<(Step, T), FailedStep>,
    ) -> Result<(Step, T), FailedStep> {
        let Err(mut failed) = outcome else {
            return outcome;
        };
        let (endpoint, latest) = (self.endpoint(), Target::Tag(Tag::latest()));
        let head = self.inner.manifest_answer(Method::HEAD, &endpoint, &latest);
        if head
            .await
            .is_ok_and(|response| response.status == StatusCode::OK)
        {
            failed.step.quirks.push(warning(TAGS_NOT_LISTED, "its tags cannot be listed, so that no policy can choose one; an entry with `tag` or with a digest can be locked, as its manifests can be read"));
        }
        Err(failed)
    }
}

fn without_links() -> super::RegistryQuirk {
    warning(
        "pages-without-link",
        "it cuts lists without saying where they go on: after a full page the next one is asked for by the last tag",
    )
}

fn judge_link(step: &mut Step, link: &Link) {
    if let Some(host) = &link.other_host {
        step.quirks.push(note(
            "link-to-other-host",
            format!("its links name {host}: only their query is used"),
        ));
    } else if link.other_path {
        step.quirks.push(note(
            "link-to-other-path",
            "its links have a path that is not the one asked for: only their query is used",
        ));
    }
}

fn judge_entries(step: &mut Step, page: &TagsPage) {
    let mut count = format!("{} on the first page", page.tags.len());
    if page.artifacts > 0 {
        let artifacts = page.artifacts;
        let _ = write!(
            count,
            ", besides {artifacts} of signatures, attestations and other referrers, which no policy chooses"
        );
    }
    step.fact("tags", count);
    let order = TagOrder::of(&page.tags);
    step.fact("order", order.words());
    if order == TagOrder::None {
        step.quirks.push(note(
            "unsorted",
            "its tags are not sorted by name, often the oldest come first: all pages are read, and the newest may be on the last one",
        ));
    }
    let strange = [
        (page.nulls, "`null`"),
        (page.digests, "digests"),
        (page.others, "what is no tag"),
    ];
    let strange: Vec<&str> = strange
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, what)| *what)
        .collect();
    if !strange.is_empty() {
        step.quirks.push(note(
            "not-tags",
            format!(
                "it lists {} among its tags: that is passed over",
                strange.join(" and ")
            ),
        ));
    }
    if page.is_null {
        step.quirks
            .push(note("null-for-none", "it writes `null` for an empty list"));
    }
    if page.tags.is_empty() && page.artifacts == 0 {
        step.quirks.push(warning(
            "no-tags",
            "the repository has no tags: there is nothing to lock",
        ));
    } else if page.tags.is_empty() {
        step.quirks.push(warning(
            "no-tags",
            "the first page has no tag of an image, only of what refers to images",
        ));
    }
}

impl TagsPage {
    /// Returns how many entries it has, tags or not.
    fn count(&self) -> usize {
        self.tags.len() + self.artifacts + self.nulls + self.digests + self.others
    }
}

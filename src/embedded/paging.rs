use std::collections::BTreeSet;

use http::StatusCode;

/// How a registry divides a list into pages, and what it puts on them.
///
/// What is not said is as the OCI distribution spec has it: all names in byte order, `n` of them from
/// `last` on, and a relative link while there are more.
///
/// ```
/// use imagelock::embedded::{Behaviour, Operation, ListOrder, Paging};
///
/// let paging = Paging::new().page_size(50).at_most(100).order(ListOrder::Pushed);
/// let behaviour = Behaviour::on(Operation::Tags).paging(paging);
/// # let _ = behaviour;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Paging {
    pub(super) page_size: Option<usize>,
    pub(super) most: Option<usize>,
    pub(super) refusal: Option<PageRefusal>,
    pub(super) order: Option<ListOrder>,
    pub(super) cursor: Option<String>,
    pub(super) links: Option<PageLinks>,
    pub(super) habits: BTreeSet<Habit>,
    pub(super) also: Vec<Option<String>>,
}

/// The order of a list of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOrder {
    /// By their bytes.
    Bytes,
    /// As they were made, the oldest first.
    Pushed,
    /// None that means anything, but always the same one.
    Unsorted,
}

/// How a number of names that is too large is refused.
#[derive(Clone, Debug)]
pub(super) struct PageRefusal {
    pub(super) status: StatusCode,
    pub(super) code: String,
    pub(super) message: String,
}

/// How the next page is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PageLinks {
    To(String),
    Not,
    Loop,
    Endless,
}

impl Default for PageLinks {
    fn default() -> Self {
        Self::To("{path}?{query}".into())
    }
}

/// What some registries do to lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Habit {
    LinkToPrevious,
    LinkAtEnd,
    NullIfEmpty,
    Manifests,
}

impl Paging {
    /// Begins with what the OCI distribution spec says.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts this many names on a page if the client names no number.
    #[must_use]
    pub fn page_size(mut self, names: usize) -> Self {
        self.page_size = Some(names);
        self
    }

    /// Puts at most this many names on a page, whatever the client asks for.
    #[must_use]
    pub fn at_most(mut self, names: usize) -> Self {
        self.most = Some(names);
        self
    }

    /// Refuses who asks for more than [`at_most`](Self::at_most); who names no number gets them all.
    #[must_use]
    pub fn refuse_more(mut self, status: u16, code: &str, message: &str) -> Self {
        self.refusal = Some(PageRefusal {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
            code: code.to_owned(),
            message: message.to_owned(),
        });
        self
    }

    /// Sets the order of tags.
    #[must_use]
    pub fn order(mut self, order: ListOrder) -> Self {
        self.order = Some(order);
        self
    }

    /// Says where the next page begins in a field of this name, and in a way that only it can read.
    #[must_use]
    pub fn opaque_cursor(mut self, field: &str) -> Self {
        self.cursor = Some(field.to_owned());
        self
    }

    /// Names the next page in another way than `{path}?{query}`.
    ///
    /// `{address}` stands for the registry's address, `{path}` for the path of the request, `{tail}` for
    /// the repository without its first part, and `{query}` for what leads to the next page.
    #[must_use]
    pub fn link(mut self, target: &str) -> Self {
        self.links = Some(PageLinks::To(target.to_owned()));
        self
    }

    /// Does not name the next page.
    #[must_use]
    pub fn without_links(mut self) -> Self {
        self.links = Some(PageLinks::Not);
        self
    }

    /// Names each page as its own next page.
    #[must_use]
    pub fn link_loop(mut self) -> Self {
        self.links = Some(PageLinks::Loop);
        self
    }

    /// Always has another page, with another name on it.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.links = Some(PageLinks::Endless);
        self
    }

    /// Names the previous page as well, before the next one.
    #[must_use]
    pub fn link_to_previous(self) -> Self {
        self.habit(Habit::LinkToPrevious)
    }

    /// Names a next page on every page that has names, so that the last one is empty.
    #[must_use]
    pub fn link_at_end(self) -> Self {
        self.habit(Habit::LinkAtEnd)
    }

    /// Writes `null` in place of a list without tags.
    #[must_use]
    pub fn null_if_empty(self) -> Self {
        self.habit(Habit::NullIfEmpty)
    }

    /// Lists the manifests beside the tags, with times and sizes, as Google's registries do.
    #[must_use]
    pub fn manifests(self) -> Self {
        self.habit(Habit::Manifests)
    }

    /// Puts an element on each page of tags that is none: a text, or `null`.
    #[must_use]
    pub fn also(mut self, element: Option<&str>) -> Self {
        self.also.push(element.map(ToOwned::to_owned));
        self
    }

    fn habit(mut self, habit: Habit) -> Self {
        self.habits.insert(habit);
        self
    }

    pub(super) fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }

    /// Adds what another one says, which wins where both say something.
    pub(super) fn and(mut self, other: &Self) -> Self {
        let other = other.clone();
        Self {
            page_size: other.page_size.or(self.page_size),
            most: [self.most, other.most].into_iter().flatten().min(),
            refusal: other.refusal.or(self.refusal),
            order: other.order.or(self.order),
            cursor: other.cursor.or(self.cursor),
            links: other.links.or(self.links),
            habits: self.habits.union(&other.habits).copied().collect(),
            also: {
                self.also.extend(other.also);
                self.also
            },
        }
    }
}

use std::collections::HashSet;

use http::HeaderMap;
use http::header::LINK;
use url::Url;

use crate::registry::mirror::REGISTRY;

/// The most bytes of a link: more than servers take of a URL, since all are kept to the end of a list.
const LONGEST_LINK: usize = 8 << 10;

/// Returns the target of the first link whose relation is `next` (RFC 8288).
pub(in crate::registry) fn next(headers: &HeaderMap) -> Option<String> {
    let mut lines = headers.get_all(LINK).iter();
    lines.find_map(|line| next_of(&String::from_utf8_lossy(line.as_bytes())))
}

/// Reads one line: several links, relations quoted or not, in any case, several in one string.
fn next_of(line: &str) -> Option<String> {
    let mut rest = line;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        let end = rest.find('>')?;
        let target = rest[..end].trim();
        rest = &rest[end + 1..];
        let (is_next, after) = read_params(rest);
        if is_next && !target.is_empty() {
            return Some(target.into());
        }
        rest = after;
    }
}

/// Reads parameters up to the comma before the next link; says whether one of them is `rel=next`.
fn read_params(text: &str) -> (bool, &str) {
    let mut is_next = false;
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        if rest.is_empty() || rest.starts_with([',', '<']) {
            return (is_next, rest);
        }
        let end = rest.find([';', ',', '=']).unwrap_or(rest.len());
        let name = rest[..end].trim();
        rest = &rest[end..];
        let Some(value) = rest.strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start_matches([' ', '\t']);
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => value.split_at(value.find([';', ',']).unwrap_or(value.len())),
        };
        let names_next = || {
            value
                .split_ascii_whitespace()
                .any(|relation| relation.eq_ignore_ascii_case("next"))
        };
        is_next |= name.eq_ignore_ascii_case("rel") && names_next();
        rest = after;
    }
}

/// The pages of one listing: where it goes on, and whether it may.
pub(in crate::registry) struct Pages {
    first: Url,
    seen: HashSet<Url>,
    limit: usize,
}

impl Pages {
    /// Starts at a page, and allows so many.
    pub(in crate::registry) fn new(first: Url, limit: usize) -> Self {
        Self {
            seen: HashSet::from([first.clone()]),
            first,
            limit,
        }
    }

    /// Returns the page a link leads to.
    ///
    /// Only the query of the link is used, on the first page's port and path: some registries name others
    /// that they do not serve themselves. `answered` is the URL after redirects.
    pub(in crate::registry) fn follow(
        &mut self,
        link: &str,
        answered: &Url,
    ) -> Result<Url, String> {
        if link.len() > LONGEST_LINK {
            return Err(format!(
                "the link to its next page is longer than {LONGEST_LINK} bytes"
            ));
        }
        let target = self
            .first
            .join(link)
            .map_err(|_| "its next page is not a URL".to_string())?;
        if !same_place(&target, &self.first) && !same_place(&target, answered) {
            let host = target.host_str().unwrap_or("nowhere");
            return Err(format!("its next page is on another host, {host}"));
        }
        let mut page = self.first.clone();
        page.set_query(target.query());
        self.keep_registry(&mut page);
        self.go_to(page)
    }

    /// Returns the page after a name, for registries that leave out their links.
    pub(in crate::registry) fn after(&mut self, last: &str) -> Result<Url, String> {
        let mut page = self.first.clone();
        page.query_pairs_mut().append_pair("last", last);
        self.go_to(page)
    }

    /// Tells a mirror on each page which registry it is asked for, if it was told on the first: its links
    /// may leave that out.
    fn keep_registry(&self, page: &mut Url) {
        let of = |url: &Url| {
            let mut pairs = url.query_pairs().into_owned();
            pairs.find(|(name, _)| name == REGISTRY)
        };
        if let (Some((name, registry)), None) = (of(&self.first), of(page)) {
            page.query_pairs_mut().append_pair(&name, &registry);
        }
    }

    fn go_to(&mut self, page: Url) -> Result<Url, String> {
        if !self.seen.insert(page.clone()) {
            return Err("its pages lead in a circle".into());
        }
        if self.seen.len() > self.limit {
            return Err(format!("it has more than {} pages", self.limit));
        }
        Ok(page)
    }
}

/// Returns `true` if two URLs are of one host; a proxy may hide its port and that it speaks TLS.
fn same_place(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin() || (one.host().is_some() && one.host() == other.host())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn finds_the_next_link() {
        for (line, expected) in [
            (
                "</v2/a/tags/list?last=b&n=2>; rel=\"next\"",
                Some("/v2/a/tags/list?last=b&n=2"),
            ),
            (
                "<https://x/v2/a?last=b>; rel=next",
                Some("https://x/v2/a?last=b"),
            ),
            ("<p>; rel=\"previous\", <n>; rel=\"next\"", Some("n")),
            (
                "<p>;rel=previous,<n>;title=\"a, b; c\";REL=\"first NEXT\"",
                Some("n"),
            ),
            ("<n>; rel=\"prev\"", None),
            ("<n>", None),
            ("n; rel=next", None),
            ("<>; rel=next", None),
            ("<n; rel=next", None),
            ("<n>; rel", None),
            ("<n>; rel=\"next", Some("n")),
            ("", None),
        ] {
            assert_eq!(next_of(line).as_deref(), expected, "{line}");
        }
    }

    fn pages() -> Pages {
        Pages::new("https://r.io/v2/a/tags/list?n=9".parse().unwrap(), 3)
    }

    #[test]
    fn keeps_the_path_and_takes_the_query() {
        let answered = "https://eu.r.io/v2/mirror/a/tags/list".parse().unwrap();
        for link in [
            "/v2/a/tags/list?last=b%2F",
            "?last=b%2F",
            "https://r.io/artifactory/v2/a/tags/list?last=b%2F",
            "http://r.io/v2/a/tags/list?last=b%2F",
            "https://r.io:8443/repository/x/v2/a/tags/list?last=b%2F",
            "https://eu.r.io/v2/mirror/a/tags/list?last=b%2F",
        ] {
            let next = pages().follow(link, &answered).unwrap();
            assert_eq!(next.as_str(), "https://r.io/v2/a/tags/list?last=b%2F");
        }
    }

    #[test]
    fn a_mirror_is_told_the_registry_on_every_page() {
        let first: Url = "https://m.io/v2/a/tags/list?ns=r.io&n=9".parse().unwrap();
        for (link, query) in [
            ("?last=b", "last=b&ns=r.io"),
            ("?last=b&ns=other.io", "last=b&ns=other.io"),
        ] {
            let next = Pages::new(first.clone(), 3).follow(link, &first).unwrap();
            assert_eq!(next.query(), Some(query));
        }
    }

    #[test]
    fn refuses_other_hosts_circles_and_too_many_pages() {
        let mut pages = pages();
        let answered = pages.first.clone();
        for link in [
            "https://evil.io/v2/a/tags/list?n=9&last=b",
            "//evil.io/?x",
            "data:x",
        ] {
            let error = pages.follow(link, &answered).unwrap_err();
            assert!(error.contains("another host"), "{link}: {error}");
        }
        assert!(
            pages
                .follow("https://[", &answered)
                .unwrap_err()
                .contains("not a URL")
        );
        let long = format!("?last={}", "b".repeat(LONGEST_LINK));
        let error = pages.follow(&long, &answered).unwrap_err();
        assert!(error.contains("longer than 8192 bytes"), "{error}");
        assert!(pages.follow("?last=b", &answered).is_ok());
        assert!(
            pages
                .follow("?last=b", &answered)
                .unwrap_err()
                .contains("circle")
        );
        assert!(
            pages
                .follow("?n=9", &answered)
                .unwrap_err()
                .contains("circle")
        );
        assert!(pages.follow("?last=c", &answered).is_ok());
        assert!(
            pages
                .follow("?last=d", &answered)
                .unwrap_err()
                .contains("more than 3 pages")
        );
    }

    proptest! {
        #[test]
        fn any_line_is_read(line in any::<String>()) {
            next_of(&line);
        }

        #[test]
        fn any_line_of_its_characters_is_read(line in "[<>n;,=\" rel\u{e9}]{0,40}") {
            next_of(&line);
        }

        #[test]
        fn a_followed_page_is_of_the_first_pages_path(link in any::<String>()) {
            let mut pages = pages();
            let first = pages.first.clone();
            if let Ok(page) = pages.follow(&link, &first) {
                prop_assert_eq!(page.origin(), first.origin());
                prop_assert_eq!(page.path(), first.path());
            }
        }
    }
}

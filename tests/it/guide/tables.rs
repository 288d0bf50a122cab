//! Tables with the columns `tags`, `entry here` and `imagelock`: each row is a choice.

use imagelock::image::Tag;
use imagelock::policy::Candidates;

use super::blocks::pages;
use super::examples::read;

/// Returns the cells of a row.
pub(super) fn cells(line: &str) -> Vec<&str> {
    let inside = line.trim_matches(|letter| letter == '|' || letter == ' ');
    inside.split('|').map(str::trim).collect()
}

fn tags(cell: &str) -> Vec<Tag> {
    cell.split_whitespace()
        .map(|tag| Tag::parse(tag.trim_matches('`')).unwrap())
        .collect()
}

#[test]
fn every_row_comes_out_as_it_says() {
    let mut count = 0;
    for page in pages() {
        let mut header: Vec<&str> = Vec::new();
        for (line, text) in page.prose() {
            if !text.starts_with('|') {
                header.clear();
                continue;
            }
            let row = cells(text);
            if header.is_empty() {
                header = row;
                continue;
            }
            let cell = |name| {
                let place = header.iter().position(|column| *column == name)?;
                Some(row[place])
            };
            let is_rule = row.iter().all(|cell| cell.bytes().all(|byte| byte == b'-'));
            let (Some(list), Some(entry), Some(expected)) =
                (cell("tags"), cell("entry here"), cell("imagelock"))
            else {
                continue;
            };
            if is_rule {
                continue;
            }
            let place = format!("{}:{line}", page.name);
            let config = read(&format!("[images]\napp = {}\n", entry.trim_matches('`')));
            let config = config.unwrap_or_else(|error| panic!("{place}: {error}"));
            let list = tags(list);
            let used = cell("in use").map(tags).unwrap_or_default();
            for current in [None, used.first()] {
                let candidates = Candidates::of(&list).current(current);
                let chosen = config.images[0].policy.choose(&candidates);
                assert_eq!(
                    chosen.map(Tag::as_str),
                    Some(expected.trim_matches('`')),
                    "{place}"
                );
            }
            count += 1;
        }
    }
    assert!(count > 10, "{count} rows were found");
}

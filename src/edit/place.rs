use toml_edit::{Document, Item, Table};

/// Where new entries go in a config, and how they are written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Insertion {
    /// The byte at which they begin.
    pub(super) at: usize,
    /// What comes before them, a header if there is none yet.
    pub(super) head: String,
    /// What each line begins with: blanks, or `images.`.
    pub(super) prefix: String,
    /// The column of `=` where the entries that are there have it in one column, from the key on.
    pub(super) column: usize,
    /// The line break of the file.
    pub(super) line_break: &'static str,
}

/// Finds the end of the table `[images]`, or the place for one; `None` where `images` is no such table.
pub(super) fn find(text: &str, document: &Document<&str>) -> Option<Insertion> {
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let (at, head, prefix, column) = match document.as_table().get("images") {
        None => header_at_end(text, line_break),
        Some(Item::Table(images)) if images.is_dotted() => {
            let end = end_of_entries(images)?;
            (
                end_of_line(text, end),
                String::new(),
                "images.".to_string(),
                0,
            )
        }
        Some(Item::Table(images)) => match (end_of_entries(images), images.span()) {
            (Some(end), _) => {
                let (blanks, column) = style(text, images);
                (end_of_line(text, end), String::new(), blanks, column)
            }
            (None, Some(header)) if !images.is_implicit() => {
                let end = end_of_comments(text, end_of_line(text, header.end));
                (end, String::new(), String::new(), 0)
            }
            // There are only tables such as `[images.nginx]`.
            _ => header_at_end(text, line_break),
        },
        Some(_) => return None,
    };
    let is_open = !text[..at].is_empty() && !text[..at].ends_with('\n');
    let opening = if is_open { line_break } else { "" };
    Some(Insertion {
        at,
        head: format!("{opening}{head}"),
        prefix,
        column,
        line_break,
    })
}

fn header_at_end(text: &str, line_break: &str) -> (usize, String, String, usize) {
    let gap = if text.is_empty() { "" } else { line_break };
    let head = format!("{gap}[images]{line_break}");
    (text.len(), head, String::new(), 0)
}

/// Returns where the last entry ends that stands in a table itself, not below a header of its own.
fn end_of_entries(table: &Table) -> Option<usize> {
    let ends = table.iter().filter_map(|(_, item)| match item {
        Item::Value(value) => value.span().map(|span| span.end),
        Item::Table(inner) if inner.is_dotted() => end_of_entries(inner),
        _ => None,
    });
    ends.max()
}

/// Returns where the line after a byte begins.
fn end_of_line(text: &str, from: usize) -> usize {
    text[from..]
        .find('\n')
        .map_or(text.len(), |length| from + length + 1)
}

/// Passes over the lines with comments that follow.
fn end_of_comments(text: &str, from: usize) -> usize {
    let comments = text[from..]
        .split_inclusive('\n')
        .take_while(|line| line.trim_start().starts_with('#'));
    from + comments.map(str::len).sum::<usize>()
}

/// Returns the blanks before the last key, and the column of `=` if the keys are filled up to one.
fn style(text: &str, table: &Table) -> (String, usize) {
    let mut blanks = String::new();
    let mut columns = Vec::new();
    let mut is_filled = false;
    for (name, item) in table.iter().filter(|(_, item)| item.is_value()) {
        let key = table.key(name).and_then(toml_edit::Key::span);
        let value = item.span();
        let (Some(key), Some(value)) = (key, value) else {
            continue;
        };
        let between = &text[key.end..value.start];
        let filling = between.len() - between.trim_start().len();
        is_filled |= filling > 1;
        columns.push(key.len() + filling);
        let line = text[..key.start].rfind('\n').map_or(0, |at| at + 1);
        let before = &text[line..key.start];
        if before.chars().all(|letter| letter == ' ' || letter == '\t') {
            blanks = before.to_string();
        }
    }
    let first = columns.first().copied().unwrap_or_default();
    let is_column = is_filled && columns.iter().all(|column| *column == first);
    (blanks, if is_column { first } else { 0 })
}

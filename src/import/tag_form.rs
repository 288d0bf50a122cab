use super::guess::Guess;
use super::tag_ending::{commit, escaped, is_commit, segments};

/// The digits of a date, with hours and minutes, and with seconds.
const COMPACT: [usize; 3] = [8, 12, 14];

/// How many digits a time in seconds since 1970 has.
const SECONDS: usize = 10;

/// Returns the guess for a tag that has a date or a commit in it, and no version.
pub(super) fn guess(tag: &str) -> Option<Guess> {
    let has_commit = |text: &str| segments(text).iter().any(|(_, segment)| is_commit(segment));
    let date = date_start(tag).filter(|start| !has_commit(&tag[..*start]));
    if let Some(start) = date {
        let (head, tail) = tag.split_at(start);
        let pattern = format!("^{}{}$", escaped(head), dated(tail));
        return Some(Guess::Last { pattern });
    }
    has_commit(tag).then(|| {
        let (pattern, is_timed) = committed(tag);
        if is_timed {
            Guess::Numbers { pattern }
        } else {
            Guess::Newest { pattern }
        }
    })
}

/// Returns where a date begins.
fn date_start(tag: &str) -> Option<usize> {
    let is_digit = |place: usize| tag.as_bytes().get(place).is_some_and(u8::is_ascii_digit);
    let starts = (0..tag.len()).filter(|place| is_digit(*place));
    let mut starts = starts.filter(|place| *place == 0 || !is_digit(place - 1));
    starts.find(|start| is_date(&tag[*start..]))
}

/// Tells whether a text begins with a date: `20240731`, `2024-07-31` or `2024.07.31`.
fn is_date(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let bytes = text.as_bytes();
    let (month, day) = match digits {
        4 if bytes.len() >= 10 && bytes[4] == bytes[7] && [b'-', b'.'].contains(&bytes[4]) => {
            (text.get(5..7), text.get(8..10))
        }
        digits if COMPACT.contains(&digits) => (text.get(4..6), text.get(6..8)),
        _ => return false,
    };
    let is_within = |part: Option<&str>, most: u8| {
        part.and_then(|part| part.parse().ok())
            .is_some_and(|part: u8| (1..=most).contains(&part))
    };
    ["19", "20"].iter().any(|century| text.starts_with(century))
        && is_within(month, 12)
        && is_within(day, 31)
}

/// Returns the expression for a date and what follows it: other digits of the same width, and the same
/// variant. So their order as text is that of the dates.
fn dated(tail: &str) -> String {
    let segments = segments(tail);
    let last = segments.len() - 1;
    let mut expression = String::new();
    for (index, (separator, segment)) in segments.into_iter().enumerate() {
        expression.push_str(separator);
        let is_of_date = segment
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".TZ".contains(&byte));
        let day = segment.split('.').next().unwrap_or_default();
        if is_commit(segment) {
            expression.push_str(&commit(segment.len()));
        } else if is_of_date && index == last && COMPACT.contains(&day.len()) {
            // A second build of a day has a number behind the date, and the first one has none.
            expression.push_str(&digits(day));
            expression.push_str(r"(\.\d+)?");
        } else if is_of_date {
            expression.push_str(&digits(segment));
        } else {
            expression.push_str(&escaped(segment));
        }
    }
    expression
}

/// Returns an expression with any digits in place of digits.
fn digits(text: &str) -> String {
    let mut expression = String::new();
    for run in text.split_inclusive(|letter: char| !letter.is_ascii_digit()) {
        let word = run.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let count = run.len() - word.len();
        if count > 0 {
            expression.extend([r"\d{", &count.to_string(), "}"]);
        }
        expression.push_str(&escaped(word));
    }
    expression
}

/// Returns the expression for a tag with a commit, and whether it has a time too, in its first group.
fn committed(tag: &str) -> (String, bool) {
    let (mut expression, mut is_timed) = (String::from("^"), false);
    for (separator, segment) in segments(tag) {
        expression.push_str(separator);
        let is_number = segment.bytes().all(|byte| byte.is_ascii_digit());
        let is_time = is_number && (segment.len() == SECONDS || is_date(segment));
        if is_commit(segment) {
            expression.push_str(&commit(segment.len()));
        } else if is_time && !is_timed {
            expression.push_str(r"(\d+)");
            is_timed = true;
        } else {
            expression.push_str(&escaped(segment));
        }
    }
    expression.push('$');
    (expression, is_timed)
}

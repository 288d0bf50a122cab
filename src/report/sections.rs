//! A document of sections that is cut to a size and stays well-formed.

/// A part of a document: rows between an opening and a closing, of which some may be left out.
pub(super) struct ReportSection {
    /// What stands before the rows.
    pub(super) open: String,
    /// The rows, the most important first, each with its line break.
    pub(super) rows: Vec<String>,
    /// What stands after the rows.
    pub(super) close: String,
    /// The line that tells how many rows were left out.
    pub(super) more: fn(usize) -> String,
    /// The most bytes of the whole document that the section may take.
    pub(super) limit: usize,
    /// Who is served first: the lowest.
    pub(super) rank: u8,
}

/// Joins a head, the sections in their order and a foot into at most `max_bytes`.
///
/// Rows are left out first, the least important section's first of all, then whole sections, then the
/// foot; if not even the head fits, the document is empty.
pub(super) fn join(head: &str, sections: &[ReportSection], foot: &str, max_bytes: usize) -> String {
    let Some(mut room) = max_bytes.checked_sub(head.len()) else {
        return String::new();
    };
    let foot = if foot.len() <= room { foot } else { "" };
    room -= foot.len();
    let mut order: Vec<usize> = (0..sections.len()).collect();
    order.sort_by_key(|index| sections[*index].rank);
    let mut parts = vec![String::new(); sections.len()];
    for index in order {
        parts[index] = sections[index].within(room);
        room -= parts[index].len();
    }
    let mut document = head.to_string();
    document.extend(parts);
    document.push_str(foot);
    document
}

impl ReportSection {
    /// Returns the section in at most `room` bytes; empty if not one row fits.
    fn within(&self, room: usize) -> String {
        let room = room.min(self.limit);
        let all: usize = self.rows.iter().map(String::len).sum();
        let frame = self.open.len() + self.close.len();
        if self.rows.is_empty() {
            return String::new();
        }
        let (kept, more) = if frame + all <= room {
            (self.rows.len(), String::new())
        } else {
            // The longest such line stands in for the one that will be written.
            let mut left = room.saturating_sub(frame + (self.more)(self.rows.len()).len());
            let kept = self
                .rows
                .iter()
                .take_while(|row| {
                    let fits = row.len() <= left;
                    left = left.saturating_sub(row.len());
                    fits
                })
                .count();
            (kept, (self.more)(self.rows.len() - kept))
        };
        if kept == 0 {
            return String::new();
        }
        [&self.open, &self.rows[..kept].concat(), &more, &self.close]
            .map(String::as_str)
            .concat()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn section(rows: usize, rank: u8) -> ReportSection {
        ReportSection {
            open: "<\n".into(),
            rows: (0..rows).map(|row| format!("{row}\n")).collect(),
            close: ">\n".into(),
            more: |count| format!("+{count}\n"),
            limit: usize::MAX,
            rank,
        }
    }

    #[test]
    fn the_least_important_goes_first() {
        let sections = [section(3, 1), section(3, 0)];
        assert_eq!(
            join("h\n", &sections, "f\n", 99),
            "h\n<\n0\n1\n2\n>\n<\n0\n1\n2\n>\nf\n"
        );
        assert_eq!(
            join("h\n", &sections, "f\n", 23),
            "h\n<\n0\n+2\n>\n<\n0\n1\n2\n>\nf\n"
        );
        assert_eq!(join("h\n", &sections, "f\n", 20), "h\n<\n0\n1\n2\n>\nf\n");
        assert_eq!(join("h\n", &sections, "f\n", 3), "h\n");
        assert_eq!(join("h\n", &sections, "f\n", 1), "");
    }

    proptest! {
        #[test]
        fn the_limit_holds(rows in prop::collection::vec(0_usize..120, 0..4), max_bytes in 0_usize..900) {
            let sections: Vec<_> = rows.iter().zip(0..).map(|(rows, rank)| section(*rows, rank)).collect();
            let document = join("head\n", &sections, "foot\n", max_bytes);
            prop_assert!(document.len() <= max_bytes);
            prop_assert_eq!(document.matches('<').count(), document.matches('>').count());
        }
    }
}

use std::fmt::{self, Write as _};

use unicode_width::UnicodeWidthStr as _;

use crate::error::inert;

/// Returns a line for each item.
pub(super) fn lines<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().fold(String::new(), |mut text, item| {
        let _ = writeln!(text, "{item}");
        text
    })
}

/// A table without borders: one record a line, columns aligned, nothing cut, every cell inert.
pub(super) struct TextTable {
    rows: Vec<Vec<String>>,
}

impl TextTable {
    pub(super) fn new<const N: usize>(header: [&str; N]) -> Self {
        Self {
            rows: vec![header.map(str::to_string).to_vec()],
        }
    }

    /// Creates a table without a header, for programs that read it line by line.
    pub(super) fn bare() -> Self {
        Self { rows: Vec::new() }
    }

    /// Adds a row of any number of cells.
    pub(super) fn add(&mut self, cells: Vec<String>) {
        let inert = cells.into_iter().map(|cell| inert(&cell));
        self.rows.push(inert.collect());
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.rows.push(cells.map(inert).to_vec());
    }
}

impl fmt::Display for TextTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                self.rows
                    .iter()
                    .filter_map(|row| row.get(column))
                    .map(|cell| cell.width())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
            }
            writeln!(formatter, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

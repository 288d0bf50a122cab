//! The pages of the guide, and the fenced blocks on them.

use std::fs;
use std::path::Path;

/// One page.
pub(super) struct Page {
    /// The file's name, from the guide's folder.
    pub(super) name: String,
    pub(super) text: String,
}

/// One fenced block.
pub(super) struct Block<'p> {
    /// Its line in the page, from 1.
    pub(super) line: usize,
    /// The word behind the fence.
    pub(super) kind: &'p str,
    pub(super) text: String,
}

/// Reads all pages, sorted by name; those of a folder have it in their name: `registries/ghcr.md`.
pub(super) fn pages() -> Vec<Page> {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide");
    let mut pages = Vec::new();
    for folder in ["", "registries/"] {
        for entry in fs::read_dir(guide.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension() == Some("md".as_ref()) {
                let file = path.file_name().unwrap().to_str().unwrap();
                pages.push(Page {
                    name: format!("{folder}{file}"),
                    text: fs::read_to_string(&path).unwrap(),
                });
            }
        }
    }
    pages.sort_by(|left, right| left.name.cmp(&right.name));
    pages
}

impl Page {
    /// Returns the folder with its slash, and the name of the file in it without its ending.
    pub(super) fn place(&self) -> (&str, &str) {
        let at = self.name.rfind('/').map_or(0, |slash| slash + 1);
        let (folder, file) = self.name.split_at(at);
        (folder, file.trim_end_matches(".md"))
    }

    /// Returns the fenced blocks in their order.
    pub(super) fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks: Vec<Block<'_>> = Vec::new();
        let mut is_open = false;
        for (line, text) in (1..).zip(self.text.lines()) {
            match (is_open, text.strip_prefix("```"), blocks.last_mut()) {
                (false, Some(kind), _) => {
                    blocks.push(Block {
                        line,
                        kind,
                        text: String::new(),
                    });
                    is_open = true;
                }
                (true, Some(_), _) => is_open = false,
                (true, None, Some(block)) => {
                    block.text.push_str(text);
                    block.text.push('\n');
                }
                _ => {}
            }
        }
        assert!(!is_open, "{}: a block is not closed", self.name);
        blocks
    }

    /// Returns the lines that are in no block, with their numbers from 1.
    pub(super) fn prose(&self) -> Vec<(usize, &str)> {
        let mut is_open = false;
        let lines = (1..).zip(self.text.lines());
        lines
            .filter(|(_, text)| {
                let is_fence = text.starts_with("```");
                is_open ^= is_fence;
                !is_open && !is_fence
            })
            .collect()
    }
}

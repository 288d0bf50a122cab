use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;

use zeroize::Zeroizing;

/// So many bytes at once are looked up.
const WINDOW: usize = 8;
/// Every so many bytes of a secret there is a window that is known.
const STRIDE: usize = 5;
/// A part of a secret of so many bytes is found wherever it is from: it holds a whole window that is known.
pub(super) const SURE: usize = WINDOW + STRIDE - 1;
/// What is shorter is not searched: it would be found in too many words.
const SHORTEST: usize = 4;
/// The bits that tell quickly that a window is not known.
const HINTS: usize = 1 << 18;

/// What is searched, with an index of its parts.
pub(super) struct Needles {
    /// Those that are found by their parts, in small letters.
    long: Vec<Needle>,
    /// Where each of them begins, were they one text.
    starts: Vec<u32>,
    /// The place of each known window, by its hash.
    windows: HashMap<u32, u32>,
    hints: Vec<u64>,
    /// Those that are found as a whole, by their first byte; nothing if there are none.
    short: Vec<Vec<Zeroizing<Vec<u8>>>>,
    seen: HashSet<u64>,
    hasher: RandomState,
}

struct Needle {
    bytes: Zeroizing<Vec<u8>>,
    /// So many bytes at its beginning are no secret by themselves, such as a user's name.
    open: usize,
}

impl Default for Needles {
    fn default() -> Self {
        Self {
            long: Vec::new(),
            starts: Vec::new(),
            windows: HashMap::new(),
            hints: vec![0; HINTS / 64],
            short: Vec::new(),
            seen: HashSet::new(),
            hasher: RandomState::new(),
        }
    }
}

impl Needles {
    pub(super) fn is_empty(&self) -> bool {
        self.long.is_empty() && self.short.is_empty()
    }

    /// Adds a needle in its plainest form, unless it is known.
    pub(super) fn add(&mut self, bytes: &[u8], open: usize) {
        if bytes.len() < SHORTEST || !self.seen.insert(self.hasher.hash_one(bytes)) {
            return;
        }
        if bytes.len() < SURE {
            let bytes: Vec<u8> = bytes.iter().copied().map(spaced).collect();
            self.short.resize(256, Vec::new());
            self.short[usize::from(bytes[0])].push(Zeroizing::new(bytes));
            return;
        }
        let bytes: Vec<u8> = bytes.iter().copied().map(folded).collect();
        let start = self.end();
        let Ok(length) = u32::try_from(bytes.len()) else {
            return;
        };
        if start.checked_add(length).is_none() {
            return;
        }
        for (offset, window) in (start..).zip(bytes.windows(WINDOW)).step_by(STRIDE) {
            let key = key(window);
            // Of equal parts one is enough: what differs around them has parts of its own.
            self.windows.entry(key).or_insert(offset);
            let hint = key as usize % HINTS;
            self.hints[hint / 64] |= 1 << (hint % 64);
        }
        self.starts.push(start);
        let bytes = Zeroizing::new(bytes);
        self.long.push(Needle { bytes, open });
    }

    fn end(&self) -> u32 {
        let last = self.long.last().map_or(0, |needle| needle.bytes.len());
        let last = u32::try_from(last).unwrap_or(u32::MAX);
        self.starts
            .last()
            .map_or(0, |start| start.saturating_add(last))
    }

    /// Calls with each part of a text that is a needle, or at least `least` bytes of one.
    pub(super) fn find(&self, text: &[u8], least: usize, mut mark: impl FnMut(Range<usize>)) {
        self.find_short(text, &mut mark);
        if self.long.is_empty() {
            return;
        }
        let text: Vec<u8> = text.iter().copied().map(folded).collect();
        let mut at = 0;
        let mut covered = 0_usize;
        while let Some(window) = text.get(at..at + WINDOW) {
            let found = self.known(window).and_then(|(needle, offset)| {
                // What is covered already is looked at no more than is needed to tell a part's length.
                let floor = covered.saturating_sub(SURE);
                let found = around(needle, offset, &text, at, floor)?;
                (found.len() >= least).then_some(found)
            });
            at += 1;
            if let Some(found) = found {
                covered = found.end;
                // The next one may begin before this one ends.
                at = at.max(covered.saturating_sub(SURE - 1));
                mark(found);
            }
        }
    }

    fn find_short(&self, text: &[u8], mark: &mut impl FnMut(Range<usize>)) {
        if self.short.is_empty() {
            return;
        }
        let text: Vec<u8> = text.iter().copied().map(spaced).collect();
        for (at, first) in text.iter().enumerate() {
            for needle in &self.short[usize::from(*first)] {
                if text[at..].starts_with(needle) {
                    mark(at..at + needle.len());
                }
            }
        }
    }

    /// Returns the needle that has a window, and where.
    fn known(&self, window: &[u8]) -> Option<(&Needle, usize)> {
        let key = key(window);
        let hint = key as usize % HINTS;
        if self.hints[hint / 64] & 1 << (hint % 64) == 0 {
            return None;
        }
        let place = *self.windows.get(&key)?;
        let index = self.starts.partition_point(|start| *start <= place) - 1;
        let needle = self.long.get(index)?;
        let offset = (place - self.starts[index]) as usize;
        (needle.bytes[offset..offset + WINDOW] == *window).then_some((needle, offset))
    }
}

/// Returns how far a text and a needle are equal around a window of both; nothing if that is no secret.
fn around(
    needle: &Needle,
    offset: usize,
    text: &[u8],
    at: usize,
    floor: usize,
) -> Option<Range<usize>> {
    let before = text[floor.min(at)..at].iter().rev();
    let before = before.zip(needle.bytes[..offset].iter().rev());
    let before = before.take_while(|(left, right)| left == right).count();
    let after = text[at..].iter().zip(&needle.bytes[offset..]);
    let after = after.take_while(|(left, right)| left == right).count();
    (offset + after > needle.open).then_some(at - before..at + after)
}

fn key(window: &[u8]) -> u32 {
    let bytes = window.try_into().unwrap_or([0; WINDOW]);
    let mixed = u64::from_le_bytes(bytes).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

/// Hosts come back in small letters, and forms have `+` for a space.
fn folded(byte: u8) -> u8 {
    spaced(byte).to_ascii_lowercase()
}

fn spaced(byte: u8) -> u8 {
    if byte == b'+' { b' ' } else { byte }
}

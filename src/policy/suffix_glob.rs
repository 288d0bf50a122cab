use super::glob::{GlobToken, Set};

/// A glob over the end of a tag, matched from its last byte backwards in one pass.
///
/// `*` stands for characters other than `-` and `_`, so that it does not run on into another variant;
/// `**` stands for any.
#[derive(Clone, Debug)]
pub(super) struct SuffixGlob {
    /// The last one first.
    atoms: Vec<Atom>,
    /// The states before atoms that may take none.
    optional: States,
    /// Whether it begins with a star, and so could begin within a word.
    begins_open: bool,
}

/// Which bytes an atom takes, a bit for each ASCII character, and how many of them.
#[derive(Clone, Copy, Debug)]
struct Atom {
    bytes: u128,
    /// Whether it may take none.
    is_optional: bool,
    /// Whether it may take more than one.
    is_repeated: bool,
}

/// States are bits: the lowest is "nothing matched yet", each atom that is done is one more.
type States = u128;

/// The most atoms that have room in the states.
pub(super) const MAX_ATOMS: usize = 127;

impl SuffixGlob {
    /// Makes it of the tokens of a glob; `None` if there are more than [`MAX_ATOMS`].
    pub(super) fn new(tokens: &[GlobToken]) -> Option<Self> {
        let atoms: Vec<Atom> = tokens.iter().rev().map(Atom::of).collect();
        if atoms.len() > MAX_ATOMS {
            return None;
        }
        let may_skip = atoms
            .iter()
            .enumerate()
            .filter(|(_, atom)| atom.is_optional);
        let optional = may_skip.fold(0, |states: States, (place, _)| states | (1 << place));
        Some(Self {
            atoms,
            optional,
            begins_open: matches!(tokens.first(), Some(GlobToken::Stars(_))),
        })
    }

    /// Tells whether it matches nothing at all, and so the end of every tag.
    pub(super) fn matches_nothing(&self) -> bool {
        self.is_done(self.closure(1))
    }

    /// Returns the leftmost place of a text, not before `least`, from which all of the rest matches.
    ///
    /// A glob that begins with a star begins at `least` or at a separator: `*-alpine` takes `-alpine` off
    /// `7.4-rc1-alpine`, and not `c1-alpine`.
    pub(super) fn start(&self, text: &str, least: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut states = self.closure(1);
        let mut found = None;
        for place in (least..bytes.len()).rev() {
            states = self.step(states, bytes[place]);
            if states == 0 {
                break;
            }
            let may_begin =
                !self.begins_open || place == least || matches!(bytes[place], b'-' | b'_' | b'.');
            if may_begin && self.is_done(states) {
                found = Some(place);
            }
        }
        found
    }

    /// Takes one more byte, the next to the left.
    fn step(&self, states: States, byte: u8) -> States {
        let bit = if byte.is_ascii() { 1 << byte } else { 0u128 };
        let takes = |atom: &&Atom| atom.bytes & bit != 0;
        let (mut next, mut left) = (0, states);
        while left != 0 {
            let state = left.trailing_zeros() as usize;
            left &= left - 1;
            if self.atoms.get(state).is_some_and(|atom| takes(&atom)) {
                next |= 1 << (state + 1);
            }
            let before = state.checked_sub(1).and_then(|done| self.atoms.get(done));
            if before.filter(takes).is_some_and(|atom| atom.is_repeated) {
                next |= 1 << state;
            }
        }
        self.closure(next)
    }

    /// Adds the states that are reached without a byte.
    fn closure(&self, mut states: States) -> States {
        loop {
            let reached = states | ((states & self.optional) << 1);
            if reached == states {
                return states;
            }
            states = reached;
        }
    }

    fn is_done(&self, states: States) -> bool {
        states & (1 << self.atoms.len()) != 0
    }
}

impl Atom {
    fn of(token: &GlobToken) -> Self {
        let once = |bytes| Self {
            bytes,
            is_optional: false,
            is_repeated: false,
        };
        let any_number = |bytes| Self {
            bytes,
            is_optional: true,
            is_repeated: true,
        };
        let separators = bit('-') | bit('_');
        match token {
            GlobToken::Literal(letter) => once(bit(*letter)),
            GlobToken::One => once(u128::MAX),
            GlobToken::Stars(1) => any_number(!separators),
            GlobToken::Stars(_) => any_number(u128::MAX),
            GlobToken::Set(set) => Self {
                is_repeated: set.is_repeated,
                ..once(members(set))
            },
        }
    }
}

fn bit(letter: char) -> u128 {
    u8::try_from(letter)
        .ok()
        .filter(u8::is_ascii)
        .map_or(0, |byte| 1 << byte)
}

fn members(set: &Set) -> u128 {
    let ranges = set.ranges.iter().copied();
    let members = ranges
        .flat_map(|(first, last)| first..=last)
        .map(bit)
        .fold(0, |members, letter| members | letter);
    if set.is_negated { !members } else { members }
}

use super::VersionRef;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Tilde,
    Caret,
}

impl Operator {
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "" | "=" => Self::Equal,
            "!=" => Self::NotEqual,
            ">" => Self::Greater,
            ">=" | "=>" => Self::GreaterEqual,
            "<" => Self::Less,
            "<=" | "=<" => Self::LessEqual,
            "~" | "~>" => Self::Tilde,
            "^" => Self::Caret,
            _ => return None,
        })
    }
}

/// The version of a comparator, in which the last numbers may be wild.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Partial {
    /// Wild numbers are zero.
    pub(super) parts: [u64; 3],
    /// How many numbers stand before the first wild one, zero to three.
    pub(super) fixed: u8,
    /// Empty if none is named.
    pub(super) prerelease: Box<str>,
    pub(super) date_like: bool,
}

/// An operator and the version after it, in the form of one kind of versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Comparator<B = Partial> {
    pub(super) operator: Operator,
    pub(super) bound: B,
}

/// Comparators that must all admit a version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ComparatorSet<B = Partial> {
    pub(super) comparators: Vec<Comparator<B>>,
}

impl Comparator {
    /// Returns `true` if the version is admitted, leaving the rule about prereleases to the group.
    pub(super) fn admits(&self, version: VersionRef<'_>) -> bool {
        let Partial {
            parts: bound,
            fixed,
            ref prerelease,
            ..
        } = self.bound;
        let compared = version.compare(bound, prerelease);
        let [major, minor, patch] = version.parts();
        match (self.operator, fixed) {
            (Operator::Equal, 3) => compared.is_eq(),
            (Operator::Equal | Operator::Tilde, _) => {
                // `*` and the odd `~0.0.0` have no upper end.
                let open = bound == [0; 3] && (fixed == 0 || fixed == 3);
                compared.is_ge()
                    && (open || (major == bound[0] && (fixed == 1 || minor == bound[1])))
            }
            (Operator::NotEqual, 1) => major != bound[0],
            (Operator::NotEqual, 2) => {
                // Masterminds looks at prereleases here even if only one side has one.
                [major, minor] != bound[..2] || version.prerelease() != &**prerelease
            }
            (Operator::NotEqual, _) => compared.is_ne(),
            (Operator::Greater, 1) => major > bound[0],
            (Operator::Greater, 2) => [major, minor] > [bound[0], bound[1]],
            (Operator::Greater, _) => compared.is_gt(),
            (Operator::GreaterEqual, _) => compared.is_ge(),
            (Operator::Less, _) => compared.is_lt(),
            (Operator::LessEqual, 3) => compared.is_le(),
            (Operator::LessEqual, 1) => major <= bound[0],
            // `<=*` is 0.0.*, as Masterminds has it.
            (Operator::LessEqual, _) => [major, minor] <= [bound[0], bound[1]],
            (Operator::Caret, _) => {
                compared.is_ge()
                    && if bound[0] > 0 || fixed == 1 {
                        major == bound[0]
                    } else if bound[1] > 0 || fixed == 2 {
                        [major, minor] == bound[..2]
                    } else {
                        [major, minor, patch] == bound
                    }
            }
        }
    }

    /// Returns how far the numbers are from the comparator's own: only the first difference counts.
    pub(super) fn distance(&self, version: VersionRef<'_>) -> [u64; 3] {
        let mut distance = [0; 3];
        let pairs = version.parts().into_iter().zip(self.bound.parts);
        for (slot, (part, bound)) in distance.iter_mut().zip(pairs).take(self.bound.fixed.into()) {
            *slot = part.abs_diff(bound);
            if *slot > 0 {
                break;
            }
        }
        distance
    }
}

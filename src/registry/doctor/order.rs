use crate::image::Tag;

/// How a page of tags is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagOrder {
    /// There are too few to tell.
    Unknown,
    /// By their bytes, as ASCII has them.
    Bytes,
    /// By their letters, whether capital or not.
    Letters,
    /// In none that is known.
    None,
}

impl TagOrder {
    pub(super) fn of(tags: &[Tag]) -> Self {
        if tags.len() < 3 {
            return Self::Unknown;
        }
        if tags.is_sorted() {
            return Self::Bytes;
        }
        if tags.is_sorted_by_key(|tag| tag.as_str().to_ascii_lowercase()) {
            return Self::Letters;
        }
        Self::None
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Unknown => "too few to tell",
            Self::Bytes => "by name",
            Self::Letters => "by name, capital letters like small ones",
            Self::None => "not by name",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_told_apart() {
        for (texts, order) in [
            (&["1", "2"][..], TagOrder::Unknown),
            (&["1.10", "1.9", "latest"], TagOrder::Bytes),
            (&["B", "a", "b"], TagOrder::Bytes),
            (&["a", "B", "c"], TagOrder::Letters),
            (&["1.9", "1.10", "1.8"], TagOrder::None),
        ] {
            let tags: Vec<Tag> = texts.iter().map(|text| Tag::parse(text).unwrap()).collect();
            assert_eq!(TagOrder::of(&tags), order, "{texts:?}");
        }
    }
}

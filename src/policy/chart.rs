/// Returns the suffix for tags of charts with build metadata: `_up*` for `_up1.0.10`.
///
/// A chart's version may be `109.0.1+up1.0.10`. A tag cannot have a `+`, so Helm writes `_` for it.
pub(super) fn suffix_of(build: &str) -> Option<String> {
    let build = build.strip_prefix('_')?;
    let end = build.find(|letter: char| !letter.is_ascii_alphabetic())?;
    let (word, rest) = build.split_at(end);
    rest.starts_with(|digit: char| digit.is_ascii_digit())
        .then(|| format!("_{word}*"))
}

#[cfg(test)]
mod tests {
    use super::super::{Candidates, Policy};
    use super::*;
    use crate::image::Tag;
    use crate::version::Constraint;

    #[test]
    fn a_word_and_numbers_after_an_underscore_are_build_metadata() {
        assert_eq!(suffix_of("_up1.0.10").as_deref(), Some("_up*"));
        assert_eq!(suffix_of("_3").as_deref(), Some("_*"));
        for variant in ["", "_", "_alpine", "_rc-1", "-up1", "up1"] {
            assert_eq!(suffix_of(variant), None, "{variant}");
        }
    }

    #[test]
    fn a_list_of_charts_with_build_metadata_is_helped_with() {
        let policy = Policy::semver(Constraint::parse("*").unwrap());
        let tags = ["109.0.1_up1.0.10", "108.0.0_up1.0.9"].map(|text| Tag::parse(text).unwrap());
        let help = policy.nearest(&Candidates::of(&tags)).help().unwrap();
        assert!(help.ends_with("set suffix = \"_up*\""), "{help}");
    }
}

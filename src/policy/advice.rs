use super::numbers::{is_stage, split_numbers};
use super::{Policy, Rule, Suffix, Verdict, chart};

impl Policy {
    /// Says what to change, if the tags that come nearest suggest it; they are in the order of nearness.
    pub(super) fn advice(&self, nearest: &[Verdict]) -> Option<String> {
        let first = nearest.first();
        self.wider_suffix(nearest)
            .or_else(|| first.and_then(|verdict| self.advice_of(verdict)))
    }

    /// Proposes `**` if a suffix with `*` stops before what one of the nearest tags has.
    fn wider_suffix(&self, nearest: &[Verdict]) -> Option<String> {
        let wide = self.suffix.as_ref().and_then(Suffix::widened)?;
        let mut dropped = nearest
            .iter()
            .filter(|verdict| verdict.rule == Rule::Suffix);
        let found = dropped
            .find_map(|verdict| wide.split(verdict.tag.as_str()))?
            .1;
        Some(format!(
            "`*` does not match `-` and `_`; if `{found}` is meant too, set suffix = \"{wide}\""
        ))
    }

    /// Says what to change, if one tag suggests it.
    fn advice_of(&self, nearest: &Verdict) -> Option<String> {
        match nearest.rule {
            Rule::Level => return Some("to move further, raise the level".into()),
            Rule::Downgrade => return Some("to go back, allow a downgrade".into()),
            _ => {}
        }
        let (_, found) =
            split_numbers(nearest.tag.as_str()).filter(|(_, suffix)| !suffix.is_empty())?;
        match (nearest.rule, &self.suffix) {
            (Rule::Version, None) => chart::suffix_of(found).map(|suffix| {
                format!("to take charts whose `+` is written `_`, set suffix = \"{suffix}\"")
            }),
            (Rule::Suffix, Some(wanted)) if strsim::levenshtein(found, wanted.as_str()) <= 2 => {
                Some(format!("did you mean suffix = \"{found}\"?"))
            }
            (Rule::Prerelease, None) if !is_stage(found) => Some(format!(
                "if `{found}` names a variant of the image, set suffix = \"{found}\""
            )),
            (Rule::Prerelease, _) => Some("to take prereleases, set prerelease = true".into()),
            _ => None,
        }
    }
}

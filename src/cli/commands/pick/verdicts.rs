use super::super::super::table::TextTable;
use crate::policy::Verdict;
use crate::report::escape;

/// Returns verdicts as a table.
pub(in crate::cli) fn table<'v>(verdicts: impl Iterator<Item = &'v Verdict>) -> TextTable {
    let mut table = TextTable::new(["TAG", "VERDICT", "RULE", "REASON"]);
    for verdict in verdicts {
        table.row([
            verdict.tag.as_str(),
            verdict.outcome.as_str(),
            verdict.rule.as_str(),
            // It may tell what a registry says of a tag.
            &escape::terminal(&verdict.reason),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Tag;
    use crate::policy::{Outcome, Rule};

    #[test]
    fn words_of_a_registry_cannot_steer_the_terminal() {
        let verdict = Verdict {
            tag: Tag::parse("1.0.0").unwrap(),
            outcome: Outcome::Held,
            rule: Rule::Platforms,
            reason: "lacks linux/arm64; it has \u{1b}[2J/amd64".into(),
        };
        let text = table([verdict].iter()).to_string();
        assert!(text.contains("it has ␛[2J/amd64"), "{text:?}");
    }
}

use super::comparator::{Comparator, ComparatorSet, Operator};
use super::error::bad_constraint;
use super::partial::HYPHEN_HELP;
use crate::error::TextError;

/// Reads a whole constraint into its groups.
///
/// `read` reads the version of a comparator; it gets the word and where that begins.
pub(super) fn parse<B>(
    text: &str,
    read: impl Fn(&str, usize) -> Result<B, TextError>,
) -> Result<Vec<ComparatorSet<B>>, TextError> {
    if text.bytes().all(is_blank) {
        return Err(bad_constraint("the constraint is empty", 0, text.len())
            .help("write `*` for any version"));
    }
    let mut parser = Parser {
        text,
        position: 0,
        read,
    };
    let mut groups = Vec::new();
    let mut bar = None;
    loop {
        groups.push(parser.group(bar)?);
        if parser.at_end() {
            return Ok(groups);
        }
        bar = Some(parser.position);
        parser.position += 2;
    }
}

struct Parser<'t, R> {
    text: &'t str,
    position: usize,
    read: R,
}

impl<'t, B, R: Fn(&str, usize) -> Result<B, TextError>> Parser<'t, R> {
    /// Reads comparators up to `||` or the end; `bar` is where the `||` before them stands.
    fn group(&mut self, bar: Option<usize>) -> Result<ComparatorSet<B>, TextError> {
        let mut comparators = Vec::new();
        self.skip_blanks();
        if self.at_group_end() {
            let (side, place) = match bar {
                Some(bar) => ("after", bar),
                None => ("before", self.position),
            };
            return Err(
                bad_constraint(format!("nothing stands {side} `||`"), place, 2)
                    .help("write a constraint on both sides, or leave out the `||`"),
            );
        }
        loop {
            self.comparator(&mut comparators)?;
            let blank = self.skip_blanks();
            if self.at_group_end() {
                return Ok(ComparatorSet { comparators });
            }
            if self.rest().starts_with(',') {
                let comma = self.position;
                self.position += 1;
                self.skip_blanks();
                if self.at_group_end() || self.rest().starts_with(',') {
                    return Err(bad_constraint("nothing stands after this comma", comma, 1)
                        .help("a comma joins two comparators: `>=1.2, <2`"));
                }
            } else if self.rest().starts_with('&') {
                return Err(self.ampersand());
            } else if self.rest().starts_with('|') {
                return Err(self.single_bar());
            } else if !blank {
                let length = self
                    .rest()
                    .find(|letter: char| letter.is_ascii_whitespace());
                let length = length.unwrap_or(self.rest().len());
                return Err(bad_constraint(
                    "a blank or a comma is missing before this comparator",
                    self.position,
                    length,
                )
                .help("write `>=1.2 <2` or `>=1.2, <2`"));
            }
        }
    }

    /// Reads one comparator, or a hyphen range, which is two.
    fn comparator(&mut self, comparators: &mut Vec<Comparator<B>>) -> Result<(), TextError> {
        let start = self.position;
        let (operator, written) = self.operator()?;
        let bound = self.version(start, written)?;
        let after = self.position;
        if !(self.skip_blanks() && self.at_lone_hyphen()) {
            self.position = after;
            comparators.push(Comparator { operator, bound });
            return Ok(());
        }
        let hyphen = self.position;
        if !written.is_empty() {
            return Err(
                bad_constraint("a hyphen range takes no operators", start, written.len())
                    .help("write `1.2 - 1.4`, or `>=1.2 <=1.4`"),
            );
        }
        self.position += 1;
        self.skip_blanks();
        let start = self.position;
        let (_, written) = self.operator()?;
        if !written.is_empty() {
            return Err(
                bad_constraint("a hyphen range takes no operators", start, written.len())
                    .help("write `1.2 - 1.4`, or `>=1.2 <=1.4`"),
            );
        }
        let upper = self.version(hyphen, "-")?;
        for (operator, bound) in [
            (Operator::GreaterEqual, bound),
            (Operator::LessEqual, upper),
        ] {
            comparators.push(Comparator { operator, bound });
        }
        Ok(())
    }

    fn operator(&mut self) -> Result<(Operator, &'t str), TextError> {
        let start = self.position;
        let written = self.take_while(|letter| "=<>!~^≤≥≠".contains(letter));
        let operator = Operator::parse(written).ok_or_else(|| {
            let error = bad_constraint(
                format!("`{written}` is not an operator"),
                start,
                written.len(),
            );
            match written {
                "==" | "===" => error.help("write `=`"),
                "!" | "!==" | "<>" | "><" | "≠" | "=!" => error.help("write `!=`"),
                "≥" | ">==" => error.help("write `>=`"),
                "≤" | "<==" => error.help("write `<=`"),
                "~=" | "=~" | "~~" => error
                    .help("write `~` for the same minor version, `^` for the same major version"),
                "^=" | "=^" | "^^" => error.help("write `^`"),
                _ => error.help("the operators are `=` `!=` `>` `<` `>=` `<=` `~` `^`"),
            }
        })?;
        Ok((operator, written))
    }

    /// Reads the version after what stands at `before`: an operator, a hyphen, or nothing.
    fn version(&mut self, before: usize, written: &str) -> Result<B, TextError> {
        self.skip_blanks();
        let start = self.position;
        let word = self
            .take_while(|letter| !letter.is_ascii_whitespace() && !",|&=<>!~^≤≥≠".contains(letter));
        if !word.is_empty() {
            return (self.read)(word, start);
        }
        if !written.is_empty() {
            let error = bad_constraint(
                format!("no version after `{written}`"),
                before,
                written.len(),
            );
            return Err(error.help(if written == "-" {
                HYPHEN_HELP
            } else {
                "write a version after it, such as `1.2`"
            }));
        }
        Err(match self.rest().chars().next() {
            Some('&') => self.ampersand(),
            Some('|') => self.single_bar(),
            _ => bad_constraint("nothing stands before this comma", start, 1)
                .help("a comma joins two comparators: `>=1.2, <2`"),
        })
    }

    fn ampersand(&self) -> TextError {
        let length = self.rest().bytes().take_while(|byte| *byte == b'&').count();
        let written = &self.rest()[..length];
        bad_constraint(
            format!("`{written}` is not known here"),
            self.position,
            length,
        )
        .help("a blank or a comma means and: `>=1.2 <2`")
    }

    fn single_bar(&self) -> TextError {
        bad_constraint("a single `|` means nothing here", self.position, 1)
            .help("write `||` for or")
    }

    /// Returns `true` if a hyphen stands here that is followed by a blank or by the end.
    fn at_lone_hyphen(&self) -> bool {
        let mut bytes = self.rest().bytes();
        bytes.next() == Some(b'-') && bytes.next().is_none_or(is_blank)
    }

    fn at_end(&self) -> bool {
        self.position == self.text.len()
    }

    fn at_group_end(&self) -> bool {
        self.at_end() || self.rest().starts_with("||")
    }

    fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|letter| !wanted(letter)).unwrap_or(rest.len());
        self.position += length;
        &rest[..length]
    }

    fn skip_blanks(&mut self) -> bool {
        !self
            .take_while(|letter| letter.is_ascii_whitespace())
            .is_empty()
    }
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Constraint, Prereleases, Version};
    use super::*;

    fn culprit(text: &str) -> (&str, TextError) {
        let error = Constraint::parse(text).unwrap_err();
        (&text[error.offset..error.offset + error.length], error)
    }

    #[test]
    fn errors_mark_the_culprit_and_say_what_to_write() {
        for (text, mark, help) in [
            ("", "", "`*`"),
            ("  ", "  ", "`*`"),
            ("==1.2.3", "==", "write `=`"),
            (">=1.2 && <2", "&&", "a blank or a comma"),
            (">=1&&<2", "&&", "a blank or a comma"),
            ("&1", "&", "a blank or a comma"),
            (">=1 and <2", "and", "a blank or a comma"),
            ("1 OR 2", "OR", "`||`"),
            ("1 | 2", "|", "`||`"),
            ("1|2", "|", "`||`"),
            ("| 2", "|", "`||`"),
            ("latest", "latest", "tag = \"latest\""),
            ("^1 || stable", "stable", "tag = \"stable\""),
            ("1.2.3.4", ".4", "write `1.2.3`"),
            (">=v1.2.3.4-rc", ".4", "write `v1.2.3`"),
            ("V1.2", "V", "write `v1.2`"),
            ("1.2.", ".", "`1.2`"),
            ("1..2", ".", "`1.2`"),
            ("><1", "><", "`!=`"),
            ("<>1", "<>", "`!=`"),
            ("!1", "!", "`!=`"),
            ("≥1", "≥", "`>=`"),
            ("~=1.2", "~=", "`^`"),
            (">=", ">=", "such as"),
            (">= || 1", ">=", "such as"),
            ("~ >1", "~", "such as"),
            ("1,,2", ",", ">=1.2, <2"),
            (",1", ",", ">=1.2, <2"),
            ("1,", ",", ">=1.2, <2"),
            ("1 -2", "-2", "on both sides"),
            ("1- 2", "-", "on both sides"),
            ("1 -", "-", "on both sides"),
            ("1 - 2 - 3", "-", "on both sides"),
            (">1 - 2", ">", "`>=1.2 <=1.4`"),
            ("1 - <2", "<", "`>=1.2 <=1.4`"),
            (">=1<2", "<2", "`>=1.2 <2`"),
            ("1 ||", "||", "both sides"),
            ("|| 1", "||", "both sides"),
            ("1 || || 2", "||", "both sides"),
            ("||", "||", "both sides"),
            ("1.2.3-01", "01", "write `1`"),
            ("1.2.3-a_b", "_", "made of"),
            ("1-a..b", ".", "at least one"),
            ("v", "v", "`v1`"),
            ("^99999999999999999999", "99999999999999999999", "largest"),
        ] {
            let (marked, error) = culprit(text);
            assert_eq!(marked, mark, "{text}: {error}");
            let advice = error.help.as_deref().unwrap_or_default();
            assert!(advice.contains(help), "{text}: {advice}");
        }
        assert_eq!(culprit("1.2x").0, "2x");
        assert_eq!(culprit("1 || || 2").1.offset, 2);
    }

    #[test]
    fn text_is_kept_with_single_blanks() {
        let constraint = Constraint::parse("  >=1.0 ,\t<2   ||  3.x ").unwrap();
        assert_eq!(constraint.to_string(), ">=1.0 , <2 || 3.x");
    }

    #[test]
    fn knows_when_dates_and_prereleases_are_named() {
        for text in ["2024.x", ">=20230101", "^1 || 123456", "<3 >=1900"] {
            assert!(Constraint::parse(text).unwrap().names_date_like(), "{text}");
        }
        for text in ["^1", "*", "1.2024", "<1900-0 || 1899", "12345"] {
            let named = text.contains("1900");
            assert_eq!(
                Constraint::parse(text).unwrap().names_date_like(),
                named,
                "{text}"
            );
        }
        assert!(Constraint::parse("^1 || ^2-0").unwrap().names_prerelease());
        assert!(!Constraint::parse("^1+a-b").unwrap().names_prerelease());
    }

    #[test]
    fn ranges_mean_what_they_say_beside_other_comparators() {
        let matches = |constraint: &str, version: &str| {
            let version = Version::parse(version).unwrap();
            Constraint::parse(constraint)
                .unwrap()
                .matches(&version, Prereleases::ByConstraint)
        };
        for constraint in ["!=1.5 1 - 2", "1 - 2 !=1.5", "1 - 2, !=1.5", "!=1.5, 1 - 2"] {
            assert!(
                matches(constraint, "1.4.0") && matches(constraint, "2.9.9"),
                "{constraint}"
            );
            assert!(
                !matches(constraint, "1.5.1") && !matches(constraint, "3.0.0"),
                "{constraint}"
            );
        }
        assert!(
            matches("1||2 - 3", "1.0") && matches("1||2 - 3", "3.1") && !matches("1||2 - 3", "4")
        );
    }

    #[test]
    fn prereleases_follow_the_wish() {
        let version = Version::parse("1.3.0-rc.1").unwrap();
        let constraint = Constraint::parse("^1 || 2-0").unwrap();
        assert!(!constraint.matches(&version, Prereleases::ByConstraint));
        assert!(constraint.matches(&version, Prereleases::Include));
        let constraint = Constraint::parse("^1-0").unwrap();
        assert!(constraint.matches(&version, Prereleases::ByConstraint));
        assert!(!constraint.matches(&version, Prereleases::Exclude));
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_marks_bytes_of_the_text(
            text in prop_oneof!["\\PC{0,24}", "[v0-9xX*.,|&<>=!~^ a≥é+-]{0,16}"],
        ) {
            match Constraint::parse(&text) {
                Ok(constraint) => {
                    let again = Constraint::parse(constraint.as_str()).unwrap();
                    prop_assert_eq!(again, constraint);
                }
                Err(error) => {
                    prop_assert!(text.get(error.offset..error.offset + error.length).is_some(), "{:?}", error);
                }
            }
        }
    }
}

use std::cmp::Ordering;

use super::natural;

/// The numbers of a version behind its third: `.4.16`, `.1_1`, or the build `_10` of `21.0.9_10`.
///
/// Numbers behind dots come before the one behind the underscore, a build: `11.0.14.1_1` is above `11.0.14_9`.
/// A number that was not written counts as zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Further<'t> {
    text: &'t str,
}

impl<'t> Further<'t> {
    /// Takes them off the beginning of a text.
    pub(super) fn split(text: &'t str) -> (Self, &'t str) {
        let bytes = text.as_bytes();
        let number = |start: usize| {
            let digits = bytes[start..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit());
            start + digits.count()
        };
        let mut end = 0;
        while bytes.get(end) == Some(&b'.') && number(end + 1) > end + 1 {
            end = number(end + 1);
        }
        if bytes.get(end) == Some(&b'_') && number(end + 1) > end + 1 {
            end = number(end + 1);
        }
        let (further, rest) = text.split_at(end);
        (Self { text: further }, rest)
    }

    pub(super) fn as_str(self) -> &'t str {
        self.text
    }

    /// Returns how many numbers there are.
    pub(super) fn count(self) -> usize {
        self.text
            .bytes()
            .filter(|byte| !byte.is_ascii_digit())
            .count()
    }

    /// Returns them without leading zeros and without zeros at the end, so that equal ones are written alike.
    pub(super) fn shortest(self) -> String {
        let digits = |number: &str| match number.trim_start_matches('0') {
            "" => "0".to_owned(),
            digits => digits.to_owned(),
        };
        let (dotted, build) = self.parts();
        let mut numbers: Vec<_> = dotted.split('.').skip(1).map(digits).collect();
        while numbers.last().is_some_and(|number| number == "0") {
            numbers.pop();
        }
        let mut text = String::new();
        for number in numbers {
            text.push('.');
            text.push_str(&number);
        }
        match digits(build).as_str() {
            "0" => text,
            build => format!("{text}_{build}"),
        }
    }

    pub(super) fn compare(self, other: Further<'_>) -> Ordering {
        let ((dotted, build), (other_dotted, other_build)) = (self.parts(), other.parts());
        let (mut numbers, mut others) =
            (dotted.split('.').skip(1), other_dotted.split('.').skip(1));
        loop {
            let ordering = match (numbers.next(), others.next()) {
                (None, None) => return natural(build, other_build),
                (number, other) => natural(number.unwrap_or("0"), other.unwrap_or("0")),
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
    }

    fn parts(self) -> (&'t str, &'t str) {
        self.text.split_once('_').unwrap_or((self.text, "0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> (&str, &str) {
        let (further, rest) = Further::split(text);
        (further.as_str(), rest)
    }

    #[test]
    fn numbers_behind_dots_and_one_build_are_taken() {
        for (text, further, rest) in [
            ("", "", ""),
            (".4.16", ".4.16", ""),
            (".4-rc1", ".4", "-rc1"),
            ("_10-jre", "_10", "-jre"),
            (".1_1", ".1_1", ""),
            (".1_1_2", ".1_1", "_2"),
            (".1_1.2", ".1_1", ".2"),
            (".", "", "."),
            ("_b", "", "_b"),
            (".4.x", ".4", ".x"),
        ] {
            assert_eq!(split(text), (further, rest), "{text}");
        }
        assert_eq!(Further::split(".1.2_3").0.count(), 3);
    }

    #[test]
    fn dotted_numbers_come_before_the_build() {
        let ascending = ["", "_1", "_9", "_10", ".1", ".1_1", ".2", ".10", ".10.0.1"];
        for (index, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                let (one, two) = (Further::split(left).0, Further::split(right).0);
                assert_eq!(one.compare(two), index.cmp(&other), "{left} {right}");
            }
        }
        for (text, shortest) in [
            (".04_00", ".4"),
            (".0.1.0", ".0.1"),
            ("_010", "_10"),
            ("", ""),
        ] {
            assert_eq!(Further::split(text).0.shortest(), shortest);
        }
        assert!(Further::split(".0").0.compare(Further::split("").0).is_eq());
        assert!(
            Further::split(".04_00")
                .0
                .compare(Further::split(".4").0)
                .is_eq()
        );
    }
}

use std::cmp::Ordering;
use std::fmt;

/// A decimal number of any length, exact: `007`, `-1.10`.
///
/// There are no exponents, no `inf` and no other bases: `1e3` is more often a commit than a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecimalRef<'t> {
    negative: bool,
    /// Without leading zeros.
    integer: &'t str,
    /// Without trailing zeros.
    fraction: &'t str,
}

impl<'t> DecimalRef<'t> {
    /// Reads `[+-]?digits[.digits]`.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (integer, fraction) = match digits.split_once('.') {
            Some((integer, fraction)) => (integer, Some(fraction)),
            None => (digits, None),
        };
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(integer) || !fraction.is_none_or(is_number) {
            return None;
        }
        let integer = integer.trim_start_matches('0');
        let fraction = fraction.unwrap_or_default().trim_end_matches('0');
        let is_zero = integer.is_empty() && fraction.is_empty();
        Some(Self {
            negative: text.starts_with('-') && !is_zero,
            integer,
            fraction,
        })
    }

    pub(crate) fn compare(self, other: DecimalRef<'_>) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude(other),
            (true, true) => self.magnitude(other).reverse(),
            _ => other.negative.cmp(&self.negative),
        }
    }

    fn magnitude(self, other: DecimalRef<'_>) -> Ordering {
        let lengths = self.integer.len().cmp(&other.integer.len());
        lengths
            .then_with(|| self.integer.cmp(other.integer))
            .then_with(|| self.fraction.cmp(other.fraction))
    }
}

/// The number in its shortest form; equal numbers have equal texts.
impl fmt::Display for DecimalRef<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            formatter.write_str("-")?;
        }
        formatter.write_str(if self.integer.is_empty() {
            "0"
        } else {
            self.integer
        })?;
        if !self.fraction.is_empty() {
            write!(formatter, ".{}", self.fraction)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_compared_by_value() {
        let ascending = [
            "-10",
            "-9.5",
            "-9",
            "-0.1",
            "0",
            "0.05",
            "1.10",
            "1.9",
            "7",
            "10",
            "18446744073709551615",
            "18446744073709551616",
            "340282366920938463463374607431768211456.5",
        ];
        for (index, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                let (left, right) = (
                    DecimalRef::parse(left).unwrap(),
                    DecimalRef::parse(right).unwrap(),
                );
                assert_eq!(left.compare(right), index.cmp(&other), "{left} {right}");
            }
        }
        for (text, shortest) in [
            ("007", "7"),
            ("+7.00", "7"),
            ("-0", "0"),
            ("00.50", "0.5"),
            ("-01.10", "-1.1"),
        ] {
            assert_eq!(DecimalRef::parse(text).unwrap().to_string(), shortest);
        }
    }

    #[test]
    fn other_notations_are_refused() {
        for text in [
            "", "-", "+-1", "1e3", "inf", "nan", "0x10", "1_000", ".5", "5.", "1.2.3", "1,5", "v1",
        ] {
            assert!(DecimalRef::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn small_numbers_are_ordered_as_integers_are(left in any::<i64>(), right in any::<i64>()) {
            let (one, other) = (left.to_string(), right.to_string());
            let (one, other) = (DecimalRef::parse(&one).unwrap(), DecimalRef::parse(&other).unwrap());
            prop_assert_eq!(one.compare(other), left.cmp(&right));
            prop_assert_eq!(one.to_string(), left.to_string());
        }
    }
}

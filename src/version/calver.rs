use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

use super::natural::natural;
use super::scheme::Scheme;
use super::token::Unit;

/// The most numbers that a calendar version has: a year, a month, a day and three counters.
pub(crate) const MOST_PARTS: usize = 6;

/// A calendar version that borrows its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CalverRef<'t> {
    text: &'t str,
    parts: [u64; MOST_PARTS],
    part_count: u8,
    /// Empty if there is none.
    modifier: &'t str,
}

/// Why a text is no version of a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CalverFault {
    /// It is not written so.
    Form,
    /// A number is none that its part can be.
    Range { unit: &'static str, number: u64 },
    /// There is no such day.
    Date { year: u64, month: u64, day: u64 },
}

/// The numbers at the beginning of a text, as far as they were read.
pub(super) struct Numbers {
    pub(super) parts: [u64; MOST_PARTS],
    pub(super) count: u8,
    /// Where the text goes on.
    pub(super) end: usize,
}

impl Scheme {
    /// Reads a version.
    pub(crate) fn read<'t>(&self, text: &'t str) -> Result<CalverRef<'t>, CalverFault> {
        let numbers = self.numbers(text)?;
        let total = self.parts.len();
        let count = usize::from(numbers.count);
        let is_whole = count == total || (count + 1 == total && self.last_may_be_missing());
        if !is_whole {
            return Err(CalverFault::Form);
        }
        let modifier = self
            .modifier_at(&text[numbers.end..])
            .ok_or(CalverFault::Form)?;
        self.check_date(&numbers)?;
        Ok(CalverRef {
            text,
            parts: numbers.parts,
            part_count: numbers.count,
            modifier,
        })
    }

    /// Reads as many of the scheme's numbers as the text begins with, after an optional `v`.
    pub(super) fn numbers(&self, text: &str) -> Result<Numbers, CalverFault> {
        let bytes = text.as_bytes();
        let mut numbers = Numbers {
            parts: [0; MOST_PARTS],
            count: 0,
            end: usize::from(bytes.first() == Some(&b'v')),
        };
        for (part, slot) in self.parts.iter().zip(0..) {
            let mut start = numbers.end;
            if let Some(separator) = part.separator {
                if bytes.get(start) != Some(&(separator as u8)) {
                    break;
                }
                start += 1;
            }
            let (least, most) = part.token.widths();
            let limit = if self.is_followed_at_once(slot) {
                most
            } else {
                usize::MAX
            };
            let digits = bytes[start..].iter().take(limit);
            let length = digits.take_while(|byte| byte.is_ascii_digit()).count();
            if length == 0 {
                break;
            }
            if length < least || length > most {
                return Err(CalverFault::Form);
            }
            let digits = &text[start..start + length];
            let number = digits.parse().map_err(|_| CalverFault::Form)?;
            if number < part.token.least() || number > part.token.most() {
                return Err(CalverFault::Range {
                    unit: part.token.unit().as_str(),
                    number,
                });
            }
            numbers.parts[slot] = number;
            numbers.count += 1;
            numbers.end = start + length;
        }
        Ok(numbers)
    }

    /// Checks that the day exists, as far as the numbers name one.
    pub(super) fn check_date(&self, numbers: &Numbers) -> Result<(), CalverFault> {
        let value = |unit| {
            let mut known = self.parts.iter().take(numbers.count.into());
            let slot = known.position(|part| part.token.unit() == unit)?;
            Some(numbers.parts[slot])
        };
        let (Some(year), Some(month), Some(day)) =
            (value(Unit::Year), value(Unit::Month), value(Unit::Day))
        else {
            return Ok(());
        };
        let full = if year < 1000 { year + 2000 } else { year };
        let date = || {
            let (year, month, day) = (full.try_into(), month.try_into(), day.try_into());
            Date::new(year.ok()?, month.ok()?, day.ok()?).ok()
        };
        match date() {
            Some(_) => Ok(()),
            None => Err(CalverFault::Date { year, month, day }),
        }
    }

    /// Returns `true` if the next number follows without a separator.
    fn is_followed_at_once(&self, slot: usize) -> bool {
        let next = self.parts.get(slot + 1);
        next.is_some_and(|part| part.separator.is_none())
    }

    fn last_may_be_missing(&self) -> bool {
        self.parts.len() > 1
            && self
                .parts
                .last()
                .is_some_and(|part| part.token.unit() == Unit::Micro)
    }

    /// Reads the modifier that is all of the rest; empty if there is none, `None` if it is no modifier.
    pub(super) fn modifier_at<'t>(&self, rest: &'t str) -> Option<&'t str> {
        if rest.is_empty() {
            return Some("");
        }
        let modifier = match self.modifier?.separator {
            Some(separator) => rest.strip_prefix(separator)?,
            None => rest,
        };
        let first = modifier.bytes().next()?;
        let starts_well =
            first.is_ascii_alphabetic() || (first.is_ascii_digit() && modifier.len() < rest.len());
        starts_well.then_some(modifier)
    }
}

impl<'t> CalverRef<'t> {
    /// Returns the numbers; those beyond the scheme's are zero.
    pub(crate) fn parts(self) -> [u64; MOST_PARTS] {
        self.parts
    }

    /// Returns the number of components as written.
    pub(crate) fn part_count(self) -> usize {
        self.part_count.into()
    }

    pub(crate) fn has_v(self) -> bool {
        self.text.starts_with('v')
    }

    /// Returns the modifier; empty if there is none.
    pub(crate) fn modifier(self) -> &'t str {
        self.modifier
    }

    /// Compares by the numbers, then by the modifier; a version without one comes after all with one.
    pub(crate) fn precedence(self, other: CalverRef<'_>) -> Ordering {
        let numbers = self.parts.cmp(&other.parts);
        numbers.then_with(|| compare_modifiers(self.modifier, other.modifier))
    }
}

/// Compares two modifiers; the empty one is the greatest.
pub(super) fn compare_modifiers(left: &str, right: &str) -> Ordering {
    let presence = left.is_empty().cmp(&right.is_empty());
    presence.then_with(|| natural(left, right))
}

/// The reason, as the end of a sentence about the text.
impl fmt::Display for CalverFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => formatter.write_str("is not written as the scheme is"),
            Self::Range { unit, number } => write!(formatter, "names no date: no {unit} {number}"),
            Self::Date { year, month, day } => {
                write!(
                    formatter,
                    "names no date: no day {day} in month {month} of {year}"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'t>(scheme: &str, text: &'t str) -> Result<CalverRef<'t>, CalverFault> {
        Scheme::parse(scheme).unwrap().read(text)
    }

    #[test]
    fn versions_are_read_as_the_scheme_says() {
        for (scheme, text, parts, modifier) in [
            ("YYYY.MM.DD", "2024.1.5", &[2024, 1, 5][..], ""),
            ("YYYY.MM.DD", "v2024.01.05", &[2024, 1, 5], ""),
            ("YYYY.0M", "2024.04", &[2024, 4], ""),
            ("YY.MM.MICRO", "24.4.12", &[24, 4, 12], ""),
            ("YY.0M.MICRO", "24.04", &[24, 4], ""),
            ("YY.MM", "106.12", &[106, 12], ""),
            ("YYYY0M0D", "20240229", &[2024, 2, 29], ""),
            ("YYYY0M0D.MICRO", "20240229.7", &[2024, 2, 29, 7], ""),
            ("YYYY.0W", "2024.53", &[2024, 53], ""),
            ("MAJOR-YYYY_0M", "3-2024_12", &[3, 2024, 12], ""),
            ("YYYY.MM-MODIFIER", "2024.4-rc.1", &[2024, 4], "rc.1"),
            ("YYYY.MM.MICRO-MODIFIER", "2024.4-rc1", &[2024, 4], "rc1"),
            ("YYYY.MM.MICRO.MODIFIER", "2024.4.b2", &[2024, 4], "b2"),
            ("YYYY.0M.0DMODIFIER", "2024.01.05b1", &[2024, 1, 5], "b1"),
            ("YYYY.MM-MODIFIER", "2024.4-1", &[2024, 4], "1"),
        ] {
            let version = read(scheme, text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
            assert_eq!(&version.parts()[..version.part_count()], parts, "{text}");
            assert_eq!(version.modifier(), modifier, "{text}");
            assert_eq!(version.has_v(), text.starts_with('v'));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for (scheme, text) in [
            ("YYYY.MM.DD", "2024.01"),
            ("YYYY.MM.DD", "2024.01.05.1"),
            ("YYYY.MM.DD", "2024.001.05"),
            ("YYYY.MM.DD", "2024-01-05"),
            ("YYYY.MM.DD", "24.01.05"),
            ("YYYY.MM.DD", "vv2024.01.05"),
            ("YYYY.MM.DD", "latest"),
            ("YYYY.MM.DD", ""),
            ("YYYY.0M", "2024.4"),
            ("YYYY0M0D", "2024022"),
            ("YYYY0M0D", "202402290"),
            ("YYYY.MM", "2024.4-rc1"),
            ("YYYY.MM-MODIFIER", "2024.4-"),
            ("YYYY.MM-MODIFIER", "2024.4--rc"),
            ("YYYY.0MMODIFIER", "2024.043"),
            ("YYYY.MM.MICRO", "2024.4."),
            ("YYYY.MM.MICRO", "2024.4.18446744073709551616"),
        ] {
            assert_eq!(read(scheme, text).unwrap_err(), CalverFault::Form, "{text}");
        }
    }

    #[test]
    fn dates_that_are_none_are_told() {
        for (scheme, text, reason) in [
            ("YYYY.MM.DD", "2024.13.01", "no month 13"),
            ("YYYY.MM.DD", "2024.0.1", "no month 0"),
            ("YYYY.MM.DD", "2024.02.30", "no day 30 in month 2 of 2024"),
            ("YYYY.MM.DD", "2023.02.29", "no day 29 in month 2 of 2023"),
            ("YY.MM.DD", "23.2.29", "no day 29 in month 2 of 23"),
            ("YYYY.MM.DD", "2024.01.32", "no day 32"),
            ("YYYY.WW", "2024.54", "no week 54"),
            ("YYYY.MM", "0999.01", "no year 999"),
        ] {
            let fault = read(scheme, text).unwrap_err();
            assert_eq!(fault.to_string(), format!("names no date: {reason}"));
        }
    }

    #[test]
    fn a_modifier_makes_a_prerelease() {
        let ascending = [
            "2023.12",
            "2024.4-alpha",
            "2024.4-rc2",
            "2024.4-rc10",
            "2024.4",
            "2024.4.1-rc1",
            "2024.4.1",
            "2024.10",
        ];
        for (index, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                let scheme = "YYYY.MM.MICRO-MODIFIER";
                let (left, right) = (read(scheme, left).unwrap(), read(scheme, right).unwrap());
                assert_eq!(left.precedence(right), index.cmp(&other));
            }
        }
        let (short, long) = (
            read("YYYY.MM.MICRO", "2024.4"),
            read("YYYY.MM.MICRO", "2024.04.0"),
        );
        assert!(short.unwrap().precedence(long.unwrap()).is_eq());
    }
}

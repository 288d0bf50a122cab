use std::cmp::Ordering;

/// Compares two texts byte by byte, with runs of digits read as numbers: `-r3` comes before `-r10`.
///
/// Texts that differ only in leading zeros are equal.
pub(crate) fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while let (Some(one), Some(other)) = (left.first(), right.first()) {
        if one.is_ascii_digit() && other.is_ascii_digit() {
            let ((one, after_one), (other, after_other)) = (number(left), number(right));
            let ordering = one.len().cmp(&other.len()).then_with(|| one.cmp(other));
            if ordering.is_ne() {
                return ordering;
            }
            (left, right) = (after_one, after_other);
        } else if one == other {
            (left, right) = (&left[1..], &right[1..]);
        } else {
            return one.cmp(other);
        }
    }
    left.len().cmp(&right.len())
}

/// Takes a run of digits off; its leading zeros are left out.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let length = text.iter().take_while(|byte| is_digit(byte)).count();
    let (digits, rest) = text.split_at(length);
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    (&digits[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn runs_of_digits_are_numbers() {
        let ascending = [
            "",
            "-debian-11-r9",
            "-debian-12",
            "-debian-12-r3",
            "-debian-12-r10",
            "-r2",
            "-r18446744073709551616",
            "-rc1",
            "7",
            "10",
            "a",
        ];
        for (index, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(natural(left, right), index.cmp(&other), "{left} {right}");
            }
        }
        assert!(natural("-r03", "-r3").is_eq());
        assert!(natural("a00", "a0").is_eq());
    }

    proptest! {
        #[test]
        fn it_is_a_total_order(a in "[a0-2.-]{0,6}", b in "[a0-2.-]{0,6}", c in "[a0-2.-]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}

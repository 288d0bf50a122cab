//! What YAML readers make of a scalar without quotes.

use serde_json::Number;

use super::tree::Kind;

/// Resolves a plain scalar by the core schema of YAML 1.2.
///
/// What YAML 1.1 reads in another way is [`Kind::Other`].
pub(super) fn resolve(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" => return Kind::Bool(true),
        "false" | "False" | "FALSE" => return Kind::Bool(false),
        _ => {}
    }
    if ["yes", "no", "on", "off"]
        .iter()
        .any(|word| is_word(text, word))
    {
        return Kind::other("a word that some YAML readers take for true or false", text);
    }
    if is_date(text) {
        return Kind::other("a date to many YAML readers", text);
    }
    number(text).unwrap_or_else(|| Kind::Text(text.to_string()))
}

/// Says whether a text is a word in one of the spellings of YAML 1.1: `no`, `No`, `NO`.
fn is_word(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
        && (text == word
            || text.bytes().all(|byte| byte.is_ascii_uppercase())
            || text[1..] == word[1..])
}

/// Says whether a text is `2024-01-01`, alone or with a time behind it.
fn is_date(text: &str) -> bool {
    let date = text
        .find(['T', 't', ' '])
        .map_or(text, |at| text.split_at(at).0);
    let mut parts = date.split('-');
    let mut digits = |lengths: std::ops::RangeInclusive<usize>| {
        parts.next().is_some_and(|part| {
            lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    digits(4..=4) && digits(1..=2) && digits(1..=2) && parts.next().is_none()
}

fn number(text: &str) -> Option<Kind> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            return is_number.then(|| {
                let value = i64::from_str_radix(digits, radix).ok();
                Kind::number(value.map(Number::from), text)
            });
        }
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(
        unsigned,
        ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN"
    ) {
        return Some(Kind::number(None, text));
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        let value = text.parse::<i64>().ok();
        return Some(Kind::number(value.map(Number::from), text));
    }
    if !is_float(unsigned) {
        return None;
    }
    let value = text.parse().ok().and_then(Number::from_f64);
    Some(Kind::number(value, text))
}

/// Says whether a text is `1.5`, `.5`, `1.` or one of them with an exponent.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && is_digits(digits)
    });
    whole.len() + fraction.len() > 0 && is_digits(whole) && is_digits(fraction) && is_exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_yaml_readers_read_in_two_ways_are_nothing() {
        for text in [
            "no",
            "No",
            "YES",
            "on",
            "OFF",
            "2024-01-01",
            "2024-1-1",
            "~",
            "",
        ] {
            assert!(
                matches!(resolve(text), Kind::Other { .. } | Kind::Null),
                "{text}"
            );
        }
        for text in ["nO", "yesterday", "2024-01-01-alpine", "n", "y", "24-01-01"] {
            assert!(matches!(resolve(text), Kind::Text(_)), "{text}");
        }
    }

    #[test]
    fn numbers_are_those_of_yaml_1_2() {
        for text in [
            "1", "-1", "+1", "010", "1.10", "1.", ".5", "1e3", "1.5E-3", "0x1f", "0o17",
        ] {
            assert!(matches!(resolve(text), Kind::Number(_)), "{text}");
        }
        for text in [
            "1.x", "1.2.3", "0x", "0xg", "1e", "e1", ".", "-", "--1", "1_000", "v1", "+-1", "0o8",
        ] {
            assert!(matches!(resolve(text), Kind::Text(_)), "{text}");
        }
        for text in [".inf", "-.inf", "99999999999999999999", "1e999"] {
            assert!(matches!(resolve(text), Kind::Other { .. }), "{text}");
        }
    }
}

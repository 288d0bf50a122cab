/// The words that name the stage of a prerelease, with the rank of each stage: `alpha` comes before `rc`.
///
/// Sources: SemVer 2.0.0 §11 and Docker tags (`alpha`, `beta`, `rc`), PEP 440 (`a`, `b`, `c`, `rc`, `dev`, `pre`,
/// `preview`), Maven (`m`, `milestone`, `cr`, `snapshot`), Java (`ea`).
const STAGES: [(&str, u8); 19] = [
    ("dev", 0),
    ("devel", 0),
    ("snapshot", 1),
    ("nightly", 2),
    ("canary", 3),
    ("unstable", 3),
    ("ea", 3),
    ("a", 4),
    ("alpha", 4),
    ("b", 5),
    ("beta", 5),
    ("m", 6),
    ("milestone", 6),
    ("pre", 7),
    ("prerelease", 7),
    ("preview", 8),
    ("c", 9),
    ("cr", 9),
    ("rc", 9),
];

/// The words that may be glued to the numbers of a version, with digits behind them: `3.15.0rc1`.
const GLUED: [&str; 13] = [
    "a", "alpha", "b", "beta", "c", "rc", "cr", "m", "dev", "pre", "preview", "ea", "snapshot",
];

/// Returns the rank of the stage that a text begins with: `beta.2`, `rc1`, `RC-3`; `None` for `alpine`.
///
/// A single letter needs a number behind it: `a1` is a stage, `a` and `a-slim` are not.
pub(crate) fn stage(text: &str) -> Option<u8> {
    let length = word_length(text);
    let (word, rest) = text.split_at(length);
    let number = rest.strip_prefix(['.', '-']).unwrap_or(rest);
    if length == 1 && !number.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let found = STAGES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(word));
    found.map(|(_, rank)| *rank)
}

/// Splits what is glued to the numbers of a version into its word and its number: `rc` and `1` of `rc1`.
pub(super) fn split_glued(text: &str) -> Option<(&str, &str)> {
    let (word, number) = text.split_at(word_length(text));
    let is_known = GLUED.iter().any(|known| known.eq_ignore_ascii_case(word));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_known && is_number).then_some((word, number))
}

/// Returns a prerelease that is a stage and numbers in the form that tags are ordered by: `rc.10` of `rc10`, `RC-10` and
/// `rc.10`; `None` for anything else.
pub(super) fn ordered(prerelease: &str) -> Option<String> {
    stage(prerelease)?;
    let (word, numbers) = prerelease.split_at(word_length(prerelease));
    let mut form = word.to_ascii_lowercase();
    let numbers = numbers.strip_prefix(['.', '-']).unwrap_or(numbers);
    if numbers.is_empty() {
        return Some(form);
    }
    for number in numbers.split(['.', '-']) {
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = number.trim_start_matches('0');
        form.push('.');
        form.push_str(if digits.is_empty() { "0" } else { digits });
    }
    Some(form)
}

fn word_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphabetic).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_told_from_variants() {
        for text in [
            "rc1",
            "RC.1",
            "beta",
            "beta-apache",
            "a1",
            "b.2",
            "m-3",
            "dev",
            "ea",
        ] {
            assert!(stage(text).is_some(), "{text}");
        }
        for text in [
            "", "alpine", "a", "a-slim", "apache", "1", "jdk", "rcx", "-rc1",
        ] {
            assert_eq!(stage(text), None, "{text}");
        }
        assert!(stage("alpha1") < stage("beta1") && stage("beta1") < stage("rc1"));
    }

    #[test]
    fn a_stage_with_numbers_has_one_form_however_it_is_written() {
        for text in ["rc10", "RC-10", "rc.10", "rc010"] {
            assert_eq!(ordered(text).as_deref(), Some("rc.10"), "{text}");
        }
        assert_eq!(ordered("beta").as_deref(), Some("beta"));
        assert_eq!(ordered("rc1.2").as_deref(), Some("rc.1.2"));
        for text in ["", "alpine3", "rc1-alpine", "1", "debian-12-r3"] {
            assert_eq!(ordered(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_known_word_and_digits_are_glued() {
        assert_eq!(split_glued("beta3"), Some(("beta", "3")));
        assert_eq!(split_glued("RC1"), Some(("RC", "1")));
        for text in ["", "w", "p1", "rc", "rc1-alpine", "rc.1", "1", "u412"] {
            assert_eq!(split_glued(text), None, "{text}");
        }
    }
}

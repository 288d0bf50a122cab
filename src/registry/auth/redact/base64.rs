use std::ops::Range;

/// The fewest characters that are looked at: those of eight bytes.
const SHORTEST: usize = 11;

/// Calls with what each run of base64, of either alphabet, decodes to from each of its first four characters:
/// where it begins is unknown, since `/` of a path belongs to the alphabet as well.
///
/// The second value is the place of the first character.
pub(super) fn for_each_decoded(text: &[u8], mut look: impl FnMut(&[u8], usize)) {
    let mut at = 0;
    let mut decoded = Vec::new();
    while at < text.len() {
        let length = text[at..]
            .iter()
            .position(|byte| value(*byte).is_none())
            .unwrap_or(text.len() - at);
        if length >= SHORTEST {
            for shift in 0..4 {
                decode(&text[at + shift..at + length], &mut decoded);
                look(&decoded, at + shift);
            }
        }
        at += length.max(1);
    }
}

/// Returns the characters that some decoded bytes came from, counted from the first one.
pub(super) fn characters(bytes: &Range<usize>) -> Range<usize> {
    bytes.start * 8 / 6..(bytes.end * 8).div_ceil(6)
}

/// Decodes characters of the alphabets; bits at the end that make no byte are left out.
fn decode(text: &[u8], decoded: &mut Vec<u8>) {
    decoded.clear();
    let mut bits: u32 = 0;
    let mut count = 0;
    for character in text {
        bits = bits << 6 | value(*character).unwrap_or_default();
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.extend((bits >> count).to_le_bytes().first());
        }
    }
}

fn value(character: u8) -> Option<u32> {
    let value = match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    #[test]
    fn every_alignment_and_alphabet_is_decoded() {
        let secret = b"s\xff\xfe\xfbcret-value";
        for before in ["", "a", "ab", "abc"] {
            let whole = [before.as_bytes(), secret].concat();
            for text in [STANDARD.encode(&whole), URL_SAFE_NO_PAD.encode(&whole)] {
                let text = format!("Basic x/{text}.");
                let mut found = 0;
                for_each_decoded(text.as_bytes(), |decoded, from| {
                    let place = decoded
                        .windows(secret.len())
                        .position(|part| part == secret);
                    if let Some(place) = place {
                        let end = characters(&(place..place + secret.len())).end;
                        assert!(from + end <= text.len());
                        found += 1;
                    }
                });
                assert_eq!(found, 1, "{text}");
            }
        }
        assert_eq!(characters(&(0..3)), 0..4);
        assert_eq!(characters(&(1..2)), 1..3);
    }
}

use std::fmt::{self, Write as _};

/// A text within HTML, be it between tags or in a quoted attribute.
///
/// Control and invisible characters are shown as what they are: a path must not turn the text around it.
pub(super) struct Escaped<'t>(pub(super) &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                '\'' => formatter.write_str("&#39;")?,
                hidden if is_hidden(hidden) => {
                    write!(formatter, "\\u{{{:x}}}", u32::from(hidden))?;
                }
                other => formatter.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// Returns a JSON text that can stand in a `script` element: nothing in it ends the element.
pub(super) fn in_script(json: &str) -> String {
    // These stand in JSON only within strings, where an escape is the same character.
    json.chars()
        .fold(String::with_capacity(json.len()), |mut text, character| {
            match character {
                '<' | '>' | '&' => {
                    let _ = write!(text, "\\u{:04x}", u32::from(character));
                }
                hidden if is_hidden(hidden) => {
                    let mut units = [0; 2];
                    for unit in hidden.encode_utf16(&mut units) {
                        let _ = write!(text, "\\u{unit:04x}");
                    }
                }
                other => text.push(other),
            }
            text
        })
}

/// Returns `true` if a character cannot be seen, or changes how others are seen.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF
            | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "</script><img src=x onerror='a(\"&\")'>\u{202e}\u{0}\u{e0041}";

    #[test]
    fn nothing_in_a_text_is_markup() {
        let text = Escaped(HOSTILE).to_string();
        assert_eq!(
            text,
            "&lt;/script&gt;&lt;img src=x onerror=&#39;a(&quot;&amp;&quot;)&#39;&gt;\\u{202e}\\u{0}\\u{e0041}"
        );
    }

    #[test]
    fn nothing_in_a_script_ends_it_and_it_reads_the_same() {
        let json = serde_json::to_string(&[HOSTILE, "<!--"]).unwrap();
        let text = in_script(&json);
        assert!(text.is_ascii() && !text.contains(['<', '>', '&']), "{text}");
        let read: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, [HOSTILE, "<!--"]);
    }
}

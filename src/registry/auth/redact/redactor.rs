use std::ops::Range;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::base64::{characters, for_each_decoded};
use super::needles::{Needles, SURE};
use super::plain::Plain;
use crate::registry::auth::{Login, Secret};

/// So much of a secret is covered in base64, in decoded bytes. Chance decodes to no such thing.
const SURE_DECODED: usize = 8;
/// What stands for a secret.
const COVER: &str = "…";

/// Secrets, to be taken out of texts.
#[derive(Default)]
pub(in crate::registry) struct Redactor {
    needles: Needles,
}

impl Redactor {
    /// Returns `true` if it knows no secret.
    pub(in crate::registry) fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// Adds a secret.
    pub(in crate::registry) fn add(&mut self, secret: &Secret) {
        self.add_after("", secret.reveal());
    }

    /// Adds what a login sends.
    pub(in crate::registry) fn add_login(&mut self, login: &Login) {
        match login {
            Login::Basic { username, password } => {
                self.add(password);
                let name = format!("{username}:");
                self.add_after(&name, password.reveal());
                // Whole bytes of the name alone are no secret; the characters that share bits with it are.
                let pair = Zeroizing::new(format!("{name}{}", password.reveal()));
                let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
                self.needles.add(encoded.as_bytes(), name.len() * 8 / 6);
            }
            Login::Identity { token } | Login::Bearer { token } => self.add(token),
        }
    }

    /// Adds a secret with what is sent before it and is none.
    fn add_after(&mut self, before: &str, secret: &str) {
        if !secret.is_empty() {
            let whole = Zeroizing::new(format!("{before}{secret}"));
            let plain = Zeroizing::new(Plain::of(&whole).bytes);
            self.needles.add(&plain, Plain::of(before).bytes.len());
            // Base64 keeps what looks like an escape.
            self.needles.add(whole.as_bytes(), before.len());
        }
    }

    /// Takes the secrets out of a text, and every part of one that is long enough to be known by it.
    pub(in crate::registry) fn redacted(&self, text: &str) -> String {
        if self.is_empty() {
            return text.into();
        }
        let plain = Plain::of(text);
        let mut marks = Vec::new();
        let mark = |found: &Range<usize>| plain.written(found);
        self.needles
            .find(&plain.bytes, SURE, |found| marks.push(mark(&found)));
        for_each_decoded(&plain.bytes, |decoded, from| {
            self.needles.find(decoded, SURE_DECODED, |found| {
                let Range { start, end } = characters(&found);
                marks.push(mark(&(from + start..from + end)));
            });
        });
        covered(text, marks)
    }
}

/// Puts a cover over parts of a text that may overlap.
fn covered(text: &str, mut marks: Vec<Range<usize>>) -> String {
    marks.sort_by_key(|mark| mark.start);
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for mark in marks {
        let start = floor(text, mark.start);
        let end = ceil(text, mark.end);
        if end <= done {
            continue;
        }
        if start > done || shown.is_empty() {
            shown.push_str(&text[done.min(start)..start]);
            shown.push_str(COVER);
        }
        done = end;
    }
    shown.push_str(&text[done..]);
    shown
}

fn floor(text: &str, at: usize) -> usize {
    let is_boundary = |at: &usize| text.is_char_boundary(*at);
    (0..=at).rev().find(is_boundary).unwrap_or_default()
}

fn ceil(text: &str, at: usize) -> usize {
    let is_boundary = |at: &usize| text.is_char_boundary(*at);
    (at..text.len()).find(is_boundary).unwrap_or(text.len())
}

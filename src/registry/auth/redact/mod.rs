//! Takes secrets out of texts of servers, in whatever form they stand there.
//!
//! A text is compared in its plainest form, with the escapes of URLs, HTML and JSON undone (`plain`), and so
//! is what it decodes to as base64 (`base64`). Parts of a secret count as well (`needles`). The time is linear
//! in the length of the text, however many secrets there are.

mod base64;
mod needles;
mod plain;
mod redactor;
#[cfg(test)]
mod tests;

pub(in crate::registry) use redactor::Redactor;

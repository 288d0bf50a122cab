use std::ops::Range;

use super::super::{ExtractPart, StrategyKind};
use super::{OptionProblem, OptionValue, PolicyOption};
use crate::syntax::Spanned;

/// The options of one image, or the defaults of all, as they are written.
///
/// ```
/// use imagelock::policy::{OptionValue, Options, PolicyOption};
///
/// let mut options = Options::default();
/// options.set_text(PolicyOption::Constraint, "^1.27");
/// options.set(PolicyOption::Immutable, OptionValue::Bool(true));
/// let names: Vec<_> = options.iter().map(|(option, _)| option.as_str()).collect();
/// assert_eq!(names, ["constraint", "immutable"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    written: Vec<WrittenOption>,
}

/// An option with its value and the place of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenOption {
    /// Which option it is.
    pub option: PolicyOption,
    /// The bytes of its key.
    pub key: Range<usize>,
    /// Its value; `None` of one that has not the shape of the option, which is reported elsewhere.
    pub value: Option<Spanned<OptionValue>>,
}

impl Options {
    /// Adds an option, unless it is there already.
    pub fn add(&mut self, written: WrittenOption) {
        if self.written(written.option).is_none() {
            self.written.push(written);
        }
    }

    /// Adds an option that is written nowhere, unless it is there already.
    pub fn set(&mut self, option: PolicyOption, value: OptionValue) {
        self.add(WrittenOption {
            option,
            key: 0..0,
            value: Some(Spanned { value, span: 0..0 }),
        });
    }

    /// Adds an option with a text that is written nowhere.
    pub fn set_text(&mut self, option: PolicyOption, text: impl Into<String>) {
        self.set(option, OptionValue::Text(text.into()));
    }

    /// Adds an option with a list, as one text if it has one item; an empty list is left out.
    pub fn set_list(&mut self, option: PolicyOption, mut texts: Vec<String>) {
        match texts.len() {
            0 => {}
            1 => self.set_text(option, texts.remove(0)),
            _ => self.set(option, OptionValue::list(texts)),
        }
    }

    /// Says whether no option is there.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// Returns the options that have values, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (PolicyOption, &OptionValue)> {
        self.written
            .iter()
            .filter_map(|written| Some((written.option, &written.value.as_ref()?.value)))
    }

    /// Returns an option with its places.
    pub fn written(&self, option: PolicyOption) -> Option<&WrittenOption> {
        self.written.iter().find(|written| written.option == option)
    }

    /// Returns the value of an option.
    pub fn value(&self, option: PolicyOption) -> Option<&Spanned<OptionValue>> {
        self.written(option)?.value.as_ref()
    }

    /// Returns the text of an option.
    pub fn text(&self, option: PolicyOption) -> Option<Spanned<&str>> {
        let written = self.value(option)?;
        match &written.value {
            OptionValue::Text(text) => Some(Spanned {
                value: text,
                span: written.span.clone(),
            }),
            _ => None,
        }
    }

    /// Returns the texts of an option that is one text or a list of them.
    pub fn texts(&self, option: PolicyOption) -> Vec<Spanned<&str>> {
        match self.value(option).map(|written| &written.value) {
            Some(OptionValue::List(items)) => items.iter().map(borrowed).collect(),
            _ => self.text(option).into_iter().collect(),
        }
    }

    /// Returns what an option that is on or off says.
    pub fn switch(&self, option: PolicyOption) -> Option<bool> {
        match self.value(option)?.value {
            OptionValue::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Returns one of the texts of `extract`.
    pub fn extract_part(&self, part: ExtractPart) -> Option<Spanned<&str>> {
        let OptionValue::Extract(parts) = &self.value(PolicyOption::Extract)?.value else {
            return None;
        };
        let mut parts = parts.iter();
        parts
            .find(|(found, _)| *found == part)
            .map(|(_, text)| borrowed(text))
    }

    /// Returns the strategy that the options name or imply.
    ///
    /// # Errors
    ///
    /// [`OptionProblem::UnknownStrategy`] if there is none of that name.
    pub fn strategy(&self) -> Result<StrategyKind, OptionProblem> {
        match self.text(PolicyOption::Strategy) {
            None if self.value(PolicyOption::Tag).is_some() => Ok(StrategyKind::Digest),
            None => Ok(StrategyKind::Semver),
            Some(name) => StrategyKind::named(name.value)
                .ok_or(OptionProblem::UnknownStrategy { name: owned(&name) }),
        }
    }
}

fn borrowed(text: &Spanned<String>) -> Spanned<&str> {
    Spanned {
        value: &text.value,
        span: text.span.clone(),
    }
}

/// Returns the text with its place, to be told in a problem.
pub(super) fn owned(text: &Spanned<&str>) -> Spanned<String> {
    Spanned {
        value: text.value.to_string(),
        span: text.span.clone(),
    }
}

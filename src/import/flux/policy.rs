use super::repository::Repository;
use crate::import::imported::{ImportedImage, Setting, Spot, Warning, instead};
use crate::import::manifest::Object;
use crate::policy::{Extract, ExtractError, ExtractPart, OptionValue, Pattern, PolicyOption};
use crate::version::Constraint;

/// The tags with fewer than two dots: Flux passes over them with `semver`.
const FEWER_THAN_TWO_DOTS: &str = r"regexp:^[^.]*\.?[^.]*$";

const FIELDS: &[&str] = &[
    "digestReflectionPolicy",
    "filterTags",
    "imageRepositoryRef",
    "interval",
    "policy",
    "suspend",
];

/// Puts an `ImagePolicy` into the words of the config; `None` if its repository names no image.
pub(super) fn image(object: &Object<'_>, repository: &Repository<'_, '_>) -> Option<ImportedImage> {
    let spot = Object::spot(&["metadata", "name"], false);
    let mut writer = Writer {
        object,
        image: ImportedImage::new(object.name(), &repository.image.as_ref()?.text, spot),
        never: !repository.is_readable,
        ignored: repository.ignored.clone(),
    };
    let is_semver = writer.choice();
    let extracts = writer.filter();
    if is_semver && extracts {
        let message =
            "Flux passes over an extracted version with fewer than two dots, this entry does not";
        writer.warn(Warning::new(
            message,
            Object::spot(&["spec", "filterTags", "extract"], false),
        ));
    } else if is_semver {
        writer.ignored.push(FEWER_THAN_TWO_DOTS.to_string());
    }
    if writer.never {
        writer.ignored = vec!["*".to_string()];
    }
    let ignored = std::mem::take(&mut writer.ignored);
    let options = &mut writer.image.options;
    options.set_list(PolicyOption::IgnoreTags, ignored);
    writer.digest();
    writer.rest();
    Some(writer.image)
}

struct Writer<'o, 'f> {
    object: &'o Object<'f>,
    image: ImportedImage,
    /// Whether Flux never chooses a tag.
    never: bool,
    ignored: Vec<String>,
}

impl Writer<'_, '_> {
    fn warn(&mut self, warning: Warning) {
        self.image.warn(warning);
    }

    fn set_text(&mut self, option: PolicyOption, text: &str) {
        self.image.options.set_text(option, text);
    }

    fn choose_nothing(&mut self, reason: &str, spot: Spot, help: &str) {
        self.never = true;
        let message = format!("{reason}: no tag is ever chosen there, nor by this entry");
        self.warn(Warning::new(message, spot).help(help));
    }

    /// Writes the strategy; tells whether it is `semver`.
    fn choice(&mut self) -> bool {
        let path = |choice| ["spec", "policy", choice];
        let choices = ["semver", "alphabetical", "numerical"];
        let mut there = choices
            .into_iter()
            .filter(|choice| self.object.root.at(&path(choice)).is_some());
        let Some(choice) = there.next() else {
            let help = instead("write a strategy");
            let spot = Object::spot(&["spec"], true);
            self.choose_nothing("`policy` names no way to choose", spot, &help);
            return false;
        };
        for other in there {
            let message = format!("`{other}` has no effect beside `{choice}`, and is left out");
            self.warn(Warning::new(message, Object::spot(&path(other), true)));
        }
        if choice == "semver" {
            self.range();
            return true;
        }
        self.set_text(PolicyOption::Strategy, choice);
        if let Some(order) = self.object.setting(&["spec", "policy", choice, "order"]) {
            match order.text.as_str() {
                "asc" => {}
                "desc" => self.set_text(PolicyOption::Order, "desc"),
                other => {
                    let reason = format!("`{other}` is not an order");
                    let help = instead("write `order` with `asc` or `desc`");
                    self.choose_nothing(&reason, order.spot(), &help);
                }
            }
        }
        false
    }

    fn range(&mut self) {
        let path = ["spec", "policy", "semver", "range"];
        let range = self.object.setting(&path);
        let help = instead("write a `constraint` such as `^1.27`");
        match range
            .as_ref()
            .map(|range| (range, Constraint::parse(&range.text)))
        {
            Some((range, Ok(_))) => self.set_text(PolicyOption::Constraint, &range.text),
            Some((range, Err(error))) => {
                let reason = format!("`{}` is not a constraint ({error})", range.text);
                self.choose_nothing(&reason, range.spot(), &help);
            }
            None => {
                let spot = Object::spot(&path[..3], true);
                self.choose_nothing("`semver` has no `range`", spot, &help);
            }
        }
    }

    /// Writes `filterTags`; tells whether the policy is about an extracted part of the tag.
    fn filter(&mut self) -> bool {
        let setting = |field| self.object.setting(&["spec", "filterTags", field]);
        let pattern = setting("pattern").filter(|pattern| !pattern.text.is_empty());
        let extract = setting("extract").filter(|extract| !extract.text.is_empty());
        let Some(pattern) = pattern else {
            if let Some(extract) = extract {
                let help = instead("write `extract` with a pattern");
                let reason = "`extract` has no `pattern` to take groups from";
                self.choose_nothing(reason, extract.spot(), &help);
            }
            return false;
        };
        let expression = format!("regexp:{}", pattern.text);
        if let Err(error) = Pattern::parse(&expression) {
            let start = error
                .offset
                .saturating_sub(expression.len() - pattern.text.len());
            let spot = pattern.part(start, error.length).spot();
            let reason = format!("`{}` is {error}", pattern.text);
            let help = instead("write `allow-tags = \"regexp:…\"`");
            self.choose_nothing(&reason, spot, &help);
            return false;
        }
        let Some(extract) = extract else {
            self.set_text(PolicyOption::AllowTags, &expression);
            return false;
        };
        let value = self.value(&pattern, &extract);
        if !self.never {
            let extract = OptionValue::extract(pattern.text, value);
            self.image.options.set(PolicyOption::Extract, extract);
        }
        !self.never
    }

    /// Returns what is extracted, without what cannot be read: in Flux, a group that the pattern has
    /// not is empty.
    fn value(&mut self, pattern: &Setting, extract: &Setting) -> String {
        let mut value = extract.text.clone();
        while let Err(ExtractError { part, error }) = Extract::parse(&pattern.text, &value) {
            let is_pattern = part == ExtractPart::Pattern;
            let part = error.offset..error.offset + error.length;
            let written = value.get(part.clone()).unwrap_or_default().to_string();
            if is_pattern || part.is_empty() || part.len() == value.len() {
                let reason = format!("`{}` extracts nothing ({error})", extract.text);
                let help = instead("write `extract` with a group's name");
                self.choose_nothing(
                    &reason,
                    extract.spot(),
                    error.help.as_deref().unwrap_or(&help),
                );
                break;
            }
            let message = format!("`{written}` is left out, as it is empty there: {error}");
            let mut warning = Warning::new(message, extract.spot());
            warning.help = error.help;
            self.warn(warning);
            value.replace_range(part, "");
        }
        value
    }

    fn digest(&mut self) {
        let Some(setting) = self.object.setting(&["spec", "digestReflectionPolicy"]) else {
            return;
        };
        match setting.text.as_str() {
            "Always" => {}
            "IfNotPresent" => self.set_text(PolicyOption::DigestUpdates, "never"),
            _ => {
                let message = format!(
                    "`{}` has no equal: a digest is always pinned, and follows its tag",
                    setting.text
                );
                let warning = Warning::new(message, setting.spot());
                self.warn(warning.help("write `digest-updates = \"never\"` to keep it"));
            }
        }
    }

    fn rest(&mut self) {
        let mut warnings = self.object.unknown_keys(&["spec"], FIELDS);
        let choices = ["alphabetical", "numerical", "semver"];
        warnings.extend(self.object.unknown_keys(&["spec", "policy"], &choices));
        let filters = ["extract", "pattern"];
        warnings.extend(self.object.unknown_keys(&["spec", "filterTags"], &filters));
        if self.object.root.text(&["spec", "suspend"]) == Some("true") {
            let message = "`suspend` has no equal: the image is imported as if it were not there";
            warnings.push(Warning::new(
                message,
                Object::spot(&["spec", "suspend"], true),
            ));
        }
        self.image.warnings.extend(warnings);
    }
}

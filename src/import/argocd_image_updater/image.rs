use super::Item;
use crate::image::{Platform, Tag};
use crate::import::go_glob::{self, Translated};
use crate::import::imported::{ImportedImage, Setting, Spot, Warning, instead};
use crate::policy::{OptionValue, Pattern, PolicyOption};
use crate::version::Constraint;

/// The settings that hold for one image, from whichever level they come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The update strategy. An empty text is none.
    pub update_strategy: Option<Setting>,
    /// Which tags are considered: `regexp:RE` or `any`. An empty text is any.
    pub considered: Option<Setting>,
    /// Globs of tags that are not considered.
    pub ignored: Vec<Setting>,
    /// The platforms.
    pub platforms: Vec<Setting>,
}

/// The strategies as the original reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UpdateStrategy {
    Semver,
    NewestBuild,
    Alphabetical,
    Digest,
}

/// Puts one image's policy into the words of the config.
pub fn image(item: &Item, settings: &Settings) -> ImportedImage {
    let last = || item.image.text.rsplit('/').next().unwrap_or_default();
    let name = item.alias.as_deref().unwrap_or_else(last);
    let mut writer = Writer {
        image: ImportedImage::new(name, &item.image.text, item.image.spot()),
        never: false,
        allowed: None,
        ignored: Vec::new(),
    };
    if let Some(digest) = &item.digest {
        writer.warn(Warning::new(
            "the digest is left out: the lock holds digests, the policy none",
            digest.spot(),
        ));
    }
    let strategy = writer.strategy(settings.update_strategy.as_ref());
    writer.patterns(settings);
    let platforms = writer.platforms(&settings.platforms);
    match strategy {
        UpdateStrategy::Semver => writer.semver(item.constraint.as_ref()),
        UpdateStrategy::NewestBuild => writer.by_order("newest-build", item.constraint.as_ref()),
        UpdateStrategy::Alphabetical => writer.by_order("alphabetical", item.constraint.as_ref()),
        UpdateStrategy::Digest => writer.digest(item),
    }
    writer.filters();
    if !platforms.is_empty() {
        let platforms = OptionValue::list(platforms);
        writer.image.options.set(PolicyOption::Platforms, platforms);
    }
    writer.image
}

struct Writer {
    image: ImportedImage,
    /// Whether the original never chooses a tag.
    never: bool,
    allowed: Option<Pattern>,
    ignored: Vec<Pattern>,
}

impl Writer {
    fn warn(&mut self, warning: Warning) {
        self.image.warn(warning);
    }

    fn set_text(&mut self, option: PolicyOption, text: &str) {
        self.image.options.set_text(option, text);
    }

    /// Says that the original never chooses a tag with a policy, and what to write to have one.
    fn choose_nothing(&mut self, reason: &str, spot: Spot, help: &str) {
        self.never = true;
        let message = format!("{reason}: no tag is ever chosen there, nor by this entry");
        self.warn(Warning::new(message, spot).help(help));
    }

    fn strategy(&mut self, setting: Option<&Setting>) -> UpdateStrategy {
        let Some(setting) = setting.filter(|setting| !setting.text.is_empty()) else {
            return UpdateStrategy::Semver;
        };
        let renamed = |new: &str| {
            let message = format!("the strategy `{}` is called `{new}` now", setting.text);
            Warning::new(message, setting.spot())
        };
        match setting.text.to_ascii_lowercase().as_str() {
            "semver" => UpdateStrategy::Semver,
            "newest-build" => UpdateStrategy::NewestBuild,
            "latest" => {
                self.warn(renamed("newest-build"));
                UpdateStrategy::NewestBuild
            }
            "alphabetical" => UpdateStrategy::Alphabetical,
            "name" => {
                self.warn(renamed("alphabetical"));
                UpdateStrategy::Alphabetical
            }
            "digest" => UpdateStrategy::Digest,
            _ => {
                let message = format!(
                    "there is no strategy `{}`: it is read as `semver`, there and here",
                    setting.text
                );
                let warning = Warning::new(message, setting.spot());
                self.warn(warning.help(
                    "the strategies are `semver`, `newest-build`, `alphabetical` and `digest`",
                ));
                UpdateStrategy::Semver
            }
        }
    }

    fn semver(&mut self, constraint: Option<&Setting>) {
        let Some(setting) = constraint.filter(|setting| !setting.text.is_empty()) else {
            return;
        };
        match Constraint::parse(&setting.text) {
            Ok(_) => self.set_text(PolicyOption::Constraint, &setting.text),
            Err(error) => {
                let help = if Tag::parse(&setting.text).is_ok() {
                    format!(
                        "to follow the tag, write `tag = \"{}\"` in place of `{}`",
                        setting.text,
                        PolicyOption::IgnoreTags
                    )
                } else {
                    instead("write a `constraint` such as `^1.27`")
                };
                self.choose_nothing(
                    &format!("`{}` is not a constraint ({error})", setting.text),
                    setting.spot(),
                    &help,
                );
            }
        }
    }

    fn by_order(&mut self, strategy: &str, constraint: Option<&Setting>) {
        self.set_text(PolicyOption::Strategy, strategy);
        if let Some(setting) = constraint.filter(|setting| !setting.text.is_empty()) {
            let message = format!(
                "`{}` has no effect with the strategy `{strategy}`, and is left out",
                setting.text
            );
            let warning = Warning::new(message, setting.spot());
            self.warn(warning.help("write `allow-tags` to choose among fewer tags"));
        }
    }

    fn digest(&mut self, item: &Item) {
        let constraint = item.constraint.as_ref();
        let tag = constraint.filter(|setting| Tag::parse(&setting.text).is_ok());
        let Some(setting) = tag else {
            let (reason, setting) = match constraint {
                Some(setting) if !setting.text.is_empty() => {
                    (format!("`{}` is not a tag", setting.text), setting)
                }
                _ => (
                    "the strategy `digest` has no tag to follow".to_string(),
                    &item.image,
                ),
            };
            let help = instead("name the tag to follow with `tag`");
            self.choose_nothing(&reason, setting.spot(), &help);
            return;
        };
        let tag = &setting.text;
        let is_filtered = self
            .allowed
            .as_ref()
            .is_some_and(|pattern| !pattern.matches(tag))
            || self.ignored.iter().any(|pattern| pattern.matches(tag));
        if self.never {
            return;
        }
        if is_filtered {
            let help = format!("to follow it none the less, write only `tag = \"{tag}\"`");
            self.choose_nothing(
                &format!("the tag `{tag}` does not pass the filters"),
                setting.spot(),
                &help,
            );
            return;
        }
        self.set_text(PolicyOption::Tag, tag);
        (self.allowed, self.ignored) = (None, Vec::new());
    }

    fn patterns(&mut self, settings: &Settings) {
        if let Some(setting) = &settings.considered {
            self.allowed = self.allow(setting);
        }
        for setting in &settings.ignored {
            let reason = match go_glob::translate(&setting.text) {
                Translated::Glob(glob) => {
                    self.ignored.extend(Pattern::parse(&glob));
                    continue;
                }
                Translated::Never => "no tag has such characters",
                Translated::Malformed => "it is not a glob",
            };
            let message = format!(
                "`{}` ignores no tag there, since {reason}; it is left out",
                setting.text
            );
            let warning = Warning::new(message, setting.spot());
            self.warn(if setting.text.contains(['^', '$', '(', '\\', ':']) {
                warning.help(format!(
                    "a regular expression is written `{} = \"regexp:…\"` here",
                    PolicyOption::IgnoreTags
                ))
            } else {
                warning
            });
        }
    }

    fn allow(&mut self, setting: &Setting) -> Option<Pattern> {
        let text = &setting.text;
        if text.is_empty() || text.eq_ignore_ascii_case("any") {
            return None;
        }
        let help = instead("write `allow-tags = \"regexp:…\"`");
        match text.split_once(':') {
            Some((function, expression)) if function.eq_ignore_ascii_case("regexp") => {
                if expression.ends_with('\n') {
                    let reason = format!(
                        "`{}` in `allow-tags` ends with a line break, as no tag does",
                        text.trim_end()
                    );
                    self.choose_nothing(&reason, setting.spot(), &help);
                    return None;
                }
                // An empty expression matches every tag.
                if expression.is_empty() {
                    return None;
                }
                match Pattern::parse(&format!("regexp:{expression}")) {
                    Ok(pattern) => return Some(pattern),
                    Err(error) => {
                        let part = setting.part(error.offset, error.length);
                        let reason = format!("`{text}` in `allow-tags` is {error}");
                        self.choose_nothing(&reason, part.spot(), &help);
                    }
                }
            }
            _ => {
                let reason = format!("`allow-tags` knows `regexp:` and `any`, not `{text}`");
                self.choose_nothing(&reason, setting.spot(), &help);
            }
        }
        None
    }

    fn filters(&mut self) {
        if let Some(pattern) = &self.allowed {
            let options = &mut self.image.options;
            options.set_text(PolicyOption::AllowTags, pattern.as_str());
        }
        let texts = self.ignored.iter().map(|glob| glob.as_str().to_string());
        let texts = if self.never {
            vec!["*".to_string()]
        } else {
            texts.collect()
        };
        self.image.options.set_list(PolicyOption::IgnoreTags, texts);
    }

    fn platforms(&mut self, settings: &[Setting]) -> Vec<String> {
        let mut platforms = Vec::new();
        for setting in settings {
            match Platform::parse(&setting.text) {
                Ok(platform) => platforms.push(platform.to_string()),
                Err(error) => {
                    let message = format!("{error}: no image has it, and it is left out");
                    self.warn(Warning::new(message, setting.spot()));
                }
            }
        }
        if let (Some(first), true) = (settings.first(), platforms.is_empty()) {
            let help = instead("write `platforms` such as `linux/amd64`");
            self.choose_nothing("none of the platforms can be read", first.spot(), &help);
        }
        platforms
    }
}

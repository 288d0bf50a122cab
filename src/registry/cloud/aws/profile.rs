use std::path::PathBuf;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::chain::{from_variables, instance, role};
use super::container;
use super::hex::hex;
use super::ini::{IniSection, Sections};
use super::keys::Keys;
use super::source::{AwsSource, Chosen, Session, SourceProblem};
use crate::registry::auth::Secret;
use crate::registry::cloud::environment::CloudEnvironment;
use crate::registry::cloud::file;

/// So many profiles may name each other.
const MOST_STEPS: usize = 8;

/// The profiles of `~/.aws/config` and `~/.aws/credentials`.
pub(super) struct Profiles<'environment> {
    environment: &'environment CloudEnvironment,
    config: Option<PathBuf>,
    credentials: Option<PathBuf>,
}

/// What the two files say of one profile.
struct AwsProfile<'files> {
    name: &'files str,
    config: Option<&'files IniSection>,
    credentials: Option<&'files IniSection>,
    /// The names of the files.
    shown: (String, String),
}

impl<'environment> Profiles<'environment> {
    pub(super) fn new(environment: &'environment CloudEnvironment) -> Self {
        Self {
            environment,
            config: environment.file("AWS_CONFIG_FILE", ".aws/config"),
            credentials: environment.file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
        }
    }

    /// Returns the source of a profile that somebody named, which must have one.
    pub(super) fn named(&self, name: &str) -> Result<Chosen, SourceProblem> {
        let found = self.find(name)?;
        found.ok_or_else(|| {
            let reason = format!(
                "there is no such profile with credentials in {} and {}",
                self.shown(self.credentials.as_ref(), "~/.aws/credentials"),
                self.shown(self.config.as_ref(), "~/.aws/config"),
            );
            SourceProblem::new(format!("profile {name}"), reason)
        })
    }

    /// Returns the source of the profile `default`, if it has one.
    pub(super) fn usual(&self) -> Result<Option<Chosen>, SourceProblem> {
        self.find("default")
    }

    fn find(&self, name: &str) -> Result<Option<Chosen>, SourceProblem> {
        let shown = (
            self.shown(self.credentials.as_ref(), "~/.aws/credentials"),
            self.shown(self.config.as_ref(), "~/.aws/config"),
        );
        let credentials = read(self.credentials.as_ref(), &shown.0)?;
        let config = read(self.config.as_ref(), &shown.1)?;
        self.resolve(name, (&credentials, &config), &shown, MOST_STEPS)
    }

    fn resolve(
        &self,
        name: &str,
        files: (&Sections, &Sections),
        shown: &(String, String),
        steps: usize,
    ) -> Result<Option<Chosen>, SourceProblem> {
        let section = match name {
            "default" => files.1.section("default"),
            _ => None,
        };
        let config = section.or_else(|| files.1.section(&format!("profile {name}")));
        let profile = AwsProfile {
            name,
            config,
            credentials: files.0.section(name),
            shown: shown.clone(),
        };
        let origin = || profile.shown(&shown.1);
        let problem = |reason: &str| SourceProblem::new(origin(), reason);
        let arn = profile.text("role_arn");
        let source = if let Some(arn) = arn {
            let mut role = role(self.environment, arn);
            if let Some(name) = profile.text("role_session_name") {
                role.session_name = name.into();
            }
            role.external_id = profile.text("external_id").map(Into::into);
            if profile.text("mfa_serial").is_some() {
                return Err(problem(
                    "its role wants a code of a device (`mfa_serial`), which cannot be asked for",
                ));
            }
            if let Some(file) = profile.text("web_identity_token_file") {
                let token_file = file.into();
                AwsSource::WebIdentity { role, token_file }
            } else if let Some(next) = profile.text("source_profile") {
                let steps = steps.checked_sub(1).ok_or_else(|| {
                    problem("its `source_profile` leads from profile to profile without an end")
                })?;
                let base = if next == name {
                    profile.keys().map(|(keys, _)| AwsSource::Keys(keys))
                } else {
                    let found = self.resolve(next, files, shown, steps)?;
                    found.map(|chosen| chosen.source)
                };
                let base = base.ok_or_else(|| {
                    problem("its `source_profile` names a profile without credentials")
                })?;
                let base = Box::new(base);
                AwsSource::Role { role, base }
            } else {
                let base = self.credential_source(&profile)?;
                let base = Box::new(base.source);
                AwsSource::Role { role, base }
            }
        } else if let Some((keys, file)) = profile.keys() {
            return Ok(Some(profile.chosen(AwsSource::Keys(keys), file)));
        } else if let Some(session) = self.session(&profile, files.1)? {
            AwsSource::Session(session)
        } else if profile.text("credential_process").is_some() {
            return Err(problem(
                "it names a `credential_process`, and imagelock runs no command that a file names",
            ));
        } else {
            return Ok(None);
        };
        Ok(Some(profile.chosen(source, &shown.1)))
    }

    fn credential_source(&self, profile: &AwsProfile<'_>) -> Result<Chosen, SourceProblem> {
        let origin = profile.shown(&profile.shown.1);
        let found = match profile.text("credential_source") {
            Some("Environment") => from_variables(self.environment)?,
            Some("EcsContainer") => container::find(self.environment)?
                .map(|source| super::chain::of(source, container::NAME)),
            Some("Ec2InstanceMetadata") => Some(instance()),
            Some(_) => None,
            None => {
                let reason = "its role has neither `source_profile` nor `credential_source`";
                return Err(SourceProblem::new(origin, reason));
            }
        };
        found
            .ok_or_else(|| SourceProblem::new(origin, "its `credential_source` has no credentials"))
    }

    /// Reads what a profile says of the IAM Identity Center, with or without an `sso_session`.
    fn session(
        &self,
        profile: &AwsProfile<'_>,
        config: &Sections,
    ) -> Result<Option<Session>, SourceProblem> {
        let problem = |reason: String| SourceProblem::new(profile.shown(&profile.shown.1), reason);
        let named = profile.text("sso_session");
        let start = profile.text("sso_start_url");
        let Some(key) = named.or(start) else {
            return Ok(None);
        };
        let section = match named {
            Some(name) => {
                let section = config.section(&format!("sso-session {name}"));
                Some(section.ok_or_else(|| problem(format!("there is no `sso-session {name}`")))?)
            }
            None => None,
        };
        let needed = |key: &str| {
            let own = profile.text(key);
            let found = own.or_else(|| text(section, key));
            found
                .map(ToOwned::to_owned)
                .ok_or_else(|| problem(format!("it has no `{key}`")))
        };
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
        let hash = hex(hash.as_ref());
        let file = format!(".aws/sso/cache/{hash}.json");
        let token_file = self
            .environment
            .below_home(&file)
            .ok_or_else(|| problem("there is no home folder with its session".into()))?;
        Ok(Some(Session {
            region: needed("sso_region")?,
            account: needed("sso_account_id")?,
            role: needed("sso_role_name")?,
            token_file,
            profile: profile.name.into(),
        }))
    }

    fn shown(&self, path: Option<&PathBuf>, usual: &str) -> String {
        path.map_or_else(|| usual.into(), |path| self.environment.shown(path))
    }
}

impl AwsProfile<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        text(self.credentials, key).or_else(|| text(self.config, key))
    }

    /// Returns the access key and the file that it stands in: the credentials file goes first.
    fn keys(&self) -> Option<(Keys, &str)> {
        let files = [
            (self.credentials, self.shown.0.as_str()),
            (self.config, self.shown.1.as_str()),
        ];
        files.into_iter().find_map(|(section, file)| {
            let secret = |key: &str| section?.get(key).filter(|value| !value.is_empty());
            let keys = Keys {
                id: secret("aws_access_key_id")?.reveal().into(),
                secret: secret("aws_secret_access_key")?.clone(),
                session: secret("aws_session_token").cloned(),
                expires: None,
            };
            Some((keys, file))
        })
    }

    fn shown(&self, file: &str) -> String {
        format!("profile {} of {file}", self.name)
    }

    fn chosen(&self, source: AwsSource, file: &str) -> Chosen {
        Chosen {
            source,
            name: self.shown(file),
            region: self.text("region").map(Into::into),
        }
    }
}

fn text<'section>(section: Option<&'section IniSection>, key: &str) -> Option<&'section str> {
    let value = section?.get(key).map(Secret::reveal);
    value.filter(|value| !value.is_empty())
}

fn read(path: Option<&PathBuf>, shown: &str) -> Result<Sections, SourceProblem> {
    let Some(path) = path else {
        return Ok(Sections::default());
    };
    let text = file::read(path).map_err(|reason| SourceProblem::new(shown, reason))?;
    let text = text.unwrap_or_else(|| Secret::new(""));
    Sections::parse(text.reveal()).map_err(|reason| SourceProblem::new(shown, reason))
}

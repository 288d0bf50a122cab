use std::collections::{BTreeMap, BTreeSet};

use super::files::MirrorFiles;
use crate::cli::context::{CommandError, Context};
use crate::config::Config;
use crate::error::{Code, Diagnostic};
use crate::mirrors::{AccessRules, MirrorLocation, MirrorSource, PrefixRule};
use crate::registry::{ClientBuilder, Mirror, MirrorError, Route, Routes};

/// Where repositories are to be had besides their registries.
#[derive(Default)]
pub(in crate::cli) struct Mirrors {
    /// Of the config: the beginning of repositories' names, and their mirrors.
    own: Vec<(String, Vec<Mirror>)>,
    /// Of each tool's files, in the order in which they were named.
    routes: Vec<Routes>,
    /// The hosts that may be asked besides the registries themselves.
    pub(in crate::cli) hosts: BTreeSet<String>,
    /// How hosts are reached, where the config leaves that open.
    pub(in crate::cli) accesses: BTreeMap<String, AccessRules>,
    /// Where credentials are looked for, in order, where a file says so.
    pub(in crate::cli) credential_helpers: Option<Vec<String>>,
    /// What has no effect.
    pub(in crate::cli) notices: Vec<Diagnostic>,
}

impl Mirrors {
    /// Tells a client of them, those of the config first.
    pub(in crate::cli) fn tell(&self, mut builder: ClientBuilder) -> ClientBuilder {
        for (beginning, mirrors) in &self.own {
            builder = builder.mirrors(beginning, mirrors.clone());
        }
        self.routes
            .iter()
            .fold(builder, |builder, routes| builder.routes(routes.clone()))
    }

    fn add(
        &mut self,
        files: MirrorFiles,
        hosts: Option<&BTreeSet<&str>>,
    ) -> Result<(), MirrorError> {
        let mut routes = Routes::new();
        for rule in files.found.rules {
            if concerns(&rule.beginning, hosts) {
                let route = route(&rule, &files.name)?;
                let places = route.mirrors.iter().chain(&route.location);
                self.hosts.extend(places.map(Mirror::host));
                routes = routes.route(rule.beginning, route);
            }
        }
        self.routes.push(routes);
        for host in files.found.hosts {
            self.accesses.entry(host.host).or_insert(host.access);
        }
        let helpers = self.credential_helpers.take();
        self.credential_helpers = helpers.or(files.found.credential_helpers);
        self.notices.extend(files.found.notices);
        Ok(())
    }
}

impl Context<'_> {
    /// Reads where mirrors are; with `hosts`, of these registries alone.
    pub(in crate::cli) fn mirrors(
        &self,
        config: Option<&Config>,
        hosts: Option<&BTreeSet<&str>>,
    ) -> Result<Mirrors, CommandError> {
        let impossible =
            |error: MirrorError| Diagnostic::new(Code::MirrorsSyntax, error.to_string());
        let mut mirrors = Mirrors::default();
        for (place, settings) in config.iter().flat_map(|config| &config.registries) {
            if settings.mirrors.is_empty() || !concerns(place, hosts) {
                continue;
            }
            let own = settings
                .mirrors
                .iter()
                .map(|mirror| Ok(Mirror::at(&mirror.location)?.resolve(mirror.resolve)));
            let own: Vec<_> = own.collect::<Result<_, _>>().map_err(impossible)?;
            mirrors.hosts.extend(own.iter().map(Mirror::host));
            mirrors.own.push((place.clone(), own));
        }
        for choice in &self.global.mirrors_from {
            let files = self.mirror_files(choice)?;
            mirrors.add(files, hosts).map_err(impossible)?;
        }
        Ok(mirrors)
    }
}

/// Returns `true` if the beginning of a name is that of a repository in one of these registries.
fn concerns(beginning: &str, hosts: Option<&BTreeSet<&str>>) -> bool {
    let host = beginning.split('/').next().unwrap_or_default();
    host.starts_with('*') || hosts.is_none_or(|hosts| hosts.contains(host))
}

fn route(rule: &PrefixRule, file: &str) -> Result<Route, MirrorError> {
    let mirrors = rule.mirrors.iter().map(mirror);
    Ok(Route {
        mirrors: mirrors.collect::<Result<_, _>>()?,
        location: rule.origin.as_ref().map(mirror).transpose()?,
        blocked_by: rule.is_blocked.then(|| file.into()),
        problem: rule.problem.as_ref().map(in_one_line),
    })
}

/// Returns a problem with its place, without the lines around it.
fn in_one_line(problem: &Diagnostic) -> String {
    let message = &problem.message;
    match &problem.place {
        Some(place) => {
            let (line, column) = place.line_and_column();
            format!("{}:{line}:{column}: {message}", place.file)
        }
        None => message.clone(),
    }
}

fn mirror(source: &MirrorSource) -> Result<Mirror, MirrorError> {
    let mirror = match &source.place {
        MirrorLocation::Location(location) => Mirror::at(location)?,
        MirrorLocation::Api(root) => Mirror::api(root.clone()),
    };
    Ok(mirror
        .resolve(source.resolves)
        .content(source.has_content)
        .tell_registry(source.is_told_registry))
}

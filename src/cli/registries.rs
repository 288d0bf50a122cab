use std::collections::{BTreeMap, BTreeSet};

use super::access::{api, proxy, tls, tls_elsewhere};
use super::clouds::Clouds;
use super::context::{CommandError, Context};
use super::mirrors::Mirrors;
use crate::config::Config;
use crate::registry::{ClientBuilder, HostSettings, Tls};

impl Context<'_> {
    /// Tells a client how single registries are to be treated: what the config says, and where it leaves that
    /// open, what the files say that mirrors come from.
    ///
    /// With `hosts`, others than these and their mirrors get no credentials, and it is no matter yet if their
    /// certificates cannot be read: they are reached only if a registry leads there.
    pub(super) fn settled(
        &self,
        mut builder: ClientBuilder,
        config: Option<&Config>,
        hosts: Option<&BTreeSet<&str>>,
        mirrors: &Mirrors,
    ) -> Result<ClientBuilder, CommandError> {
        let is_asked = |host: &str| {
            hosts.is_none_or(|hosts| hosts.contains(host) || mirrors.hosts.contains(host))
        };
        let places = config.into_iter().flat_map(|config| {
            let places = config.registries.iter();
            places.map(move |(place, settings)| (config, place, settings))
        });
        let helpers = mirrors.credential_helpers.as_deref();
        let mut clouds = Clouds::new(self.environment);
        let mut settled = BTreeMap::new();
        for (config, place, settings) in places {
            let host = place.split('/').next().unwrap_or_default();
            let is_asked = is_asked(host);
            if let Some(auth) = settings.auth.as_ref().filter(|_| is_asked) {
                builder = builder.auth(place, self.auth(auth, config, helpers, &mut clouds));
            }
            if place.contains('/') {
                continue;
            }
            let tls = match tls(settings, config) {
                Ok(tls) => tls,
                Err(problem) if is_asked => return Err(problem.into()),
                // Only if another registry leads there will anybody miss it.
                Err(problem) => Tls::unusable(problem.message),
            };
            // On this machine there would be no TLS otherwise.
            let wants_tls = (tls != Tls::default()).then_some(false);
            let settings = HostSettings {
                token_realms: settings.token_realms.clone(),
                concurrency: settings.concurrency,
                plain_http: settings.plain_http.or(wants_tls),
                tls,
                proxy: proxy(settings)?,
                api: settings.api.map(api),
            };
            settled.insert(host, settings);
        }
        let asked = mirrors.accesses.iter().filter(|(host, _)| is_asked(host));
        for (host, access) in asked {
            let settings: &mut HostSettings = settled.entry(host).or_default();
            if settings.plain_http.is_none() && settings.tls == Tls::default() {
                settings.plain_http = access.plain_http;
                settings.tls = tls_elsewhere(access)?;
            }
        }
        for (host, settings) in settled {
            builder = builder.host(host, settings);
        }
        Ok(builder)
    }
}

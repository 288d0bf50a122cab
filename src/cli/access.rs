use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::context::{Context, Stop};
use super::environment::{ALL_PROXY, HTTP_PROXY, HTTPS_PROXY, NO_PROXY, REQUEST_METHOD};
use super::files::read_small;
use crate::config::{ApiSetting, Config, FileSetting, ProxySettings, RegistrySettings};
use crate::error::{Code, Diagnostic};
use crate::mirrors::AccessRules;
use crate::registry::{Api, PemError, Proxies, Proxy, ProxyChoice, Secret, Tls};

impl Context<'_> {
    /// Returns the proxies that the environment names, as other tools understand it.
    ///
    /// `HTTP_PROXY` in capitals is not read in a program that a web server runs: there it is whatever
    /// header `Proxy` the web server was sent.
    pub(super) fn proxies(&self) -> Proxies {
        let environment = self.environment;
        let for_http = match environment.get(REQUEST_METHOD) {
            Some(_) => &HTTP_PROXY[1..],
            None => &HTTP_PROXY,
        };
        let all = environment.first(&ALL_PROXY);
        let mut proxies = Proxies::none();
        if let Some((name, text)) = environment.first(for_http).or(all) {
            proxies = proxies.http(text, name);
        }
        if let Some((name, text)) = environment.first(&HTTPS_PROXY).or(all) {
            proxies = proxies.https(text, name);
        }
        match environment.first(&NO_PROXY) {
            Some((_, list)) => proxies.except(list),
            None => proxies,
        }
    }
}

/// Reads what the config says of TLS with a registry, with the files that it names.
pub(super) fn tls(settings: &RegistrySettings, config: &Config) -> Result<Tls, Diagnostic> {
    let mut tls = Tls::default().skip_verify(settings.tls_skip_verify);
    if let Some(setting) = &settings.ca_file {
        let named = |problem| at(setting, problem);
        tls = authorities(tls, &config.file(setting)).map_err(named)?;
    }
    if let (Some(certificate), Some(key)) = (&settings.client_cert, &settings.client_key) {
        let files = [config.file(certificate), config.file(key)];
        tls = identity(tls, &files).map_err(|(is_of_key, problem)| {
            at(if is_of_key { key } else { certificate }, problem)
        })?;
    }
    Ok(tls)
}

/// Reads what a file of another tool says of TLS with a host, with the files that it names.
pub(super) fn tls_elsewhere(access: &AccessRules) -> Result<Tls, Stop> {
    let mut tls = Tls::default().skip_verify(access.skip_verify);
    for file in &access.authorities {
        tls = authorities(tls, Path::new(file))?;
    }
    if let Some((certificate, key)) = &access.identity {
        let files = [certificate.into(), key.into()];
        tls = identity(tls, &files).map_err(|(_, problem)| problem)?;
    }
    Ok(tls)
}

fn at(setting: &FileSetting, problem: Diagnostic) -> Diagnostic {
    let problem = problem.at(setting.place.clone());
    if problem.code == Code::Io {
        problem.help("paths are from the config's folder")
    } else {
        problem
    }
}

fn authorities(tls: Tls, file: &Path) -> Result<Tls, Diagnostic> {
    let text = read(file)?;
    tls.authorities(&text)
        .map_err(|error| unusable(file, &error))
}

/// Adds a certificate and its key from their files; an error says whether it is about the key.
fn identity(tls: Tls, files: &[PathBuf; 2]) -> Result<Tls, (bool, Diagnostic)> {
    let [certificate, key] = files;
    let chain = read(certificate).map_err(|problem| (false, problem))?;
    let text = read(key).map_err(|problem| (true, problem))?;
    let secret = Secret::new(String::from_utf8_lossy(&text));
    tls.identity(&chain, &secret).map_err(|error| {
        let is_of_key = error.is_of_key();
        let file = if is_of_key { key } else { certificate };
        (is_of_key, unusable(file, &error))
    })
}

/// Reads what the config says of the proxy that leads to a registry.
pub(super) fn proxy(settings: &RegistrySettings) -> Result<Option<ProxyChoice>, Stop> {
    Ok(match &settings.proxy {
        None => None,
        Some(ProxySettings::Direct) => Some(ProxyChoice::Direct),
        Some(ProxySettings::Url(text)) => {
            let proxy = Proxy::parse(text, "`proxy` in the config");
            let proxy =
                proxy.map_err(|error| Diagnostic::new(Code::Transport, error.to_string()))?;
            Some(ProxyChoice::Through(proxy))
        }
    })
}

/// Says which interface of its own a registry has.
pub(super) fn api(setting: ApiSetting) -> Api {
    match setting {
        ApiSetting::AzureAcr => Api::AzureAcr,
        ApiSetting::Gitlab => Api::Gitlab,
        ApiSetting::Google => Api::Google,
        ApiSetting::Harbor => Api::Harbor,
        ApiSetting::None => Api::None,
        ApiSetting::Quay => Api::Quay,
        ApiSetting::Zot => Api::Zot,
    }
}

fn read(file: &Path) -> Result<Zeroizing<Vec<u8>>, Diagnostic> {
    read_small(file).map_err(|error| {
        let message = format!("cannot read {}: {error}", file.display());
        Diagnostic::new(Code::Io, message)
    })
}

fn unusable(file: &Path, error: &PemError) -> Diagnostic {
    let message = format!("{} cannot be used: {error}", file.display());
    Diagnostic::new(Code::BadCertificate, message).help(error.help)
}

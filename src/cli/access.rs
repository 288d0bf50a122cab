use std::fs::File;
use std::io::Read as _;

use zeroize::Zeroizing;

use super::context::{Context, Stop};
use super::environment::{ALL_PROXY, HTTP_PROXY, HTTPS_PROXY, NO_PROXY, REQUEST_METHOD};
use crate::config::{Config, FileSetting, ProxySettings, RegistrySettings};
use crate::error::{Code, Diagnostic};
use crate::registry::{PemError, Proxies, Proxy, ProxyChoice, Secret, Tls};

/// The largest file with certificates that is read, in bytes.
const FILE_CAP_BYTES: u64 = 4 << 20;

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
pub(super) fn tls(settings: &RegistrySettings, config: &Config) -> Result<Tls, Stop> {
    let mut tls = Tls::default().skip_verify(settings.tls_skip_verify);
    if let Some(file) = &settings.ca_file {
        let text = read(config, file)?;
        tls = tls
            .authorities(&text)
            .map_err(|error| unusable(config, file, &error))?;
    }
    if let (Some(certificate), Some(key)) = (&settings.client_cert, &settings.client_key) {
        let chain = read(config, certificate)?;
        let text = read(config, key)?;
        let secret = Secret::new(String::from_utf8_lossy(&text));
        tls = tls.identity(&chain, &secret).map_err(|error| {
            let file = if error.is_of_key() { key } else { certificate };
            unusable(config, file, &error)
        })?;
    }
    Ok(tls)
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

fn read(config: &Config, setting: &FileSetting) -> Result<Zeroizing<Vec<u8>>, Stop> {
    let path = config.file(setting);
    let mut text = Zeroizing::new(Vec::new());
    let outcome = File::open(&path).and_then(|file| {
        // One byte more tells that the file is too large.
        file.take(FILE_CAP_BYTES + 1).read_to_end(&mut text)
    });
    let reason = match outcome {
        Err(error) => error.to_string(),
        Ok(_) if text.len() as u64 > FILE_CAP_BYTES => {
            format!("it is larger than {FILE_CAP_BYTES} bytes")
        }
        Ok(_) => return Ok(text),
    };
    let message = format!("cannot read {}: {reason}", path.display());
    Err(Diagnostic::new(Code::Io, message)
        .at(setting.place.clone())
        .help("paths are from the config's folder")
        .into())
}

fn unusable(config: &Config, setting: &FileSetting, error: &PemError) -> Diagnostic {
    let path = config.file(setting);
    let message = format!("{} cannot be used: {error}", path.display());
    Diagnostic::new(Code::BadCertificate, message)
        .at(setting.place.clone())
        .help(error.help)
}

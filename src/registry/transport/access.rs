use std::collections::HashMap;
use std::sync::Arc;

use url::Url;

use crate::registry::host::HostSettings;
use crate::registry::proxies::{Proxies, Proxy, ProxyChoice};
use crate::registry::tls::Tls;

/// How single origins are reached, other than usual.
///
/// Settings are those of an origin, a scheme with a host and a port, and hold for no other: wherever a
/// registry leads, its certificates and its proxy stay behind.
pub(in crate::registry) struct Accesses {
    own: HashMap<String, ConnectionSettings>,
    proxies: Proxies,
}

/// How one origin is reached.
#[derive(Clone, Default)]
pub(in crate::registry) struct ConnectionSettings {
    /// The registry's name.
    pub(in crate::registry) name: String,
    tls: Option<Arc<Tls>>,
    /// The same for requests that another server led here.
    led: Option<Arc<Tls>>,
    proxy: Option<ProxyChoice>,
}

impl Accesses {
    pub(in crate::registry) fn new(proxies: Proxies) -> Self {
        Self {
            own: HashMap::new(),
            proxies,
        }
    }

    /// Takes the settings of a registry that is reached at a URL; of two for one origin the first holds.
    pub(in crate::registry) fn add(&mut self, name: &str, base: &Url, settings: &HostSettings) {
        let is_usual = settings.tls == Tls::default();
        if is_usual && settings.proxy.is_none() {
            return;
        }
        let tls = (!is_usual).then(|| Arc::new(settings.tls.clone()));
        let led = settings.tls.without_identity();
        let led = (led != Tls::default()).then(|| Arc::new(led));
        let access = ConnectionSettings {
            name: name.into(),
            tls,
            led,
            proxy: settings.proxy.clone(),
        };
        // A mirror's URL may have TLS where the registry of that name has none.
        if base.scheme() == "http"
            && let Ok(with_tls) = Url::parse(&format!("https://{name}/"))
        {
            let access = access.clone();
            self.own.entry(origin(&with_tls)).or_insert(access);
        }
        self.own.entry(origin(base)).or_insert(access);
    }

    /// Returns how a URL is reached.
    pub(in crate::registry) fn to(&self, url: &Url) -> Option<&ConnectionSettings> {
        self.own.get(&origin(url))
    }

    /// Returns the proxy that leads to a URL; the error says why it cannot.
    pub(in crate::registry) fn proxy(
        &self,
        url: &Url,
        access: Option<&ConnectionSettings>,
    ) -> Result<Option<Arc<Proxy>>, String> {
        match access.and_then(|access| access.proxy.as_ref()) {
            Some(ProxyChoice::Direct) => Ok(None),
            Some(ProxyChoice::Through(proxy)) => Ok(Some(Arc::new(proxy.clone()))),
            None => self.proxies.to(url).map_err(|error| error.to_string()),
        }
    }
}

impl ConnectionSettings {
    /// Returns the settings of TLS, if they are not the usual ones.
    pub(in crate::registry) fn tls(&self, was_redirected: bool) -> Option<Arc<Tls>> {
        if was_redirected {
            self.led.clone()
        } else {
            self.tls.clone()
        }
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

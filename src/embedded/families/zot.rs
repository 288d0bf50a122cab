use super::profile::Profile;
use crate::embedded::auth::AuthMode;
use crate::embedded::interfaces::Interface;

/// zot: what the spec says, with Basic for what is not open to everybody.
pub(super) fn profile() -> Profile {
    let auth = AuthMode::basic()
        .open()
        .challenge(r#"Basic realm="Authorization Required""#);
    Profile::new("zot", "zot", "zot.example.com")
        .auth(auth)
        .offering(Interface::Zot)
}

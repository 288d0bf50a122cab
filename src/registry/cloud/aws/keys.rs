use jiff::Timestamp;

use crate::registry::auth::Secret;

/// An access key: what requests to AWS are signed with.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) session: Option<Secret>,
    pub(super) expires: Option<Timestamp>,
}

impl Keys {
    /// Makes sure that there is something to sign with, and that it is still good.
    pub(super) fn check(self, now: Timestamp) -> Result<Self, String> {
        if self.id.is_empty() || self.secret.is_empty() {
            return Err("there is no access key in it".into());
        }
        if !self.id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("its access key id has characters that no key has".into());
        }
        match self.expires {
            Some(end) if end <= now => Err(format!("they expired at {end}")),
            _ => Ok(self),
        }
    }

    /// Returns what must not be shown.
    pub(super) fn secrets(&self) -> Vec<&Secret> {
        let mut secrets = vec![&self.secret];
        secrets.extend(&self.session);
        secrets
    }
}

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::granted_scopes::grants;
use super::token::{Token, TokenKey};

/// The most repositories that one token is asked for: with more, a token outgrows what servers take of a
/// header.
const MOST_SCOPES: usize = 20;
/// The most bytes of all their scopes, which stand in a URL.
const MOST_BYTES: usize = 1_500;

/// One token for several repositories, where a realm gives it (Docker's token specification, "Requesting a
/// Token": the scope may be repeated).
///
/// Some realms read one scope alone. So the first token is a trial, while others wait: if it says what it is
/// good for, that counts; else two repositories are asked for with it. What came of it holds for the run.
#[derive(Default)]
pub(in crate::registry) struct ScopeBatcher {
    /// The repositories that will be asked for, by registry, as scopes.
    expected: Mutex<HashMap<String, Vec<String>>>,
    realms: Mutex<HashMap<TokenKey, Arc<Realm>>>,
}

/// What is known of a token realm, for one service and credential.
#[derive(Default)]
struct Realm {
    state: Mutex<BatchState>,
    changed: Notify,
}

#[derive(Default)]
struct BatchState {
    mode: Mode,
    /// What a token for a scope is asked for.
    groups: HashMap<String, Arc<str>>,
    /// Groups whose token was looked at.
    judged: HashSet<Arc<str>>,
    /// Scopes that want a token of their own.
    alone: HashSet<String>,
    /// Scopes that a group's token was good for.
    authenticated: HashSet<String>,
}

#[derive(Default)]
enum Mode {
    #[default]
    Unknown,
    /// The first group's token is tried with two scopes.
    Trying(BatchTrial),
    Many,
    One,
}

struct BatchTrial {
    group: Arc<str>,
    leader: String,
    leader_is_done: bool,
    has_tester: bool,
}

/// What a token is asked for, on behalf of one scope; dropped without a word it counts as refused if it was on
/// trial.
pub(in crate::registry) struct ScopeBatch {
    realm: Arc<Realm>,
    scope: String,
    group: Option<Arc<str>>,
    on_trial: bool,
}

impl ScopeBatcher {
    /// Notes that a scope will be asked for.
    pub(in crate::registry) fn expect(&self, registry: &str, scope: String) {
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        match expected.get_mut(registry) {
            Some(scopes) => scopes.push(scope),
            None => {
                expected.insert(registry.into(), vec![scope]);
            }
        }
    }

    /// Says what a token for a scope is to be asked for; `realm` is the key of a token without a scope.
    ///
    /// It waits while a trial is under way.
    pub(in crate::registry) async fn join(
        &self,
        realm: &TokenKey,
        registry: &str,
        scope: &str,
    ) -> ScopeBatch {
        let realm = {
            let mut realms = self.realms.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(realms.entry(realm.clone()).or_default())
        };
        loop {
            let changed = realm.changed.notified();
            let place = {
                let expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
                let expected = expected.get(registry).map_or(&[][..], Vec::as_slice);
                realm.state().place(scope, expected)
            };
            if let Some((group, on_trial)) = place {
                return ScopeBatch {
                    realm: Arc::clone(&realm),
                    scope: scope.into(),
                    group,
                    on_trial,
                };
            }
            changed.await;
        }
    }
}

impl Realm {
    fn state(&self) -> MutexGuard<'_, BatchState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BatchState {
    /// Returns a scope's group, none for a token of its own, and whether it is one of the two that are tried;
    /// nothing while it has to wait.
    fn place(&mut self, scope: &str, expected: &[String]) -> Option<(Option<Arc<str>>, bool)> {
        if self.alone.contains(scope) {
            return Some((None, false));
        }
        let group = self.groups.get(scope).cloned();
        match &mut self.mode {
            Mode::One => Some((group.filter(|_| self.authenticated.contains(scope)), false)),
            Mode::Many => Some((group.or_else(|| self.form(scope, expected)), false)),
            Mode::Unknown => {
                let Some(group) = self.form(scope, expected) else {
                    return Some((None, false));
                };
                self.mode = Mode::Trying(BatchTrial {
                    group: Arc::clone(&group),
                    leader: scope.into(),
                    leader_is_done: false,
                    has_tester: false,
                });
                Some((Some(group), true))
            }
            Mode::Trying(credential_use) => match group {
                Some(group) if self.authenticated.contains(scope) => Some((Some(group), false)),
                Some(group) if !credential_use.has_tester && credential_use.leader != scope => {
                    credential_use.has_tester = true;
                    Some((Some(group), true))
                }
                // Nobody of the group may ever come to try it.
                _ if credential_use.leader_is_done && !credential_use.has_tester => {
                    Some((None, false))
                }
                _ => None,
            },
        }
    }

    /// Forms a group of a scope and others that are expected; none if there are no others.
    fn form(&mut self, scope: &str, expected: &[String]) -> Option<Arc<str>> {
        let is_free = |other: &&String| {
            *other != scope && !self.alone.contains(*other) && !self.groups.contains_key(*other)
        };
        let mut members = vec![scope];
        let mut bytes = scope.len();
        for other in expected.iter().filter(is_free) {
            bytes += other.len();
            if members.len() == MOST_SCOPES || bytes > MOST_BYTES {
                break;
            }
            if !members.contains(&other.as_str()) {
                members.push(other);
            }
        }
        if members.len() == 1 {
            return None;
        }
        let group: Arc<str> = members.join(" ").into();
        for member in members {
            self.groups.insert(member.into(), Arc::clone(&group));
        }
        Some(group)
    }

    /// Takes a scope out of its group.
    fn separate(&mut self, scope: &str) {
        self.groups.remove(scope);
        self.alone.insert(scope.into());
    }

    fn is_trying(&self, group: &Arc<str>) -> bool {
        matches!(&self.mode, Mode::Trying(credential_use) if credential_use.group == *group)
    }
}

impl ScopeBatch {
    /// Returns what the token is to be asked for.
    pub(in crate::registry) fn scope(&self) -> &str {
        self.group.as_deref().unwrap_or(&self.scope)
    }

    /// Returns `true` if others are to use the token as well.
    pub(in crate::registry) fn is_shared(&self) -> bool {
        self.group.is_some()
    }

    /// Looks at a group's new token; says whether it may be good for this scope.
    pub(in crate::registry) fn look_at(&mut self, token: &Token) -> bool {
        let Some(group) = &self.group else {
            return true;
        };
        let mut state = self.realm.state();
        if state.judged.insert(Arc::clone(group))
            && let Some(granted) = grants(token.text.reveal())
        {
            let (good, bad): (Vec<&str>, Vec<&str>) =
                group.split(' ').partition(|scope| granted.contains(*scope));
            for scope in bad {
                state.separate(scope);
            }
            if state.is_trying(group) {
                state.mode = if good.len() > 1 {
                    Mode::Many
                } else {
                    Mode::One
                };
            }
            let good = good.into_iter().map(str::to_string);
            state.authenticated.extend(good.collect::<Vec<_>>());
            self.on_trial = false;
            self.realm.changed.notify_waiters();
        }
        state.groups.get(&self.scope) == Some(group)
    }

    /// Notes that the registry took the token.
    pub(in crate::registry) fn accepted(mut self) {
        let Some(group) = &self.group else {
            return;
        };
        let mut state = self.realm.state();
        state.authenticated.insert(self.scope.clone());
        let is_second = state.authenticated.len() > 1;
        if let Mode::Trying(credential_use) = &mut state.mode
            && credential_use.group == *group
        {
            credential_use.leader_is_done |= credential_use.leader == self.scope;
            if is_second {
                state.mode = Mode::Many;
            }
        }
        drop(state);
        self.on_trial = false;
        self.realm.changed.notify_waiters();
    }

    /// Notes that the registry refused the token: this scope wants one of its own.
    pub(in crate::registry) fn refused(mut self) {
        self.refuse();
    }

    /// Notes that the realm gives no token for all of them together.
    pub(in crate::registry) fn dissolve(mut self) {
        if let Some(group) = &self.group {
            let mut state = self.realm.state();
            for scope in group.split(' ') {
                state.separate(scope);
            }
        }
        self.refuse();
    }

    fn refuse(&mut self) {
        let Some(group) = &self.group else {
            return;
        };
        let mut state = self.realm.state();
        state.separate(&self.scope);
        if state.is_trying(group) {
            state.mode = Mode::One;
        }
        drop(state);
        self.on_trial = false;
        self.realm.changed.notify_waiters();
    }
}

impl Drop for ScopeBatch {
    fn drop(&mut self) {
        if self.on_trial {
            self.refuse();
        }
    }
}

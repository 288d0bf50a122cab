use crate::version::{Constraint, Prereleases, VersionRef};

/// Returns how the constraint is to treat prereleases, given the policy's option.
pub(super) fn mode(option: Option<bool>) -> Prereleases {
    match option {
        None => Prereleases::ByConstraint,
        Some(true) => Prereleases::Include,
        Some(false) => Prereleases::Exclude,
    }
}

/// Tells whether a version falls for being a prerelease, wherever the constraint's bounds are.
pub(super) fn is_refused(
    option: Option<bool>,
    constraint: &Constraint,
    version: VersionRef<'_>,
) -> bool {
    version.is_prerelease()
        && match option {
            None => !constraint.names_prerelease(),
            Some(included) => !included,
        }
}

/// Says why a prerelease was refused.
pub(super) fn reason(
    option: Option<bool>,
    constraint: &Constraint,
    version: VersionRef<'_>,
) -> String {
    let prerelease = version.prerelease();
    if option == Some(false) {
        format!("prerelease `{prerelease}`, and the policy takes none")
    } else if constraint.names_prerelease() {
        format!("prerelease `{prerelease}`; the part of {constraint} that it satisfies names none")
    } else {
        format!("prerelease `{prerelease}`; the constraint names none")
    }
}

use std::collections::BTreeMap;

use crate::error::{Code, Diagnostic};
use crate::resolve::Failure;

/// Returns the problems of failed images, each once: one that several images share names all of them.
pub fn grouped_failures(failures: &[Failure]) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<(Code, &str), Vec<&Failure>> = BTreeMap::new();
    for failure in failures {
        let diagnostic = &failure.diagnostic;
        let text = diagnostic.shared.as_ref().unwrap_or(&diagnostic.message);
        groups
            .entry((diagnostic.code, text))
            .or_default()
            .push(failure);
    }
    let groups = groups.into_iter();
    groups
        .map(|((_, text), group)| joined(text, &group))
        .collect()
}

fn joined(text: &str, group: &[&Failure]) -> Diagnostic {
    let mut diagnostic = group[0].diagnostic.clone();
    if group.len() > 1 {
        let names: Vec<&str> = group.iter().map(|failure| failure.name.as_str()).collect();
        diagnostic.subject = Some(names.join(", "));
        diagnostic.message = text.into();
        let is_common = |note: &String| {
            let mut all = group.iter();
            all.all(|failure| failure.diagnostic.notes.contains(note))
        };
        diagnostic.notes.retain(is_common);
    }
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_images_share_is_said_once_with_the_notes_of_all() {
        let failure = |name: &str, own: &str| {
            let message = format!("cannot list the tags of {name}: refused");
            let mut problem = Diagnostic::new(Code::Transport, message)
                .note("at 12:00")
                .note(own);
            problem.shared = Some("the registry refused".into());
            Failure::new(name, problem)
        };
        let alone = Failure::new("c", Diagnostic::new(Code::Credentials, "no"));
        let failures = [failure("a", "one"), failure("b", "two"), alone];
        let grouped = grouped_failures(&failures);
        let told: Vec<_> = grouped
            .iter()
            .map(|problem| (problem.subject.as_deref(), problem.message.as_str()))
            .collect();
        assert!(
            told.contains(&(Some("a, b"), "the registry refused")),
            "{told:?}"
        );
        assert!(told.contains(&(Some("c"), "no")), "{told:?}");
        let shared = grouped
            .iter()
            .find(|problem| problem.code == Code::Transport);
        assert_eq!(shared.unwrap().notes, ["at 12:00"]);
    }
}

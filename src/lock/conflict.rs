use std::collections::BTreeSet;

use super::{Lock, Pin, read};
use crate::error::{Code, Diagnostic};

/// The result of reading a lock with conflict markers.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The entries that are equal on both sides, or changed on one side only.
    pub lock: Lock,
    /// The names that the two sides pin differently, sorted; they are not in `lock`.
    pub conflicts: Vec<String>,
}

/// Reads a lock with conflict markers: keeps equal and one-sided entries, and lists the other names.
///
/// With the base that `merge.conflictStyle = diff3` adds, a change made on one side only is used.
///
/// # Errors
///
/// [`Code::LockConflict`] if the markers are damaged, otherwise the errors of [`read`] for a side.
pub fn read_conflicted(file: &str, text: &str) -> Result<Merged, Diagnostic> {
    let sides = split(text).ok_or_else(|| {
        Diagnostic::new(
            Code::LockConflict,
            format!("the conflict markers in {file} are not in order"),
        )
        .help("restore the file from one of the branches and run `imagelock lock`")
    })?;
    let ours = read(file, &sides.ours)?;
    let theirs = read(file, &sides.theirs)?;
    let base = sides.base.as_deref().and_then(|base| read(file, base).ok());
    let names: BTreeSet<&str> = ours
        .images
        .iter()
        .chain(&theirs.images)
        .map(|entry| entry.name.as_str())
        .collect();
    // A key that only one side knows stays.
    let mut extra = theirs.extra.clone();
    extra.extend(ours.extra.clone());
    let mut lock = Lock {
        images: Vec::new(),
        extra,
    };
    let mut conflicts = Vec::new();
    for name in names {
        match choose(ours.get(name), theirs.get(name), base.as_ref(), name) {
            SideChoice::Keep(entry) => lock.images.push(entry.clone()),
            SideChoice::Drop => {}
            SideChoice::Conflict => conflicts.push(name.to_string()),
        }
    }
    Ok(Merged { lock, conflicts })
}

enum SideChoice<'e> {
    Keep(&'e Pin),
    Drop,
    Conflict,
}

fn choose<'e>(
    ours: Option<&'e Pin>,
    theirs: Option<&'e Pin>,
    base: Option<&Lock>,
    name: &str,
) -> SideChoice<'e> {
    let keep = |entry: Option<&'e Pin>| entry.map_or(SideChoice::Drop, SideChoice::Keep);
    if ours == theirs || base.is_some_and(|base| base.get(name) == theirs) {
        return keep(ours);
    }
    if base.is_some_and(|base| base.get(name) == ours) {
        return keep(theirs);
    }
    match (ours, theirs) {
        // Without a base, an entry of one side was added there: git shows a removal the same way, but
        // `lock` drops what the config does not name.
        (Some(entry), None) | (None, Some(entry)) => SideChoice::Keep(entry),
        _ => SideChoice::Conflict,
    }
}

struct ConflictSides {
    ours: String,
    theirs: String,
    base: Option<String>,
}

fn split(text: &str) -> Option<ConflictSides> {
    #[derive(PartialEq)]
    enum At {
        Both,
        Ours,
        Base,
        Theirs,
    }
    let (mut ours, mut theirs, mut base) = (String::new(), String::new(), String::new());
    let (mut at, mut hunks, mut bases) = (At::Both, 0, 0);
    for line in text.split_inclusive('\n') {
        match line.get(..7) {
            Some("<<<<<<<") if at == At::Both => (at, hunks) = (At::Ours, hunks + 1),
            Some("|||||||") if at == At::Ours => (at, bases) = (At::Base, bases + 1),
            Some("=======") if at == At::Ours || at == At::Base => at = At::Theirs,
            Some(">>>>>>>") if at == At::Theirs => at = At::Both,
            Some("<<<<<<<" | "|||||||" | ">>>>>>>") => return None,
            _ => match at {
                At::Both => {
                    ours.push_str(line);
                    theirs.push_str(line);
                    base.push_str(line);
                }
                At::Ours => ours.push_str(line),
                At::Base => base.push_str(line),
                At::Theirs => theirs.push_str(line),
            },
        }
    }
    (at == At::Both).then(|| ConflictSides {
        ours,
        theirs,
        base: (bases == hunks).then_some(base),
    })
}

#[cfg(test)]
mod tests {
    use super::super::read::tests::sample;
    use super::*;
    use crate::image::Tag;
    use crate::lock::{has_conflict_markers, write};

    fn block(name: &str, tag: &str) -> String {
        let mut entry = sample().images.remove(0);
        entry.name = name.into();
        entry.tag = Tag::parse(tag).unwrap();
        let lock = Lock {
            images: vec![entry],
            ..Lock::default()
        };
        write(&lock)
            .split_once("version = 1\n")
            .unwrap()
            .1
            .to_string()
    }

    fn names(lock: &Lock) -> Vec<String> {
        lock.images
            .iter()
            .map(|entry| format!("{}={}", entry.name, entry.tag))
            .collect()
    }

    #[test]
    fn keeps_what_both_sides_agree_on() {
        let text = format!(
            "version = 1\n{}<<<<<<< HEAD\n{}{}=======\n{}{}>>>>>>> branch\n{}",
            block("a", "1.0"),
            block("b", "1.1"),
            block("c", "1.0"),
            block("b", "1.2"),
            block("d", "1.0"),
            block("e", "1.0")
        );
        assert!(has_conflict_markers(&text));
        assert_eq!(
            read("images.lock", &text).unwrap_err().code,
            Code::LockConflict
        );
        let merged = read_conflicted("images.lock", &text).unwrap();
        assert_eq!(names(&merged.lock), ["a=1.0", "c=1.0", "d=1.0", "e=1.0"]);
        assert_eq!(merged.conflicts, ["b"]);
    }

    #[test]
    fn a_base_settles_what_one_side_changed() {
        let text = format!(
            "version = 1\n<<<<<<< HEAD\n{}{}||||||| base\n{}{}=======\n{}>>>>>>> branch\n",
            block("a", "1.1"),
            block("b", "1.0"),
            block("a", "1.0"),
            block("b", "1.0"),
            block("a", "1.0"),
        );
        let merged = read_conflicted("images.lock", &text).unwrap();
        assert_eq!(names(&merged.lock), ["a=1.1"]);
        assert!(merged.conflicts.is_empty());
    }

    #[test]
    fn keys_of_either_side_stay() {
        let text = "version = 1\n<<<<<<< a\nours = 1\nboth = 1\n=======\nboth = 2\ntheirs = 2\n>>>>>>> b\n";
        let extra = read_conflicted("images.lock", text).unwrap().lock.extra;
        assert_eq!(extra.to_string(), "both = 1\nours = 1\ntheirs = 2\n");
    }

    #[test]
    fn a_removal_and_an_update_keep_the_pin_for_the_config_to_decide() {
        let text = format!(
            "version = 1\n<<<<<<< HEAD\n||||||| base\n{}=======\n{}>>>>>>> branch\n",
            block("a", "1.0"),
            block("a", "1.1"),
        );
        let merged = read_conflicted("images.lock", &text).unwrap();
        assert_eq!(names(&merged.lock), ["a=1.1"]);
        let unchanged = text.replace("1.1", "1.0");
        let merged = read_conflicted("images.lock", &unchanged).unwrap();
        assert!(
            merged.lock.images.is_empty(),
            "removed on one side, as it was on the other"
        );
    }

    #[test]
    fn windows_line_ends_do_not_hide_markers() {
        let text = format!(
            "version = 1\n<<<<<<< HEAD\n{}=======\n{}>>>>>>> branch\n",
            block("a", "1.0"),
            block("a", "1.1")
        );
        let merged = read_conflicted("images.lock", &text.replace('\n', "\r\n")).unwrap();
        assert_eq!(merged.conflicts, ["a"]);
    }

    #[test]
    fn markers_out_of_order_are_refused() {
        for text in [
            "<<<<<<< a\nversion = 1\n",
            "<<<<<<< a\n>>>>>>> b\n",
            "<<<<<<< a\n<<<<<<< b\n",
        ] {
            assert_eq!(
                read_conflicted("images.lock", text).unwrap_err().code,
                Code::LockConflict
            );
        }
    }
}

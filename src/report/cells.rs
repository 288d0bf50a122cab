//! The cells that the tables of the Markdown report share.

use super::escape::{clip, code};
use super::words::ShownChange;
use super::{ChangeReport, PinReport};

/// Returns a name as it stands in a table.
pub(super) fn name(text: &str) -> String {
    code(&clip(text, 128))
}

/// Returns what happened to an image, in a cell.
pub(super) fn step(change: &ChangeReport) -> String {
    match ShownChange::of(change) {
        Some(ShownChange::Added(pin)) => format!("added {}", name(&pin.tag)),
        Some(ShownChange::Removed(pin)) => format!("removed {}", name(&pin.tag)),
        Some(ShownChange::Relocated(before, after)) => {
            let place = |pin: &PinReport| code(&clip(&format!("{}:{}", pin.image, pin.tag), 256));
            format!("{} → {}", place(before), place(after))
        }
        Some(ShownChange::Retagged(before, after)) => {
            format!("{} → {}", name(&before.tag), name(&after.tag))
        }
        Some(ShownChange::Moved(_, after)) => format!("{}, digest only", name(&after.tag)),
        Some(ShownChange::Kept(pin)) => {
            let fields = change.fields.iter().map(|field| field.as_str());
            let fields = fields.collect::<Vec<_>>().join(" and ");
            format!("{}, {fields} only", name(&pin.tag))
        }
        None => "–".into(),
    }
}

use serde_json::Value;

use super::option_messages::OptionTable;
use super::option_table;
use super::options::{Reader, Scope};
use super::tree::Node;
pub(super) use crate::policy::DefaultOptions;

/// Reads the table of defaults.
pub(super) fn read(
    written: &Value,
    table: Option<&Node>,
    reader: &mut Reader<'_, '_>,
) -> DefaultOptions {
    let Some(node) = table else {
        return DefaultOptions::default();
    };
    let options = option_table::read(node, written);
    let (defaults, problems) = reader.options.defaults(&options);
    let table = OptionTable {
        options: &options,
        scope: Scope { table, image: None },
        key: 0..0,
        is_whole: true,
    };
    reader.report_options(&table, problems);
    defaults
}

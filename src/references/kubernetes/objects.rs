use crate::syntax::{Kind, MapEntry, Node};

/// Returns the objects of a document: itself, or those in its list, and in lists there.
pub fn objects(root: &Node) -> Vec<&Node> {
    let is_list = text(root, &["kind"]).is_some_and(|kind| kind.ends_with("List"));
    match root.field(&["items"]).map(|node| &node.kind) {
        Some(Kind::List(items)) if is_list => items.iter().flat_map(objects).collect(),
        _ => vec![root],
    }
}

/// Returns the text that a path leads to.
pub fn text<'n>(node: &'n Node, path: &[&str]) -> Option<&'n str> {
    match &node.field(path)?.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

/// Returns the entries of a table that a path leads to; none of anything else.
pub fn entries<'n>(node: &'n Node, path: &[&str]) -> &'n [MapEntry] {
    match node.field(path).map(|node| &node.kind) {
        Some(Kind::Table(entries)) => entries,
        _ => &[],
    }
}

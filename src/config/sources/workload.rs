use std::ops::Range;

use crate::syntax::{Kind, MapEntry, Node};

/// An object with what it runs, if it runs something.
pub(super) struct Workload<'n> {
    pub(super) kind: &'n str,
    pub(super) name: Option<&'n str>,
    /// The annotations of the object, then those of its templates.
    pub(super) annotations: Vec<&'n MapEntry>,
    pub(super) containers: Vec<Container<'n>>,
}

/// A container of a pod.
pub(super) struct Container<'n> {
    pub(super) name: &'n str,
    pub(super) name_span: Range<usize>,
    /// The reference of its image.
    pub(super) image: Option<&'n Node>,
}

/// Returns the objects of a document: itself, or those in its list.
pub(super) fn objects(root: &Node) -> Vec<&Node> {
    let is_list = text(root, &["kind"]).is_some_and(|kind| kind.ends_with("List"));
    match root.node(&["items"]).map(|node| &node.kind) {
        Some(Kind::List(items)) if is_list => items.iter().flat_map(objects).collect(),
        _ => vec![root],
    }
}

/// Returns the text that a path leads to.
pub(super) fn text<'n>(node: &'n Node, path: &[&str]) -> Option<&'n str> {
    match &node.node(path)?.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

/// Returns the entries of a table that a path leads to; none of anything else.
pub(super) fn entries<'n>(node: &'n Node, path: &[&str]) -> &'n [MapEntry] {
    match node.node(path).map(|node| &node.kind) {
        Some(Kind::Table(entries)) => entries,
        _ => &[],
    }
}

impl<'n> Workload<'n> {
    /// Looks for pods in an object: a pod itself, or the template of one, whatever the object's kind.
    pub(super) fn of(object: &'n Node) -> Self {
        let kind = text(object, &["kind"]).unwrap_or("object");
        let mut annotations: Vec<&MapEntry> = entries(object, &["metadata", "annotations"])
            .iter()
            .collect();
        let mut containers = Vec::new();
        if kind == "Pod" {
            containers.extend(containers_of(object));
        }
        // That of a CronJob comes with the Job around it.
        let job = object.node(&["spec", "jobTemplate"]);
        let templates = [
            object.node(&["spec", "template"]),
            job,
            job.and_then(|job| job.node(&["spec", "template"])),
        ];
        for template in templates.into_iter().flatten() {
            annotations.extend(entries(template, &["metadata", "annotations"]));
            containers.extend(containers_of(template));
        }
        Self {
            kind,
            name: text(object, &["metadata", "name"]),
            annotations,
            containers,
        }
    }

    /// Returns the container of a name.
    pub(super) fn container(&self, name: &str) -> Option<usize> {
        self.containers
            .iter()
            .position(|container| container.name == name)
    }

    /// Returns what the object is called in a message.
    pub(super) fn title(&self) -> String {
        match self.name {
            Some(name) => format!("{} `{name}`", self.kind),
            None => self.kind.to_string(),
        }
    }
}

/// Returns the containers of a pod or of a template of one.
fn containers_of(pod: &Node) -> Vec<Container<'_>> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    let items =
        lists.into_iter().flat_map(
            |list| match pod.node(&["spec", list]).map(|node| &node.kind) {
                Some(Kind::List(items)) => items.as_slice(),
                _ => &[],
            },
        );
    items
        .filter_map(|container| {
            let name = container.entry(&["name"])?;
            let Kind::Text(text) = &name.value.kind else {
                return None;
            };
            Some(Container {
                name: text,
                name_span: name.value.span.clone(),
                image: container.node(&["image"]),
            })
        })
        .collect()
}

use std::ops::Range;

use super::objects::{entries, text};
use crate::syntax::{Kind, MapEntry, Node};

/// An object with what it runs, if it runs something.
pub struct Workload<'n> {
    /// Its kind; `object` if it says none.
    pub kind: &'n str,
    /// Its name.
    pub name: Option<&'n str>,
    /// The annotations of the object, then those of its templates.
    pub annotations: Vec<&'n MapEntry>,
    /// The containers of the object and of its templates.
    pub containers: Vec<WorkloadContainer<'n>>,
}

/// A container of a pod.
pub struct WorkloadContainer<'n> {
    /// Its name.
    pub name: &'n str,
    /// Where its name is written.
    pub name_span: Range<usize>,
    /// The reference of its image.
    pub image: Option<&'n Node>,
}

impl<'n> Workload<'n> {
    /// Looks for pods in an object: a pod itself, or the template of one, whatever the object's kind.
    pub fn of(object: &'n Node) -> Self {
        let kind = text(object, &["kind"]).unwrap_or("object");
        let mut annotations: Vec<&MapEntry> = entries(object, &["metadata", "annotations"])
            .iter()
            .collect();
        let mut containers = Vec::new();
        if kind == "Pod" {
            containers.extend(containers_of(object));
        }
        // That of a CronJob comes with the Job around it.
        let job = object.field(&["spec", "jobTemplate"]);
        let templates = [
            object.field(&["spec", "template"]),
            job,
            job.and_then(|job| job.field(&["spec", "template"])),
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

    /// Returns the number of the container of a name.
    pub fn container(&self, name: &str) -> Option<usize> {
        self.containers
            .iter()
            .position(|container| container.name == name)
    }

    /// Returns what the object is called in a message.
    pub fn title(&self) -> String {
        match self.name {
            Some(name) => format!("{} `{name}`", self.kind),
            None => self.kind.to_string(),
        }
    }
}

/// Returns the containers of a pod or of a template of one.
fn containers_of(pod: &Node) -> Vec<WorkloadContainer<'_>> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    let items = lists.into_iter().flat_map(|list| {
        match pod.field(&["spec", list]).map(|node| &node.kind) {
            Some(Kind::List(items)) => items.as_slice(),
            _ => &[],
        }
    });
    items
        .filter_map(|container| {
            // Of a key that is repeated the last counts, as for `image`.
            let name = container.field(&["name"])?;
            let Kind::Text(text) = &name.kind else {
                return None;
            };
            Some(WorkloadContainer {
                name: text,
                name_span: name.span.clone(),
                image: container.field(&["image"]),
            })
        })
        .collect()
}

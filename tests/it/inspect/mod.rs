//! What `inspect` says of what builders push, as a library and as a command.

#[cfg(feature = "cli")]
mod bytes;
mod content;
#[cfg(feature = "cli")]
mod forms;
mod nested;
mod shapes;
#[cfg(feature = "cli")]
mod skopeo;

use super::Event;

/// Someone who is told what happens.
///
/// Events come from several tasks at once, and the task that reports one waits for the return.
pub trait Observer: Send + Sync {
    /// Takes note of an event.
    fn on_event(&self, event: &Event);

    /// Says whether anybody takes note; events of an observer that does not are not even made.
    fn is_listening(&self) -> bool {
        true
    }
}

/// An observer that takes no note of anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn on_event(&self, _event: &Event) {}

    fn is_listening(&self) -> bool {
        false
    }
}

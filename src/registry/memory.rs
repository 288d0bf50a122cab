use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use memchr::memchr_iter;

use super::error::ErrorKind;
use super::request_error::RequestError;

/// The memory that the answers of registries may take in a run, all together.
///
/// Of each answer a first part is free: what honest registries send stays below it, so a run with many images is never
/// refused, and a hostile registry gets that part and no more for each image that the config names.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    limit: usize,
    left: Arc<AtomicUsize>,
}

/// What one answer takes of the memory; it is given back when this is dropped.
#[derive(Debug)]
pub(in crate::registry) struct Reservation {
    memory: Memory,
    free: usize,
    size: usize,
}

impl Memory {
    /// Creates a memory of so many bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            left: Arc::new(AtomicUsize::new(limit)),
        }
    }

    /// Begins to take memory, of which the first bytes are free.
    pub(super) fn reserve(&self, free: usize) -> Reservation {
        Reservation {
            memory: self.clone(),
            free,
            size: 0,
        }
    }
}

/// What a manifest or a blob takes for nothing, which a run keeps: the largest that are common have 50 KB.
pub(in crate::registry) const FREE_DOCUMENT: usize = 64 << 10;

/// What an item of a list takes in memory beside its text, once it is read.
const ITEM_BYTES: usize = 48;

/// Returns how much memory the items of a list of JSON take beside their texts, at the most.
pub(in crate::registry) fn items_bytes(body: &[u8]) -> usize {
    let commas = memchr_iter(b',', body).count();
    commas.saturating_mul(ITEM_BYTES)
}

impl Reservation {
    /// Takes memory up to a size in all; what is taken already stays.
    ///
    /// # Errors
    ///
    /// The memory's limit in bytes, if the run has no more.
    pub(in crate::registry) fn grow_to(&mut self, size: usize) -> Result<(), usize> {
        let more = size.max(self.size).saturating_sub(self.free) - self.taken();
        let left = &self.memory.left;
        let taking = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(more)
        });
        taking.map_err(|_| self.memory.limit)?;
        self.size = self.size.max(size);
        Ok(())
    }

    /// Takes more memory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MemoryLimit`] if the run has no more.
    pub(in crate::registry) fn grow_by(&mut self, more: usize) -> Result<(), RequestError> {
        let grown = self.grow_to(self.size.saturating_add(more));
        grown.map_err(|limit| ErrorKind::MemoryLimit { limit }.into())
    }

    /// Ties the memory to bytes: it is given back with the last copy of them.
    pub(in crate::registry) fn bind(self, bytes: BytesMut) -> Bytes {
        if self.taken() == 0 {
            return bytes.freeze();
        }
        Bytes::from_owner(Bound {
            bytes,
            _reservation: self,
        })
    }

    /// Keeps the memory for the rest of the run.
    pub(in crate::registry) fn keep(mut self) {
        self.size = 0;
    }

    fn taken(&self) -> usize {
        self.size.saturating_sub(self.free)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.memory.left.fetch_add(self.taken(), Ordering::Relaxed);
    }
}

struct Bound {
    bytes: BytesMut,
    _reservation: Reservation,
}

impl AsRef<[u8]> for Bound {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(memory: &Memory) -> usize {
        memory.left.load(Ordering::Relaxed)
    }

    #[test]
    fn the_first_bytes_of_an_answer_are_free_and_the_others_are_shared() {
        let memory = Memory::new(100);
        let mut first = memory.reserve(10);
        let mut second = memory.reserve(10);
        assert_eq!((first.grow_to(10), left(&memory)), (Ok(()), 100));
        assert_eq!((first.grow_to(70), left(&memory)), (Ok(()), 40));
        assert_eq!((first.grow_to(60), left(&memory)), (Ok(()), 40));
        assert_eq!((second.grow_to(51), left(&memory)), (Err(100), 40));
        assert_eq!((second.grow_to(50), left(&memory)), (Ok(()), 0));
        drop(first);
        assert_eq!(left(&memory), 60);
        drop(second);
        assert_eq!(left(&memory), 100);
    }

    #[test]
    fn what_a_run_keeps_is_never_given_back() {
        let memory = Memory::new(100);
        let mut kept = memory.reserve(10);
        kept.grow_by(30).unwrap();
        kept.keep();
        assert_eq!(left(&memory), 80);
        let refused = memory.reserve(0).grow_by(81).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::MemoryLimit { limit: 100 });
    }

    #[test]
    fn bytes_give_their_memory_back_with_the_last_copy() {
        let memory = Memory::new(100);
        let mut reservation = memory.reserve(1);
        reservation.grow_to(3).unwrap();
        let bytes = reservation.bind(BytesMut::from(&b"abc"[..]));
        let copy = bytes.slice(1..);
        drop(bytes);
        assert_eq!((&copy[..], left(&memory)), (&b"bc"[..], 98));
        drop(copy);
        assert_eq!(left(&memory), 100);
    }
}

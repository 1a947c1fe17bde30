//! What the host keeps beside a guest: how much it has taken, and what it has said last.

use wasmtime::ResourceLimiter;

/// Core instances, memories or tables of one instance: what the contract promises, and more for those
/// that bring many libraries.
const PARTS: usize = 1024;
/// Elements of all tables of one instance together; each is a pointer.
const ELEMENTS: usize = 1 << 20;
/// Bytes of last words that are kept, by the contract.
const LAST_WORDS: usize = 8 << 10;

/// What a guest may take, and what it has said. Going over its memory ends the guest instead of letting
/// its allocator fail.
pub(crate) struct GuestState {
    memory_bytes: usize,
    /// Bytes of all memories.
    taken: usize,
    /// Elements of all tables.
    elements: usize,
    /// What is to be taken off again when the last growth fails.
    growth: Growth,
    last_words: String,
}

enum Growth {
    Memory(usize),
    Table(usize),
}

/// Why a guest was ended when it went over its memory.
#[derive(Debug, thiserror::Error)]
#[error("more than {0} bytes of memory")]
pub(crate) struct MemoryExceeded(pub usize);

impl GuestState {
    /// That of a new guest, which may use so many bytes of memory.
    pub fn new(memory_bytes: usize) -> Self {
        GuestState {
            memory_bytes,
            taken: 0,
            elements: 0,
            growth: Growth::Memory(0),
            last_words: String::new(),
        }
    }

    /// Bytes of all its memories.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// Keeps what the guest says, the end of it when it is much.
    pub fn say(&mut self, text: &str) {
        if !self.last_words.is_empty() {
            self.last_words.push('\n');
        }
        self.last_words.push_str(end_of(text));
        self.last_words = end_of(&self.last_words).to_owned();
    }

    /// What the guest said last, and forgets it.
    pub fn take_last_words(&mut self) -> Option<String> {
        let words = std::mem::take(&mut self.last_words);
        (!words.is_empty()).then_some(words)
    }
}

/// As much of the end of a text as is kept.
pub(crate) fn end_of(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(LAST_WORDS))..]
}

impl ResourceLimiter for GuestState {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let growth = desired.saturating_sub(current);
        let taken = self.taken.saturating_add(growth);
        if taken > self.memory_bytes {
            return Err(wasmtime::Error::new(MemoryExceeded(self.memory_bytes)));
        }
        self.taken = taken;
        self.growth = Growth::Memory(growth);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.undo();
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let growth = desired.saturating_sub(current);
        let elements = self.elements.saturating_add(growth);
        if elements > ELEMENTS {
            return Ok(false);
        }
        self.elements = elements;
        self.growth = Growth::Table(growth);
        Ok(true)
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.undo();
        Ok(())
    }

    fn instances(&self) -> usize {
        PARTS
    }

    fn tables(&self) -> usize {
        PARTS
    }

    fn memories(&self) -> usize {
        PARTS
    }
}

impl GuestState {
    fn undo(&mut self) {
        match std::mem::replace(&mut self.growth, Growth::Memory(0)) {
            Growth::Memory(bytes) => self.taken = self.taken.saturating_sub(bytes),
            Growth::Table(elements) => self.elements = self.elements.saturating_sub(elements),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_memories_count_together_and_what_failed_does_not() {
        let mut state = GuestState::new(100);
        assert!(state.memory_growing(0, 60, None).unwrap());
        assert!(state.memory_growing(0, 30, None).unwrap());
        assert!(state.memory_growing(30, 41, None).is_err());
        assert!(state.memory_growing(30, 40, None).unwrap());
        state.memory_grow_failed(wasmtime::Error::msg("no room")).unwrap();
        assert!(state.memory_growing(60, 70, None).unwrap());
        assert!(state.memory_growing(0, 1, None).is_err());
    }

    #[test]
    fn of_what_a_guest_says_the_end_is_kept() {
        let mut state = GuestState::new(0);
        assert_eq!(state.take_last_words(), None);
        state.say("one");
        state.say("two");
        assert_eq!(state.take_last_words().unwrap(), "one\ntwo");
        state.say(&"ö".repeat(LAST_WORDS));
        state.say("end");
        let words = state.take_last_words().unwrap();
        assert!(words.ends_with("öö\nend"));
        assert!((LAST_WORDS - 1..=LAST_WORDS).contains(&words.len()));
    }
}

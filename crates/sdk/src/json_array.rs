//! Writes JSON arrays.

/// A JSON array whose items are written one after the other.
#[derive(Default)]
pub struct JsonArray {
    text: String,
    count: u32,
}

impl JsonArray {
    /// Where to write the next item.
    pub fn slot(&mut self) -> &mut String {
        self.text.push(if self.count == 0 { '[' } else { ',' });
        self.count += 1;
        &mut self.text
    }

    pub fn len(&self) -> u32 {
        self.count
    }

    /// The array and its length.
    pub fn finish(mut self) -> (String, u32) {
        self.text.push_str(if self.count == 0 { "[]" } else { "]" });
        (self.text, self.count)
    }
}

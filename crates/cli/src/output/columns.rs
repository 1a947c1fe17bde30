//! Which columns of a table fit a terminal, and how wide each becomes.

use console::measure_text_width;

/// Between two columns.
const GAP: usize = 2;
/// A column that may be cut keeps this much, so that one still sees what is in it.
const LEAST: usize = 16;

/// A column of a table. The most important come first: what does not fit is left out from the end.
#[derive(Clone, Debug)]
pub struct Column {
    pub title: String,
    /// Its cells are ids and the like, worthless when they are cut.
    pub whole: bool,
    /// It is the last one, and its cells go on below instead of being cut.
    pub prose: bool,
}

impl Column {
    /// A column whose cells may be cut.
    pub fn new(title: impl Into<String>) -> Self {
        Column { title: title.into(), whole: false, prose: false }
    }

    /// A column whose cells stay whole.
    pub fn whole(title: impl Into<String>) -> Self {
        Column { title: title.into(), whole: true, prose: false }
    }

    /// The last column, with sentences in it.
    pub fn prose(title: impl Into<String>) -> Self {
        Column { title: title.into(), whole: false, prose: true }
    }
}

/// The widths of those columns that fit into so much room. The first is always among them.
pub fn fitted(columns: &[Column], rows: &[Vec<String>], room: usize) -> Vec<usize> {
    let wanted: Vec<usize> = (0..columns.len())
        .map(|index| {
            let cells = rows.iter().map(|row| measure_text_width(&row[index]));
            cells.chain([measure_text_width(&columns[index].title)]).max().unwrap_or_default()
        })
        .collect();
    let least = |index: usize| match columns[index].whole {
        true => wanted[index],
        false => wanted[index].min(LEAST),
    };
    let mut widths: Vec<usize> = Vec::new();
    let mut used = 0;
    for index in 0..columns.len() {
        let gap = if index == 0 { 0 } else { GAP };
        if index > 0 && used + gap + least(index) > room {
            break;
        }
        used += gap + least(index);
        widths.push(least(index));
    }
    // What is left goes to the narrowest column that wants more, a letter at a time, so that none
    // is cut while another has more than it.
    let mut left = room.saturating_sub(used);
    while left > 0 {
        let wants = (0..widths.len()).filter(|index| widths[*index] < wanted[*index]);
        let Some(index) = wants.min_by_key(|index| widths[*index]) else { break };
        widths[index] += 1;
        left -= 1;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(cells: &[(&str, bool)], room: usize) -> Vec<usize> {
        let column = |(_, whole): &(&str, bool)| match whole {
            true => Column::whole("a"),
            false => Column::new("a"),
        };
        let columns: Vec<Column> = cells.iter().map(column).collect();
        let row = cells.iter().map(|(cell, _)| cell.to_string()).collect();
        fitted(&columns, &[row], room)
    }

    #[test]
    fn what_fits_is_not_cut() {
        assert_eq!(widths(&[("12345678", true), ("Fern", false)], 80), [8, 4]);
    }

    #[test]
    fn long_texts_share_what_ids_leave() {
        let long = "x".repeat(100);
        let ids = "8".repeat(18);
        assert_eq!(widths(&[(&ids, true), (&long, false), (&long, false)], 80), [18, 29, 29]);
        assert_eq!(widths(&[(&ids, true), (&long, false), ("Fern", false)], 80), [18, 54, 4]);
    }

    #[test]
    fn the_last_columns_go_first() {
        let long = "x".repeat(100);
        let cells = [(&*long, false), (&*long, false), (&*long, false)];
        assert_eq!(widths(&cells, 40), [19, 19]);
        assert_eq!(widths(&cells, 4), [16]);
    }
}

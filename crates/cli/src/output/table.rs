//! Rows as columns.

use std::borrow::Cow;

use console::{Alignment, pad_str, style};

use super::line::{Line, wrapped};
use super::{Column, fitted, width};
use crate::visible::on_one_line;

/// In a pipe cells of all columns but the last are broken at this width.
const WIDEST: usize = 44;

/// A table: on a terminal with its head, and cut to the width; in a pipe each column as wide as its
/// widest cell, and the last one as long as it is.
pub fn table<const N: usize>(
    indent: &str,
    columns: [Column; N],
    rows: &[[String; N]],
) -> Vec<Line> {
    let Some(width) = width() else {
        return piped(indent, rows).into_iter().map(Line::from).collect();
    };
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|it| cell(it)).collect()).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let widths = fitted(&columns, &rows, width.saturating_sub(indent.len()));
    let titles: Vec<String> = columns.iter().map(|column| column.title.clone()).collect();
    let has_head = titles.iter().any(|title| !title.is_empty());
    let head = has_head.then(|| head(indent, &widths, &titles));
    let broken = match columns.get(widths.len() - 1) {
        Some(last) if last.prose => {
            rows.iter().flat_map(|cells| going_on(&widths, cells)).collect()
        }
        _ => rows,
    };
    head.into_iter().chain(broken.iter().map(|cells| row(indent, &widths, cells))).collect()
}

/// A row whose last cell goes on in further rows.
fn going_on(widths: &[usize], cells: &[String]) -> Vec<Vec<String>> {
    let Some((last, before)) = widths.split_last() else { return Vec::new() };
    let lines = wrapped(&cells[before.len()], *last);
    let row = |(number, line)| {
        let cell = |cell: &String| if number == 0 { cell.clone() } else { String::new() };
        cells[..before.len()].iter().map(cell).chain([line]).collect()
    };
    lines.into_iter().enumerate().map(row).collect()
}

/// The first line of a table that has these widths.
pub fn head(indent: &str, widths: &[usize], titles: &[String]) -> Line {
    let titles: Vec<String> = titles.iter().map(|title| cell(title)).collect();
    Line::styled(style(padded(indent, widths, &titles)).dim().to_string())
}

/// A row of a table that has these widths; what is wider is cut, and ends with `…`. Its cells are
/// made by [`cell`].
pub fn row(indent: &str, widths: &[usize], cells: &[String]) -> Line {
    Line::styled(padded(indent, widths, cells))
}

fn padded(indent: &str, widths: &[usize], cells: &[String]) -> String {
    let cells = widths.iter().zip(cells);
    let cells = cells.map(|(width, cell)| pad_str(cell, *width, Alignment::Left, Some("…")));
    let line = cells.collect::<Vec<Cow<str>>>().join("  ");
    format!("{indent}{}", line.trim_end())
}

/// A text that may be a cell: on one line, and nothing that a terminal obeys.
pub fn cell(text: &str) -> String {
    on_one_line(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

fn piped<const N: usize>(indent: &str, rows: &[[String; N]]) -> Vec<String> {
    let shown = |row: &[String; N]| row.each_ref().map(|cell| on_one_line(cell).into_owned());
    let rows: Vec<[String; N]> = rows.iter().map(shown).flat_map(|row| broken(&row)).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; N]| {
        let mut line = indent.to_owned();
        for (cell, width) in row.iter().zip(widths) {
            line += &format!("{cell:width$}  ");
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A row as several rows, so that no cell but the last is too wide.
fn broken<const N: usize>(row: &[String; N]) -> Vec<[String; N]> {
    let cells: [Vec<String>; N] = std::array::from_fn(|column| match column + 1 == N {
        true => vec![row[column].clone()],
        false => narrow(&row[column]),
    });
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line =
        |line: usize| cells.each_ref().map(|cell| cell.get(line).cloned().unwrap_or_default());
    (0..height).map(line).collect()
}

/// Broken between words; a word that is too wide stays whole.
fn narrow(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((line, more)) = broken_off(rest) {
        lines.push(line.to_owned());
        rest = more;
    }
    lines.push(rest.to_owned());
    lines
}

fn broken_off(text: &str) -> Option<(&str, &str)> {
    let (too_wide, _) = text.char_indices().nth(WIDEST)?;
    let end = text[..too_wide].rfind(' ').filter(|end| !text[..*end].trim().is_empty())?;
    Some((&text[..end], &text[end + 1..]))
}

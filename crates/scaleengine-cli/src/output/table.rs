//! Tables for people; on a terminal that is too narrow for one, one value per line.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::style::Terminal;

/// The least width to which a column is wrapped.
const NARROW: usize = 24;

/// Formats rows under headings. Values are never cut.
pub(crate) fn table(headings: &[String], rows: &[Vec<String>], terminal: Terminal) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings).add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        let mut cells = rows.iter().filter_map(|row| row.get(index)).filter(|cell| !cell.is_empty());
        if cells.clone().next().is_some() && cells.all(|cell| cell.bytes().all(|byte| byte.is_ascii_digit())) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    if let Some(width) = terminal.width {
        let widths: Vec<_> = table.column_max_content_widths().iter().map(|width| usize::from(*width) + 2).collect();
        let (whole, widest) = (widths.iter().sum::<usize>(), widths.iter().max().copied().unwrap_or_default());
        if whole > width + 2 {
            if whole - widest + NARROW > width {
                return records(headings, rows, terminal);
            }
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        }
    }
    let mut text = String::new();
    for (index, line) in table.lines().enumerate() {
        let line = line.trim_end();
        text += &if index == 0 { terminal.heading(line).to_string() } else { line.to_owned() };
        text.push('\n');
    }
    text
}

/// Formats each row as a block with a line for each value.
fn records(headings: &[String], rows: &[Vec<String>], terminal: Terminal) -> String {
    let widest = headings.iter().map(|heading| heading.chars().count()).max().unwrap_or_default();
    let record = |row: &Vec<String>| {
        let values = headings.iter().zip(row).filter(|(_, value)| !value.is_empty());
        let lines = values.map(|(heading, value)| {
            let blanks = " ".repeat(widest - heading.chars().count());
            format!("{}{blanks}  {value}\n", terminal.heading(heading))
        });
        lines.collect::<String>()
    };
    rows.iter().map(record).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(width: Option<usize>) -> String {
        let headings = ["id", "name", "what it is"].map(str::to_owned);
        let rows = [["7", "a", "a text that is not short, of several words"], ["1000", "longer", ""]];
        table(&headings, &rows.map(|row| row.map(str::to_owned).to_vec()), Terminal::plain(width))
    }

    #[test]
    fn a_table_is_wrapped_to_the_terminal_or_written_as_records() {
        let whole =
            "  id  name    what it is\n   7  a       a text that is not short, of several words\n1000  longer\n";
        assert_eq!((rendered(None).as_str(), rendered(Some(56)).as_str()), (whole, whole));
        let wrapped = rendered(Some(45));
        assert!(wrapped.lines().all(|line| line.len() <= 45) && wrapped.lines().count() == 4, "{wrapped}");
        let records = "id          7\nname        a\nwhat it is  a text that is not short, of several words\n\nid          1000\nname        longer\n";
        assert_eq!(rendered(Some(30)), records);
    }
}

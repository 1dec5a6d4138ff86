//! What a cell means: numbers as people in Indonesia write them, and what a spreadsheet made of them.

use super::Wrong;

/// The digits of a number that isn't reckoned with, such as a NIK.
pub(super) fn digits(cell: &str) -> Result<String, Wrong> {
    // A spreadsheet leaves a number alone that begins with an apostrophe.
    let cell = unquoted(cell);
    if is_rounded(cell) {
        return Err(Wrong::Rounded);
    }
    if cell.chars().any(|c| c.is_numeric() && !c.is_ascii_digit()) {
        return Err(Wrong::Digits);
    }
    // No NIK ends so; one of which a spreadsheet kept fewer digits does.
    if cell.len() == 16 && cell.ends_with("0000") {
        return Err(Wrong::Rounded);
    }
    Ok(cell.to_owned())
}

/// A cell without the apostrophe that a spreadsheet puts before text that looks like a number.
pub(super) fn unquoted(cell: &str) -> &str {
    cell.strip_prefix(['\'', '\u{2019}', '`']).unwrap_or(cell).trim_start()
}

/// 3.27301E+15, with a point or a comma.
fn is_rounded(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let is_number =
        |text: &str, more: &[char]| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || more.contains(&c));
    is_number(mantissa, &['.', ',']) && is_number(exponent, &['+', '-'])
}

/// Whole rupiah: `300000`, `300.000`, `Rp 300.000,00`, `300000.00`. What could mean two things is none.
pub(super) fn amount(cell: &str) -> Result<String, Wrong> {
    let cell = unquoted(cell);
    if is_rounded(cell) {
        return Err(Wrong::Rounded);
    }
    if cell.chars().any(|c| c.is_numeric() && !c.is_ascii_digit()) {
        return Err(Wrong::Digits);
    }
    let lower = cell.to_ascii_lowercase();
    let number = ["rp.", "rp", "idr"].iter().find_map(|sign| lower.strip_prefix(sign)).unwrap_or(&lower);
    let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let number = number.strip_suffix(",-").unwrap_or(&number);
    let (whole, has_cents) = match [",00", ".00"].iter().find_map(|cents| number.strip_suffix(cents)) {
        Some(whole) => (whole, true),
        None => (number, false),
    };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain(whole) {
        return Ok(whole.to_owned());
    }
    for (separator, other) in [('.', ','), (',', '.')] {
        let groups: Vec<&str> = whole.split(separator).collect();
        let is_grouped = groups.len() > 1
            && (1..=3).contains(&groups[0].len())
            && groups.iter().all(|group| plain(group))
            && groups[1..].iter().all(|group| group.len() == 3);
        // 300,000 may be three hundred with decimals where a comma parts those; 1,300,000 and 300,000.00 may not.
        let is_sure = separator == '.' || groups.len() > 2 || (has_cents && number.ends_with(&format!("{other}00")));
        let mixes_up = has_cents && number.ends_with(&format!("{separator}00"));
        if is_grouped && is_sure && !mixes_up {
            return Ok(groups.concat());
        }
        if is_grouped {
            return Err(Wrong::Ambiguous);
        }
    }
    Err(Wrong::Amount)
}

/// Whether a text has what no reader sees and a screen may be fooled by.
pub(super) fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{61c}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_taken_where_it_can_mean_one_thing_only() {
        for (cell, rupiah) in [
            ("300000", "300000"),
            ("300.000", "300000"),
            ("Rp 300.000", "300000"),
            ("Rp. 300.000,00", "300000"),
            ("Rp300.000,-", "300000"),
            ("IDR 1.300.000", "1300000"),
            ("300000,00", "300000"),
            ("300000.00", "300000"),
            ("1,300,000", "1300000"),
            ("300,000.00", "300000"),
            ("'300000", "300000"),
        ] {
            assert_eq!(amount(cell), Ok(rupiah.to_owned()), "{cell}");
        }
        for (cell, why) in [
            ("300,000", Wrong::Ambiguous),
            ("3E+05", Wrong::Rounded),
            ("300.50", Wrong::Amount),
            ("30.00.000", Wrong::Amount),
            ("-300000", Wrong::Amount),
            ("+1", Wrong::Amount),
            ("", Wrong::Amount),
            ("tiga ratus ribu", Wrong::Amount),
            ("３００", Wrong::Digits),
        ] {
            assert_eq!(amount(cell), Err(why), "{cell}");
        }
    }
}

//! A ticket as a QR code.

use qrcode::render::{svg as as_svg, unicode};
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};

/// As SVG, for a page or a file. Fails where the text is too long for a QR code (2,953 bytes).
pub fn svg(text: &str) -> Result<String, QrError> {
    let image = code(text)?.render::<as_svg::Color<'_>>().min_dimensions(480, 480).build();
    // Without the XML declaration, which has no place inside a page.
    Ok(image.split_once("?>").map_or(image.as_str(), |(_, svg)| svg).to_owned())
}

/// As characters, for a terminal.
pub fn terminal(text: &str) -> Result<String, QrError> {
    Ok(code(text)?.render::<unicode::Dense1x2>().build())
}

// It is read from a screen at arm's length, so larger modules serve better than redundancy.
fn code(text: &str) -> Result<QrCode, QrError> {
    QrCode::with_error_correction_level(text, EcLevel::L)
}

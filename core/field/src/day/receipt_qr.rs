//! The QR code of a receipt, to be shown on the handset's screen or printed.

use qrcode::render::svg;
use qrcode::{Color, EcLevel, QrCode};
use saksi_records::ReceiptCode;
use serde::Serialize;

/// A QR code as its modules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptQr {
    /// Modules a side, without the quiet zone of four that must be left around it.
    pub side: u32,
    /// Whether a module is dark, row by row.
    pub dark: Vec<bool>,
}

impl ReceiptQr {
    /// The QR code of a receipt.
    pub fn of(code: &ReceiptCode) -> Self {
        let qr = qr(code);
        let dark = qr.to_colors().into_iter().map(|module| module == Color::Dark).collect();
        Self { side: qr.width() as u32, dark }
    }

    /// The same as SVG, with its quiet zone.
    pub fn svg(code: &ReceiptCode) -> String {
        qr(code).render::<svg::Color<'_>>().min_dimensions(240, 240).build()
    }
}

fn qr(code: &ReceiptCode) -> QrCode {
    QrCode::with_error_correction_level(code.qr_text(), EcLevel::M).expect("17 letters and digits fit any QR code")
}

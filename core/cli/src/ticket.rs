//! Reads what a supervisor hands over, a ticket or a code: its text, or a picture of its QR code.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use saksi_face::Frame;
use saksi_records::wire::Ticket;

/// Reads a ticket as [`text`] does.
pub fn read(path: &Path) -> Result<Ticket> {
    // serde's own message could repeat the token.
    serde_json::from_slice(&text(path)?).map_err(|_| anyhow!("{} holds no ticket", path.display()))
}

/// Reads the text in a file, or in a JPEG or PNG of a QR code, or on the standard input where it is `-`.
pub fn text(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().read_to_end(&mut bytes)?;
    } else {
        bytes = fs::read(path).with_context(|| path.display().to_string())?;
    }
    match Frame::decode(&bytes) {
        Ok(picture) => scan(&picture).with_context(|| path.display().to_string()),
        Err(_) => Ok(bytes),
    }
}

fn scan(picture: &Frame) -> Result<Vec<u8>> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut grey = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        let pixel = &picture.pixels()[(y * width + x) * 3..][..3];
        (pixel.iter().map(|value| u16::from(*value)).sum::<u16>() / 3) as u8
    });
    let code = grey.detect_grids().into_iter().next().context("no QR code found in the picture")?;
    let (_, text) = code.decode().context("the QR code can't be read: take the picture again")?;
    Ok(text.into_bytes())
}

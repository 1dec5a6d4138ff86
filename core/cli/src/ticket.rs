//! Reads a supervisor's ticket: the JSON, or a picture of its QR code.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use saksi_face::Frame;
use saksi_records::wire::Ticket;

/// Reads the ticket in a file (JSON, or a JPEG or PNG of the code), or JSON from the standard input where it is `-`.
pub fn read(path: &Path) -> Result<Ticket> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().read_to_end(&mut bytes)?;
    } else {
        bytes = fs::read(path).with_context(|| path.display().to_string())?;
    }
    let json = match Frame::decode(&bytes) {
        Ok(picture) => scan(&picture).with_context(|| path.display().to_string())?,
        Err(_) => bytes,
    };
    // serde's own message could repeat the token.
    serde_json::from_slice(&json).map_err(|_| anyhow!("{} holds no ticket", path.display()))
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

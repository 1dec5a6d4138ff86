//! Reads what a supervisor hands over, a ticket or a code: its text, or a picture of its QR code.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context, Result};
use saksi_face::Frame;
use saksi_records::Ticket;

/// Reads a ticket as [`text`] does.
pub fn read(path: &Path) -> Result<Ticket> {
    let text = String::from_utf8(text(path)?).ok();
    text.and_then(|text| text.parse().ok()).with_context(|| format!("{} holds no ticket", path.display()))
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

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode};
    use saksi_records::{Authority, Digest, HandsetKey, ProgrammeKey};

    use super::*;

    /// What a camera makes of a code.
    struct Photo {
        size: [usize; 2],
        /// Pixels a module, and by how many degrees the code is turned.
        scale: f32,
        turned: f32,
        /// The levels of dark and light modules.
        levels: [f32; 2],
        noise: f32,
    }

    #[test]
    fn a_ticket_s_code_has_49_modules_a_side() {
        assert_eq!(code().width(), 49);
    }

    #[test]
    fn a_ticket_is_read_whatever_size_its_picture_has() {
        for side in (300..=700).step_by(20).chain([505]) {
            let scale = side as f32 / 57.0;
            let clean = Photo { size: [side, side], scale, turned: 0.0, levels: [0.0, 255.0], noise: 0.0 };
            assert!(clean.is_read(), "{side} pixels");
        }
    }

    #[test]
    fn a_ticket_is_read_from_a_dim_photo_of_a_screen() {
        for (turned, levels) in [(0.0, [12.0, 60.0]), (3.0, [12.0, 60.0]), (-7.0, [25.0, 70.0]), (12.0, [10.0, 90.0])] {
            let dim = Photo { size: [1280, 720], scale: 8.3, turned, levels, noise: 5.0 };
            assert!(dim.is_read(), "turned by {turned}, levels {levels:?}");
        }
    }

    fn ticket() -> Ticket {
        Ticket {
            saksi: 1,
            server: "https://saksi.posindonesia.example:8443".into(),
            ca: Authority::Sha256(Digest::of(b"an authority")),
            server_key: HandsetKey::from_seed([7; 32]).verifying_key(),
            programme_key: ProgrammeKey::from_bytes(&[9; 32]).expect("a key").public().clone(),
            token: "SAB8kZ3pQx1mN5vT7yWd2g".into(),
        }
    }

    fn code() -> QrCode {
        QrCode::with_error_correction_level(ticket().to_code().expect("short"), EcLevel::L).expect("it fits")
    }

    impl Photo {
        fn is_read(&self) -> bool {
            let text = scan(&self.take()).ok().and_then(|text| String::from_utf8(text).ok());
            text.and_then(|text| text.parse().ok()) == Some(ticket())
        }

        fn take(&self) -> Frame {
            let code = code();
            let (side, modules) = (code.width() as f32, code.to_colors());
            let [width, height] = self.size;
            let (sin, cos) = self.turned.to_radians().sin_cos();
            let is_dark = |x: f32, y: f32| {
                let (x, y) = (x - width as f32 / 2.0, y - height as f32 / 2.0);
                let (column, row) = ((x * cos + y * sin) / self.scale, (y * cos - x * sin) / self.scale);
                let (column, row) = (column + side / 2.0, row + side / 2.0);
                let is_inside = (0.0..side).contains(&column) && (0.0..side).contains(&row);
                is_inside && modules[row as usize * code.width() + column as usize] == Color::Dark
            };
            let mut random = 1_u32;
            let pixels = (0..width * height).flat_map(|at| {
                // A pixel sees all of its area: five by five samples.
                let samples = (0..25).filter(|i| {
                    let inside = |step: usize| (step as f32 + 0.5) / 5.0;
                    is_dark((at % width) as f32 + inside(i % 5), (at / width) as f32 + inside(i / 5))
                });
                let dark = samples.count() as f32 / 25.0;
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = ((random >> 8) as f32 / (1 << 24) as f32 - 0.5) * 2.0 * self.noise;
                [(self.levels[1] + (self.levels[0] - self.levels[1]) * dark + noise).clamp(0.0, 255.0) as u8; 3]
            });
            Frame::from_rgb(width as u32, height as u32, pixels.collect()).expect("all pixels")
        }
    }
}

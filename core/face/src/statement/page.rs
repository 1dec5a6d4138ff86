//! The sheet as if it had been scanned: upright grey pixels at the density of the photo.

use serde::{Deserialize, Serialize};

use super::luma::Luma;
use super::quad::Quad;

/// Sizes of paper that letters are written on in Indonesia.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// ISO 216: 210 x 297 mm.
    A4,
    /// *Folio* or F4: 215 x 330 mm.
    Folio,
}

/// What a page is rectified to at most, in pixels an inch: A4 in 1240 x 1754.
pub(super) const MAX_DPI: f32 = 150.0;

/// A rectified sheet.
pub(super) struct Page {
    pub(super) luma: Luma,
    pub(super) paper: Paper,
    /// Of these pixels.
    pub(super) dpi: f32,
}

impl Paper {
    /// Width and height.
    pub(super) fn inches(self) -> [f32; 2] {
        match self {
            Self::A4 => [210.0 / 25.4, 297.0 / 25.4],
            Self::Folio => [215.0 / 25.4, 330.0 / 25.4],
        }
    }

    /// The nearer of the two, by height and width; `None` for what is no letter's sheet, lengthwise or not.
    pub(super) fn of_proportions(proportions: f32) -> Option<Self> {
        let proportions = proportions.max(1.0 / proportions);
        let off = |paper: Self| {
            let [width, height] = paper.inches();
            (proportions / (height / width)).ln().abs()
        };
        let nearer = if off(Self::A4) <= off(Self::Folio) { Self::A4 } else { Self::Folio };
        (off(nearer) < 0.16).then_some(nearer)
    }
}

impl Page {
    /// Cuts the sheet out of a frame: at the density of where it's densest, so that nothing is lost, but at most
    /// [`MAX_DPI`].
    pub(super) fn rectified(luma: &Luma, corners: &Quad, paper: Paper) -> Self {
        let (_, most) = corners.dpi(paper);
        let dpi = most.clamp(20.0, MAX_DPI);
        let [width, height] = paper.inches().map(|inches| (inches * dpi).round().max(1.0) as usize);
        let factor = (most / dpi / 1.4).floor().max(1.0) as usize;
        let shrunk = (factor > 1).then(|| luma.shrunk(factor));
        let source = shrunk.as_ref().unwrap_or(luma);
        let perspective = corners.scaled(1.0 / factor as f32).perspective();
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let v = (y as f32 + 0.5) / height as f32;
            pixels.extend((0..width).map(|x| {
                let [x, y] = perspective.at([(x as f32 + 0.5) / width as f32, v]);
                (source.at(x, y) + 0.5) as u8
            }));
        }
        Self { luma: Luma { width, height, pixels }, paper, dpi }
    }

    /// The page turned by half.
    pub(super) fn upside_down(mut self) -> Self {
        self.luma.pixels.reverse();
        self
    }
}

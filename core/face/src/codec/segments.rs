//! The outline of a JPEG: the segments between its markers (ITU-T T.81, annex B), walked without decoding anything.

/// What the segments tell.
#[derive(Default)]
pub(super) struct Outline<'a> {
    /// The first EXIF block. A second one is an editor's leftover.
    pub(super) exif: Option<&'a [u8]>,
    /// The first frame header.
    pub(super) frame: Option<FrameHeader>,
    /// How many scans follow.
    pub(super) scans: usize,
    /// Whether the end marker comes after them.
    pub(super) ends: bool,
}

/// A frame header: how the picture is coded.
pub(super) struct FrameHeader {
    /// In passes that refine each other.
    pub(super) progressive: bool,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Samples across and down that each component has in a unit.
    sampling: Vec<[u64; 2]>,
}

const EXIF: &[u8] = b"Exif\0\0";

impl<'a> Outline<'a> {
    /// Walks to the end marker. Thumbnails inside segments have markers of their own, so segments are passed over whole;
    /// bytes after the end (a motion photo's film) don't matter.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let mut outline = Self::default();
        outline.ends = outline.walk(bytes).is_some();
        outline
    }

    /// `None` where the bytes end first.
    fn walk(&mut self, bytes: &'a [u8]) -> Option<()> {
        let mut at = 2;
        loop {
            if *bytes.get(at)? != 0xff {
                at += 1;
                continue;
            }
            match *bytes.get(at + 1)? {
                0xd9 => return (self.scans > 0).then_some(()),
                0xff => at += 1,
                // A stuffed zero, a restart marker, or a marker without a length.
                0x00 | 0x01 | 0xd0..=0xd8 => at += 2,
                marker => {
                    let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
                    self.segment(marker, bytes.get(at + 4..at + 2 + length).unwrap_or_default());
                    at += 2 + length;
                }
            }
        }
    }

    fn segment(&mut self, marker: u8, payload: &'a [u8]) {
        match marker {
            0xda => self.scans += 1,
            0xe1 if self.exif.is_none() && payload.starts_with(EXIF) => self.exif = Some(payload),
            // All start-of-frame markers; the others of this range are tables.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) && self.frame.is_none() => {
                self.frame = FrameHeader::read(marker, payload);
            }
            _ => {}
        }
    }
}

impl FrameHeader {
    fn read(marker: u8, payload: &[u8]) -> Option<Self> {
        let (&[_, y0, y1, x0, x1, _], components) = payload.split_first_chunk::<6>()?;
        let sampling = components.as_chunks::<3>().0.iter().map(|[_, factors, _]| [factors >> 4, factors & 15]);
        Some(Self {
            progressive: marker == 0xc2,
            width: u16::from_be_bytes([x0, x1]).into(),
            height: u16::from_be_bytes([y0, y1]).into(),
            sampling: sampling.map(|factors| factors.map(u64::from)).collect(),
        })
    }

    /// How many components there are: 1 in grey, 3 in colour, 4 for print.
    pub(super) fn components(&self) -> usize {
        self.sampling.len()
    }

    /// Bytes that all its coefficients take, two each: what has to be held of a picture in several scans.
    pub(super) fn coefficients(&self) -> u64 {
        let most = |axis: usize| self.sampling.iter().map(|factors| factors[axis]).max().unwrap_or(1).max(1);
        let units = u64::from(self.width).div_ceil(8 * most(0)) * u64::from(self.height).div_ceil(8 * most(1));
        units * self.sampling.iter().map(|[across, down]| across * down * 64 * 2).sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(payload.len() + 2).expect("a short segment").to_be_bytes();
        [&[0xff, marker], length.as_slice(), payload].concat()
    }

    /// A picture of 17 x 9 with a colour sample for two by two pixels.
    fn file() -> Vec<u8> {
        let header = [8, 0, 9, 0, 17, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        let thumbnail = [EXIF, b"first \xff\xd9"].concat();
        [
            vec![0xff, 0xd8],
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0"),
            segment(0xe1, &thumbnail),
            segment(0xe1, &[EXIF, b"second"].concat()),
            segment(0xc2, &header),
            segment(0xc4, b"tables"),
            segment(0xda, b"scan"),
            b"\x12\xff\x00\xff\xd0\x34".to_vec(),
            segment(0xda, b"scan"),
            b"\x56\xff\xd9 a film".to_vec(),
        ]
        .concat()
    }

    #[test]
    fn the_outline_tells_what_the_segments_say_and_the_first_exif_counts() {
        let file = file();
        let outline = Outline::of(&file);
        let frame = outline.frame.expect("a header");
        assert_eq!((frame.width, frame.height, frame.components(), frame.progressive), (17, 9, 3, true));
        // Two units of 16 x 16, each of six blocks.
        assert_eq!(frame.coefficients(), 2 * 6 * 64 * 2);
        assert_eq!((outline.scans, outline.ends), (2, true));
        assert!(outline.exif.is_some_and(|exif| exif.starts_with(b"Exif\0\0first")));
    }

    #[test]
    fn what_is_cut_off_has_no_end() {
        let file = file();
        let end = file.len() - b" a film".len();
        assert!((0..end).all(|length| !Outline::of(&file[..length]).ends));
        assert!(Outline::of(&file[..end]).ends);
    }
}

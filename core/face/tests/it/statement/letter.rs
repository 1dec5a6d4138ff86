//! Draws signed statement letters, each filled in for other people, and identity cards.

use std::f32::consts::TAU;

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

use super::random::Random;

/// Pixels for an inch of a letter, and of a card.
const DPI: f32 = 250.0;
const CARD_DPI: f32 = 500.0;

/// A sheet of A4 paper, or a card, with something on it: how much light it gives back, 0 to 1, rows from the top.
#[derive(Clone)]
pub struct Letter {
    pub width: usize,
    pub height: usize,
    /// Width and height in millimetres.
    pub mm: [f32; 2],
    pub reflectance: Vec<f32>,
    dpi: f32,
    /// The words on it that are typed.
    pub words: Vec<String>,
}

/// What differs from one letter to the next.
#[derive(Clone, Copy, Debug)]
pub struct Filling {
    /// Who gives the authority and who gets it, by number; for each pair of them there's another letter.
    pub giver: u64,
    pub proxy: u64,
    /// Another seed, another signature.
    pub signature: u64,
    /// 0 (none) to 1 (black), of typed letters.
    pub ink: f32,
    /// Height of letters in points.
    pub points: f32,
}

impl Default for Filling {
    fn default() -> Self {
        Self { giver: 1, proxy: 2, signature: 3, ink: 0.9, points: 12.0 }
    }
}

const PAPER: f32 = 0.86;

const NAMES: [&str; 12] = [
    "Siti Rahmawati",
    "Agus Setiawan",
    "Dewi Lestari",
    "Bambang Hartono",
    "Ratna Sari",
    "Joko Susilo",
    "Endang Wahyuni",
    "Hendra Gunawan",
    "Yuliana Putri",
    "Rudi Hermawan",
    "Sri Mulyani",
    "Wawan Kurniawan",
];
const STREETS: [&str; 6] = ["Melati", "Kenanga", "Merdeka", "Pahlawan", "Cempaka", "Diponegoro"];
const TOWNS: [&str; 6] = ["Bandung", "Sumedang", "Garut", "Cimahi", "Tasikmalaya", "Ciamis"];

impl Letter {
    /// A sheet with nothing on it.
    pub fn blank() -> Self {
        Self::of_size([210.0, 297.0], DPI)
    }

    /// An identity card as the KTP is: ID-1, the number large, the rest small, a portrait on the right.
    pub fn card(number: u64) -> Self {
        let mut card = Self::of_size([85.6, 54.0], CARD_DPI);
        let bold = FontRef::try_from_slice(dejavu::serif::bold()).expect("a font");
        let plain = FontRef::try_from_slice(dejavu::serif::regular()).expect("a font");
        for (i, reflectance) in card.reflectance.iter_mut().enumerate() {
            // The pattern that keeps copiers away.
            *reflectance *=
                0.84 + 0.04 * ((i % card.width) as f32 / 9.0).sin() * ((i / card.width) as f32 / 11.0).cos();
        }
        card.text(&bold, 26.0, 4.5, 7.0, 0.9, "PROVINSI JAWA BARAT");
        card.text(&bold, 29.0, 8.0, 7.0, 0.9, "KOTA BANDUNG");
        card.text(&bold, 3.0, 13.5, 9.0, 0.9, &format!("NIK : 3273{:012}", number * 7_919_377 % 1_000_000_000_000));
        let (street, town) = (STREETS[number as usize % 6], TOWNS[number as usize / 2 % 6]);
        let lines = [
            format!("Nama                  : {}", NAMES[number as usize % 12].to_uppercase()),
            format!("Tempat/Tgl Lahir : {}, 14-07-1965", town.to_uppercase()),
            "Jenis Kelamin      : PEREMPUAN   Gol. Darah : O".to_owned(),
            format!("Alamat                : JL {} NO {}", street.to_uppercase(), 3 + number % 90),
            "     RT/RW             : 004/007".to_owned(),
            format!("     Kel/Desa          : {}", town.to_uppercase()),
            "     Kecamatan        : ANDIR".to_owned(),
            "Agama                 : ISLAM".to_owned(),
            "Status Perkawinan: KAWIN".to_owned(),
            "Pekerjaan            : MENGURUS RUMAH TANGGA".to_owned(),
            "Kewarganegaraan : WNI".to_owned(),
            "Berlaku Hingga    : SEUMUR HIDUP".to_owned(),
        ];
        for (row, line) in lines.iter().enumerate() {
            card.text(&plain, 3.0, 18.0 + row as f32 * 2.9, 5.8, 0.88, line);
        }
        for step in 0..9 {
            card.dot(72.0, 20.0 + step as f32, 6.0 + step as f32 * 0.5, 0.3);
        }
        card
    }

    fn of_size(mm: [f32; 2], dpi: f32) -> Self {
        let [width, height] = mm.map(|mm| (mm / 25.4 * dpi) as usize);
        Self { width, height, mm, dpi, reflectance: vec![PAPER; width * height], words: Vec::new() }
    }

    /// A statement, signed and stamped.
    pub fn statement(filling: &Filling) -> Self {
        let mut letter = Self::blank();
        let bold = FontRef::try_from_slice(dejavu::serif::bold()).expect("a font");
        let plain = FontRef::try_from_slice(dejavu::serif::regular()).expect("a font");
        let Filling { ink, points, .. } = *filling;
        letter.text(&bold, 58.0, 32.0, points * 1.3, ink, "SURAT PERNYATAAN");
        letter.text(&bold, 52.0, 40.0, points, ink, "PEMBERIAN KUASA PENERIMAAN");
        let mut y = 58.0;
        for line in body(filling) {
            letter.text(&plain, 25.0, y, points, ink, &line);
            y += points * 0.64;
        }
        let (giver, proxy) = (NAMES[filling.giver as usize % 12], NAMES[filling.proxy as usize % 12]);
        letter.text(&plain, 28.0, y + 6.0, points, ink, "Penerima Kuasa");
        letter.text(&plain, 125.0, y + 6.0, points, ink, "Pemberi Kuasa");
        letter.text(&plain, 28.0, y + 42.0, points, ink, proxy);
        letter.text(&plain, 125.0, y + 42.0, points, ink, giver);
        letter.signature(32.0, y + 22.0, filling.signature);
        letter.signature(130.0, y + 22.0, filling.signature ^ 0x5555);
        letter.ring(112.0, y + 24.0, 17.0);
        letter.ring(112.0, y + 24.0, 13.0);
        letter
    }

    /// Folded in three and opened again: the paper bends the light along two lines.
    pub fn folded(mut self) -> Self {
        let height = self.height as f32;
        for (y, row) in self.reflectance.chunks_exact_mut(self.width).enumerate() {
            let near = |fold: f32| {
                let off = (y as f32 - fold * height) / (0.012 * height);
                0.09 * off * (-off * off).exp()
            };
            let bent = 1.0 + near(0.333) - near(0.667);
            for reflectance in row {
                *reflectance = (*reflectance * bent).min(0.92);
            }
        }
        self
    }

    /// Each second pixel of every second row.
    pub fn half(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let at = |x: usize, y: usize| self.reflectance[y * self.width + x];
        let mean = |i: usize| {
            let (x, y) = (i % width * 2, i / width * 2);
            (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4.0
        };
        let reflectance = (0..width * height).map(mean).collect();
        Self { width, height, reflectance, words: Vec::new(), dpi: self.dpi / 2.0, ..*self }
    }

    /// The light a place gives back, from 0 to 1 across and down.
    pub fn at(&self, u: f32, v: f32) -> f32 {
        let (x, y) = (u * self.width as f32 - 0.5, v * self.height as f32 - 0.5);
        let (x, y) = (x.clamp(0.0, self.width as f32 - 1.001), y.clamp(0.0, self.height as f32 - 1.001));
        let (left, top) = (x as usize, y as usize);
        let (across, down) = (x - left as f32, y - top as f32);
        let row = |y: usize| {
            let row = &self.reflectance[y * self.width + left..];
            row[0] + (row[1] - row[0]) * across
        };
        row(top) + (row(top + 1) - row(top)) * down
    }

    fn text(&mut self, font: &FontRef<'_>, x: f32, y: f32, points: f32, ink: f32, text: &str) {
        self.words.extend(text.split_whitespace().map(str::to_owned));
        let dpi = self.dpi;
        let pixels = |mm: f32| mm / 25.4 * dpi;
        // A font's scale is its height from ascent to descent.
        let scaled = font.as_scaled(PxScale::from(points / 72.0 * dpi * 1.16));
        let mut at = pixels(x);
        for letter in text.chars() {
            let id = scaled.glyph_id(letter);
            let glyph = id.with_scale_and_position(scaled.scale(), point(at, pixels(y)));
            at += scaled.h_advance(id);
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let bounds = outline.px_bounds();
            outline.draw(|dx, dy, cover| {
                self.darken(bounds.min.x as usize + dx as usize, bounds.min.y as usize + dy as usize, cover * ink);
            });
        }
    }

    /// A few loops of a pen.
    fn signature(&mut self, x: f32, y: f32, seed: u64) {
        let mut random = Random::new(seed);
        let mut wave = || [random.within(1.0, 3.0), random.within(2.0, 7.0), random.within(0.0, 6.0)];
        let waves = [wave(), wave(), wave(), wave()];
        for step in 0..6000 {
            let t = step as f32 / 6000.0;
            let sum = |waves: &[[f32; 3]]| -> f32 { waves.iter().map(|w| w[0] * (w[1] * t * TAU + w[2]).sin()).sum() };
            self.dot(x + 32.0 * t + sum(&waves[..2]), y + 1.6 * sum(&waves[2..]), 0.25, 0.85);
        }
    }

    fn ring(&mut self, x: f32, y: f32, radius: f32) {
        for step in 0..3000 {
            let (sin, cos) = (step as f32 / 3000.0 * TAU).sin_cos();
            self.dot(x + radius * cos, y + radius * sin, 0.35, 0.45);
        }
    }

    fn dot(&mut self, x: f32, y: f32, radius: f32, ink: f32) {
        let dpi = self.dpi;
        let [x, y, radius] = [x, y, radius].map(|mm| mm / 25.4 * dpi);
        for py in (y - radius).floor() as i32..=(y + radius).ceil() as i32 {
            for px in (x - radius).floor() as i32..=(x + radius).ceil() as i32 {
                let cover = (radius + 0.5 - (px as f32 - x).hypot(py as f32 - y)).clamp(0.0, 1.0);
                if px >= 0 && py >= 0 {
                    self.darken(px as usize, py as usize, cover * ink);
                }
            }
        }
    }

    fn darken(&mut self, x: usize, y: usize, ink: f32) {
        if x < self.width && y < self.height {
            let reflectance = &mut self.reflectance[y * self.width + x];
            *reflectance = reflectance.min(PAPER * (1.0 - ink));
        }
    }
}

fn body(filling: &Filling) -> Vec<String> {
    let person = |number: u64| {
        let mut random = Random::new(number.wrapping_mul(77) + 5);
        let mut digit = || char::from(b'0' + (random.within(0.0, 9.99) as u8));
        let nik: String = "3273".chars().chain((0..12).map(|_| digit())).collect();
        let at = |n: u64| (number / n) as usize;
        [
            format!("Nama       :  {}", NAMES[at(1) % 12]),
            format!("NIK          :  {nik}"),
            format!("Alamat     :  Jalan {} Nomor {}, {}", STREETS[at(2) % 6], 3 + number * 7 % 90, TOWNS[at(3) % 6]),
        ]
    };
    let mut lines: Vec<String> = vec!["Yang bertanda tangan di bawah ini:".into()];
    lines.extend(person(filling.giver));
    lines.push("dengan ini memberikan kuasa kepada:".into());
    lines.extend(person(filling.proxy));
    lines.extend(
        [
            "untuk menerima dana bantuan sosial tunai atas nama saya",
            "karena saya sedang sakit dan tidak dapat hadir sendiri.",
            "",
            "Demikian surat pernyataan ini saya buat dengan sebenarnya",
            "tanpa paksaan dari pihak mana pun. Apabila di kemudian hari",
            "pernyataan ini tidak benar, saya bersedia dituntut sesuai",
            "hukum yang berlaku di Negara Republik Indonesia.",
            "",
        ]
        .map(String::from),
    );
    lines.push(format!("{}, {} November 2026", TOWNS[(filling.giver / 3) as usize % 6], 1 + filling.signature % 28));
    lines
}

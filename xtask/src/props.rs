//! What a demonstration and the tests play with: invented people, a statement letter, a ticket's QR code as a picture.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use font8x8::UnicodeFonts as _;
use qrcode::{Color, QrCode};

/// The round that is paid out.
pub const ROUND: &str = "BST-2026-11";
/// What people call it.
pub const ROUND_TITLE: &str = "BST Tahap November 2026";

/// Someone on the roster. Names and numbers are invented; the numbers are well-formed.
pub struct Person {
    /// The programme's number.
    pub id: &'static str,
    /// NIK.
    pub nik: &'static str,
    /// Name.
    pub name: &'static str,
    /// Address.
    pub address: &'static str,
    /// The portrait that the programme has, among the sample portraits.
    pub portrait: Option<&'static str>,
}

/// The roster. Two have a face; the last is ill, and a proxy comes for her.
pub const ROSTER: [Person; 6] = [
    Person {
        id: "KPM-3273-0001",
        nik: "3273010408610002",
        name: "Bambang Wicaksono",
        address: "Jl. Melati 4, RT 02/RW 05",
        portrait: Some("obama.jpg"),
    },
    Person {
        id: "KPM-3273-0002",
        nik: "3273015911560004",
        name: "Ratna Kusumawardani",
        address: "Jl. Melati 9, RT 02/RW 05",
        portrait: Some("astronaut.png"),
    },
    Person {
        id: "KPM-3273-0003",
        nik: "3273011203700001",
        name: "Agus Setiawan",
        address: "Jl. Kenanga 1, RT 03/RW 05",
        portrait: None,
    },
    Person {
        id: "KPM-3273-0004",
        nik: "3273016208480003",
        name: "Yohana Simanjuntak",
        address: "Gg. Mawar 12, RT 03/RW 05",
        portrait: None,
    },
    Person {
        id: "KPM-3273-0005",
        nik: "3273012705830006",
        name: "Dedi Kurniawan",
        address: "Gg. Mawar 15, RT 03/RW 05",
        portrait: None,
    },
    Person {
        id: "KPM-3273-0006",
        nik: "3273014107390001",
        name: "Siti Rahayu",
        address: "Jl. Anggrek 7, RT 04/RW 05",
        portrait: None,
    },
];

/// Another portrait of the first on the roster.
pub const BENEFICIARY_AGAIN: &str = "obama2.jpg";
/// And another.
pub const BENEFICIARY_ONCE_MORE: &str = "obama3.jpg";
/// Someone who is not on the roster; also the proxy.
pub const STRANGER: &str = "biden.jpg";
/// The proxy's name.
pub const PROXY_NAME: &str = "Hartono Wibisono";
/// The proxy's NIK.
pub const PROXY_NIK: &str = "3273012011420001";
/// Where the proxy can be called.
pub const PROXY_PHONE: &str = "0812-3456-7890";
/// What each is paid, in rupiah.
pub const AMOUNT: u64 = 300_000;

/// Writes the roster as CSV (without faces), and the portraits beside it, named as enrolment expects them.
pub fn write_roster(csv: &Path, photos: &Path, portraits: &Path) -> Result<()> {
    fs::create_dir_all(photos)?;
    let mut text = String::from("id,nik,name,address,route,amount\n");
    for Person { id, nik, name, address, portrait } in &ROSTER {
        writeln!(text, "{id},{nik},{name},\"{address}\",R1,{AMOUNT}")?;
        if let Some(portrait) = portrait {
            let extension = Path::new(portrait).extension().context("a portrait has an extension")?;
            let from = portraits.join(portrait);
            fs::copy(&from, photos.join(id).with_extension(extension)).with_context(|| from.display().to_string())?;
        }
    }
    fs::write(csv, text)?;
    Ok(())
}

/// Draws a statement letter (surat pernyataan) on an A4 page at 150 dots an inch, and writes it as a PNG.
pub fn write_statement(file: &Path) -> Result<()> {
    let siti = &ROSTER[5];
    let mut page = Page::new(1240, 1754);
    page.text(380, 140, 4, "SURAT PERNYATAAN");
    let lines = [
        "Yang bertanda tangan di bawah ini:".to_owned(),
        format!("  Nama   : {}", siti.name),
        format!("  NIK    : {}", siti.nik),
        format!("  Alamat : {}", siti.address),
        String::new(),
        "menyatakan memberi kuasa kepada:".to_owned(),
        format!("  Nama   : {PROXY_NAME}"),
        format!("  NIK    : {PROXY_NIK}"),
        String::new(),
        "untuk menerima bantuan sosial tunai".to_owned(),
        format!("{ROUND_TITLE} karena saya sakit."),
        String::new(),
        "Bandung, 24 November 2026".to_owned(),
    ];
    for (row, line) in lines.iter().enumerate() {
        page.text(120, 300 + row * 54, 3, line);
    }
    page.signature(780, 1200);
    page.text(760, 1330, 3, siti.name);
    page.write_png(file)
}

/// Draws a text as a QR code, and writes it as a PNG.
pub fn write_qr(text: &str, file: &Path) -> Result<()> {
    const MODULE: usize = 6;
    /// The standard (ISO/IEC 18004) asks for a quiet zone of four modules.
    const QUIET: usize = 4;
    let code = QrCode::new(text).context("the ticket doesn't fit into a QR code")?;
    let width = code.width();
    let side = (width + 2 * QUIET) * MODULE;
    let mut page = Page::new(side, side);
    for (i, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            page.square((i % width + QUIET) * MODULE, (i / width + QUIET) * MODULE, MODULE);
        }
    }
    page.write_png(file)
}

/// A white page in grey levels.
struct Page {
    width: usize,
    height: usize,
    levels: Vec<u8>,
}

impl Page {
    const INK: u8 = 30;

    fn new(width: usize, height: usize) -> Self {
        Self { width, height, levels: vec![255; width * height] }
    }

    fn square(&mut self, x: usize, y: usize, side: usize) {
        for row in y..(y + side).min(self.height) {
            let (from, to) = (row * self.width + x.min(self.width), row * self.width + (x + side).min(self.width));
            self.levels[from..to].fill(Self::INK);
        }
    }

    fn text(&mut self, x: usize, y: usize, scale: usize, text: &str) {
        for (column, letter) in text.chars().enumerate() {
            let glyph = font8x8::BASIC_FONTS.get(letter).unwrap_or_default();
            for (row, bits) in glyph.into_iter().enumerate() {
                for bit in (0..8).filter(|bit| bits >> bit & 1 == 1) {
                    self.square(x + (column * 8 + bit) * scale, y + row * scale, scale);
                }
            }
        }
    }

    fn signature(&mut self, x: usize, y: usize) {
        for step in 0..600 {
            let t = f64::from(step) / 100.0;
            let (dx, dy) = (t * 55.0 + 22.0 * (5.0 * t).sin(), 40.0 * (3.1 * t).sin() * (0.9 * t).cos());
            self.square((x as f64 + dx) as usize, (y as f64 + dy) as usize, 4);
        }
    }

    fn write_png(&self, file: &Path) -> Result<()> {
        let out = io::BufWriter::new(fs::File::create(file).with_context(|| file.display().to_string())?);
        let mut png = png::Encoder::new(out, self.width as u32, self.height as u32);
        png.set_color(png::ColorType::Grayscale);
        png.write_header()?.write_image_data(&self.levels)?;
        Ok(())
    }
}

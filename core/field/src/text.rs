//! What an officer is told, in Indonesian and in English.
//!
//! English is what the errors say of themselves; Indonesian stands here. A new case doesn't compile without its text.

use saksi_face::{
    Advice, Covered, Decision, DocumentProblem, FaceError, FrameError, PageAdvice, PageProblem, QualityProblem,
};
use saksi_records::Kind;
use saksi_records::wire::HandsetState;
use serde::{Deserialize, Serialize};

use crate::capture::source::CaptureError;
use crate::day::card::Notice;
use crate::day::cash::CashError;
use crate::day::progress::Standing;
use crate::disk::room::ROOM_FOR_A_VISIT;
use crate::error::FieldError;
use crate::keys::code::CodeError;
use crate::keys::pin::{self, PinError};
use crate::keys::vault::VaultError;
use crate::roster::list::RosterError;
use crate::sync::client::NetworkError;
use crate::sync::delivery::Reason;
use crate::visit::{LONGEST_NAME, LONGEST_REASON, Requirement, VisitError};

/// The languages of the field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Bahasa Indonesia.
    #[default]
    Id,
    /// English.
    En,
}

impl Language {
    /// BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// One of two texts.
    pub fn pick<T>(self, id: T, en: T) -> T {
        match self {
            Self::Id => id,
            Self::En => en,
        }
    }
}

/// Something that can be told in both languages.
pub trait Told {
    /// What an officer is told.
    fn tell(&self, language: Language) -> String;
}

impl Told for Advice {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::NoFace => language.pick("Arahkan kamera ke wajah", "Point the camera at the face"),
            Self::SeveralFaces => language.pick("Hanya satu orang di gambar", "Only one person in the picture"),
            Self::Closer => language.pick("Lebih dekat", "Closer"),
            Self::Further => language.pick("Lebih jauh", "Further away"),
            Self::Centre => language.pick("Wajah di tengah", "Face in the middle"),
            Self::LookStraight => language.pick("Lihat lurus ke kamera", "Look straight at the camera"),
            Self::Upright => language.pick("Tegakkan kepala dan ponsel", "Hold the head and the phone upright"),
            Self::TooDark => language.pick("Terlalu gelap: cari cahaya", "Too dark: find some light"),
            Self::TooBright => language.pick("Terlalu terang: cari tempat teduh", "Too bright: find some shade"),
            Self::Backlit => language.pick("Cahaya di belakang: balikkan badan", "Light from behind: turn around"),
            Self::HoldStill => language.pick("Tahan, jangan bergerak", "Hold still"),
            Self::Uncover => language.pick("Lepaskan yang menutupi wajah", "Remove what covers the face"),
            Self::Ready => language.pick("Bagus, sebentar lagi", "Good, a moment more"),
            Self::TurnLeft => language.pick("Tolehkan kepala ke kiri Anda", "Turn your head to your left"),
            Self::TurnRight => language.pick("Tolehkan kepala ke kanan Anda", "Turn your head to your right"),
            Self::CircleLeft => language.pick(
                "Petugas: geser ponsel mengitari wajah, ke sisi kanan orangnya",
                "Officer: move the phone around the face, to the person's right",
            ),
            Self::CircleRight => language.pick(
                "Petugas: geser ponsel mengitari wajah, ke sisi kiri orangnya",
                "Officer: move the phone around the face, to the person's left",
            ),
            Self::ComeNearer => language.pick("Dekatkan ponsel perlahan", "Slowly bring the phone nearer"),
            Self::CloseEyes => {
                language.pick("Pejamkan mata sebentar, lalu buka", "Close your eyes for a moment, then open them")
            }
            Self::OpenMouth => {
                language.pick("Buka mulut sebentar, lalu tutup", "Open your mouth for a moment, then close it")
            }
            Self::Done => language.pick("Selesai", "Done"),
            Self::TimedOut => language.pick("Waktu habis: coba lagi", "Time is up: try again"),
            Self::NotConfirmed => {
                language.pick("Belum dapat dipastikan: hubungi pengawas", "Not confirmed: ask a supervisor")
            }
            Self::GivenUp => language.pick("Dihentikan", "Stopped"),
        }
        .into()
    }
}

impl Told for Decision {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::Match => language.pick("cocok", "match"),
            Self::Review => language.pick("perlu diperiksa", "review"),
            Self::NoMatch => language.pick("tidak cocok", "no match"),
        }
        .into()
    }
}

impl Told for Kind {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::InPerson => language.pick("diterima sendiri", "in person"),
            Self::Proxy => language.pick("diterima wakil", "by proxy"),
            Self::Exception => language.pick("pengecualian", "exception"),
            Self::NotServed => language.pick("tidak terlayani", "not served"),
            Self::ConsentWithdrawn => language.pick("persetujuan dicabut", "consent withdrawn"),
            Self::Enrolment => language.pick("pendaftaran wajah", "enrolment"),
            Self::Cash => language.pick("kas", "cash"),
        }
        .into()
    }
}

impl Told for Standing {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::ToVisit => language.pick("belum dikunjungi", "to be visited"),
            Self::PaidHere => language.pick("dibayar di sini", "paid here"),
            Self::PaidElsewhere => language.pick("dibayar perangkat lain", "paid elsewhere"),
            Self::Exception => language.pick("menunggu pengawas", "waits for a supervisor"),
            Self::Absent => language.pick("tidak di rumah", "not at home"),
            Self::Moved => language.pick("pindah", "moved away"),
            Self::Deceased => language.pick("meninggal", "deceased"),
            Self::Refused => language.pick("menolak", "refused"),
        }
        .into()
    }
}

impl Told for Notice {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::AlreadyPaid { round } => {
                format!("{} {round}", language.pick("Sudah dibayar pada tahap", "Already paid in round"))
            }
            Self::ProxySeen { round, others } => match language {
                Language::Id => {
                    format!("Diterima wakil pada tahap {round}; wakil itu juga untuk {others} penerima lain")
                }
                Language::En => {
                    format!("Collected by a proxy in round {round}, who collected for {others} others as well")
                }
            },
            Self::ExceptionWaits { round } => {
                let told = language
                    .pick("Pengecualian menunggu pengawas, tahap", "An exception waits for a supervisor, round");
                format!("{told} {round}")
            }
            Self::NoFace => language.pick("Belum ada foto wajah dalam daftar", "No face on the roster").into(),
            Self::ConsentWithdrawn => {
                language.pick("Persetujuan foto telah dicabut", "Consent to photos was withdrawn").into()
            }
        }
    }
}

impl Told for Requirement {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::Consent => language.pick("persetujuan", "consent"),
            Self::Face => language.pick("wajah penerima", "the beneficiary's face"),
            Self::ProxyPhoto => language.pick("foto wakil", "the proxy's photo"),
            Self::StatementPhoto => language.pick("foto surat pernyataan", "the statement's photo"),
            Self::ProxyDetails => language.pick("data wakil", "the proxy's details"),
            Self::Photo => language.pick("foto penerima", "the beneficiary's photo"),
            Self::Reason => language.pick("alasan", "the reason"),
            Self::DocumentPhoto => language.pick("foto dokumen identitas", "the identity document's photo"),
            Self::DocumentNik => language.pick("NIK pada dokumen", "the NIK on the document"),
        }
        .into()
    }
}

impl Told for QualityProblem {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::TooFar => language.pick("Lebih dekat.", "Come closer."),
            Self::TooDark => language.pick("Terlalu gelap: hadapkan wajah ke cahaya.", "Too dark: face the light."),
            Self::TooBright => {
                language.pick("Terlalu terang: pindah ke tempat teduh.", "Too bright: step into the shade.")
            }
            Self::Flat => language.pick(
                "Gambar pudar: bersihkan lensa, jangan membelakangi cahaya.",
                "The picture is hazy: wipe the lens, and don't stand against the light.",
            ),
            Self::Blurred => {
                language.pick("Gambar kabur: tahan ponsel dengan tenang.", "Blurred: hold the phone still.")
            }
            Self::TurnedAside => language.pick("Lihat lurus ke kamera.", "Look straight at the camera."),
            Self::Tilted => language.pick("Tegakkan kepala.", "Hold the head upright."),
            Self::Covered => language.pick(
                "Lepaskan yang menutupi wajah: masker, kacamata hitam.",
                "Remove what covers the face: a mask, dark glasses.",
            ),
        }
        .into()
    }
}

impl Told for PageProblem {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::NoPage => language.pick(
                "Surat tidak terlihat: letakkan di atas alas yang lebih gelap.",
                "No page to be seen: lay the letter on something darker.",
            ),
            Self::WholePage => language.pick(
                "Sebagian surat di luar gambar: perlihatkan keempat sudutnya.",
                "Part of the letter is outside the picture: show all four corners.",
            ),
            Self::TooDark => language.pick("Terlalu gelap: cari cahaya.", "Too dark: find some light."),
            Self::Closer => language.pick("Lebih dekat.", "Come closer."),
            Self::Straighten => language
                .pick("Miring: tahan ponsel lurus di atas surat.", "Askew: hold the phone straight above the letter."),
            Self::Glare => language.pick(
                "Ada pantulan cahaya di atas surat: miringkan dari cahaya.",
                "Something shines on the letter: tilt it away from the light.",
            ),
            Self::Shadow => language
                .pick("Ada bayangan di atas surat: geser ke samping.", "A shadow lies on the letter: step aside."),
            Self::Blurred => {
                language.pick("Gambar kabur: tahan ponsel dengan tenang.", "Blurred: hold the phone still.")
            }
            Self::Faint => language.pick(
                "Tulisan terlalu pucat: pakai pena yang lebih gelap, atau bersihkan lensa.",
                "The writing hardly stands out: a darker pen, or a clean lens.",
            ),
            Self::NotAStatement => {
                language.pick("Ini bukan surat pernyataan yang terisi.", "This is no statement that is filled in.")
            }
            Self::AlreadyUsed => {
                language.pick("Surat ini sudah dipakai sebelumnya.", "This letter has been used before.")
            }
        }
        .into()
    }
}

impl Told for DocumentProblem {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::TooDark => language.pick("Terlalu gelap: cari cahaya.", "Too dark: find some light."),
            Self::Closer => language.pick(
                "Dokumen terlalu kecil dalam gambar: dekatkan ponsel.",
                "The document is too small in the picture: come closer.",
            ),
            Self::Glare => language.pick(
                "Ada pantulan cahaya di atas dokumen: miringkan dari cahaya.",
                "Something shines on the document: tilt it away from the light.",
            ),
            Self::Blurred => language.pick(
                "Gambar kabur: tahan ponsel dengan tenang, bersihkan lensa.",
                "Blurred: hold the phone still, and clean the lens.",
            ),
            Self::NoDocument => language.pick(
                "Tidak ada tulisan yang terlihat: foto sisi depan dokumen.",
                "Nothing written is to be seen: photograph the document's front.",
            ),
        }
        .into()
    }
}

impl Told for PageAdvice {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::Mend(problem) => return problem.tell(language),
            Self::HoldStill => language.pick("Tahan dengan tenang.", "Hold still."),
            Self::Done => language.pick("Surat sudah difoto.", "The letter is taken."),
            Self::TimedOut => language.pick("Waktu habis: mulai lagi.", "Out of time: begin again."),
        }
        .into()
    }
}

impl Told for Reason {
    fn tell(&self, language: Language) -> String {
        match self {
            Self::Offline => language.pick("tidak ada sambungan", "no connection"),
            Self::NotOurServer => {
                language.pick("yang menjawab bukan server program", "what answered isn't the programme's server")
            }
            Self::ServerFault => language.pick("server gagal mengolahnya", "the server failed on it"),
            Self::Unauthorized => {
                language.pick("server tidak mengenali perangkat ini", "the server doesn't know this handset")
            }
            Self::BlobsMissing => language.pick(
                "menurut server fotonya belum ada, walau sudah dikirim",
                "the server says that its photos are missing, though they were sent",
            ),
            Self::Refused => language.pick("server belum menerimanya", "the server doesn't take it yet"),
            Self::Conflict => language
                .pick("server memiliki catatan lain dengan nomor ini", "the server has another with this number"),
            Self::Rejected => language.pick("server menolaknya", "the server rejects it"),
            Self::TooLarge => language.pick("terlalu besar", "too large"),
            Self::Damaged => language.pick("rusak di perangkat ini", "damaged on this handset"),
            Self::Disk => language.pick(
                "berkas tidak dapat dibaca atau ditulis",
                "its files can't be read, or there is no room for the receipt",
            ),
            Self::Cancelled => language.pick("dibatalkan", "cancelled"),
        }
        .into()
    }
}

impl Told for FieldError {
    fn tell(&self, language: Language) -> String {
        let mut text = match language {
            Language::En => in_english(self),
            Language::Id => in_indonesian(self),
        };
        if let Self::Visit(VisitError::NotRecognised { problems, .. }) = self
            && let Some(problem) = problems.first()
        {
            text = format!("{text} {}", problem.tell(language));
        }
        text
    }
}

/// What is told where two people on the roster are nearly as alike to a face.
pub fn near_tie(language: Language) -> &'static str {
    language.pick(
        "Dua orang di daftar hampir sama miripnya: ambil foto lagi, atau bandingkan dengan nomor di undangan.",
        "Two people on the list are nearly as alike: take another photo, or compare with the number on the invitation.",
    )
}

fn in_english(error: &FieldError) -> String {
    match error {
        FieldError::Capture(CaptureError::Page(problem)) => format!("{error}. {}", problem.tell(Language::En)),
        FieldError::Capture(CaptureError::Document(problem)) => format!("{error}. {}", problem.tell(Language::En)),
        FieldError::Visit(VisitError::NotRecognised { similarity, required, .. }) if similarity >= required => {
            near_tie(Language::En).into()
        }
        _ => error.to_string(),
    }
}

fn in_indonesian(error: &FieldError) -> String {
    match error {
        FieldError::Locked => "Perangkat terkunci: buka dengan PIN.".into(),
        FieldError::Forbidden(HandsetState::Erase) => {
            "Perangkat ini telah dihapus oleh program: hubungi pengawas.".into()
        }
        FieldError::Forbidden(_) => "Perangkat ini dikunci oleh program: hubungi pengawas.".into(),
        FieldError::NotProvisioned => "Perangkat ini belum didaftarkan: pindai kode dari pengawas.".into(),
        FieldError::AlreadyProvisioned => "Perangkat ini sudah terdaftar.".into(),
        FieldError::FolderInUse => {
            "Program lain sedang memakai perangkat ini: tunggu sampai selesai, atau tutup program itu.".into()
        }
        FieldError::NotInQuarantine(record) => format!("Catatan {record} tidak ada dalam karantina."),
        FieldError::LowSpace { free } => format!(
            "Ruang penyimpanan hampir habis (sisa {} MB, perlu {} MB): hapus berkas lain, lalu mulai kunjungan.",
            free / 1_000_000,
            ROOM_FOR_A_VISIT / 1_000_000
        ),
        FieldError::OwnFaceKnown => {
            "Wajah petugas ini sudah direkam; dapat direkam lagi setelah diterima ulang.".into()
        }
        FieldError::Vault(error) => vault(error),
        FieldError::Busy => "Perangkat sedang sibuk: coba lagi.".into(),
        FieldError::OutcomeUnknown { .. } => {
            "Belum pasti apakah catatan tersimpan: buka kunci dan periksa sebelum menyerahkan uang.".into()
        }
        FieldError::Store(_) => "Penyimpanan di perangkat ini tidak dapat dipakai: hubungi pengawas.".into(),
        FieldError::Outbox(_) => "Berkas tersegel tidak dapat dibaca atau ditulis: periksa ruang penyimpanan.".into(),
        FieldError::Roster(error) => roster(error),
        FieldError::RosterFile(error) => format!("Berkas daftar tidak dapat diimpor: {error}"),
        FieldError::Portrait(_) => "Daftar terbaru memuat foto yang tidak dapat ditampilkan: hubungi pengawas.".into(),
        FieldError::Capture(error) => capture(error),
        FieldError::Visit(error) => visit(error),
        FieldError::Cash(error) => cash(*error),
        FieldError::Seal(_) => "Catatan tidak dapat disegel: hubungi pengawas.".into(),
        FieldError::Network(error) => network(error),
    }
}

fn vault(error: &VaultError) -> String {
    match error {
        VaultError::Pin(PinError::Wrong) => "PIN salah.".into(),
        VaultError::Pin(PinError::TooShort) => format!("PIN paling sedikit {} karakter.", pin::SHORTEST),
        VaultError::Pin(PinError::TooEasy) => {
            "PIN ini mudah ditebak: jangan angka sama, berurutan, atau berulang.".into()
        }
        VaultError::Pin(PinError::Damaged) | VaultError::CannotUnwrap => {
            "Kunci perangkat ini rusak atau hilang: hubungi pengawas.".into()
        }
        VaultError::Unavailable(_) => "Penyimpanan kunci perangkat tidak menjawab: coba lagi.".into(),
        VaultError::Wait { seconds } => format!("Terlalu banyak PIN salah: tunggu {seconds} detik."),
        VaultError::LockedOut => "Terlalu banyak PIN salah: minta kode pembuka dari pengawas.".into(),
        VaultError::Code(error) => code(*error).into(),
        VaultError::Erased => "Perangkat ini telah dihapus; catatan tersegel masih dapat dikirim.".into(),
        VaultError::Io(_) => "Berkas kunci tidak dapat dibaca atau ditulis.".into(),
    }
}

fn code(error: CodeError) -> &'static str {
    match error {
        CodeError::NotACode => "Ini bukan kode pembuka dari program.",
        CodeError::OtherHandset => "Kode pembuka ini untuk perangkat lain.",
        CodeError::Expired => "Kode pembuka ini sudah kedaluwarsa: minta yang baru dari pengawas.",
        CodeError::Taken => "Kode pembuka ini sudah dipakai: minta yang baru dari pengawas.",
        CodeError::Outdated => "Kode pembuka ini tidak cocok lagi: sinkronkan, lalu minta yang baru dari pengawas.",
        CodeError::OtherAction => "Kode pembuka ini untuk keperluan lain.",
        CodeError::NoneWaiting => "Belum ada kode pembuka dari server: sinkronkan, atau minta dari pengawas.",
    }
}

fn roster(error: &RosterError) -> String {
    match error {
        RosterError::UnknownBeneficiary => "Nomor penerima ini tidak ada dalam daftar perangkat ini.".into(),
        RosterError::UnknownRound(round) => format!("Tahap {round} tidak ada di perangkat ini: lakukan sinkronisasi."),
        RosterError::NotEntitled(round) => format!("Penerima ini tidak berhak pada tahap {round}."),
    }
}

fn capture(error: &CaptureError) -> String {
    match error {
        CaptureError::Frame(FrameError::Empty | FrameError::NotAnImage) => "Berkas ini bukan foto.".into(),
        CaptureError::Frame(FrameError::Heic) => "Ini foto HEIC: simpan dulu sebagai JPEG.".into(),
        CaptureError::Frame(FrameError::TooLarge { .. }) => "Foto ini terlalu besar.".into(),
        CaptureError::Frame(FrameError::TooLargeInPasses { .. }) => {
            "Foto ini terlalu besar untuk bentuk progresif: simpan sebagai JPEG biasa, atau lebih kecil.".into()
        }
        CaptureError::Frame(_) | CaptureError::Encode(_) => "Foto ini rusak atau tidak lengkap: ambil lagi.".into(),
        CaptureError::Face(FaceError::NoFace) => "Tidak ada wajah yang terlihat.".into(),
        CaptureError::Face(FaceError::SeveralFaces { .. }) => "Lebih dari satu wajah: hanya satu orang di foto.".into(),
        CaptureError::Face(FaceError::TooSmall { .. }) => "Wajah terlalu kecil: lebih dekat.".into(),
        CaptureError::Face(FaceError::NotUpright { .. }) => "Kepala miring: tegakkan, lalu foto lagi.".into(),
        CaptureError::Face(FaceError::Failed(_)) => "Wajah tidak dapat diolah: ambil foto lagi.".into(),
        CaptureError::Covered(Covered::Eyes) => "Mata tertutup: lepaskan kacamata hitam, buka kaca helm.".into(),
        CaptureError::Covered(Covered::Mouth) => "Mulut tertutup: lepaskan masker atau yang menutupinya.".into(),
        CaptureError::Covered(Covered::EyesAndMouth) => "Wajah tertutup: lepaskan yang menutupi mata dan mulut.".into(),
        CaptureError::Page(problem) => format!("Foto surat belum dapat dipakai. {}", problem.tell(Language::Id)),
        CaptureError::Document(problem) => format!("Foto dokumen belum dapat dipakai. {}", problem.tell(Language::Id)),
        CaptureError::NoTemplate => "Daftar tidak memuat foto penerima ini.".into(),
        CaptureError::EmptyGallery => "Tidak ada penerima dengan foto dalam daftar.".into(),
        CaptureError::FrameOrder | CaptureError::FrameChanged => {
            "Gambar dari kamera tidak beraturan: mulai pengambilan lagi.".into()
        }
        CaptureError::Unfinished => "Pengambilan gambar belum selesai.".into(),
        CaptureError::Stopped => "Pengambilan gambar terhenti: mulai lagi.".into(),
        CaptureError::Template(_) => "Wajah ini tidak dapat dibandingkan: model berbeda.".into(),
    }
}

fn visit(error: &VisitError) -> String {
    match error {
        VisitError::ConsentFirst => "Persetujuan harus ada sebelum foto diambil.".into(),
        VisitError::Incomplete(missing) => {
            let missing: Vec<String> = missing.iter().map(|what| what.tell(Language::Id)).collect();
            format!("Belum lengkap, masih perlu: {}.", missing.join(", "))
        }
        VisitError::NotRecognised { similarity, required, .. } if similarity >= required => {
            near_tie(Language::Id).into()
        }
        VisitError::NotRecognised { similarity, required, .. } => {
            format!("Wajah belum pasti penerima ini ({similarity:.2}, perlu {required:.2}).")
        }
        VisitError::NotShownAlive => "Satu foto tidak cukup: ambil wajah dengan kamera dan ikuti petunjuknya.".into(),
        VisitError::LivenessUnsure => {
            "Belum pasti orangnya hadir: catat sebagai pengecualian, pengawas akan memeriksa.".into()
        }
        VisitError::LivenessRefused => {
            "Yang terlihat kamera seperti gambar atau dua orang: tidak boleh dibayar.".into()
        }
        VisitError::OtherBeneficiary => "Kunjungan ini untuk penerima lain.".into(),
        VisitError::AlreadyPaid(mark) => format!("Sudah dibayar pada tahap {}.", mark.round),
        VisitError::ProxyIsBeneficiary => "Wajah wakil adalah wajah penerima: bayar langsung.".into(),
        VisitError::IsOfficer => "Ini wajah petugas sendiri: petugas lain yang harus melakukannya.".into(),
        VisitError::ProxyNikIsBeneficiary => "NIK wakil sama dengan NIK penerima.".into(),
        VisitError::ProxyName => format!("Nama wakil harus 1 sampai {LONGEST_NAME} karakter."),
        VisitError::ProxyLimit { earlier, limit } => format!(
            "Wakil ini sudah mengambil untuk {earlier} penerima pada tahap ini; paling banyak {limit}: hubungi pengawas."
        ),
        VisitError::Recognised => "Wajah ini pasti penerima: bayar langsung.".into(),
        VisitError::Reason => format!("Alasan harus 1 sampai {LONGEST_REASON} karakter."),
        VisitError::NotGivenUp => {
            "Belum ada pengambilan wajah yang dihentikan: sebutkan mengapa tidak terlayani.".into()
        }
        VisitError::AlreadyEnrolled => "Daftar sudah memuat foto penerima ini.".into(),
        VisitError::OtherNik => "NIK pada dokumen bukan NIK di daftar: baca lagi, atau laporkan kepada kantor.".into(),
        VisitError::UnknownConsentText => {
            "Naskah persetujuan ini bukan dari program: bacakan yang tampil di layar, lalu tanyakan lagi.".into()
        }
        VisitError::FacePaid => {
            "Wajah ini sudah dibayar dengan nomor lain pada tahap ini: catat sebagai pengecualian.".into()
        }
        VisitError::LetterUsed => "Surat pernyataan ini sudah pernah dipakai: perlu surat baru.".into(),
        VisitError::OtherOfficer => "Kunjungan ini dimulai petugas lain: mulai dari awal.".into(),
        VisitError::SessionOver => {
            "Perangkat sempat terkunci sejak kunjungan ini dimulai: lanjutkan kunjungannya.".into()
        }
        VisitError::TooOld => "Kunjungan ini dimulai lebih dari setengah jam yang lalu: mulai dari awal.".into(),
        VisitError::OtherAmount { told, now } => {
            format!("Jumlahnya kini {now}, semula {told}: mulai kunjungan dari awal.")
        }
        VisitError::AlreadyWritten => "Kunjungan ini sudah tercatat.".into(),
        VisitError::SyncFirst => {
            "Perangkat tidak tahu siapa yang sudah dibayar: sinkronkan dahulu sebelum membayar lagi.".into()
        }
        VisitError::NotThisSort => "Langkah ini tidak ada pada kunjungan jenis ini.".into(),
    }
}

fn cash(error: CashError) -> String {
    match error {
        CashError::Amount => "Jumlah uang harus lebih dari nol.".into(),
        CashError::Differs { difference } => {
            format!("Kas tidak cocok, selisih {difference} rupiah: setorkan sisanya, atau sebutkan alasannya.")
        }
        CashError::Reason => format!("Alasan paling banyak {LONGEST_REASON} karakter."),
    }
}

fn network(error: &NetworkError) -> String {
    match error {
        NetworkError::Offline(_) => "Tidak ada sambungan ke server: catatan menunggu dan aman.".into(),
        NetworkError::NotOurServer(_) => {
            "Yang menjawab bukan server program (mungkin halaman masuk Wi-Fi): catatan menunggu dan aman.".into()
        }
        NetworkError::Refused(..) => "Server menolak permintaan: hubungi pengawas.".into(),
        NetworkError::Ticket(_) => "Kode pengawas tidak dapat dipakai: minta kode baru.".into(),
        NetworkError::Blob(_) => "Foto tersegel tidak dapat dibaca.".into(),
        NetworkError::Cancelled => "Dibatalkan: yang sudah terkirim tetap terkirim, sisanya menunggu.".into(),
    }
}

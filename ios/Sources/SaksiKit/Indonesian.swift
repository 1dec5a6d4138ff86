import Foundation
import SaksiCore

/// In Indonesian.
public struct Indonesian: Texts {
    public init() {}

    public var locale: Locale { Locale(identifier: "id_ID") }
    public var thousands: String { "." }

    // Everywhere
    public var back: String { "Kembali" }
    public var close: String { "Tutup" }
    public var cancel: String { "Batal" }
    public var understood: String { "Mengerti" }
    public var tryAgain: String { "Coba lagi" }
    public var goOn: String { "Lanjut" }
    public var working: String { "Sedang diproses" }
    public var practising: String { "Latihan: tidak ada yang dibayar atau dikirim" }
    public var stopPractice: String { "Akhiri latihan" }
    public var practiceRound: String { "Latihan" }
    public var language: String { "Bahasa" }

    // Opening, and what keeps the app from it
    public var opening: String { "Membuka Saksi" }
    public var outdatedTitle: String { "Aplikasi perlu diperbarui" }
    public var outdatedText: String {
        "Kantor tidak lagi menerima versi ini. Perbarui aplikasi, atau minta bantuan pengawas. Catatan yang "
            + "tersimpan tetap aman."
    }
    public var troubleTitle: String { "Laporan perangkat" }
    public var troubleText: String { "Laporan ini tidak memuat data orang. Kirim kepada yang membantu Anda." }
    public var share: String { "Bagikan" }
    public var checkAll: String { "Periksa semua catatan" }

    // Handing a phone out
    public var handOutTitle: String { "Daftarkan perangkat" }
    public var scanTicket: String { "Pindai tiket dari pengawas" }
    public var scanTicketHint: String { "Arahkan kamera ke kode QR di layar pengawas." }
    public var officerNumber: String { "Nomor petugas" }
    public var officerHint: String { "Seperti tertulis pada kartu petugas" }
    public var choosePin: String { "Pilih PIN" }
    public var choosePinHint: String { "Paling sedikit 6 angka, dan tidak mudah ditebak. Jangan beri tahu siapa pun." }
    public var repeatPin: String { "Ulangi PIN" }
    public var pinsDiffer: String { "Kedua PIN tidak sama: pilih lagi." }
    public var registering: String { "Mendaftarkan perangkat" }

    // The PIN
    public var who: String { "Siapa yang bertugas?" }
    public var enterPin: String { "Masukkan PIN" }
    public var unlock: String { "Buka kunci" }
    public func waitSeconds(_ seconds: Int) -> String { "Tunggu \(seconds) detik" }
    public func attemptsLeft(_ left: Int) -> String { "Sisa \(left) percobaan" }
    public var needsCode: String { "Petugas ini perlu kode pembuka dari pengawas." }
    public var scanCode: String { "Pindai kode pembuka" }
    public var codeWaiting: String { "Pengawas sudah memberi izin: pilih PIN baru." }
    public var codeHint: String { "Arahkan kamera ke kode dari pengawas." }
    public func codeFor(_ officer: String) -> String { "Kode untuk petugas \(officer)" }
    public var eraseTitle: String { "Hapus perangkat ini?" }
    public var eraseText: String {
        "Data di perangkat ini tidak akan dapat dibaca lagi. Catatan yang tersegel masih dapat "
            + "dikirim."
    }
    public var eraseNow: String { "Hapus sekarang" }
    public var changePin: String { "Ganti PIN" }
    public var oldPin: String { "PIN sekarang" }
    public var newPin: String { "PIN baru" }
    public var pinChanged: String { "PIN sudah diganti." }
    public var lock: String { "Kunci" }

    // The officer's own face
    public var ownFaceTitle: String { "Wajah petugas" }
    public var ownFaceWhy: String {
        "Wajah Anda dikenali agar tidak pernah dibayar atau dicatat sebagai wakil. Foto tidak "
            + "disimpan."
    }
    public var takeOwnFace: String { "Ambil wajah saya" }

    // Today
    public var today: String { "Hari ini" }
    public func paidOf(_ paid: Int, _ all: Int) -> String { "\(paid) dari \(all) terbayar" }
    public func toVisit(_ left: Int) -> String { "\(left) belum dikunjungi" }
    public var scanFace: String { "Pindai wajah" }
    public var people: String { "Daftar kunjungan" }
    public var cash: String { "Kas" }
    public var outbox: String { "Catatan" }
    public var supervisor: String { "Pengawas" }
    public var noRoster: String { "Belum ada daftar penerima. Sinkronkan saat ada sinyal." }
    public var interrupted: String { "Kunjungan yang terputus" }
    public var resume: String { "Lanjutkan" }
    public var discard: String { "Buang" }
    public var needsOwnFace: String { "Ambil wajah Anda sebelum mulai bekerja" }
    public var missingModels: String { "Sebagian model wajah tidak ada: pasang ulang aplikasi." }

    // Sending
    public var syncNow: String { "Sinkronkan" }
    public func syncing(_ done: Int, _ total: Int) -> String { "Mengirim \(done) dari \(total)" }
    public var stopSync: String { "Hentikan" }
    public func waits(_ count: Int) -> String { "\(count) menunggu dikirim" }
    public var allSent: String { "Semua terkirim" }
    public func refused(_ count: Int) -> String { "\(count) ditolak server" }
    public func lastSync(_ time: String) -> String { "Terakhir tersambung \(time)" }

    // Whom to visit
    public var search: String { "Nama, nomor, atau alamat" }
    public var scanInvitation: String { "Pindai undangan" }
    public var wasAbsent: String { "Tadi tidak di rumah" }
    public func metres(_ metres: Int) -> String { "\(metres) m" }
    public var nobodyFound: String { "Tidak ada yang cocok." }
    public var nobodyLeft: String { "Semua sudah dikunjungi." }

    // One beneficiary
    public var due: String { "Bantuan" }
    public var nothingDue: String { "Tidak ada bantuan pada tahap ini." }
    public var history: String { "Riwayat" }
    public var whyNotServed: String { "Mengapa tidak dapat dibayar?" }
    public var withdrawConsent: String { "Cabut persetujuan" }
    public var withdrawText: String { "Wajah penerima dihapus dari perangkat ini, dan kantor diberi tahu." }

    // Consent
    public var consentTitle: String { "Bacakan kepada orangnya" }
    public var readAloud: String { "Bacakan" }
    public var agrees: String { "Setuju" }
    public var declines: String { "Tidak setuju" }

    // The camera
    public var lookHere: String { "Arahkan kamera ke wajah" }
    public var letterHere: String { "Arahkan kamera ke surat pernyataan" }
    public var documentHere: String { "Foto dokumen" }
    public var cannotMove: String { "Tidak bisa bergerak" }
    public var giveUp: String { "Tidak bisa diambil" }
    public var whyGiveUp: String { "Mengapa wajah tidak dapat diambil?" }
    public var takeAgain: String { "Ambil lagi" }
    public var light: String { "Lampu" }
    public var cameraFailed: String { "Kamera tidak dapat dipakai. Beri izin kamera, atau mulai ulang perangkat." }

    // A scan
    public var recognising: String { "Mencocokkan wajah" }
    public var isThis: String { "Benar orang ini?" }
    public func pay(_ amount: String) -> String { "Bayar \(amount)" }
    public var notThis: String { "Bukan orang ini" }
    public var notSure: String { "Wajah belum dikenali" }
    public var notSureHint: String { "Ambil lagi di tempat terang, atau cari namanya." }
    public var lookUp: String { "Cari nama" }
    public var asException: String { "Catat pengecualian" }
    public var cannotPay: String { "Tidak dapat dibayar" }

    // A visit
    public func stepsLeft(_ left: Int) -> String { "\(left) langkah lagi" }
    public var refusedTitle: String { "Tidak setuju difoto" }
    public var refusedHint: String { "Minta dokumen, dan ketik NIK yang tertera. Dokumen tidak difoto." }
    public var documentKind: String { "Jenis dokumen" }
    public var documentNumber: String { "NIK pada dokumen" }
    public var noDocument: String { "Tidak ada dokumen" }
    public var whyNoDocument: String { "Mengapa tidak ada dokumen?" }
    public var proxyTitle: String { "Data wakil" }
    public var proxyName: String { "Nama wakil" }
    public var nik: String { "NIK" }
    public var nikGood: String { "NIK benar bentuknya" }
    public var phone: String { "Nomor telepon (bila ada)" }
    public var relationTitle: String { "Hubungan dengan penerima" }
    public var reasonTitle: String { "Mengapa diwakilkan?" }
    public var explainTitle: String { "Jelaskan alasannya" }
    public var explainHint: String { "Misalnya: wajah diperban, penerima terlalu sakit" }
    public var confirmTitle: String { "Periksa sebelum disimpan" }
    public var save: String { "Simpan" }
    public var exceptionWaits: String { "Disimpan sebagai pengecualian. Jangan bayar sebelum pengawas menyetujui." }
    public var nobodyPaid: String { "Catat tidak terlayani" }
    public var discardVisit: String { "Batalkan kunjungan" }

    // A receipt
    public var receiptTitle: String { "BUKTI PENCATATAN" }
    public var amount: String { "Jumlah" }
    public func handOver(_ amount: String) -> String { "Serahkan \(amount)" }
    public var saved: String { "Tersimpan" }
    public var print: String { "Cetak" }
    public var nextPerson: String { "Berikutnya" }
    public var notWritten: String { "Catatan tidak tersimpan. Jangan serahkan uang: ulangi kunjungan." }
    public var keepReceipt: String { "Simpan bukti ini. Kode dapat ditanyakan ke kantor." }

    // Cash
    public var cashReceived: String { "Terima kas" }
    public var cashReturned: String { "Setor kas" }
    public var cashPaid: String { "Dibayarkan" }
    public var cashLeft: String { "Sisa kas" }
    public var closeDay: String { "Tutup hari" }
    public var cashReason: String { "Mengapa kas tidak cocok?" }

    // Records
    public var waiting: String { "Menunggu" }
    public var sent: String { "Terkirim" }
    public var quarantined: String { "Ditolak server" }
    public var retry: String { "Coba kirim lagi" }
    public var export: String { "Salin untuk pengawas" }
    public var nothingYet: String { "Belum ada catatan." }

    // The supervisor's corner
    public var officers: String { "Petugas" }
    public var practise: String { "Latihan" }
    public var practiseText: String { "Berlatih dengan orang rekaan. Perangkat dikunci, dan tidak ada yang dikirim." }
    public var practicePin: String { "PIN untuk latihan" }
    public var report: String { "Laporan perangkat" }

    public func way(_ way: PersonState.Way) -> String {
        switch way {
        case .scan: "Pindai wajahnya"
        case .proxy: "Diwakilkan"
        case .exception: "Wajah tidak cocok"
        case .firstPhoto: "Foto pertama"
        case .notServed: "Tidak terlayani"
        }
    }

    public func standing(_ standing: Standing) -> String {
        switch standing {
        case .toVisit: "Belum dikunjungi"
        case .paidHere: "Sudah dibayar"
        case .paidElsewhere: "Dibayar perangkat lain"
        case .exception: "Menunggu pengawas"
        case .absent: "Tidak di rumah"
        case .moved: "Pindah"
        case .deceased: "Meninggal"
        case .refused: "Menolak bantuan"
        }
    }

    public func kind(_ kind: Kind) -> String {
        switch kind {
        case .inPerson: "Diterima sendiri"
        case .proxy: "Diterima wakil"
        case .exception: "Pengecualian"
        case .notServed: "Tidak terlayani"
        case .consentWithdrawn: "Persetujuan dicabut"
        case .enrolment: "Foto pertama"
        case .cash: "Kas"
        }
    }

    public func sort(_ sort: VisitSort) -> String {
        switch sort {
        case .inPerson: "Diterima sendiri"
        case .proxy: "Diwakilkan"
        case .exception: "Pengecualian"
        case .proxyException: "Pengecualian wakil"
        case .enrolment: "Foto pertama"
        }
    }

    public func notServed(_ reason: NotServedReason) -> String {
        switch reason {
        case .absent: "Tidak di rumah"
        case .moved: "Pindah"
        case .deceased: "Meninggal"
        case .refused: "Menolak bantuan"
        case .captureGivenUp: "Wajah tidak dapat diambil"
        }
    }

    public func giveUp(_ reason: GiveUp) -> String {
        switch reason {
        case .personUnable: "Orangnya tidak mampu"
        case .personRefused: "Orangnya menolak"
        case .badLight: "Cahaya kurang"
        case .cameraTrouble: "Kamera bermasalah"
        case .cancelled: "Dibatalkan"
        }
    }

    public func quality(_ problem: QualityProblem) -> String {
        switch problem {
        case .tooFar: "Terlalu jauh"
        case .tooDark: "Terlalu gelap"
        case .tooBright: "Terlalu terang"
        case .flat: "Cahaya terlalu rata"
        case .blurred: "Kabur"
        case .turnedAside: "Menoleh"
        case .tilted: "Kepala miring"
        case .covered: "Wajah tertutup"
        }
    }

    public func document(_ kind: DocumentKind) -> String {
        switch kind {
        case .ktp: "KTP"
        case .familyCard: "Kartu Keluarga"
        case .villageLetter: "Surat desa atau kelurahan"
        }
    }

    public func noDocument(_ reason: NoDocument) -> String {
        switch reason {
        case .neverIssued: "Belum pernah punya"
        case .lost: "Hilang atau rusak"
        case .inProcess: "Sedang diurus"
        case .elsewhere: "Disimpan orang lain"
        }
    }

    public func relation(_ relation: Relation) -> String {
        switch relation {
        case .spouse: "Suami atau istri"
        case .child: "Anak"
        case .parent: "Orang tua"
        case .sibling: "Saudara kandung"
        case .relative: "Keluarga dalam satu KK"
        case .neighbour: "Tetangga"
        case .official: "Ketua RT/RW atau perangkat desa"
        }
    }

    public func proxyReason(_ reason: ProxyReason) -> String {
        switch reason {
        case .ill: "Sakit"
        case .frail: "Lanjut usia"
        case .disability: "Penyandang disabilitas"
        case .away: "Sedang di tempat lain"
        }
    }

    public func nikFault(_ fault: NikFault) -> String {
        switch fault {
        case .short: "NIK 16 angka"
        case .long: "Lebih dari 16 angka"
        case .notDigits: "Hanya angka"
        case .place: "Dua angka pertama bukan kode provinsi"
        case .date: "Angka 7 sampai 10 bukan tanggal lahir"
        case .serial: "Empat angka terakhir tidak boleh 0000"
        }
    }

    public func officerState(_ state: OfficerState) -> String {
        switch state {
        case .ready: "Siap"
        case .lockedOut: "Terkunci"
        case .notAdmitted: "Belum punya PIN"
        }
    }

    public func notice(_ notice: Notice) -> String {
        switch notice {
        case .alreadyPaid(let round): "Sudah dibayar pada tahap \(round)"
        case .proxySeen(let round, let others): "Diterima wakil pada tahap \(round); wakil itu juga untuk \(others) penerima lain"
        case .exceptionWaits(let round): "Pengecualian menunggu pengawas, tahap \(round)"
        case .noFace: "Daftar tidak memuat foto penerima ini"
        case .consentWithdrawn: "Persetujuan dicabut"
        }
    }

    public func problem(_ code: String) -> String {
        switch code {
        case "other_server": "Tiket ini bukan untuk server kantor ini: minta tiket yang benar."
        case "printer": "Pencetak tidak menjawab: nyalakan, dekatkan, lalu coba lagi."
        case "not_whole": "Salinan tidak lengkap: periksa ruang penyimpanan, lalu coba lagi."
        case "given_up": "Wajah tidak diambil: coba lagi, atau catat pengecualian."
        case "closed": "Ini sudah ditutup: mulai lagi."
        default: "Ada kesalahan di dalam aplikasi: coba lagi, dan laporkan kepada pengawas bila berulang."
        }
    }
}

package id.saksi.field

import id.saksi.core.DocumentKind
import id.saksi.core.GiveUp
import id.saksi.core.Kind
import id.saksi.core.NoDocument
import id.saksi.core.NotServedReason
import id.saksi.core.Notice
import id.saksi.core.OfficerState
import id.saksi.core.ProxyReason
import id.saksi.core.QualityProblem
import id.saksi.core.Relation
import id.saksi.core.Standing
import id.saksi.core.VisitSort
import java.util.Locale

/** In Indonesian. */
object Indonesian : Texts {
    override val locale: Locale = Locale.forLanguageTag("id-ID")

    // Everywhere
    override val back = "Kembali"
    override val close = "Tutup"
    override val cancel = "Batal"
    override val understood = "Mengerti"
    override val tryAgain = "Coba lagi"
    override val goOn = "Lanjut"
    override val working = "Sedang diproses"
    override val practising = "Latihan: tidak ada yang dibayar atau dikirim"
    override val stopPractice = "Akhiri latihan"
    override val practiceRound = "Latihan"
    override val language = "Bahasa"

    // Opening, and what keeps the app from it
    override val opening = "Membuka Saksi"
    override val outdatedTitle = "Aplikasi perlu diperbarui"
    override val outdatedText = "Kantor tidak lagi menerima versi ini. Perbarui aplikasi, atau minta bantuan pengawas. Catatan yang tersimpan tetap aman."
    override val troubleTitle = "Laporan perangkat"
    override val troubleText = "Laporan ini tidak memuat data orang. Kirim kepada yang membantu Anda."
    override val share = "Bagikan"
    override val checkAll = "Periksa semua catatan"

    // Handing a phone out
    override val handOutTitle = "Daftarkan perangkat"
    override val scanTicket = "Pindai tiket dari pengawas"
    override val scanTicketHint = "Arahkan kamera ke kode QR di layar pengawas."
    override val officerNumber = "Nomor petugas"
    override val officerHint = "Seperti tertulis pada kartu petugas"
    override val choosePin = "Pilih PIN"
    override val choosePinHint = "Paling sedikit 6 angka, dan tidak mudah ditebak. Jangan beri tahu siapa pun."
    override val repeatPin = "Ulangi PIN"
    override val pinsDiffer = "Kedua PIN tidak sama: pilih lagi."
    override val registering = "Mendaftarkan perangkat"

    // The PIN
    override val who = "Siapa yang bertugas?"
    override val enterPin = "Masukkan PIN"
    override val unlock = "Buka kunci"
    override fun waitSeconds(seconds: Long) = "Tunggu $seconds detik"
    override fun attemptsLeft(left: Int) = "Sisa $left percobaan"
    override val needsCode = "Petugas ini perlu kode pembuka dari pengawas."
    override val scanCode = "Pindai kode pembuka"
    override val codeWaiting = "Pengawas sudah memberi izin: pilih PIN baru."
    override val codeHint = "Arahkan kamera ke kode dari pengawas."
    override fun codeFor(officer: String) = "Kode untuk petugas $officer"
    override val eraseTitle = "Hapus perangkat ini?"
    override val eraseText = "Data di perangkat ini tidak akan dapat dibaca lagi. Catatan yang tersegel masih dapat dikirim."
    override val eraseNow = "Hapus sekarang"
    override val changePin = "Ganti PIN"
    override val oldPin = "PIN sekarang"
    override val newPin = "PIN baru"
    override val pinChanged = "PIN sudah diganti."
    override val lock = "Kunci"

    // The officer's own face
    override val ownFaceTitle = "Wajah petugas"
    override val ownFaceWhy = "Wajah Anda dikenali agar tidak pernah dibayar atau dicatat sebagai wakil. Foto tidak disimpan."
    override val takeOwnFace = "Ambil wajah saya"

    // Today
    override val today = "Hari ini"
    override fun paidOf(paid: Long, all: Long) = "$paid dari $all terbayar"
    override fun toVisit(left: Long) = "$left belum dikunjungi"
    override val scanFace = "Pindai wajah"
    override val people = "Daftar kunjungan"
    override val cash = "Kas"
    override val outbox = "Catatan"
    override val supervisor = "Pengawas"
    override val noRoster = "Belum ada daftar penerima. Sinkronkan saat ada sinyal."
    override val interrupted = "Kunjungan yang terputus"
    override val resume = "Lanjutkan"
    override val discard = "Buang"
    override val needsOwnFace = "Ambil wajah Anda sebelum mulai bekerja"
    override val missingModels = "Sebagian model wajah tidak ada: pasang ulang aplikasi."

    // Sending
    override val syncNow = "Sinkronkan"
    override fun syncing(done: Long, total: Long) = "Mengirim $done dari $total"
    override val stopSync = "Hentikan"
    override fun waits(count: Long) = "$count menunggu dikirim"
    override val allSent = "Semua terkirim"
    override fun refused(count: Long) = "$count ditolak server"
    override fun lastSync(time: String) = "Terakhir tersambung $time"

    // Whom to visit
    override val search = "Nama, nomor, atau alamat"
    override val scanInvitation = "Pindai undangan"
    override val wasAbsent = "Tadi tidak di rumah"
    override fun metres(metres: Int) = "$metres m"
    override val nobodyFound = "Tidak ada yang cocok."
    override val nobodyLeft = "Semua sudah dikunjungi."

    // One beneficiary
    override val due = "Bantuan"
    override val nothingDue = "Tidak ada bantuan pada tahap ini."
    override val history = "Riwayat"
    override val whyNotServed = "Mengapa tidak dapat dibayar?"
    override val withdrawConsent = "Cabut persetujuan"
    override val withdrawText = "Wajah penerima dihapus dari perangkat ini, dan kantor diberi tahu."

    // Consent
    override val consentTitle = "Bacakan kepada orangnya"
    override val readAloud = "Bacakan"
    override val agrees = "Setuju"
    override val declines = "Tidak setuju"

    // The camera
    override val lookHere = "Arahkan kamera ke wajah"
    override val letterHere = "Arahkan kamera ke surat pernyataan"
    override val documentHere = "Foto dokumen"
    override val cannotMove = "Tidak bisa bergerak"
    override val giveUp = "Tidak bisa diambil"
    override val whyGiveUp = "Mengapa wajah tidak dapat diambil?"
    override val takeAgain = "Ambil lagi"
    override val light = "Lampu"
    override val cameraFailed = "Kamera tidak dapat dipakai. Beri izin kamera, atau mulai ulang perangkat."

    // A scan
    override val recognising = "Mencocokkan wajah"
    override val isThis = "Benar orang ini?"
    override fun pay(amount: String) = "Bayar $amount"
    override val notThis = "Bukan orang ini"
    override val notSure = "Wajah belum dikenali"
    override val notSureHint = "Ambil lagi di tempat terang, atau cari namanya."
    override val lookUp = "Cari nama"
    override val asException = "Catat pengecualian"
    override val cannotPay = "Tidak dapat dibayar"

    // A visit
    override fun stepsLeft(left: Int) = "$left langkah lagi"
    override val refusedTitle = "Tidak setuju difoto"
    override val refusedHint = "Minta dokumen, dan ketik NIK yang tertera. Dokumen tidak difoto."
    override val documentKind = "Jenis dokumen"
    override val documentNumber = "NIK pada dokumen"
    override val noDocument = "Tidak ada dokumen"
    override val whyNoDocument = "Mengapa tidak ada dokumen?"
    override val proxyTitle = "Data wakil"
    override val proxyName = "Nama wakil"
    override val nik = "NIK"
    override val nikGood = "NIK benar bentuknya"
    override val phone = "Nomor telepon (bila ada)"
    override val relationTitle = "Hubungan dengan penerima"
    override val reasonTitle = "Mengapa diwakilkan?"
    override val explainTitle = "Jelaskan alasannya"
    override val explainHint = "Misalnya: wajah diperban, penerima terlalu sakit"
    override val confirmTitle = "Periksa sebelum disimpan"
    override val save = "Simpan"
    override val exceptionWaits = "Disimpan sebagai pengecualian. Jangan bayar sebelum pengawas menyetujui."
    override val nobodyPaid = "Catat tidak terlayani"
    override val discardVisit = "Batalkan kunjungan"

    // A receipt
    override val receiptTitle = "BUKTI PENCATATAN"
    override val amount = "Jumlah"
    override fun handOver(amount: String) = "Serahkan $amount"
    override val saved = "Tersimpan"
    override val print = "Cetak"
    override val nextPerson = "Berikutnya"
    override val notWritten = "Catatan tidak tersimpan. Jangan serahkan uang: ulangi kunjungan."
    override val keepReceipt = "Simpan bukti ini. Kode dapat ditanyakan ke kantor."

    // Cash
    override val cashReceived = "Terima kas"
    override val cashReturned = "Setor kas"
    override val cashPaid = "Dibayarkan"
    override val cashLeft = "Sisa kas"
    override val closeDay = "Tutup hari"
    override val cashReason = "Mengapa kas tidak cocok?"

    // Records
    override val waiting = "Menunggu"
    override val sent = "Terkirim"
    override val quarantined = "Ditolak server"
    override val retry = "Coba kirim lagi"
    override val export = "Salin untuk pengawas"
    override val nothingYet = "Belum ada catatan."

    // The supervisor's corner
    override val officers = "Petugas"
    override val practise = "Latihan"
    override val practiseText = "Berlatih dengan orang rekaan. Perangkat dikunci, dan tidak ada yang dikirim."
    override val practicePin = "PIN untuk latihan"
    override val report = "Laporan perangkat"

    override fun way(way: PersonState.Way) = when (way) {
        PersonState.Way.SCAN -> "Pindai wajahnya"
        PersonState.Way.PROXY -> "Diwakilkan"
        PersonState.Way.EXCEPTION -> "Wajah tidak cocok"
        PersonState.Way.FIRST_PHOTO -> "Foto pertama"
        PersonState.Way.NOT_SERVED -> "Tidak terlayani"
    }

    override fun standing(standing: Standing) = when (standing) {
        Standing.TO_VISIT -> "Belum dikunjungi"
        Standing.PAID_HERE -> "Sudah dibayar"
        Standing.PAID_ELSEWHERE -> "Dibayar perangkat lain"
        Standing.EXCEPTION -> "Menunggu pengawas"
        Standing.ABSENT -> "Tidak di rumah"
        Standing.MOVED -> "Pindah"
        Standing.DECEASED -> "Meninggal"
        Standing.REFUSED -> "Menolak bantuan"
    }

    override fun kind(kind: Kind) = when (kind) {
        Kind.IN_PERSON -> "Diterima sendiri"
        Kind.PROXY -> "Diterima wakil"
        Kind.EXCEPTION -> "Pengecualian"
        Kind.NOT_SERVED -> "Tidak terlayani"
        Kind.CONSENT_WITHDRAWN -> "Persetujuan dicabut"
        Kind.ENROLMENT -> "Foto pertama"
        Kind.CASH -> "Kas"
    }

    override fun sort(sort: VisitSort) = when (sort) {
        VisitSort.IN_PERSON -> "Diterima sendiri"
        VisitSort.PROXY -> "Diwakilkan"
        VisitSort.EXCEPTION -> "Pengecualian"
        VisitSort.PROXY_EXCEPTION -> "Pengecualian wakil"
        VisitSort.ENROLMENT -> "Foto pertama"
    }

    override fun notServed(reason: NotServedReason) = when (reason) {
        NotServedReason.ABSENT -> "Tidak di rumah"
        NotServedReason.MOVED -> "Pindah"
        NotServedReason.DECEASED -> "Meninggal"
        NotServedReason.REFUSED -> "Menolak bantuan"
        NotServedReason.CAPTURE_GIVEN_UP -> "Wajah tidak dapat diambil"
    }

    override fun giveUp(reason: GiveUp) = when (reason) {
        GiveUp.PERSON_UNABLE -> "Orangnya tidak mampu"
        GiveUp.PERSON_REFUSED -> "Orangnya menolak"
        GiveUp.BAD_LIGHT -> "Cahaya kurang"
        GiveUp.CAMERA_TROUBLE -> "Kamera bermasalah"
        GiveUp.CANCELLED -> "Dibatalkan"
    }

    override fun quality(problem: QualityProblem) = when (problem) {
        QualityProblem.TOO_FAR -> "Terlalu jauh"
        QualityProblem.TOO_DARK -> "Terlalu gelap"
        QualityProblem.TOO_BRIGHT -> "Terlalu terang"
        QualityProblem.FLAT -> "Cahaya terlalu rata"
        QualityProblem.BLURRED -> "Kabur"
        QualityProblem.TURNED_ASIDE -> "Menoleh"
        QualityProblem.TILTED -> "Kepala miring"
        QualityProblem.COVERED -> "Wajah tertutup"
    }

    override fun document(kind: DocumentKind) = when (kind) {
        DocumentKind.KTP -> "KTP"
        DocumentKind.FAMILY_CARD -> "Kartu Keluarga"
        DocumentKind.VILLAGE_LETTER -> "Surat desa atau kelurahan"
    }

    override fun noDocument(reason: NoDocument) = when (reason) {
        NoDocument.NEVER_ISSUED -> "Belum pernah punya"
        NoDocument.LOST -> "Hilang atau rusak"
        NoDocument.IN_PROCESS -> "Sedang diurus"
        NoDocument.ELSEWHERE -> "Disimpan orang lain"
    }

    override fun relation(relation: Relation) = when (relation) {
        Relation.SPOUSE -> "Suami atau istri"
        Relation.CHILD -> "Anak"
        Relation.PARENT -> "Orang tua"
        Relation.SIBLING -> "Saudara kandung"
        Relation.RELATIVE -> "Keluarga dalam satu KK"
        Relation.NEIGHBOUR -> "Tetangga"
        Relation.OFFICIAL -> "Ketua RT/RW atau perangkat desa"
    }

    override fun proxyReason(reason: ProxyReason) = when (reason) {
        ProxyReason.ILL -> "Sakit"
        ProxyReason.FRAIL -> "Lanjut usia"
        ProxyReason.DISABILITY -> "Penyandang disabilitas"
        ProxyReason.AWAY -> "Sedang di tempat lain"
    }

    override fun nikFault(fault: NikFault) = when (fault) {
        NikFault.SHORT -> "NIK 16 angka"
        NikFault.LONG -> "Lebih dari 16 angka"
        NikFault.NOT_DIGITS -> "Hanya angka"
        NikFault.PLACE -> "Dua angka pertama bukan kode provinsi"
        NikFault.DATE -> "Angka 7 sampai 10 bukan tanggal lahir"
        NikFault.SERIAL -> "Empat angka terakhir tidak boleh 0000"
    }

    override fun officerState(state: OfficerState) = when (state) {
        OfficerState.READY -> "Siap"
        OfficerState.LOCKED_OUT -> "Terkunci"
        OfficerState.NOT_ADMITTED -> "Belum punya PIN"
    }

    override fun notice(notice: Notice) = when (notice) {
        is Notice.AlreadyPaid -> "Sudah dibayar pada tahap ${notice.round}"
        is Notice.ProxySeen -> "Diterima wakil pada tahap ${notice.round}; wakil itu juga untuk ${notice.others} penerima lain"
        is Notice.ExceptionWaits -> "Pengecualian menunggu pengawas, tahap ${notice.round}"
        Notice.NoFace -> "Daftar tidak memuat foto penerima ini"
        Notice.ConsentWithdrawn -> "Persetujuan dicabut"
    }

    override fun problem(code: String) = when (code) {
        "other_server" -> "Tiket ini bukan untuk server kantor ini: minta tiket yang benar."
        "printer" -> "Pencetak tidak menjawab: nyalakan, dekatkan, lalu coba lagi."
        "not_whole" -> "Salinan tidak lengkap: periksa ruang penyimpanan, lalu coba lagi."
        "given_up" -> "Wajah tidak diambil: coba lagi, atau catat pengecualian."
        "closed" -> "Ini sudah ditutup: mulai lagi."
        else -> "Ada kesalahan di dalam aplikasi: coba lagi, dan laporkan kepada pengawas bila berulang."
    }
}

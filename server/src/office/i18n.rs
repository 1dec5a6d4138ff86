//! Every text of the office's pages, in Indonesian and English. A text without one of the two doesn't compile.

/// The languages of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lang {
    Id,
    En,
}

impl Lang {
    /// The name it has in a cookie, an address and a page (BCP 47).
    pub fn code(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// The language of a code; Indonesian for any other.
    pub fn of_code(code: &str) -> Self {
        if code == "en" { Self::En } else { Self::Id }
    }

    /// A text in this language.
    pub fn of(self, text: Text) -> &'static str {
        match self {
            Self::Id => text.id,
            Self::En => text.en,
        }
    }
}

/// A text in both languages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    id: &'static str,
    en: &'static str,
}

macro_rules! texts {
    ($($name:ident = $id:literal, $en:literal;)*) => {
        $(pub(in crate::office) const $name: Text = Text { id: $id, en: $en };)*
    };
}

/// The texts.
pub(super) mod text {
    use super::Text;

    texts! {
        PRODUCT = "Saksi", "Saksi";
        TAGLINE = "Bukti bahwa bantuan sampai kepada yang berhak", "Proof that aid reached the right person";
        SKIP = "Langsung ke isi", "Skip to content";

        LOGIN = "Masuk", "Log in";
        LOGOUT = "Keluar", "Log out";
        USER_NAME = "Nama pengguna", "User name";
        PASSWORD = "Kata sandi", "Password";
        LOGIN_WRONG = "Nama pengguna atau kata sandi salah.", "The user name or the password is wrong.";
        LOGIN_OFTEN = "Terlalu banyak percobaan. Coba lagi beberapa menit lagi.",
            "Too many attempts. Try again in a few minutes.";
        ROLE_VIEWER = "pengamat", "viewer";
        ROLE_OFFICE = "kantor program", "programme office";
        ROLE_SUPERVISOR = "penyelia", "supervisor";

        NAV_PROGRESS = "Kemajuan", "Progress";
        NAV_LIST = "Penerima", "Beneficiaries";
        NAV_HANDSETS = "Gawai", "Handsets";
        NAV_ALERTS = "Peringatan", "Alerts";
        NAV_ROSTER = "Unggah daftar", "Upload roster";
        NAV_AUDIT = "Jejak audit", "Audit";

        ROUND = "Tahap", "Round";
        NO_ROUND = "Belum ada tahap", "There is no round yet";
        NO_ROUND_HINT = "Unggah daftar nominatif, maka kemajuannya tampil di sini.",
            "Upload a roster, and its progress shows here.";
        PAID_OF = "tersalurkan dari", "paid of";
        SERVED_OF = "penerima terlayani dari", "beneficiaries served of";
        IN_PERSON = "Diterima sendiri", "In person";
        BY_PROXY = "Melalui wakil", "By proxy";
        EXCEPTION = "Pengecualian", "Exception";
        NOT_SERVED = "Tidak terlayani", "Not served";
        REMAINING = "Belum dikunjungi", "Remaining";
        BY_HANDSET = "Menurut gawai", "By handset";
        LIVE = "Berubah sendiri", "Changes by itself";
        OPEN_ALERTS = "peringatan terbuka", "open alerts";
        NOTHING_YET = "Belum ada catatan yang diterima.", "No record has arrived yet.";

        SEARCH = "Cari", "Search";
        SEARCH_HINT = "Nama, nomor, rute, atau NIK lengkap", "Name, number, route or a whole NIK";
        STATUS = "Status", "Status";
        ALL = "Semua", "All";
        NAME = "Nama", "Name";
        NUMBER = "Nomor", "Number";
        ROUTE = "Rute", "Route";
        ADDRESS = "Alamat", "Address";
        NIK = "NIK", "NIK";
        PHONE = "Telepon", "Telephone";
        DUE = "Hak", "Due";
        PAID = "Dibayar", "Paid";
        AMOUNT = "Jumlah", "Amount";
        FOUND = "penerima ditemukan", "beneficiaries found";
        NOBODY = "Tidak ada yang cocok.", "Nobody fits.";
        PREVIOUS = "Sebelumnya", "Previous";
        NEXT = "Berikutnya", "Next";
        PAGE = "Halaman", "Page";
        RECORDS = "Catatan", "Records";
        NO_RECORDS = "Belum ada catatan untuk penerima ini.", "There is no record about this beneficiary yet.";

        RECORD = "Catatan", "Record";
        WHEN = "Waktu", "When";
        RECEIVED = "Diterima server", "Received";
        OFFICER = "Juru bayar", "Officer";
        HANDSET = "Gawai", "Handset";
        CHAIN_PLACE = "Urutan dalam rantai", "Place in the chain";
        FINGERPRINT = "Sidik amplop (SHA-256)", "Envelope fingerprint (SHA-256)";
        REASON = "Alasan", "Reason";
        PLACE = "Tempat", "Place";
        PLACE_MOCKED = "lokasi palsu", "mocked";
        SIMILARITY = "Kemiripan wajah", "Face similarity";
        THRESHOLD = "ambang", "threshold";
        SEARCHED = "wajah dibandingkan", "faces compared";
        CONSENT = "Persetujuan", "Consent";
        CONSENT_REFUSED = "Menolak difoto", "Refused to be photographed";
        PROXY = "Wakil", "Proxy";
        RELATION = "Hubungan", "Relation";
        SEALED = "Rincian catatan ini disegel. Hanya kantor program dan penyelia yang dapat membukanya.",
            "The details of this record are sealed. Only the programme office and supervisors can open them.";
        PHOTOS = "Foto", "Photos";
        SHOW_PHOTOS = "Buka foto", "Open the photos";
        OPENING_AUDITED = "Setiap pembukaan dicatat dengan nama Anda.", "Every opening is recorded with your name.";
        NO_PHOTOS = "Catatan ini tidak memiliki foto.", "This record has no photos.";
        PHOTO_BENEFICIARY = "Penerima", "Beneficiary";
        PHOTO_PROXY = "Wakil", "Proxy";
        PHOTO_STATEMENT = "Surat pernyataan", "Statement letter";
        PHOTO_DOCUMENT = "Dokumen identitas", "Identity document";
        PHOTO_STATEMENT_PAGE = "Surat pernyataan, diluruskan", "Statement letter, straightened";
        CONSENT_WITHDRAWN = "Persetujuan dicabut", "Consent withdrawn";
        ENROLMENT = "Perekaman wajah", "Enrolment";

        LIVENESS = "Kehadiran", "Liveness";
        FRAMES = "gambar", "frames";
        MOVEMENTS = "Gerakan yang diminta", "Movements asked for";
        TEXTURE = "Tekstur (0 gambar, 1 hidup)", "Texture (0 a picture, 1 live)";
        CAPTURE_ENDED = "Pengambilan berakhir", "The capture ended";
        CAPTURES_BEFORE = "pengambilan sebelumnya tidak menghasilkan catatan", "captures before it led to no record";
        VERDICT_LIVE = "Orangnya hadir", "Live";
        VERDICT_REVIEW = "Belum pasti: perlu dilihat", "Not sure: somebody has to look";
        VERDICT_SPOOF = "Diduga gambar atau wajah lain", "Suspected to be a picture or another face";
        VERDICT_UNCHECKED = "Tidak diperiksa", "Not checked";
        CLEARED = "boleh lanjut", "cleared";
        TO_SUPERVISOR = "pengawas memutuskan", "a supervisor decides";
        BLOCKED = "ditolak", "blocked";
        MODE_REQUIRED = "diwajibkan", "required";
        MODE_RECORDED = "hanya dicatat", "recorded only";
        MODE_OFF = "tidak diminta", "off";
        WHY_NO_ANSWER = "Tidak ada gerakan tepat waktu", "No movement came in time";
        WHY_WRONG_MOTION = "Gerakan lain dari yang diminta", "Another movement than asked for";
        WHY_FLAT = "Yang bergerak datar", "What moved was flat";
        WHY_FACE_CHANGED = "Wajah berganti", "The face changed";
        WHY_CUT = "Rekaman terputus", "The film broke off";
        WHY_NO_DEPTH = "Kedalaman tidak diperlihatkan", "No depth was shown";
        WHY_TEXTURE = "Tekstur seperti cetakan atau layar", "Texture like that of a print or a screen";
        WHY_NO_TEXTURE = "Model tekstur tidak ada di gawai", "The handset lacks the texture models";
        WHY_NOT_FINISHED = "Pemeriksaan tidak selesai", "The checks weren't finished";
        TURN_LEFT = "Menoleh ke kiri", "Turn to the left";
        TURN_RIGHT = "Menoleh ke kanan", "Turn to the right";
        CIRCLE_LEFT = "Kamera mengitari, seperti menoleh ke kiri", "Camera moved around, as a turn to the left";
        CIRCLE_RIGHT = "Kamera mengitari, seperti menoleh ke kanan", "Camera moved around, as a turn to the right";
        COME_NEARER = "Mendekat", "Come nearer";
        CLOSE_EYES = "Memejamkan mata sebentar", "Close the eyes for a moment";
        OPEN_MOUTH = "Membuka mulut sebentar", "Open the mouth for a moment";
        ANSWER_PASSED = "sesuai", "as asked";
        ANSWER_EARLY = "Terlalu cepat untuk manusia", "Sooner than a person can";
        ANSWER_CANNOT = "Tidak sanggup", "The person can't";
        END_TIME = "waktu habis", "time was up";
        END_NOT_CONFIRMED = "tidak dapat dipastikan", "not confirmed";
        END_UNABLE = "orangnya tidak sanggup", "the person couldn't";
        END_REFUSED = "orangnya menolak", "the person refused";
        END_LIGHT = "cahaya buruk", "bad light";
        END_CAMERA = "kamera bermasalah", "camera trouble";
        END_CANCELLED = "dibatalkan", "cancelled";
        FRAME_STRAIGHT = "Melihat lurus", "Looking straight";
        FRAME_ANSWER = "Jawaban gerakan", "Answer to a movement";
        FRAME_FAILED = "Gerakan yang gagal", "A movement that failed";

        PROXY_EARLIER = "Sudah mengambil untuk penerima lain", "Collected earlier for others";
        PROXY_LISTED = "Wakil ini juga penerima", "The proxy is a beneficiary too";
        ABSENT = "Tidak di rumah", "Absent";
        MOVED = "Pindah", "Moved away";
        DECEASED = "Meninggal", "Deceased";
        REFUSED = "Menolak", "Refused";
        CAPTURE_GIVEN_UP = "Wajah tidak dapat diambil", "The face couldn't be taken";
        SPOUSE = "Suami atau istri", "Husband or wife";
        CHILD = "Anak", "Son or daughter";
        PARENT = "Orang tua", "Father or mother";
        SIBLING = "Saudara kandung", "Brother or sister";
        RELATIVE = "Kerabat", "Relative";
        NEIGHBOUR = "Tetangga", "Neighbour";
        OFFICIAL = "Perangkat desa atau RT/RW", "Village or neighbourhood official";
        ILL = "Sakit", "Ill";
        FRAIL = "Lanjut usia", "Old and frail";
        DISABILITY = "Disabilitas", "Disability";
        AWAY = "Sedang pergi", "Away";

        STATE_ACTIVE = "Aktif", "Active";
        STATE_LOCKED = "Terkunci", "Locked";
        STATE_ERASE = "Hapus data", "Erase";
        LOCK = "Kunci", "Lock";
        ERASE = "Hapus data", "Erase";
        ACTIVATE = "Aktifkan", "Activate";
        LOCK_MEANS = "Gawai hanya boleh mengirim yang sudah disegel.", "The handset may only send what is sealed.";
        ERASE_MEANS = "Gawai memusnahkan kuncinya. Ini tidak dapat dibatalkan; bukti yang disegel tetap dapat dikirim.",
            "The handset destroys its key. This can't be undone; sealed evidence can still be sent.";
        ACTIVATE_MEANS = "Gawai boleh bekerja lagi.", "The handset may work again.";
        CONFIRM = "Ya, lakukan", "Yes, do it";
        REGISTERED = "Terdaftar", "Registered";
        LAST_SEEN = "Terakhir terlihat", "Last seen";
        NO_HANDSETS = "Belum ada gawai yang terdaftar.", "No handset is registered yet.";
        NEW_TICKET = "Tiket baru", "New ticket";
        TICKET_ROUTES = "Rute yang dilayani", "Routes to serve";
        TICKET_ALL = "Semua rute, juga yang baru nanti", "All routes, also those that are new later";
        TICKET_CHOOSE = "Pilih rute, atau semua rute.", "Choose routes, or all of them.";
        MAKE_TICKET = "Buat tiket", "Make a ticket";
        TICKET_SCAN = "Pindai dengan gawai yang akan didaftarkan.", "Scan this with the handset to be registered.";
        TICKET_ONCE = "Berlaku untuk satu gawai, sekali saja, selama 24 jam. Tidak ditampilkan lagi.",
            "It admits one handset, once, within 24 hours. It isn't shown again.";
        TICKET_TEXT = "Isi tiket sebagai teks", "The ticket as text";

        OFFICERS = "Juru bayar dan kode pembuka", "Officers and unlock codes";
        OFFICER_NUMBER = "Nomor juru bayar", "The officer's number";
        ADMIT_OFFICER = "Terima juru bayar, atau ganti PIN", "Admit an officer, or reset a PIN";
        ADMIT_MEANS = "Dengan kode ini juru bayar memasang PIN baru di gawai, juga tanpa sambungan. Berikan hanya kepada orangnya.",
            "With this code the officer sets a new PIN on the handset, also without a connection. Give it to nobody else.";
        ADMIT_BY_SERVER = "Kirim juga lewat server: siapa pun yang memegang gawai dapat memasang PIN. Centang hanya bila Anda tahu di \
            tangan siapa gawai itu.",
            "Send it through the server too: whoever holds the handset can set the PIN. Check this only if you know who does.";
        MAKE_CODE = "Buat kode", "Make a code";
        REMOVE_OFFICER = "Keluarkan juru bayar", "Remove the officer";
        REMOVE_MEANS = "Pada sinkronisasi berikutnya gawai memusnahkan PIN juru bayar ini.",
            "At its next sync the handset destroys this officer's PIN.";
        ERASE_BY_CODE = "Kode untuk menghapus gawai", "A code to erase the handset";
        UNLOCK_CODE = "Kode pembuka", "Unlock code";
        CODE_SCAN = "Pindai dengan gawai ini.", "Scan this with the handset.";
        CODE_ONCE = "Berlaku sekali saja, selama 24 jam. Tidak ditampilkan lagi.",
            "It is good once, within 24 hours. It isn't shown again.";
        CODE_TEXT = "Kode sebagai teks", "The code as text";

        NAV_REVIEW = "Tinjauan", "Review";
        NOTHING_WAITS = "Tidak ada yang menunggu keputusan.", "Nothing waits for a decision.";
        DECIDED = "Sudah diputuskan", "Decided";
        WAITS = "Menunggu keputusan penyelia.", "Waits for a supervisor's decision.";
        APPROVE = "Setujui", "Approve";
        APPROVED = "Disetujui", "Approved";
        APPROVE_FACE = "Wajah ini masuk ke daftar; kunjungan berikutnya dapat mengenalinya.",
            "This face enters the roster, and the next visit can recognise it.";
        APPROVE_PAYMENT = "Penerima boleh dibayar dengan pengecualian pada kunjungan berikutnya, sekali saja.",
            "The beneficiary may be paid by an exception at the next visit, once.";
        REJECT = "Tolak", "Reject";
        REJECTED = "Ditolak", "Rejected";
        REJECT_MEANS = "Tidak ada yang berubah di gawai; kunjungan berikutnya dapat mencoba lagi.",
            "Nothing changes on handsets, and the next visit can try again.";
        PAID_MEANWHILE = "Penerima ini sudah dibayar pada tahap ini.", "This beneficiary was paid in this round already.";
        DOCUMENT = "Dokumen", "Document";
        KTP = "KTP", "Identity card (KTP)";
        FAMILY_CARD = "Kartu Keluarga", "Family card (KK)";
        VILLAGE_LETTER = "Surat keterangan desa", "Village letter";
        NIK_SAME = "sama dengan daftar", "as on the roster";
        NIK_DIFFERS = "berbeda dari daftar", "differs from the roster";
        NO_DOCUMENT = "Tanpa dokumen", "No document";
        NEVER_ISSUED = "Belum pernah punya", "Never had one";
        DOCUMENT_LOST = "Hilang atau rusak", "Lost or destroyed";
        DOCUMENT_IN_PROCESS = "Sedang diurus", "Applied for";
        DOCUMENT_ELSEWHERE = "Disimpan di tempat lain", "Kept elsewhere";
        FACES_ALIKE = "Wajah serupa dalam daftar", "Faces alike on the roster";
        NO_FACES_ALIKE = "Tidak ada.", "None.";
        ERROR_DECIDED = "Catatan ini sudah diputuskan sebelumnya.", "This record was decided on before.";
        ERROR_REASON = "Penolakan memerlukan alasan, paling banyak 500 karakter.",
            "A rejection needs a reason, of at most 500 characters.";
        ERROR_WITHDRAWN = "Persetujuan sudah dicabut: wajah ini tidak boleh masuk ke daftar.",
            "Consent was withdrawn since: this face can't enter the roster.";
        ERROR_FACE_KNOWN = "Daftar sudah memuat wajah penerima ini, dan perekaman tidak menggantikannya.",
            "The roster has a face of this beneficiary, which an enrolment doesn't replace.";
        ERROR_NOT_LISTED = "Penerima ini tidak ada dalam daftar mana pun.", "This beneficiary is on no roster here.";
        ERROR_LEFT = "Penerima ini tidak ada lagi dalam daftar terbaru, maka tidak ada gawai yang dapat membayarnya. \
            Unggah daftar yang memuatnya, atau tolak catatan ini.",
            "This beneficiary has left the latest roster, so no handset could pay them. \
            Upload a roster that lists them, or reject this record.";
        ERROR_NOT_ENTITLED = "Penerima ini tidak mendapat apa pun pada tahap ini, maka tidak ada gawai yang dapat membayarnya.",
            "This beneficiary gets nothing in this round, so no handset could pay them.";
        ERROR_PAID = "Penerima ini sudah dibayar pada tahap ini: tidak ada lagi yang dapat disetujui.",
            "This beneficiary was paid in this round already: there is nothing left to approve.";
        ERROR_UNREADABLE = "Isi catatan ini tidak dapat dibaca.", "What this record holds can't be read.";

        NO_ALERTS = "Tidak ada peringatan.", "There are no alerts.";
        CLOSED = "selesai", "closed";

        ROSTER_INTRO = "Berkas CSV atau XLSX dengan kolom id, nik, nama, alamat, rute, jumlah, dan bila ada template. \
            Satu berkas memuat seluruh daftar satu tahap: yang tidak tercantum lagi dihapus dari gawai. \
            Bila satu baris salah, tidak ada yang diterapkan.",
            "A CSV or XLSX file with the columns id, nik, name, address, route, amount and, where there is one, template. \
            One file is the whole roster of one round: whoever is no longer in it is removed from handsets. \
            If one row is wrong, nothing is applied.";
        ROUND_ID = "Nama tahap", "Round name";
        ROUND_ID_HINT = "misalnya BST-2026-11", "such as BST-2026-11";
        ROUND_TITLE = "Judul tahap", "Round title";
        FILE = "Berkas", "File";
        UPLOAD = "Unggah", "Upload";
        IMPORTED = "Daftar diterapkan.", "The roster has been applied.";
        IMPORTED_ROWS = "penerima", "beneficiaries";
        IMPORTED_CHANGED = "baru atau berubah", "new or changed";
        IMPORTED_REMOVED = "dihapus", "removed";
        PREVIEW = "Periksa dahulu", "Look at this first";
        PREVIEW_ROWS = "Penerima dalam berkas, dan jumlahnya", "Beneficiaries in the file, and their sum";
        PREVIEW_NEW = "Baru", "New";
        PREVIEW_CHANGED = "Berubah", "Changed";
        PREVIEW_LEAVING = "Keluar dari daftar", "Leaving the list";
        MANY_LEAVE = "penerima dalam daftar tidak ada di berkas ini. Mereka akan hilang dari semua gawai.",
            "beneficiaries on the list aren't in this file. They would go from all handsets.";
        TYPE_LEAVING = "Ketik jumlah itu bila memang benar", "Type that number if this is right";
        APPLY = "Terapkan", "Apply";
        NIKS_ROUNDED = "NIK berakhiran 0, seperti bila lembar kerja hanya menyimpan lima belas angka. Periksa dengan aslinya.",
            "NIKs end in 0, as where a spreadsheet kept fifteen digits. Compare them with the original.";
        NIKS_RIGHT = "Sudah diperiksa, NIK-nya benar", "I have looked: the NIKs are right";
        WINDOWS_1252 = "Berkas ini bukan UTF-8 dan dibaca sebagai Windows-1252. Periksa nama yang beraksen.",
            "This file isn't UTF-8 and was read as Windows-1252. Look at names with accents.";
        ROWS_WRONG = "baris salah:", "rows are wrong:";
        WRONG_COLUMNS = "Jumlah kolom tidak sama dengan judul; mungkin tanda kutip tidak ditutup.",
            "Not as many columns as the headings; perhaps a quotation mark isn't closed.";
        WRONG_ROUNDED = "Angka ini dibulatkan oleh lembar kerja: ubah format kolom menjadi teks, lalu isi lagi.",
            "A spreadsheet rounded this number: format the column as text and enter it again.";
        WRONG_DIGITS = "Ada angka selain 0 sampai 9.", "A number has digits other than 0 to 9.";
        WRONG_AMOUNT = "Jumlah harus rupiah bulat.", "The amount must be whole rupiah.";
        WRONG_AMBIGUOUS = "Jumlah ini dapat dibaca dua cara: tulis tanpa pemisah.",
            "The amount can be read in two ways: write it without separators.";
        WRONG_UNSEEN = "ada huruf yang tidak terlihat, misalnya ganti baris.",
            "it has characters that can't be seen, such as a line break.";
        WRONG_SAME = "sama dengan baris", "the same as in row";
        FILE_UNKNOWN = "Ini bukan CSV dan bukan lembar kerja XLSX.", "This is neither CSV nor a spreadsheet in XLSX.";
        FILE_XLS = "Ini lembar kerja XLS yang lama: simpan sebagai XLSX atau CSV.",
            "This is a spreadsheet in the old XLS format: save it as XLSX or CSV.";
        FILE_XLSX = "Ini tampak seperti lembar kerja XLSX, tetapi tidak dapat dibaca: simpan sekali lagi.",
            "This looks like a spreadsheet in XLSX, and can't be read: save it again.";
        COLUMNS_MISSING = "Kolom yang tidak ada:", "Missing columns:";
        COLUMN_TWICE = "Kolom ini ada lebih dari satu:", "There is more than one column:";
        NO_ROWS = "Berkas ini tidak berisi baris.", "The file has no rows.";
        NOT_IMPORTED = "Tidak ada yang diterapkan.", "Nothing was applied.";
        ROW = "Baris", "Row";
        FORM_WRONG = "Isian tidak lengkap.", "The form isn't complete.";

        WHO = "Siapa", "Who";
        ACTION = "Tindakan", "Action";
        SUBJECT = "Tentang", "About";
        NO_AUDIT = "Belum ada jejak.", "Nothing has been written down yet.";
        DID_LOGIN = "masuk", "logged in";
        DID_TICKET = "membuat tiket", "made a ticket";
        DID_IMPORT = "mengimpor daftar", "imported a roster";
        DID_HANDSET = "mengubah keadaan gawai", "changed a handset's state";
        DID_ADMIT = "membuat kode pembuka", "made an unlock code";
        DID_ERASE_CODE = "membuat kode untuk menghapus gawai", "made a code to erase a handset";
        DID_REMOVE = "mengeluarkan juru bayar", "removed an officer";
        DID_KEY = "mengganti kunci program", "changed the programme's key";
        DID_APPROVE = "menyetujui catatan", "approved a record";
        DID_REJECT = "menolak catatan", "rejected a record";
        DID_RECORD = "membuka catatan", "opened a record";
        DID_PHOTO = "membuka foto", "opened a photo";
        DID_NIK = "mencari dengan NIK", "searched by NIK";

        ERROR_NOT_FOUND = "Halaman ini tidak ada.", "There is no such page.";
        ERROR_FORBIDDEN = "Anda tidak berwenang untuk ini.", "You aren't allowed to do this.";
        ERROR_REQUEST = "Permintaan ini tidak dapat diproses.", "This request can't be served.";
        ERROR_INTERNAL = "Ada kesalahan pada server. Coba lagi nanti.", "The server failed. Try again later.";
        BACK_HOME = "Kembali ke kemajuan", "Back to the progress";

        ALERT_GAP = "Ada catatan yang hilang dari rantai gawai", "Records are missing from a handset's chain";
        ALERT_FORK = "Rantai gawai bercabang: mungkin digandakan atau dipulihkan dari cadangan",
            "A handset's chain forks: it may have been cloned or restored from a backup";
        ALERT_CONFLICT = "Catatan yang sama datang lagi dengan isi berbeda",
            "A record came again with other contents";
        ALERT_REJECTED = "Catatan tidak dapat diterima dan disimpan untuk ditinjau",
            "A record couldn't be accepted and is kept for review";
        ALERT_TWICE = "Dibayar dua kali", "Paid twice";
        ALERT_PROXY = "Satu wakil mengambil untuk banyak penerima", "One proxy collected for many beneficiaries";
        ALERT_PROXY_FACE = "Wakil dengan wajah yang sama mengambil untuk banyak penerima",
            "Proxies with one face collected for many beneficiaries";
        NAV_RECEIPTS = "Tanda terima", "Receipts";
        RECEIPT_CHECK = "Periksa tanda terima", "Check a receipt";
        RECEIPT_CODE = "Kode tanda terima", "Receipt code";
        RECEIPT_TRUE = "Tanda terima ini benar.", "This receipt is true.";
        RECEIPT_MISTYPED = "Ini bukan kode tanda terima: ada huruf atau angka yang salah, atau tertukar.",
            "This is no receipt's code: a letter or digit is wrong, or two have changed places.";
        RECEIPT_UNKNOWN = "Tidak ada catatan dengan kode ini. Mungkin gawai belum mengirimnya.",
            "No record here has this code. The handset may not have sent it yet.";
        ALERT_CASH = "Kas petugas tidak cocok", "An officer's cash doesn't balance";
        CASH_RECEIVED = "Kas diterima", "Cash received";
        CASH_RETURNED = "Kas disetor kembali", "Cash returned";
        CASH_CLOSED = "Kas ditutup", "Cash account closed";
        CASH_LEFT = "Selisih kas", "Cash difference";
        CASH = "Kas", "Cash";
        ALERT_SAME_FACE = "Dua penerima berwajah sama", "Two beneficiaries have the same face";
        ALERT_NOT_ENTITLED = "Dibayar kepada yang tidak berhak", "Paid to somebody without an entitlement";
        ALERT_AMOUNT = "Jumlah berbeda dari hak", "The amount differs from the entitlement";
        ALERT_NOT_APPROVED = "Pengecualian dibayar tanpa persetujuan", "An exception was paid without approval";
        ALERT_CLOCK = "Jam gawai tidak tepat", "The handset's clock was off";
        ALERT_CONSENT = "Persetujuan dengan naskah yang tidak dikenal", "Consent by a text that isn't known";
        ALERT_CLOCK_CHANGED = "Jam gawai mungkin diubah", "The handset's clock may have been changed";
        CLOCK_BEFORE_SERVER = "sebelum waktu server yang sudah didengar gawai:",
            "before the server's time that the handset had heard:";
        CLOCK_MOVED = "jam digeser tanpa gawai dinyalakan ulang:", "the clock was moved without a restart:";
        CLOCK_BEFORE_PREVIOUS = "sebelum catatan sebelumnya:", "before the record before it:";
        CLOCK_AFTER_RECEIPT = "sesudah diterima server:", "after the server received it:";
        ALERT_PLACE = "Lokasi gawai dipalsukan oleh aplikasi lain", "The handset's position was made up by another app";
        ALERT_NOT_ALIVE = "Belum dipastikan orangnya hadir", "Not shown to be somebody alive";
        ALERT_CAPTURES = "Wajah diambil berulang-ulang sebelum berhasil", "A face was taken again and again before it passed";
        PAID_AS = "NIK yang sama, dibayar sebagai", "the same NIK, paid as";
        FIRST_RECORD = "catatan pertama", "first record";
        PLACES = "urutan", "places";
        MINUTES = "menit", "minutes";
    }
}

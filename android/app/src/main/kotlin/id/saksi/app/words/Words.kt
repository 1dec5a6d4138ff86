package id.saksi.app.words

import id.saksi.core.Language
import id.saksi.field.English
import id.saksi.field.Indonesian
import id.saksi.field.Receipt
import id.saksi.field.Screen
import id.saksi.field.Texts

/** What the screens say: the field layer's texts, and what only these screens need. */
sealed class Words(
    /** In which language. */
    val spoken: Language,
    texts: Texts,
) : Texts by texts {
    abstract val codeWaitingShort: String
    abstract fun digitsLeft(left: Int): String
    abstract fun digitsTyped(typed: Int): String
    abstract val eraseDigit: String
    abstract val exceptionApproved: String
    abstract fun found(count: Int): String
    abstract val handOutHow: String
    abstract val handOutNeedsNetwork: String
    abstract fun instead(screen: Screen): String
    abstract val invitationHow: String
    abstract val mayBeEmpty: String
    abstract val moreThanReceived: String
    abstract val otherRound: String
    abstract val otherWays: String
    abstract fun outOf(all: Int): String
    abstract val payAfter: String
    abstract val phoneLabel: String
    abstract fun portraitOf(name: String): String
    abstract val receipt: String
    abstract fun receiptCode(code: String): String
    abstract val refusedWhat: String
    abstract val server: String
    abstract fun stillToPay(amount: String): String
    abstract val takePhoto: String

    /** What came of a visit, in a few words. */
    fun outcome(receipt: Receipt): String =
        receipt.amount?.let { handOver(rupiah(it)) } ?: receipt.notServed?.let(::notServed) ?: kind(receipt.kind)

    /** What is shown of a national number: its last digits. */
    fun hidden(number: String) = "$nik ···· ${number.trimStart('*')}"

    /** A language's own name. */
    fun languageName(language: Language) = if (language == Language.ID) "Bahasa Indonesia" else "English"

    companion object {
        /** In this language. */
        fun of(language: Language): Words = if (language == Language.ID) WordsId else WordsEn
    }
}

/** In Indonesian. */
object WordsId : Words(Language.ID, Indonesian) {
    override val codeWaitingShort = "Sudah diizinkan"
    override fun digitsLeft(left: Int) = "$left angka lagi"
    override fun digitsTyped(typed: Int) = "$typed angka sudah diketik"
    override val eraseDigit = "Hapus satu angka"
    override val exceptionApproved = "Pengecualian disetujui"
    override fun found(count: Int) = "$count ditemukan"
    override val handOutHow = "Pengawas menampilkan tiket di layarnya. Pindai tiket itu dengan perangkat ini."
    override val handOutNeedsNetwork = "Perlu sinyal, sekali saja. Sesudah itu perangkat dapat bekerja tanpa sinyal."
    override fun instead(screen: Screen) = when (screen) {
        is Screen.Scan -> "Pindai sebagai penerima"
        else -> "Catat pengecualian"
    }
    override val invitationHow = "Arahkan kamera ke kode QR atau barcode pada undangan."
    override val mayBeEmpty = "Boleh dikosongkan"
    override val moreThanReceived = "Yang dibayarkan lebih banyak daripada kas yang diterima: catat kas yang diterima."
    override val otherRound = "Bayarkan tahap ini"
    override val otherWays = "Cara lain"
    override fun outOf(all: Int) = "dari $all"
    override val payAfter = "Serahkan uang sesudah bukti muncul di layar."
    override val phoneLabel = "Perangkat"
    override fun portraitOf(name: String) = "Foto $name"
    override val receipt = "Bukti"
    override fun receiptCode(code: String) = "Kode QR bukti $code"
    override val refusedWhat = "Server menolak catatan ini. Catatan tetap utuh di perangkat: tunjukkan kepada pengawas."
    override val server = "Server"
    override fun stillToPay(amount: String) = "$amount belum dibayar"
    override val takePhoto = "Ambil foto"
}

/** In English. */
object WordsEn : Words(Language.EN, English) {
    override val codeWaitingShort = "Allowed in"
    override fun digitsLeft(left: Int) = "$left more digits"
    override fun digitsTyped(typed: Int) = "$typed digits typed"
    override val eraseDigit = "Erase one digit"
    override val exceptionApproved = "Exception approved"
    override fun found(count: Int) = "$count found"
    override val handOutHow = "The supervisor shows a ticket on their screen. Scan it with this phone."
    override val handOutNeedsNetwork = "It needs a signal, once. After that the phone works without one."
    override fun instead(screen: Screen) = when (screen) {
        is Screen.Scan -> "Scan as the beneficiary"
        else -> "Record an exception"
    }
    override val invitationHow = "Point the camera at the QR code or barcode on the invitation."
    override val mayBeEmpty = "May be left empty"
    override val moreThanReceived = "More was paid than cash received: record the cash received."
    override val otherRound = "Pay out this round"
    override val otherWays = "Other ways"
    override fun outOf(all: Int) = "of $all"
    override val payAfter = "Hand over the money once the receipt is on the screen."
    override val phoneLabel = "Phone"
    override fun portraitOf(name: String) = "Photo of $name"
    override val receipt = "Receipt"
    override fun receiptCode(code: String) = "QR code of receipt $code"
    override val refusedWhat = "The server refused this record. It is whole on this phone: show it to the supervisor."
    override val server = "Server"
    override fun stillToPay(amount: String) = "$amount still to pay"
    override val takePhoto = "Take the photo"
}

package id.saksi.field

import id.saksi.core.Handset
import id.saksi.core.Kind
import id.saksi.core.NotServedReason
import id.saksi.core.ReceiptQr
import id.saksi.core.RecordId
import id.saksi.core.RoundId
import id.saksi.core.Summary
import id.saksi.core.receiptQr

/** What was written down, as it is shown and printed. */
data class Receipt(
    /** What sort of record. */
    val kind: Kind,
    /** The round's title. */
    val round: String,
    /** The beneficiary's name; null for cash. */
    val name: String?,
    /** What was paid, in rupiah; null where nothing was. */
    val amount: Long?,
    /** Why nobody was paid. */
    val notServed: NotServedReason?,
    /** When, in milliseconds since 1970 (UTC). */
    val at: Long,
    /** The code by which anybody can ask the office for it. */
    val code: String,
    /** The same as a QR code. */
    val qr: ReceiptQr,
    /** The post office. */
    val office: String?,
) {
    /** What the QR code says. */
    val qrText get() = "SAKSI:" + code.replace("-", "")
}

/** A receipt; or that there is none, where it wasn't known whether the record was written. */
data class ReceiptState(val receipt: Receipt? = null, val notWritten: Boolean = false)

/** Shows what was written down, prints it, and goes on to the next person. */
class ReceiptModel internal constructor(saksi: Saksi, private val record: RecordId) :
    Model<ReceiptState>(ReceiptState(), saksi) {
    private var round: RoundId? = null

    init {
        follow {
            val office = saksi.device.fleet.office
            val (found, receipt) = ask { handset ->
                val summary = handset.day().find { it.record == record }
                summary to summary?.let { handset.receipt(it, office) }
            }
            round = found?.round
            change { ReceiptState(receipt, notWritten = receipt == null) }
        }
    }

    /** Prints it. */
    fun print() = tap {
        val receipt = state.value.receipt ?: return@tap
        val bytes = Escpos.receipt(receipt, saksi.texts)
        if (!saksi.off { saksi.device.print(bytes) }) show(Problem.said("printer"))
    }

    /** The next person: the next face of a queue, or whoever comes next on the route. */
    fun next() = saksi.afterReceipt(round)
}

private fun Handset.receipt(summary: Summary, office: String?) = Receipt(
    kind = summary.kind,
    round = rounds().find { it.id == summary.round }?.title ?: summary.round,
    name = summary.beneficiary?.let { nameOf(summary.round, it) },
    amount = summary.amount?.toLong(),
    notServed = summary.notServed,
    at = summary.at,
    code = summary.code,
    qr = receiptQr(summary.code),
    office = office,
)

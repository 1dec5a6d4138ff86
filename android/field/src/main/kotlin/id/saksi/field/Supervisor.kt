// The supervisor's corner: officers and codes, practice, and a report on what is wrong.
package id.saksi.field

import id.saksi.core.Handset
import id.saksi.core.HandsetInfo
import id.saksi.core.HistoryReport
import id.saksi.core.Officer
import id.saksi.core.OutboxCounts
import id.saksi.core.verifyHistory
import id.saksi.core.version

/** What a supervisor looks at. */
data class SupervisorState(
    /** The phone; null while it is read. */
    val info: HandsetInfo? = null,
    /** All who work with it. */
    val officers: List<Officer> = emptyList(),
    /** What waits, was sent, and was refused. */
    val outbox: OutboxCounts = OutboxCounts(0u, 0u, 0u),
    /** There are people to practise with. */
    val canPractise: Boolean = false,
)

/** Shows a supervisor how the phone stands, and leads to codes, practice and the report. Works while locked. */
class SupervisorModel internal constructor(saksi: Saksi) : Model<SupervisorState>(SupervisorState(), saksi) {
    init {
        refresh()
    }

    override fun refresh() = follow {
        val read = ask { handset ->
            val roster = saksi.device.practiceRoster() != null
            SupervisorState(handset.info(), handset.officers(), handset.outboxCounts(), canPractise = roster)
        }
        change { read }
    }

    /** Scans a code that lets an officer in, or erases. */
    fun code() = saksi.go(Screen.Code)

    /** Shows what was written down, and what the server refused. */
    fun outbox() = saksi.go(Screen.Outbox)

    /** Shows the report. */
    fun trouble() = saksi.go(Screen.Trouble)

    /** Begins to practise, with a PIN for it. The real phone is locked meanwhile. */
    fun practise(pin: String) = tap { saksi.practise(pin) }
}

/** A report that may be sent to whoever helps. */
data class TroubleState(
    /** The report; null while it is made. */
    val report: String? = null,
)

/** Makes a report without a name, a face or a number of any person. */
class TroubleModel internal constructor(saksi: Saksi) : Model<TroubleState>(TroubleState(), saksi) {
    init {
        refresh()
    }

    override fun refresh() = follow { make(null) }

    /** Goes through all records and photos, and says whether all is whole. Takes some seconds. */
    fun check() = tap { make(saksi.off { verifyHistory(saksi.device.folder) }) }

    private suspend fun make(history: HistoryReport?) {
        val device = saksi.device
        val about = listOf(
            "app" to device.version,
            "library" to version(),
            "phone" to device.about,
            "language" to saksi.language.value.name.lowercase(),
        )
        val known = saksi.askIfOpen { it.facts() } ?: listOf("handset" to "not open")
        val whole = history?.facts().orEmpty()
        change { TroubleState((about + known + whole).joinToString("\n") { (name, value) -> "$name: $value" }) }
    }
}

/** No label, as a label may be a person's name; and of officers only how many there are. */
private fun Handset.facts(): List<Pair<String, String>> {
    val (info, outbox, locked) = Triple(info(), outboxCounts(), isLocked())
    return listOf(
        "handset" to info.handset,
        "server" to info.server,
        "state" to info.state.name.lowercase(),
        "heard_ms" to info.heard.toString(),
        "missing_models" to info.missingModels.joinToString().ifEmpty { "none" },
        "locked" to locked.toString(),
        "officers" to officers().groupingBy { it.state.name.lowercase() }.eachCount().toString(),
        "waiting" to outbox.waiting.toString(),
        "sent" to outbox.sent.toString(),
        "quarantined" to quarantined().joinToString { "${it.seq} ${it.code?.name?.lowercase()}" }.ifEmpty { "none" },
        "disk_bytes" to (if (locked) "unlock to see" else space().diskBytes.toString()),
    )
}

private fun HistoryReport.facts() = listOf(
    "records" to records.toString(),
    "receipts" to receipts.toString(),
    "removed" to removed.toString(),
    "problems" to problems.joinToString("; ").ifEmpty { "none" },
)

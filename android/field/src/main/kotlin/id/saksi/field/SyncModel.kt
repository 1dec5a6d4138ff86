package id.saksi.field

import id.saksi.core.Cancel
import id.saksi.core.SyncListener
import id.saksi.core.SyncProgress

/** How sending stands. */
data class SyncState(
    /** How far it has come; null where none is under way. */
    val progress: SyncProgress? = null,
    /** It was asked to end. */
    val ending: Boolean = false,
    /** What the last one did. */
    val last: SyncResult? = null,
) {
    /** Whether one is under way. */
    val running get() = progress != null
}

/** What a sync did, in numbers. */
data class SyncResult(val sent: Long, val refused: Long, val waiting: Long, val news: Long)

/** Sends what waits and fetches what is new. Works while locked, and goes on whatever screen is shown. */
class SyncModel internal constructor(saksi: Saksi) : Model<SyncState>(SyncState(), saksi) {
    private var cancel: Cancel? = null

    /** Begins one, unless one is under way. */
    fun start() = tap {
        val ending = Cancel()
        cancel = ending
        change { SyncState(progress = SyncProgress(0u, 0u, 0u), last = it.last) }
        try {
            val report = ask { it.sync(Listener(), ending) }
            change { it.copy(last = with(report) { SyncResult(sent.toLong(), quarantined.toLong(), waiting.toLong(), rosterChanges.toLong()) }) }
            report.stopped?.let { throw it }
            report.notKept?.let { throw it }
        } finally {
            change { it.copy(progress = null, ending = false) }
            cancel = null
            ending.close()
        }
    }

    /** Ends it early. What was sent stays sent. */
    fun stop() {
        cancel?.cancel()
        change { it.copy(ending = it.running) }
    }

    private inner class Listener : SyncListener {
        override fun progress(progress: SyncProgress) = change { if (it.running) it.copy(progress = progress) else it }
    }
}

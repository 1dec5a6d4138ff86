package id.saksi.app.screens

import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.platform.LocalContext
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.AtWork
import id.saksi.app.ModelPage
import id.saksi.app.ProblemNotice
import id.saksi.app.look.Icons
import id.saksi.app.parts.Beside
import id.saksi.app.parts.Fact
import id.saksi.app.parts.Heading
import id.saksi.app.parts.Line
import id.saksi.app.parts.MainKey
import id.saksi.app.parts.Mark
import id.saksi.app.parts.Mood
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.Panel
import id.saksi.app.parts.Rows
import id.saksi.app.parts.Sign
import id.saksi.app.parts.StopKey
import id.saksi.app.words
import id.saksi.core.Kind
import id.saksi.core.Quarantined
import id.saksi.field.OutboxModel
import id.saksi.field.Saksi

/** What was written down, what waits, and what the server refused. */
@Composable
fun OutboxScreen(saksi: Saksi, model: OutboxModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val sync by saksi.sync.state.collectAsStateWithLifecycle()
    val status by saksi.sync.status.collectAsStateWithLifecycle()
    ModelPage(model, words.outbox, back = { saksi.back() }, actions = {
        if (sync.running) {
            StopKey(words.stopSync, Icons.Pause, enabled = !sync.ending) { saksi.sync.stop() }
        } else {
            MainKey(words.syncNow, Icons.Sync) { saksi.sync.start() }
        }
    }) {
        Panel {
            Mark(sign(state.counts))
            Fact(words.waiting, state.counts.waiting.toString())
            Fact(words.sent, state.counts.sent.toString())
            sync.progress?.let {
                AtWork()
                Beside(words.syncing(it.recordsDone.toLong(), it.recordsTotal.toLong()))
            }
        }
        status.problem?.let { ProblemNotice(it, saksi.sync::understood) }
        if (state.quarantined.isNotEmpty()) {
            Heading(words.quarantined)
            state.quarantined.forEach { Refused(it, model) }
        }
        Heading(words.today)
        if (state.day.isEmpty()) Beside(words.nothingYet)
        Rows(state.day) { summary ->
            val who = summary.beneficiary?.let { state.names[it] } ?: words.kind(summary.kind)
            val what = listOfNotNull(words.kind(summary.kind), summary.amount?.let { words.rupiah(it.toLong()) }).joinToString(" · ")
            Line(who, "$what\n${words.time(summary.at)}", summary.kind.icon) { model.open(summary.record) }
        }
    }
}

/** A record that the server will never take: a supervisor decides. */
@Composable
private fun Refused(record: Quarantined, model: OutboxModel) {
    Panel {
        Mark(Sign(Mood.STOP, "${words.quarantined} #${record.seq}", Icons.Warning))
        Text(words.refusedWhat, style = MaterialTheme.typography.bodyMedium)
        Beside(record.message)
        OtherKey(words.retry, Icons.Sync) { model.retry(record.record) }
        val folder = LocalContext.current.getExternalFilesDir("quarantine")
        if (folder != null) OtherKey(words.export, Icons.Share) { model.export(record.record, folder.path) }
    }
}

private val Kind.icon get() = when (this) {
    Kind.IN_PERSON -> Icons.Scan
    Kind.PROXY -> Icons.Letter
    Kind.EXCEPTION -> Icons.Warning
    Kind.NOT_SERVED -> Icons.Door
    Kind.CONSENT_WITHDRAWN -> Icons.Consent
    Kind.ENROLMENT -> Icons.Card
    Kind.CASH -> Icons.Cash
}

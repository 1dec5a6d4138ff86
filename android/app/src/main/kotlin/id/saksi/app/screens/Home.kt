package id.saksi.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.ModelPage
import id.saksi.app.look.Icons
import id.saksi.app.look.palette
import id.saksi.app.parts.Beside
import id.saksi.app.parts.IconKey
import id.saksi.app.parts.Line
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.app.parts.NowKey
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.Panel
import id.saksi.app.parts.Ring
import id.saksi.app.parts.Rows
import id.saksi.app.parts.Sign
import id.saksi.app.parts.TwoKeys
import id.saksi.app.parts.largeLetters
import id.saksi.app.words
import id.saksi.core.OutboxCounts
import id.saksi.core.Progress
import id.saksi.core.Round
import id.saksi.field.HomeModel
import id.saksi.field.HomeState
import id.saksi.field.Saksi
import id.saksi.field.Screen
import id.saksi.field.Unfinished

/** Today: how far the round has come, and the one thing to do next. */
@Composable
fun HomeScreen(saksi: Saksi, model: HomeModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val practising by saksi.practising.collectAsStateWithLifecycle()
    ModelPage(model, words.today, beside = {
        IconKey(Icons.Tools, words.supervisor) { saksi.go(Screen.Supervisor) }
        IconKey(Icons.Lock, words.lock) { saksi.lock() }
    }, actions = {
        if (state.round != null) {
            OtherKey(words.people, Icons.Route) { model.people() }
            NowKey(words.scanFace, Icons.Scan) { model.scan() }
        } else {
            NowKey(words.syncNow, Icons.Sync) { saksi.sync.start() }
        }
    }) {
        if (practising) Notice(Mood.PLAIN, words.practising, icon = Icons.Practice)
        state.interrupted.forEach { Interrupted(it, model) }
        RoundPanel(state)
        if (state.rounds.size > 1) OtherRounds(state.rounds - setOfNotNull(state.round), model::choose)
        Ways(saksi, model, state)
    }
}

@Composable
private fun RoundPanel(state: HomeState) {
    val (round, progress) = state.round to state.progress
    if (round == null || progress == null) return Panel { Text(words.noRoster, style = MaterialTheme.typography.titleMedium) }
    val heard = "${round.title}: ${words.paidOf(progress.done.toLong(), progress.entitled.toLong())}"
    Panel {
        val told = Modifier.clearAndSetSemantics { contentDescription = heard }
        if (largeLetters) {
            Column(told, verticalArrangement = Arrangement.spacedBy(12.dp)) {
                PaidRing(progress)
                Left(round, progress)
            }
        } else {
            Row(told, Arrangement.spacedBy(18.dp), Alignment.CenterVertically) {
                PaidRing(progress)
                Left(round, progress)
            }
        }
    }
}

@Composable
private fun PaidRing(progress: Progress) {
    val share = if (progress.entitled == 0uL) 0f else progress.done.toFloat() / progress.entitled.toFloat()
    Ring(share, 116.dp) {
        Column(horizontalAlignment = Alignment.CenterHorizontally) {
            Text(progress.done.toString(), style = MaterialTheme.typography.displayMedium, color = palette.card.ink)
            Beside(words.outOf(progress.entitled.toInt()))
        }
    }
}

@Composable
private fun Left(round: Round, progress: Progress) {
    Column(verticalArrangement = Arrangement.spacedBy(4.dp)) {
        Text(round.title, style = MaterialTheme.typography.titleLarge, color = palette.card.ink)
        Beside(words.toVisit(progress.toVisit.toLong()))
        Beside(words.stillToPay(words.rupiah(progress.amountToPay.toLong())))
    }
}

private val Progress.done get() = (paidHere + paidElsewhere).toInt()

@Composable
private fun Interrupted(it: Unfinished, model: HomeModel) {
    Panel(palette.wait) {
        Text(words.interrupted, style = MaterialTheme.typography.titleMedium)
        Text("${it.name} · ${words.sort(it.visit.sort)}", style = MaterialTheme.typography.bodyMedium)
        TwoKeys({ OtherKey(words.discard) { model.discard(it.visit) } }, { OtherKey(words.resume) { model.resume(it.visit) } })
    }
}

@Composable
private fun OtherRounds(rounds: List<Round>, choose: (Round) -> Unit) =
    Rows(rounds) { Line(it.title, words.otherRound, Icons.Cash) { choose(it) } }

@Composable
private fun Ways(saksi: Saksi, model: HomeModel, state: HomeState) {
    val sync by saksi.sync.state.collectAsStateWithLifecycle()
    val ways = buildList<@Composable () -> Unit> {
        if (state.needsOwnFace) {
            add { Line(words.ownFaceTitle, words.needsOwnFace, Icons.Person) { saksi.go(Screen.OwnFace) } }
        }
        state.cash?.let { cash ->
            add { Line(words.cash, "${words.cashLeft} ${words.rupiah(cash.difference)}", Icons.Cash) { model.cash() } }
        }
        add { Line(words.outbox, sync.progress?.let { words.syncing(it.recordsDone.toLong(), it.recordsTotal.toLong()) }, Icons.Sent, sign = sign(state.outbox)) { saksi.go(Screen.Outbox) } }
    }
    Rows(ways) { it() }
}

/** Whether all that was written down is with the office. */
@Composable
fun sign(outbox: OutboxCounts): Sign = when {
    outbox.quarantined > 0u -> Sign(Mood.STOP, words.refused(outbox.quarantined.toLong()), Icons.Warning)
    outbox.waiting > 0u -> Sign(Mood.WAIT, words.waits(outbox.waiting.toLong()))
    else -> Sign(Mood.GOOD, words.allSent)
}

package id.saksi.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.LocalSenses
import id.saksi.app.ModelPage
import id.saksi.app.look.Icons
import id.saksi.app.look.palette
import id.saksi.app.parts.Badge
import id.saksi.app.parts.Beside
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.app.parts.NowKey
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.Panel
import id.saksi.app.parts.QrCode
import id.saksi.app.parts.tone
import id.saksi.app.words
import id.saksi.core.Kind
import id.saksi.field.Receipt
import id.saksi.field.ReceiptModel
import id.saksi.field.Saksi

/** It is on disk for good. Only now may money change hands. */
@Composable
fun ReceiptScreen(saksi: Saksi, model: ReceiptModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val receipt = state.receipt
    if (state.notWritten) {
        return ModelPage(model, words.receipt, back = { saksi.home() }, actions = { NowKey(words.today, Icons.Home) { saksi.home() } }) {
            Notice(Mood.STOP, words.notWritten, icon = Icons.Warning)
        }
    }
    if (receipt == null) return ModelPage(model, words.receipt) {}
    val senses = LocalSenses.current
    LaunchedEffect(receipt.code) { senses.done() }
    ModelPage(model, words.receipt, back = { saksi.home() }, actions = {
        OtherKey(words.print, Icons.Printer) { model.print() }
        NowKey(words.nextPerson, Icons.Next) { model.next() }
    }) { Paper(receipt) }
}

@Composable
private fun Paper(receipt: Receipt) {
    val mood = if (receipt.amount != null || receipt.kind in setOf(Kind.ENROLMENT, Kind.CASH)) Mood.GOOD else Mood.PLAIN
    Panel {
        Row(horizontalArrangement = Arrangement.spacedBy(14.dp), verticalAlignment = Alignment.CenterVertically) {
            Badge(if (mood == Mood.GOOD) Icons.Check else Icons.Letter, mood.tone)
            Column {
                Text(receipt.name ?: words.kind(receipt.kind), style = MaterialTheme.typography.titleLarge, color = palette.card.ink)
                Beside("${receipt.round}\n${words.time(receipt.at)}")
            }
        }
        Text(words.outcome(receipt), style = MaterialTheme.typography.headlineLarge)
        Column(Modifier.fillMaxWidth(), Arrangement.spacedBy(8.dp), Alignment.CenterHorizontally) {
            QrCode(receipt.qr.side.toInt(), receipt.qr.dark, words.receiptCode(receipt.code))
            Text(receipt.code, style = MaterialTheme.typography.titleLarge)
        }
    }
}

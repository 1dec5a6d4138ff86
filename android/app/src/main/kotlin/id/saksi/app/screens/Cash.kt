package id.saksi.app.screens

import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.ModelPage
import id.saksi.app.look.Icons
import id.saksi.app.parts.Entry
import id.saksi.app.parts.Fact
import id.saksi.app.parts.MainKey
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.Panel
import id.saksi.app.parts.Said
import id.saksi.app.parts.Takes
import id.saksi.app.words
import id.saksi.field.CashModel
import id.saksi.field.Saksi

internal enum class Moving { IN, OUT }

/** The officer's account: what came in, what was paid, what must be in the bag. */
@Composable
fun CashScreen(saksi: Saksi, model: CashModel) {
    val state by model.state.collectAsStateWithLifecycle()
    var moving by rememberSaveable { mutableStateOf<Moving?>(null) }
    moving?.let { way ->
        return Amount(model, if (way == Moving.IN) words.cashReceived else words.cashReturned, back = { moving = null }) {
            moving = null
            if (way == Moving.IN) model.received(it) else model.returned(it)
        }
    }
    var reason by rememberSaveable { mutableStateOf("") }
    ModelPage(model, words.cash, back = { saksi.back() }, actions = {
        OtherKey(words.cashReceived, Icons.Cash) { moving = Moving.IN }
        OtherKey(words.cashReturned, Icons.Share) { moving = Moving.OUT }
        MainKey(words.closeDay, Icons.Check, enabled = !state.needsReason || reason.isNotBlank()) { model.closeDay(reason.ifBlank { null }) }
    }) {
        val cash = state.cash ?: return@ModelPage
        Panel {
            Text(words.cashLeft, style = MaterialTheme.typography.bodyMedium)
            Text(words.rupiah(cash.difference), style = MaterialTheme.typography.displayLarge)
        }
        Panel {
            Fact(words.cashReceived, words.rupiah(cash.received.toLong()))
            Fact("${words.cashPaid} (${cash.payments})", words.rupiah(cash.paid.toLong()))
            Fact(words.cashReturned, words.rupiah(cash.returned.toLong()))
        }
        if (cash.difference < 0) Notice(Mood.STOP, words.moreThanReceived)
        if (state.needsReason) {
            Entry(words.cashReason, reason, { reason = it }, lines = 2)
        }
    }
}

@Composable
private fun Amount(model: CashModel, title: String, back: () -> Unit, done: (Long) -> Unit) {
    var typed by rememberSaveable { mutableStateOf("") }
    val amount = typed.toLongOrNull() ?: 0
    ModelPage(model, title, back, actions = {
        MainKey(words.save, Icons.Check, enabled = amount > 0) { done(amount) }
    }) {
        Text(words.rupiah(amount), style = MaterialTheme.typography.displayLarge)
        Entry(words.amount, typed, { text -> typed = text.filter(Char::isDigit).take(12) }, Takes.DIGITS, Icons.Cash)
    }
}

// The screens of a PIN: handing out a phone, unlocking it, a supervisor's code, and another PIN.
package id.saksi.app.screens

import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalView
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.LocalEye
import id.saksi.app.ModelPage
import id.saksi.app.look.Icons
import id.saksi.app.parts.Beside
import id.saksi.app.parts.Entry
import id.saksi.app.parts.IconKey
import id.saksi.app.parts.Line
import id.saksi.app.parts.MainKey
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.PinDots
import id.saksi.app.parts.PinPad
import id.saksi.app.parts.Rows
import id.saksi.app.parts.Said
import id.saksi.app.parts.Sign
import id.saksi.app.parts.StopKey
import id.saksi.app.parts.Viewfinder
import id.saksi.app.parts.Way
import id.saksi.app.parts.Window
import id.saksi.app.words
import id.saksi.core.CodePurpose
import id.saksi.core.Officer
import id.saksi.core.OfficerState
import id.saksi.device.CodeReader
import id.saksi.field.ChangePinModel
import id.saksi.field.CodeModel
import id.saksi.field.HandOutModel
import id.saksi.field.HandOutState
import id.saksi.field.Lens
import id.saksi.field.Model
import id.saksi.field.SHORTEST_PIN
import id.saksi.field.Saksi
import id.saksi.field.Screen
import id.saksi.field.UnlockModel

/** A new phone: the supervisor's ticket, the officer's number, the PIN. */
@Composable
fun HandOutScreen(saksi: Saksi, model: HandOutModel) {
    val state by model.state.collectAsStateWithLifecycle()
    var looking by rememberSaveable { mutableStateOf(false) }
    val back: () -> Unit = { model.stepBack() }
    when (state.step) {
        HandOutState.Step.TICKET -> if (looking) {
            CodeWindow(words.scanTicket, words.scanTicketHint, back = { looking = false }) {
                looking = false
                model.scanned(it)
            }
        } else {
            ModelPage(model, words.handOutTitle, actions = {
                OtherKey(words.report, Icons.Tools) { saksi.go(Screen.Trouble) }
                MainKey(words.scanTicket, Icons.Code) { looking = true }
            }) {
                Said(words.handOutHow)
                Beside(words.handOutNeedsNetwork)
            }
        }
        HandOutState.Step.OFFICER -> {
            var officer by rememberSaveable { mutableStateOf("") }
            ModelPage(model, words.officerNumber, back, actions = {
                MainKey(words.goOn, enabled = officer.isNotBlank()) { model.named(officer) }
            }) {
                Said(words.officerHint)
                Entry(words.officerNumber, officer, { officer = it }, icon = Icons.Person)
            }
        }
        HandOutState.Step.PIN -> NewPin(model, words.choosePin, back, model::chose)
    }
}

/** Who works, and the PIN. */
@Composable
fun UnlockScreen(saksi: Saksi, model: UnlockModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val chosen = state.chosen
    val leave = { model.choose(null) }.takeIf { state.officers.size > 1 }
    when {
        chosen == null -> ModelPage(model, words.who, beside = { SyncKey(saksi) }, actions = {
            OtherKey(words.scanCode, Icons.Key) { saksi.go(Screen.Code) }
        }) {
            Rows(state.officers) { officer ->
                Line(officer.shown, officer.id.takeIf { officer.name.isNotBlank() }, Icons.Person, sign = sign(officer)) { model.choose(officer) }
            }
        }
        chosen.codeWaiting -> NewPin(model, chosen.shown, leave, model::admitWaiting, words.codeWaiting)
        state.needsCode -> ModelPage(model, chosen.shown, leave, actions = {
            OtherKey(words.syncNow, Icons.Sync) { saksi.sync.start() }
            MainKey(words.scanCode, Icons.Key) { saksi.go(Screen.Code) }
        }) {
            Notice(Mood.STOP, words.officerState(chosen.state), words.needsCode, Icons.Lock)
        }
        else -> Pin(model, chosen.shown, leave, words.unlock, model::unlock, enabled = state.waitSeconds == 0L, beside = {
            IconKey(Icons.Key, words.scanCode) { saksi.go(Screen.Code) }
            SyncKey(saksi)
        }) {
            when {
                state.waitSeconds > 0 -> Notice(Mood.WAIT, words.waitSeconds(state.waitSeconds))
                chosen.attemptsLeft < ALL_ATTEMPTS -> Notice(Mood.WAIT, words.attemptsLeft(chosen.attemptsLeft.toInt()), icon = Icons.Warning)
                else -> Beside(words.enterPin)
            }
        }
    }
}

/** A supervisor's code: it lets an officer choose a PIN, or erases. */
@Composable
fun CodeScreen(saksi: Saksi, model: CodeModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val back: () -> Unit = { saksi.back() }
    var read by rememberSaveable { mutableStateOf(false) }
    when (val purpose = state.purpose) {
        null -> if (read) {
            ModelPage(model, words.scanCode, back, actions = { MainKey(words.takeAgain, Icons.Code) { read = false } }) {
                Beside(words.codeHint)
            }
        } else {
            CodeWindow(words.scanCode, words.codeHint, back) {
                read = true
                model.scanned(it)
            }
        }
        is CodePurpose.Admit -> NewPin(model, words.codeFor(purpose.officer), back, model::chose)
        CodePurpose.Erase -> ModelPage(model, words.eraseTitle, back, actions = {
            StopKey(words.eraseNow, Icons.Warning) { model.erase() }
            MainKey(words.cancel, press = back)
        }) { Notice(Mood.STOP, words.eraseText, icon = Icons.Warning) }
    }
}

/** The PIN of now, and then another. */
@Composable
fun ChangePinScreen(saksi: Saksi, model: ChangePinModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val back: () -> Unit = { saksi.back() }
    when {
        state.done -> ModelPage(model, words.changePin, back, actions = { MainKey(words.close, Icons.Check, press = back) }) {
            Notice(Mood.GOOD, words.pinChanged)
        }
        state.old == null -> Pin(model, words.changePin, back, words.goOn, model::old) { Beside(words.oldPin) }
        else -> NewPin(model, words.changePin, back, model::new)
    }
}

/** Asks for a PIN. What is typed is kept nowhere, not even when the screen is turned. */
@Composable
private fun Pin(
    model: Model<*>,
    title: String,
    back: (() -> Unit)?,
    action: String,
    done: (String) -> Unit,
    enabled: Boolean = true,
    beside: @Composable () -> Unit = {},
    above: @Composable ColumnScope.(String) -> Unit,
) {
    var pin by remember { mutableStateOf("") }
    ModelPage(model, title, back, beside, actions = {
        PinPad(words.eraseDigit, { if (pin.length < LONGEST_PIN) pin += it }, { pin = pin.dropLast(1) })
        MainKey(action, Icons.Lock, enabled = enabled && pin.length >= SHORTEST_PIN) {
            done(pin)
            pin = ""
        }
    }) {
        above(pin)
        PinDots(pin.length, words.digitsTyped(pin.length))
    }
}

/** Asks for a new PIN twice: a slip of the finger would lock its officer out. */
@Composable
fun NewPin(model: Model<*>, title: String, back: (() -> Unit)?, chosen: (String) -> Unit, why: String? = null) {
    var first by remember { mutableStateOf<String?>(null) }
    var differs by remember { mutableStateOf(false) }
    val again = first != null
    Pin(model, title, back, if (again) words.save else words.goOn, { pin ->
        when (first) {
            null -> {
                first = pin
                differs = false
            }
            pin -> {
                first = null
                chosen(pin)
            }
            else -> {
                first = null
                differs = true
            }
        }
    }) {
        when {
            differs -> Notice(Mood.STOP, words.pinsDiffer)
            again -> Beside(words.repeatPin)
            else -> Beside(why ?: words.choosePinHint)
        }
    }
}

/** A window for a code, and what is done with it. */
@Composable
fun CodeWindow(title: String, how: String, back: () -> Unit, found: (String) -> Unit) {
    // Found on the camera's thread; models belong to the screen's.
    val view = LocalView.current
    val reader = remember { CodeReader { text -> view.post { found(text) } } }
    Viewfinder(Window.CODE, title, how, 0f, Way(words.back, back), preview = {
        LocalEye.current.Preview(Lens.BACK, 1280, 720, light = false, reader)
    }) {}
}

/** Sends also while locked: what waits needs no PIN. */
@Composable
private fun SyncKey(saksi: Saksi) = IconKey(Icons.Sync, words.syncNow) { saksi.sync.start() }

private val Officer.shown get() = name.ifBlank { id }

@Composable
private fun sign(officer: Officer): Sign? = when {
    officer.codeWaiting -> Sign(Mood.GOOD, words.codeWaitingShort, Icons.Key)
    officer.state == OfficerState.LOCKED_OUT -> Sign(Mood.STOP, words.officerState(OfficerState.LOCKED_OUT), Icons.Lock)
    officer.state == OfficerState.NOT_ADMITTED -> Sign(Mood.WAIT, words.officerState(OfficerState.NOT_ADMITTED), Icons.Key)
    else -> null
}

private val ALL_ATTEMPTS = 10u
private const val LONGEST_PIN = 12

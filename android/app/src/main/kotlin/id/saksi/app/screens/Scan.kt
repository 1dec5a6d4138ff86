package id.saksi.app.screens

import androidx.compose.foundation.layout.size
import androidx.compose.material3.Icon
import androidx.compose.material3.IconToggleButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.LocalEye
import id.saksi.app.LocalSenses
import id.saksi.app.ModelPage
import id.saksi.app.look.Icons
import id.saksi.app.look.palette
import id.saksi.app.parts.Beside
import id.saksi.app.parts.Choice
import id.saksi.app.parts.MainKey
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.app.parts.NowKey
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.Panel
import id.saksi.app.parts.Said
import id.saksi.app.parts.StopKey
import id.saksi.app.parts.TwoKeys
import id.saksi.app.parts.Viewfinder
import id.saksi.app.parts.Way
import id.saksi.app.parts.Window
import id.saksi.app.words
import id.saksi.core.CaptureStep
import id.saksi.core.Found
import id.saksi.core.GiveUp
import id.saksi.core.Language
import id.saksi.field.ConsentText
import id.saksi.field.Model
import id.saksi.field.Saksi
import id.saksi.field.ScanModel
import id.saksi.field.ScanStep
import id.saksi.field.Viewer

/** From the consent to the payment: three taps from one person in a queue to the next. */
@Composable
fun ScanScreen(saksi: Saksi, model: ScanModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val back: () -> Unit = { saksi.back() }
    val title = state.person?.name ?: words.scanFace
    when (val step = state.step) {
        ScanStep.Opening -> ModelPage(model, title, back) {}
        is ScanStep.Asked -> ConsentPage(model, title, step.consent, back, model::read, model::agree, model::decline)
        is ScanStep.Looking -> FaceWindow(saksi, title, step.advice, model, back, model::cannotMove, model::giveUp)
        ScanStep.Recognising -> ModelPage(model, title) { Said(words.recognising) }
        is ScanStep.Recognised -> Confirm(model, step.found, back)
        is ScanStep.NotSure -> ModelPage(model, words.notSure, back, actions = {
            OtherKey(words.asException, Icons.Warning) { model.exception() }
            if (state.person == null) OtherKey(words.lookUp, Icons.Search) { model.lookUp() }
            NowKey(words.takeAgain, Icons.Scan) { model.agree() }
        }) {
            Notice(Mood.WAIT, words.notSure, words.notSureHint, Icons.Person)
            step.likeness.problems.forEach { Said("· " + words.quality(it)) }
        }
        is ScanStep.Stopped -> ModelPage(model, words.cannotPay, back, actions = {
            OtherKey(words.lookUp, Icons.Search) { model.lookUp() }
            if (step.problem.code in FINAL) {
                MainKey(words.today, Icons.Home) { saksi.home() }
            } else {
                NowKey(words.takeAgain, Icons.Scan) { model.agree() }
            }
        }) {
            val senses = LocalSenses.current
            LaunchedEffect(step) { senses.look() }
            Notice(Mood.STOP, step.problem.text(words.spoken))
        }
    }
}

/** Another photo of the same person changes nothing. */
private val FINAL = setOf("already_paid", "not_entitled")

/** Who it is, and how much: the last look before money changes hands. */
@Composable
private fun Confirm(model: ScanModel, found: Found, back: () -> Unit) {
    val senses = LocalSenses.current
    LaunchedEffect(found.person.id) { senses.done() }
    ModelPage(model, words.isThis, back, actions = { NowKey(words.pay(words.rupiah(found.amount.toLong())), Icons.Cash) { model.pay() } }) {
        Panel {
            Text(found.person.name, style = MaterialTheme.typography.headlineLarge)
            Beside(found.person.address)
            Beside(words.hidden(found.person.nik))
        }
        Panel(palette.actSoft) {
            Text(words.due, style = MaterialTheme.typography.bodyMedium)
            Text(words.rupiah(found.amount.toLong()), style = MaterialTheme.typography.displayLarge)
        }
        Beside(words.payAfter)
    }
}

/** The programme's text, read out before any photo, in the language the person understands. */
@Composable
fun ConsentPage(
    model: Model<*>,
    title: String,
    consent: ConsentText,
    back: () -> Unit,
    read: (Language) -> Unit,
    agree: () -> Unit,
    decline: () -> Unit,
) {
    val senses = LocalSenses.current
    ModelPage(model, words.consentTitle, back, actions = {
        TwoKeys({ StopKey(words.declines, press = decline) }, { MainKey(words.agrees, Icons.Check, press = agree) })
    }) {
        Beside(title)
        Panel { Text(consent.text, style = MaterialTheme.typography.bodyLarge) }
        val other = if (consent.language == Language.ID) Language.EN else Language.ID
        TwoKeys({
            OtherKey(words.readAloud, Icons.Voice) {
                senses.hush()
                senses.say(consent.text, consent.language)
            }
        }, { OtherKey(words.languageName(other)) { read(other) } })
    }
}

/** The camera looks at a face: one short prompt, large and spoken, and a ring that closes. */
@Composable
fun FaceWindow(
    saksi: Saksi,
    title: String,
    advice: CaptureStep?,
    viewer: Viewer,
    back: () -> Unit,
    cannotMove: () -> Unit,
    giveUp: (GiveUp) -> Unit,
) {
    var asksWhy by rememberSaveable { mutableStateOf(false) }
    if (asksWhy) return Why(back = { asksWhy = false }, giveUp)
    Guided(Window.FACE, title, advice, words.lookHere, back, preview = {
        LocalEye.current.Preview(saksi.device.fleet.lens, 1280, 720, light = false, viewer)
    }) {
        TwoKeys({ OtherKey(words.cannotMove, press = cannotMove) }, { OtherKey(words.giveUp) { asksWhy = true } })
    }
}

/** A window with the library's advice, which is also spoken. */
@Composable
fun Guided(
    window: Window,
    title: String,
    advice: CaptureStep?,
    first: String,
    back: () -> Unit,
    preview: @Composable () -> Unit,
    beside: @Composable () -> Unit = {},
    actions: @Composable () -> Unit,
) {
    val senses = LocalSenses.current
    val prompt = advice?.let { if (words.spoken == Language.ID) it.textId else it.textEn } ?: first
    val language = words.spoken
    LaunchedEffect(prompt) { senses.say(prompt, language) }
    DisposableEffect(senses) { onDispose { senses.hush() } }
    Viewfinder(window, title, prompt, advice?.progress ?: 0f, Way(words.back, back), preview, beside) { actions() }
}

/** Why no face can be taken. It goes into the evidence. */
@Composable
private fun Why(back: () -> Unit, giveUp: (GiveUp) -> Unit) {
    var reason by rememberSaveable { mutableStateOf<GiveUp?>(null) }
    id.saksi.app.parts.Page(words.giveUp, Way(words.back, back), actions = {
        StopKey(words.giveUp, enabled = reason != null) { reason?.let(giveUp) }
    }) {
        Said(words.whyGiveUp)
        Choice(GiveUp.entries.toList(), reason, { words.giveUp(it) }) { reason = it }
    }
}

/** The phone's light. */
@Composable
fun LightKey(on: Boolean, turn: (Boolean) -> Unit) {
    IconToggleButton(on, turn, Modifier.size(56.dp)) {
        Icon(Icons.Light, words.light, Modifier.size(28.dp), tint = if (on) Color(0xFFFFC857) else Color.White)
    }
}

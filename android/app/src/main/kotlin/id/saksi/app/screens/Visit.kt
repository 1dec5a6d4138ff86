// A proxy's visit, an exception, a first photo: one thing is asked for after another.
package id.saksi.app.screens

import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
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
import id.saksi.app.look.palette
import id.saksi.app.parts.Beside
import id.saksi.app.parts.Choice
import id.saksi.app.parts.Entry
import id.saksi.app.parts.Heading
import id.saksi.app.parts.MainKey
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.app.parts.NowKey
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.Panel
import id.saksi.app.parts.Said
import id.saksi.app.parts.StopKey
import id.saksi.app.parts.Takes
import id.saksi.app.parts.Window
import id.saksi.app.words
import id.saksi.core.DocumentKind
import id.saksi.core.NoDocument
import id.saksi.core.ProxyReason
import id.saksi.core.Relation
import id.saksi.core.VisitSort
import id.saksi.device.Snapshot
import id.saksi.field.Lens
import id.saksi.field.Nik
import id.saksi.field.NikFault
import id.saksi.field.ProxyForm
import id.saksi.field.Saksi
import id.saksi.field.VisitModel
import id.saksi.field.VisitState
import id.saksi.field.VisitStep

@Composable
fun VisitScreen(saksi: Saksi, model: VisitModel) {
    val state by model.state.collectAsStateWithLifecycle()
    // Leaving keeps what was taken: it waits on the first screen for half an hour.
    val back: () -> Unit = { saksi.back() }
    val title = words.sort(state.sort)
    when (val step = state.step) {
        VisitStep.Opening -> VisitPage(model, state, title, back) {}
        is VisitStep.Asked -> ConsentPage(model, title, step.consent, back, model::read, model::agree, model::refuse)
        VisitStep.Refused -> DocumentPage(model, state, words.refusedTitle, back, words.refusedHint) { kind, nik -> model.refusedWith(kind, nik) }
        is VisitStep.Face -> if (step.stopped) Stopped(model, state, title, back) else {
            FaceWindow(saksi, words.sort(state.sort), step.advice, model, back, model::cannotMove, model::giveUp)
        }
        is VisitStep.Letter -> if (step.stopped) Stopped(model, state, title, back) else LetterWindow(model, step, back)
        VisitStep.Details -> Details(model, state, back)
        VisitStep.Reason -> Reason(model, state, back)
        VisitStep.DocumentPhoto -> DocumentPhoto(model, state, back)
        VisitStep.DocumentNumber -> DocumentNumber(model, state, back)
        is VisitStep.Confirm -> Confirm(model, state, step.amount, back)
    }
}

/** A page of a visit: for whom it is, how much is left, and what may be done instead of what was refused. */
@Composable
private fun VisitPage(
    model: VisitModel,
    state: VisitState,
    title: String,
    back: () -> Unit,
    actions: @Composable () -> Unit = {},
    content: @Composable () -> Unit,
) {
    ModelPage(model, title, back, actions = {
        state.instead?.let { OtherKey(words.instead(it), Icons.Next) { model.doInstead() } }
        actions()
    }) {
        state.person?.let { Beside(if (state.left > 0) "${it.name} · ${words.stepsLeft(state.left)}" else it.name) }
        content()
    }
}

/** The camera stands still: what was seen was refused, and why is at the top. */
@Composable
private fun Stopped(model: VisitModel, state: VisitState, title: String, back: () -> Unit) {
    VisitPage(model, state, title, back, actions = {
        if (state.captureFailed) StopKey(words.nobodyPaid, Icons.Door) { model.nobodyPaid() }
        NowKey(words.takeAgain, Icons.Scan) { model.retake() }
    }) {}
}

/** The statement letter: a window that closes as the page is seen whole, sharp and straight. */
@Composable
private fun LetterWindow(model: VisitModel, step: VisitStep.Letter, back: () -> Unit) {
    var light by rememberSaveable { mutableStateOf(false) }
    Guided(Window.SHEET, words.sort(VisitSort.PROXY), step.advice, words.letterHere, back, preview = {
        LocalEye.current.Preview(Lens.BACK, 1920, 1080, light, model)
    }, beside = { LightKey(light) { light = it } }) {}
}

/** Who the proxy is. The number is checked as it is typed. */
@Composable
private fun Details(model: VisitModel, state: VisitState, back: () -> Unit) {
    var name by rememberSaveable { mutableStateOf("") }
    var nik by rememberSaveable { mutableStateOf("") }
    var phone by rememberSaveable { mutableStateOf("") }
    var relation by rememberSaveable { mutableStateOf<Relation?>(null) }
    var reason by rememberSaveable { mutableStateOf<ProxyReason?>(null) }
    val form = ProxyForm(name, nik, phone, relation, reason)
    VisitPage(model, state, words.proxyTitle, back, actions = {
        MainKey(words.goOn, enabled = form.complete) { model.named(form) }
    }) {
        Entry(words.proxyName, name, { name = it }, icon = Icons.Person)
        NikEntry(nik) { nik = it }
        Entry(words.phone, phone, { phone = it }, Takes.DIGITS, hint = words.mayBeEmpty)
        Heading(words.relationTitle)
        Choice(Relation.entries, relation, { words.relation(it) }) { relation = it }
        Heading(words.reasonTitle)
        Choice(ProxyReason.entries, reason, { words.proxyReason(it) }) { reason = it }
    }
}

@Composable
private fun NikEntry(nik: String, change: (String) -> Unit) {
    val fault = Nik.fault(nik)
    Entry(
        words.nik, nik, change, Takes.DIGITS, Icons.Card,
        hint = words.digitsLeft(Nik.LENGTH - Nik.plain(nik).length),
        wrong = fault?.takeIf { it != NikFault.SHORT }?.let { words.nikFault(it) },
        right = words.nikGood.takeIf { fault == null },
    )
}

/** Why the face can't be matched, in the officer's words. */
@Composable
private fun Reason(model: VisitModel, state: VisitState, back: () -> Unit) {
    var why by rememberSaveable { mutableStateOf("") }
    VisitPage(model, state, words.explainTitle, back, actions = {
        MainKey(words.goOn, enabled = why.isNotBlank()) { model.explained(why) }
    }) {
        Said(words.explainHint)
        Entry(words.explainTitle, why, { why = it }, lines = 4)
    }
}

/** A document in place of a photo: which one, and the number on it. */
@Composable
private fun DocumentPage(
    model: VisitModel,
    state: VisitState,
    title: String,
    back: () -> Unit,
    how: String,
    done: (DocumentKind, String) -> Unit,
) {
    var kind by rememberSaveable { mutableStateOf<DocumentKind?>(null) }
    var nik by rememberSaveable { mutableStateOf("") }
    VisitPage(model, state, title, back, actions = {
        MainKey(words.goOn, enabled = kind != null && Nik.fault(nik) == null) { kind?.let { done(it, Nik.plain(nik)) } }
    }) {
        Notice(Mood.PLAIN, how)
        Heading(words.documentKind)
        Choice(DocumentKind.entries, kind, { words.document(it) }) { kind = it }
        NikEntry(nik) { nik = it }
    }
}

/** The document that shows whose face is taken down; or why there is none. */
@Composable
private fun DocumentPhoto(model: VisitModel, state: VisitState, back: () -> Unit) {
    var kind by rememberSaveable { mutableStateOf<DocumentKind?>(null) }
    var none by rememberSaveable { mutableStateOf(false) }
    var looking by rememberSaveable { mutableStateOf(false) }
    val snapshot = remember { Snapshot() }
    val view = LocalView.current
    val chosen = kind
    when {
        none -> NoDocumentPage(model, state, back = { none = false })
        looking && chosen != null -> Guided(Window.CODE, words.document(chosen), null, words.documentHere, { looking = false }, preview = {
            LocalEye.current.Preview(Lens.BACK, 1920, 1080, light = false, snapshot)
        }) {
            NowKey(words.takePhoto, Icons.Card) {
                snapshot.take { jpeg ->
                    view.post {
                        looking = false
                        model.documentPhotographed(chosen, jpeg)
                    }
                }
            }
        }
        else -> VisitPage(model, state, words.documentKind, back, actions = {
            OtherKey(words.noDocument) { none = true }
            MainKey(words.takePhoto, Icons.Card, enabled = chosen != null) { looking = true }
        }) { Choice(DocumentKind.entries, kind, { words.document(it) }) { kind = it } }
    }
}

@Composable
private fun NoDocumentPage(model: VisitModel, state: VisitState, back: () -> Unit) {
    var reason by rememberSaveable { mutableStateOf<NoDocument?>(null) }
    VisitPage(model, state, words.noDocument, back, actions = {
        MainKey(words.goOn, enabled = reason != null) { reason?.let(model::withoutDocument) }
    }) { Choice(NoDocument.entries, reason, { words.noDocument(it) }) { reason = it } }
}

@Composable
private fun DocumentNumber(model: VisitModel, state: VisitState, back: () -> Unit) {
    var nik by rememberSaveable { mutableStateOf("") }
    VisitPage(model, state, words.documentNumber, back, actions = {
        OtherKey(words.noDocument) { model.withoutDocument(NoDocument.ELSEWHERE) }
        MainKey(words.goOn, enabled = Nik.fault(nik) == null) { model.documentRead(Nik.plain(nik)) }
    }) {
        NikEntry(nik) { nik = it }
    }
}

/** Nothing is missing: what will be written down, and what is paid. */
@Composable
private fun Confirm(model: VisitModel, state: VisitState, amount: Long, back: () -> Unit) {
    val exception = state.sort in setOf(VisitSort.EXCEPTION, VisitSort.PROXY_EXCEPTION)
    val pays = amount > 0 && state.sort != VisitSort.ENROLMENT && (!exception || state.person?.exceptionApproved == true)
    VisitPage(model, state, words.confirmTitle, back, actions = {
        StopKey(words.discardVisit) { model.discard() }
        NowKey(if (pays) words.pay(words.rupiah(amount)) else words.save, Icons.Check) { model.commit() }
    }) {
        Panel {
            Text(state.person?.name.orEmpty(), style = MaterialTheme.typography.headlineLarge)
            state.person?.let { Beside(it.address) }
        }
        if (pays) Panel(palette.actSoft) {
            Text(words.due, style = MaterialTheme.typography.bodyMedium)
            Text(words.rupiah(amount), style = MaterialTheme.typography.displayLarge)
        }
        if (exception && !pays) Notice(Mood.WAIT, words.exceptionWaits)
    }
}

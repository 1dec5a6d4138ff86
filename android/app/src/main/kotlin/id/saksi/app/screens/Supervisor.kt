// The supervisor's corner, and what belongs to the officer's own setting up.
package id.saksi.app.screens

import android.content.Intent
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.text.font.FontFamily
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.ModelPage
import id.saksi.app.look.Icons
import id.saksi.app.parts.Beside
import id.saksi.app.parts.Fact
import id.saksi.app.parts.Heading
import id.saksi.app.parts.Line
import id.saksi.app.parts.MainKey
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.app.parts.NowKey
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.Panel
import id.saksi.app.parts.Rows
import id.saksi.app.parts.Said
import id.saksi.app.parts.Sign
import id.saksi.app.parts.StopKey
import id.saksi.app.words
import id.saksi.core.Language
import id.saksi.core.OfficerState
import id.saksi.field.OwnFaceModel
import id.saksi.field.Saksi
import id.saksi.field.Screen
import id.saksi.field.SupervisorModel
import id.saksi.field.TroubleModel

/** How the phone stands, who works with it, and the ways that only a supervisor needs. */
@Composable
fun SupervisorScreen(saksi: Saksi, model: SupervisorModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val practising by saksi.practising.collectAsStateWithLifecycle()
    var practise by rememberSaveable { mutableStateOf(false) }
    if (practise) return PracticePage(model) { practise = false }
    ModelPage(model, words.supervisor, back = { saksi.back() }, actions = {
        if (practising) StopKey(words.stopPractice, Icons.Practice) { saksi.stopPractice() }
    }) {
        state.info?.let { info ->
            Panel {
                Fact(words.phoneLabel, info.label)
                Fact(words.server, info.server)
                Beside(words.lastSync(words.time(info.heard)))
                if (info.missingModels.isNotEmpty()) Notice(Mood.WAIT, words.missingModels, icon = Icons.Warning)
            }
        }
        if (state.officers.isNotEmpty()) {
            Heading(words.officers)
            Rows(state.officers) { Line(it.name.ifBlank { it.id }, it.id.takeIf { _ -> it.name.isNotBlank() }, Icons.Person, sign = officerSign(it.state)) }
        }
        val ways = buildList<@Composable () -> Unit> {
            add { Line(words.scanCode, null, Icons.Key) { model.code() } }
            add { Line(words.outbox, null, Icons.Sent, sign = sign(state.outbox)) { model.outbox() } }
            if (saksi.officer != null) add { Line(words.changePin, null, Icons.Lock) { saksi.go(Screen.ChangePin) } }
            if (state.canPractise && !practising) add { Line(words.practise, words.practiseText, Icons.Practice) { practise = true } }
            add { Line(words.report, words.troubleText, Icons.Tools) { model.trouble() } }
            val other = if (words.spoken == Language.ID) Language.EN else Language.ID
            add { Line(words.languageName(other), words.language, Icons.Voice) { saksi.speak(other) } }
        }
        Rows(ways) { it() }
    }
}

@Composable
private fun officerSign(state: OfficerState) = when (state) {
    OfficerState.READY -> Sign(Mood.GOOD, words.officerState(OfficerState.READY))
    OfficerState.LOCKED_OUT -> Sign(Mood.STOP, words.officerState(OfficerState.LOCKED_OUT), Icons.Lock)
    OfficerState.NOT_ADMITTED -> Sign(Mood.WAIT, words.officerState(OfficerState.NOT_ADMITTED), Icons.Key)
}

@Composable
private fun PracticePage(model: SupervisorModel, back: () -> Unit) =
    NewPin(model, words.practise, back, model::practise, words.practicePin)

/** What is wrong with this phone, without a name or a number of any person. */
@Composable
fun TroubleScreen(saksi: Saksi, model: TroubleModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val context = LocalContext.current
    val title = words.report
    ModelPage(model, title, back = { saksi.back() }, actions = {
        OtherKey(words.checkAll, Icons.Check) { model.check() }
        MainKey(words.share, Icons.Share, enabled = state.report != null) {
            val send = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, state.report)
            context.startActivity(Intent.createChooser(send, title))
        }
    }) {
        Said(words.troubleText)
        state.report?.let { report ->
            Panel { SelectionContainer { Text(report, style = MaterialTheme.typography.bodySmall.copy(fontFamily = FontFamily.Monospace)) } }
        }
    }
}

/** The officer's own face, so that it is never paid. */
@Composable
fun OwnFaceScreen(saksi: Saksi, model: OwnFaceModel) {
    val state by model.state.collectAsStateWithLifecycle()
    val back: () -> Unit = { saksi.back() }
    if (state.looking) {
        return FaceWindow(saksi, words.ownFaceTitle, state.advice, model, back, cannotMove = {}, giveUp = { saksi.back() })
    }
    ModelPage(model, words.ownFaceTitle, back, actions = {
        NowKey(words.takeOwnFace, Icons.Scan, enabled = state.consent != null) { model.agree() }
    }) {
        Said(words.ownFaceWhy)
        state.consent?.let { Panel { Text(it.text, style = MaterialTheme.typography.bodyLarge) } }
    }
}

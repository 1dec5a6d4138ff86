package id.saksi.app

import androidx.activity.compose.BackHandler
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.look.palette
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.Page
import id.saksi.app.parts.Way
import id.saksi.field.Model
import id.saksi.field.Problem

/** A page that also shows whether its model is at work, and what went wrong. */
@Composable
fun ModelPage(
    model: Model<*>,
    title: String,
    back: (() -> Unit)? = null,
    beside: @Composable () -> Unit = {},
    actions: @Composable ColumnScope.() -> Unit = {},
    content: @Composable ColumnScope.() -> Unit,
) {
    val status by model.status.collectAsStateWithLifecycle()
    BackHandler(enabled = back != null) { back?.invoke() }
    Page(title, back?.let { Way(words.back, it) }, beside, actions) {
        if (status.busy) AtWork()
        status.problem?.let { ProblemNotice(it, model::understood) }
        content()
    }
}

/** The library is at work: for seconds at most. */
@Composable
fun AtWork() {
    val heard = words.working
    LinearProgressIndicator(
        Modifier.fillMaxWidth().semantics { contentDescription = heard },
        color = palette.actSoft.ink,
        trackColor = palette.line,
    )
}

/** What went wrong and what to do about it, until the officer has read it. */
@Composable
fun ProblemNotice(problem: Problem, understood: () -> Unit) {
    val senses = LocalSenses.current
    LaunchedEffect(problem) { senses.look() }
    Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
        Notice(Mood.STOP, problem.text(words.spoken))
        OtherKey(words.understood, press = understood)
    }
}

/** Nothing can be done yet. */
@Composable
fun Waiting(text: String) {
    Box(Modifier.fillMaxSize().background(palette.page.ground), contentAlignment = Alignment.Center) {
        Column(horizontalAlignment = Alignment.CenterHorizontally, verticalArrangement = Arrangement.spacedBy(18.dp)) {
            CircularProgressIndicator(color = palette.actSoft.ink)
            Text(text, Modifier.padding(horizontal = 32.dp), style = MaterialTheme.typography.titleLarge, color = palette.page.ink)
        }
    }
}

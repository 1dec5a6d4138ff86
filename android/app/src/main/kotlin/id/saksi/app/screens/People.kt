// Whom to visit, and one of them.
package id.saksi.app.screens

import android.graphics.BitmapFactory
import androidx.compose.foundation.Image
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.ModelPage
import id.saksi.app.look.Icons
import id.saksi.app.look.palette
import id.saksi.app.parts.Badge
import id.saksi.app.parts.Beside
import id.saksi.app.parts.Choice
import id.saksi.app.parts.Entry
import id.saksi.app.parts.Heading
import id.saksi.app.parts.IconKey
import id.saksi.app.parts.Line
import id.saksi.app.parts.MainKey
import id.saksi.app.parts.Mark
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.app.parts.NowKey
import id.saksi.app.parts.OtherKey
import id.saksi.app.parts.Panel
import id.saksi.app.parts.Rows
import id.saksi.app.parts.Said
import id.saksi.app.parts.Sign
import id.saksi.app.words
import id.saksi.core.Card
import id.saksi.core.ListedBeneficiary
import id.saksi.core.NotServedReason
import id.saksi.core.Standing
import id.saksi.field.PeopleModel
import id.saksi.field.PersonModel
import id.saksi.field.PersonState
import id.saksi.field.PersonState.Way
import id.saksi.field.Saksi

/** The route in walking order, and the search in its place as soon as something is typed. */
@Composable
fun PeopleScreen(saksi: Saksi, model: PeopleModel) {
    val state by model.state.collectAsStateWithLifecycle()
    var looking by rememberSaveable { mutableStateOf(false) }
    if (looking) {
        return CodeWindow(words.scanInvitation, words.invitationHow, back = { looking = false }) {
            looking = false
            model.invited(it)
        }
    }
    ModelPage(model, words.people, back = { saksi.back() }, actions = {
        MainKey(words.scanInvitation, Icons.Code) { looking = true }
    }) {
        // Typed letters are kept here: the model answers later, and the cursor must not jump.
        var typed by rememberSaveable { mutableStateOf(state.words) }
        Entry(words.search, typed, {
            typed = it
            model.search(it)
        }, icon = Icons.Search)
        if (state.words.isBlank()) {
            Heading(if (state.route.isEmpty()) words.nobodyLeft else words.toVisit(state.route.size.toLong()))
            Rows(state.route) { stop ->
                val amount = words.rupiah(stop.amount.toLong())
                val under = listOfNotNull(amount, stop.metres?.let { words.metres(it.toInt()) }).joinToString(" · ")
                val absent = if (stop.wasAbsent) Sign(Mood.WAIT, words.wasAbsent, Icons.Door) else null
                Line(stop.name, "${stop.address}\n$under", sign = absent) { model.open(stop.beneficiary) }
            }
        } else {
            Heading(if (state.found.isEmpty()) words.nobodyFound else words.found(state.found.size))
            Rows(state.found) { Line(it.name, "${it.address}\n${words.hidden(it.nik)}", sign = sign(it)) { model.open(it.id) } }
        }
    }
}

@Composable
private fun sign(person: ListedBeneficiary): Sign? = when {
    person.paid != null -> Sign(Mood.GOOD, words.standing(Standing.PAID_HERE))
    person.amount == null -> Sign(Mood.PLAIN, words.nothingDue)
    person.exceptionApproved -> Sign(Mood.GOOD, words.exceptionApproved)
    else -> null
}

/** One beneficiary: what to know first, what is due, and what can be done. */
@Composable
fun PersonScreen(saksi: Saksi, model: PersonModel) {
    val state by model.state.collectAsStateWithLifecycle()
    var nobody by rememberSaveable { mutableStateOf(false) }
    val card = state.card
    when {
        nobody -> NotServed(model, back = { nobody = false }, model::notServed)
        card == null -> ModelPage(model, words.people, back = { saksi.back() }) {}
        else -> ModelPage(model, card.name, back = { saksi.back() }, actions = { Ways(model, state) { nobody = true } }) {
            About(card, state)
            card.notices.forEach { Notice(Mood.WAIT, words.notice(it), icon = Icons.Warning) }
            if (card.history.isNotEmpty()) {
                Heading(words.history)
                Rows(card.history.asReversed()) { Line(words.kind(it.kind), listOfNotNull(it.amount?.let { paid -> words.rupiah(paid.toLong()) }, words.time(it.at)).joinToString(" · "), Icons.Letter) }
            }
            if (card.hasFace) OtherKey(words.withdrawConsent, Icons.Consent) { model.withdrawConsent() }
        }
    }
}

@Composable
private fun About(card: Card, state: PersonState) {
    Panel {
        Row(horizontalArrangement = Arrangement.spacedBy(16.dp), verticalAlignment = Alignment.CenterVertically) {
            Portrait(card)
            Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(4.dp)) {
                state.person?.amount?.let { Text(words.rupiah(it.toLong()), style = MaterialTheme.typography.displayMedium) }
                Beside(card.address)
                Beside(words.hidden(card.nik))
                state.standing?.let { Mark(sign(it)) }
            }
        }
    }
}

/** How the beneficiary looks, where the programme shows it. */
@Composable
private fun Portrait(card: Card) {
    val picture = remember(card.portrait) {
        card.portrait?.let { BitmapFactory.decodeByteArray(it, 0, it.size) }?.asImageBitmap()
    } ?: return Badge(Icons.Person, large = true)
    Image(picture, words.portraitOf(card.name), Modifier.size(88.dp).clip(CircleShape), contentScale = ContentScale.Crop)
}

/** How somebody stands in a round: an icon and a word. */
@Composable
fun sign(standing: Standing): Sign {
    val word = words.standing(standing)
    return when (standing) {
        Standing.TO_VISIT -> Sign(Mood.PLAIN, word, Icons.Route)
        Standing.PAID_HERE, Standing.PAID_ELSEWHERE -> Sign(Mood.GOOD, word)
        Standing.EXCEPTION -> Sign(Mood.WAIT, word)
        Standing.ABSENT -> Sign(Mood.WAIT, word, Icons.Door)
        Standing.MOVED, Standing.DECEASED, Standing.REFUSED -> Sign(Mood.STOP, word)
    }
}

/** What can be done: the likeliest at the bottom, the rest above it. */
@Composable
private fun Ways(model: PersonModel, state: PersonState, nobody: () -> Unit) {
    var more by rememberSaveable { mutableStateOf(false) }
    val (first, rest) = (state.ways.firstOrNull() ?: return) to state.ways.drop(1)
    if (more) {
        rest.asReversed().forEach { OtherKey(words.way(it), it.icon) { model.begin(it, nobody) } }
    } else {
        OtherKey(words.otherWays, Icons.People) { more = true }
    }
    NowKey(words.way(first), first.icon) { model.begin(first, nobody) }
}

private fun PersonModel.begin(way: Way, nobody: () -> Unit) = when (way) {
    Way.SCAN -> scan()
    Way.PROXY -> proxy()
    Way.EXCEPTION -> exception()
    Way.FIRST_PHOTO -> firstPhoto()
    Way.NOT_SERVED -> nobody()
}

private val Way.icon get() = when (this) {
    Way.SCAN -> Icons.Scan
    Way.PROXY -> Icons.Letter
    Way.EXCEPTION -> Icons.Warning
    Way.FIRST_PHOTO -> Icons.Card
    Way.NOT_SERVED -> Icons.Door
}

/** Nobody can be paid: why, in the office's words. */
@Composable
private fun NotServed(model: PersonModel, back: () -> Unit, write: (NotServedReason) -> Unit) {
    var reason by rememberSaveable { mutableStateOf<NotServedReason?>(null) }
    ModelPage(model, words.way(Way.NOT_SERVED), back, actions = {
        MainKey(words.save, Icons.Check, enabled = reason != null) { reason?.let(write) }
    }) {
        Said(words.whyNotServed)
        Choice(NotServedReason.entries - NotServedReason.CAPTURE_GIVEN_UP, reason, { words.notServed(it) }) { reason = it }
    }
}

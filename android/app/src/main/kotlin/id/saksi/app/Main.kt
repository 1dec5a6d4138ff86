package id.saksi.app

import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import id.saksi.app.look.Look
import id.saksi.app.screens.CashScreen
import id.saksi.app.screens.ChangePinScreen
import id.saksi.app.screens.CodeScreen
import id.saksi.app.screens.HandOutScreen
import id.saksi.app.screens.HomeScreen
import id.saksi.app.screens.OpeningScreen
import id.saksi.app.screens.OutboxScreen
import id.saksi.app.screens.OutdatedScreen
import id.saksi.app.screens.OwnFaceScreen
import id.saksi.app.screens.PeopleScreen
import id.saksi.app.screens.PersonScreen
import id.saksi.app.screens.ReceiptScreen
import id.saksi.app.screens.ScanScreen
import id.saksi.app.screens.SupervisorScreen
import id.saksi.app.screens.TroubleScreen
import id.saksi.app.screens.UnlockScreen
import id.saksi.app.screens.VisitScreen
import id.saksi.app.words.Words
import id.saksi.field.CashModel
import id.saksi.field.ChangePinModel
import id.saksi.field.CodeModel
import id.saksi.field.HandOutModel
import id.saksi.field.HomeModel
import id.saksi.field.OutboxModel
import id.saksi.field.OwnFaceModel
import id.saksi.field.PeopleModel
import id.saksi.field.PersonModel
import id.saksi.field.Place
import id.saksi.field.ReceiptModel
import id.saksi.field.Saksi
import id.saksi.field.ScanModel
import id.saksi.field.Screen
import id.saksi.field.SupervisorModel
import id.saksi.field.TroubleModel
import id.saksi.field.UnlockModel
import id.saksi.field.VisitModel

/** The whole app: what is shown is what the field layer says. */
@Composable
fun Main(saksi: Saksi, eye: Eye, senses: Senses) {
    val place by saksi.place.collectAsStateWithLifecycle()
    val language by saksi.language.collectAsStateWithLifecycle()
    CompositionLocalProvider(
        LocalWords provides Words.of(language),
        LocalEye provides eye,
        LocalSenses provides senses,
    ) {
        // What is typed belongs to one model, and goes with it.
        Look { key(place.model) { Shown(saksi, place) } }
    }
}

@Composable
private fun Shown(saksi: Saksi, place: Place) {
    when (val model = place.model) {
        is HandOutModel -> HandOutScreen(saksi, model)
        is UnlockModel -> UnlockScreen(saksi, model)
        is CodeModel -> CodeScreen(saksi, model)
        is ChangePinModel -> ChangePinScreen(saksi, model)
        is OwnFaceModel -> OwnFaceScreen(saksi, model)
        is HomeModel -> HomeScreen(saksi, model)
        is PeopleModel -> PeopleScreen(saksi, model)
        is PersonModel -> PersonScreen(saksi, model)
        is ScanModel -> ScanScreen(saksi, model)
        is VisitModel -> VisitScreen(saksi, model)
        is ReceiptModel -> ReceiptScreen(saksi, model)
        is CashModel -> CashScreen(saksi, model)
        is OutboxModel -> OutboxScreen(saksi, model)
        is SupervisorModel -> SupervisorScreen(saksi, model)
        is TroubleModel -> TroubleScreen(saksi, model)
        else -> if (place.screen == Screen.Outdated) OutdatedScreen() else OpeningScreen()
    }
}

/** Whether a screen may show personal data, and so isn't in any screenshot or list of recent apps. */
val Screen.isPersonal: Boolean
    get() = when (this) {
        Screen.Opening, Screen.Outdated, Screen.HandOut, Screen.Trouble -> false
        else -> true
    }

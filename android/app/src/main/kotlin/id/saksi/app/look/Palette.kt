package id.saksi.app.look

import androidx.compose.runtime.Immutable
import androidx.compose.ui.graphics.Color

/** Two colours that are seen together: a ground, and what is written on it. */
@Immutable
data class Tone(val ground: Color, val ink: Color)

/**
 * All colours of the app. Warm paper, deep sea for what can be done, marigold for the one thing to do now. Every pair holds
 * a contrast of 4.5 to 1 or more, for screens in the sun; `ContrastTest` measures it.
 */
@Immutable
data class Palette(
    val dark: Boolean,
    /** The page. */
    val page: Tone,
    /** What lies on the page: cards, fields, keys. */
    val card: Tone,
    /** What is said beside, on page and card. */
    val soft: Color,
    /** Edges of fields and keys. */
    val edge: Color,
    /** Thin lines between rows, and around cards where there are any. */
    val line: Color,
    /** What can be done. */
    val act: Tone,
    /** The same, quieter. */
    val actSoft: Tone,
    /** The one thing to do now. */
    val now: Tone,
    /** Done: paid, sent. */
    val good: Tone,
    /** Waits, or has to be looked at. */
    val wait: Tone,
    /** Doesn't go on. */
    val stop: Tone,
    /** Neither. */
    val plain: Tone,
    /** How thick cards are outlined. */
    val outline: Int,
)

/** For daylight. */
val Light = Palette(
    dark = false,
    page = Tone(Color(0xFFF6F2E9), Color(0xFF12242B)),
    card = Tone(Color(0xFFFFFFFF), Color(0xFF12242B)),
    soft = Color(0xFF46585F),
    edge = Color(0xFF6A787D),
    line = Color(0xFFE0DACB),
    act = Tone(Color(0xFF0B4F5C), Color(0xFFFFFFFF)),
    actSoft = Tone(Color(0xFFD9EAE9), Color(0xFF083A44)),
    now = Tone(Color(0xFFF4B62E), Color(0xFF2A1D00)),
    good = Tone(Color(0xFFDCF0E1), Color(0xFF145A2E)),
    wait = Tone(Color(0xFFFDEBC8), Color(0xFF704400)),
    stop = Tone(Color(0xFFFBE2DF), Color(0xFF941A20)),
    plain = Tone(Color(0xFFE9E6DC), Color(0xFF34484F)),
    outline = 0,
)

/** For the evening, and for batteries. */
val Dark = Palette(
    dark = true,
    page = Tone(Color(0xFF0C1417), Color(0xFFECF2F1)),
    card = Tone(Color(0xFF152126), Color(0xFFECF2F1)),
    soft = Color(0xFFB4C3C5),
    edge = Color(0xFF84969A),
    line = Color(0xFF2B3A40),
    act = Tone(Color(0xFF8ADBE0), Color(0xFF00353C)),
    actSoft = Tone(Color(0xFF123F46), Color(0xFFBDEEF0)),
    now = Tone(Color(0xFFFFC857), Color(0xFF2A1D00)),
    good = Tone(Color(0xFF12351F), Color(0xFF9BE0AE)),
    wait = Tone(Color(0xFF40300F), Color(0xFFFFD48A)),
    stop = Tone(Color(0xFF4A1A1A), Color(0xFFFFB4AE)),
    plain = Tone(Color(0xFF24343A), Color(0xFFC8D5D6)),
    outline = 0,
)

/** Black on white, and edges everywhere, for whoever asked the phone for more contrast. */
val HighContrast = Palette(
    dark = false,
    page = Tone(Color.White, Color.Black),
    card = Tone(Color.White, Color.Black),
    soft = Color.Black,
    edge = Color.Black,
    line = Color.Black,
    act = Tone(Color(0xFF00323B), Color.White),
    actSoft = Tone(Color.White, Color(0xFF00323B)),
    now = Tone(Color(0xFFFFC21F), Color.Black),
    good = Tone(Color.White, Color(0xFF00431B)),
    wait = Tone(Color.White, Color(0xFF5A3200)),
    stop = Tone(Color.White, Color(0xFF7A0008)),
    plain = Tone(Color.White, Color.Black),
    outline = 2,
)

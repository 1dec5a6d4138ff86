package id.saksi.app.look

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.graphics.vector.PathParser
import androidx.compose.ui.unit.dp

/** The app's own icons: one line of one thickness, drawn in a square of 24. */
object Icons {
    /** The mark of the app: an eye that sees that it is right. */
    val Witness = icon("M2 12 C5 6.5 8.3 4.5 12 4.5 C15.7 4.5 19 6.5 22 12 C19 17.5 15.7 19.5 12 19.5 C8.3 19.5 5 17.5 2 12 Z", "M8.6 12.2 L11 14.6 L15.6 9.6")
    val Scan = icon("M4 8 V6 A2 2 0 0 1 6 4 H8", "M16 4 H18 A2 2 0 0 1 20 6 V8", "M20 16 V18 A2 2 0 0 1 18 20 H16", "M8 20 H6 A2 2 0 0 1 4 18 V16", "M9 10 V10.6", "M15 10 V10.6", "M9 14.6 C10.6 16.4 13.4 16.4 15 14.6")
    val Back = icon("M19 12 H5", "M11 6 L5 12 L11 18")
    val Next = icon("M9 6 L15 12 L9 18")
    val Check = icon("M5 12.5 L10 17.5 L19 7")
    val Cross = icon("M6 6 L18 18", "M18 6 L6 18")
    val Clock = icon(CIRCLE, "M12 7.5 V12 L15 14")
    val Warning = icon("M12 4 L21 19.5 H3 Z", "M12 10 V14", "M12 16.8 V17")
    val Stop = icon(CIRCLE, "M6.2 6.2 L17.8 17.8")
    val Info = icon(CIRCLE, "M12 11 V16.2", "M12 7.7 V8")
    val Search = icon("M10.5 4 A6.5 6.5 0 1 1 10.49 4 Z", "M15.5 15.5 L20 20")
    val Route = icon("M6 20 A2 2 0 1 1 6.01 20 Z", "M18 8 A2 2 0 1 1 18.01 8 Z", "M8 18 H15 A3 3 0 0 0 15 12 H9 A3 3 0 0 1 9 6 H16")
    val Cash = icon("M3 7 H21 V17 H3 Z", "M12 14.5 A2.5 2.5 0 1 1 12.01 14.5 Z", "M6.4 10 V10.2", "M17.6 13.8 V14")
    val Letter = icon("M6 3.5 H14.5 L18.5 7.5 V20.5 H6 Z", "M14.5 3.5 V7.5 H18.5", "M9 12 H15.5", "M9 15.8 H13.5")
    val Card = icon("M3 6 H21 V18 H3 Z", "M8 13 A2 2 0 1 1 8.01 13 Z", "M5.6 15.6 C6.5 14.2 9.5 14.2 10.4 15.6", "M14 10 H18", "M14 14 H18")
    val Person = icon("M12 11.5 A4 4 0 1 1 12.01 11.5 Z", "M4.5 20 C5.5 15.5 8.5 14.2 12 14.2 C15.5 14.2 18.5 15.5 19.5 20")
    val People = icon("M9 11 A3.5 3.5 0 1 1 9.01 11 Z", "M2.8 19.5 C3.6 15.6 6 14 9 14 C12 14 14.4 15.6 15.2 19.5", "M15.5 4.4 A3.5 3.5 0 0 1 15.5 10.8", "M17.5 14.5 C19.6 15.2 20.8 17 21.2 19.5")
    val Printer = icon("M7 9 V3.5 H17 V9", "M7 17 H4 V9 H20 V17 H17", "M7 14 H17 V20.5 H7 Z")
    val Sync = icon("M19.5 9 A8 8 0 0 0 5 8", "M4.5 15 A8 8 0 0 0 19 16", "M19.8 4.5 V9 H15.3", "M4.2 19.5 V15 H8.7")
    val Sent = icon("M7 18 A4.5 4.5 0 0 1 7 9 A6 6 0 0 1 18.5 10.5 A3.8 3.8 0 0 1 18 18", "M12 20 V12.5", "M9 15 L12 12 L15 15")
    val Lock = icon("M5.5 11 H18.5 V20 H5.5 Z", "M8.5 11 V8 A3.5 3.5 0 0 1 15.5 8 V11", "M12 14.5 V16.5")
    val Key = icon("M8 19 A4 4 0 1 1 8.01 19 Z", "M10.8 12.2 L19 4", "M16 7 L18.8 9.8")
    val Code = icon("M4 4 H10 V10 H4 Z", "M14 4 H20 V10 H14 Z", "M4 14 H10 V20 H4 Z", "M14 14 H16.5 V16.5", "M20 14 V16", "M14 20 H16", "M19 20 H20 V19")
    val Light = icon("M9 18 H15", "M10 21 H14", "M9 18 C9 15 6 13.5 6 9.5 A6 6 0 0 1 18 9.5 C18 13.5 15 15 15 18")
    val Voice = icon("M4 9.5 V14.5 H7.5 L12 18.5 V5.5 L7.5 9.5 Z", "M15.5 9 A4.2 4.2 0 0 1 15.5 15", "M18 6.5 A8 8 0 0 1 18 17.5")
    val Erase = icon("M8.5 6 H21 V18 H8.5 L3 12 Z", "M12 9.5 L17 14.5", "M17 9.5 L12 14.5")
    val Home = icon("M4 11 L12 4 L20 11", "M6 9.5 V20 H18 V9.5", "M10 20 V14.5 H14 V20")
    val Door = icon("M6 20.5 V3.5 H18 V20.5", "M3.5 20.5 H20.5", "M14.6 12 V12.4")
    val Practice = icon("M3 9 L12 5 L21 9 L12 13 Z", "M7 11 V16 C9.5 18.4 14.5 18.4 17 16 V11", "M21 9 V14.5")
    val Tools = icon("M20 7.5 A5 5 0 0 1 13.4 12.6 L6.5 19.5 L4.5 17.5 L11.4 10.6 A5 5 0 0 1 16.5 4 L14 6.8 L17.2 10 Z")
    val Share = icon("M12 15 V4", "M8 8 L12 4 L16 8", "M5 13 V20 H19 V13")
    val Full = icon("M5 4 H15 L19 8 V20 H5 Z", "M8.5 4 V8.5 H14", "M12 12 V15.4", "M12 17.4 V17.6")
    val Pause = icon(CIRCLE, "M10 8.5 V15.5", "M14 8.5 V15.5")
    val Consent = icon("M4 5 H20 V16 H12 L7.5 20 V16 H4 Z", "M8.5 10.5 L11 13 L15.5 8.5")
}

private const val CIRCLE = "M12 3.5 A8.5 8.5 0 1 1 11.99 3.5 Z"

private fun icon(vararg lines: String): ImageVector {
    val builder = ImageVector.Builder(defaultWidth = 24.dp, defaultHeight = 24.dp, viewportWidth = 24f, viewportHeight = 24f)
    for (line in lines) {
        builder.addPath(
            pathData = PathParser().parsePathString(line).toNodes(),
            stroke = SolidColor(Color.Black),
            strokeLineWidth = 2f,
            strokeLineCap = StrokeCap.Round,
            strokeLineJoin = StrokeJoin.Round,
        )
    }
    return builder.build()
}

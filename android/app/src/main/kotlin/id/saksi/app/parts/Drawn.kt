package id.saksi.app.parts

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.aspectRatio
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import id.saksi.app.look.palette

/** A QR code: dark on white in any light, with the quiet zone that readers need. */
@Composable
fun QrCode(side: Int, dark: List<Boolean>, heard: String, size: Dp = 176.dp) {
    Box(
        Modifier.size(size).background(Color.White, RoundedCornerShape(12.dp)).semantics { contentDescription = heard },
        contentAlignment = Alignment.Center,
    ) {
        Canvas(Modifier.fillMaxSize().aspectRatio(1f)) {
            val module = this.size.width / (side + 2 * QUIET)
            dark.forEachIndexed { at, on ->
                if (!on) return@forEachIndexed
                val corner = Offset((at % side + QUIET) * module, (at / side + QUIET) * module)
                // A little over, so that no light line shows between two.
                drawRect(Color.Black, corner, Size(module + 0.4f, module + 0.4f))
            }
        }
    }
}

private const val QUIET = 4

/** How far a round has come: a ring that closes. */
@Composable
fun Ring(share: Float, size: Dp = 132.dp, inside: @Composable () -> Unit) {
    val (rest, done) = palette.edge.copy(alpha = 0.25f) to palette.good.ink
    Box(Modifier.size(size), contentAlignment = Alignment.Center) {
        Canvas(Modifier.fillMaxSize().padding(7.dp)) {
            val stroke = Stroke(14.dp.toPx(), cap = StrokeCap.Round)
            drawArc(rest, 0f, 360f, useCenter = false, style = stroke)
            if (share > 0f) drawArc(done, -90f, 360f * share.coerceIn(0f, 1f), useCenter = false, style = stroke)
        }
        inside()
    }
}

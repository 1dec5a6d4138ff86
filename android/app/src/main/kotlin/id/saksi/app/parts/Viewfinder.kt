package id.saksi.app.parts

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.WindowInsets
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawing
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.windowInsetsPadding
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.geometry.RoundRect
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.BlendMode
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.CompositingStrategy
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.PathMeasure
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.graphics.graphicsLayer
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import id.saksi.app.look.Icons

/** What the camera should look at, and so the shape of the window that is left clear. */
enum class Window { FACE, SHEET, CODE }

/** What is drawn over the camera's picture. Always light on dark: the picture decides nothing about contrast. */
@Composable
fun Viewfinder(
    window: Window,
    title: String,
    prompt: String,
    progress: Float,
    back: Way,
    preview: @Composable () -> Unit,
    beside: @Composable () -> Unit = {},
    actions: @Composable ColumnScope.() -> Unit,
) {
    Box(Modifier.fillMaxSize().background(Color.Black)) {
        preview()
        Clearing(window, progress)
        Column(Modifier.fillMaxSize().windowInsetsPadding(WindowInsets.safeDrawing)) {
            Row(Modifier.fillMaxWidth().heightIn(min = 60.dp).padding(horizontal = 6.dp), verticalAlignment = Alignment.CenterVertically) {
                IconButton(back.go, Modifier.size(56.dp)) {
                    Icon(Icons.Back, back.name, Modifier.size(28.dp), tint = Color.White)
                }
                Text(
                    title,
                    Modifier.weight(1f).padding(horizontal = 6.dp).semantics { heading() },
                    style = MaterialTheme.typography.titleLarge,
                    color = Color.White,
                )
                beside()
            }
            Text(
                prompt,
                Modifier.fillMaxWidth().padding(horizontal = 20.dp)
                    .background(SCRIM, RoundedCornerShape(18.dp)).padding(horizontal = 18.dp, vertical = 12.dp)
                    .semantics { liveRegion = LiveRegionMode.Assertive },
                style = MaterialTheme.typography.headlineMedium,
                color = Color.White,
                textAlign = TextAlign.Center,
            )
            Box(Modifier.weight(1f))
            Column(
                Modifier.fillMaxWidth().padding(start = 20.dp, end = 20.dp, bottom = 16.dp),
                verticalArrangement = Arrangement.spacedBy(10.dp),
                content = actions,
            )
        }
    }
}

private val ROUND = CornerRadius(40f)
private val SCRIM = Color(0xCC071013)
private val DONE = Color(0xFF8EE6A8)
private val EDGE = Color(0xFFFFFFFF)

@Composable
private fun Clearing(window: Window, progress: Float) {
    Canvas(Modifier.fillMaxSize().graphicsLayer { compositingStrategy = CompositingStrategy.Offscreen }) {
        drawRect(Color(0xB3071013))
        val edge = window.outline(size)
        drawPath(edge, Color.Black, blendMode = BlendMode.Clear)
        drawPath(edge, EDGE.copy(alpha = 0.55f), style = Stroke(4.dp.toPx()))
        done(edge, progress)
    }
}

/** The outline closes as the capture goes on. */
private fun DrawScope.done(edge: Path, progress: Float) {
    if (progress <= 0f) return
    val (measure, part) = PathMeasure() to Path()
    measure.setPath(edge, forceClosed = true)
    measure.getSegment(0f, measure.length * progress.coerceAtMost(1f), part, startWithMoveTo = true)
    drawPath(part, DONE, style = Stroke(8.dp.toPx(), cap = StrokeCap.Round))
}

private fun Window.outline(size: Size): Path {
    val middle = Offset(size.width / 2, size.height * 0.5f)
    val path = Path()
    when (this) {
        Window.FACE -> {
            val (wide, high) = size.width * 0.66f to size.width * 0.84f
            path.addOval(Rect(middle - Offset(wide / 2, high / 2), Size(wide, high)))
        }
        Window.SHEET -> {
            val (wide, high) = size.width * 0.78f to size.width * 0.78f * 1.15f
            path.addRoundRect(RoundRect(Rect(middle - Offset(wide / 2, high / 2), Size(wide, high)), ROUND))
        }
        Window.CODE -> {
            val side = size.width * 0.7f
            path.addRoundRect(RoundRect(Rect(middle - Offset(side / 2, side / 2), Size(side, side)), ROUND))
        }
    }
    return path
}

package id.saksi.app

import android.graphics.Bitmap
import android.graphics.Canvas
import androidx.activity.ComponentActivity
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.hasAnyAncestor
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasScrollAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isEnabled
import androidx.compose.ui.test.junit4.AndroidComposeTestRule
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.text.TextLayoutResult
import java.io.File

/** A hand that taps what can be seen, and an eye that looks at every screen closely. */
class Robot(private val rule: AndroidComposeTestRule<*, out ComponentActivity>) {
    /** How often was tapped. */
    var taps = 0
        private set

    /** What a person would stumble over, on all screens that were looked at. */
    val faults = mutableListOf<String>()

    /** Waits until a text is there. */
    fun see(text: String) = wait(said(text))

    /** Whether a text is there now. */
    fun sees(text: String) = there(said(text))

    /** Waits until a key can be pressed, and presses it. */
    fun tap(text: String) {
        val part = said(text) and hasClickAction() and isEnabled()
        wait(part)
        // "Lanjut" is a key, and "Lanjut usia" an answer.
        val whole = (hasText(text) or hasContentDescription(text)) and hasClickAction() and isEnabled()
        val key = if (there(whole)) whole else part
        val node = rule.onAllNodes(key)[0]
        if (there(key and hasAnyAncestor(hasScrollAction()))) node.performScrollTo()
        node.performClick()
        taps++
        rule.waitForIdle()
    }

    /** Types into a field. */
    fun type(label: String, text: String) {
        val field = hasContentDescription(label) and hasSetTextAction()
        wait(field)
        rule.onNode(field).performScrollTo()
        rule.onNode(field).performTextReplacement(text)
        rule.waitForIdle()
    }

    /** Types a PIN on the app's own keys, and confirms. */
    fun pin(pin: String, confirm: String) {
        pin.forEach { tap(it.toString()) }
        tap(confirm)
    }

    /** Looks at the screen: keeps a picture, where one is wanted, and judges what a person would stumble over. */
    fun look(name: String) {
        rule.waitForIdle()
        File(SCREENS ?: return judge(name), "$name.png").let { file ->
            file.parentFile?.mkdirs()
            file.outputStream().use { picture().compress(Bitmap.CompressFormat.PNG, 100, it) }
        }
        judge(name)
    }

    private fun picture(): Bitmap {
        val view = rule.activity.window.decorView
        val bitmap = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888)
        rule.runOnUiThread { view.draw(Canvas(bitmap)) }
        return bitmap
    }

    /** Every control has a name and room for a thumb, and no text is cut off. */
    private fun judge(name: String) {
        val least = rule.density.run { 48f * density }
        for (node in nodes(rule.onRoot().fetchSemanticsNode())) {
            val acts = SemanticsActions.OnClick in node.config || SemanticsActions.SetText in node.config
            if (acts) {
                if (node.heard().isBlank()) faults += "$name: a control without a name: ${node.config}"
                val size = node.size
                if (minOf(size.width, size.height) < least - 1) faults += "$name: ${node.heard()} is $size"
            }
            node.layout()?.let { if (it.cutOff) faults += "$name: cut off: ${node.heard()}" }
        }
    }

    private fun nodes(node: SemanticsNode): List<SemanticsNode> = listOf(node) + node.children.flatMap(::nodes)

    /** By more than what rounding does. */
    private val TextLayoutResult.cutOff: Boolean
        get() {
            val wide = (0 until lineCount).maxOfOrNull { getLineRight(it) - getLineLeft(it) } ?: 0f
            return multiParagraph.height > size.height + 2 || wide > size.width + 2 || (0 until lineCount).any(::isLineEllipsized)
        }

    private fun SemanticsNode.heard() = listOf(
        config.getOrNull(SemanticsProperties.ContentDescription).orEmpty().joinToString(),
        config.getOrNull(SemanticsProperties.Text).orEmpty().joinToString { it.text },
    ).joinToString(" ")

    private fun SemanticsNode.layout(): TextLayoutResult? {
        val results = mutableListOf<TextLayoutResult>()
        rule.runOnUiThread { config.getOrNull(SemanticsActions.GetTextLayoutResult)?.action?.invoke(results) }
        return results.firstOrNull()
    }

    private fun wait(matcher: SemanticsMatcher) = try {
        rule.waitUntil(PATIENCE_MS) { there(matcher) }
    } catch (late: Throwable) {
        val seen = nodes(rule.onRoot().fetchSemanticsNode()).map { it.heard() }.filter { it.isNotBlank() }
        throw AssertionError("${matcher.description} isn't there; what is: $seen", late)
    }

    private fun there(matcher: SemanticsMatcher) = rule.onAllNodes(matcher).fetchSemanticsNodes().isNotEmpty()

    private fun said(text: String) = hasText(text, substring = true) or hasContentDescription(text, substring = true)

    private companion object {
        const val PATIENCE_MS = 60_000L

        /** Where pictures go; nowhere, if it isn't set. */
        val SCREENS: String? = System.getenv("SAKSI_SCREENS")
    }
}

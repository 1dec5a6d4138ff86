package id.saksi.app

import java.io.File
import org.junit.Assert.assertTrue
import org.junit.Test

/** What the documents show is what was compiled. */
class DocsTest {
    @Test
    fun `the twenty lines are those that compile`() {
        val android = File(System.getProperty("saksi.android"))
        val source = android.resolve("app/src/test/kotlin/id/saksi/app/TwentyLines.kt").readText()
        val lines = source.substringAfter("// <lines>\n").substringBefore("// </lines>")
        assertTrue(lines in android.resolveSibling("docs/android.md").readText())
    }
}

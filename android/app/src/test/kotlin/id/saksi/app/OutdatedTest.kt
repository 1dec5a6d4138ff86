package id.saksi.app

import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import id.saksi.app.words.WordsId
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** An app that the office no longer allows says so, and does nothing else. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "in-w360dp-h640dp-xhdpi", application = OutdatedTest.OldApp::class)
class OutdatedTest {
    @get:Rule
    val rule = createAndroidComposeRule<MainActivity>()

    @Test
    fun `an app that is too old says what to do`() {
        val robot = Robot(rule)
        robot.see(WordsId.outdatedTitle)
        robot.look("00-outdated")
    }

    class OldApp : TestApp() {
        override val oldest = "2.0"
    }
}

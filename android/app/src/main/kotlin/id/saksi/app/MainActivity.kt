package id.saksi.app

import android.Manifest
import android.content.pm.PackageManager
import android.os.Build
import android.os.Bundle
import android.view.WindowManager
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.activity.result.contract.ActivityResultContracts.RequestMultiplePermissions
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.lifecycleScope
import androidx.lifecycle.repeatOnLifecycle
import kotlinx.coroutines.launch

/** The app's only window. */
class MainActivity : ComponentActivity() {
    private val app get() = application as SaksiApp
    private val granted = registerForActivityResult(RequestMultiplePermissions()) { app.phone.whereabouts.start() }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        app.start(savedInstanceState?.getString(PLACE))
        hidePersonalScreens()
        val eye = app.eye(this)
        setContent { Main(app.saksi, eye, app.senses) }
        if (savedInstanceState == null) askFor()
    }

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        outState.putString(PLACE, app.saksi.save())
    }

    private fun hidePersonalScreens() = lifecycleScope.launch {
        repeatOnLifecycle(Lifecycle.State.CREATED) {
            app.saksi.place.collect { place ->
                val secure = WindowManager.LayoutParams.FLAG_SECURE
                if (place.screen.isPersonal) window.addFlags(secure) else window.clearFlags(secure)
            }
        }
    }

    private fun askFor() {
        val wanted = buildList {
            add(Manifest.permission.CAMERA)
            add(Manifest.permission.ACCESS_FINE_LOCATION)
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) add(Manifest.permission.BLUETOOTH_CONNECT)
        }.filter { checkSelfPermission(it) != PackageManager.PERMISSION_GRANTED }
        if (wanted.isNotEmpty()) granted.launch(wanted.toTypedArray())
    }

    private companion object {
        const val PLACE = "place"
    }
}

package id.saksi.device

import android.content.Context
import android.content.RestrictionsManager

/** What the office sets for its fleet by managed configuration (`app_restrictions.xml`). */
data class ManagedSettings(
    /** The only server whose tickets are taken; any, where there is none. */
    val server: String?,
    /** The post office, as receipts show it. */
    val office: String?,
    /** `id` or `en`; the phone's, where there is none. */
    val language: String?,
    /** Which camera looks at beneficiaries. */
    val lens: Lens,
) {
    companion object {
        /** As they are now. */
        fun read(context: Context): ManagedSettings {
            val set = context.getSystemService(RestrictionsManager::class.java)?.applicationRestrictions
            fun text(key: String) = set?.getString(key)?.trim()?.ifEmpty { null }
            val lens = if (text("camera") == "front") Lens.TOWARDS_OFFICER else Lens.AWAY_FROM_OFFICER
            return ManagedSettings(text("server"), text("office"), text("language")?.takeIf { it in setOf("id", "en") }, lens)
        }
    }
}

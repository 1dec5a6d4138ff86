package id.saksi.device

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import kotlin.concurrent.thread

/** What the application does when the phone has found a network. Blocks, and says whether records still wait. */
fun interface SyncWork {
    /** Sends what waits; true where it has to be tried again. */
    fun sync(): Boolean
}

/** An application whose records can be sent while no screen is open. */
interface Syncs {
    /** How, or nothing as long as there is no handset. */
    val syncWork: SyncWork?
}

/** Sends waiting records as soon as there is a network, also after a restart of the phone. Needs no Google service. */
class SyncJob : JobService() {
    override fun onStartJob(job: JobParameters): Boolean {
        val work = (application as? Syncs)?.syncWork ?: return false
        thread(name = "saksi-sync") {
            val again = runCatching { work.sync() }.getOrDefault(true)
            jobFinished(job, again)
        }
        return true
    }

    /** The network went. The library stops by itself, and what is half sent goes on from there. */
    override fun onStopJob(job: JobParameters) = true

    companion object {
        private const val ID = 1

        /** Asks for one sync, as soon as there is any network. Asking again changes nothing. */
        fun schedule(context: Context) {
            val scheduler = context.getSystemService(JobScheduler::class.java)
            if (scheduler.getPendingJob(ID) != null) return
            val job = JobInfo.Builder(ID, ComponentName(context, SyncJob::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                .setPersisted(true)
                .setBackoffCriteria(JobInfo.DEFAULT_INITIAL_BACKOFF_MILLIS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
            scheduler.schedule(job.build())
        }
    }
}

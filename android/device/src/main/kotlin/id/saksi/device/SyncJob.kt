package id.saksi.device

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context

/** An application whose records can be sent while no screen is open. */
interface Syncs {
    /** Sends what waits, and tells when that has ended and whether it has to be tried again. Returns at once. */
    fun sync(ended: (again: Boolean) -> Unit)

    /** Ends it early. */
    fun stopSync()
}

/** Sends waiting records as soon as there is a network, also after a restart of the phone. Needs no Google service. */
class SyncJob : JobService() {
    override fun onStartJob(job: JobParameters): Boolean {
        val app = application as? Syncs ?: return false
        app.sync { again -> jobFinished(job, again) }
        return true
    }

    /** The network went. What is half sent goes on from there, the next time. */
    override fun onStopJob(job: JobParameters): Boolean {
        (application as? Syncs)?.stopSync()
        return true
    }

    companion object {
        private const val ID = 1

        /** Asks for one sync, as soon as there is any network. Asking again changes nothing. */
        fun schedule(context: Context) {
            val scheduler = context.service<JobScheduler>()
            if (scheduler.getPendingJob(ID) != null) return
            val job = JobInfo.Builder(ID, ComponentName(context, SyncJob::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                .setPersisted(true)
                .setBackoffCriteria(JobInfo.DEFAULT_INITIAL_BACKOFF_MILLIS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
            scheduler.schedule(job.build())
        }
    }
}

package id.saksi.field

import id.saksi.core.Handset
import java.util.concurrent.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import kotlinx.coroutines.sync.Mutex

/** What each screen shows beside its own state. */
data class Status(
    /** The library is at work: keys that would begin something else wait. */
    val busy: Boolean = false,
    /** What went wrong last, until the officer has read it. */
    val problem: Problem? = null,
)

/**
 * The model of one screen: a state to draw, and what the officer may do as functions that return at once.
 *
 * Nothing is thrown at a screen: what goes wrong is in [status]. The library blocks, so it's called on a dispatcher of its
 * own, one call of a model after another.
 */
abstract class Model<S : Any>(initial: S, protected val saksi: Saksi) : AutoCloseable {
    private val states = MutableStateFlow(initial)
    private val statuses = MutableStateFlow(Status())
    private val one = Mutex()

    /** Ends with the model. */
    protected val scope: CoroutineScope = saksi.scope + Job(saksi.scope.coroutineContext.job)

    /** What is to be drawn. */
    val state: StateFlow<S> = states.asStateFlow()

    /** Whether it's at work, and what went wrong. */
    val status: StateFlow<Status> = statuses.asStateFlow()

    /** The officer has read what went wrong. */
    fun understood() = statuses.update { it.copy(problem = null) }

    /** Reads its state anew: it is shown again, or what it shows has changed. */
    open fun refresh() {}

    /** Lets go of what the model holds; nothing it does afterwards is seen. */
    override fun close() = scope.cancel()

    /** Changes the state. */
    protected fun change(change: (S) -> S) = states.update(change)

    /** What the officer asked for. Another tap meanwhile does nothing. */
    protected fun tap(work: suspend () -> Unit) {
        if (one.tryLock()) run(locked = true, work)
    }

    /** What follows by itself, after whatever is under way. */
    protected fun follow(work: suspend () -> Unit) = run(locked = false, work)

    /** Calls the library where it may block. */
    protected suspend fun <T> ask(call: (Handset) -> T): T = saksi.ask(call)

    /** Shows a problem. */
    internal fun show(problem: Problem) = statuses.update { it.copy(problem = problem) }

    private fun run(locked: Boolean, work: suspend () -> Unit) {
        scope.launch {
            if (!locked) one.lock()
            statuses.update { Status(busy = true) }
            try {
                work()
            } catch (cancelled: CancellationException) {
                throw cancelled
            } catch (thrown: Exception) {
                val problem = Problem.of(thrown)
                show(problem)
                saksi.failed(problem)
            } finally {
                statuses.update { it.copy(busy = false) }
                one.unlock()
            }
        }
    }
}

package id.saksi.field

import id.saksi.core.Handset
import java.util.concurrent.CancellationException
import java.util.concurrent.atomic.AtomicBoolean
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
import kotlinx.coroutines.sync.withLock

/** What each screen shows beside its own state. */
data class Status(
    /** What the officer asked for is under way: another tap does nothing. */
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
    private val tapped = AtomicBoolean()

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
        if (!tapped.compareAndSet(false, true)) return
        statuses.value = Status(busy = true)
        run(work).invokeOnCompletion {
            tapped.set(false)
            statuses.update { it.copy(busy = false) }
        }
    }

    /** What follows by itself, after whatever is under way. No key waits for it. */
    protected fun follow(work: suspend () -> Unit) {
        run(work)
    }

    /** Calls the library where it may block. */
    protected suspend fun <T> ask(call: (Handset) -> T): T = saksi.ask(call)

    /** Shows a problem. */
    internal fun show(problem: Problem) = statuses.update { it.copy(problem = problem) }

    private fun run(work: suspend () -> Unit) = scope.launch {
        one.withLock {
            try {
                work()
            } catch (cancelled: CancellationException) {
                throw cancelled
            } catch (thrown: Exception) {
                val problem = Problem.of(thrown)
                show(problem)
                saksi.failed(problem)
            }
        }
    }
}

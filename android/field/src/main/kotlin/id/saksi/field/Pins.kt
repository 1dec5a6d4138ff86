// The screens of a PIN: handing out a phone, unlocking it, a supervisor's code, and another PIN.
package id.saksi.field

import id.saksi.core.CodePurpose
import id.saksi.core.Officer
import id.saksi.core.OfficerId
import id.saksi.core.OfficerState
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** A PIN's shortest length, as the library wants it. */
const val SHORTEST_PIN = 6

/** What is known of a phone that is being handed out: first its ticket, then its officer. */
data class HandOutState(val ticket: String? = null, val officer: OfficerId? = null) {
    /** What is asked for now. */
    val step get() = when {
        ticket == null -> Step.TICKET
        officer == null -> Step.OFFICER
        else -> Step.PIN
    }

    /** What is asked for, one thing after another. */
    enum class Step { TICKET, OFFICER, PIN }
}

/** Hands a phone out: the supervisor's ticket, the officer's number, and the PIN that the officer chooses. */
class HandOutModel internal constructor(saksi: Saksi) : Model<HandOutState>(HandOutState(), saksi) {
    /** A code was read. */
    fun scanned(text: String) = tap {
        if (!saksi.device.fleet.takes(text)) return@tap show(Problem.said("other_server"))
        change { it.copy(ticket = text) }
    }

    /** The officer's number was typed. */
    fun named(officer: OfficerId) = tap { change { it.copy(officer = officer.trim()) } }

    /** The PIN was chosen. Needs a connection; may be repeated. */
    fun chose(pin: String) = tap {
        val (ticket, officer) = state.value
        try {
            saksi.handOut(checkNotNull(ticket), checkNotNull(officer), pin)
            saksi.sync.start()
        } catch (thrown: Exception) {
            // Whichever was wrong is asked for again.
            when (Problem.of(thrown).code) {
                "invalid_input" -> change { HandOutState() }
                "bad_ticket", "refused", "not_our_server" -> change { it.copy(ticket = null) }
            }
            throw thrown
        }
    }

    /** One step back. Returns whether there was one. */
    fun stepBack(): Boolean {
        if (state.value.ticket == null) return false
        change { if (it.officer != null) it.copy(officer = null) else HandOutState() }
        return true
    }
}

/** Who can unlock, who wants to, and how long to wait. */
data class UnlockState(
    /** All who work with this phone. */
    val officers: List<Officer> = emptyList(),
    /** Who wants to unlock. */
    val chosen: Officer? = null,
    /** For so long no PIN is taken. */
    val waitSeconds: Long = 0,
) {
    /** Only a supervisor's code lets the chosen officer in. */
    val needsCode get() = chosen != null && chosen.state != OfficerState.READY
}

/** Unlocks with the PIN. */
class UnlockModel internal constructor(saksi: Saksi) : Model<UnlockState>(UnlockState(), saksi) {
    private var countdown: Job? = null

    init {
        refresh()
    }

    override fun refresh() = follow { read() }

    /** This officer wants to unlock. */
    fun choose(officer: Officer?) = change { it.copy(chosen = officer) }

    /** The PIN was typed. */
    fun unlock(pin: String) = tap {
        val officer = state.value.chosen?.id ?: return@tap
        try {
            saksi.unlock(officer, pin)
        } catch (thrown: Exception) {
            Problem.of(thrown).waitSeconds?.let(::countDown)
            read()
            throw thrown
        }
    }

    /** The PIN that the officer chose, where a supervisor's code for them came from the server. */
    fun admitWaiting(pin: String) = tap {
        val officer = state.value.chosen?.id ?: return@tap
        ask { it.admitWaiting(officer, pin) }
        saksi.unlock(officer, pin)
    }

    private suspend fun read() {
        val officers = ask { it.officers() }
        change { before ->
            val chosen = officers.find { it.id == before.chosen?.id } ?: officers.singleOrNull()
            before.copy(officers = officers, chosen = chosen)
        }
    }

    private fun countDown(seconds: Long) {
        countdown?.cancel()
        countdown = scope.launch {
            for (left in seconds downTo 1) {
                change { it.copy(waitSeconds = left) }
                delay(1000)
            }
            change { it.copy(waitSeconds = 0) }
        }
    }
}

/** A supervisor's code, and what it is for. */
data class CodeState(val code: String? = null, val purpose: CodePurpose? = null)

/** Takes a supervisor's code: it lets an officer choose a PIN, or erases the phone. Needs no connection. */
class CodeModel internal constructor(saksi: Saksi) : Model<CodeState>(CodeState(), saksi) {
    /** A code was read. */
    fun scanned(text: String) = tap {
        val purpose = ask { it.readCode(text) }
        change { CodeState(text, purpose) }
    }

    /** The officer chose a PIN. */
    fun chose(pin: String) = tap {
        val code = state.value.code ?: return@tap
        val officer = ask { it.admit(code, pin) }
        saksi.unlock(officer, pin)
    }

    /** The supervisor confirmed that all is to be erased. What is sealed can still be sent. */
    fun erase() = tap {
        val code = state.value.code ?: return@tap
        ask { it.erase(code) }
        saksi.scope.launch { saksi.reopen() }
    }
}

/** The PIN before, once it was typed. */
data class ChangePinState(val old: String? = null, val done: Boolean = false)

/** Sets another PIN for the officer who is at work. */
class ChangePinModel internal constructor(saksi: Saksi) : Model<ChangePinState>(ChangePinState(), saksi) {
    /** The PIN of now. */
    fun old(pin: String) = change { it.copy(old = pin) }

    /** The PIN from now on. */
    fun new(pin: String) = tap {
        val (old) = state.value
        val officer = saksi.officer ?: return@tap
        try {
            ask { it.changePin(officer, old.orEmpty(), pin) }
        } catch (thrown: Exception) {
            if (Problem.of(thrown).code in setOf("wrong_pin", "pin_wait")) change { ChangePinState() }
            throw thrown
        }
        change { ChangePinState(done = true) }
    }
}

package id.saksi.field

import id.saksi.core.BeneficiaryId
import id.saksi.core.CaptureStep
import id.saksi.core.Decision
import id.saksi.core.Found
import id.saksi.core.FrameLayout
import id.saksi.core.GiveUp
import id.saksi.core.Language
import id.saksi.core.Likeness
import id.saksi.core.ListedBeneficiary
import id.saksi.core.RoundId
import id.saksi.core.ScanSession
import id.saksi.core.VisitSort
import java.nio.ByteBuffer

/** A scan, from the consent to the payment. */
data class ScanState(
    val round: RoundId,
    /** Whose face it should be (1:1); null where whoever comes is searched (1:N). */
    val person: ListedBeneficiary? = null,
    /** Where it stands. */
    val step: ScanStep = ScanStep.Opening,
)

/** Where a scan stands. */
sealed interface ScanStep {
    /** The programme's text is being fetched. */
    data object Opening : ScanStep

    /** The text is read out, and the person agrees or not. */
    data class Asked(val consent: ConsentText) : ScanStep

    /** The camera looks: what to tell the person; null before the first frame. */
    data class Looking(val advice: CaptureStep?) : ScanStep

    /** The face is compared. */
    data object Recognising : ScanStep

    /** Who it is, and how much is to be paid: the officer confirms. */
    data class Recognised(val found: Found) : ScanStep

    /** Nobody is surely the one. Says what kept the face from being seen well, and never who it might be. */
    data class NotSure(val likeness: Likeness) : ScanStep

    /** Nothing may be paid, or no face was taken. */
    data class Stopped(val problem: Problem) : ScanStep
}

/** Takes a face, says whose it is, and pays: three taps from one person in a queue to the next. */
class ScanModel internal constructor(saksi: Saksi, private val round: RoundId, private val id: BeneficiaryId?) :
    Model<ScanState>(ScanState(round), saksi), Viewer {
    private var session: ScanSession? = null
    @Volatile private var filming: Filming? = null
    private var consent: ConsentText? = null

    init {
        follow {
            val person = id?.let { whom -> ask { it.beneficiary(round, whom) } }
            change { it.copy(person = person) }
            asked(saksi.language.value)
        }
    }

    /** The text is read in this language. */
    fun read(language: Language) = tap { asked(language) }

    /** The person agreed to be photographed. Also to take the face once more. */
    fun agree() = tap {
        val agreed = checkNotNull(consent).agreed
        session?.close()
        val begun = ask { it.scan(round, id, agreed) }
        session = begun
        filming = Filming(begun::yuv, { advice -> to(ScanStep.Looking(advice)) }, { follow { over(it) } })
        to(ScanStep.Looking(null))
    }

    /** The person didn't agree: a document shows who it is, and that is written down as an exception. */
    fun decline() = saksi.replace(if (id == null) Screen.People(round) else Screen.Visit(VisitSort.EXCEPTION, round, id))

    override fun frame(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout) {
        filming?.frame(y, u, v, layout)
    }

    /** The person can't do what is asked: something else will be. */
    fun cannotMove() = tap { session?.let { ask { _ -> it.cannotMove() } } }

    /** No face can be taken. */
    fun giveUp(reason: GiveUp) = tap {
        if (filming?.end() != true) return@tap
        session?.let { ask { _ -> it.giveUp(reason) } }
        to(ScanStep.Stopped(Problem.said("given_up")))
    }

    /** The officer confirmed who it is and how much, and pays when this is on disk. */
    fun pay() = tap {
        val session = session ?: return@tap
        if (state.value.step !is ScanStep.Recognised) return@tap
        stopping {
            val receipt = ask {
                session.confirm()
                session.commit()
            }
            saksi.replace(Screen.Receipt(receipt.record))
        }
    }

    /** The face isn't enough: an exception is written down. Without a number, the beneficiary is looked up first. */
    fun exception() = decline()

    /** Looks the beneficiary up instead. */
    fun lookUp() = saksi.replace(Screen.People(round))

    override fun close() {
        super.close()
        filming?.end()
        session?.close()
    }

    private suspend fun asked(language: Language) {
        val text = ask { ConsentText.of(it.policy(), language) }
        consent = text
        to(ScanStep.Asked(text))
    }

    private suspend fun over(last: CaptureStep) {
        val session = session ?: return
        if (last.code != "done") return to(ScanStep.Stopped(Problem.of(last)))
        to(ScanStep.Recognising)
        stopping {
            val found = ask { session.recognise() }
            val sure = found.likeness.decision == Decision.MATCH
            to(if (sure) ScanStep.Recognised(found) else ScanStep.NotSure(found.likeness))
        }
    }

    /** What goes wrong here is not beside the screen: it is the screen. */
    private suspend fun stopping(work: suspend () -> Unit) = try {
        work()
    } catch (cancelled: java.util.concurrent.CancellationException) {
        throw cancelled
    } catch (thrown: Exception) {
        val problem = Problem.of(thrown)
        to(ScanStep.Stopped(problem))
        saksi.failed(problem)
    }

    private fun to(step: ScanStep) = change { it.copy(step = step) }
}

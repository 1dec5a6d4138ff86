"""One short field day in Python against a real server, through the generated bindings: what an app may rely on.

The day goes on from test to test, so they run in order on one handset. Whatever is exported is called, and each call has a
time limit.
"""

import contextlib
import csv
import os
import pathlib
import queue
import secrets
import sys
import tempfile
import time
import unittest


def given(name: str) -> str:
    if name not in os.environ:
        sys.exit(f"{name} is not set: run `cargo test -p saksi-tests --test languages`")
    return os.environ[name]


sys.path.insert(0, given("SAKSI_BINDINGS"))

import exported  # noqa: E402
import saksi  # noqa: E402
from saksi import Decision, Kind, Requirement, SaksiError  # noqa: E402

EXPORTED = exported.watch(saksi)
PIN = "482915"
OFFICER = "PJB-07"
ROUND = given("SAKSI_ROUND")
ENROLLED, REPRESENTED, ABSENT = given("SAKSI_ENROLLED"), given("SAKSI_REPRESENTED"), given("SAKSI_ABSENT")


class Keystore(saksi.KeyVault):
    """As a secure element would do it: the secrets stay inside, and what leaves is a handle bound to the purpose."""

    def __init__(self):
        self.inside = {}

    def wrap(self, purpose, secret):
        handle = secrets.token_bytes(16)
        self.inside[purpose, handle] = secret
        return handle

    def unwrap(self, purpose, wrapped):
        try:
            return self.inside[purpose, wrapped]
        except KeyError:
            raise saksi.PlatformError.KeyLost() from None


class FailingKeystore(saksi.KeyVault):
    def wrap(self, purpose, secret):
        raise RuntimeError("the chip is busy")

    def unwrap(self, purpose, wrapped):
        raise RuntimeError("the chip is busy")


class Clock(saksi.Clock):
    def now(self):
        wall, monotonic = time.time_ns(), time.monotonic_ns()
        return saksi.ClockReading(wall_ms=wall // 10**6, boot=str(os.getpid()), monotonic_ms=monotonic // 10**6)


class Monas(saksi.Location):
    """The middle of Jakarta."""

    def last_fix(self):
        return saksi.Fix(latitude=-6.1754, longitude=106.8272, accuracy_m=12.0, mocked=False, age_ms=1500)


class Watcher(saksi.SyncListener):
    def __init__(self):
        self.seen = []

    def progress(self, progress):
        self.seen.append(progress)


class Observer(saksi.Observer):
    """Calls the handset back each time, and throws."""

    def __init__(self, handset):
        self.handset, self.heard = handset, queue.Queue()

    def hear(self, what):
        self.handset.outbox_counts()
        self.heard.put((what, self.handset.is_locked()))
        raise RuntimeError("the screen is gone")

    def lock_changed(self, locked):
        self.hear("locked" if locked else "unlocked")

    def outbox_changed(self, counts):
        self.hear(counts)

    def roster_changed(self):
        self.hear("roster")


class Log(saksi.LogListener):
    def __init__(self):
        self.lines = queue.Queue()

    def log(self, level, target, message):
        self.lines.put((level, target, message))


class ThrowingListener(saksi.SyncListener):
    def progress(self, progress):
        raise RuntimeError("the screen is gone")


def phone(keystore):
    return saksi.Platform(keystore=keystore, clock=Clock(), location=Monas())


def portrait(name):
    return pathlib.Path(given("SAKSI_PORTRAITS"), name).read_bytes()


def statement():
    return pathlib.Path(given("SAKSI_STATEMENT")).read_bytes()


class Camera:
    """A camera that holds still before a picture: its frame, over and over, as Android's YUV_420_888."""

    def __init__(self, name):
        file = pathlib.Path(given(f"SAKSI_{name}_FRAME"))
        self.width, self.height = (int(side) for side in file.stem.split("x"))
        self.bytes = file.read_bytes()

    def layout(self, time_ns, **other):
        values = dict(
            width=self.width,
            height=self.height,
            row_stride=self.width,
            chroma_row_stride=self.width,
            chroma_pixel_stride=2,
            turn_degrees=0,
            mirrored=False,
            time_ns=time_ns,
        )
        return saksi.FrameLayout(**{**values, **other})

    def show(self, capture, layout):
        chroma = self.width * self.height
        return capture.yuv(self.bytes[:chroma], self.bytes[chroma + 1 :], self.bytes[chroma:], layout)

    def show_packed(self, capture):
        return capture.packed(self.bytes, saksi.PixelFormat.NV21, self.layout(time.monotonic_ns()))

    def film(self, capture):
        """Until the capture is over."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            step = self.show(capture, self.layout(time.monotonic_ns()))
            if step.over:
                return step
            time.sleep(0.03)
        raise AssertionError(f"still {step}")


class FieldDay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.keystore = Keystore()
        cls.engine = saksi.FaceEngine.load(given("SAKSI_MODELS"))
        cls.practice_folder = tempfile.TemporaryDirectory()
        cls.handset = cls.practice = None

    @classmethod
    def tearDownClass(cls):
        del cls.handset, cls.practice
        cls.folder.cleanup()
        cls.practice_folder.cleanup()

    def provision(self, ticket, pin):
        label = "Python handset"
        return saksi.Handset.provision(self.folder.name, phone(self.keystore), self.engine, ticket, label, OFFICER, pin)

    def open(self, keystore):
        return saksi.Handset.open(self.folder.name, phone(keystore), self.engine)

    @contextlib.contextmanager
    def refused(self, fault):
        """Whatever is called within is refused with this fault, in words for an officer in both languages."""
        with self.assertRaises(SaksiError) as refusal:
            yield refusal
        error = refusal.exception
        self.assertIsInstance(error.fault, fault)
        told = {error.tell(language) for language in saksi.Language}
        self.assertEqual(told, {error.told.text_id, error.told.text_en})
        self.assertEqual((len(told), all(told)), (2, True))

    def test_01_a_ticket_makes_a_handset_and_a_short_pin_or_another_text_does_not(self):
        ticket = pathlib.Path(given("SAKSI_TICKET")).read_text()
        with self.refused(saksi.PinFault.PIN_TOO_SHORT) as short:
            self.provision(ticket, "12345")
        self.assertEqual(short.exception.fault.shortest, 6)
        with self.assertRaises(SaksiError.InvalidInput) as invalid:
            self.provision("not a ticket", PIN)
        self.assertEqual(invalid.exception.code(), "invalid_input")

        type(self).handset = self.provision(ticket, PIN)
        self.assertEqual(self.handset.info().label, "Python handset")
        self.assertEqual(self.handset.info().state, saksi.HandsetState.ACTIVE)
        with self.refused(saksi.HandsetFault.ALREADY_PROVISIONED):
            self.provision(ticket, PIN)

    def test_02_only_the_pin_unlocks(self):
        self.assertTrue(self.handset.is_locked())
        with self.refused(saksi.HandsetFault.LOCKED):
            self.handset.rounds()
        with self.refused(saksi.PinFault.WRONG_PIN):
            self.handset.unlock(OFFICER, "482914")
        with self.assertRaises(SaksiError.InvalidInput):
            self.handset.unlock("no/officer", PIN)
        officer = self.handset.officers()[0]
        self.assertEqual((officer.id, officer.state), (OFFICER, saksi.OfficerState.READY))
        self.assertEqual(officer.attempts_left, 9)
        with self.refused(saksi.PinFault.CODE_REFUSED) as code:
            self.handset.admit("no code", PIN)
        self.assertEqual(code.exception.fault.problem, saksi.CodeError.NOT_A_CODE)
        with self.refused(saksi.PinFault.PIN_TOO_SHORT):
            self.handset.change_pin(OFFICER, PIN, "12345")
        self.handset.change_pin(OFFICER, PIN, "739164")
        self.handset.change_pin(OFFICER, "739164", PIN)
        self.handset.unlock(OFFICER, PIN)
        self.assertFalse(self.handset.is_locked())
        self.assertFalse(self.handset.lock_if_idle())
        self.assertEqual(self.handset.pin_attempts_left(OFFICER), 10)

    def test_03_a_failing_keystore_is_a_typed_error(self):
        with self.refused(saksi.StorageFault.KEYSTORE_FAILED) as failed:
            self.open(FailingKeystore())
        self.assertIn("the chip is busy", failed.exception.fault.reason)
        with self.refused(saksi.StorageFault.KEY_LOST):
            self.open(Keystore())

    def test_04_the_first_sync_brings_the_roster(self):
        report = self.handset.sync(Watcher())
        self.assertIsNone(report.stopped)
        self.assertGreater(report.roster_changes, 0)
        self.assertEqual([known.id for known in self.handset.rounds()], [ROUND])
        card = self.handset.beneficiary(ROUND, ENROLLED)
        self.assertTrue(card.has_face)
        self.assertIsNotNone(card.amount)
        self.assertIsNone(card.paid)
        self.assertEqual([found.id for found in self.handset.find(ROUND, card.name)], [ENROLLED])
        with self.refused(saksi.RosterFault.UNKNOWN_BENEFICIARY):
            self.handset.beneficiary(ROUND, "nobody")
        self.assertTrue(self.handset.policy().portraits)
        portrait = self.handset.card(ENROLLED).portrait
        self.assertTrue(portrait.startswith(b"\xff\xd8") and len(portrait) <= 6000)
        self.assertIsNone(self.handset.card(ABSENT).portrait)

        policy = self.handset.policy()
        self.assertTrue(policy.consent_id.strip())
        type(self).consent = saksi.Consent(text_version=policy.consent_version, language="id")

    def test_05_what_is_no_picture_of_one_face_is_refused_for_what_it_is(self):
        for bad in [b"", b"no picture"]:
            with self.refused(saksi.CaptureFault.BAD_PICTURE):
                self.handset.identify(self.consent, bad)
        with self.refused(saksi.CaptureFault.NO_FACE):
            self.handset.identify(self.consent, statement())

    def test_06_a_stranger_is_nobody_s_match_and_cannot_be_paid(self):
        stranger = self.handset.identify(self.consent, portrait("biden.jpg"))
        self.assertEqual(stranger.likeness().decision, Decision.NO_MATCH)
        visit = self.handset.visit_in_person(ROUND, stranger.likeness().beneficiary)
        visit.consented(self.consent)
        with self.refused(saksi.VisitFault.NOT_RECOGNISED) as refused:
            visit.recognised(stranger)
        self.assertLess(refused.exception.fault.similarity, refused.exception.fault.required)
        # Discarded, it's gone.
        self.assertEqual([found.visit for found in self.handset.interrupted()], [visit.id()])
        visit.discard()
        self.assertEqual(self.handset.interrupted(), [])
        self.assertFalse(self.handset.discard_interrupted(visit.id()))

    def test_07_an_enrolled_person_is_found_by_face_and_paid(self):
        seen = self.handset.identify(self.consent, portrait("obama2.jpg"))
        self.assertEqual(seen.likeness().decision, Decision.MATCH)
        self.assertEqual(seen.likeness().beneficiary, ENROLLED)
        visit = self.handset.visit_in_person(ROUND, ENROLLED)
        with self.refused(saksi.VisitFault.CONSENT_FIRST):
            visit.recognised(seen)
        visit.consented(self.consent)
        self.assertEqual(visit.missing(), [Requirement.FACE])
        visit.recognised(seen)
        self.assertIsNone(self.handset.written(visit.id()))
        type(self).receipt = visit.commit()
        # Committing again writes nothing more, and nothing can be changed any more.
        self.assertEqual(visit.commit(), self.receipt)
        self.assertEqual(self.handset.written(visit.id()), self.receipt)
        with self.refused(saksi.VisitFault.ALREADY_WRITTEN):
            visit.consented(self.consent)
        self.assertEqual(self.handset.day(), [self.receipt])
        self.assertEqual((self.receipt.kind, self.receipt.seq), (Kind.IN_PERSON, 1))
        self.assertEqual(self.receipt.amount, self.handset.beneficiary(ROUND, ENROLLED).amount)

    def test_08_the_same_person_is_not_paid_twice(self):
        with self.refused(saksi.VisitFault.ALREADY_PAID) as paid:
            self.handset.visit_in_person(ROUND, ENROLLED)
        self.assertEqual((paid.exception.fault.record, paid.exception.fault.at), (self.receipt.record, self.receipt.at))
        self.assertEqual(paid.exception.code(), "already_paid")
        self.assertNotIn(ENROLLED, paid.exception.text() + str(paid.exception))

    def test_09_a_proxy_needs_a_portrait_and_the_statement_letter(self):
        visit = self.handset.visit_by_proxy(ROUND, REPRESENTED)
        with self.refused(saksi.VisitFault.CONSENT_FIRST):
            visit.proxy_photographed(portrait("biden.jpg"))
        visit.consented(self.consent)

        capture, camera = self.handset.face_capture(self.consent), Camera("PROXY")
        with self.refused(saksi.CaptureFault.CAPTURE_UNFINISHED):
            capture.finish()
        now = time.monotonic_ns()
        camera.show(capture, camera.layout(now))
        for bad in [dict(row_stride=camera.width - 1), dict(height=camera.height + 2), dict(turn_degrees=45)]:
            with self.refused(saksi.CaptureFault.BAD_PICTURE):
                camera.show(capture, camera.layout(now + 1, **bad))
        with self.refused(saksi.CaptureFault.FRAME_ORDER):
            camera.show(capture, camera.layout(now))
        with self.refused(saksi.CaptureFault.FRAME_CHANGED):
            camera.show(capture, camera.layout(now + 1, width=camera.width - 2))
        taken = camera.film(capture)
        self.assertEqual((taken.code, taken.text_id, taken.text_en), ("done", "Selesai", "Done"))
        face = capture.finish()
        self.assertEqual(face.alive().verdict, saksi.LivenessVerdict.UNCHECKED)
        self.assertTrue(face.photo())
        visit.proxy_captured(face)
        visit.proxy_named(
            saksi.ProxyDetails(
                name="Budi Santoso",
                nik="3273010107650001",
                phone="0812-3456-7890",
                relation=saksi.Relation.NEIGHBOUR,
                reason=saksi.ProxyReason.ILL,
            )
        )
        with self.refused(saksi.VisitFault.INCOMPLETE) as incomplete:
            visit.commit()
        self.assertEqual(incomplete.exception.fault.missing, [Requirement.STATEMENT_PHOTO])
        letter = self.handset.statement_capture()
        self.assertEqual(Camera("STATEMENT").film(letter).code, "done")
        # As after a crash: each visit is found again as it was, the latest first, and a committed one no more.
        other = self.handset.visit_enrolment(ROUND, ABSENT)
        other.consented(self.consent)
        found = [(it.visit, it.round, it.beneficiary, it.sort) for it in self.handset.interrupted()]
        proxy, enrolment = saksi.VisitSort.PROXY, saksi.VisitSort.ENROLMENT
        self.assertEqual(
            found, [(other.id(), ROUND, ABSENT, enrolment), (visit.id(), ROUND, REPRESENTED, proxy)]
        )
        self.assertTrue(self.handset.discard_interrupted(other.id()))
        self.assertIsNone(self.handset.resume(other.id()))
        resumed = self.handset.resume(visit.id())
        self.assertEqual((resumed.id(), resumed.missing()), (visit.id(), [Requirement.STATEMENT_PHOTO]))
        resumed.statement_captured(letter.finish())
        self.assertEqual(resumed.commit().kind, Kind.PROXY)
        self.assertEqual(self.handset.interrupted(), [])
        self.assertIsNone(self.handset.resume(visit.id()))

    def test_10_without_a_connection_the_outbox_grows(self):
        self.handset.not_served(ROUND, ABSENT, saksi.NotServedReason.ABSENT)
        self.assertEqual(self.handset.outbox_counts(), saksi.OutboxCounts(waiting=3, sent=0, quarantined=0))
        self.assertEqual([written.seq for written in self.handset.day()], [1, 2, 3])
        progress = self.handset.progress(ROUND)
        self.assertEqual((progress.paid_here, progress.paid_elsewhere, progress.absent), (2, 0, 1))
        self.assertEqual(progress.to_visit, progress.entitled - 3)
        stops = self.handset.route(ROUND, None)
        self.assertEqual(len(stops), progress.entitled - 2)
        self.assertEqual([stop.beneficiary for stop in stops if stop.was_absent], [ABSENT])
        card = self.handset.card(ABSENT)
        self.assertEqual([due.standing for due in card.entitlements], [saksi.Standing.ABSENT])
        self.assertEqual([written.not_served for written in card.history], [saksi.NotServedReason.ABSENT])
        with self.assertRaises(SaksiError.InvalidInput):
            self.handset.route(ROUND, saksi.Coordinates(latitude=91.0, longitude=0.0))

    def test_11_a_sync_sends_all_of_it_also_while_locked_and_with_a_listener_that_throws(self):
        self.handset.lock()
        cancel = saksi.Cancel()
        cancel.cancel()
        self.assertEqual(self.handset.sync(Watcher(), cancel).stopped.fault, saksi.NetworkFault.CANCELLED())
        watcher = Watcher()
        report = self.handset.sync(watcher)
        self.assertIsNone(report.stopped)
        self.assertEqual(report.sent, 3)
        self.assertEqual(self.handset.outbox_counts(), saksi.OutboxCounts(waiting=0, sent=3, quarantined=0))
        self.assertEqual(self.handset.quarantined(), [])
        last = watcher.seen[-1]
        self.assertEqual(last.records_done, last.records_total)
        self.assertGreater(last.bytes_sent, 0)
        self.assertIsNone(self.handset.sync(ThrowingListener()).stopped)

    def test_12_the_day_is_still_there_after_the_app_starts_again(self):
        del type(self).handset
        type(self).handset = self.open(self.keystore)
        self.handset.unlock(OFFICER, PIN)
        self.assertEqual(self.handset.day()[0], self.receipt)
        with self.refused(saksi.VisitFault.ALREADY_PAID):
            self.handset.visit_in_person(ROUND, ENROLLED)

    def test_13_an_account_of_cash_balances_or_says_why_not(self):
        self.handset.cash_received(ROUND, 500_000)
        state = self.handset.cash(ROUND)
        self.assertEqual((state.received, state.payments), (500_000, 2))
        self.assertEqual(state.difference, 500_000 - state.paid)
        with self.refused(saksi.CashFault.CASH_DIFFERS) as differs:
            self.handset.cash_closed(ROUND, None)
        self.assertEqual(differs.exception.fault.difference, state.difference)
        closed = self.handset.cash_closed(ROUND, "Uang sendiri")
        self.assertEqual((closed.kind, closed.beneficiary), (Kind.CASH, None))
        self.assertEqual(self.handset.cash(ROUND).payments, 0)

    def test_14_a_first_photo_needs_a_document_with_the_roster_s_number_or_a_reason(self):
        card = self.handset.beneficiary(ROUND, ABSENT)
        self.assertFalse(card.has_face or card.exception_approved)
        visit = self.handset.visit_enrolment(ROUND, ABSENT)
        visit.consented(self.consent)
        visit.enrolled(portrait("biden.jpg"))
        self.assertEqual(visit.missing(), [Requirement.DOCUMENT_PHOTO, Requirement.DOCUMENT_NIK])
        with self.refused(saksi.VisitFault.OTHER_NIK):
            visit.document_read("3273010107650001")
        visit.document_photographed(saksi.DocumentKind.KTP, statement())
        visit.document_read(given("SAKSI_ABSENT_NIK"))
        self.assertEqual(visit.missing(), [])
        visit.without_document(saksi.NoDocument.LOST)
        self.assertEqual(visit.commit().kind, Kind.ENROLMENT)

    def test_15_where_living_people_are_required_a_picture_is_not_enough(self):
        ticket = pathlib.Path(given("SAKSI_STRICT_TICKET")).read_text()
        with tempfile.TemporaryDirectory() as folder:
            strict = saksi.Handset.provision(folder, phone(Keystore()), self.engine, ticket, "Strict", OFFICER, PIN)
            strict.unlock(OFFICER, PIN)
            self.assertIsNone(strict.sync(Watcher()).stopped)
            self.assertEqual(strict.policy().liveness.mode, saksi.LivenessMode.REQUIRED)
            # Each programme has its own text.
            visit = strict.visit_in_person(ROUND, ENROLLED)
            with self.refused(saksi.VisitFault.UNKNOWN_CONSENT_TEXT):
                visit.consented(self.consent)
            consent = saksi.Consent(text_version=strict.policy().consent_version, language="id")
            visit.consented(consent)
            seen = strict.identify(consent, portrait("obama2.jpg"))
            self.assertEqual(seen.likeness().decision, Decision.MATCH)
            with self.refused(saksi.VisitFault.NOT_SHOWN_ALIVE):
                visit.recognised(seen)

            capture = strict.face_capture(consent)
            Camera("PROXY").show(capture, Camera("PROXY").layout(1))
            capture.give_up(saksi.GiveUp.PERSON_UNABLE)
            self.assertEqual(capture.step().code, "given_up")
            given_up = capture.finish()
            self.assertEqual(given_up.alive().clearance, saksi.Clearance.SUPERVISOR)
            with self.refused(saksi.VisitFault.NOT_GIVEN_UP):
                strict.not_served(ROUND, ENROLLED, saksi.NotServedReason.CAPTURE_GIVEN_UP)
            written = strict.not_served_after(ROUND, ENROLLED, saksi.NotServedReason.CAPTURE_GIVEN_UP, given_up)
            self.assertEqual(written.kind, Kind.NOT_SERVED)

            # A sealed file that the disk spoils is set aside, with its reason; trying again doesn't mend it.
            spoilt = strict.cash_received(ROUND, 700_000).record
            (envelope,) = pathlib.Path(folder).rglob(f"*{spoilt}*.env")
            envelope.write_bytes(envelope.read_bytes()[:-1])
            for _ in range(2):
                report = strict.sync(Watcher())
                outcome = next(told.outcome for told in report.records if told.record == spoilt)
                self.assertEqual((outcome.reason, report.not_kept), (saksi.Reason.DAMAGED, None))
                self.assertTrue(outcome.told.text_en)
                (aside,) = strict.quarantined()
                self.assertEqual((aside.record, aside.seq, aside.kind), (spoilt, 2, None))
                self.assertIn("damaged", aside.message)
                exported = strict.export_quarantined(spoilt, f"{folder}/export")
                self.assertFalse(exported.whole)
                self.assertTrue(all(pathlib.Path(file).is_file() for file in exported.files))
                strict.retry_quarantined(spoilt)
                self.assertEqual(strict.quarantined(), [])
            with self.refused(saksi.StorageFault.NOT_IN_QUARANTINE):
                strict.retry_quarantined(spoilt)
            del visit, capture, strict

    def test_16_a_handset_to_practise_with_needs_no_server_and_tells_what_changes(self):
        log = Log()
        saksi.set_log(log)
        level, target, message = log.lines.get(timeout=10)
        self.assertEqual((level, target), (saksi.LogLevel.INFO, "saksi_ffi::log"))
        self.assertIn(saksi.version(), message)

        folder = self.practice_folder.name
        practice = saksi.Handset.practise(folder, phone(Keystore()), self.engine, OFFICER, PIN)
        type(self).practice = practice
        observer = Observer(practice)
        practice.observe(observer)
        practice.unlock(OFFICER, PIN)
        self.assertEqual(observer.heard.get(timeout=10), ("unlocked", False))
        people = practice.import_roster(
            saksi.Round(id=ROUND, title="Latihan"), pathlib.Path(given("SAKSI_ROSTER")).read_bytes()
        )
        self.assertEqual(observer.heard.get(timeout=10), ("roster", False))
        self.assertEqual(practice.progress(ROUND).entitled, people)
        practice.cash_received(ROUND, 700_000)
        self.assertEqual(
            observer.heard.get(timeout=10), (saksi.OutboxCounts(waiting=1, sent=0, quarantined=0), False)
        )
        practice.observe(None)
        saksi.set_log(None)
        practice.cash_returned(ROUND, 100_000)
        self.assertEqual(practice.cash(ROUND).difference, 600_000)

        self.assertEqual(self.engine.model(), practice_model(given("SAKSI_ROSTER")))
        self.assertEqual(self.engine.missing_models(), practice.info().missing_models)
        practice.touch()
        space = practice.space()
        self.assertTrue(0 < space.live_bytes <= space.disk_bytes)
        practice.tidy()

    def test_17_a_code_that_is_none_is_refused_wherever_codes_are_taken(self):
        practice = self.practice
        for take in [practice.read_code, practice.erase]:
            with self.refused(saksi.PinFault.CODE_REFUSED):
                take("no code")
        with self.refused(saksi.PinFault.CODE_REFUSED) as waiting:
            practice.admit_waiting(OFFICER, PIN)
        self.assertEqual(waiting.exception.fault.problem, saksi.CodeError.NONE_WAITING)

    def test_18_a_scan_that_ends_in_a_payment_takes_five_calls(self):
        practice = self.practice
        consent = type(self).own_consent = saksi.Consent(
            text_version=practice.policy().consent_version, language="id"
        )
        scan = practice.scan(ROUND, None, consent)
        Camera("ENROLLED").film(scan)
        found = scan.recognise()
        scan.confirm()
        receipt = scan.commit()

        amount = practice.beneficiary(ROUND, ENROLLED).amount
        self.assertEqual((found.person.id, found.likeness.decision), (ENROLLED, Decision.MATCH))
        self.assertEqual((found.round, found.amount, found.sort), (ROUND, amount, saksi.VisitSort.IN_PERSON))
        self.assertEqual((receipt.kind, receipt.amount), (Kind.IN_PERSON, amount))
        self.assertEqual(scan.commit(), receipt)

        # What is left out, or isn't enough, is refused.
        other = practice.scan(ROUND, REPRESENTED, consent)
        for early in [other.confirm, other.commit]:
            with self.refused(saksi.VisitFault.INCOMPLETE):
                early()
        with self.refused(saksi.CaptureFault.CAPTURE_UNFINISHED):
            other.recognise()
        other.cannot_move()
        Camera("PROXY").show_packed(other)
        other.give_up(saksi.GiveUp.CANCELLED)
        with self.refused(saksi.CaptureFault.NO_FACE):
            other.recognise()

    def test_19_a_face_that_cannot_be_matched_is_an_exception(self):
        practice, consent = self.practice, self.own_consent
        seen = practice.verify(consent, ENROLLED, portrait("obama2.jpg"))
        self.assertEqual((seen.likeness().decision, seen.likeness().searched), (Decision.MATCH, 1))
        self.assertTrue(seen.photo().startswith(b"\xff\xd8"))

        visit = practice.visit_exceptional(ROUND, REPRESENTED)
        told = (visit.sort(), visit.beneficiary(), visit.round(), visit.amount())
        amount = practice.beneficiary(ROUND, REPRESENTED).amount
        self.assertEqual(told, (saksi.VisitSort.EXCEPTION, REPRESENTED, ROUND, amount))
        visit.consented(consent)
        visit.exception_photographed(portrait("biden.jpg"))
        self.assertEqual(visit.missing(), [Requirement.REASON])
        visit.explained("Wajah belum terdaftar")
        self.assertEqual(visit.commit().kind, Kind.EXCEPTION)

        refusing = practice.visit_exceptional(ROUND, ABSENT)
        shown = saksi.Document(kind=saksi.DocumentKind.KTP, nik=given("SAKSI_ABSENT_NIK"))
        refusing.refused(saksi.Refusal(text_version=consent.text_version, language="id", document=shown))
        refusing.explained("Tidak mau difoto")
        receipt = refusing.commit()
        self.assertEqual(receipt.kind, Kind.EXCEPTION)
        code = saksi.receipt_qr(receipt.code)
        self.assertEqual(len(code.dark), code.side**2)
        self.assertEqual(practice.consent_withdrawn(ROUND, ENROLLED).kind, Kind.CONSENT_WITHDRAWN)

    def test_20_a_face_taken_with_the_camera_serves_wherever_a_picture_does(self):
        practice, consent = self.practice, self.own_consent
        capture, camera = practice.face_capture(consent), Camera("PROXY")
        capture.cannot_move()
        camera.show_packed(capture)
        camera.film(capture)
        face = capture.finish()
        # Whoever had a face on the roster has withdrawn consent, or is somebody else.
        self.assertNotEqual(practice.identify_captured(consent, face).likeness().decision, Decision.MATCH)
        with self.refused(saksi.RosterFault.NO_ENROLLED_FACE):
            practice.verify_captured(consent, ABSENT, face)

        visit = practice.visit_exceptional(ROUND, ABSENT)
        visit.consented(consent)
        visit.exception_captured(face)
        self.assertEqual(visit.missing(), [Requirement.REASON])
        visit = practice.visit_enrolment(ROUND, ABSENT)
        visit.consented(consent)
        visit.enrolment_captured(face)
        self.assertEqual(visit.missing(), [Requirement.DOCUMENT_PHOTO, Requirement.DOCUMENT_NIK])

        letter = practice.statement_capture()
        self.assertFalse(letter.step().over)
        Camera("STATEMENT").show_packed(letter)
        visit = practice.visit_exceptional_by_proxy(ROUND, ABSENT)
        visit.consented(consent)
        visit.proxy_captured(face)
        visit.statement_photographed(statement())
        self.assertEqual(visit.missing(), [Requirement.PROXY_DETAILS, Requirement.REASON])

        self.assertFalse(practice.has_own_face())
        practice.take_own_face_captured(consent, face)
        self.assertTrue(practice.has_own_face())
        with self.refused(saksi.HandsetFault.OWN_FACE_KNOWN):
            practice.take_own_face(consent, portrait("biden.jpg"))

    def test_21_the_history_of_a_day_is_proven_from_its_files(self):
        history = saksi.verify_history(self.practice_folder.name)
        self.assertEqual((history.problems, history.handset), ([], self.practice.info().handset))
        self.assertEqual(history.records, len(self.practice.day()))

    def test_22_whatever_is_exported_was_called(self):
        self.assertGreater(len(EXPORTED), 80)
        self.assertEqual(EXPORTED - exported.called, set())


def practice_model(roster):
    """The model of the first template in a roster file."""
    with open(roster, newline="") as file:
        return next(row["template"] for row in csv.DictReader(file) if row["template"]).split(":")[0]


if __name__ == "__main__":
    unittest.main(verbosity=2, failfast=True)

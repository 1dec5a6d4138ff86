"""The golden files, opened and checked without Saksi's own code; and tampered copies, which must not pass.

    python3 -m venv VENV && VENV/bin/pip install -r tests/python/requirements.txt
    VENV/bin/python -m unittest discover -s tests/python
"""

import base64
import contextlib
import hashlib
import io
import json
import shutil
import tempfile
import unittest
from pathlib import Path

import saksi_open
from saksi_open import Bad

GOLDEN = Path(__file__).resolve().parents[2] / "core" / "records" / "tests" / "golden"
KEYS = json.loads((GOLDEN / "keys.json").read_text())
PROGRAMME = base64.b64decode(KEYS["programme_private"])
HANDSET = base64.b64decode(KEYS["handset_public"])
SERVER = base64.b64decode(KEYS["server_public"])
KINDS = ["in_person", "proxy", "exception", "not_served", "consent_withdrawn", "enrolment", "cash", "exception", "exception"]


class Vectors(unittest.TestCase):
    def test_hpke_is_that_of_rfc_9180(self):
        opened = saksi_open.hpke_open(
            bytes.fromhex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"),
            bytes.fromhex("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"),
            b"Ode on a Grecian Urn",
            b"Count-0",
            bytes.fromhex("e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a"),
        )
        self.assertEqual(opened, b"Beauty is truth, truth beauty")


class Golden(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory())) / "golden"
        shutil.copytree(GOLDEN / "records", self.folder)

    def audit(self, programme=PROGRAMME, handset=HANDSET, server=SERVER):
        return saksi_open.audit(self.folder, programme, handset, server, say=lambda _line: None)

    def wrong(self, **keys):
        return self.audit(**keys)[1]

    def envelope(self, number):
        return sorted(self.folder.glob("*.env"))[number]

    def test_every_record_is_whole_and_says_what_was_written(self):
        self.assertEqual(self.audit(), (9, []))
        for path, kind in zip(sorted(self.folder.glob("*.env")), KINDS, strict=True):
            payload = saksi_open.open_record(saksi_open.parse(path.read_bytes()), PROGRAMME)
            self.assertEqual(payload["record"]["kind"], kind)
            self.assertEqual(payload, json.loads(path.with_suffix(".payload.json").read_text()))
            for key in payload["blob_keys"]:
                photo = saksi_open.open_blob((self.folder / f"{key['sha256']}.blob").read_bytes(), key)
                self.assertEqual(photo, bytes(i % 251 for i in range(len(photo))))

    def test_a_photo_of_many_chunks_opens(self):
        # Sealed anew here, by the format's description; the golden file keeps only its hash.
        key, photo = hashlib.sha256(b"large photo").digest(), bytes(i % 251 for i in range(150_000))
        blob, cipher = b"SAKSIBLB\x01", saksi_open.AESGCM(key)
        chunks = [photo[at : at + 65_536] for at in range(0, len(photo), 65_536)]
        for number, chunk in enumerate(chunks):
            nonce = number.to_bytes(11, "big") + bytes([number + 1 == len(chunks)])
            blob += cipher.encrypt(nonce, chunk, blob[:9])
        name = hashlib.sha256(blob).hexdigest()
        self.assertEqual(name, (GOLDEN / "large-blob.sha256").read_text().strip())
        self.assertEqual(saksi_open.open_blob(blob, {"sha256": name, "key": base64.b64encode(key)}), photo)

    def test_any_flipped_bit_of_any_envelope_is_found(self):
        for number in range(6):
            path = self.envelope(number)
            data = path.read_bytes()
            for at in range(0, len(data), 37):
                path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
                self.assertTrue(self.wrong(), f"{path.name}, byte {at}")
            path.write_bytes(data)

    def test_any_flipped_bit_of_any_photo_is_found_by_its_name_and_by_its_seal(self):
        for path in self.folder.glob("*.env"):
            for key in saksi_open.open_record(saksi_open.parse(path.read_bytes()), PROGRAMME)["blob_keys"]:
                data = (self.folder / f"{key['sha256']}.blob").read_bytes()
                for changed in [bytes([data[0] ^ 1]) + data[1:], data[:-1] + bytes([data[-1] ^ 1]), data[:-1], data + b"\0"]:
                    renamed = {**key, "sha256": hashlib.sha256(changed).hexdigest()}
                    for each in (key, renamed):
                        self.assertRaises(Bad, saksi_open.open_blob, changed, each)

    def test_a_missing_photo_is_found(self):
        next(self.folder.glob("*.blob")).unlink()
        self.assertRegex(self.wrong()[0], "photo .* is missing")

    def test_a_missing_envelope_is_found(self):
        self.envelope(2).unlink()
        self.assertEqual(len(self.wrong()), 1)
        self.assertIn("gap: envelopes 3 to 3 are missing", self.wrong()[0])

    def test_the_same_envelope_twice_is_found(self):
        shutil.copy(self.envelope(1), self.folder / "again.env")
        self.assertIn("envelope 2 is there twice", self.wrong()[0])

    def test_other_keys_open_and_believe_nothing(self):
        other = bytes(range(32))
        self.assertEqual(self.audit(programme=other)[0], 0)
        self.assertEqual(self.audit(handset=SERVER)[0], 0)

    def test_a_receipt_is_believed_if_the_server_signed_it_as_one(self):
        statement = (GOLDEN / "receipt.jws").read_text()
        claims = saksi_open.verify_jws(statement, "saksi-receipt+jwt", SERVER)
        self.assertEqual(claims, json.loads((GOLDEN / "wire" / "receipt.json").read_text()))
        self.assertRaises(Bad, saksi_open.verify_jws, statement, "saksi-status+jwt", SERVER)
        self.assertRaises(Bad, saksi_open.verify_jws, statement, "saksi-receipt+jwt", HANDSET)
        self.assertRaises(Bad, saksi_open.verify_jws, statement.replace(".", ".A", 1), "saksi-receipt+jwt", SERVER)

    def test_a_receipt_for_another_envelope_is_found(self):
        shutil.copy(GOLDEN / "receipt.jws", self.folder)
        self.assertIn("another envelope under this record's id", self.wrong()[0])

    def test_the_command_prints_what_it_found_and_ends_accordingly(self):
        keys = ["--programme-key", KEYS["programme_private"], "--handset-key", KEYS["handset_public"]]
        out = self.folder.parent / "clear"
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(saksi_open.main([str(self.folder), *keys, "--out", str(out)]), 0)
            self.assertEqual(saksi_open.main([str(out), *keys]), 2)
            self.envelope(0).write_bytes(b"nothing")
            self.assertEqual(saksi_open.main([str(self.folder), *keys]), 1)
        self.assertIn("9 records are whole, 0 problems", printed.getvalue())
        self.assertEqual((len(list(out.glob("*.json"))), len(list(out.glob("*.jpg")))), (9, 8))


if __name__ == "__main__":
    unittest.main()

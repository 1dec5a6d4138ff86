#!/usr/bin/env python3
"""Checks and opens Saksi's evidence without any of Saksi's own code.

An auditor who has the programme's private key and a handset's public key runs

    python3 saksi_open.py DIR --programme-key FILE --handset-key KEY [--server-key KEY] [--out DIR]

over a folder with envelopes (*.env), photos (*.blob) and the server's receipts (*.receipt, *.jws), at any depth. Each
envelope's signature and place in the chain are checked, the record is opened and printed, each photo's hash is checked
and the photo opened; with --out, records and photos are written in the clear. A key is 32 bytes in a file, raw or as
base64 or hex, or the base64 or hex itself. The exit code is 0 only if everything is as it should be, 1 if anything is
missing or altered, 2 if nothing could be checked.

Written from the format's description alone, on the `cryptography` package: RFC 9180 (HPKE), RFC 8032 (Ed25519),
RFC 7515 and 8037 (JWS).
"""

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

REQUIRED_BLOBS = {
    "in_person": ["beneficiary"],
    "proxy": ["proxy", "statement"],
    "exception": ["beneficiary"],
    "not_served": [],
    "consent_withdrawn": [],
    "enrolment": ["beneficiary"],
    "cash": [],
}
START = (0, "0" * 64)


class Bad(Exception):
    """What is wrong with a piece of evidence."""


@dataclass
class Envelope:
    """One sealed record, taken apart."""

    bytes: bytes
    head: bytes
    header: dict
    encapped: bytes
    ciphertext: bytes
    signature: bytes

    @property
    def digest(self):
        return hashlib.sha256(self.bytes).hexdigest()


def parse(data):
    """Takes an envelope apart. Nothing is verified yet."""
    if data[:9] != b"SAKSIENV\x01":
        raise Bad("not an envelope of a known version")
    head, rest = counted(data[9:])
    encapped, rest = rest[:32], rest[32:]
    ciphertext, signature = counted(rest)
    if len(encapped) != 32 or len(signature) != 64:
        raise Bad("the lengths don't add up")
    header = load_json(head, "header")
    if header.get("version") != 1:
        raise Bad("unknown header version")
    return Envelope(data, head, header, encapped, ciphertext, signature)


def verify(envelope, handset_key):
    """Checks that the handset signed the envelope."""
    inner = hashlib.sha256(envelope.encapped + envelope.ciphertext).digest()
    signed = b"saksi envelope 1\0" + len(envelope.head).to_bytes(4, "big") + envelope.head + inner
    try:
        Ed25519PublicKey.from_public_bytes(handset_key).verify(envelope.signature, signed)
    except InvalidSignature:
        raise Bad("the handset's signature doesn't fit") from None


def link(head, envelope, seen):
    """Checks that the envelope is the next in its chain; returns the chain's head after it."""
    seq, digest = envelope.header["seq"], envelope.digest
    if seq in seen:
        raise Bad(f"envelope {seq} is there twice" if seen[seq] == digest else f"fork: two different envelopes {seq}")
    seen[seq] = digest
    if seq != head[0] + 1:
        raise Bad(f"gap: envelopes {head[0] + 1} to {seq - 1} are missing")
    if envelope.header["prev"] != head[1]:
        raise Bad(f"fork: envelope {seq} belongs to another past")
    return seq, digest


def open_record(envelope, programme_key):
    """Opens the record with the programme's key, and checks that it and the header agree."""
    plaintext = hpke_open(programme_key, envelope.encapped, b"saksi record 1", envelope.head, envelope.ciphertext)
    payload = load_json(plaintext, "record")
    header = envelope.header
    if payload["record"]["kind"] != header["kind"]:
        raise Bad("header and record disagree on the kind")
    names = [(blob["role"], blob["sha256"]) for blob in header["blobs"]]
    if names != [(key["role"], key["sha256"]) for key in payload["blob_keys"]]:
        raise Bad("header and record disagree on the photos")
    if len({name for _, name in names}) != len(names):
        raise Bad("a photo is named twice")
    of_proxy = header["kind"] == "exception" and "proxy" in payload["record"]
    refused = header["kind"] == "exception" and "refusal" in payload["record"]
    if (of_proxy or refused) and payload["record"]["paid"] is not None and "approval" not in payload["record"]:
        raise Bad("an exception pays nothing to a proxy, or without a photo, that no supervisor approved")
    if refused and (names or of_proxy or payload["record"]["face_match"] or "liveness" in payload["record"]):
        raise Bad("there is a photo of somebody who refused")
    required = set(REQUIRED_BLOBS["proxy" if of_proxy else "not_served" if refused else header["kind"]])
    if header["kind"] == "enrolment" and "seen" in payload["record"]["document"]:
        required.add("document")
    missing = required - {role for role, _ in names}
    if missing:
        raise Bad(f"a record of this kind needs a photo of: {', '.join(sorted(missing))}")
    return payload


def open_blob(sealed, key):
    """Opens a photo with its key from the record."""
    if hashlib.sha256(sealed).hexdigest() != key["sha256"]:
        raise Bad("the photo is not the one that was signed for")
    head, chunks = sealed[:9], sealed[9:]
    if head != b"SAKSIBLB\x01":
        raise Bad("not a photo of a known version")
    cipher, size = AESGCM(base64.b64decode(key["key"], validate=True)), 65_536 + 16
    count = -(-len(chunks) // size)
    if count == 0:
        raise Bad("the photo was cut short")
    photo = b""
    for number in range(count):
        nonce = number.to_bytes(11, "big") + bytes([number + 1 == count])
        try:
            photo += cipher.decrypt(nonce, chunks[number * size : (number + 1) * size], head)
        except (InvalidTag, ValueError):
            raise Bad("the photo can't be opened: altered or cut short") from None
    return photo


def verify_jws(statement, kind, key):
    """Checks a signed statement of one kind, and returns its claims."""
    try:
        protected, claims, signature = (unbase64url(part) for part in statement.strip().split("."))
    except (ValueError, binascii.Error):
        raise Bad("not a signed statement") from None
    if load_json(protected, "statement's header") != {"alg": "EdDSA", "typ": kind}:
        raise Bad("a signed statement of another sort")
    try:
        signed = statement.strip().rsplit(".", 1)[0].encode()
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except InvalidSignature:
        raise Bad("the server's signature doesn't fit") from None
    return load_json(claims, "statement")


def hpke_open(private, encapped, info, aad, ciphertext):
    """RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, first message."""
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(encapped))
    except ValueError:
        raise Bad("can't be opened: an impossible key") from None
    context = encapped + key.public_key().public_bytes_raw()
    shared = expand(kem, extract(kem, b"", b"eae_prk", shared), b"shared_secret", context, 32)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, shared, b"secret", b"")
    cipher = AESGCM(expand(suite, secret, b"key", context, 32))
    try:
        return cipher.decrypt(expand(suite, secret, b"base_nonce", context, 12), ciphertext, aad)
    except (InvalidTag, ValueError):
        raise Bad("can't be opened: sealed for another key, or altered") from None


def extract(suite, salt, label, secret):
    """RFC 9180's LabeledExtract."""
    return hmac.digest(salt, b"HPKE-v1" + suite + label + secret, "sha256")


def expand(suite, secret, label, info, length):
    """RFC 9180's LabeledExpand, for up to 32 bytes: one round of HKDF."""
    return hmac.digest(secret, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info + b"\x01", "sha256")[:length]


def audit(folder, programme_key, handset_key, server_key=None, out=None, say=print):
    """Checks all that is in a folder. Returns how many envelopes are good, and what is wrong as a list of lines."""
    found = {suffix: sorted(folder.rglob(f"*{suffix}")) for suffix in (".env", ".blob", ".receipt", ".jws")}
    blobs = {path.stem: path for path in found[".blob"]}
    wrong, envelopes, good = [], [], 0

    def report(path, problem):
        wrong.append(printable(f"{path.name}: {problem}"))
        say(f"BAD  {wrong[-1]}")

    for path in found[".env"]:
        try:
            envelope = parse(path.read_bytes())
            verify(envelope, handset_key)
            envelopes.append((envelope.header["seq"], path, envelope))
        except (Bad, KeyError, TypeError) as problem:
            report(path, problem)

    head, seen = START, {}
    for _, path, envelope in sorted(envelopes, key=lambda one: one[:2]):
        try:
            try:
                head = link(head, envelope, seen)
            except Bad as problem:
                # What comes after a gap or fork can still be opened, and is judged from there on.
                report(path, problem)
                head = max(head, (envelope.header["seq"], envelope.digest))
            payload = open_record(envelope, programme_key)
            photos = []
            for key in payload["blob_keys"]:
                if key["sha256"] not in blobs:
                    raise Bad(f"the {key['role']} photo {key['sha256']} is missing")
                photos.append((key["role"], open_blob(blobs[key["sha256"]].read_bytes(), key)))
        except (Bad, KeyError, TypeError, ValueError) as problem:
            report(path, problem)
            continue
        good += 1
        describe(envelope, payload["record"], photos, say)
        if out:
            stem = out / path.stem
            stem.with_suffix(".json").write_text(json.dumps(payload["record"], indent=2, ensure_ascii=False))
            for role, photo in photos:
                stem.with_suffix(f".{role}.jpg").write_bytes(photo)

    if server_key:
        digests = {envelope.header["record"]: envelope.digest for _, _, envelope in envelopes}
        for path in found[".receipt"] + found[".jws"]:
            try:
                receipt = verify_jws(path.read_text(), "saksi-receipt+jwt", server_key)
                if digests.get(receipt["record"], receipt["envelope"]) != receipt["envelope"]:
                    raise Bad("the server received another envelope under this record's id")
                say(f"ok   receipt  {receipt['record']}  received {receipt['received']}")
            except (Bad, KeyError, TypeError, ValueError) as problem:
                report(path, problem)
    return good, wrong


def describe(envelope, record, photos, say):
    """Prints what a record says, in a few lines."""
    header, visit = envelope.header, record.get("visit", record)
    paid = record.get("amount", record.get("paid"))
    who = f"{header['kind']}  {visit.get('beneficiary', '-')}  {visit['round']}  officer {visit['officer']}"
    say(f"ok   {header['seq']:>7}  {printable(who)}")
    what = f"record {header['record']}, wall clock {header['created']['wall']}, paid {paid or 'nothing'}"
    say(f"     {printable(what)}")
    for role, photo in photos:
        say(f"     photo of {role}: {len(photo)} bytes, sha256 {hashlib.sha256(photo).hexdigest()}")


def printable(text):
    """The text without what could move a terminal's cursor: a handset may have written anything."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def read_key(text):
    """32 bytes: from a file, raw or as text, or from the text itself."""
    path = Path(text)
    data = path.read_bytes() if path.is_file() else text.encode()
    if len(data) == 32:
        return data
    for decode in (bytes.fromhex, lambda it: base64.b64decode(it, validate=True)):
        try:
            key = decode(data.decode().strip())
        except ValueError:
            continue
        if len(key) == 32:
            return key
    raise argparse.ArgumentTypeError("neither a file with a key nor a key: 32 bytes, raw, base64 or hex")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--programme-key", type=read_key, required=True, help="the programme's private key")
    parser.add_argument("--handset-key", type=read_key, required=True, help="the handset's public key")
    parser.add_argument("--server-key", type=read_key, help="the server's public key; without it receipts aren't checked")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write records and photos here, in the clear")
    options = parser.parse_args(arguments)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    good, wrong = audit(options.folder, options.programme_key, options.handset_key, options.server_key, options.out)
    if not good and not wrong:
        print(f"no envelope (*.env) in {options.folder}", file=sys.stderr)
        return 2
    print(f"{good} records are whole, {len(wrong)} problems")
    return 1 if wrong else 0


def counted(data):
    length = int.from_bytes(data[:4], "big")
    if len(data) < 4 + length:
        raise Bad("the lengths don't add up")
    return data[4 : 4 + length], data[4 + length :]


def load_json(data, what):
    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise Bad(f"the {what} says something twice")
        return dict(pairs)

    try:
        value = json.loads(data, object_pairs_hook=once)
    except ValueError:
        raise Bad(f"the {what} can't be read") from None
    if not isinstance(value, dict):
        raise Bad(f"the {what} can't be read")
    return value


def unbase64url(text):
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


if __name__ == "__main__":
    sys.exit(main())

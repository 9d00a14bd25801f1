#!/usr/bin/env python3
"""Checks a checkpoint of Nhịp without Nhịp: python3 check-checkpoint.py CHECKPOINT PUBLIC_KEY.pem EVENTS.db

Needs Python 3.8, its sqlite3, and the command openssl (3.0). Computes the chain anew from the events, compares it with what was signed,
and exits 0 if the store still holds exactly that, 1 if not, 2 where something could not be read. EVENTS.db may be that of a running server, or that of a backup.
"""
import base64, hashlib, os, sqlite3, subprocess, sys, tempfile
from pathlib import Path

# What cannot be read is no forgery: exit code 2, not 1.
def unreadable(_, error, __):
    print(f"not checked: {error}", file=sys.stderr, flush=True)
    os._exit(2)

sys.excepthook = unreadable
if len(sys.argv) != 4:
    raise ValueError(f"three arguments are needed\n\n{__doc__}")
note, key_file, events = Path(sys.argv[1]).read_text("utf-8"), sys.argv[2], Path(sys.argv[3]).resolve()

# 1. The note: origin, position, link; an empty line; signatures. https://c2sp.org/signed-note
text, _, signatures = note.rpartition("\n\n")
text += "\n"
origin, position, link = text.splitlines()
store, position, link = origin.rpartition("/")[2], int(position), base64.b64decode(link).hex()

# 2. The signature, by openssl. The key id is the start of SHA-256 of the signer's name, a line feed, 0x01 and the key.
def signed_by_the_key(line):
    signer, signature = line[2:].split(" ")
    signature = base64.b64decode(signature)
    pem = "".join(Path(key_file).read_text().strip().splitlines()[1:-1])
    key_id = hashlib.sha256(f"{signer}\n\x01".encode() + base64.b64decode(pem)[-32:]).digest()[:4]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "text").write_text(text, "utf-8")
        (Path(folder) / "signature").write_bytes(signature[4:])
        command = "openssl pkeyutl -verify -rawin -in text -sigfile signature -pubin -inkey".split()
        command.append(str(Path(key_file).resolve()))
        return signature[:4] == key_id and subprocess.run(command, cwd=folder, stdout=2).returncode == 0

if not any(signed_by_the_key(line) for line in signatures.splitlines()):
    sys.exit("the key has not signed this checkpoint")

# 3. The chain: each link is the SHA-256 of the link before and of all fields of the event: tag, length in 4 bytes, value.
def sha256(begin, fields):
    digest = hashlib.sha256(begin.encode())
    for tag, value in fields:
        if value is not None:
            value = value.to_bytes(8, "big", signed=True) if isinstance(value, int) else value.encode()
            digest.update(tag.encode() + len(value).to_bytes(4, "big") + value)
    return digest.hexdigest()

db = sqlite3.connect(f"{events.as_uri()}?mode=ro", uri=True)
computed = sha256("nhip chain 1\n", zip("SapCPL", db.execute("""SELECT store, begun_at, covered, copy_of_store,
    copy_of_position, copy_of_link FROM chain""").fetchone()))
count = 0
for event in db.execute("""SELECT position, stream, revision, id, t.name, source, source_id, feed, rank, place, traceparent,
    nullif(by, ''), recorded_at, data FROM events JOIN types t ON t.key = type JOIN origins o ON o.key = origin
    WHERE position <= ? ORDER BY position""", (position,)):
    computed, count = sha256(computed, zip("psritSIfkocbad", event)), count + 1

if db.execute("SELECT store FROM chain").fetchone() != (store,) or computed != link or count != position:
    sys.exit(f"the events up to position {position} are NOT those that were signed for the store {store}")
print(f"the {position} events of the store {store} are exactly those that were signed")

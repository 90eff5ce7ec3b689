import hashlib, sqlite3, struct, sys

def text(x):
    return struct.pack(">I", len(x.encode())) + x.encode()

db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
journal = db.execute("SELECT id FROM journal_name").fetchone()[0]
size, head = 0, hashlib.sha256(b"tallystick journal v1\n" + text(journal)).digest()
for no, op, at, actor, source, kind, id, payload, payload_sha256, stored in db.execute(
    "SELECT j.no, j.op, c.at, c.actor, c.source, k.name, r.id, j.payload, j.payload_sha256, j.hash FROM journal j"
    " JOIN commits c ON c.no = j.commit_no JOIN records r ON r.no = j.record_no JOIN kinds k ON k.no = r.kind_no"
    " ORDER BY j.no"
):
    if payload is not None:
        assert hashlib.sha256(payload).digest() == payload_sha256, f"entry {no}: altered payload"
    header = b"tallystick entry v1\n" + struct.pack(">Q", no) + head + struct.pack(">Bq", op, at)
    header += text(actor) + text(source) + text(kind) + text(id) + payload_sha256
    size, head = size + 1, hashlib.sha256(header).digest()
    assert no == size and head == stored, f"entry {no}: altered, missing or reordered"
print(size, head.hex())

"""Keys and notes of the tests: the vectors of the format, and a small cast of log and witnesses."""

from suyuan.tlog.note import Signer

SEED = bytes(range(32))
LOG = Signer("trace.example/log1", SEED)
LOG_VKEY = "trace.example/log1+5717e28b+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
CHECKPOINT_TEXT = "trace.example/log1\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
CHECKPOINT_NOTE = (
    CHECKPOINT_TEXT + "\n— trace.example/log1 Vxfii+py0S7nbvQvMs2o2sj0vdW32K/Nu31ep17Lbk7z1gfsVRoj"
    "M45Gv8CNhab2NAdYEMKyX670IX+zgECBx/4tuQ8=\n"
)
OTHER = Signer("other.example/log", b"\x01" * 32)
WITNESSES = [Signer(f"witness{number}.example/w", bytes([16 + number]) * 32) for number in range(3)]
# The note that Go's golang.org/x/mod/sumdb/note documents.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

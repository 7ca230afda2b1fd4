"""Every sentence this package can say, by problem code."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "tlog.base64": N_("“{text}” is not standard base64 with padding; copy the line again in full."),
    "tlog.hash_length": N_("A tree hash must have 32 bytes, this one has {length}; pass SHA-256 hashes only."),
    "tlog.number": N_("“{text}” is not a whole number without leading zeros below 2^63."),
    "tlog.tile_path": N_("“{path}” is not the path of a tile; write it like tile/0/x001/234 or tile/0/000.p/17."),
    "tlog.tile_missing": N_(
        "The tile {path} is missing from the store; restore the tiles or rebuild them from the ledger."
    ),
    "tlog.tile_length": N_(
        "The tile {path} should have {expected} bytes but has {length}; "
        "restore the tiles or rebuild them from the ledger."
    ),
    "tlog.tree_altered": N_(
        "The stored tiles give another root at size {size} than the one last signed; nothing was added. "
        "Rebuild the tiles from the ledger before signing again."
    ),
    "tlog.range": N_(
        "There is no proof of {index} in a tree of size {size}; ask for a position that the tree contains."
    ),
    "tlog.entry_length": N_(
        "A log entry has {length} bytes, more than the 65535 that fit; log the hash of its body instead."
    ),
    "tlog.entries": N_("The entry bundle ends in the middle of an entry; fetch it again."),
    "tlog.vkey": N_("“{text}” is not a verifier key; it should look like name+1234abcd+base64."),
    "tlog.vkey_id": N_(
        "The verifier key of {name} states the key id {stated}, but its key gives {actual}; copy it again in full."
    ),
    "tlog.key_name": N_(
        "“{name}” cannot be a key name: it must not be empty nor contain spaces, control characters or plus signs."
    ),
    "tlog.key_length": N_("An Ed25519 key must have 32 bytes, this one has {length}."),
    "tlog.key_kind": N_("Signature type {kind} is not supported; use type 1 (log) or 4 (witness)."),
    "tlog.keys_ambiguous": N_(
        "Two different keys share the name {name} and the id {id}; remove one of them from the list."
    ),
    "tlog.note_characters": N_("The note contains a control character or broken Unicode; fetch it again unchanged."),
    "tlog.note_text": N_("The text of a note must end with a line break."),
    "tlog.note_size": N_("The note is longer than {limit} characters or has more than {signatures} signatures."),
    "tlog.note_form": N_(
        "This is not a signed note: after the text come one blank line and lines of the form “— name base64”."
    ),
    "tlog.note_unsigned": N_(
        "None of the trusted keys has signed this note; check that you have the verifier key of this log."
    ),
    "tlog.signature": N_(
        "The signature of {name} is wrong: the text was changed after signing, or the key is another one."
    ),
    "tlog.time": N_("{time} is not a possible time of a cosignature; give whole seconds since 1970."),
    "tlog.origin": N_(
        "“{origin}” cannot be the origin of a log: it must be one line of text without control characters."
    ),
    "tlog.checkpoint": N_(
        "This is not a checkpoint: it needs the lines origin, size and root hash, and no empty line."
    ),
    "tlog.checkpoint_key": N_(
        "The checkpoint is of the log {origin}, but none of the keys given for that log has signed it."
    ),
    "tlog.quorum": N_("Only {count} of the trusted witnesses cosigned this checkpoint; it takes {quorum}."),
    "tlog.proof": N_(
        "This is not a tlog-proof: line {line} is not what the format c2sp.org/tlog-proof@v1 wants there."
    ),
    "tlog.proof_long": N_("A proof of {count} hashes is longer than any tree needs."),
    "tlog.proof_false": N_(
        "The data is not entry {index} of the log at size {size}: "
        "either it was changed, or the proof belongs to something else."
    ),
    "tlog.add_checkpoint": N_("This is not an add-checkpoint request: line {line} is not what the format wants there."),
    "tlog.salt_length": N_("A salt must have 16 bytes, this one has {length}."),
    "tlog.commitment_field": N_(
        "“{field}” cannot be the name of a committed field: it must be text without a zero character."
    ),
    "tlog.json_type": N_(
        "A value of type {type} has no canonical JSON form; use text, numbers, true, false, null, lists and objects."
    ),
    "tlog.json_key": N_("The name of an object member must be text, not {type}."),
    "tlog.json_integer": N_("The whole number {number} is too large to be exact in JSON; write it as text."),
    "tlog.json_float": N_("{number} has no JSON form; only finite numbers have."),
    "tlog.json_text": N_("A text contains half of a surrogate pair, which is not valid Unicode; correct the text."),
    "tlog.json_depth": N_("The value is nested too deeply, or contains itself."),
}

"""What the log refuses and what an audit finds, as sentences."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    # Why nothing is signed.
    "ledger.restored": N_(
        "The database holds {size} entries of the log “{log}”, but {signed} were signed before: an older backup has "
        "been restored. Nothing more is signed for this log, since it would tell two histories under one name. Restore "
        "the newest backup; if there is none, begin the log under a new name with `suyuan log restart {log}`."
    ),
    "ledger.forked": N_(
        "The entries of the log “{log}” are not those that were signed ({signed} of {size}): rows were changed, or "
        "this is another database. Nothing more is signed for this log. `suyuan fsck` names what differs."
    ),
    "ledger.tiles_ahead": N_(
        "The tiles of the log “{log}” reach further than the {size} entries in the database: an older backup has been "
        "restored, or a commit was lost. Nothing more is signed for this log. Restore the newest backup; if this is "
        "the newest, `suyuan log rebuild {log}` makes the tiles again, as long as nothing more was signed."
    ),
    "ledger.memory_lost": N_(
        "The database says that {signed} entries of the log “{log}” were signed, but the checkpoint is missing from "
        "SUYUAN_HOME/checkpoints. Bring that folder back from the backup; if it is lost, `suyuan log rebuild {log}` "
        "makes it again from the database."
    ),
    "ledger.memory_damaged": N_(
        "The last checkpoint in {file} is not one that the key of the log “{log}” signed. Bring the file back from the "
        "backup; nothing more is signed until then."
    ),
    "ledger.key_lost": N_(
        "The key of the log “{log}” is missing ({file}), but it has signed before. Bring it back from the backup; a "
        "new key would make a new log of it."
    ),
    "ledger.key_damaged": N_("{file} does not hold the key of the log “{log}”. Bring it back from the backup."),
    "ledger.busy": N_("Another process is working on the log “{log}”; stop `suyuan serve`, or try again in a minute."),
    "ledger.sound": N_("Nothing is wrong with the log “{log}”, so it keeps its name."),
    # What is asked for and not there.
    "ledger.log_unknown": N_("There is no signed log “{log}”; there are: {known}."),
    "ledger.record_unknown": N_("No record “{record}” is known; give an eventID, or a record's 32 hexadecimal digits."),
    "ledger.leaf_missing": N_("The record {record} has no leaf in a signed tree yet; ask again in a few seconds."),
    "ledger.body_gone": N_("The body of the record {record} is no longer kept; its leaf still proves what it was."),
    # The steps of checking one record.
    "ledger.step_body": N_("The stored body has the hash that its record states."),
    "ledger.step_leaf": N_("The record's envelope hashes to leaf {index} of the tree."),
    "ledger.step_path": N_("The path (hashes: {count}) leads from the leaf to the root of the tree of {size}."),
    "ledger.step_note": N_("That root and size are signed by the log {origin}."),
    # What an audit finds.
    "ledger.untracked": N_(
        "{event} (log {log}) has no leaf and does not wait for one: the row was added past the door."
    ),
    "ledger.waits_twice": N_("{event} (log {log}) has a leaf and waits for one all the same."),
    "ledger.leaf_twice": N_("{event} (log {log}) has {count} leaves; it must have one."),
    "ledger.leaf_hole": N_("The log “{log}” has no leaf {index}, though its tree has {size} entries."),
    "ledger.leaf_beyond": N_("The log “{log}” has a leaf {index}, though its tree has only {size} entries."),
    "ledger.leaf_orphan": N_("Leaf {index} of the log “{log}” belongs to {event}, of which there is no record."),
    "ledger.pending_orphan": N_("{event} (log {log}) waits for a leaf, but there is no record of it."),
    "ledger.record_changed": N_(
        "{event} (log {log}, leaf {index}) is not what was signed: its record time, kind, nonce or body hash was "
        "changed, or another record was put in its place."
    ),
    "ledger.record_copied": N_(
        "{event} (log {log}, leaf {index}) is not what the copied tiles say that was signed at that place."
    ),
    "ledger.tile_damaged": N_(
        "The tile {path} of the log “{log}” does not say what the records say (first at {event}); the records agree "
        "with the checkpoint. `suyuan log rebuild {log}` makes the tiles again."
    ),
    "ledger.tile_above": N_(
        "The tile {path} of the log “{log}” does not follow from the tiles below it; the records agree with the "
        "checkpoint. `suyuan log rebuild {log}` makes the tiles again."
    ),
    "ledger.body_orphan": N_("There is a body of {event} (log {log}), but no record of it."),
    "ledger.item_orphan": N_("There are items of {event} (log {log}), but no record of it."),
    "ledger.checkpoint_shown": N_(
        "The checkpoint that the database shows for the log “{log}” is not one that its key signed. The next run of "
        "the sequencer shows the right one."
    ),
    "ledger.signed_differs": N_(
        "The records of the log “{log}” are not those that were signed at size {size}, and the tiles were changed with "
        "them. With `--tiles` and a copy of the tiles of then the event is named."
    ),
    "ledger.tile_missing": N_(
        "The tile {path} of the log “{log}” is missing. `suyuan log rebuild {log}` makes the tiles again."
    ),
    "ledger.root_differs": N_(
        "The records of the log “{log}” give another root at size {size} than the database's own tree row says."
    ),
    "ledger.checkpoint_differs": N_(
        "The records of the log “{log}” are not those that the checkpoint {name} stands for: among the first {size} "
        "one was changed, added or removed since. With `--tiles` and a copy of the tiles of then the event is named."
    ),
    "ledger.checkpoint_ahead": N_(
        "The checkpoint {name} was signed for {signed} entries of the log “{log}”, the database has only {size}: "
        "entries have been removed, or an older backup was restored."
    ),
    "ledger.checkpoint_bad": N_("{name} cannot be used as a checkpoint: {reason}"),
    "ledger.tiles_untrue": N_(
        "The copied tiles do not agree with the checkpoint of {size} entries of the log “{log}”; they prove "
        "nothing. Use another copy."
    ),
    "ledger.tiles_folder": N_(
        "{name} holds no tiles; give a copy of SUYUAN_HOME/tiles, of one log's folder in it, or of the published tiles."
    ),
    "ledger.tiles_none": N_("There are no tiles of the log “{log}” in the copied folder; give that of the tiles."),
}

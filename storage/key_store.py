"""The store of data keys: written before the rows that need them, destroyed after those are gone.

Every key says which master key wraps it. A process that still holds the master key before asks for the new
one before it writes; a master key that does not belong to the store is refused before anything is opened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from sqlalchemy import orm as sa_orm
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert

from storage.models import CarriedKey, RecordKey, Tombstone
from storage.sealing import TAG_PURPOSES, KeyClass, Keyring, SealingError

MANY = 500  # keys in one statement
CHECK = "check"
PROOF = b"this key store and this master key belong together"
UNBURIED: frozenset[KeyClass] = frozenset(
    {"outbox"}
)  # purged with every message: no backup sends them
RESTORING = "restoring"
WRONG = "The master key does not belong to this key store: nothing that was sealed would open."


def store_keys(
    keys: Connection,
    keyring: Keyring,
    fresh: Mapping[str, bytes],
    replaced: Mapping[str, bytes | None],
) -> None:
    """Keep wrapped data keys; those that replace another keep it beside them until the rows are there."""
    fresh = _by_the_present_master(keys, keyring, fresh)
    master = keyring.fingerprint
    there = [name for name in fresh if replaced.get(name) is not None]
    new = [
        {"record_id": name, "wrapped": wrapped, "master": master}
        for name, wrapped in fresh.items()
        if replaced.get(name) is None
    ]
    for name in there:
        keys.execute(
            update(RecordKey)
            .where(RecordKey.record_id == name)
            .values(wrapped=fresh[name], before=replaced[name], master=master)
        )
    if new:
        keys.execute(insert(RecordKey), new)


def _by_the_present_master(
    keys: Connection, keyring: Keyring, fresh: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """The same data keys, wrapped by the master key that the store has now."""
    if keys.dialect.name == "postgresql":  # let a rotation that begins come before us or after us
        keys.execute(text("LOCK TABLE record_keys IN ROW EXCLUSIVE MODE"))
    now = keys.scalar(select(CarriedKey.master).where(CarriedKey.purpose == CHECK))
    if now is None or now == keyring.fingerprint:
        return fresh
    opened = {name: keyring.unwrap_any(wrapped, name) for name, wrapped in fresh.items()}
    keyring.refresh()
    if now != keyring.fingerprint:
        raise SealingError(WRONG)
    return {name: keyring.wrap(key_class, key, name) for name, (key_class, key) in opened.items()}


def destroy_keys(
    keys: Connection, doomed: Iterable[str], buried: Collection[str], replaced: Collection[str]
) -> None:
    """Destroy data keys, and what others replaced; the buried ones leave their names behind."""
    names = sorted(doomed)
    for start in range(0, len(names), MANY):
        some = names[start : start + MANY]
        keys.execute(delete(RecordKey).where(RecordKey.record_id.in_(some)))
    for name in replaced:
        keys.execute(update(RecordKey).where(RecordKey.record_id == name).values(before=None))
    bury(keys, buried)


def bury(keys: Connection, names: Iterable[str]) -> None:
    """Remember that these keys were destroyed."""
    build = pg_insert if keys.dialect.name == "postgresql" else lite_insert
    rows = [{"record_id": name} for name in sorted(names)]
    if rows:
        keys.execute(build(Tombstone).on_conflict_do_nothing(), rows)


def recognise(engine: Engine, keyring: Keyring) -> None:
    """Make sure that the master key is this store's, and take over what outlives a rotation.

    A rotation that was broken off right after the key file changed is begun here.

    Raises:
        SealingError: it is not; nothing was changed.
    """
    belongs(engine, keyring)
    with sa_orm.Session(engine) as session:
        check = session.get(CarriedKey, CHECK)
    if check is None:
        with sa_orm.Session(engine) as session, session.begin():
            session.merge(_sealed(keyring, CHECK, PROOF))
    elif check.master != keyring.fingerprint:
        begin_rotation(engine, keyring)


def belongs(engine: Engine, keyring: Keyring) -> None:
    """`recognise`, changing nothing."""
    with sa_orm.Session(engine) as session:
        carried = session.scalars(select(CarriedKey)).all()
        some = None if carried else session.scalars(select(RecordKey).limit(1)).first()
    if any(row.purpose == RESTORING for row in carried):
        raise SealingError(
            "A restore was broken off, and what it brought must not be served. Say heardback restore again."
        )
    if some is not None:
        keyring.unwrap_any(some.wrapped, some.record_id)
    if not carried:
        return
    opened = {row.purpose: _opened(keyring, row) for row in carried}
    if opened.pop(CHECK, b"") != PROOF:
        raise SealingError(WRONG)
    [check] = (row for row in carried if row.purpose == CHECK)
    keyring.carry(opened or keyring.tag_keys(check.master))


def _sealed(keyring: Keyring, purpose: str, key: bytes) -> CarriedKey:
    sealed = keyring.wrap("carried", key, purpose)
    return CarriedKey(purpose=purpose, master=keyring.fingerprint, sealed=sealed)


def _opened(keyring: Keyring, row: CarriedKey) -> bytes:
    try:
        return keyring.unwrap("carried", row.sealed, row.purpose)
    except SealingError:
        raise SealingError(WRONG) from None


def follow(engine: Engine, keyring: Keyring) -> None:
    """Take the master key that the store has now, if it was rotated while this process ran.

    Raises:
        SealingError: it cannot be had here; what would be sealed now, nobody could open.
    """
    with engine.connect() as keys:
        now = keys.scalar(select(CarriedKey.master).where(CarriedKey.purpose == CHECK))
    if now is None or now == keyring.fingerprint:
        return
    keyring.refresh()
    if now != keyring.fingerprint:
        raise SealingError(WRONG)


def begin_rotation(engine: Engine, keyring: Keyring) -> None:
    """From here on every new data key is wrapped by the present master key. Tags stay as they are."""
    tag_keys = keyring.tag_keys()
    with sa_orm.Session(engine) as session, session.begin():
        if engine.dialect.name == "postgresql":
            session.execute(text("LOCK TABLE record_keys IN SHARE ROW EXCLUSIVE MODE"))
        session.execute(delete(CarriedKey))
        session.add(_sealed(keyring, CHECK, PROOF))
        session.add_all(_sealed(keyring, purpose, tag_keys[purpose]) for purpose in TAG_PURPOSES)


def begin_restoring(engine: Engine, keyring: Keyring) -> None:
    """Nothing is served from here on until `end_restoring`, whatever becomes of this process."""
    with sa_orm.Session(engine) as session, session.begin():
        session.merge(_sealed(keyring, RESTORING, b""))


def end_restoring(engine: Engine) -> None:
    with sa_orm.Session(engine) as session, session.begin():
        session.execute(delete(CarriedKey).where(CarriedKey.purpose == RESTORING))


def tend_tombstones(engine: Engine, today: date, kept_from: date) -> None:
    """Date those that are new, and forget those that are older than any backup that may be restored."""
    with engine.begin() as keys:
        undated = Tombstone.on_date.is_(None)
        keys.execute(update(Tombstone).where(undated).values(on_date=today))
        keys.execute(delete(Tombstone).where(Tombstone.on_date < kept_from))


def rewrap_all(engine: Engine, keyring: Keyring) -> None:
    """Wrap by the present master key whatever another one wraps."""
    some, after = rewrap_some(engine, keyring, "")
    while some:
        some, after = rewrap_some(engine, keyring, after)


def to_rewrap(engine: Engine, keyring: Keyring) -> int:
    """How many data keys another master key wraps."""
    others = select(RecordKey.record_id).where(RecordKey.master != keyring.fingerprint)
    with engine.connect() as keys:
        return len(keys.execute(others).all())


def rewrap_some(engine: Engine, keyring: Keyring, after: str) -> tuple[int, str]:
    """Wrap the next few data keys by the present master key.

    Returns how many they were, and the name after which to go on; nothing more when they were none.
    """
    last = ""
    with sa_orm.Session(engine) as session, session.begin():
        rows = session.scalars(
            select(RecordKey)
            .where(RecordKey.record_id > after, RecordKey.master != keyring.fingerprint)
            .order_by(RecordKey.record_id)
            .limit(MANY)
            .with_for_update()
        ).all()
        for row in rows:
            key_class, key = keyring.unwrap_any(row.wrapped, row.record_id)
            row.wrapped = keyring.wrap(key_class, key, row.record_id)
            if row.before is not None:
                key_class, key = keyring.unwrap_any(row.before, row.record_id)
                row.before = keyring.wrap(key_class, key, row.record_id)
            row.master, last = keyring.fingerprint, row.record_id
    return len(rows), last

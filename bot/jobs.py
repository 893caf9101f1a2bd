"""Waking workers on many machines: a job says "look at the outbox", and no more.

The outbox row decides what is sent, when, and whether again; a job carries nothing, is never retried
by its library, and one too many does no harm. It is deferred inside the transaction that puts rows
into the outbox, so that it exists exactly when they do.
"""

from __future__ import annotations

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector, exceptions

from bot.outbox import Sender
from storage import Database, Session

SENDING, CLOCK = "sending", "clock"
TURNS = 50  # turns of the sender in one job, before others have their go
STALLED = 30.0  # seconds without a sign of life after which a worker's job is given to another


def conninfo(database: Database) -> str:
    """The address of the database as PostgreSQL's own library reads it."""
    url = database.engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def prepare(database: Database) -> None:
    """Make the tables of the job library, once, whoever comes first."""
    with database.alone("jobs") as session:
        if session.has_table("procrastinate_jobs"):
            return
        app = App(connector=SyncPsycopgConnector(conninfo=conninfo(database)))
        with app.open():
            app.schema_manager.apply_schema()


class Announcer:
    """Defers a job in the business transaction. Needs no pool of its own."""

    def __init__(self) -> None:
        self.app = App(connector=SyncPsycopgConnector())

    def __call__(self, session: Session) -> None:
        task = self.app.configure_task("send", queue=SENDING, connection=session.driver())
        task.defer()


def workers(database: Database, sender: Sender) -> App:
    """The application that workers run: sending, and giving stalled jobs to somebody alive."""
    app = App(connector=PsycopgConnector(conninfo=conninfo(database)))

    @app.task(name="send", queue=SENDING, retry=False)
    async def send() -> None:
        for _ in range(TURNS):
            turn = await sender.begin()
            if not turn.busy:
                break
        else:
            await _again(app, 0.0)
            return
        wait = await sender.next_in()
        if wait is not None:
            await _again(app, wait)

    @app.periodic(cron="* * * * * */10")
    @app.task(name="sweep", queue=CLOCK, priority=100)
    async def sweep(timestamp: int) -> None:
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED)
        for job in stalled:
            await app.job_manager.retry_job(job)
        await app.job_manager.delete_old_jobs(nb_hours=24, include_failed=True)
        await _again(app, 0.0)

    return app


async def _again(app: App, wait: float) -> None:
    """Look again then, unless somebody has already been told to."""
    try:
        await app.configure_task(
            "send", queue=SENDING, queueing_lock="again", schedule_in={"seconds": round(wait + 0.5)}
        ).defer_async()
    except exceptions.AlreadyEnqueued:
        return

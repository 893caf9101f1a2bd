"""What a machine's keeper may watch: counts of messages by state, never of people, agencies or words."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.clock import wall_clock
from storage import Database, outgoing

REGISTRY = CollectorRegistry()
TICKS = Counter("heardback_ticks", "Looks at the timetable.", registry=REGISTRY)
SLOTS = Counter("heardback_slots", "Slots of the timetable that were run.", registry=REGISTRY)
RESULTS = Counter(
    "heardback_results", "What came of tasks of the sender.", ["how"], registry=REGISTRY
)
FENCED = Counter(
    "heardback_fenced", "Results that came after somebody else took over.", registry=REGISTRY
)
ACCEPTED = Histogram(
    "heardback_accept_seconds",
    "From an event that was let in to its commit, or to the refusal of the database.",
    ["kept"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
    registry=REGISTRY,
)


class Waiting(Collector):
    """What the outbox holds, read when somebody asks."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def collect(self) -> Iterable[Metric]:
        now = wall_clock()
        with self.database.reading() as session:
            counts = outgoing.counts(session, now)
            oldest = outgoing.oldest_due(session, now)
        held = GaugeMetricFamily(
            "heardback_messages", "Messages that are not settled, by state.", labels=["state"]
        )
        for state, count in counts.items():
            held.add_metric([state], count)
        yield held
        lag = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
        yield GaugeMetricFamily(
            "heardback_oldest_seconds", "How late the oldest message that is due is.", value=lag
        )


def text(database: Database) -> bytes:
    """Everything, as Prometheus reads it."""
    here = CollectorRegistry()
    here.register(Waiting(database))
    return generate_latest(REGISTRY) + generate_latest(here)

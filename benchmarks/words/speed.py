"""Pace, start and memory of each reader beside its peers: each in a process of its own, one after the other.

A peer that is not installed beside the project says so. In an environment with `vaderSentiment`,
`presidio-analyzer` and a spaCy model all of them run; `docs/words.md` says how that was made.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.words import Row

PRACTICE, COMMENTS = "pii-uk-practice", "nhs-fft-v6"


class Reader(NamedTuple):
    """What runs: its name, what it reads and how many; `make` leaves a function `read` of a list."""

    name: str
    texts: str
    most: int
    make: str
    target: str = ""


OURS = (
    Reader(
        "protect, everything",
        PRACTICE,
        1_000,
        "from digests import protect\nread = lambda texts: [protect.find(t) for t in texts]",
        "≥ 200",
    ),
    Reader(
        "protect, lists and patterns",
        PRACTICE,
        1_000,
        "from digests import protect\nread = lambda texts: [protect.find_by_rules(t) for t in texts]",
    ),
    Reader(
        "protect, patterns alone",
        PRACTICE,
        2_000,
        "from digests import protect\nread = lambda texts: [protect.find_by_shape(t) for t in texts]",
        "≥ 6,500",
    ),
    Reader(
        "danger",
        COMMENTS,
        2_000,
        "from digests.danger import look\nread = lambda texts: [look(t) for t in texts]",
    ),
    Reader(
        "tone, many at once",
        COMMENTS,
        2_626,
        "from digests.tone import read_many as read",
        "≥ 3,500",
    ),
    Reader(
        "tone, a TextBlob for each",
        COMMENTS,
        1_000,
        "from digests import tone\nread = lambda texts: [tone.read(t) for t in texts]",
    ),
    Reader(
        "themes, starter codebook made at the start",
        COMMENTS,
        2_626,
        "from bot.commands.reading import book_from\nfrom digests.themes import train\n"
        "read = train(book_from(None)).read_many",
        "≥ 2,600",
    ),
    Reader(
        "all parts of heardback read",
        PRACTICE,
        1_000,
        "from bot.commands.reading import book_from\nfrom digests import reading\n"
        "from digests.themes import train\ncoder = train(book_from(None))\n"
        "read = lambda texts: reading.read_many(texts, parts=reading.PARTS, coder=coder)",
        "≤ 400 MB, ≤ 2 s",
    ),
)
PEERS = (
    Reader(
        "TextBlob, its own analyzer",
        COMMENTS,
        2_626,
        "from textblob import TextBlob\nread = lambda texts: [TextBlob(t).sentiment for t in texts]",
    ),
    Reader(
        "VADER",
        COMMENTS,
        2_626,
        "from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer\n"
        "scores = SentimentIntensityAnalyzer().polarity_scores\nread = lambda texts: [scores(t) for t in texts]",
    ),
    Reader(
        "scikit-learn, TF-IDF and logistic regression, fitted at the start",
        COMMENTS,
        2_626,
        "from sklearn.feature_extraction.text import TfidfVectorizer\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.pipeline import make_pipeline, make_union\n"
        "words = TfidfVectorizer(ngram_range=(1, 2), min_df=2)\n"
        "pieces = TfidfVectorizer(analyzer='char_wb', ngram_range=(2, 5), min_df=3)\n"
        "model = make_pipeline(make_union(words, pieces), LogisticRegression(class_weight='balanced'))\n"
        "model.fit(texts, [len(t) % 3 for t in texts])\nread = model.predict",
    ),
    Reader(
        "Presidio with the spaCy model that is there",
        PRACTICE,
        220,
        "from presidio_analyzer import AnalyzerEngine\n"
        "from presidio_analyzer.nlp_engine import NlpEngineProvider\n"
        "import spacy\n"
        "model = next(name for name in spacy.util.get_installed_models() if name.startswith('en_core_web'))\n"
        "models = [{'lang_code': 'en', 'model_name': model}]\n"
        "chosen = {'nlp_engine_name': 'spacy', 'models': models}\n"
        "engine = NlpEngineProvider(nlp_configuration=chosen).create_engine()\n"
        "analyze = AnalyzerEngine(nlp_engine=engine).analyze\n"
        "read = lambda texts: [analyze(text=t, language='en') for t in texts]",
    ),
)
AROUND = """
import json, resource, sys, time
began, busy = time.perf_counter(), time.process_time()
texts = json.loads(open(sys.argv[1], encoding="utf-8").read())
{make}
read(texts[:1])
first, made = time.perf_counter() - began, time.process_time() - busy
read(texts[:50])
taken = []
for _ in range(3):
    start = time.process_time()
    read(texts)
    taken.append(time.process_time() - start)
pace = len(texts) / min(taken)
print(json.dumps([first, made, pace, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def measure(data: Path) -> Iterator[Row]:
    """Rows of the table: texts a second of processor time, best of three; start to the first; memory."""
    for reader in OURS:
        yield Row(f"{reader.name} ({reader.texts})", "", _figures(reader, data), reader.target)
    for reader in PEERS:
        yield Row(f"{reader.name} ({reader.texts})", _figures(reader, data), "", "")


def _figures(reader: Reader, data: Path) -> str:
    lines = (data / reader.texts / "dev.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    texts = (texts * (reader.most // len(texts) + 1))[: reader.most]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "texts.json"
        file.write_text(json.dumps(texts), "utf-8")
        code = AROUND.format(make=reader.make)
        run = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False
        )
    if run.returncode:
        said = run.stderr.strip().splitlines()[-1:] or ["it stopped"]
        return f"did not run here ({said[0]})"
    first, made, pace, memory = json.loads(run.stdout.splitlines()[-1])
    return f"{pace:,.0f}/s; {first:.1f} s ({made:.1f} of processor time); {memory:.0f} MB"

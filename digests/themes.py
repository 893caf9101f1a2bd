"""The first coder: words in, suggested themes out, each with the phrase that caused it.

Keeps the promise that machine reading is a suggestion: at most three labels, none where nothing
fits, and always a span that a theme editor can look at and disagree with. It learns from the
partnership's own codebook and from what people have coded, and from nothing else; trained again
without withdrawn words, nothing of them is left. The same codebook and codings always give the
same coder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from digests.codebook import Codebook, Theme

ALGORITHM = "1: logistic regression and complement Bayes on words and letters, cosine, cues"
MOST_LABELS = 3

# Found by a coarse search over the demonstration corpus; no sentence of it is used to train.
_SHARPNESS = 0.15  # how fast the score falls off behind the leading theme
_ENOUGH = 3.3  # a label needs this many times the score that each theme would get by chance
_ENOUGH_OF_FEW = 0.6  # and where themes are few, this much
_CLOSE = 0.4  # a further theme must have this part of the leading score
_CUE_WEIGHT = 3.0
_CUE_CAP = 2.5
_SMOOTHING = 0.1

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ENDINGS = ("", "s", "es", "ed", "ing", "er")


@dataclass(frozen=True)
class Label:
    """A suggested theme. `score` is 0 to 1; `start` and `end` are code points into the words."""

    theme: str
    score: float
    start: int
    end: int


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class _Cue:
    tokens: tuple[str, ...]
    theme: int


@dataclass(frozen=True)
class _Found:
    """A cue in a text: where it stands and how much it says."""

    theme: int
    weight: float
    start: int
    end: int


@dataclass(frozen=True)
class _Measure:
    """Something learnt from every text: features x themes, and one offset for each theme."""

    slopes: Any
    offsets: Any


@dataclass(frozen=True)
class _Resemblance:
    """How like each theme's texts, taken as one, a text is: cosine, 0 to 1."""

    vectors: Any
    themes: Any  # features x themes


@dataclass(frozen=True)
class Coder:
    """A trained reader of themes. Made by `train`; `version` names exactly what it was made from."""

    version: str
    _themes: tuple[str, ...] = field(repr=False)
    _cues: Mapping[str, tuple[_Cue, ...]] = field(repr=False)
    _vectors: Any = field(repr=False)  # text -> sparse features
    _measures: tuple[_Measure, ...] = field(repr=False)
    _resemblances: tuple[_Resemblance, ...] = field(repr=False)

    def read(self, words: str) -> tuple[Label, ...]:
        """No to three labels for these words, the strongest first; () when nothing fits."""
        return self.read_many([words])[0]

    def read_many(self, texts: Sequence[str]) -> list[tuple[Label, ...]]:
        """The labels of each text, in order: the same as `read` on each, and much faster."""
        if not texts:
            return []
        import numpy as np

        tokens = [_tokens(text) for text in texts]
        found = [self._cues_in(row) for row in tokens]
        features = self._vectors.transform(texts)
        likeness = [
            (like.vectors.transform(texts) @ like.themes).toarray() for like in self._resemblances
        ]
        cues = np.zeros((len(texts), len(self._themes)))
        for row, hits in enumerate(found):
            for hit in hits:
                cues[row, hit.theme] += hit.weight
        total = _CUE_WEIGHT * np.minimum(cues, _CUE_CAP)
        for scores in (*(features @ m.slopes + m.offsets for m in self._measures), *likeness):
            total += _standard(scores)
        chance = np.exp(_SHARPNESS * (total - total.max(axis=1, keepdims=True)))
        chance /= chance.sum(axis=1, keepdims=True)
        # Words that share nothing with the codebook have no likeness to any theme: no label.
        chance[sum(likeness).max(axis=1) <= 0] = 0.0
        chosen = [_chosen(row) for row in chance]
        labelled = (row for row, picks in zip(tokens, chosen, strict=True) if picks)
        pull = self._pull({token.text for row in labelled for token in row})
        return [
            tuple(
                Label(self._themes[theme], round(float(chance[row, theme]), 4), *span)
                for theme in picks
                if (span := _span(theme, tokens[row], found[row], pull)) is not None
            )
            for row, picks in enumerate(chosen)
        ]

    def _cues_in(self, tokens: Sequence[_Token]) -> list[_Found]:
        found = []
        for at, token in enumerate(tokens):
            for cue in self._cues.get(token.text, ()):
                last = at + len(cue.tokens) - 1
                if last >= len(tokens):
                    continue
                middle = tuple(t.text for t in tokens[at:last])
                if middle == cue.tokens[:-1] and _is_form_of(tokens[last].text, cue.tokens[-1]):
                    weight = 1 + 0.5 * (len(cue.tokens) - 1)
                    found.append(_Found(cue.theme, weight, token.start, tokens[last].end))
        return found

    def _pull(self, words: set[str]) -> Mapping[str, Any]:
        """How much each word, alone, speaks for each theme."""
        known = sorted(words)
        if not known:
            return {}
        features = self._vectors.transform(known)
        rows = features @ self._measures[0].slopes
        return dict(zip(known, rows, strict=True))


def train(codebook: Codebook, coded: Iterable[tuple[str, tuple[str, ...]]] = ()) -> Coder:
    """A coder from this codebook and from texts that people have coded with its theme ids.

    A coded text with () teaches what is none of these. Ids that the codebook no longer has are
    passed over: a retired theme stops being suggested.
    """
    import numpy as np
    from sklearn.pipeline import FeatureUnion

    index = {theme.id: at for at, theme in enumerate(codebook.themes)}
    by_people = sorted((text, tuple(sorted(set(ids) & index.keys()))) for text, ids in coded)
    texts, owners, weights = _lessons(codebook, index, by_people)
    vectors = FeatureUnion(
        [
            ("words", _word_vectors()),
            ("letters", _letter_vectors(least=2 if len(texts) > 50 else 1)),
        ]
    )
    features = vectors.fit_transform(texts)
    is_theme = np.array([[at in owner for at in index.values()] for owner in owners])
    likeness = []
    whole = _whole_themes(codebook, by_people)
    for resembling in (_word_vectors(), _letter_vectors(least=1)):
        likeness.append(_Resemblance(resembling, resembling.fit_transform(whole).T.tocsr()))
    return Coder(
        version=_version(codebook, by_people),
        _themes=tuple(index),
        _cues=_cue_table(codebook.themes),
        _vectors=vectors,
        _measures=(_regression(features, is_theme, weights), _bayes(features, is_theme, weights)),
        _resemblances=tuple(likeness),
    )


def _word_vectors() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        preprocessor=_plain,
        tokenizer=_TOKEN.findall,
        token_pattern=None,
        ngram_range=(1, 2),
        sublinear_tf=True,
    )


def _letter_vectors(*, least: int) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        preprocessor=_plain,
        analyzer="char_wb",
        ngram_range=(3, 5),
        sublinear_tf=True,
        min_df=least,
    )


def _regression(features: Any, is_theme: Any, weights: Sequence[float]) -> _Measure:
    """One against the rest, for each theme that has a rest."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    slopes = np.zeros((features.shape[1], is_theme.shape[1]))
    offsets = np.zeros(is_theme.shape[1])
    for theme in range(is_theme.shape[1]):
        if is_theme[:, theme].all():
            continue
        # Few texts and many features: the dual problem is the small one, and ten times as fast.
        model = LogisticRegression(C=3.0, solver="liblinear", dual=True, tol=0.1, random_state=0)
        model.fit(features, is_theme[:, theme], sample_weight=weights)
        slopes[:, theme] = model.coef_[0]
        offsets[theme] = model.intercept_[0]
    return _Measure(slopes, offsets)


def _bayes(features: Any, is_theme: Any, weights: Sequence[float]) -> _Measure:
    """Complement naive Bayes, which bears small and uneven themes well (Rennie et al., 2003).

    Written out because scikit-learn's takes one theme for each text, and ours take up to three.
    """
    import numpy as np

    weighted = features.multiply(np.array(weights)[:, None]).tocsr()
    inside = np.asarray(weighted.T @ is_theme.astype(float))
    overall = np.asarray(weighted.sum(axis=0)).ravel()[:, None]
    elsewhere = np.maximum(overall - inside, 0.0) + _SMOOTHING
    slopes = -np.log(elsewhere / elsewhere.sum(axis=0))
    return _Measure(slopes, np.zeros(is_theme.shape[1]))


def _lessons(
    codebook: Codebook,
    index: Mapping[str, int],
    by_people: Sequence[tuple[str, tuple[str, ...]]],
) -> tuple[list[str], list[frozenset[int]], list[float]]:
    """Every text to learn from, the themes it stands for, and how much it weighs."""
    lessons: list[tuple[str, frozenset[int], float]] = []
    for theme in codebook.themes:
        own = frozenset({index[theme.id]})
        whole = (theme.name, theme.plain, theme.belongs, *theme.examples)
        lessons += [(text, own, 1.0) for text in whole if text]
        lessons += [(cue, own, 0.5) for cue in theme.cues]
    lessons += [(text, frozenset(index[id] for id in ids), 1.0) for text, ids in by_people]
    texts, owners, weights = zip(*lessons, strict=True)
    return list(texts), list(owners), list(weights)


def _whole_themes(
    codebook: Codebook, by_people: Sequence[tuple[str, tuple[str, ...]]]
) -> list[str]:
    """For each theme, all its texts as one; its name and cues count twice."""
    return [
        "\n".join(
            (
                *(theme.name, theme.name, theme.plain, theme.belongs),
                *(*theme.examples, *theme.cues, *theme.cues),
                *(text for text, ids in by_people if theme.id in ids),
            )
        )
        for theme in codebook.themes
    ]


def _cue_table(themes: Sequence[Theme]) -> Mapping[str, tuple[_Cue, ...]]:
    """Cues by the first word as it may stand in a text."""
    table: dict[str, list[_Cue]] = {}
    for at, theme in enumerate(themes):
        for phrase in dict.fromkeys(_plain(cue) for cue in theme.cues):
            tokens = tuple(_TOKEN.findall(phrase))
            if not tokens:
                continue
            endings = _ENDINGS if len(tokens) == 1 else ("",)
            for first in (tokens[0] + ending for ending in endings):
                table.setdefault(first, []).append(_Cue(tokens, at))
    return {first: tuple(cues) for first, cues in table.items()}


def _is_form_of(word: str, cue: str) -> bool:
    return word.startswith(cue) and word[len(cue) :] in _ENDINGS


def _standard(scores: Any) -> Any:
    """Each row with mean 0 and spread 1, so that different measures can be added."""
    return (scores - scores.mean(axis=1, keepdims=True)) / (
        scores.std(axis=1, keepdims=True) + 1e-9
    )


def _chosen(chance: Any) -> list[int]:
    """The themes that are likely enough, the likeliest first; ties in codebook order."""
    order = sorted(range(len(chance)), key=lambda theme: (-chance[theme], theme))[:MOST_LABELS]
    enough = min(_ENOUGH / len(chance), _ENOUGH_OF_FEW)
    least = max(enough, _CLOSE * chance[order[0]])
    return [theme for theme in order if chance[theme] >= least]


def _span(
    theme: int, tokens: Sequence[_Token], found: Sequence[_Found], pull: Mapping[str, Any]
) -> tuple[int, int] | None:
    """The weightiest cue of this theme, else the word that speaks most for it and its neighbours."""
    hits = [hit for hit in found if hit.theme == theme]
    if hits:
        best = max(hits, key=lambda hit: (hit.weight, -hit.start))
        return best.start, best.end
    if not tokens:
        return None
    # Short words are in every theme; they only ever join a longer neighbour.
    pulls = [pull[t.text][theme] * min(len(t.text), 6) for t in tokens]
    peak = max(range(len(tokens)), key=lambda at: (pulls[at], -at))
    first, last = peak, peak
    if first > 0 and pulls[first - 1] > pulls[peak] / 2:
        first -= 1
    if last < len(tokens) - 1 and pulls[last + 1] > pulls[peak] / 2:
        last += 1
    return tokens[first].start, tokens[last].end


def _tokens(words: str) -> list[_Token]:
    return [
        _Token(_plain(m.group()), m.start(), m.end())
        for m in _TOKEN.finditer(words.replace("’", "'"))
    ]


def _plain(text: str) -> str:
    return text.replace("’", "'").lower()


def _version(codebook: Codebook, by_people: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    made_from = repr((ALGORITHM, codebook.groups, codebook.themes, list(by_people)))
    return hashlib.sha256(made_from.encode("utf-8", "surrogatepass")).hexdigest()[:16]

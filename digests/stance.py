"""The stance of a text: strength, worry, mixed, idea, question, or unclear.

Keeps the promise that a digest can give strengths their place beside worries. The rules are few and
written out, so that a theme editor who disagrees can see why; where the words alone don't say, the
theme's usual stance decides, and without one the answer is `unclear`. It describes what was said
and never the person who said it.
"""

from __future__ import annotations

import re


def read(words: str, leaning: str = "") -> str:
    """One of strength, worry, mixed, idea, question and unclear.

    `leaning` is the usual stance of the theme these words were given, or nothing.
    """
    text = words.replace("’", "'").strip().lower()
    if not text:
        return "unclear"
    if _IDEA.search(text):
        return "idea"
    if _asks(text):
        return "question"
    good, bad = len(_GOOD.findall(text)), len(_BAD.findall(text))
    if good and bad and _TURN.search(text):
        return "mixed"
    # How a theme is usually meant outweighs a single word, and gives way to several.
    balance = good - bad + _LEANS.get(leaning, 0.0)
    if abs(balance) >= 1:
        return "strength" if balance > 0 else "worry"
    return leaning or ("mixed" if good else "unclear")


_LEANS = {"strength": 1.5, "worry": -1.5}


def _asks(text: str) -> bool:
    """Whether the words are really a question: they say so, or end in one that seeks an answer."""
    if _WONDER.search(text):
        return True
    return text.endswith("?") and bool(_OPEN_QUESTION.search(_SENTENCE_END.split(text[:-1])[-1]))


_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")

_IDEA = re.compile(
    r"""\b(?:
      could\ (?:we|the|it\ not|someone|somebody|they|there|you)\b[^.]*\?
    | couldn't\ (?:we|the|they)\b | can\ we\ (?:not\ )?\b[^.]*\?
    | what\ if\b | why\ not\b | how\ about\b | what\ about\ (?:a|an|having)\b
    | (?:i|we|they|he|she)(?:'d|\ would)\ (?:suggest|propose) | suggest(?:s|ed|ion\ is)?\ (?:that|we|a)\b
    | proposed?\ (?:that|a)\b | (?:my|an|one|her|his|their)\ idea\b | would\ it\ help\ if
    | (?:you|u|they|we|someone|somebody)\ (?:should|could\ just|ought\ to)\b
    | let's\b | (?:we|they|kids)\ (?:want|need)\ a\b | worth\ (?:trying|a\ try)\b
    )""",
    re.VERBOSE,
)

_WONDER = re.compile(
    r"\b(?:genuine(?:ly)? (?:question|asking)|asking because|does (?:anyone|anybody) know"
    r"|can anyone (?:tell|say)|i(?:'d| would) (?:love|like) to know (?:whether|if|who)"
    r"|i wonder (?:whether|if|who|what)|what i can't work out)\b"
)

_OPEN_QUESTION = re.compile(
    r"^\W*(?:and |so |but )?(?:who|what|whose|why|when|where|which|how|is|are|do|does|did|should"
    r"|would|if|worth|could)\b"
)

_TURN = re.compile(r"\b(?:but|though|tho|although|except|however|even so|mind you)\b")

_GOOD = re.compile(
    r"""\b(?:
      good|great|brilliant|lovely|kind|kinder|proud|glad|grateful|pleased|happy|happier|best|better
    | calm\w*|quieter|warm\w*|safer|laugh\w*|smil\w+|thank\w*|trust(?:s|ed)?|listen(?:s|ed)
    | works|worked|helped|sorted|stayed|turned\ up|remember(?:s|ed)|came\ back|thriv\w+|love[sd]
    | finally|saved|managed|first\ time|alright|decent|easier|settled|grand|same\ day
    | (?:never|hasn't|haven't)\ missed|look(?:s|ed)?\ (?:after|out\ for)|no\ (?:fuss|drama)
    | within\ (?:a|the)\ (?:day|week|hour)|not\ one\ mention|ours\ now
    )\b""",
    re.VERBOSE,
)

_BAD = re.compile(
    r"""\b(?:
      can't|cannot|cant|won't|wont|don't|dont|didn't|didnt|aren't|isn't|none|no\ one|nowhere
    | worse|worst|worr(?:y|ied|ies)|scared|afraid|fright\w+|lost|losing|wait(?:s|ed|ing)?|weeks
    | months|refused|tired|exhausted|ow(?:e|es|ed|ing)|debts?|threat\w*|blame[sd]?|ashamed|shame
    | missing|cancelled|too\ (?:late|many|much|long|far|young)|still|exclu\w+|arrest\w*|alone
    | followed|bad|harder|problem\w*|ignored|lies|lied|supposed\ to|fourth|fifth|sixth|angry
    | cried|crying|forgot\w*
    )\b""",
    re.VERBOSE,
)

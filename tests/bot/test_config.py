"""Settings: what is right is read, and whatever is wrong is told at once, with its line."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from bot import config

ANSWERS = {
    "public_address": "https://heardback.northport.example",
    "id": "northport",
    "name": "Northport",
    "front_door_name": "the Northport front door",
    "front_door_number": "01632 960 100",
    "front_door_hours": "weekdays 9 to 5",
    "out_of_hours_number": "01632 960 101",
    "lado_contact": "the Northport LADO, 01632 960 102",
    "intelligence_route": "Northport police intelligence desk, 101",
    "whistleblowing_route": "your agency's speak-up line",
    "lead_role": "the safeguarding lead",
    "deputy_role": "the deputy lead",
    "second_lead_role": "the second lead",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    keys = tmp_path / "heardback.keys"
    keys.write_text("invented")
    keys.chmod(0o600)
    place = tmp_path / "heardback.toml"
    place.write_text(config.write_template(ANSWERS), encoding="utf-8")
    return place


ROWS = 'database = ""\n# Empty: the data keys'


def change(file: Path, old: str, new: str) -> int:
    """Replaces text that is there once; the line it stands in."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def told(file: Path) -> list[tuple[int, str]]:
    return [(problem.line, problem.sentence) for problem in config.problems(file)]


def test_a_filled_template_has_no_problem_and_is_read(file: Path) -> None:
    settings = config.read(file)
    (northport,) = settings.partnerships
    assert settings.database_url == f"sqlite:///{file.parent / 'data' / 'heardback.db'}"
    assert (settings.port, settings.mail, settings.keys.name) == (8000, None, "heardback.keys")
    assert (northport.k, northport.zone, northport.interval_weeks) == (5, "Europe/London", 2)
    assert northport.read_times[0] == (0, time(9, 30))
    assert (northport.quiet_from, northport.quiet_to) == (time(18), time(8))


MAIL = """
[mail]
host = "smtp.example.org"
port = 587
sender = "heardback@example.org"
"""


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("starttls = false", "would travel in the clear"),
        ('username = "bot"', "belong together"),
        ('ca_file = "nowhere.pem"', "nowhere.pem is missing"),
        ("", ""),
        ('host = "localhost"\nstarttls = false', ""),
    ],
)
def test_mail_that_would_not_be_safe_is_refused(file: Path, more: str, sentence: str) -> None:
    mail = MAIL.replace('host = "smtp.example.org"\n', "") if "host" in more else MAIL
    file.write_text(file.read_text("utf-8") + mail + more + "\n", encoding="utf-8")
    found = " ".join(said for _, said in told(file))
    assert sentence in found
    assert bool(found) == bool(sentence)


def test_the_words_fill_the_placeholders_of_the_wording(file: Path) -> None:
    words = config.read(file).partnerships[0].words()
    assert words["partnership_name"] == "Northport"
    assert words["front_door_number"] == "01632 960 100"
    assert words["quiet_hours"] == "18:00 to 08:00"
    assert words["interval_words"] == "2 weeks"
    unsaid = {"lawful_basis", "sensitive_basis", "privacy_contact"}  # only they can decide
    assert {name for name, word in words.items() if not word} == unsaid


def test_what_the_row_keeps_is_what_handlers_read(file: Path) -> None:
    kept = config.read(file).partnerships[0].kept()
    assert kept["read_times"][0] == [0, "09:30"]
    assert (kept["send_from"], kept["send_until"]) == ("08:00", "18:00")


def test_an_empty_template_tells_every_missing_answer_at_once(tmp_path: Path) -> None:
    place = tmp_path / "heardback.toml"
    place.write_text(config.write_template({}), encoding="utf-8")
    sentences = " ".join(sentence for _, sentence in told(place))
    for key in [*ANSWERS, "heardback.keys"]:
        assert key in sentences
    with pytest.raises(config.RefusedSettings) as refused:
        config.read(place)
    assert refused.value.problems == config.problems(place)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('front_door_number = "01632 960 100"', "", "front_door_number is missing"),
        ('lado_contact = "the', 'lado_contact = " " # "the', "lado_contact is missing"),
        ('"01632 960 100"', '"ask around"', "a number that can be rung"),
        ('childline_number = "0800 1111"', 'childline_number = ""', "childline_number is missing"),
        ("k = 5", "k = 4", "The bar cannot be lowered"),
        ("k = 5", 'k = "5"', "k must be a whole number"),
        ("k = 5", "k = true", "k must be a whole number"),
        ('"Europe/London"', '"Europe/Lodnon"', 'Did you mean "Europe/London"?'),
        ('"Europe/London"', '"../../etc/passwd"', "no time zone"),
        ('"Europe/London"', '"Europe"', "no time zone"),
        ("deputy_role =", "deputy_roll =", 'Did you mean "deputy_role"?'),
        ('quiet_from = "18:00"', 'quiet_from = "07:00"', "must run overnight"),
        ('prompt_time = "10:00"', 'prompt_time = "20:00"', "falls into the quiet hours"),
        ('digest_time = "09:00"', 'digest_time = "9 o\'clock"', "must be a time of day"),
        ('digest_weekday = "Friday"', 'digest_weekday = "Fryday"', "must be a day of the week"),
        ("retention_weeks = 26", "retention_weeks = 27", "from 1 to 26"),
        (ROWS, ROWS.replace('""', '"mysql://me:secret@host/x"'), "sqlite:///FILE or postgresql"),
        (ROWS, ROWS.replace('""', '"sqlite:///:memory:"'), "loses everything"),
        ('data = "data"', 'data = "heardback.toml/data"', "cannot be written to"),
        ('"https://heardback', '"http://heardback', "must begin with https://"),
        ("port = 8000", "port = 80000", "from 1 to 65535"),
        ("school_terms = []", 'school_terms = [["2026-09-31", "2026-10-23"]]', "not a first and"),
        ("school_terms = []", 'school_terms = [["2026-12-01", "2026-10-23"]]', "before it begins"),
        ('"the second lead"', '"the safeguarding lead"', "somebody other than the lead"),
        ('"Northport"', "Northport", "cannot be read"),
        ('id = "northport"', 'id = "North Port"', "small letters"),
    ],
)
def test_a_problem_is_told_in_words_with_its_line(
    file: Path, old: str, new: str, sentence: str
) -> None:
    line = change(file, old, new)
    matching = [at for at, told_sentence in told(file) if sentence in told_sentence]
    assert matching
    gone = not new  # a key that is not there is told at the head of its part
    assert gone or line in matching
    assert "secret" not in str(told(file))


def test_a_missing_key_is_told_at_the_head_of_its_partnership(file: Path) -> None:
    change(file, 'lead_role = "the safeguarding lead"', "")
    text = file.read_text(encoding="utf-8")
    head = text[: text.index("[[partnerships]]")].count("\n") + 1
    assert [line for line, _ in told(file)] == [head]


def test_the_second_partnership_has_its_own_lines(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    part = text[text.index("[[partnerships]]") :]
    second = part.replace('"northport"', '"wolds"').replace("k = 5", "k = 2")
    file.write_text(text + second, encoding="utf-8")
    expected = text.count("\n") + second[: second.index("k = 2")].count("\n") + 1
    assert [line for line, _ in told(file)] == [expected]


def test_two_partnerships_cannot_share_an_id(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text[text.index("[[partnerships]]") :], encoding="utf-8")
    assert [sentence for _, sentence in told(file)] == [
        'The id "northport" is used by more than one partnership.'
    ] * 2


def test_a_key_file_that_others_can_read_is_refused(file: Path) -> None:
    (file.parent / "heardback.keys").chmod(0o640)
    ((_, sentence),) = told(file)
    assert "can be read by others" in sentence


def test_a_key_file_that_is_not_there_is_refused(file: Path) -> None:
    (file.parent / "heardback.keys").unlink()
    ((_, sentence),) = told(file)
    assert "is missing" in sentence


def test_mail_is_looked_at_when_it_is_there(file: Path) -> None:
    change(file, "[[partnerships]]", '[mail]\nhost = ""\nsendr = "x"\n\n[[partnerships]]')
    sentences = " ".join(sentence for _, sentence in told(file))
    assert "host is missing" in sentences
    assert "sender is missing" in sentences
    assert 'Did you mean "sender"?' in sentences


def test_no_partnership_at_all_is_a_problem(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("[[partnerships]]")], encoding="utf-8")
    assert "At least one" in str(told(file))


def test_a_file_that_is_not_there_or_not_text_gets_a_sentence(tmp_path: Path) -> None:
    assert "no settings file" in str(told(tmp_path / "none.toml"))
    garbage = tmp_path / "garbage.toml"
    garbage.write_bytes(b"\xff\xfe\x00\x81")
    assert "cannot be read as text" in str(told(garbage))


def test_school_terms_are_read_as_dates(file: Path) -> None:
    change(file, "school_terms = []", 'school_terms = [["2026-09-02", 2026-10-23]]')
    terms = config.read(file).partnerships[0].school_terms
    assert terms == ((date(2026, 9, 2), date(2026, 10, 23)),)


def test_answers_with_quotes_and_backslashes_come_back_as_they_were(file: Path) -> None:
    name = 'The "Wolds" \\ Café\tand coast'
    file.write_text(config.write_template(ANSWERS | {"name": name}), encoding="utf-8")
    assert config.read(file).partnerships[0].name == name


def test_answers_can_be_lists_and_whole_numbers(file: Path) -> None:
    more = {"read_times": "Monday 10:00, Thursday 16:30", "k": "8"}
    file.write_text(config.write_template(ANSWERS | more), encoding="utf-8")
    northport = config.read(file).partnerships[0]
    assert (northport.k, northport.read_times) == (8, ((0, time(10)), (3, time(16, 30))))


def test_an_answer_without_a_place_is_a_mistake_in_the_caller() -> None:
    with pytest.raises(ValueError, match="no place for: colour"):
        config.write_template({"colour": "blue"})
    with pytest.raises(ValueError, match="whole number"):
        config.write_template({"k": "five"})


def test_meetings_and_the_longest_wait_reach_the_partnership_and_a_wrong_day_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "heardback.keys").write_text("0" * 64, encoding="ascii")
    (tmp_path / "heardback.keys").chmod(0o600)
    text = config.write_template(
        ANSWERS | {"meetings": "2027-03-11, 2027-01-14", "retention_weeks": "20"}
    )
    file = tmp_path / "heardback.toml"
    file.write_text(text, encoding="utf-8")
    kept = config.read(file).partnerships[0].kept()
    assert kept["meetings"] == ["2027-01-14", "2027-03-11"]
    assert kept["retention_weeks"] == 20
    file.write_text(text.replace("2027-03-11", "next Tuesday"), encoding="utf-8")
    (problem,) = config.problems(file)
    assert "next Tuesday" in problem.sentence


def test_an_agency_has_its_safeguarding_contact_by_its_name_and_is_named_once(file: Path) -> None:
    text = f"{file.read_text('utf-8')}\n[partnerships.agency_contacts]\n"
    file.write_text(f'{text}"Social care" = "Duty manager, 01632 960 150"\n', "utf-8")
    kept = config.read(file).partnerships[0].kept()
    assert kept["agency_contacts"] == {"social_care": "Duty manager, 01632 960 150"}
    file.write_text(f'{text}"Social care" = "a"\n"social  care" = "b"\n', "utf-8")
    [(_, sentence)] = told(file)
    assert "named twice" in sentence


def test_a_forum_has_its_name_by_its_level_and_a_level_that_is_none_is_told(file: Path) -> None:
    text = file.read_text("utf-8")
    file.write_text(f'{text}\n[partnerships.forums]\noperational = "Safer Streets"\n', "utf-8")
    assert config.read(file).partnerships[0].forums == {"operational": "Safer Streets"}
    file.write_text(f'{text}\n[partnerships.forums]\noperation = "Safer Streets"\n', "utf-8")
    [(_, sentence)] = told(file)
    assert 'Did you mean "operational"?' in sentence

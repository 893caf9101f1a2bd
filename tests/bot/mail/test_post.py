"""One mail to a real server: what arrives, and what is certain when it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.mail.letters import Letter, Link, compose
from bot.mail.post import NotNow, fault, post
from bot.sending import PATIENCE, Refused, TooLate, TryLater, Unclear
from bot.settings_mail import MailSettings
from handlers.messages import Form, Text
from tests.bot.mail.server import SENDER, Manners, free_port, serving
from tests.loops import run

AT = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
SOON = 1.0  # seconds that a test waits for a server that never answers


def letter(to: str = "ana@housing.example") -> Letter:
    return Letter(
        to=to,
        subject="A question from Northport",
        partnership="Northport",
        form=Form("prompt", "A question for you", (Text("What helped? **Really** <b>", "voice"),)),
        footer="Call **999**.",
        key="row-1",
        link=Link("Open", "https://heardback.example/in/token"),
    )


def made(to: str = "ana@housing.example") -> EmailMessage:
    return compose(letter(to), sender=SENDER, at=AT)


def send(
    settings: MailSettings,
    message: EmailMessage,
    last_look: Callable[[], None] = lambda: None,
    *,
    patience: float = PATIENCE,
) -> None:
    run(post(settings, message, last_look=last_look, patience=patience))


def test_a_mail_arrives_with_a_text_and_an_html_part(tmp_path: Path) -> None:
    manners = Manners()
    with serving(manners, tmp_path) as settings:
        send(settings, made())
    (taken,) = manners.taken
    text, html = (part.get_content() for part in taken.iter_parts())
    assert taken["Subject"] == "A question from Northport"
    assert taken["To"] == "ana@housing.example"
    assert "What helped? Really <b>" in text
    assert "https://heardback.example/in/token" in text
    assert "<strong>Really</strong> &lt;b&gt;" in html
    assert manners.envelopes[0].mail_from == SENDER


def test_nothing_is_fetched_when_a_mail_is_read() -> None:
    html = made().get_body(("html",))
    assert html is not None
    source = html.get_content()
    for remote in ("src=", "<img", "<link", "<script", "@import", "url(", "<style"):
        assert remote not in source, remote
    assert source.count("https://") == source.count("https://heardback.example/in/token")
    assert len(source) < 20_000


def test_the_same_key_gives_the_same_message_id() -> None:
    assert made()["Message-ID"] == made()["Message-ID"]
    other = compose(replace(letter(), key="row-2"), sender=SENDER, at=AT)
    assert made()["Message-ID"] != other["Message-ID"]
    assert "row-1" not in made()["Message-ID"]


def test_an_address_with_a_line_break_makes_no_mail() -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        made("ana@housing.example\nBcc: all@housing.example")


def test_a_mail_goes_over_starttls_to_whoever_can_sign_in(tmp_path: Path) -> None:
    manners = Manners()
    with serving(manners, tmp_path, secure=True) as settings:
        send(settings, made())
        assert run(fault(settings)) == ""
    assert len(manners.taken) == 1


def test_a_wrong_password_is_said_and_nothing_is_sent(tmp_path: Path) -> None:
    manners = Manners()
    with serving(manners, tmp_path, secure=True) as settings:
        assert settings.password_file is not None
        settings.password_file.write_text("wrong", encoding="utf-8")
        with pytest.raises(NotNow, match="s"):
            send(settings, made())
        assert run(fault(settings)) == "the mail server refused our sign-in"
    assert manners.taken == []


def test_a_password_file_that_went_missing_is_named(tmp_path: Path) -> None:
    with serving(Manners(), tmp_path, secure=True) as settings:
        assert settings.password_file is not None
        settings.password_file.unlink()
        assert run(fault(settings)) == "the mail password file cannot be read"


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(tmp_path: Path) -> None:
    manners = Manners()
    with serving(manners, tmp_path, secure=True) as settings:
        with pytest.raises(NotNow):
            send(replace(settings, ca_file=None), made())
        assert "could not prove" in run(fault(replace(settings, ca_file=None)))
    assert manners.taken == []


def test_a_server_without_encryption_gets_nothing_when_it_is_asked_for(tmp_path: Path) -> None:
    manners = Manners()
    with serving(manners, tmp_path) as settings, pytest.raises(NotNow):
        send(replace(settings, starttls=True), made())
    assert manners.taken == []


@pytest.mark.parametrize("step", ["rcpt", "data"])
@pytest.mark.parametrize(("code", "fate"), [("550 no", Refused), ("451 later", TryLater)])
def test_a_no_is_for_ever_or_for_now(
    tmp_path: Path, step: str, code: str, fate: type[Exception]
) -> None:
    manners = Manners(**{step: code})
    with serving(manners, tmp_path) as settings, pytest.raises(fate):
        send(settings, made())
    assert manners.taken == []


def test_a_server_that_is_down_certainly_took_nothing() -> None:
    settings = MailSettings("127.0.0.1", free_port(), SENDER, "", None, starttls=False)
    with pytest.raises(NotNow) as told:
        send(settings, made())
    assert told.value.reason == "the mail server cannot be reached"


@pytest.mark.parametrize("how", ["stall_at", "break_at"])
def test_before_the_message_a_silence_is_certain_and_after_it_unclear(
    tmp_path: Path, how: str
) -> None:
    with serving(Manners(**{how: "rcpt"}), tmp_path) as settings, pytest.raises(TryLater):
        send(settings, made(), patience=SOON)
    with serving(Manners(**{how: "data"}), tmp_path) as settings, pytest.raises(Unclear):
        send(settings, made(), patience=SOON)


def test_the_last_look_can_still_stop_it(tmp_path: Path) -> None:
    def look() -> None:
        raise TooLate

    manners = Manners()
    with serving(manners, tmp_path) as settings, pytest.raises(TooLate):
        send(settings, made(), look)
    assert manners.taken == []


def test_an_address_in_other_letters_is_written_to_where_the_server_can(tmp_path: Path) -> None:
    manners = Manners()
    with serving(manners, tmp_path) as settings:
        send(settings, made("zoë@housing.example"))
    assert manners.envelopes[0].rcpt_tos == ["zoë@housing.example"]

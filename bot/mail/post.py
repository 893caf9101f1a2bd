"""One mail to one mail server, once; and what is certain when it did not go.

Nothing is tried again here. Up to the last line of the message a failure means that nothing was sent;
between that line and the server's answer nobody can know, and that is said.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.policy import SMTPUTF8 as WIRE_UTF8
from email.policy import EmailPolicy
from email.utils import parseaddr
from pathlib import Path
from typing import Any, cast

import aiosmtplib

from bot.sending import PATIENCE, Refused, TryLater, Unclear
from bot.settings_mail import TLS_PORT, MailSettings

WAIT = 300.0  # seconds until a mail that certainly did not go is tried again


class NotNow(TryLater):
    """This mail certainly did not go, and may later. `reason` is a few words without any address."""

    def __init__(self, reason: str) -> None:
        super().__init__(WAIT)
        self.reason = reason


def _nothing() -> None:
    """The last look of a mail that nobody else can have."""


async def post(
    settings: MailSettings,
    message: EmailMessage,
    *,
    last_look: Callable[[], None] = _nothing,
    patience: float = PATIENCE,
) -> None:
    """Hand this message to the mail server.

    `last_look` is called when everything but the message itself is said; what it raises is let through.

    Raises:
        NotNow: it certainly did not go; the server is away, or said "later".
        Refused: it never will; the server refused the address or the message.
        Unclear: the connection broke between the message and the server's answer.
    """
    async with _open(settings, patience) as client:
        with _before_the_message():
            policy = await _envelope(client, settings.sender, str(message["To"]))
        last_look()
        with _with_the_message():
            await client.data(message.as_bytes(policy=policy))


async def fault(settings: MailSettings, *, patience: float = PATIENCE) -> str:
    """Why mail cannot go out now, in a few words; empty when the server takes our sender."""
    try:
        async with _open(settings, patience) as client:
            with _before_the_message():
                await client.mail(settings.sender)
    except NotNow as problem:
        return problem.reason
    except Refused as problem:
        return problem.reason
    return ""


@asynccontextmanager
async def _open(settings: MailSettings, patience: float) -> AsyncIterator[aiosmtplib.SMTP]:
    """A connection that is encrypted and signed in as the settings say, and closed in any case."""
    with _before_the_message():
        trust = ssl.create_default_context() if settings.encrypted else None
        if trust is not None and settings.ca_file is not None:
            trust.load_verify_locations(settings.ca_file)
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=patience,
            use_tls=settings.port == TLS_PORT,
            start_tls=settings.starttls and settings.port != TLS_PORT,
            tls_context=trust,
        )
    try:
        with _before_the_message():
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
            if settings.password_file is not None:
                await client.login(settings.username, _password(settings.password_file))
        yield client
        with suppress(aiosmtplib.SMTPException, OSError):  # the answer has come: goodbye is manners
            await client.execute_command(b"QUIT")
    finally:
        transport = cast(asyncio.Transport | None, client.transport)
        client.close()
        if transport is not None:
            transport.abort()  # a TLS goodbye would wait for a server that may be gone
        await asyncio.sleep(0)  # lets the socket be closed before the loop may end


def _password(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise NotNow("the mail password file cannot be read") from None


async def _envelope(client: aiosmtplib.SMTP, sender: str, recipient: str) -> EmailPolicy[Any]:
    """Say who it is from and for; returns how the message must be written for this server."""
    address = parseaddr(recipient)[1]
    if address.isascii():
        await client.mail(sender)
        await client.rcpt(address)
        return WIRE
    if not client.supports_extension("smtputf8"):
        raise Refused("the mail server cannot write to this address")
    await client.mail(sender, options=["SMTPUTF8"], encoding="utf-8")
    await client.rcpt(address, encoding="utf-8")
    return WIRE_UTF8


@contextmanager
def _before_the_message() -> Iterator[None]:
    """Whatever fails here: nothing was sent."""
    try:
        yield
    except aiosmtplib.SMTPRecipientRefused as problem:
        raise _by_code(problem.code, "the address was refused") from None
    except aiosmtplib.SMTPAuthenticationError:
        raise NotNow("the mail server refused our sign-in") from None
    except aiosmtplib.SMTPSenderRefused:
        raise NotNow("the mail server refused our sender") from None
    except ssl.SSLError:
        raise NotNow("the mail server could not prove who it is") from None
    except (aiosmtplib.SMTPTimeoutError, TimeoutError):
        raise NotNow("the mail server does not answer") from None
    except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPServerDisconnected, OSError):
        raise NotNow("the mail server cannot be reached") from None
    except aiosmtplib.SMTPException:
        raise NotNow("the mail server and we did not agree") from None


@contextmanager
def _with_the_message() -> Iterator[None]:
    """Only the server's own "no" is certain here."""
    try:
        yield
    except aiosmtplib.SMTPDataError as problem:
        raise _by_code(problem.code, "the message was refused") from None
    except (aiosmtplib.SMTPException, OSError):
        raise Unclear("the mail server did not say whether it took it") from None


def _by_code(code: int, reason: str) -> Refused | NotNow:
    """5xx is for ever, 4xx for now (RFC 5321, 4.2.1)."""
    return Refused(reason) if code >= 500 else NotNow(reason)

"""A real mail server on this machine, with the manners a test asks for."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.settings_mail import MailSettings
from bot.web.app import wall_clock

SENDER = "bot@heardback.example"
NAME, WORD = "bot", "correct horse"


@dataclass
class Manners:
    """How the server behaves. A stall lasts until the server is stopped."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    stall_at: str = ""
    break_at: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)

    async def _step(self, name: str, server: SMTP) -> None:
        if self.stall_at == name:
            await asyncio.Event().wait()
        if self.break_at == name:
            cast(Any, server.transport).abort()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._step("rcpt", server)
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await self._step("data", server)
        if self.data.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(cast(EmailMessage, message_from_bytes(content, policy=default)))
            self.envelopes.append(envelope)
        return self.data


class Closing(Controller):
    """Closes what is still open when it is stopped, as a mail server that is switched off does."""

    def factory(self) -> SMTP:
        made = super().factory()
        self.__dict__.setdefault("made", []).append(made)
        return made

    def close_all(self) -> None:
        for server in self.__dict__.get("made", []):
            if server.transport is not None:
                server.transport.abort()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(manners: Manners, folder: Path, *, secure: bool = False) -> Iterator[MailSettings]:
    """The server with these manners; with `secure`, only over STARTTLS and to whoever signs in."""
    port = free_port()
    options: dict[str, Any] = {"enable_SMTPUTF8": True}
    if secure:
        certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "mail.crt", folder / "mail.key")
        options |= {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": _known,
            "auth_required": True,
        }
    server = Closing(manners, hostname="127.0.0.1", port=port, **options)
    server.start()
    password = folder / "mail-password"
    password.write_text(WORD + "\n", encoding="utf-8")
    password.chmod(0o600)
    try:
        yield MailSettings(
            host="127.0.0.1",
            port=port,
            sender=SENDER,
            username=NAME if secure else "",
            password_file=password if secure else None,
            starttls=secure,
            ca_file=folder / "mail.crt" if secure else None,
        )
    finally:
        server.loop.call_soon_threadsafe(server.close_all)
        server.stop(no_assert=True)


def _known(server: SMTP, session: Session, envelope: Envelope, how: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        NAME.encode(),
        WORD.encode(),
    )
    return AuthResult(success=right, handled=False)


def certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 that nobody but the test trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = wall_clock()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "mail.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "mail.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

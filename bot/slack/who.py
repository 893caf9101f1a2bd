"""Where somebody of a Slack workspace is written to, and so whose account it is."""

from __future__ import annotations

from bot.accounts import Accounts
from bot.slack.happened import Person
from handlers.messages import Address

PLATFORM = "slack"


def address_of(who: Person) -> Address:
    return Address(PLATFORM, who.account, who.user)


accounts = Accounts(address_of)

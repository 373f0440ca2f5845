"""Mails of a full mailbox: some of hiring, and bulk mail."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from afterword.recognition.reading import User

NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)
JANE = User(addresses=("jane@example.org",))
ACME = "Acme <anna@acme.example>"
SHOP = "Shop <orders@shop.example>"
UNSUBSCRIBE = "List-Unsubscribe: <https://acme.example/u>\r\n"
RECEIPT = "Dear Jane, we have received your application for the role of Backend Engineer at Acme. Regards, Acme"
LONG = "20 % off all lamps. " * 1000


def mail(number: int, sender: str, subject: str, text: str, further: str = "") -> bytes:
    head = f"From: {sender}\r\nTo: jane@example.org\r\nSubject: {subject}\r\nMessage-ID: <{number}@acme.example>\r\n{further}"
    return f"{head}Date: {format_datetime(NOW - timedelta(hours=2))}\r\n\r\n{text}\r\n".encode()


def bulk(number: int) -> bytes:
    return mail(number, SHOP, f"Your order {number} has shipped", LONG, UNSUBSCRIBE)


RECEIVED = mail(1, ACME, "Your application to Acme", RECEIPT)
BULK_OF_ACME = mail(2, ACME, "Your order of things", "We decided not to move forward.", UNSUBSCRIBE)

"""Made-up mails of about 3 kB of text, in English and German: what a mailbox is full of, and what is looked for in it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

USER = "jane@home.example"
TEXT_LENGTH = 3000
FIRST_DAY = datetime(2026, 1, 5, 8, tzinfo=UTC)

_COMPANIES = ("Tailspin", "Nordlicht", "Blauwerk", "Fabrikam", "Rheintech", "Contoso", "Lindgren", "Wingtip")
_PEOPLE = ("Anna Berg", "Tom Winter", "Carla Rossi", "Petra Klein", "Jonas Falk", "Mira Stein", "Paul Ford")
_ROLES = ("Data Analyst", "Backend Engineer", "Product Manager", "Technical Writer", "Projektleiterin")
_TOWNS = ("Lisbon", "Bremen", "Utrecht", "Turin", "Leeds", "Graz", "Porto", "Aarhus", "Ghent")

_OPENINGS: Mapping[str, str] = {
    "rejection-en": """Dear Jane,

thank you for your application for the position of {role} at {company}, and for the time that you took to speak with {person}.
We had {number} applications for this role. After careful consideration we have decided not to move forward with your application.
This was not an easy decision, and it says nothing about your skills.

We wish you all the best for your search.

Kind regards
{person}
The {company} Hiring Team
""",
    "rejection-de": """Sehr geehrte Frau Doe,

vielen Dank für Ihre Bewerbung als {role} und das damit verbundene Interesse an unserem Haus. Uns haben {number} Bewerbungen erreicht.
Nach sorgfältiger Prüfung aller Unterlagen müssen wir Ihnen leider mitteilen, dass wir Ihre Bewerbung nicht berücksichtigen können.
Bitte sehen Sie darin keine Wertung Ihrer Qualifikation.

Für Ihren weiteren beruflichen Weg wünschen wir Ihnen alles Gute.

Mit freundlichen Grüßen
{person}
{company} GmbH
""",
    "receipt-en": """Hello Jane,

thanks for your order no. {number}{number}. We have received your payment of {number}.90 EUR and will send the parcel to {town}.
You can return each item within 30 days. If you have questions about this order, please answer the form on our site.

1 x Desk lamp, brushed steel      {number}.00 EUR
2 x Notebook, squared              12.40 EUR
1 x Shipping                        4.90 EUR

Your {company} shop
""",
    "receipt-de": """Guten Tag,

vielen Dank für Ihre Bestellung Nr. {number}{number}. Ihre Zahlung über {number},90 EUR ist bei uns eingegangen, das Paket geht nach {town}.
Sie können jeden Artikel binnen 30 Tagen zurückgeben. Bei Fragen zur Bestellung hilft Ihnen unser Kundendienst gerne weiter.

1 x Schreibtischlampe, Stahl      {number},00 EUR
2 x Notizbuch, kariert             12,40 EUR
1 x Versand                         4,90 EUR

Ihr {company}-Shop
""",
    "newsletter-en": """{company} Weekly, issue {number}

Good morning! This week we look at why the harbour of {town} is growing again, what {person} makes of it, and three recipes for spring.
Our readers' survey closes on Sunday at 8 pm. Last week {number} of you answered, thank you!

- The long read: a city that forgot its river
- Numbers: {number} bicycles in a canal
- Listen: a talk with {person} on Thursday at 18:30
""",
    "newsletter-de": """{company} Wochenbrief, Ausgabe {number}

Guten Morgen! In dieser Woche schauen wir, warum der Hafen von {town} wieder wächst, was {person} davon hält, und auf drei Rezepte für den Frühling.
Unsere Umfrage endet am Sonntag um 20 Uhr. In der letzten Woche haben {number} von Ihnen geantwortet, vielen Dank!

- Der lange Text: eine Stadt, die ihren Fluss vergaß
- Zahlen: {number} Fahrräder in einem Kanal
- Hören: ein Gespräch mit {person} am Donnerstag um 18:30 Uhr
""",
    "friend-en": """Hi Jane,

we are back from {town}, and {person} sends her love. The train was {number} minutes late, and still we would do it again tomorrow.
Shall we meet on Saturday at 7 pm for dinner? I could cook, or we try the new place next to the bridge. Tell me what you like better.

The garden is a mess, the roof is not yet mended, and the cat has learned to open the fridge. I will call you next week about the boat.

Hugs
Tom
""",
    "friend-de": """Liebe Jane,

wir sind zurück aus {town}, und {person} lässt dich grüßen. Der Zug kam {number} Minuten zu spät, und wir würden es doch gleich wieder tun.
Sehen wir uns am Samstag um 19 Uhr zum Essen? Ich koche gern, oder wir gehen in das neue Lokal an der Brücke. Sag mir, was dir lieber ist.

Der Garten ist verwildert, das Dach ist noch nicht dicht, und die Katze kann jetzt den Kühlschrank öffnen. Ich rufe dich nächste Woche wegen des Bootes an.

Bis bald
Tom
""",
}
_FURTHER: Mapping[str, tuple[str, ...]] = {
    "en": (
        "The house by the water had been empty for {number} years when {person} first walked past it on the way to {town}.",
        "Nobody remembered who had planted the pear trees, but everybody came in autumn to take a basket of them home.",
        "In {town} they say that a good story needs a boat, a letter that arrives too late, and somebody who can keep quiet.",
        "What surprised us most was how little it cost to keep the old machine running, once we had found the right oil.",
        "Please have a look at the pictures when you find the time; number {number} is the one that I like best.",
        "There will be music, there will be cake, and for the children there is a small theatre in the yard behind the mill.",
        "The new line to {town} opens in March, with a train every {number} minutes, and it doesn't stop at the old station.",
        "If you would rather not hear from us, you can change that at any time on the page that lists your settings.",
    ),
    "de": (
        "Das Haus am Wasser stand {number} Jahre lang leer, als {person} auf dem Weg nach {town} zum ersten Mal daran vorbeiging.",
        "Niemand wusste mehr, wer die Birnbäume gepflanzt hatte, aber im Herbst kamen alle und holten sich einen Korb davon.",
        "In {town} heißt es, eine gute Geschichte braucht ein Boot, einen Brief, der zu spät kommt, und jemanden, der schweigen kann.",
        "Am meisten hat uns überrascht, wie wenig es kostet, die alte Maschine am Laufen zu halten, wenn man das richtige Öl hat.",
        "Schauen Sie sich die Bilder an, wenn Sie Zeit haben; das mit der Nummer {number} gefällt mir am besten.",
        "Es gibt Musik, es gibt Kuchen, und für die Kinder steht im Hof hinter der Mühle ein kleines Theater.",
        "Die neue Strecke nach {town} wird im März eröffnet, alle {number} Minuten fährt ein Zug, und am alten Bahnhof hält er nicht.",
        "Wenn Sie nichts mehr von uns hören möchten, können Sie das jederzeit auf der Seite mit Ihren Einstellungen ändern.",
    ),
}
_HEADS: Mapping[str, tuple[str, str, str]] = {
    "rejection-en": ("{company} Careers <careers@{domain}>", "Your application for {role}", ""),
    "rejection-de": ("{person} <bewerbung@{domain}>", "Ihre Bewerbung als {role}", ""),
    "receipt-en": (
        "{company} Shop <orders@{domain}>",
        "Your order {number} is on its way",
        "Auto-Submitted: auto-generated",
    ),
    "receipt-de": (
        "{company} Shop <bestellung@{domain}>",
        "Ihre Bestellung {number}",
        "Auto-Submitted: auto-generated",
    ),
    "newsletter-en": (
        "{company} Weekly <news@{domain}>",
        "Issue {number}: a river",
        "List-Unsubscribe: <https://{domain}/u/{number}>",
    ),
    "newsletter-de": (
        "{company} Wochenbrief <post@{domain}>",
        "Ausgabe {number}",
        "List-Unsubscribe: <https://{domain}/u/{number}>",
    ),
    "friend-en": ("{person} <friend{number}@friends.example>", "Back from {town}", ""),
    "friend-de": ("{person} <freund{number}@friends.example>", "Wieder da aus {town}", ""),
}
KINDS = tuple(_HEADS)


def made_up_mails(count: int, kinds: tuple[str, ...] = KINDS) -> Iterator[bytes]:
    """So many mails, one kind after the other, an hour apart; no two are the same."""
    for number in range(count):
        yield _mail(number, kinds[number % len(kinds)])


def _mail(number: int, kind: str) -> bytes:
    known = _names(number)
    sender, subject, further = (each.format(**known) for each in _HEADS[kind])
    fields = (
        f"From: {sender}",
        f"To: Jane Doe <{USER}>",
        f"Subject: {subject}",
        f"Date: {format_datetime(FIRST_DAY + timedelta(hours=number))}",
        f"Message-ID: <{number}.{kind}@{known['domain']}>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        *([further] if further else []),
    )
    return "\r\n".join((*fields, "", _text(number, kind).replace("\n", "\r\n"))).encode()


def _text(number: int, kind: str) -> str:
    """The opening of its kind, and other matters up to the length."""
    paragraphs = [_OPENINGS[kind].format(**_names(number))]
    further, length = _FURTHER[kind.rpartition("-")[2]], len(paragraphs[0])
    for step in range(number, number + 100):
        if length >= TEXT_LENGTH:
            break
        paragraphs.append(further[step % len(further)].format(**_names(number + step)))
        length += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs)


def _names(number: int) -> dict[str, str]:
    company = _COMPANIES[number % len(_COMPANIES)]
    return {
        "company": company,
        "domain": f"{company.lower()}{number % 97}.example",
        "person": _PEOPLE[number % len(_PEOPLE)],
        "role": _ROLES[number % len(_ROLES)],
        "town": _TOWNS[number % len(_TOWNS)],
        "number": str(100 + number * 7 % 899),
    }

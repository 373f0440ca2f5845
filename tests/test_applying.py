"""Applications that the user's own mail makes, and the talks that are agreed on in their threads."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from afterword.eventlog.events import InterviewScheduled, UserWrote
from afterword.recognition.mail import read_mail
from afterword.recognition.matching import Directory, Placement
from afterword.recognition.meaning.applying import applies_for_a_job
from afterword.recognition.reading import Reading, User
from tests.placing import settle

JANE = "Jane Doe <jane@home.example>"
USER = User(name="Jane Doe", addresses=("jane@home.example",))
HEATHER = "Heather <heather@mossgrove.example>"

APPLICATIONS = [
    ("Nursery administrator", "Please find attached my CV for the administrator job at Mossgrove Nursery."),
    ("Weekend supervisor job", "I saw the card in your window about a weekend supervisor. My CV is attached."),
    ("Saturday staff", "I would like to apply for the Saturday job that you advertised on your door."),
    ("Any office work?", "I'm looking for part time office work and wondered if you have anything going. CV attached."),
    ("Arbeit im Büro", "ich suche eine neue Arbeit im Büro. Mein Lebenslauf liegt im Anhang."),
    ("Travail de bureau", "Je cherche un travail à mi-temps. Vous trouverez mon CV en pièce jointe."),
    ("Kantoorwerk", "Ik ben op zoek naar ander werk. In de bijlage vind je mijn cv."),
    ("Bewerbung als Erzieherin", "anbei sende ich Ihnen meine Bewerbung als Erzieherin."),
    ("Aushilfe gesucht", "hiermit bewerbe ich mich um die Stelle als Aushilfe in Ihrer Bäckerei."),
    ("Candidature vendeuse", "Vous trouverez ci-joint mon CV pour le poste de vendeuse."),
    ("Votre annonce", "J'ai vu votre annonce et je souhaiterais postuler au poste de serveur."),
    ("Puesto de dependienta", "Les adjunto mi currículum para el puesto de dependienta."),
    ("Oferta de camarero", "Me gustaría optar al puesto de camarero que anuncian en su web."),
    ("Vacature verkoopmedewerker", "Bijgevoegd vind je mijn cv voor de vacature van verkoopmedewerker."),
    ("Sollicitatie", "Graag solliciteer ik naar de functie van kapper in uw salon."),
    ("Vaga de rececionista", "Segue em anexo o meu currículo para a vaga de rececionista."),
    (
        "Anúncio",
        "Venho por este meio apresentar a minha candidatura ao lugar de empregado de mesa. É um trabalho que conheço.",
    ),
    ("Annuncio commessa", "In allegato le invio il mio curriculum per la posizione di commessa."),
    ("Initiativbewerbung", "Ich bewerbe mich initiativ bei Ihnen, meine Unterlagen sind im Anhang."),
    ("Speculative application", "Please find my CV attached."),
    ("Open sollicitatie", "Bij deze stuur ik u mijn cv."),
    ("Sollicitatie planner", "De vacature planner lijkt me leuk. Cv in de bijlage."),
    ("Re: vacatures planner", "Ja graag allebei! Cv zit erbij."),
    ("AW: Interessante Positionen", "ja bitte bei beiden. CV hängt an."),
    ("Candidature spontanée", "Veuillez trouver ci-joint mon CV."),
    ("Candidatura espontánea", "Adjunto mi currículum."),
    ("Candidatura spontanea", "In allegato il mio curriculum."),
    ("Candidatura espontânea", "Segue em anexo o meu CV."),
    ("Re: Staff Engineer", "Sounds interesting, please go ahead and send my resume to them."),
    ("Re: Staff Engineer", "Yes please, put me forward for it."),
    ("Re: Entwicklerin", "Ja gern, bitte leiten Sie meinen Lebenslauf weiter."),
    ("Re: Développeur", "Oui, vous pouvez transmettre mon CV à votre client."),
    ("Re: Administrativa", "Sí, puede enviar mi CV a su cliente."),
    ("Re: Boekhouder", "Ja, u mag mijn cv doorsturen naar de klant."),
    ("Re: Commessa", "Sì, inoltri pure il mio curriculum al cliente."),
    ("Re: Vendedora", "Sim, pode encaminhar meu currículo para o cliente."),
    ("Posto di cameriere", "Vorrei candidarmi per il posto di cameriere nel vostro locale."),
    ("Stock Administrator", "Yes, please put me forward for this one too."),
    ("Lagerist in Ulm", "gern, Sie können mich dort vorstellen."),
    ("Autre piste : gestionnaire paie", "Pourquoi pas, oui, vous pouvez me positionner."),
    ("Comptable à Bron", "Oui, cela m'intéresse, voici mon CV à jour."),
    ("Vacante de contable", "Sí, puedes presentarme."),
    ("Functie boekhouder", "Ja, je mag mij voorstellen."),
    ("Vaga de analista", "Sim, pode me indicar."),
    ("Altra posizione: packaging designer", "Ciao, sì dai candidami pure."),
    (
        "Candidatura art director junior",
        "cercate anche un art director per la collana: vorrei candidarmi anche per questo ruolo. Allego qualche progetto.",
    ),
    ("Autocandidatura", "le scrivo per proporle la mia candidatura come grafica. In allegato CV e portfolio."),
]
NO_APPLICATIONS = [
    ("Re: Staff Engineer", "Could you send my resume back to me? I found a typing error."),
    ("Re: Staff Engineer", "Please send me the details first."),
    (
        "Nursery administrator",
        "My CV for the administrator job at Mossgrove is attached. Could you look it over for me?",
    ),
    ("My CV", "Here is my CV for the job at the library, what do you think?"),
    ("Reference", "I would like to apply for the post of teacher. My CV is attached, could you be my referee?"),
    ("Weekend", "I sent my CV for the supervisor job last week and they have asked me in!"),
    ("Scholarship", "I would like to apply for the research scholarship. My CV is attached, and I have a job."),
    (
        "Flat in Mill Lane",
        "I would like to apply for the flat in Mill Lane. My landlord's reference and my job contract follow.",
    ),
    ("Lebenslauf", "anbei mein Lebenslauf für die Stelle als Erzieherin, kannst du mal drüberschauen?"),
    ("Initiativbewerbung", "Kann man sich bei Ihnen initiativ bewerben?"),
    ("CV", "Ci-joint mon CV pour le poste de vendeuse, tu peux le relire ?"),
    ("Mi CV", "Te adjunto mi currículum para el puesto de dependienta, ¿qué te parece?"),
    ("Mijn cv", "Bijgevoegd mijn cv voor de vacature van verkoper, wil je het nakijken?"),
    ("O meu CV", "Segue o meu currículo para a vaga de rececionista, podes dar uma olhadela?"),
    ("Il mio CV", "In allegato il mio curriculum per il posto di commessa, che ne pensi?"),
    ("Hello", "My CV is attached."),
    ("Saturday", "Can you put me forward for the football team?"),
]


@pytest.mark.parametrize(("subject", "said"), APPLICATIONS)
def test_who_sends_a_cv_for_a_job_applies_for_it(subject: str, said: str) -> None:
    assert applies_for_a_job(subject, f"{said}\n\nJane Doe")


@pytest.mark.parametrize(("subject", "said"), NO_APPLICATIONS)
def test_who_shows_a_cv_to_a_friend_or_wants_something_else_does_not(subject: str, said: str) -> None:
    assert not applies_for_a_job(subject, f"{said}\n\nJane Doe")


def mail(number: int, subject: str, text: str, *, own: bool = False, quoted: str = "") -> Reading:
    """A mail of a thread, at nine on a day from Tuesday, 10 March; each answers the one before."""
    message = EmailMessage()
    message["From"], message["To"] = (JANE, HEATHER) if own else (HEATHER, JANE)
    message["Subject"], message["Message-ID"] = subject, f"<{number}@mail.example>"
    message["Date"] = format_datetime(datetime(2026, 3, 9 + number, 9, tzinfo=UTC))
    if number > 1:
        message["In-Reply-To"] = message["References"] = f"<{number - 1}@mail.example>"
    below = f"\n\nOn Tue, 10 Mar 2026 at 09:00, {HEATHER} wrote:\n> {quoted}" if quoted else ""
    message.set_content(f"{text}{below}\n")
    now = datetime(2026, 4, 1, tzinfo=UTC)
    return read_mail(message.as_bytes(), user=USER, received_at=None, now=now, sent_folder=own)


def placed(*mails: Reading) -> list[Placement]:
    """Each mail is placed in a pass of its own, as by somebody who reads their mail day by day."""
    directory, placements = Directory(), []
    for each in mails:
        directory, found = settle([each], directory)
        placements += found
    return placements


ASKED = "Sorry, only just going through these! Could you come in on Monday at 5.30 once the children have gone home?"
TOLD = "hiya thanks for this!! can u pop in thurs 2ish for a chat? just ask at the till x"


def test_an_own_application_is_known_before_they_answer() -> None:
    [applied] = placed(mail(1, *APPLICATIONS[0], own=True))
    assert applied.application
    assert [type(each.event) for each in applied.findings] == [UserWrote]


@pytest.mark.parametrize(
    ("application", "asked", "yes", "start"),
    [
        (APPLICATIONS[0], ASKED, "Hi Heather, yes I am! 5.30 on Monday is perfect.", datetime(2026, 3, 16, 17, 30)),
        (APPLICATIONS[1], TOLD, "Lovely, see you Thursday at 2!", datetime(2026, 3, 12, 14)),
    ],
)
def test_a_plain_answer_to_an_own_application_sets_its_interview(
    application: tuple[str, str], asked: str, yes: str, start: datetime
) -> None:
    subject = f"Re: {application[0]}"
    applied, heard, agreed = placed(
        mail(1, *application, own=True), mail(2, subject, asked), mail(3, subject, yes, own=True, quoted=asked)
    )
    assert applied.application == heard.application == agreed.application != ""
    [interview] = [each for each in agreed.findings if isinstance(each.event, InterviewScheduled)]
    assert isinstance(interview.event, InterviewScheduled)
    assert interview.event.start == start.replace(tzinfo=UTC)
    assert interview.evidence.doubt is None
    assert interview.evidence.quote in asked
    assert [each.evidence.quote for each in agreed.findings if isinstance(each.event, UserWrote)] == [yes]


def test_who_lets_an_agency_put_them_forward_for_a_second_job_has_a_second_application() -> None:
    first = mail(1, "Mission comptable fournisseurs - Bron", "Oui, voici mon CV à jour.", own=True)
    further = mail(11, "Re: Autre piste - gestionnaire paie", "Oui, vous pouvez me positionner.", own=True)
    no = "Le client n'a pas donné suite, il cherche quelqu'un de plus senior. On continue à chercher pour vous !"
    applied, put_forward, refused = placed(first, further, mail(12, "Re: Autre piste - gestionnaire paie", no))
    assert applied.application != put_forward.application == refused.application != ""


WANTED = (
    "Good news! Norlog want to see you. Monday 16th at 3pm, ask for Darren Firth at the gatehouse. Can you confirm?"
)
COFFEE = "Lovely to hear from you! Shall we have coffee on Monday 16th at 3pm?"


def test_a_yes_to_a_talk_about_a_job_that_nothing_was_known_of_is_asked_about() -> None:
    subject = "Re: Stock Administrator - Wakefield"
    answer = mail(2, subject, "Brilliant, yes I can do Monday at 3.", own=True, quoted=WANTED)
    [asked] = placed(answer)
    assert asked.application
    assert [(type(each.event), each.evidence.doubt) for each in asked.findings] == [(InterviewScheduled, "confidence")]


@pytest.mark.parametrize(
    ("subject", "proposed"),
    [
        ("Re: Monday", COFFEE),
        ("Re: Stock Administrator", COFFEE),
        ("Re: Your check-up", "The dentist wants to see you on Monday 16th at 3pm. Can you confirm?"),
    ],
)
def test_a_yes_to_another_meeting_founds_nothing(subject: str, proposed: str) -> None:
    assert placed(mail(2, subject, "Brilliant, yes, Monday at 3 is fine.", own=True, quoted=proposed)) == [Placement()]

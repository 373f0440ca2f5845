"""Interviews that mails invite to, set, move and call off."""

from datetime import UTC, date, datetime

import pytest

from afterword.eventlog.events import (
    AssessmentRequested,
    InterviewCancelled,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    UserWrote,
)
from afterword.recognition.reading import UNSURE_BELOW

from .carlas_mail import BERLIN, findings, told

REJECTED = "\n\nOn Mon, 2 Mar 2026 at 10:00, Carla Rossi <carla@acme.example> wrote:\n> Unfortunately we have decided to move forward with another candidate."


def test_an_interview_that_has_moved_to_a_new_time_is_one_fact() -> None:
    text = (
        "Dear Jane,\n\nyour interview for the position of Data Analyst has been rescheduled.\n"
        "New date and time: Thursday, 12 March 2026, 11:00. Your interview is confirmed for then.\n\nCarla Rossi\n"
    )
    (moved,) = findings(text, "Your interview has been rescheduled")
    assert isinstance(moved.event, InterviewRescheduled)
    assert moved.event.start == datetime(2026, 3, 12, 11, tzinfo=BERLIN)


def test_who_is_invited_to_a_time_that_is_set_has_an_interview() -> None:
    text = (
        "Dear Jane,\n\nwe would like to invite you to an interview for the position of Data Analyst. "
        "It is scheduled for Thursday, 12 March 2026, at 11:00.\n\nCarla Rossi\n"
    )
    (is_set,) = findings(text)
    assert isinstance(is_set.event, InterviewScheduled)
    assert is_set.event.start == datetime(2026, 3, 12, 11, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "times",
    ["Thursday at 11:00 or Friday at 15:00", "Thursday 11:00, Friday 15:00 and Monday 9:30: which of these suits you?"],
)
def test_times_to_choose_from_are_an_invitation(times: str) -> None:
    text = f"Dear Jane,\n\nwe would like to invite you to an interview for the position of Data Analyst. {times}\n\nCarla\n"
    assert told(text) == ["InterviewInvited"]


@pytest.mark.parametrize(
    "question",
    [
        "thanks for applying. I'd love to talk for half an hour. Does Thursday, 5 March at 3pm work for you?",
        "thanks for applying. Do you have time for a quick call, say on Thursday at 3pm?",
        "thanks for applying. Could we chat on Thursday at 3?",
        "vielen Dank für Ihre Bewerbung. Hätten Sie am Donnerstag, 5. März um 15 Uhr Zeit für ein erstes Gespräch?",
    ],
)
def test_a_time_that_is_asked_about_is_an_invitation(question: str) -> None:
    assert told(f"Hallo Jane,\n\n{question}\n\nCarla") == ["InterviewInvited"]


@pytest.mark.parametrize(
    "text",
    [
        "Confirmed for Tuesday at 3pm, you'll get an invite from Ruth's assistant. Good luck!",
        "They loved the exercise. Final round is Tuesday 10th March 3pm to 5pm at theirs. All good?",
        "As per our phone call: Tues 10th March, 3 o'clock. Looking forward to it.",
    ],
)
def test_an_agency_or_a_small_firm_sets_an_interview_in_half_a_sentence(text: str) -> None:
    (is_set,) = findings(f"Hi Jane,\n\n{text}\n\nTom")

    assert isinstance(is_set.event, InterviewScheduled)
    assert is_set.event.start == datetime(2026, 3, 10, 15, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("whoever", "is_stranger"),
    [
        ("I'm the recruiter for the Data Analyst role at Acme.", False),
        ("I am the hiring manager for the Data Analyst role.", False),
        ("I'm a recruiter for firms in Leeds.", True),
        ("I'm the recruiter for our data team and came across your profile.", True),
    ],
)
def test_the_recruiter_for_a_job_is_no_stranger_and_others_count_in_a_known_application(
    whoever: str, *, is_stranger: bool
) -> None:
    asks = "I'd like to have a telephone interview with you on Tuesday 10 March at 11:00."
    (found,) = findings(f"Hi Jane,\n\n{whoever} {asks}\n\nCarla", subject="Hello")

    assert isinstance(found.event, InterviewScheduled)
    assert found.tentative == is_stranger


def test_whoever_loved_a_portfolio_and_wants_to_meet_invites() -> None:
    text = "Great news, they loved your portfolio and would like to meet you! They can do Monday at 10 or at 3. What works?"

    assert told(f"Hi Jane,\n\n{text}\n\nSaskia") == ["InterviewInvited"]


def test_whom_one_will_meet_may_stand_within_a_german_invitation() -> None:
    text = (
        "Liebe Frau Doe,\n\nwir würden Sie gern zu einem zweiten Gespräch mit unserem Geschäftsführer Dr. Ralf Heinemann einladen, "
        "und zwar am Freitag, 20.03., 9:00-10:30 Uhr.\n\nSina Vogt\n"
    )
    (is_set,) = findings(text, "Zweites Gespräch")
    assert isinstance(is_set.event, InterviewScheduled)
    assert is_set.event.start == datetime(2026, 3, 20, 9, tzinfo=BERLIN)


def test_whom_one_meets_next_was_not_met_before() -> None:
    text = (
        "Hi Jane,\n\nthank you for your time on the phone on Monday. The team would like to invite you to an interview "
        "with Mo Farouk and Lin Chen on Thursday at 2pm.\n\nCarla\n"
    )
    after, held = findings(text)

    assert {each.name for each in held.event.people} == {"Carla Rossi"}  # type: ignore[union-attr]
    assert {"Mo Farouk", "Lin Chen"} <= {each.name for each in after.event.people}  # type: ignore[union-attr]


@pytest.mark.parametrize("by_the_user", [True, False])
def test_a_friend_who_gets_a_copy_takes_no_part(*, by_the_user: bool) -> None:
    copies = "Dev Patel <dev@jobs.acme.example>, Jonas Wirth <jonas@friends.example>"
    text = "Would Friday at 2pm suit you for an interview?\n"
    if by_the_user:
        text = (
            f"That works well for me.\n\nOn Tue, 3 Mar 2026 at 09:00, Carla Rossi <carla@acme.example> wrote:\n> {text}"
        )

    *_, meeting = findings(text, answers="one@acme.example", copies=copies, by_the_user=by_the_user)

    assert isinstance(meeting.event, InterviewScheduled if by_the_user else InterviewInvited)
    assert {each.name for each in meeting.event.people} == {"Carla Rossi", "Dev Patel"}


def test_a_yes_sets_an_interview_with_those_who_are_named() -> None:
    text = (
        "Hi Carla,\n\nThursday at 3pm works for me.\n\nJane\n\nOn Mon, 2 Mar 2026 at 09:00, Carla Rossi <carla@acme.example> wrote:\n"
        "> Hi Jane,\n> would Thursday, 5 March at 3pm work for an interview? You will be talking to Tom Winter, our CTO.\n> Carla\n"
    )
    written, agreed = findings(text, "Re: Data Analyst", answers="a@acme.example", by_the_user=True)

    assert isinstance(agreed.event, InterviewScheduled)
    assert [each.name for each in agreed.event.people] == ["Tom Winter", "Carla Rossi"]
    assert not written.evidence.doubt


@pytest.mark.parametrize(
    ("question", "start", "same_hour_on"),
    [
        ("Could we move your interview to Friday at 10:00?", datetime(2026, 3, 6, 10, tzinfo=BERLIN), None),
        ("Would it be possible to push our interview to Friday, same time?", None, date(2026, 3, 6)),
    ],
)
def test_a_yes_to_the_question_whether_it_may_move_moves_it(
    question: str, start: datetime | None, same_hour_on: date | None
) -> None:
    quoted = f"On Tue, 3 Mar 2026 at 09:00, Carla Rossi <carla@acme.example> wrote:\n> {question}\n"
    _, agreed = findings(f"Yes, perfect.\n\n{quoted}", "Re: Data Analyst", answers="a@acme.example", by_the_user=True)

    assert isinstance(agreed.event, InterviewRescheduled)
    assert (agreed.event.start, agreed.event.same_hour_on) == (start, same_hour_on)


@pytest.mark.parametrize("asked", ["12 noon?", "Shall we say 12pm? Just ask for me at reception.", "Is 12 o'clock ok?"])
def test_a_yes_to_an_hour_is_for_the_day_that_the_mail_before_names(asked: str) -> None:
    quoted = (
        f"On Tue, 3 Mar 2026 at 11:00, Carla Rossi <carla@acme.example> wrote:\n> {asked}\n>\n"
        "> On Tue, 3 Mar 2026 at 10:00, Jane Doe <jane@home.example> wrote:\n"
        ">> Friday's good for me, what time were you thinking?\n"
    )
    _, agreed = findings(f"See you then!\n\n{quoted}", "Re: Data Analyst", answers="a@acme.example", by_the_user=True)

    assert isinstance(agreed.event, InterviewScheduled)
    assert agreed.event.start == datetime(2026, 3, 6, 12, tzinfo=BERLIN)


def test_a_yes_to_a_mail_without_an_hour_sets_none_of_an_earlier_mail() -> None:
    quoted = (
        "On Tue, 3 Mar 2026 at 11:00, Carla Rossi <carla@acme.example> wrote:\n> Great, please bring your CV.\n>\n"
        "> On Tue, 3 Mar 2026 at 10:00, Jane Doe <jane@home.example> wrote:\n>> Does Friday at 10:00 work for you?\n"
    )
    read = findings(f"Yes, of course!\n\n{quoted}", "Re: Data Analyst", answers="a@acme.example", by_the_user=True)
    assert not any(isinstance(each.event, InterviewScheduled) for each in read)


def test_a_yes_that_follows_a_mail_of_ones_own_is_to_what_that_answered() -> None:
    text = (
        "Thursday at 3 works, thank you.\n\nJane\n\nOn Tue, 3 Mar 2026 at 08:00, Jane Doe <jane@home.example> wrote:\n"
        "> Let me check and get back to you.\n>\n> On Mon, 2 Mar 2026 at 09:00, Carla Rossi <carla@acme.example> wrote:\n"
        ">> Would Thursday, 5 March at 3pm work for an interview?\n>> Carla\n"
    )
    _, agreed = findings(text, "Re: Data Analyst", answers="b@home.example", by_the_user=True)
    assert isinstance(agreed.event, InterviewScheduled)
    assert agreed.event.start == datetime(2026, 3, 5, 15, tzinfo=BERLIN)


def test_outlook_names_who_answers_above_the_mail_that_is_answered() -> None:
    text = (
        "Thursday at 3 works, thank you.\n\nJane\n\nFrom: Carla Rossi <carla@acme.example>\nSent: Monday, 2 March 2026 09:00\n"
        "To: Jane Doe <jane@home.example>\nSubject: Interview\n\nWould Thursday, 5 March at 3pm work for an interview?\n"
    )
    _, agreed = findings(text, "Re: Interview", answers="a@acme.example", by_the_user=True)
    assert isinstance(agreed.event, InterviewScheduled)


@pytest.mark.parametrize(
    "text",
    [
        "Your interview will be on Friday, 6 March at 11:00, not on Thursday at 10:00 as planned.",
        "Das Vorstellungsgespräch findet nicht am Donnerstag um 10 Uhr, sondern am Freitag um 11 Uhr statt.",
        "Das für Donnerstag um 10 Uhr geplante Vorstellungsgespräch verschiebt sich auf Freitag, 11 Uhr.",
        "L'entretien prévu jeudi à 10h aura finalement lieu vendredi à 11h.",
        "La entrevista prevista para el jueves a las 10 será finalmente el viernes a las 11.",
        "Tu entrevista ha sido reprogramada:\n\nHora anterior: 05/03/2026 10:00\nNueva hora: 06/03/2026 11:00",
        "Het sollicitatiegesprek is vrijdag om 11 uur en niet donderdag om 10 uur.",
        "A entrevista marcada para quinta às 10h passa para sexta às 11h.",
        "Il colloquio previsto per giovedì alle 10 si terrà invece venerdì alle 11.",
    ],
)
def test_of_an_old_time_and_a_new_one_the_interview_moves_to_the_new_one(text: str) -> None:
    moved = next(each.event for each in findings(text) if isinstance(each.event, InterviewRescheduled))

    assert moved.start == datetime(2026, 3, 6, 10, tzinfo=UTC)
    assert moved.old_start == datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_a_cancelled_interview_has_the_time_that_it_was_to_be_at() -> None:
    (found,) = findings("Leider muss unser Vorstellungsgespräch vom 5. März um 10 Uhr entfallen.")

    assert isinstance(found.event, InterviewCancelled)
    assert found.event.start == datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_who_would_love_to_have_one_back_if_one_still_likes_invites() -> None:
    (invited,) = findings(
        "So sorry for the long silence! The job is now full time. Would you still like it? If so, Ben would love to have you back in.",
        subject="Re: Receptionist",
    )
    assert isinstance(invited.event, InterviewInvited)
    assert invited.confidence_if_matched >= UNSURE_BELOW


@pytest.mark.parametrize(
    "text",
    [
        "I am sorry, but I have to cancel our call tomorrow: I am ill.",
        "Leider muss ich unser Gespräch morgen absagen, ich bin krank.",
        "Je dois malheureusement annuler notre entretien de demain.",
        "Lamentablemente tengo que cancelar nuestra entrevista de mañana.",
        "Helaas moet ik ons gesprek van morgen afzeggen.",
        "Infelizmente tenho de cancelar a nossa entrevista de amanhã.",
        "Purtroppo devo annullare il colloquio di domani.",
    ],
)
def test_a_user_who_cancels_declines_the_interview(text: str) -> None:
    events = [finding.event for finding in findings(text, answers="1@acme.example", by_the_user=True)]
    assert any(isinstance(each, InterviewCancelled) and each.declined for each in events)


@pytest.mark.parametrize(
    "text",
    [
        "I hope I don't have to cancel our call.",
        "Can I still cancel our call if I am ill?",
        "I had to cancel my order.",
    ],
)
def test_a_user_who_might_cancel_cancels_nothing(text: str) -> None:
    (found,) = findings(text, answers="1@acme.example", by_the_user=True)
    assert isinstance(found.event, UserWrote)


def test_a_user_who_cancels_says_which_interview() -> None:
    _, declined = findings("I have to cancel our call on Thursday.", answers="1@acme.example", by_the_user=True)
    assert isinstance(declined.event, InterviewCancelled)
    assert (declined.event.declined, declined.event.old_day) == (True, date(2026, 3, 5))


def test_a_talk_after_a_rejection_is_no_interview() -> None:
    asked = "Could you give me some feedback by phone, maybe on Thursday at 3pm?"
    quoted = f"{asked}{REJECTED}".replace("\n", "\n> ")
    text = f"Sure, Thursday at 3 works. I will call you.\n\nOn Tue, 3 Mar 2026 at 10:00, Jane Doe <jane@home.example> wrote:\n> {quoted}"
    assert not any(isinstance(each.event, InterviewScheduled) for each in findings(text, answers="1@home.example"))


def test_a_talk_about_an_offer_is_no_interview() -> None:
    text = "We are delighted to offer you the position of Data Analyst. Shall we talk through the contract on Thursday at 3pm?"
    assert told(text) == ["OfferReceived"]


def test_who_moves_an_interview_sets_no_other() -> None:
    text = (
        "Your interview has been rescheduled.\n\nNew date and time: Friday, 6 March 2026, 10:00\n\n"
        "We look forward to the interview with you."
    )
    meetings = [
        each.event for each in findings(text) if isinstance(each.event, InterviewScheduled | InterviewRescheduled)
    ]
    assert [type(each) for each in meetings] == [InterviewRescheduled]


def test_a_time_that_is_asked_about_sets_nothing_whomever_one_will_meet() -> None:
    said = told("Would you be available at 2 pm on Friday, March 6? You will be meeting with Quincy, a team lead.")
    assert said == ["InterviewInvited"]


def test_who_is_asked_to_ring_at_an_hour_about_a_job_has_an_interview_on_the_telephone() -> None:
    for text in (
        "Servus Jane, klingt gut. Ruf mich halt morgen mal an so um 17 Uhr, 0171 5550123, dann reden wir. Gruß Carla",
        "Salut Jane, ton CV me plaît. Appelle-moi demain à 17h, on en parle. Carla",
    ):
        (found,) = findings(text, "Re: Aushilfe im Büro", answers="one@home.example")
        assert isinstance(found.event, InterviewScheduled)
        assert found.event.start == datetime(2026, 3, 5, 17, tzinfo=BERLIN)
        assert not found.tentative


@pytest.mark.parametrize(
    "text",
    [
        "Bei Fragen zur Stelle rufen Sie mich gern an, werktags zwischen 9 und 12 Uhr.",
        "En cas de question sur le poste, appelez-nous de 9h à 12h.",
    ],
)
def test_who_may_ring_with_questions_has_none(text: str) -> None:
    assert {"InterviewScheduled", "InterviewInvited"}.isdisjoint(told(text))


def test_a_trial_shift_is_asked_for_by_those_who_have_a_cv_in_familiar_words_too() -> None:
    text = "coucou jane, suite à ton cv tu peux passer faire un essai vendredi soir ? 18h - 22h. Carla (Chez Carla)"
    (asked,) = findings(text, "Essai")
    assert isinstance(asked.event, AssessmentRequested)
    assert not asked.tentative


@pytest.mark.parametrize(
    "text",
    [
        (
            "vielen Dank für Ihre Bewerbung. Das ist eine Stelle bei unserem Kunden Zeta, einem Betrieb mit 40 Leuten, Übernahme "
            "möglich. Kommen Sie am Montag (16.03.) um 13 Uhr zu uns ins Büro? Personalausweis und Zeugnisse bitte mitbringen."
        ),
        (
            "thanks for your application. The job is with our client Zeta, a firm of 40 people, and may become permanent. "
            "Can you come to our office on Monday 16 March at 1pm? It takes about an hour. Please bring your passport."
        ),
        (
            "merci pour votre candidature. Il s'agit d'un poste chez notre client Zeta, une entreprise de 40 personnes. "
            "Pouvez-vous passer à notre bureau le lundi 16 mars à 13h ? Apportez votre carte d'identité et vos diplômes."
        ),
        (
            "bedankt voor je sollicitatie. Het gaat om een job bij onze klant Zeta, een bedrijf met 40 mensen, met optie vast. "
            "Kom je maandag 16 maart om 13 uur langs op ons kantoor? Breng je identiteitskaart en diploma's mee."
        ),
        (
            "gracias por su candidatura. Es un puesto en nuestro cliente Zeta, una empresa de 40 personas. "
            "¿Puede pasar por nuestra oficina el lunes 16 de marzo a las 13:00? Traiga su DNI y sus títulos."
        ),
        (
            "obrigado pela candidatura. É uma vaga no nosso cliente Zeta, uma empresa de 40 pessoas. "
            "Pode passar no nosso escritório na segunda-feira, 16 de março, às 13h? Traga o cartão de cidadão."
        ),
        (
            "grazie per la candidatura. È un posto presso il nostro cliente Zeta, un'azienda di 40 persone. "
            "Può passare nel nostro ufficio lunedì 16 marzo alle 13? Porti la carta d'identità e i diplomi."
        ),
    ],
)
def test_an_invitation_is_heard_among_sentences_about_the_job_and_what_to_bring(text: str) -> None:
    met = [each for each in findings(text) if isinstance(each.event, InterviewInvited)]
    assert [each.evidence.doubt for each in met] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "Vielen Dank für Ihre Bewerbung. Kommen Sie zu uns ins Team, jeden Montag um 9 Uhr gibt es Frühstück!",
        "Thank you for your application. Our office is closed on Mondays.",
        "Merci pour votre candidature. Notre bureau est fermé le lundi.",
    ],
)
def test_what_is_told_of_an_office_invites_nobody(text: str) -> None:
    assert {"InterviewScheduled", "InterviewInvited"}.isdisjoint(told(text))

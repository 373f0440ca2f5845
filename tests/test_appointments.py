"""Appointments in words: the day, the time, the length and the zone that a mail names."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from afterword.recognition.times.appointments import find_appointments

BERLIN = ZoneInfo("Europe/Berlin")
SENT = datetime(2026, 3, 4, 10, tzinfo=BERLIN)

NAMED = [
    ("Thursday 10:00", ["2026-03-05 10:00 60"]),
    ("Your interview is on Thu 26 Nov 2026 10:00 - 13:00 (CET).", ["2026-11-26 10:00 180"]),
    ("We'd like to see you on 12 March at 2pm CET for 45 minutes.", ["2026-03-12 14:00 45"]),
    ("March 12, 2026 at 2:00 PM ET", ["2026-03-12 19:00 60"]),
    ("Let's talk tomorrow at 9 if that works for you.", ["2026-03-05 09:00 60"]),
    ("Can we talk on Wednesday at 3?", ["2026-03-11 15:00 60"]),
    ("Could you do weds at half 2?", ["2026-03-11 14:30 60"]),
    ("Are you free today, Wednesday, at 2pm?", ["2026-03-04 14:00 60"]),
    ("Your phone interview is on Wednesday (11th) at 10.", ["2026-03-11 10:00 60"]),
    ("Mittwoch (11.) um 10 Uhr", ["2026-03-11 10:00 60"]),
    ("Can you pop in tomorrow about 11 for an interview?", ["2026-03-05 11:00 60"]),
    ("Thursday around 11:30am?", ["2026-03-05 11:30 60"]),
    ("Tomorrow about 11 people will come, around 5 of them by train.", []),
    ("Può venire domani verso le 11?", ["2026-03-05 11:00 60"]),
    ("Can we push your interview to 4.15 tomorrow?", ["2026-03-05 16:15 60"]),
    ("your interview is 4.15 tomorrow", ["2026-03-05 16:15 60"]),
    ("Would you come and do a trial morning with us on Thursday 9-12?", ["2026-03-05 09:00 180"]),
    ("Friday 2-4 would suit us", ["2026-03-06 14:00 120"]),
    ("On Thursday 5-7 people will come.", []),
    ("Can we talk on Wednesday at 9am?", ["2026-03-11 09:00 60"]),
    ("I have you down for Wed 3/11 at 3:30pm with Dana.", ["2026-03-11 15:30 60"]),
    ("Interview on Friday at noon, Berlin time.", ["2026-03-06 12:00 60"]),
    ("Friday 2-3:30pm, on Zoom", ["2026-03-06 14:00 90"]),
    ("2026-03-12T14:00Z", ["2026-03-12 15:00 60"]),
    ("Friday 13 March, 11:00 UTC+1, half an hour", ["2026-03-13 11:00 30"]),
    ("Date: Thursday, 12 March 2026\nTime: 14:00 - 15:30\nPlace: Zoom", ["2026-03-12 14:00 90"]),
    ("Your interview is on Thursday at 10:00. It will take 45 minutes.", ["2026-03-05 10:00 45"]),
    ("We can do Tuesday 10:00 or 14:00, or Wednesday 9:00.", ["2026-03-10 10:00 60", "2026-03-10 14:00 60", "2026-03-11 09:00 60"]),
    ("How about at 10am on Tuesday or 2pm on Thursday?", ["2026-03-10 10:00 60", "2026-03-05 14:00 60"]),
    ("Could you do next week, Wednesday at 10 or Thursday at 2pm?", ["2026-03-11 10:00 60", "2026-03-12 14:00 60"]),
    ("Next week works: Tuesday 9am, Wednesday 11am or Friday 3pm.", ["2026-03-10 09:00 60", "2026-03-11 11:00 60", "2026-03-13 15:00 60"]),
    ("Wednesday 18 March at 10 or Thursday at 2pm?", ["2026-03-18 10:00 60", "2026-03-19 14:00 60"]),
    ("Telkens op donderdag om 11 uur: 19 maart, 26 maart en 2 april.", ["2026-03-19 11:00 60"]),
    ("On Thursday at 11 am, or on 12 March at 9 am.", ["2026-03-05 11:00 60", "2026-03-12 09:00 60"]),
    ("We decide on 30 March, so could you come on Thursday at 10?", ["2026-03-05 10:00 60"]),
    ("I'm away next week, so could we talk on Thursday at 10?", ["2026-03-05 10:00 60"]),
    ("This week Thursday at 10, or next week Monday at 9 or Tuesday at 11?", ["2026-03-05 10:00 60", "2026-03-09 09:00 60", "2026-03-10 11:00 60"]),
    ("Nächste Woche hätten wir Mittwoch um 10 Uhr oder Donnerstag um 14 Uhr frei.", ["2026-03-11 10:00 60", "2026-03-12 14:00 60"]),
    ("La semaine prochaine, mercredi à 10h ou jeudi à 14h ?", ["2026-03-11 10:00 60", "2026-03-12 14:00 60"]),
    ("Kun je volgende week dinsdag om 10 uur of donderdag om 14 uur?", ["2026-03-10 10:00 60", "2026-03-12 14:00 60"]),
    (
        ("We invite you for an interview on Thursday 12 March 2026 at our school, where you meet the head and two governors. "
        "The interview will take place at 9.45 am in the library."),
        ["2026-03-12 09:45 60"],
    ),
    (
        ("Wir laden Sie zum Gespräch am Donnerstag, dem 12. März, in unsere Geschäftsstelle in der Lindenallee ein, zu dem auch Frau Berg kommt. "
        "Bitte seien Sie um 9:45 Uhr am Empfang."),
        ["2026-03-12 09:45 60"],
    ),
    (
        ("We look forward to welcoming you for your interviews on Thursday, March 12. Your schedule is below, tell us of any clash:\n\n"
        "9:45 a.m. Arrive at reception\n10:00 - 10:30 Dana Fox\n10:30 - 11:15 Paul Ford"),
        ["2026-03-12 09:45 60", "2026-03-12 10:00 30", "2026-03-12 10:30 45"],
    ),
    (
        ("We would like to see you on Thursday 12 March, and will send the hour as soon as the panel has settled it among themselves. "
        "Our reception is open until 17:00 on most days."),
        [],
    ),
    ("El jueves a las 10, dura 2 horas.", ["2026-03-05 10:00 120"]),
    ("Jueves 12 a las 3:00 p. m.", ["2026-03-12 15:00 60"]),
    ("Donderdag om 2 uur, of donderdagavond om 7 uur?", ["2026-03-05 14:00 60", "2026-03-05 19:00 60"]),
    ("Donnerstagabend um 7 Uhr, am Telefon.", ["2026-03-05 19:00 60"]),
    ("Jueves por la tarde a las 7.", ["2026-03-05 19:00 60"]),
    ("Perfeito, até amanhã às 15h então.", ["2026-03-05 15:00 60"]),
    ("Bis Donnerstag um 10!", ["2026-03-05 10:00 60"]),
    ("Bitte antworten Sie bis Donnerstag um 10.", []),
    ("Quando potrebbe venire? Siamo aperti dalle 8 alle 18, sabato mattina compreso.", []),
    ("Gespräch am Donnerstag um 10: https://meet.example/abc", ["2026-03-05 10:00 60"]),
    ("2pm on the 20th then, room 4.12.", ["2026-03-20 14:00 60"]),
    ("L'entretien est le 20 à 14h.", ["2026-03-20 14:00 60"]),
    ("Il colloquio è il 20 alle 14.", ["2026-03-20 14:00 60"]),
    ("see you Thurs 9.30!", ["2026-03-05 09:30 60"]),
    ("so thats thurs 12th 2.30 main reception ask for me", ["2026-03-12 14:30 60"]),
    ("Version 2.30 comes on Thursday, and costs 9.50 on Friday.", []),
    ("can you pop in thurs 4ish to meet Sheila", ["2026-03-05 16:00 60"]),
    ("Thursday at 11-ish or Friday 2:30ish?", ["2026-03-05 11:00 60", "2026-03-06 14:30 60"]),
    ("Wir treffen uns am Donnerstag, 12.03.2026 um 14 Uhr.", ["2026-03-12 14:00 60"]),
    ("Das Gespräch findet am 12.03. von 10 bis 11:30 Uhr statt.", ["2026-03-12 10:00 90"]),
    ("Mittwoch, 11. März, 9.30 Uhr (45 Min.)", ["2026-03-11 09:30 45"]),
    ("Nous vous attendons jeudi 12 mars à 14h30 pour l'entretien.", ["2026-03-12 14:30 60"]),
    ("La entrevista será el jueves 12 de marzo a las 10:00, y durará una hora.", ["2026-03-12 10:00 60"]),
    ("Het gesprek is op donderdag 12 maart om 10.00 uur.", ["2026-03-12 10:00 60"]),
    ("A entrevista será na quinta-feira, 12 de março, às 14h.", ["2026-03-12 14:00 60"]),
    ("Il colloquio è fissato per giovedì 12 marzo alle ore 15.", ["2026-03-12 15:00 60"]),
    ("Let's meet on Thursday at half past ten for 45 minutes.", ["2026-03-05 10:30 45"]),
    ("Could you come at ten on Tuesday or at two on Thursday?", ["2026-03-10 10:00 60", "2026-03-05 14:00 60"]),
    ("Date: Thursday, 12 March 2026\nTime: half past two", ["2026-03-12 14:30 60"]),
    ("Wir sehen uns am Donnerstag um elf, das Gespräch dauert eine Stunde.", ["2026-03-05 11:00 60"]),
    ("Termin: Dienstag, 12. Mai 2026, halb drei", ["2026-05-12 14:30 60"]),
    ("Nous vous attendons jeudi 12 mars à dix heures et demie.", ["2026-03-12 10:30 60"]),
    ("La entrevista será el jueves 12 de marzo a las cinco de la tarde.", ["2026-03-12 17:00 60"]),
    ("Il colloquio è giovedì 12 marzo alle dieci e mezza.", ["2026-03-12 10:30 60"]),
    ("Het gesprek is op donderdag 12 maart van half drie tot kwart over drie.", ["2026-03-12 14:30 45"]),
    ("A entrevista será na quinta-feira, 12 de março, às dez e meia.", ["2026-03-12 10:30 60"]),
    ("Termin: Dienstag, 12. Mai 2026, 10:00 Uhr", ["2026-05-12 10:00 60"]),
    ("Your interview is on 12/05/2026, at 9 am sharp.", ["2026-05-12 09:00 60"]),
    ("Your interview is on 12/05/2026 (Tuesday), at 9 am sharp.", ["2026-05-12 09:00 60"]),
    ("Termin: 12. Mai 2026, Dienstag, 10:00 Uhr", ["2026-05-12 10:00 60"]),
    ("Wednesday 11 March, 13:00-14:00", ["2026-03-11 13:00 60"]),
    ("Mittwoch, 11.03.2026, 13:00-14:00 Uhr", ["2026-03-11 13:00 60"]),
    ("March 12, 13:00 -0500, half an hour", ["2026-03-12 19:00 30"]),
    ("2026-03-12T13:00-05:00", ["2026-03-12 19:00 60"]),
    ("Wednesday, March 11 - 1:00 PM", ["2026-03-11 13:00 60"]),
    ("Wed, Mar 11 – 1 PM", ["2026-03-11 13:00 60"]),
    ("The interview is on Wednesday, March 11 from 1pm to 2:30pm.", ["2026-03-11 13:00 90"]),
    ("das 13h às 14h, dia 11 de março", ["2026-03-11 13:00 60"]),
    ("March 12 at 10:00 AM PST / 1:00 PM EST", ["2026-03-12 18:00 60"]),
    ("March 12, 10:00am - 10:45am PST (1:00pm - 1:45pm EST)", ["2026-03-12 18:00 45"]),
    ("Thursday, 5 March at 15:00 CET / 14:00 GMT", ["2026-03-05 15:00 60"]),
    ("March 12 at 10:00 London time, 11:00 Berlin time", ["2026-03-12 11:00 60"]),
    ("Date and time: 03/12/2026 11:00 AM Pacific, on Teams.", ["2026-03-12 19:00 60"]),
    ("Let's speak on Thursday at 3 p.m. Eastern.", ["2026-03-05 21:00 60"]),
    ("Friday at noon, our office looks out on the Pacific.", ["2026-03-06 12:00 60"]),
    ("March 12 at 10:00 or 11:00 London time (GMT+0)", ["2026-03-12 11:00 60", "2026-03-12 12:00 60"]),
    ("We call you on 12 March between 2 and 3 pm.", ["2026-03-12 14:00 60"]),
    ("Wir rufen Sie am 12. März zwischen 14 und 15 Uhr an.", ["2026-03-12 14:00 60"]),
    ("La entrevista será el 12 de marzo entre las 14:00 y las 15:00.", ["2026-03-12 14:00 60"]),
    ("Your interview is on 12 March at 14:00. Please be there by 13:45.", ["2026-03-12 14:00 60"]),
    ("Het gesprek is op donderdag 12 maart om 14u30.", ["2026-03-12 14:30 60"]),
    ("Your interview is on Thursday, March 12, 2026.\n\n10:00 AM - 10:45 AM CET: Tom Winter, Engineering Manager\n11:00 AM - 11:45 AM CET: Carla Rossi, Staff Engineer", ["2026-03-12 10:00 45", "2026-03-12 11:00 45"]),
    ("Vorstellungsgespräch: 12.03.26, 14h", ["2026-03-12 14:00 60"]),
    (
        ("Date: Thursday 12 March 2026\nTime: 10:15am (please arrive 10 minutes early)\nVenue: Committee Room 2\n\n"
        "The interview will last approximately 45 minutes."),
        ["2026-03-12 10:15 45"],
    ),
    ("Your interview is on 12 March at 10am, we are 5 minutes' walk from the station.", ["2026-03-12 10:00 60"]),
    ("Thursday 12 March at 10am for 30 minutes. Please be there 15 minutes before.", ["2026-03-12 10:00 30"]),
    ("Das Gespräch ist am 12. März um 10 Uhr, bitte kommen Sie 10 Minuten früher.", ["2026-03-12 10:00 60"]),
    ("L'entretien est le 12 mars à 10h, merci d'arriver 10 minutes avant.", ["2026-03-12 10:00 60"]),
    ("La entrevista es el 12 de marzo a las 10:00, llegue con 10 minutos de antelación.", ["2026-03-12 10:00 60"]),
    ("Het gesprek is op 12 maart om 10 uur, kom graag 10 minuten eerder.", ["2026-03-12 10:00 60"]),
    ("A entrevista é no dia 12 de março às 10h, chegue 10 minutos antes.", ["2026-03-12 10:00 60"]),
    ("Il colloquio è il 12 marzo alle 10, arrivi 10 minuti prima.", ["2026-03-12 10:00 60"]),
]  # fmt: skip
NOT_NAMED = [
    "Please reply by Thursday 14:00.",
    "Call us at +49 30 1234567 or visit us on 9-17.",
    "Our office is open 24/7; the interview takes 2 hours.",
    "We met on Tuesday.",
    "The ratio was 1:1 and the price 10.50.",
    "Bitte bestätigen Sie bis Donnerstag, 12 Uhr.",
    "On Thursday we speak to half of the team at one of our offices.",
    "Am Donnerstag, um eins klarzustellen, sind zwei Kollegen hier.",
    "Abbiamo scritto giovedì alle tre candidate.",
    "El jueves preguntamos a las dos empresas.",
]


def told(text: str) -> list[str]:
    found = find_appointments(text, sent=SENT, zone=BERLIN)
    return [
        f"{each.start.astimezone(BERLIN):%Y-%m-%d %H:%M} {(each.end - each.start) // timedelta(minutes=1)}"
        for each in found
        if not each.replaced
    ]


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_an_appointment_is_read_as_a_person_reads_it(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("When: Thu Mar 12, 2026 10am – 10:45am Central European Time - Berlin", 10),
        ("When: Thu Mar 12, 2026 10am – 10:45am Central Time - Chicago", 16),
        ("Thursday, 12 March 2026, 10:00am Central", 16),
        ("Thursday, 12 March 2026, 10:00am (Eastern European Time)", 9),
        ("Thursday, 12 March 2026, 10:00 (America/Argentina/Buenos_Aires)", 14),
        ("Thursday, 12 March 2026, 10:00 (Europe/Nowhere)", 10),
        ("Thursday, 12 March 2026, 10am Dublin time", 11),
        ("Next time we meet on 12 March 2026 at 10am, full time", 10),
        ("quinta-feira, 12 de março de 2026, às 10h (horário de Brasília)", 14),
        ("Donnerstag, 12. März 2026, 10:00 Uhr mitteleuropäische Zeit", 10),
        ("jeudi 12 mars 2026 à 10h, heure d'Europe centrale", 10),
        ("jeudi 12 mars 2026 à 10h, heure de Montréal", 15),
        ("el jueves 12 de marzo de 2026 a las 10:00 (hora de Lima)", 16),
        ("el jueves 12 de marzo de 2026 a las 10:00, hora Colombia", 16),
        ("giovedì 12 marzo 2026 alle 10, ora di Londra", 11),
        ("giovedì 12 marzo 2026 alle 10, a ora di Pranzo", 10),
        ("Donnerstag, 12. März 2026, 10 Uhr Londoner Zeit", 11),
        ("Thursday, 12 March 2026, 10am Singapore Time", 3),
    ],
)
def test_a_zone_is_told_by_its_full_name(text: str, hour: int) -> None:
    (found,) = find_appointments(text, sent=SENT, zone=BERLIN)

    assert found.start.astimezone(BERLIN).hour == hour


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("el jueves 12 de marzo de 2026 a las 10:00, hora de la Ciudad de México", 17),
        ("el jueves 12 de marzo de 2026 a las 10:00, hora CDMX", 17),
        ("el jueves 12 de marzo de 2026 a las 10:00 (hora de Canarias)", 11),
        ("el jueves 12 de marzo de 2026 a las 10:00 (hora insular canaria)", 11),
        ("el jueves 12 de marzo de 2026 a las 10:00, hora portuguesa", 11),
        ("el jueves 12 de marzo de 2026 a las 10:00, hora de Argentina", 14),
        ("el jueves 12 de marzo de 2026 a las 16:00, hora española (9 am de CDMX)", 16),
        ("quinta-feira, 12 de março de 2026, às 10h (horário de Portugal)", 11),
        ("quinta-feira, 12 de março de 2026, às 10h (hora do Porto)", 11),
        ("quinta-feira, 12 de março de 2026, às 10h, horário oficial de Brasília", 14),
        ("jeudi 12 mars 2026 à 10h, heure suisse", 10),
        ("jeudi 12 mars 2026 à 10h, heure tunisienne", 10),
        ("jeudi 12 mars 2026 à 10h, heure de l’Est", 15),
        ("giovedì 12 marzo 2026 alle 10, ora svizzera", 10),
        ("giovedì 12 marzo 2026 alle 10, ora locale di Lisbona", 11),
        ("Donnerstag, 12. März 2026, 10 Uhr österreichischer Zeit", 10),
        ("Donnerstag, 12. März 2026, 10 Uhr portugiesischer Zeit", 11),
        ("donderdag 12 maart 2026 om 10 uur Belgische tijd", 10),
        ("donderdag 12 maart 2026 om 10 uur Londense tijd", 11),
        ("Thursday, 12 March 2026, 10am Portuguese time", 11),
        ("Thursday, 12 March 2026, 10am, time zone: Eastern Time", 15),
        ("quinta-feira, 12 de março de 2026, às 10h (Lisboa)", 11),
        ("el jueves 12 de marzo de 2026 a las 10:00 (Madrid), por Meet", 10),
        ("Thursday, 12 March 2026, 10am (London)", 11),
        ("donderdag 12 maart 2026 om 10 uur (Londen)", 11),
        ("Donnerstag, 12. März 2026, 10 Uhr (Lissabon)", 11),
        ("Thursday, 12 March 2026, 10am (Anna)", 2),
    ],
)
def test_a_zone_is_told_by_a_city_a_country_or_its_people(text: str, hour: int) -> None:
    found = find_appointments(text, sent=SENT, zone=ZoneInfo("Asia/Tokyo"))

    assert found[0].start.astimezone(BERLIN).hour == hour


@pytest.mark.parametrize(
    "text",
    [
        "Ihr Gespräch ist am 12. März um 10 Uhr. DIES IST EINE AUTOMATISCH ERZEUGTE NACHRICHT.",
        "DAS GESPRÄCH AM 12.3.2026 UM 10:00 UHR IST BESTÄTIGT.",
        "ENTRETIEN ET TEST TECHNIQUE : jeudi 12 mars à 10h.",
        "VOTRE ENTRETIEN EST CONFIRMÉ : jeudi 12 mars à 10h.",
        "Your interview is on 12 March at 10:00. This is a PT position in our MT team.",
        "Your interview is on 12 March at 10:00. Acme, 1 Main Street, Hartford, CT 06103",
        "La entrevista es el 12 de marzo a las 10:00. Es la hora central de la jornada.",
        "L'heure est confirmée : jeudi 12 mars à 10h.",
    ],
)
def test_a_word_in_capitals_a_state_or_a_kind_of_job_is_no_zone(text: str) -> None:
    (found,) = find_appointments(text, sent=SENT, zone=BERLIN)

    assert found.zone == "Europe/Berlin"


@pytest.mark.parametrize(
    "text",
    [
        "Thursday 12 March, 10 am ET",
        "Thursday 12 March, 10:00 ET",
        "Thursday 12 March, 10:00, ET",
        "Thursday 12 March at 10:00 (ET).",
        "Thursday 12 March, 10-11am ET",
        "Thursday 12 March, 10:00 a.m. ET/7 a.m. PT",
        "Thursday 12 March at 10:00. All times are in ET.",
        "YOUR INTERVIEW: THURSDAY 12 MARCH AT 10 AM EST WITH ANNA",
        "I work in EST. Thursday 12 March at 10:00 is good.",
    ],
)
def test_an_abbreviation_is_a_zone_behind_a_time_in_brackets_or_where_times_are_spoken_of(text: str) -> None:
    found = find_appointments(text, sent=SENT, zone=BERLIN)

    assert found[0].zone == "America/New_York"


@pytest.mark.parametrize(
    "text",
    [
        "When: Thu Mar 12, 2026 10am – 10:45am (Central European Time - Berlin)",
        "Wann: Donnerstag 12. März 2026 ⋅ 10:00 – 10:45 (Mitteleuropäische Zeit - Berlin)",
        "Quand : jeudi 12 mars 2026 ⋅ 10:00 – 10:45 (heure normale d’Europe centrale - Paris)",
        "Cuándo: jueves 12 de marzo de 2026 ⋅ 10:00 – 10:45 (hora de Europa central - Madrid)",
        "Wanneer: donderdag 12 mrt 2026 ⋅ 10:00 – 10:45 (Midden-Europese tijd - Amsterdam)",
        "Quando: giovedì 12 marzo 2026 ⋅ 10:00 – 10:45 (Ora dell’Europa centrale - Roma)",
        "Quando: quinta-feira 12 de março de 2026 ⋅ 06:00 – 06:45 (Horário Padrão de Brasília - São Paulo)",
        "Thursday, March 12, 2026 10:00 AM-10:45 AM. (UTC+01:00) Amsterdam, Berlin, Bern, Rome",
    ],
)
def test_the_zone_of_an_invitation_holds_wherever_the_user_is(text: str) -> None:
    (found,) = find_appointments(text, sent=SENT, zone=ZoneInfo("Asia/Tokyo"))

    assert found.start.astimezone(BERLIN).hour == 10


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Donnerstag, 5. März ab 4 Uhr nachts", 4),
        ("Donnerstag, 5. März um 11 Uhr nachts", 23),
        ("donderdag 5 maart vanaf 4 uur 's nachts", 4),
        ("jeudi 5 mars à 4h du matin", 4),
        ("el jueves 5 de marzo a las 4 de la madrugada", 4),
        ("giovedì 5 marzo alle 4 di notte", 4),
        ("giovedì 5 marzo alle 11 di notte", 23),
    ],
)
def test_the_small_hours_are_of_the_night_where_they_are_said_to_be(text: str, hour: int) -> None:
    (found,) = find_appointments(text, sent=SENT, zone=BERLIN)
    assert found.local_start.hour == hour


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Could you do Thursday or Friday at 10?", [5, 6]),
        ("Donnerstag oder am Freitag um 10 Uhr?", [5, 6]),
        ("Donnerstag und Freitag nächste Woche, 7 Uhr", [12, 13]),
        ("donderdag of vrijdag om 10 uur", [5, 6]),
        ("jeudi ou vendredi à 10h", [5, 6]),
        ("el jueves o el viernes a las 10:00", [5, 6]),
        ("giovedì o venerdì alle 10", [5, 6]),
        ("quinta ou sexta às 10h", [5, 6]),
        ("Friday or Monday at 10", [6, 9]),
        ("Thursday at 9 or Friday at 10", [5, 6]),
        ("at 9 on Thursday or Friday at 10", [5, 6]),
        ("We see the others on Thursday, and you on Friday at 10.", [6]),
    ],
)
def test_an_hour_behind_two_days_is_for_both(text: str, days: list[int]) -> None:
    found = find_appointments(text, sent=SENT, zone=BERLIN)
    assert [each.local_start.day for each in found] == days


@pytest.mark.parametrize(
    "text",
    [
        "£25k, Mon-Fri 8-4. Would you like me to put you forward?",
        "The hours are Monday to Friday 9-5.",
        "Arbeitszeit: Mo–Fr 8-16 Uhr.",
        "Horaires : lun-ven 9h-17h.",
        "Werktijden: ma-vr 9-17 uur.",
    ],
)
def test_hours_of_work_are_no_times_to_meet(text: str) -> None:
    assert told(text) == []


MOVED = [
    "We have to move your interview from Thursday 12 March at 10am to Friday 13 March at 11am.",
    "Wir müssen Ihr Gespräch vom Donnerstag, 12. März, 10 Uhr auf Freitag, 13. März, 11 Uhr verlegen.",
    "Je dois déplacer notre entretien du jeudi 12 mars à 10h au vendredi 13 mars à 11h.",
    "Tenemos que mover la entrevista del jueves 12 de marzo a las 10:00 al viernes 13 de marzo a las 11:00.",
    "We moeten het gesprek van donderdag 12 maart om 10 uur verzetten naar vrijdag 13 maart om 11 uur.",
    "Temos de mudar a entrevista de quinta, 12 de março, às 10h, para sexta, 13 de março, às 11h.",
    "Dobbiamo spostare il colloquio da giovedì 12 marzo alle 10 a venerdì 13 marzo alle 11.",
    "Dobbiamo spostare il colloquio del 12 marzo alle 10 al 13 marzo alle 11.",
]


@pytest.mark.parametrize("text", MOVED)
def test_the_old_time_of_a_meeting_that_moves_is_not_its_new_one(text: str) -> None:
    found = find_appointments(text, sent=SENT, zone=BERLIN)

    assert [(each.replaced, f"{each.local_start:%d %H:%M}") for each in found] == [
        (True, "12 10:00"),
        (False, "13 11:00"),
    ]


@pytest.mark.parametrize("text", NOT_NAMED)
def test_what_is_no_time_to_meet_is_none(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your interview was moved from Tuesday 10:00 to Thursday 14:00.", ["2026-03-05 14:00 60"]),
        ("The new time for your interview is Thursday 14:00 (was Tuesday 10:00).", ["2026-03-05 14:00 60"]),
        ("Das Gespräch wird von Dienstag 10 Uhr auf Donnerstag 14 Uhr verschoben.", ["2026-03-05 14:00 60"]),
    ],
)
def test_the_old_time_of_what_moves_is_told_apart(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_a_time_that_names_no_zone_is_in_the_users() -> None:
    (here,) = find_appointments("Thursday 10:00", sent=SENT, zone=ZoneInfo("America/New_York"))

    assert here.start == datetime(2026, 3, 5, 15, tzinfo=UTC)
    assert here.zone == "America/New_York"


@settings(deadline=None)
@example("")
@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    found = find_appointments(f"Thursday at 10:00.\n\nFriday {text} 11:00 {text}", sent=SENT, zone=BERLIN)

    assert found or text
    assert all(each.start < each.end for each in found)


@pytest.mark.parametrize("piece", ["10:00 ", "friday ", "10-", "at 3 ", "12.03. ", "at ten to "])
def test_a_text_that_repeats_itself_for_ever_is_read_in_time(piece: str) -> None:
    begun = time.process_time()
    find_appointments("Interview on Friday " + piece * 20_000, sent=SENT, zone=BERLIN)
    assert time.process_time() - begun < 5


def test_times_between_two_days_that_come_to_nothing_are_read_in_time() -> None:
    begun = time.process_time()
    find_appointments(f"Interview on Friday 13 March {'3-4-' * 13} or so, or Monday at 2 pm", sent=SENT, zone=BERLIN)
    assert time.process_time() - begun < 5

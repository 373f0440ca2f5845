"""Hours in words: read where they are hours, in seven languages, and nowhere else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.recognition.dates import comparable
from afterword.recognition.hours_in_words import hours_in_digits

HOURS = {
    "en": [
        ("thursday at half past ten", "10:30"),
        ("thursday at ten o'clock", "10:00"),
        ("thursday at ten oclock", "10:00"),
        ("on thursday ten o’clock sharp", "10:00"),
        ("let's meet on thursday at ten", "10:00"),
        ("at ten on thursday", "10:00"),
        ("at quarter to three on thursday", "14:45"),
        ("thursday, quarter past nine", "09:15"),
        ("thursday at 9 30", "9:30"),
        ("thursday at ten thirty.", "10:30"),
        ("thursday ten thirty am", "10:30"),
        ("thursday at two pm", "14:00"),
        ("thursday at eight in the evening", "20:00"),
        ("thursday at 8 in the evening", "20:00"),
        ("from ten to eleven on thursday", "10:00 11:00"),
        ("thursday from two to three", "14:00 15:00"),
        ("thursday at ten to three", "14:50"),
        ("tomorrow evening at seven", "19:00"),
        ("thursday at noon", "12:00"),
        ("12 noon on thursday", "12:00"),
        ("thursday at half past 2 pm", "14:30"),
        ("thursday at twelve", "12:00"),
        ("thursday morning at six", "06:00"),
        ("thursday at one", "13:00"),
        ("how about ten o'clock on friday or eleven o'clock on monday", "10:00 11:00"),
        ("thursday at five past two", "14:05"),
        ("at three-thirty on monday", "15:30"),
        ("on thursday at around eleven, if that works", "11:00"),
        ("at half past twelve on thursday", "12:30"),
        ("thursday, two to three pm", "14:00 15:00"),
        ("from 2 to 3 in the afternoon on monday", "14:00 15:00"),
        ("monday morning at six", "06:00"),
        ("from 10 to eleven on monday", "10:00 11:00"),
    ],
    "de": [
        ("am donnerstag um elf", "11:00"),
        ("am donnerstag um elf uhr", "11:00"),
        ("donnerstag, halb drei", "14:30"),
        ("donnerstag um viertel nach neun", "09:15"),
        ("donnerstag, acht uhr abends", "20:00"),
        ("donnerstag 14 Uhr 30", "14:30"),
        ("donnerstag um 8 uhr abends", "20:00"),
        ("donnerstag zehn uhr dreißig", "10:30"),
        ("donnerstag von zehn bis elf uhr", "10:00 11:00"),
        ("donnerstag von zehn bis elf", "10:00 11:00"),
        ("donnerstagabend um acht", "20:00"),
        ("um ein uhr am donnerstag", "13:00"),
        ("um eins am donnerstag", "13:00"),
        ("am donnerstag um halb elf", "10:30"),
        ("um dreiviertel drei am montag", "14:45"),
        ("um fünf vor halb drei am montag", "14:25"),
        ("um zehn nach drei", "15:10"),
        ("am montag um zwölf uhr mittags", "12:00"),
        ("am montag um elf uhr mittags", "11:00"),
        ("am montag gegen drei uhr nachmittags", "15:00"),
        ("wir treffen uns montag um elf in unserem büro", "11:00"),
        ("am nachmittag um vier", "16:00"),
        ("montag früh um sechs", "06:00"),
        ("montag um 8:30 uhr abends", "20:30"),
        ("montag um vierzehn uhr dreißig", "14:30"),
        ("am montag von 2 bis 3 uhr nachmittags", "14:00 15:00"),
    ],
    "fr": [
        ("jeudi à dix heures et demie", "10:30"),
        ("jeudi à quatorze heures", "14:00"),
        ("jeudi, quatorze heures", "14:00"),
        ("jeudi à midi", "12:00"),
        ("jeudi midi et demi", "12:30"),
        ("jeudi à cinq heures du soir", "17:00"),
        ("jeudi à 5 heures du soir", "17:00"),
        ("jeudi de dix à onze heures", "10:00 11:00"),
        ("jeudi à neuf heures moins le quart", "08:45"),
        ("jeudi à dix-sept heures trente", "17:30"),
        ("jeudi 12 mars à onze heures dans nos locaux", "11:00"),
        ("jeudi après-midi à trois heures", "15:00"),
        ("jeudi à 14 heures 30", "14:30"),
        ("à une heure et quart jeudi", "13:15"),
        ("jeudi à trois heures de l'après-midi", "15:00"),
        ("jeudi vers vingt heures", "20:00"),
    ],
    "es": [
        ("el jueves a las diez y media", "10:30"),
        ("a las cinco de la tarde", "17:00"),
        ("el jueves al mediodía", "12:00"),
        ("el jueves a la una", "13:00"),
        ("a las 5 de la tarde", "17:00"),
        ("el jueves a las doce y cuarto", "12:15"),
        ("el jueves a las diez menos cuarto", "09:45"),
        ("el jueves a las cinco", "17:00"),
        ("el jueves por la tarde a las cinco en nuestra oficina", "17:00"),
        ("a las once del jueves", "11:00"),
        ("el jueves de diez a once", "10:00 11:00"),
        ("el jueves a las 10 y media", "10:30"),
        ("el jueves a las dieciséis horas", "16:00"),
        ("a las nueve de la mañana", "09:00"),
        ("a las seis de la mañana", "06:00"),
        ("el jueves a las 15 y 30", "15:30"),
        ("el jueves a las diez y treinta", "10:30"),
        ("mañana a las once", "11:00"),
        ("de 4:30 a 6 de la tarde", "16:30 18:00"),
        ("el jueves a las doce de la mañana", "12:00"),
    ],
    "it": [
        ("giovedì alle dieci e mezza", "10:30"),
        ("giovedì alle 15 e 30", "15:30"),
        ("giovedì a mezzogiorno", "12:00"),
        ("giovedì alle dieci", "10:00"),
        ("giovedì alle ore undici", "11:00"),
        ("giovedì alle cinque di sera", "17:00"),
        ("giovedì alle 8 di sera", "20:00"),
        ("giovedì all'una", "13:00"),
        ("giovedì dalle dieci alle undici", "10:00 11:00"),
        ("giovedì alle nove meno un quarto", "08:45"),
        ("giovedì pomeriggio alle tre", "15:00"),
        ("alle dieci di giovedì", "10:00"),
        ("giovedì alle tre e un quarto", "15:15"),
        ("giovedì, ore dieci", "10:00"),
        ("domani alle quindici", "15:00"),
        ("giovedì mattina alle sei", "06:00"),
    ],
    "nl": [
        ("donderdag om tien uur", "10:00"),
        ("donderdag om half drie", "14:30"),
        ("donderdag om kwart voor drie", "14:45"),
        ("donderdag kwart over negen", "09:15"),
        ("donderdag om drie uur 's middags", "15:00"),
        ("donderdag om 3 uur 's middags", "15:00"),
        ("donderdag om acht uur 's avonds", "20:00"),
        ("om een uur donderdag", "13:00"),
        ("om tien over drie", "15:10"),
        ("donderdag van tien tot elf uur", "10:00 11:00"),
        ("donderdagmiddag om twee uur", "14:00"),
        ("donderdag om elf", "11:00"),
        ("donderdag om half een", "12:30"),
        ("donderdag om 15 uur 30", "15:30"),
        ("donderdag om vijf voor half drie", "14:25"),
        ("morgen ochtend om zes uur", "06:00"),
    ],
    "pt": [
        ("quinta-feira às dez e meia", "10:30"),
        ("na quinta ao meio-dia", "12:00"),
        ("quinta às dez", "10:00"),
        ("às três da tarde", "15:00"),
        ("às 3 da tarde", "15:00"),
        ("quinta, às quinze horas", "15:00"),
        ("quinta das dez às onze", "10:00 11:00"),
        ("às nove da manhã", "09:00"),
        ("quinta às quinze para as dez", "09:45"),
        ("quinta ao meio-dia e meia", "12:30"),
        ("às oito da noite", "20:00"),
        ("quinta-feira às dez e quinze", "10:15"),
        ("quinta-feira, 12 de março, às quatorze horas", "14:00"),
        ("amanhã às onze", "11:00"),
        ("às 3h30 da tarde", "15:30"),
        ("das 4 as 6 da tarde", "16:00 18:00"),
    ],
}
NO_HOURS = {
    "en": [
        "half a day on thursday",
        "half of the team on thursday",
        "at one of our offices on thursday",
        "on thursday at ten companies",
        "the ten of us on thursday",
        "thursday: ten people",
        "by ten to three votes",
        "on monday in two weeks",
        "at one point on monday",
        "from ten to eleven people on thursday",
        "at two different offices",
        "within ten days",
        "monday at 12 market street",
        "at five guys on monday",
        "two to three weeks from monday",
        "one of the ten on monday",
        "on tuesday, one half hour",
        "the morning of the ten",
        "monday 12 10 2026",
        "at six months",
        "thursday at 2 - 3:30pm",
        "thursday 2-3:30pm",
        "from ten countries",
        "at ten percent",
        "monday at one company",
        "monday 2 - 3 pm",
        "monday 9:00 - 10:00",
        "monday from 9 to 10",
        "monday 2 to 3:30pm",
        "the team at two different sites on monday",
        "one afternoon this week",
        "monday 10 am - 11 am",
        "at 9 am sharp monday",
        "of the two on thursday the one in the morning suits me",
        "monday at 12 - ten people come",
    ],
    "de": [
        "um eins klarzustellen, am montag",
        "ein uhrmacher am montag",
        "am montag um zwei tage verschoben",
        "ab zwei personen am montag",
        "ein halber tag am montag",
        "von zehn bewerbern am montag",
        "von zwei bis drei stunden am montag",
        "eine dauer von zwei bis drei tagen",
        "am montag zu zweit",
        "am montag halbtags",
        "um ein gespräch am montag",
        "um eine woche",
        "donnerstag 14 uhr 30 minuten",
        "um zehn prozent gestiegen",
        "halb so wild",
        "die letzten drei am montag",
        "am 12. um 10 personen",
        "donnerstag um vier ecken",
        "montag 10 - 11 uhr",
        "montag von 10 bis 11 uhr",
        "montag um 2 - 3 uhr",
        "montag um zwei, drei fragen",
    ],
    "fr": [
        "l'entretien durera deux heures jeudi",
        "un test de deux à trois heures jeudi",
        "il y a deux heures",
        "l'après-midi du jeudi",
        "à deux reprises jeudi",
        "à dix entreprises",
        "de dix à onze candidats",
        "cinq jours",
        "jeudi après-midi",
        "deux heures et demie de test",
        "à une condition",
        "à une entreprise",
    ],
    "es": [
        "a las dos empresas el jueves",
        "a las tres candidatas",
        "dura dos horas el jueves",
        "de dos a tres horas",
        "a una empresa",
        "un jueves de cada dos",
        "a las dos del equipo",
        "las cinco de la lista",
        "dentro de dos horas",
        "de diez a once candidatos el jueves",
        "por la mañana",
        "invitamos a las dos el resultado",
        "a las dos",
    ],
    "it": [
        "alle tre",
        "alle tre candidate giovedì",
        "alle due aziende",
        "dura due ore giovedì",
        "per due ore e mezza",
        "il colloquio di tre ore",
        "abbiamo scritto alle tre giovani",
        "ore",
        "una delle tre",
    ],
    "nl": [
        "het gesprek duurt twee uur donderdag",
        "een halve dag",
        "om een gesprek",
        "om twee redenen",
        "een van de drie",
        "half uur",
        "van twee tot drie weken",
        "twee tot drie uur",
        "om tien kandidaten",
        "om een uurtje",
        "voor drie donderdag",
        "zaterdag een ochtend",
    ],
    "pt": [
        "às duas empresas na quinta",
        "as três candidatas",
        "dura duas horas na quinta",
        "às duas",
        "uma das dez",
        "meia hora",
        "das dez às onze candidatas",
        "das duas semanas",
        "a uma empresa",
        "às 14h30 de quinta",
    ],
}
NUMBERS = {
    "en": "one two three four five six seven eight nine ten eleven twelve",
    "de": "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "une deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "una dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "it": "una due tre quattro cinque sei sette otto nove dieci undici dodici",
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "pt": "uma duas três quatro cinco seis sete oito nove dez onze doze",
}
WRITTEN_OUT = {
    "en": (
        "on Thursday at {hour} o'clock",
        "on Thursday at quarter past {hour}",
        "on Thursday at half past {hour}",
        "on Thursday at quarter to {next}",
    ),
    "de": (
        "am Donnerstag um {hour}",
        "am Donnerstag um viertel nach {hour}",
        "am Donnerstag um halb {next}",
        "am Donnerstag um viertel vor {next}",
    ),
    "fr": (
        "jeudi à {hour} heures",
        "jeudi à {hour} heures et quart",
        "jeudi à {hour} heures et demie",
        "jeudi à {next} heures moins le quart",
    ),
    "es": (
        "el jueves a las {hour}",
        "el jueves a las {hour} y cuarto",
        "el jueves a las {hour} y media",
        "el jueves a las {next} menos cuarto",
    ),
    "it": (
        "giovedì alle {hour}",
        "giovedì alle {hour} e un quarto",
        "giovedì alle {hour} e mezza",
        "giovedì alle {next} meno un quarto",
    ),
    "nl": (
        "donderdag om {hour} uur",
        "donderdag om kwart over {hour}",
        "donderdag om half {next}",
        "donderdag om kwart voor {next}",
    ),
    "pt": (
        "quinta-feira às {hour}",
        "quinta-feira às {hour} e um quarto",
        "quinta-feira às {hour} e meia",
        "quinta-feira às {next} menos um quarto",
    ),
}
EVENING = {
    "en": "in the evening",
    "de": "abends",
    "fr": "du soir",
    "es": "de la tarde",
    "it": "di sera",
    "nl": "'s avonds",
    "pt": "da tarde",
}
DIGITS = re.compile(r"\d?\d:\d\d")


@pytest.mark.parametrize(
    ("language", "text", "hours"), [(language, *each) for language, said in HOURS.items() for each in said]
)
def test_an_hour_in_words_is_written_in_digits(language: str, text: str, hours: str) -> None:
    assert DIGITS.findall(hours_in_digits(comparable(text), language)) == hours.split()


@pytest.mark.parametrize(
    ("language", "text"), [(language, each) for language, said in NO_HOURS.items() for each in said]
)
def test_a_number_that_counts_something_is_left_as_it_is(language: str, text: str) -> None:
    assert hours_in_digits(comparable(text), language) == comparable(text)


@given(st.sampled_from(sorted(NUMBERS)), st.integers(7, 18), st.integers(0, 3))
def test_the_hour_that_is_written_out_is_the_hour_that_is_read(language: str, hour: int, quarter: int) -> None:
    assert read(language, hour, quarter) == [f"{hour:02d}:{15 * quarter:02d}"]


@given(st.sampled_from(sorted(NUMBERS)), st.integers(13, 22), st.integers(0, 3))
def test_a_part_of_the_day_makes_it_the_afternoons(language: str, hour: int, quarter: int) -> None:
    assert read(language, hour, quarter, EVENING[language]) == [f"{hour:02d}:{15 * quarter:02d}"]


@given(st.sampled_from(sorted(NUMBERS)), st.text(max_size=200))
def test_no_text_breaks_it_and_what_is_written_stays_written(language: str, text: str) -> None:
    once = hours_in_digits(comparable(text), language)

    assert hours_in_digits(once, language) == once


def read(language: str, hour: int, quarter: int, part: str = "") -> list[str]:
    numbers = NUMBERS[language].split()
    said = WRITTEN_OUT[language][quarter].format(hour=numbers[(hour - 1) % 12], next=numbers[hour % 12])
    return DIGITS.findall(hours_in_digits(comparable(f"{said} {part}"), language))

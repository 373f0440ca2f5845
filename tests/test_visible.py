"""What a person sees of a mail, and what of it was written now."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.recognition.messages.footers import without_footer
from afterword.recognition.messages.visible import (
    is_forward,
    joined_flowed,
    quoted_mail,
    quoted_mail_in_html,
    read_html,
    tidy,
    visible_text,
    written_now,
)

SEEN = {
    "<p>One</p><p>Two</p>": "One\n\nTwo",
    "One<br>Two<br/>Three": "One\nTwo\nThree",
    "a&nbsp;&amp;&nbsp;b &lt;c&gt; &#228;": "a & b <c> ä",
    "<p>One\nline  of\ttext</p>": "One line of text",
    "<table><tr><td>One<td>Two<tr><td>Three</table>": "One\nTwo\n\nThree",
    "<html><head><title>T</title><style>p{}</style></head><body>Hello</body></html>": "Hello",
    "if 3 < 4 then": "if 3 < 4 then",
    '<td bgcolor="#003366"><font color="#ffffff">Your interview</font></td>': "Your interview",
    '<a style="background-color:#06c;color:#fff">Accept</a>': "Accept",
    "<!--[if !mso]><!-->Seen<!--<![endif]-->": "Seen",
    "Hello<script>alert(1)</script> there": "Hello there",
    '<td style="font-size:0px;padding:20px 0"><div style="font-size:0px"><p style="font-size:16px">Sized</p></div></td>': "Sized",
    '<div style="font-size:0"><p style="font:bold 14px/20px Arial">Sized in short</p></div>': "Sized in short",
    '<div style="font-size:0"><font size="2">Sized by an attribute</font></div>': "Sized by an attribute",
    '<div style="min-height:0px">Low</div>': "Low",
    '<td style="height:0">A cell grows</td>': "A cell grows",
    '<div style="line-height:0">Close</div>': "Close",
    '<div style="margin-left:-100px;padding-top:0">Moved</div>': "Moved",
    '<div style="border-left:0;max-width:0;overflow:hidden">Narrow</div>': "Narrow",
    '<div style="visibility:hidden">no<p style="visibility:visible">Visible</p></div>': "Visible",
    '<div style="color:#fff">no<p style="color:#000">Black</p></div>': "Black",
    '<body text="#ffffff" bgcolor="black">White on black</body>': "White on black",
    '<td background="a.png"><p style="color:#fff">White on a picture</p></td>': "White on a picture",
    '<div style="background:#fff url(a.png)"><p style="color:#fff">White on another</p></div>': "White on another",
    '<div style="background:#000"><p style="background:rgba(255,255,255,.1);color:#fff">White on grey</p></div>': "White on grey",
    '<div style="background:#06c;background-color:#0066cc"><i style="color:white">White on blue</i></div>': "White on blue",
    '<a href="https://acme.example" style="background:#06c;mso-hide:all">Choose a time</a>': "Choose a time",
    '<!--[if mso]><v:roundrect href="https://acme.example"><center>Book</center></v:roundrect><![endif]-->Book': "Book",
}
HIDDEN = [
    '<div style="display:none">{}</div>',
    '<div style="display : none !important">{}</div>',
    '<div style="display:/**/none">{}</div>',
    '<span style="visibility:hidden">{}</span>',
    '<span style="font-size:0px;">{}</span>',
    '<span style="opacity:0">{}</span>',
    '<div style="max-height:0;overflow:hidden">{}</div>',
    '<div style="position:absolute;left:-9999px">{}</div>',
    '<span style="color:#FFFFFF">{}</span>',
    '<font color="white">{}</font>',
    '<div style="background:#fff"><span style="color:white">{}</span></div>',
    '<span style="color:transparent">{}</span>',
    '<p style="mso-hide:all">{}</p>',
    '<div style="font-size:1px;color:#f4f4f4;line-height:1px">{}</div>',
    '<div style="font-size:0"><p style="font-size:100%">{}</p></div>',
    '<p style="font:0/0 a">{}</p>',
    '<td bgcolor="#F4F4F4"><span style="color:#f4f4f4">{}</span></td>',
    '<div style="background:#000"><div style="background:#fff;color:#fff">{}</div></div>',
    '<div style="background:#000"><div style="background:#000;color:rgb(0, 0, 0)">{}</div></div>',
    '<span style="color:rgba(0,0,0,0)">{}</span>',
    '<div style="visibility:hidden"><p style="visibility:inherit">{}</p></div>',
    '<div style="display:none !important;display:block">{}</div>',
    '<div style="display:none"><p style="display:block;font-size:16px;visibility:visible">{}</p></div>',
    "<div hidden>{}</div>",
    '<div style="display:none"/>{}</div>',
    "<b><div hidden></b>{}</div>",
    "<div hidden><div><div>{}</div></div></div>",
    "<!-- {} -->",
    "<!-- <b>{}</b> -->",
    "<!-- {}",
    "<style>{}</style>",
    "<template>{}</template>",
    "<template/>{}</template>",
    "<style/>{}</style>",
    "<OBJECT />{}</OBJECT>",
]


@pytest.mark.parametrize("html", SEEN)
def test_what_is_shown_is_read(html: str) -> None:
    assert visible_text(html) == SEEN[html]


@pytest.mark.parametrize("html", HIDDEN)
def test_f65_what_is_hidden_is_not_read(html: str) -> None:
    assert visible_text(f"<p>Good news.</p>{html.format('unfortunately')}").strip() == "Good news."


@pytest.mark.parametrize(
    "html",
    [
        "<p hidden>no<p>yes",
        "<ul><li hidden>no<li>yes</ul>",
        "<p hidden>no<div>yes</div>",
        "<div><div hidden>no</div>yes",
        "<html><head><title>no</title><meta name=a><body>yes</html>",
        "<head><style>no</style><p>yes",
        "<html><head><title/></head><body>yes</body></html>",
        "<svg/>yes<svg><text>no</text></svg>",
        "<template/>yes",
    ],
)
def test_what_follows_a_hidden_element_is_read(html: str) -> None:
    assert visible_text(html) == "yes"


@pytest.mark.parametrize(
    "declaration",
    [
        "<![end if]>",
        "<![ endif ]-->",
        "<![foo]>",
        "<![vml]>",
        "<![if !vml]>",
        "<![>",
        "<!>",
        "<!DOCTYPE html>",
        "<!doctype x [a]>",
    ],
)
def test_a_declaration_however_odd_is_left_out(declaration: str) -> None:
    assert visible_text(f"One{declaration} two") == "One two"


def test_the_code_of_no_character_is_shown_as_such() -> None:
    assert visible_text(f"One &#{'1' * 5000}; two &#00000065;") == "One \ufffd two A"


@pytest.mark.parametrize("after_br", ["", "\n", "\r\n", " ", "\n&nbsp;"])
def test_a_quoted_mails_fields_are_found_whatever_blanks_stand_behind_a_line_break(after_br: str) -> None:
    fields = f"<br>{after_br}".join(
        (
            "<b>Von:</b> Jane Doe &lt;jane@home.example&gt;",
            "<b>Gesendet:</b> Montag, 2. März 2026 10:00",
            "<b>An:</b> Carla Rossi &lt;carla@acme.example&gt;",
            "<b>Betreff:</b> Gespräch",
        )
    )
    html = f"<p>Danke, bis dann.</p><p>Carla Rossi</p><p>{fields}</p><p>Wir melden uns bis Freitag.</p>"

    assert written_now(visible_text(html)) == "Danke, bis dann.\n\nCarla Rossi"


def test_elements_that_are_nested_too_deep_end_where_they_should() -> None:
    assert visible_text("<div>" * 400 + "in" + "</div>" * 400 + "out").split() == ["in", "out"]


@pytest.mark.parametrize("depth", [110, 119, 120, 121, 300])
@pytest.mark.parametrize(
    "hidden",
    ["<div hidden>{}</div>", '<b style="font-size:0">{}</b>', "<template>{}</template>", "<p hidden><b>{}</b></p>"],
)
def test_f65_what_is_hidden_is_not_read_however_deep(depth: int, hidden: str) -> None:
    deep = "<div>" * depth + hidden.format("<div>" * 50 + "no" + "</div>" * 50) + "in" + "</div>" * depth

    assert visible_text(deep + "out").split() == ["in", "out"]


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote">{}</div>',
        '<blockquote type="cite">{}</blockquote>',
        '<div id="divRplyFwdMsg">{}</div>',
        '<div class="moz-cite-prefix">{}</div>',
    ],
)
def test_what_is_quoted_in_html_is_left_out(quote: str) -> None:
    assert visible_text("<p>Thanks!</p>" + quote.format("Unfortunately we")) == "Thanks!"


@pytest.mark.parametrize(
    "history",
    [
        "On Mon, 2 Mar 2026 at 10:00, Anna Berg <anna@acme.example> wrote:\n> Unfortunately",
        'Gesendet: Montag, 02. März 2026 um 10:00 Uhr\nVon: "Anna Berg" <anna@acme.example>\nAn: jane@home.example\nBetreff: Ihre Bewerbung\n\nUnfortunately',
        "On Mon, 2 Mar 2026 at 10:00, Anna Berg\n<anna@acme.example> wrote:\n\n> Unfortunately",
        "On Mon, Mar 2, 2026 at 10:00 AM Anna Berg <anna@acme.example>\nwrote:\n\n> Unfortunately",
        "Am 02.03.2026 um 10:00 schrieb Anna Berg:\n> Leider",
        "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Anna Berg <\nanna@acme.example>:\n\n> Leider",
        "Le lun. 2 mars 2026 à 10:00, Anna Berg a écrit :\n> Malheureusement",
        "El lun, 2 mar 2026, Anna Berg escribió:\n> Lamentablemente",
        "Op ma 2 mrt 2026 schreef Anna Berg <anna@acme.example>:\n> Helaas",
        "Op 2 mrt 2026 om 10:00 heeft Anna Berg <anna@acme.example> het volgende geschreven:\n\nHelaas",
        "Op 2 mrt 2026 om 10:00 heeft Anna Berg <anna@acme.example> het volgende\ngeschreven:\n\n> Helaas",
        "Em seg., 2 de mar. de 2026, Anna Berg escreveu:\n> Infelizmente",
        "Il giorno lun 2 mar 2026 Anna Berg ha scritto:\n> Purtroppo",
        "-----Original Message-----\nFrom: Anna Berg\nUnfortunately",
        "-----Ursprüngliche Nachricht-----\nVon: Anna Berg\nLeider",
        "________________________________\nFrom: Anna Berg\nUnfortunately",
        "From: Anna Berg <anna@acme.example>\nSent: Monday, 2 March 2026 10:00\nTo: Jane\nSubject: x\n\nUnfortunately",
        "Von: Anna Berg\nGesendet: Montag, 2. März 2026 10:00\nAn: Jane\n\nLeider",
        "---------- Forwarded message ---------\nFrom: Anna\nUnfortunately",
        "> Unfortunately\n>> not",
        "-- \nAnna Berg\nUnfortunately a footer",
        "Sent from my phone",
        "This email and any files with it are confidential and intended solely for you. Unfortunately",
    ],
)
def test_f66_only_what_was_written_now_counts(history: str) -> None:
    assert written_now(f"Thank you, that works.\n\n{history}\n") == "Thank you, that works."


def test_answers_between_and_below_what_is_quoted_are_what_was_written() -> None:
    text = (
        "On Tue, 3 Mar 2026 at 10:00, Jane Doe <jane@home.example> wrote:\n"
        "> Is there any news, and if there is, would you kindly tell me as soon as you\n"
        "can?\n\n"
        "Yes: we would like to have you.\n"
        "> When could I start?\n"
        "In May.\n\n"
        "Anna"
    )

    assert written_now(text) == "Yes: we would like to have you.\nIn May.\n\nAnna"


def test_what_stands_right_below_a_long_question_is_the_answer() -> None:
    text = (
        "On Tue, 3 Mar 2026, Carla Rossi <carla@acme.example> wrote:\n"
        "> Would Tuesday at 10 suit you for a conversation with Dev and me, please?\n"
        "Yes, Tuesday suits me.\n"
        "> Then we would be glad to see you in our house by the river, if that is not\n"
        "too far.\n"
        "It is not.\n"
    )

    assert written_now(text) == "Yes, Tuesday suits me.\nIt is not."


@pytest.mark.parametrize(
    "quoted",
    [
        "> We can offer an interview on Tuesday 10 March at 10:00, please confirm.",
        "> Wir freuen uns darauf, Sie am Dienstag um 10 Uhr im Büro kennenzulernen!",
        "> Nous pouvons vous recevoir (à nos bureaux, ou par Teams, selon votre choix.)",
        "> These are the three times at which we could meet you in the coming week:",
    ],
)
def test_what_stands_right_below_the_end_of_a_quoted_sentence_is_the_answer(quoted: str) -> None:
    assert written_now(f"{quoted}\nConfirmed, Tuesday at 10 works.") == "Confirmed, Tuesday at 10 works."


def test_what_stands_right_below_a_quoted_line_that_was_wrapped_is_its_rest() -> None:
    text = "> We can offer an interview on Tuesday 10 March, at 10:00 or at 11:00, in our\noffice.\n\nConfirmed."

    assert written_now(text) == "Confirmed."


def test_a_row_of_a_table_is_not_quoted() -> None:
    table = "| Day | Hour |\n|---|---|\n| Tuesday 10 March | 10:00 |"

    assert written_now(f"Your times:\n\n{table}") == f"Your times:\n\n{table}"
    assert written_now("Yes.\n\n| Does Tuesday\n|\n| | at 10 suit you?\n| Anna") == "Yes."


@pytest.mark.parametrize(
    "text", ["On Monday I wrote to you.", "From: here on", "The signature -- is mine", "Le chat est là : bien"]
)
def test_what_only_looks_like_history_stays(text: str) -> None:
    assert written_now(f"Hello,\n{text}\nBye") == f"Hello,\n{text}\nBye"


@pytest.mark.parametrize(
    ("subject", "text", "forward"),
    [
        ("Fwd: Your application", "", True),
        ("WG: Bewerbung", "", True),
        ("Re: Fwd", "", False),
        ("x", "Look:\n\nBegin forwarded message:\n\nFrom: a", True),
        ("x", "Hello", False),
    ],
)
def test_a_forwarded_mail_is_told(subject: str, text: str, forward: bool) -> None:
    assert is_forward(subject, text) is forward


def test_f65_invisible_characters_are_gone_and_turned_text_reads_as_it_is_shown() -> None:
    assert tidy("un\u200bfor\u00adtu\u2060nately") == "unfortunately"
    assert tidy("we \u202eyletanutrofnu\u202c regret") == "we unfortunately regret"


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("one \ntwo\n-- \nme", "one two\n-- \nme"),
        ("one \n> quoted\ntwo", "one \n> quoted\ntwo"),
        ("> quoted \nthree", "> quoted \nthree"),
        ("> quoted \n> more \nthree \nfour", "> quoted \n> more \nthree four"),
        (">> deep \n> quoted \nthree", ">> deep \n> quoted \nthree"),
    ],
)
def test_flowed_text_keeps_quotes_and_signatures_apart(text: str, joined: str) -> None:
    assert joined_flowed(text) == joined


def test_an_answer_right_below_a_flowed_question_is_read() -> None:
    text = "> Does Tuesday at 10 work for you? \nYes, Tuesday at 10 works for me.\n"

    assert written_now(joined_flowed(text)) == "Yes, Tuesday at 10 works for me."


@settings(deadline=None)
@given(st.text(alphabet="<>/=\"'!-ab p\n&;", max_size=300))
def test_any_markup_is_read(html: str) -> None:
    assert "\0" not in visible_text(html)
    written_now(visible_text(html))


ASKED = "Does Thursday at 3 work for you?"
ANSWERED = [
    f"On Mon, 2 Mar 2026 at 10:00, Anna Berg <anna@acme.example> wrote:\n> {ASKED}\n>\n>> What else?",
    f"On 2 Mar 2026, at 10:00, Anna Berg <anna@acme.example> wrote:\n\n{ASKED}\n\nOn 1 Mar 2026, Jane wrote:\n\nTea?",
    f"-----Original Message-----\nFrom: Anna Berg\nSent: Monday, March 2, 2026 10:00 AM\nTo: Jane\nSubject: x\n\n{ASKED}",
    f"________________________________\nFrom: Anna Berg\nSent: Monday, 2 March 2026 10:00\nTo: Jane\nSubject: x\n\n{ASKED}",
    f"Von: Anna Berg\nGesendet: Montag, 2. März 2026 10:00\nAn: Jane\nBetreff: x\n\n{ASKED}\n\nVon: Jane\nGesendet: Sonntag\n",
    f"Anna Berg <anna@acme.example> schrieb am Mo., 2. März 2026, 10:00:\n\n> {ASKED}",
    f"> On 2 Mar 2026, at 10:00, Anna Berg <anna@acme.example> wrote:\n>\n> {ASKED}",
    f"> {ASKED}",
]


@pytest.mark.parametrize("history", ANSWERED)
def test_the_answered_mail_is_what_stands_below_what_introduces_it(history: str) -> None:
    found = quoted_mail(f"Great, see you then!\n\n{history}")
    assert found.text == ASKED
    assert "2026" in found.attribution or history.startswith(f"> {ASKED}")
    assert written_now(f"Great, see you then!\n\n{history}") == "Great, see you then!"


def test_an_answer_between_what_is_quoted_belongs_to_no_quotation() -> None:
    text = f"On Mon, 2 Mar 2026, Anna Berg wrote:\n> {ASKED}\nRather at 4.\n> Anna"
    assert quoted_mail(text).text == f"{ASKED}\nAnna"


@pytest.mark.parametrize(
    "quotation",
    [
        (
            '<div class="gmail_quote"><div class="gmail_attr">On Mon, Mar 2, 2026 Anna wrote:<br></div><blockquote class="gmail_quote">{}'
            '<div class="gmail_quote"><div class="gmail_attr">On Sun, Mar 1, 2026 Jane wrote:</div>Tea?</div></blockquote></div>'
        ),
        '<hr><div id="divRplyFwdMsg"><b>From:</b> Anna<br><b>Sent:</b> Monday, March 2, 2026<br><b>To:</b> Jane<div>&nbsp;</div></div><p>{}</p>',
        '<blockquote type="cite"><div>On 2 Mar 2026, Anna wrote:</div><div>{}</div></blockquote>',
        '<div class="moz-cite-prefix">Am 02.03.2026 schrieb Anna:<br></div><blockquote type="cite"><p>{}</p></blockquote>',
    ],
)
def test_the_answered_mail_is_read_from_html_that_hides_it(quotation: str) -> None:
    shown = read_html("<p>Great, see you then!</p>" + quotation.format(ASKED))
    assert written_now(shown.text) == "Great, see you then!"
    found = quoted_mail_in_html(shown.quoted)
    assert found.text == ASKED
    assert "2026" in found.attribution


FOOTED = [
    "Hi Jane,\n\nit is a no.\n\nBest regards,\nAnna Berg\nTalent Partner",
    "Hi Jane,\n\nit is a no.\n\nThanks,\nAnna",
    "Guten Tag Frau Doe,\n\nleider nein.\n\nMit freundlichen Grüßen\nAnna Berg",
    "Hallo Jane,\n\nleider nein.\n\nViele Grüße aus Bremen,\nAnna",
    "Bonjour,\n\nc'est non.\n\nBien cordialement,\nAnna Berg",
    "Hola Jane:\n\nno ha podido ser.\n\nUn cordial saludo,\nAnna",
    "Hoi Jane,\n\nhelaas niet.\n\nMet vriendelijke groet,\nAnna",
    "Olá Jane,\n\ninfelizmente não.\n\nCom os melhores cumprimentos,\nAnna",
    "Ciao Jane,\n\npurtroppo no.\n\nCordiali saluti\nAnna",
]


@pytest.mark.parametrize("text", FOOTED)
def test_what_stands_below_the_senders_name_is_a_footer(text: str) -> None:
    below = "Book time with me, and see our newest openings on the careers page that we put below all of our mails."

    assert without_footer(f"{text}\n\n{below}\n{below}") == text
    assert without_footer(text) == text


def test_a_telephone_number_below_the_senders_name_is_no_part_of_it() -> None:
    text = "D'accord, lundi.\n\nBien à vous\n\nJean Lambert\nMenuiserie Lambert"
    kept = without_footer(f"{text}\n0475 55 01 02\nrue Haute 1")

    assert kept.split() == text.split()


def test_a_postscript_is_no_footer() -> None:
    text = "Hi Jane,\n\nsee you on Tuesday.\n\nBest,\nAnna"

    kept = without_footer(
        f"{text}\n{'Our shop has a sale. ' * 9}\n\nP.S. Frank joins us.\nHe is the founder.\n\nBuy now!"
    )

    assert kept == f"{text}\nP.S. Frank joins us.\nHe is the founder."


def test_a_postscript_right_below_the_name_is_read_once() -> None:
    assert (
        without_footer("Kind regards\nAnna\n\nP.S. Frank joins us.\n\nBuy now!")
        == "Kind regards\nAnna\nP.S. Frank joins us."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Thank you!\n\nYour application has arrived.",
        "Regards to your sister.\n\nTom",
        "Estimada Jane:\n\nReciba un cordial saludo.\n\nLe esperamos el martes a las diez en nuestras oficinas de la calle Mayor.",
        "",
    ],
)
def test_thanks_and_regards_within_a_text_end_nothing(text: str) -> None:
    assert without_footer(text) == text


@pytest.mark.parametrize(
    ("wishes", "no"),
    [
        ("All the best!", "Unfortunately, we have decided not to move forward with your application for this job."),
        ("With appreciation,", "Now to what I have to tell you:\n\nthe team has chosen somebody who has done this for longer than you."),
        ("Viele Grüße,", "Leider haben wir uns für eine andere Bewerberin entschieden, die schon länger in diesem Fach arbeitet."),
        ("Bien à vous,", "Nous avons malheureusement retenu une autre candidature, plus proche de ce que nous cherchons."),
        ("Un saludo,", "Lamentablemente hemos elegido a otra persona que lleva más tiempo en este campo que usted."),
        ("Hartelijke groet,", "Helaas hebben we voor iemand anders gekozen, die dit werk al langer doet dan jij het deed."),
        ("Um abraço!", "Infelizmente escolhemos outra pessoa, que trabalha há mais tempo nesta área do que você."),
        ("Cordiali saluti,", "Purtroppo abbiamo scelto un'altra persona, che lavora in questo campo da più tempo di te."),
    ],
)  # fmt: skip
def test_wishes_below_which_the_text_goes_on_end_nothing(wishes: str, no: str) -> None:
    text = f"Hi Jane,\n\nit was a pleasure to meet you on Monday.\n\n{wishes}\n\n{no}\n\nAnna"

    assert without_footer(text) == text


def test_the_last_of_several_valedictions_counts() -> None:
    text = "Leider nein.\n\nViele Grüße\nAnna\n\nEnglish version:\n\nIt is a no.\n\nKind regards\nAnna"

    assert without_footer(text) == text

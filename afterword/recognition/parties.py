"""Who is on the other side of a mail: the company and the role, as far as the mail itself says."""

import re
from collections.abc import Container, Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain

from ..eventlog.events import Person
from .names import company_key, company_of_domain, domain_of, fold, is_desk, is_service, senders, tenant_of
from .sentences import sentences_of
from .spelling_out import spelled_out
from .subjects import without_prefixes

_SHORTEST_NAME = 2
_BEGINNING = 3
_SHORTEST_TITLE = 3
_LONGEST_TITLE = 9

_NAME = r"(?:[A-Z0-9À-Þ][\w&.'’+\-]{0,40}(?:[ \u00a0](?:&|of|de|du|für|and|und|[A-Z0-9À-Þ][\w&.'’+\-]{0,40})){0,5})"
_STRONG_LEAD = (
    r"(?i:applying (?:to|at|with|for)|appl(?:y|ied) (?:to|at|with)|application (?:to|at|with|for)|application (?:was |has been )?(?:sent|submitted|forwarded) to|interest in(?: joining| working (?:at|for|with))?"
    r"|career (?:at|with)|careers at|joining|join|(?:interview|call|chat|conversation|meeting|screen|process|opportunit(?:y|ies)|role|position|candidacy|team|offer|job|internship|update|news) (?:at|with|from)"
    r"|bewerbung bei(?: der| dem)?|bewerbung an die|(?:stelle|position|interview|gespräch|karriere|interesse|vorstellungsgespräch|einstieg|bewerbungsprozess|bewerbungsverfahren) (?:bei|mit|an)(?: der| dem)?"
    r"|candidature (?:chez|au sein d[e’']|auprès d[e’'])|(?:poste|entretien|intérêt pour|équipe) (?:chez|avec)|postuler chez|postulé chez"
    r"|(?:candidatura|solicitud|postulación|proceso|puesto|entrevista|vacante|oferta) (?:en|con|a)(?: la empresa)?|interés en"
    r"|(?:sollicitatie|gesprek|vacature|functie|interesse in|interview) (?:bij|met|voor)|solliciteren bij"
    r"|(?:candidatura|vaga|entrevista|processo|interesse|posição) (?:na|no|à|ao|em|com)"
    r"|(?:candidatura|colloquio|posizione|selezione|ruolo|interesse) (?:presso|con|in|per))"
)
_WEAK_LEAD = r"(?:\b[Aa]t|\bbei(?: der| dem)?|\bchez|\bpresso|\bbij|@)"
_AFTER_STRONG = re.compile(rf"(?:{_STRONG_LEAD})\s+(?:the |our |die |der |la |het )?({_NAME})")
_AFTER_WEAK = re.compile(rf"{_WEAK_LEAD}\s+({_NAME})")
_BEFORE = re.compile(
    rf"^\W{{0,2}}({_NAME})(?:\]|:| \||\s[–—-]|['’]s)\s+(?i:[^\n]{{0,60}}\b"
    r"(?:application|applying|applied|interview|candidacy|bewerbung|candidature|candidatura|sollicitatie|entrevista|entretien|colloquio|solicitud|offer|interest|update on your|thank|next steps)\b)"
)
_YOUR = re.compile(rf"(?i:\byour|\bihre|\bdeine)\s+({_NAME})\s+(?i:application|interview|candidacy|bewerbung)\b")
_BESIDE = re.compile(rf"\s(?:<>|<->|x|/{{1,2}})\s+({_NAME})")
_TRAILING = re.compile(
    rf"(?i:application|interview|bewerbung|candidature|candidatura|sollicitatie|received|update)\w*\s[–—|-]\s({_NAME})\s*$"
)

ROLE_WORD = re.compile(
    r"\b(?:\w*(?:engineer|developer|entwickler|manager|ingenieur|berater|leiter|techniker|architekt|beauftragte)(?:in|s|e|erin)?|analyst|scientist|designer|architect|consultant|specialist|associate|intern(?:ship)?|director"
    r"|lead|head|officer|administrator|assistant|coordinator|representative|programmer|researcher|writer|editor|accountant|nurse|teacher|technician|operator|executive|recruiter|advisor|developpeur|développeu(?:r|se)|ingénieure?|chef de projet|responsable|chargée?|comptable|consultante?"
    r"|administrateur|administratrice|desarrollador(?:a)?|ingenier[oa]|analista|técnic[oa]|diseñador(?:a)?|gestor(?:a)?|programador(?:a)?|consultora?|director(?:a)?|ontwikkelaar|medewerker|adviseur|beheerder|desenvolvedor(?:a)?|engenheir[oa]|sviluppat(?:ore|rice)|ingegnere|impiegat[oa]|tecnico|werkstudent(?:in)?|praktikant(?:in)?|praktikum|referent(?:in)?|sachbearbeiter(?:in)?|kaufmann|kauffrau|mitarbeiter(?:in)?|\w*(?:controller|buchhalter|redakteur|assistent|betreuer|planer|pfleger|lehrer|fahrer|mechaniker|mechatroniker|elektriker|elektroniker|informatiker|wissenschaftler|verkäufer|einkäufer|disponent|trainer|forscher|gestalter|händler|dozent|logistiker|schreiner|laborant|lektor|jurist|tester|texter|erzieher|pädagoge|therapeut|apotheker|arzt|ärztin|koch|köchin|anwalt|anwältin|sekretär|volontär|trainee)(?:in|es|s|en)?"
    r"|volontariat|ausbildung|auditor|attorney|paralegal|counsel|pharmacist|therapist|librarian|lecturer|professor|postdoc|tutor|strategist|copywriter|producer|supervisor|agent|adviser|broker|underwriter|actuary|trader|teller|caregiver|physician|clerk|cashier|receptionist|buyer|planner|driver|mechanic|chef|cook|barista|barkeeper|instructor|educator|curator|journalist|translator|photographer|illustrator|economist|statistician|chemist|biologist|physicist|surveyor|electrician|plumber|carpenter|apprentice(?:ship)?|fellow(?:ship)?"
    r"|vendeu(?:r|se)|infirmi(?:er|ère)|rédact(?:eur|rice)|assistante?|conseill(?:er|ère)|technicien(?:ne)?|juriste|enseignante?|alternance|apprentie?|administratiu?v[oa]|enfermer[oa]|profesor(?:a)?|abogad[oa]|contable|dependiente|redactor(?:a)?|verpleegkundige|docent|leraar|boekhouder|inkoper|redacteur|jurist|verkoper|enfermeir[oa]|professor(?:a)?|advogad[oa]|contabilista|assistente|vendedor(?:a)?|infermier[ea]|insegnante|contabile|avvocat[oa]|commess[oa]|redattore"
    r"|tester|sre|devops|qa|cto|ceo|pm|stage|stagiaire|becari[oa]|fullstack|backend|frontend|product owner|scrum master|support|sales|marketing)\b",
    re.IGNORECASE,
)
NOT_A_NAME = re.compile(
    r"^(?:re|fwd?|fw|aw|wg|tr|rv|i|we|you|your|our|us|the|this|that|a|an|my|it|and|or|if|please|thank|thanks|hi|hello|dear|team|job|jobs|position|role|interview|invitation|application|update|phone|video|call|next|new|great|news|important|action|reminder|confirmation|status|welcome|"
    r"ihre?|ihren|unser(?:e[mnr]?)?|uns|wir|sie|die|der|das|bewerbung|einladung|votre|nous|candidature|tu|su|nuestr[oa]|uw|jouw|onze|ons|sollicitatie|sua|nossa|candidatura|nostr[oa]|zoom|google meet|google|teams|microsoft teams|skype|webex|calendly|linkedin|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|january|february|march|april|may|june|july|august|september|october|november|december|montag|dienstag|mittwoch|donnerstag|freitag|\d[\d.:/-]*(?: ?[ap]m)?|first|second|final|technical|on-?site|screening|hr|talent|recruit(?:ing|ment)|hiring|human resources|people)$",
    re.IGNORECASE,
)
_CUT_TAIL = re.compile(r"(?:[ .,;:!?–—-]+|[ ](?:and|und|of|de|du|für|&))+$")


def _plausible_company(name: str) -> str:
    name = _CUT_TAIL.sub("", re.split(r"\.\s|['’]s\b", name, maxsplit=1)[0])
    words = name.split()
    if not words or len(name) < _SHORTEST_NAME or NOT_A_NAME.match(name) or NOT_A_NAME.match(words[0]):
        return ""
    return "" if ROLE_WORD.search(name) else name


def _first(names: Iterable[str]) -> str:
    return next((found for name in names if (found := _plausible_company(name))), "")


def _named_in(text: str, *patterns: re.Pattern[str]) -> Iterator[str]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield match[1]


def company_in_subject(subject: str) -> str:
    """The company that a subject names: "Your application at Acme", "Ihre Bewerbung bei der Acme GmbH", "Acme: next steps"."""
    bare = without_prefixes(subject[:300])
    led = chain(_named_in(bare, _AFTER_WEAK), _after_strong(_on_one_line(bare)))
    return _first(chain(led, _named_in(bare, _YOUR, _BESIDE, _BEFORE, _TRAILING)))


def company_in_text(text: str) -> str:
    """The company whose process the first lines of a text are about."""
    return _first(_after_strong(_on_one_line(text[:2500]))) or _first(_signed_teams(text))


def _on_one_line(text: str) -> str:
    return f"{' ' * text[:1].isspace()}{' '.join(text.split())}{' ' * text[-1:].isspace()}"


def _after_strong(line: str) -> Iterator[str]:
    """What _AFTER_STRONG finds in a line without double spaces; it is tried only where one of its leads stands before a name."""
    if _ODD_CASE.search(line):
        yield from _named_in(line, _AFTER_STRONG)
        return
    end = 0
    for start in _starts_of_leads(line):
        if start >= end and (match := _AFTER_STRONG.match(line, start)):
            end = match.end()
            yield match[1]


def _starts_of_leads(line: str) -> Iterator[int]:
    """Where a lead to a name begins, as they come, the longest first."""
    leads = _strong_leads()
    for space in _BEFORE_NAME.finditer(line):
        end = space.start()
        last = line[line.rfind(" ", 0, end) + 1 : end].lower()
        ending_so = leads.get(last) or _joining(last)
        if ending_so:
            before = line[max(0, end - LONGEST_LEAD) : end].lower()
            yield from sorted(end - len(lead) for lead in ending_so if before.endswith(lead))


@cache
def _strong_leads() -> dict[str, tuple[str, ...]]:
    """All that _STRONG_LEAD matches, by the last word."""
    by_last: dict[str, tuple[str, ...]] = {}
    for lead in spelled_out(_STRONG_LEAD.removeprefix("(?i:").removesuffix(")")):
        last = lead.rpartition(" ")[2]
        by_last[last] = (*by_last.get(last, ()), lead)
    return by_last


def _joining(last_word: str) -> tuple[str, ...]:
    return ("join", "joining") if last_word.endswith(("join", "joining")) else ()


_ODD_CASE = re.compile("[ſıİ]")
_BEFORE_NAME = re.compile(r" (?=(?:the |our |die |der |la |het )?[A-Z0-9À-Þ])")
LONGEST_LEAD = 80


def _signed_teams(text: str) -> Iterator[str]:
    for line in text.splitlines()[-25:]:
        if match := _SIGNED_TEAM.match(line.strip()):
            yield match[1]


_SIGNED_TEAM = re.compile(
    rf"^(?:(?i:the|das|ihr|dein|your|l'équipe|el equipo de|het team van|team)\s+)*({_NAME})\s+(?i:(?:hiring|recruiting|recruitment|talent|people|hr|careers)[ \w]{{0,20}}|team|recruiting-team)$"
)
_VIA = re.compile(r"\s+\(?(?:via|through|über|par)\s+.{1,60}$", re.IGNORECASE)
_PERSON_AT = re.compile(r"^.{1,60}?(?:\s+(?:at|from|of|bei|von|chez|de chez|@)\s+|\s*[|@]\s*|\s[–—-]\s|,\s+)(.{2,60})$")
_IN_BRACKETS = re.compile(r"\(([^()]{2,60})\)\s*$")


def company_in_display_name(name: str, *, desk: bool = False) -> str:
    """The company in a sender's display name: "Acme Hiring Team", "Anna at Acme", "Acme via Greenhouse".

    `desk` says that the address is a desk's or a machine's (jobs@, no-reply@), so that a bare name is the company's.
    """
    bare = _VIA.sub("", name[:120]).strip(" \"'")
    via = bare != name[:120].strip(" \"'")
    for pattern in (_IN_BRACKETS, _PERSON_AT):
        if (match := pattern.search(bare)) and (found := _without_desk_words(match[1])):
            return found
    stripped = _without_desk_words(bare)
    if stripped and (via or desk or (stripped != bare and says_desk(bare))):
        return _plausible_company(stripped)
    return ""


def says_desk(name: str) -> bool:
    words = set(re.findall(r"[a-z]+", fold(name)))
    return bool(words & (senders()["desk_words"] - senders()["legal_forms"]))


def _without_desk_words(name: str) -> str:
    words = name.replace(",", " ").split()
    desk = senders()["desk_words"]
    while words and (_is_desk_word(words[-1], desk) or words[-1] in "-&|"):
        words.pop()
    while words and _is_desk_word(words[0], desk):
        words.pop(0)
    kept = " ".join(words)
    return "" if is_service_name(kept) or ROLE_WORD.search(kept) else kept


def _is_desk_word(word: str, desk: Container[str]) -> bool:
    """Whether it is one, or all of its parts are ("HR-Team")."""
    bare = fold(word).strip("-&|.")
    return bare in desk or all(part in desk for part in bare.split("-"))


def is_service_name(name: str) -> bool:
    return re.sub(r"[^a-z0-9]", "", fold(name)) in _service_names()


@cache
def _service_names() -> frozenset[str]:
    known = senders()
    return frozenset(each.partition(".")[0] for each in known["services"] | known["applicant_tracking"])


@lru_cache(maxsize=4)
def find_company(*, sender: Person, subject: str, text: str) -> str:
    """The employer that a mail speaks for, "" if nothing tells.

    A sender with a domain of its own is believed before the words; a service's mail goes by its display name, the tenant in its
    address, the subject, and then the text.
    """
    domain = domain_of(sender.address)
    own = company_of_domain(domain) if domain else ""
    if own:
        return _spelled(own, sender.name, subject, text)
    desk = is_service(domain) or is_desk(sender.address.partition("@")[0])
    return (
        company_in_display_name(sender.name, desk=desk and not _looks_like_person(sender))
        or company_in_subject(subject)
        or tenant_of(sender.address)
        or company_in_text(text)
    )


def _spelled(own: str, name: str, subject: str, text: str) -> str:
    """The company of a domain as the mail spells it."""
    beginning, key = f" {fold(own)[:_BEGINNING]}", company_key(own)
    lines = [each.said for each in sentences_of(text) if beginning in each.words]
    said = chain(
        (company_in_display_name(name, desk=True), company_in_subject(subject)),
        (_plausible_company(each) for line in lines for each in (*_after_strong(line), *_signed_teams(line))),
    )
    return next((company for company in said if company and company_key(company) == key), own)


def _looks_like_person(sender: Person) -> bool:
    local = fold(sender.address.partition("@")[0])
    return any(
        len(word) >= _SHORTEST_TITLE and word in local for word in re.findall(r"[a-z]+", fold(sender.name))
    ) and not is_desk(local)


_TITLE = r"[A-Z0-9À-Þ][\w/&+#.'’*:\-]{0,40}(?:[ ,]{1,2}(?:of|and|und|de|für|d['’]|&|-|–|/|\(?[mwfdhx]/[mwfdhx](?:/[mwfdhx])?\)?|[A-Z0-9À-Þ(][\w/&+#.'’*:()\-]{0,40})){0,8}"
_ROLE_LEADS = (
    (
        ("role", "position", "job"),
        re.compile(
            r"(?i:\b(?:for|to|regarding|about|in|on) (?:the |our |a |an |this |open )*)(?:role|position|job)(?: of| as| for|:)? (?:an? |the |our )?"
            rf"({_TITLE})"
        ),
    ),
    (
        ("",),
        re.compile(
            rf"(?i:\b(?:for|to|regarding|about|in|on|of) (?:the |our |a |an )*(?:role of |position of |post of |job of |open )?)({_TITLE})(?=,? (?i:role|position|job|opening|vacancy|opportunity|post|at|here|internship)\b)"
        ),
    ),
    (
        ("appl", "interview", "offer you"),
        re.compile(
            rf"(?i:\b(?:application|applying|applied|apply|interview) (?:for|as) (?:the |our |an? )?|\bapplication: |\boffer you the (?:position|role|job) of )({_TITLE})"
        ),
    ),
    (
        ("bewerbung", "stelle", "position", "ausschreibung"),
        re.compile(
            rf"(?i:\bbewerbung (?:als|für die (?:stelle|position)(?: als)?|auf die (?:stelle|position)(?: als)?|um die (?:stelle|position)(?: als)?|zum|zur|zu)|\b(?:stelle|position|ausschreibung) (?:als|des|der|zum|zur)) [„\"“»]?({_TITLE})"
        ),
    ),
    (
        ("poste", "offre", "candidature", "emploi"),
        re.compile(
            rf"(?i:\b(?:poste|offre|candidature|emploi) (?:de |d['’]|pour le poste de |pour le poste d['’]|en tant que |au poste de |au poste d['’]|: )(?:l['’])?)[«\" ]*({_TITLE}|[a-zà-ÿA-ZÀ-Þ][\w'’-]+(?: [\wà-ÿÀ-Þ'’-]+){{0,4}})(?=[ ]*[»\",.;!?\n]| chez| au sein|$)"
        ),
    ),
    (
        ("puesto", "vacante", "posición", "oferta", "plaza", "candidatura"),
        re.compile(
            rf"(?i:\b(?:puesto|vacante|posición|oferta|plaza|candidatura) (?:de |para |como |al puesto de )(?:el puesto de )?)[«\"“]?({_TITLE})"
        ),
    ),
    (
        ("functie", "vacature", "rol", "positie", "sollicitatie"),
        re.compile(
            rf"(?i:\b(?:functie|vacature|rol|positie|sollicitatie)(?: van| voor de functie van| als| voor| op de functie van| naar de functie van|:)? (?:de functie (?:van )?)?)['\"‘“]?({_TITLE})"
        ),
    ),
    (
        ("vaga", "posição", "função", "cargo"),
        re.compile(
            rf"(?i:\b(?:vaga|posição|função|cargo) (?:de |para |como |à vaga de )(?:a vaga de )?)[\"“]?({_TITLE})"
        ),
    ),
    (
        ("posizione", "ruolo", "candidatura", "selezione"),
        re.compile(
            rf"(?i:\b(?:posizione|ruolo|candidatura|selezione) (?:di |per la posizione di |come |per il ruolo di |per )(?:la posizione (?:di )?)?)[\"“«]?({_TITLE})"
        ),
    ),
)
_ROLE_CUT = re.compile(
    r"\s*(?:\b(?:at|with|here|bei(?: der| dem)?|chez|presso|bij|role|position|job|opening|vacancy|opportunity|Position|Stelle|Role|vom|from|and|und|in|has|is|has been|a retenu|a été|est|please)\b.*|[,;.!?:]\s.*|[.,;:!?–—-]+$|\s[–—|-]\s.*)$",
    re.DOTALL,
)


@lru_cache(maxsize=4)
def find_role(subject: str, text: str) -> str:
    """The job title that a mail is about: "Data Analyst" in "for the position of Data Analyst (m/w/d)"; "" if none is named."""
    bare = without_prefixes(subject[:300])
    for place in (bare, _on_one_line(text[:2000])):
        lowered = place.lower()
        for words, pattern in _ROLE_LEADS:
            if not any(word in lowered for word in words):
                continue
            for match in pattern.finditer(place):
                if role := _plausible_role(match[1]):
                    return role
    return _bare_role(bare)


def role_of_meeting(title: str, description: str) -> str:
    """The job title that a meeting is about: by a lead ("for the role of …"), or a piece of its title that is one by itself."""
    pieces = (each for each in _TITLE_PIECES.split(title[:300]) if not _MEETING_WORD.search(each))
    alone = (role for each in pieces if (role := _plausible_role(each)))
    return find_role(title, "") or next(alone, "") or find_role("", description)


_TITLE_PIECES = re.compile(r"\s*(?:<>|<->|//|[–—|:;,()\[\]]|\bx\b|\s/\s|\s-\s)\s*")
_MEETING_WORD = re.compile(
    r"(?i)interview|round|screen|call\b|chat|meeting|gespräch|runde|hiring manager|entretien|entrevista|gesprek|colloquio|reuni"
)


def _plausible_role(title: str) -> str:
    title = _BEFORE_TITLE.sub("", title)
    title = re.sub(r"\s*\([^()]{0,30}\)?\s*$", "", _ROLE_CUT.sub("", _strip_gender(title))).strip(" -–,(„“\"»«'’")
    words = title.split()
    if not 1 <= len(words) <= _LONGEST_TITLE or len(title) < _SHORTEST_TITLE or not ROLE_WORD.search(title):
        return ""
    return title if not NOT_A_NAME.match(words[0]) or len(words) > 1 else ""


_BEFORE_TITLE = re.compile(rf"^(?:(?:(?:R|REQ|JR|ID)[- ]?)?\d{{3,}}[\w-]*[ :–-]+|{_NAME}['’]s )+")
"""A requisition's number, and whose role it is."""


def _strip_gender(title: str) -> str:
    return re.sub(r"\s*\(?\b[mwfdhx]\s?/\s?[mwfdhx](?:\s?/\s?[mwfdhx])?\b\)?", "", title)


_BARE_ROLE = re.compile(rf"^(?:[^:|]{{0,40}}[:|]\s+|[^–—]{{0,40}}\s[–—-]\s+)?({_TITLE})")


def _bare_role(subject: str) -> str:
    match = _BARE_ROLE.match(subject)
    return (
        _plausible_role(re.sub(r"(?i)\b(?:interview|application|bewerbung|update)\b.*", "", match[1])) if match else ""
    )

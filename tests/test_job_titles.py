"""The job title that a mail is about, as it stands in its subject or behind what leads to it."""

import pytest

from afterword.recognition.parties.names import comparable_role
from afterword.recognition.parties.roles import find_role, has_role_word, without_company


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("We received your application for the job opening of Cave Guide.", "Cave Guide"),
        ("Unfortunately the position Software Engineer you asked about is filled.", "Software Engineer"),
        ("Thank you for your interest in Acme and the Harbour Master position.", "Harbour Master"),
        (
            "Your application has been received for the Senior Threat Analyst, and we will review it.",
            "Senior Threat Analyst",
        ),
        (
            "wir haben Ihre Bewerbung für die Position „Steuerfachangestellte (m/w/d)“ erhalten.",
            "Steuerfachangestellte",
        ),
        ("danke für deine Bewerbung als Studioassistenz bei uns.", "Studioassistenz"),
        ("tu entrevista para la vacante Auxiliar de Reclutamiento ha sido programada.", "Auxiliar de Reclutamiento"),
        ("We are hiring a JAVA developer for our team in Leeds.", ""),
        ("Ihre Bewerbung auf die Stelle Sachbearbeitung Bauhof. Wir laden Sie ein.", "Sachbearbeitung Bauhof"),
        ("Ihre Bewerbung um die Stelle einer Verwaltungsangestellten (m/w/d)", "Verwaltungsangestellten"),
        ("Sie haben sich für die Stelle Ihrer Wahl beworben.", ""),
        ("wir laden Sie zu einem Gespräch für die Stelle Sachbearbeitung Bauhof ein.", "Sachbearbeitung Bauhof"),
        ("Falls Sie für die Stelle Interesse haben, melden Sie sich.", ""),
        ("votre candidature à la fonction d'assistante sociale, reçue hier", "assistante sociale"),
        ("votre candidature pour la fonction : Agent d'accueil. Merci", "Agent d'accueil"),
        ("je sollicitatie als baliemedewerker is goed ontvangen.", "baliemedewerker"),
        (
            "je sollicitatie op de functie van Zelfstandig werkend kok (A-71). De sluitingsdatum",
            "Zelfstandig werkend kok",
        ),
        ("je sollicitatie op de vacature van Medewerker klantenservice bij Acme.", "Medewerker klantenservice"),
        ("Graag solliciteer ik voor de functie van vrachtplanner zoals vermeld op uw website.", "vrachtplanner"),
        ("je hebt gesolliciteerd op de vacature Vrachtplanner bij Acme!", "Vrachtplanner"),
        ("Wij hebben je sollicitatie goed ontvangen.", ""),
        ("Wat houdt de functie van u in?", ""),
        ("vous avez postulé au poste d'Aide-soignante de nuit (réf. 22).", "Aide-soignante de nuit"),
        ("Tu candidatura para el puesto de Técnico de redes industriales (ref. 3).", "Técnico de redes industriales"),
        (
            "la sua candidatura per la posizione di Impiegato amministrativo contabile. La",
            "Impiegato amministrativo contabile",
        ),
        ("a sua candidatura para a vaga de Assistente administrativo (ref. 3).", "Assistente administrativo"),
        ("el puesto de recepcionista ya está cogido.", "recepcionista"),
        ("la plaza de oficial administrativa no está cubierta todavía.", "oficial administrativa"),
        ("la posizione di impiegata è già stata coperta.", "impiegata"),
        ("la vaga de recepcionista já foi preenchida.", "recepcionista"),
        ("le poste de vendeuse n'est plus à pourvoir.", "vendeuse"),
        ("Pero para auxiliar de caja sí nos gustaría verte.", "auxiliar de caja"),
        ("Per educatrice, invece, vorremmo incontrarLa.", "educatrice"),
        ("Já para Assistente Administrativo, gostaríamos de marcar uma entrevista.", "Assistente Administrativo"),
        ("Lo hemos pasado a otro día para que el director nos vea, ya te diré.", ""),
        ("purtroppo per un impegno del responsabile siamo costretti a spostare.", ""),
    ],
)
def test_a_role_is_found_behind_what_leads_to_it(text: str, role: str) -> None:
    assert find_role("", text) == role


@pytest.mark.parametrize(
    "text", ["Aktuell können wir dir leider keinen Platz anbieten.", "Helaas is er geen plek meer."]
)
def test_no_title_is_heard_in_a_no(text: str) -> None:
    assert not has_role_word(text)


@pytest.mark.parametrize(
    ("subject", "role"),
    [
        ("Intro / Head of Finance EMEA", "Head of Finance EMEA"),
        ("Your CV / Data Analyst", "Data Analyst"),
        ("Backend Engineer / Berlin", "Backend Engineer"),
        ("UI/UX Designer", "UI/UX Designer"),
        ("Einladung Produktmanagerin", "Produktmanagerin"),
        ("Invitation Data Analyst", "Data Analyst"),
        ("Nordlicht Versicherung - Underwriterin", "Underwriterin"),
        ("Ihre Bewerbung Fertigungsplaner Blechbearbeitung", "Fertigungsplaner Blechbearbeitung"),
        ("Ihre Bewerbung vom 3. März", ""),
        ("Your application Data Analyst", "Data Analyst"),
        ("Votre candidature Assistant administratif", "Assistant administratif"),
        ("Data Analyst invitation", "Data Analyst"),
        ("Cancelled: Phone interview Data Analyst", "Data Analyst"),
        ("Abgesagt: Vorstellungsgespräch Serviceberater", "Serviceberater"),
        ("Einladung zum Vorstellungsgespräch Buchhalterin", "Buchhalterin"),
        ("Convocation entretien Comptable", "Comptable"),
        ("Cancelada: Entrevista Técnico de Laboratorio", "Técnico de Laboratorio"),
        ("Entrevista técnica Analista de Dados", "Analista de Dados"),
        ("Entrevista Técnica", ""),
        ("Your Warehouse driver", "Warehouse driver"),
        ("Fullstack Softwareentwickler:in (m/w/d)", "Fullstack Softwareentwickler:in"),
        ("Gewijzigd: sollicitatiegesprek Projectleider Infra", "Projectleider Infra"),
        ("R: colloquio Responsabile Vendite", "Responsabile Vendite"),
        ("Konstrukteur Ladekrane", "Konstrukteur Ladekrane"),
        ("Versuchsingenieur Achsen - Termin beim Kunden", "Versuchsingenieur Achsen"),
        ("Data Analyst - meet the client", "Data Analyst"),
        ("Aw: Pflegefachkraft", "Pflegefachkraft"),
        ("Maschinenführer Blechbearbeitung", "Maschinenführer Blechbearbeitung"),
        ("Re: Heftruckmachinist", "Heftruckmachinist"),
        ("Soudeur TIG", "Soudeur TIG"),
        ("Ontvangstbevestiging sollicitatie Planner patiëntenvervoer (A-77)", "Planner patiëntenvervoer"),
        ("Uitnodiging sollicitatiegesprek Planner patiëntenvervoer", "Planner patiëntenvervoer"),
        ("Vrachtplanner: kennismaken?", "Vrachtplanner"),
        ("Sollicitatie Jane de Wit", ""),
        ("Candidature - Assistant administratif (H/F)", "Assistant administratif"),
        ("Candidatura: Auxiliar administrativo", "Auxiliar administrativo"),
        ("Candidatura Addetto vendite part-time", "Addetto vendite part-time"),
        ("Ihre Bewerbung als Entwicklungsingenieur Optik 80-100%", "Entwicklungsingenieur Optik"),
        ("Interview - Business Support Officer AB/2291", "Business Support Officer"),
    ],
)
def test_a_role_is_parted_from_what_else_a_subject_says(subject: str, role: str) -> None:
    assert find_role(subject, "") == role


@pytest.mark.parametrize(
    ("subject", "text", "role"),
    [
        ("Votre candidature", "votre candidature au poste de Assistant comptable H/F et", "Assistant comptable"),
        (
            "Votre candidature",
            "pour le poste de Contrôleur(se) de gestion junior et",
            "Contrôleur(se) de gestion junior",
        ),
        ("Votre candidature", "au poste de Développeur·euse web chez Acme", "Développeur·euse web"),
        ("Votre candidature", "Vous avez postulé à notre offre Comptable clients (H/F).", "Comptable clients"),
        ("Votre candidature", "le poste de technicienne comptable affiché sur le site", "technicienne comptable"),
        ("Candidature Comptable général - premier entretien", "", "Comptable général"),
        ("Candidatura grafico editoriale", "", "grafico editoriale"),
        ("Candidatura", "per il ruolo di Impiegato/a amministrativo/a presso Acme", "Impiegato/a amministrativo/a"),
        ("Candidatura", "per la posizione di architetto junior pubblicata sul sito", "architetto junior"),
        ("Candidatura", "para el puesto de Técnica comercial.", "Técnica comercial"),
        ("Candidatura", "à vaga de Assistente administrativo foi recebida", "Assistente administrativo"),
        ("Sollicitatie", "voor de functie van Medewerker klantenservice bij Acme", "Medewerker klantenservice"),
        ("Re: Autre piste - gestionnaire paie", "", "gestionnaire paie"),
        ("R: altra posizione: packaging designer", "", "packaging designer"),
        ("Mission comptable fournisseurs - Bron", "", "comptable fournisseurs"),
        ("Concorso Funzionario Tecnico - graduatoria", "", "Funzionario Tecnico"),
        ("Vacature Medewerker klantenservice", "", "Medewerker klantenservice"),
        ("Chargé de mission - entretien", "", "Chargé de mission"),
        ("POSTA CERTIFICATA: Concorso Istruttore amministrativo - esito", "", "Istruttore amministrativo"),
        ("Entretien contrôleur de gestion", "", "contrôleur de gestion"),
        ("quick chat - recruiter", "", ""),
        ("from your manager", "", ""),
        ("the architect's visit", "", ""),
        ("Votre candidature", "au poste de Comptable nous est bien parvenue", "Comptable"),
        ("Candidatura", "per la posizione di Infermiera presso Acme", "Infermiera"),
    ],
)
def test_a_title_goes_on_in_lower_case(subject: str, text: str, role: str) -> None:
    assert find_role(subject, text) == role


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Technicien(ne) comptable", "technicienne comptable", True),
        ("Développeur·se web", "Développeuse web", True),
        ("Directeur commercial", "Directrice commerciale", True),
        ("Addetto/a alle vendite", "Addetta alle vendite", True),
        ("Enfermero/a", "Enfermera", True),
        ("Chargé(e) de projet", "Chargée de projet", True),
        ("Sachbearbeiter:in Einkauf", "Sachbearbeiterin Einkauf", True),
        ("Responsabile vendite", "Responsabile acquisti", False),
        ("Assistant commercial", "Assistant comptable", False),
        ("Data Engineer", "Data Analyst", False),
    ],
)
def test_a_title_is_the_same_for_women_and_men(one: str, other: str, is_same: bool) -> None:
    assert (comparable_role(one) == comparable_role(other)) is is_same


@pytest.mark.parametrize(
    ("subject", "role"),
    [
        ("Acme | Entrevista Analista de Dados Logísticos", "Analista de Dados Logísticos"),
        ("CITACION ENTREVISTA AUXILIAR ADMINISTRATIVA", "AUXILIAR ADMINISTRATIVA"),
        ("RESULTADO PROCESO DE SELECCIÓN AUXILIAR ADMINISTRATIVA", "AUXILIAR ADMINISTRATIVA"),
        ("OFERTA LABORAL ASISTENTE ADMINISTRATIVA", "ASISTENTE ADMINISTRATIVA"),
        ("Colloquio Addetta", "Addetta"),
        ("Vorstellungsgespräch Sachbearbeiterin Einkauf", "Sachbearbeiterin Einkauf"),
        ("Entretien Assistante de direction", "Assistante de direction"),
        ("Sollicitatiegesprek Administratief Medewerker", "Administratief Medewerker"),
        ("Responsable Entretien", "Responsable Entretien"),
        ("Interview Data Analyst", "Data Analyst"),
    ],
)
def test_the_step_of_hiring_before_a_title_is_no_part_of_it(subject: str, role: str) -> None:
    assert find_role(subject, "") == role


@pytest.mark.parametrize(
    ("subject", "role"),
    [
        ("Te has postulado a la oferta Auxiliar administrativa en Acme", "Auxiliar administrativa"),
        ("Tu candidatura: Administrativo/a contable", "Administrativo/a contable"),
        ("Your application: Full Stack Web developer", "Full Stack Web developer"),
        ("Tu candidatura: Recepcionista en Madrid", "Recepcionista"),
        ("Prova técnica: você tem até 12/03", ""),
    ],
)
def test_a_title_goes_on_with_a_word_of_titles_in_lower_case(subject: str, role: str) -> None:
    assert find_role(subject, "") == role


def test_a_title_ends_before_the_company() -> None:
    assert without_company("Recepcionista de Óptica Sur", "Óptica Sur") == "Recepcionista"
    assert without_company("Técnico de Óptica", "Óptica Sur") == "Técnico de Óptica"

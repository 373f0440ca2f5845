"""The company and the role of a mail, as applicant tracking, personnel departments and people name them."""

import time
from datetime import UTC, datetime

import pytest

from afterword.eventlog.events import Fact, Person
from afterword.recognition.mail import read_mail
from afterword.recognition.messages.addresses import company_of_domain
from afterword.recognition.parties.companies import company_written_to, find_company
from afterword.recognition.parties.people import people_met, with_addresses
from afterword.recognition.parties.roles import find_role
from afterword.recognition.reading import User

NAMED = [
    ("Acme <no-reply@us.greenhouse-mail.io>", "Thank you for applying to Acme", "We received your application for Senior Data Engineer.", "Acme", "Senior Data Engineer"),
    ("Borealis Labs <no-reply@hire.lever.co>", "Thank you for your application to Borealis Labs", "Thanks for applying to the Product Designer, Growth role at Borealis Labs!", "Borealis Labs", "Product Designer"),
    ("Cinder Hiring Team <no-reply@ashbyhq.com>", "Thanks for applying to Cinder", "Thanks for your interest in the Staff Engineer (Infrastructure) role at Cinder.", "Cinder", "Staff Engineer"),
    ("Dune <dune@myworkday.com>", "Application received", "Thank you for applying for the position R-12345 Software Engineer II at Dune Inc.", "Dune", "Software Engineer II"),
    ("Fjord HR-Team <noreply@personio.de>", "Deine Bewerbung als UX Designer (w/m/d) bei Fjord", "Vielen Dank für deine Bewerbung.", "Fjord", "UX Designer"),
    ("Gale via Workable <noreply@jobs.workablemail.com>", "Thanks for applying", "Your application for the Customer Success Manager job was submitted.", "Gale", "Customer Success Manager"),
    ("Kilo <recrutement@kilo.example>", "Votre candidature", "Nous avons reçu votre candidature au poste de Chef de projet digital.", "Kilo", "Chef de projet digital"),
    ("Lumen Careers <noreply@teamtailor-mail.com>", "We got it", "Thank you for your application to the position Backend Developer at Lumen.", "Lumen", "Backend Developer"),
    ("LinkedIn <jobs-noreply@linkedin.com>", "Your application was sent to Nova", "Good luck!", "Nova", ""),
    ("Orion <noreply@recruitee.com>", "Bevestiging", "Bedankt voor je sollicitatie op de functie Financieel Administrateur bij Orion.", "Orion", "Financieel Administrateur"),
    ("Pine <rrhh@pine.example>", "Tu candidatura", "Gracias por tu interés en el puesto de Ingeniera de datos en Pine.", "Pine", "Ingeniera de datos"),
    ("Quarz <jobs@quarz.example>", "Ihre Bewerbung", "vielen Dank für Ihre Bewerbung als Lagerist (m/w/d).", "Quarz", "Lagerist"),
    ("Reed <jobs@reed.example>", "Your application", "Thank you for applying for the Archivist position.", "Reed", "Archivist"),
    ("Harbour Clinic <noreply@hiringtool.example>", "Your application", "Thank you for your application for the Nurse position at Harbour Clinic.", "Harbour Clinic", "Nurse"),
    ("Cobbs Garden Centre <info@cobbsgardens.example>", "Your application", "Thank you for your application as Receptionist.", "Cobbs Garden Centre", "Receptionist"),
    ("Borealis <borealis@hiring-mail.example>", "Thank you for applying to Borealis", "We have your application as Data Analyst.", "Borealis", "Data Analyst"),
    ("Dave <dave@davesgarage.example>", "Your application", "Thank you for your application as Receptionist.", "Davesgarage", "Receptionist"),
    ("Anna Berg <anna@annabergs-books.example>", "Your application", "Thank you for your application as Receptionist.", "Annabergs Books", "Receptionist"),
    ("Acme Corporate Recruiting <jobs@acme.example>", "Your application", "Thank you for applying for the Nurse position at Borealis.", "Acme", "Nurse"),
    ("Postings <jobs@dieblaueblume.example>", "Ihre Bewerbung", "vielen Dank für Ihre Bewerbung als Archivist bei Die Blaue Blume.", "Die Blaue Blume", "Archivist"),
    ("St. Brook Freight Careers <stbrookfreight+autoreply@talent.icims.com>", "Your application", "Thank you for applying for Team Lead (2026-1187).", "St. Brook Freight", "Team Lead"),
    ("Carla Rossi <stbrookfreight+email+4fk2-9d@talent.icims.com>", "Team Lead - phone interview", "I am glad to write to you about the Team Lead position.\n\nCarla Rossi\nSt. Brook Freight", "St. Brook Freight", "Team Lead"),
    ("St Anna's General Hospital <noreply@rezoomo.com>", "Application received: Staff Nurse", "Thank you for applying.", "St Anna's General Hospital", "Staff Nurse"),
    ("Anna's Bakery Careers <noreply@rezoomo.com>", "Your application", "Thank you for applying as Clerk.", "Anna", "Clerk"),
    ("Northmoor NHS Foundation Trust <noreply@trac.jobs>", "Invitation to interview: 372-AM-0105 Staff Nurse", "Please choose a time.", "Northmoor NHS Foundation Trust", "Staff Nurse"),
    ("HSC Recruit <noreply@hscrecruit.com>", "Application Submitted", "Thank you for applying for this post:\n\nJob Reference: 73126044\nJob Title: Staff Nurse\nOrganisation: Moor and Fell Health and Social Care Trust", "Moor and Fell Health and Social Care Trust", "Staff Nurse"),
    ("Jobs <noreply@join.com>", "Ihre Bewerbung", "Vielen Dank für Ihre Bewerbung als Lagerist.\nArbeitgeber: Blaufeld Logistik", "Blaufeld Logistik", "Lagerist"),
    ("Sable <noreply@personio.de>", "Ihre Bewerbung", "Wir haben Ihre Bewerbung erhalten.\nStelle: Lagerist (m/w/d)\nOrt: Ulm\nBeginn: sofort", "Sable", "Lagerist"),
    ("Sable <noreply@teamtailor.com>", "Votre candidature", "Nous l'avons bien reçue.\nPoste : Chef de projet\nLieu : Nantes", "Sable", "Chef de projet"),
    ("Mia Lang <mia.lang@nhs.net>", "Staff Nurse post", "The trust that I work for:\nEmployer: Northmoor NHS Foundation Trust", "Northmoor NHS Foundation Trust", "Staff Nurse"),
    ("Acme Interviews <interviews@acmehq.example>", "Interview confirmation", "Recruiter Screen with Mia", "Acme", ""),
    ("HSE <noreply@hse.example>", "GCH26041 Staff Nurse", "We have your application.", "HSE", "Staff Nurse"),
    ("Indeed Candidature <indeedapply@indeed.com>", "Candidature Indeed : Assistant comptable H/F", "Les éléments suivants ont été envoyés à Acme. Bonne chance !", "Acme", "Assistant comptable"),
    ("Indeed <no-reply@indeed.com>", "Une mise à jour de votre candidature de la part de Acme", "Acme vous remercie.", "Acme", ""),
    ("Apec <ne-pas-repondre@apec.fr>", "Votre candidature", "Votre candidature à l'offre « Comptable unique F/H » (réf. 1762W) a été transmise à BELLE RIVE.", "BELLE RIVE", "Comptable unique"),
    ("Inès de Acme <acme@mail.taleez.com>", "Acme - la suite de ton process", "Hello Jane,", "Acme", ""),
    ("Bella Casa S.p.A. <noreply@assunzioni.example>", "Conferma", "Grazie per l'interesse dimostrato verso Bella Casa S.p.A. come Impiegata.", "Bella Casa S.p.A", ""),
    ("Mary Smith <hr@smithbooks.example>", "Hello", "I am Mary Smith of HR.", "Smithbooks", ""),
    ("Sable <noreply@jobvite.com>", "Sable: Thank you for applying", "Thank you for your interest in Sable's Operations Analyst position.", "Sable", "Operations Analyst"),
]  # fmt: skip


@pytest.mark.parametrize(("sender", "subject", "text", "company", "role"), NAMED)
def test_the_company_and_the_role_are_told_apart(sender: str, subject: str, text: str, company: str, role: str) -> None:
    name, _, address = sender.rstrip(">").partition(" <")

    assert find_company(sender=Person(address=address, name=name), subject=subject, text=text) == company
    assert find_role(subject, text) == role


@pytest.mark.parametrize(
    ("address", "said", "company"),
    [
        ("mia@acmehq.example", "Thanks for applying to Acme!", "Acme"),
        ("mia@getacme.example", "Here at Acme we like short letters.", "Acme"),
        ("mia@acme-group.example", "vielen Dank für Ihre Bewerbung bei Acme.", "Acme"),
        ("mia@acmehq.example", "Are you free tomorrow?", "Acmehq"),
        ("mia@acmehq.example", "AcmeHQ is what Acme was called once.", "AcmeHQ"),
        ("mia@joinery.example", "The Ery runs through our village.", "Joinery"),
        ("mia@metafold.example", "Meta is somebody else.", "Metafold"),
        ("mia@stannas.example", "I write from St Anna's Hospital.", "St Anna's"),
        ("mia@acme.example", "Acme's next step is a call.", "Acme"),
    ],
)
def test_a_company_is_called_as_the_mail_spells_it_without_what_its_domain_adds(
    address: str, said: str, company: str
) -> None:
    assert find_company(sender=Person(address=address, name="Mia Lang"), subject="Hello", text=said) == company


@pytest.mark.parametrize(
    ("sender", "subject", "text", "company", "role"),
    [
        ("LinkedIn <jobs-noreply@linkedin.com>", "Jane, your application was sent to Kestrel Foods", "Your application was sent to Kestrel Foods\n\nSupply Chain Analyst\nKestrel Foods\nLeeds\nView job", "Kestrel Foods", "Supply Chain Analyst"),
        ("LinkedIn <jobs-noreply@linkedin.com>", "Jane, your application was sent to Kestrel Foods", "Your application was sent to Kestrel Foods\nSupply Chain Analyst · Kestrel Foods · Leeds", "Kestrel Foods", "Supply Chain Analyst"),
        ("Indeed Apply <indeedapply@indeed.com>", "Indeed Application: Barista", "Application submitted\n\nBarista\nCorner Cafe - Leeds\n\nThe following items were sent to Corner Cafe. Good luck!", "Corner Cafe", "Barista"),
        ("LinkedIn <jobs-noreply@linkedin.com>", "Jane, tu solicitud se ha enviado a Envíos Norte", "Tu solicitud se ha enviado a Envíos Norte\n\nEjecutiva de cuentas\nEnvíos Norte · Burgos (En remoto)\nSolicitado el 2 de marzo", "Envíos Norte", "Ejecutiva de cuentas"),
        ("LinkedIn <jobs-noreply@linkedin.com>", "Jane, sua candidatura foi enviada para Serra Clara", "Sua candidatura foi enviada para Serra Clara\n\nTécnico de Suporte\nSerra Clara · Porto", "Serra Clara", "Técnico de Suporte"),
        ("LinkedIn <jobs-noreply@linkedin.com>", "Jane, la tua candidatura è stata inviata a Monte Verde", "La tua candidatura è stata inviata a Monte Verde\n\nImpiegata\nMonte Verde · Parma", "Monte Verde", "Impiegata"),
        ("LinkedIn <jobs-noreply@linkedin.com>", "Jane, votre candidature a été envoyée à Moulin Vert", "Votre candidature a été envoyée à Moulin Vert\n\nSoudeur\nMoulin Vert · Nantes", "Moulin Vert", "Soudeur"),
        ("LinkedIn <jobs-noreply@linkedin.com>", "Jane, deine Bewerbung wurde an Blaufeld gesendet", "Deine Bewerbung wurde an Blaufeld gesendet\n\nKellner\nBlaufeld · Ulm", "Blaufeld", "Kellner"),
        ("LinkedIn <jobs-noreply@linkedin.com>", "Jane, je sollicitatie is verzonden naar Windhoek", "Je sollicitatie is verzonden naar Windhoek\n\nKok\nWindhoek · Zwolle", "Windhoek", "Kok"),
        ("InfoJobs <noreply@infojobs.net>", "Te has inscrito en la oferta Administrativa de compras", "Tu inscripción a la oferta Administrativa de compras de Transportes Oca se ha realizado correctamente.", "Transportes Oca", "Administrativa de compras"),
        ("Indeed <indeedapply@indeed.com>", "Candidatura en Indeed: Administrativo/a laboral", "Candidatura enviada\n\nAdministrativo/a laboral\nGestoría Prado - Burgos\n\nLos siguientes elementos se han enviado a Gestoría Prado. ¡Buena suerte!", "Gestoría Prado", "Administrativo/a laboral"),
        ("karriere.at <service@mail.karriere.at>", "Deine Bewerbung wurde übermittelt", "Hallo Jane,\n\nwir haben deine Bewerbung für den Job Fertigungsplaner Blechbearbeitung an Acme Metall GmbH übermittelt.\n\nDein karriere.at Team", "Acme Metall GmbH", "Fertigungsplaner Blechbearbeitung"),
        ("jobs.ch <noreply@mail.jobs.ch>", "Deine Bewerbung wurde versendet", "Deine Bewerbung als Konstrukteur Optik 80-100% bei Acme Optik AG wurde erfolgreich an das Unternehmen übermittelt.", "Acme Optik AG", "Konstrukteur Optik"),
        ("Indeed <indeedapply@indeed.com>", "Indeed-sollicitatie: Expeditiemedewerker", "Sollicitatie verzonden\n\nExpeditiemedewerker\nBakkerij van Dam - Utrecht\n\nDe volgende items zijn verzonden naar Bakkerij van Dam. Veel succes!", "Bakkerij van Dam", "Expeditiemedewerker"),
        ("Indeed <indeedapply@indeed.com>", "Candidatura: Addetta vendite part time", "Candidatura inviata\n\nAddetta vendite part time\nIpermela - Parma\n\nI seguenti elementi sono stati inviati a Ipermela.", "Ipermela", "Addetta vendite part time"),
        ("Indeed <indeedapply@indeed.com>", "Candidatura: Consultor de vendas", "Candidatura enviada\n\nConsultor de vendas\nÓtica Farol - São Paulo, SP\n\nAs seguintes informações foram enviadas para Ótica Farol.", "Ótica Farol", "Consultor de vendas"),
        ("Lojas Aroeira <no-reply@gupy.com.br>", "Recebemos sua candidatura para Analista de Dados", "Recebemos sua candidatura para a vaga de Analista de Dados na Lojas Aroeira.\n\nE-mail enviado por Gupy Tecnologia em Recrutamento.", "Lojas Aroeira", "Analista de Dados"),
        ("Gupy <no-reply@gupy.com.br>", "Recebemos sua candidatura", "Recebemos sua candidatura para a vaga de Analista de Dados na Lojas Aroeira.", "Lojas Aroeira", "Analista de Dados"),
        ("Gupy <no-reply@gupy.com.br>", "Sua candidatura para Analista de Dados", "Agradecemos seu interesse, mas não seguiremos com a sua candidatura.\n\nTime de Gente\nLojas Aroeira", "Lojas Aroeira", "Analista de Dados"),
        ("Lojas Aroeira <no-reply@selecao.example>", "Recebemos sua candidatura", "Recebemos sua candidatura para a vaga de Analista de Dados na Lojas Aroeira.", "Lojas Aroeira", "Analista de Dados"),
        ("Grupo Alcora Logística <alcora@myworkday.com>", "Hemos recibido tu candidatura", "Hemos recibido tu candidatura para el puesto R-10442 Gestor/a de incidencias.", "Grupo Alcora Logística", "Gestor/a de incidencias"),
        ("Grupo Alcora Logística <alcora@myworkday.com>", "Actualización de tu candidatura – R-10442", "Hemos decidido continuar el proceso con otros perfiles.", "Grupo Alcora Logística", ""),
        ("Alcora Workday <alcora@myworkday.com>", "Your application", "Thank you for applying for the Nurse role.", "Alcora", "Nurse"),
        ("Davide di Alcora <davide@alcora.recruitee.com>", "Your application", "Thank you for applying for the Nurse role.", "Alcora", "Nurse"),
        ("Indeed <indeedapply@indeed.com>", "Your application at Indeed: Nurse", "Thank you for applying to Indeed.", "Indeed", "Nurse"),
        ("no-reply@greenhouse.io <no-reply@greenhouse.io>", "Your application to Kite & Sons", "Thank you for applying for the Copywriter role.", "Kite & Sons", "Copywriter"),
        ("Klinikum <hr@klinikum.example>", "Ihre Bewerbung als Gesundheits- und Krankenpfleger", "vielen Dank für Ihre Bewerbung.", "Klinikum", "Gesundheits- und Krankenpfleger"),
        ("HR <hr@dewitt.example>", "Sollicitatie", "Bedankt voor je sollicitatie naar de functie van medewerker klantenservice bij De Witt.", "De Witt", "medewerker klantenservice"),
    ],
)  # fmt: skip
def test_what_job_boards_and_other_languages_write_is_told_apart_in_a_mail(
    sender: str, subject: str, text: str, company: str, role: str
) -> None:
    raw = (
        f"From: {sender}\nTo: jane@home.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}"
    )
    now = datetime(2026, 3, 2, tzinfo=UTC)
    reading = read_mail(raw.encode(), user=User(addresses=("jane@home.example",)), received_at=None, now=now)
    (fact,) = (each.event for each in reading.findings if isinstance(each.event, Fact))

    assert (fact.company, fact.role) == (company, role)


@pytest.mark.parametrize(
    "said",
    [
        "You will meet Tom Winter, our CTO, and Carla Rossi.",
        "Your interviewers will be Tom Winter and Carla Rossi.",
        "Ihre Gesprächspartner sind Tom Winter und Carla Rossi.",
        "Im Gespräch lernen Sie Tom Winter und Carla Rossi kennen.",
        "Vous rencontrerez Tom Winter (CTO) et Carla Rossi.",
        "Te entrevistarán Tom Winter y Carla Rossi.",
        "Je gesprekspartners zijn Tom Winter en Carla Rossi.",
        "Será entrevistada por Tom Winter e Carla Rossi.",
        "Incontrerà Tom Winter e Carla Rossi.",
    ],
)
def test_whom_one_meets_is_told_in_every_language(said: str) -> None:
    assert [each.name for each in people_met(said)] == ["Tom Winter", "Carla Rossi"]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (
            "The interview will be conducted by Dr. Tom Winter and Ms. Carla Rossi.",
            ["Dr. Tom Winter", "Ms. Carla Rossi"],
        ),
        ("Am Gespräch nehmen Tom Winter und Carla Rossi teil.", ["Tom Winter", "Carla Rossi"]),
        ("Vous serez reçue par M. Tom Winter et Mme Carla Rossi.", ["Tom Winter", "Mme Carla Rossi"]),
        ("La entrevista será realizada por Tom Winter y Carla Rossi.", ["Tom Winter", "Carla Rossi"]),
        ("A entrevista será conduzida por Tom Winter e Carla Rossi.", ["Tom Winter", "Carla Rossi"]),
        ("Il colloquio sarà condotto da Tom Winter e Carla Rossi.", ["Tom Winter", "Carla Rossi"]),
        ("We look forward to working with Bright Harbour and the Data Team.", []),
        ("Sie haben Erfahrung mit Tailspin Systems.", []),
    ],
)
def test_titles_before_names_and_those_one_works_with_are_told_apart(said: str, names: list[str]) -> None:
    assert [each.name for each in people_met(said)] == names


def test_a_title_hides_no_address() -> None:
    found = with_addresses(people_met("Sie sprechen mit Herrn Tom Winter."), [Person("tom@acme.example", "Tom Winter")])

    assert [(each.name, each.address) for each in found] == [("Herrn Tom Winter", "tom@acme.example")]


@pytest.mark.parametrize(
    ("met", "writes", "is_same"),
    [
        ("Jan van Dijk", "Anna van Dijk", False),
        ("Jan van Dijk", "Jan van Dijk", True),
        ("Jan van Dijk", "van Dijk", False),
        ("Pedro García López", "Ana García López", False),
        ("Sr. Pedro García López", "Pedro García López", True),
        ("Clara de la Cruz", "Rosa de la Cruz", False),
        ("Frau Clara von der Heide", "Clara von der Heide", True),
        ("Dr. Tom Winter", "Prof. Tom Winter", True),
        ("Tom Winter", "Dipl.-Ing. Tom Winter", True),
        ("Winter", "Tom Winter", False),
    ],
)
def test_who_shares_a_surname_only_is_somebody_else(met: str, writes: str, is_same: bool) -> None:
    (found,) = with_addresses([Person(name=met)], [Person("w@acme.example", writes)])

    assert bool(found.address) is is_same


@pytest.mark.parametrize(
    "said",
    [
        "I'll talk to Philippe (CFO) when he is back on the 14th.",
        "Let me check with Tom Winter, our CTO, first.",
        "Ich spreche noch mit Tom Winter (CTO) und melde mich dann.",
        "J'en parle avec Tom Winter (CTO) demain.",
        "Ik overleg dit nog met Tom Winter (CTO).",
        "Lo comento con Tom Winter (CTO) y te digo.",
        "Ne parlo con Tom Winter (CTO) e ti faccio sapere.",
        "Vou falar com Tom Winter (CTO) e depois digo.",
    ],
)
def test_whom_the_sender_talks_to_is_not_met(said: str) -> None:
    assert people_met(said) == ()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Nous vous proposons un entretien avec Carla Rossi le lundi 9 mars.", "Carla Rossi"),
        ("Le proponemos una entrevista con Carla Rossi de nuestro equipo.", "Carla Rossi"),
        ("Je gesprek met Carla van der Berg is op maandag.", "Carla van der Berg"),
    ],
)
def test_a_name_ends_with_no_particle(said: str, name: str) -> None:
    assert [each.name for each in people_met(said)] == [name]


def test_a_title_behind_a_name_is_nobody() -> None:
    assert [each.name for each in people_met("First a walk-through with Dana Roth, VP Design, on Thursday.")] == [
        "Dana Roth"
    ]


@pytest.mark.parametrize("piece", [".", "! ", "? ", "– ", ":\n", "& ", "A's ", "The ", "of "])
def test_a_name_that_never_ends_is_read_in_time(piece: str) -> None:
    endless = f"Acme {piece * 40} or so"
    begun = time.process_time()
    sender = Person(address="jobs@mail.example", name=f"{endless} Careers")
    find_company(sender=sender, subject=f"Your application at {endless}", text=f"Thank you for applying at {endless}.")
    find_role(f"The role of {endless}", f"We have a job as {endless}.")
    people_met(f"You will meet {endless}.")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("domain", "company"),
    [
        ("priorylane.westshire.sch.uk", "Priorylane"),
        ("oakfield.k12.ca.us", "Oakfield"),
        ("lakeside.sp.gov.br", "Lakeside"),
        ("lakeside.nsw.edu.au", "Lakeside"),
        ("careers.acme.co.uk", "Acme"),
        ("careers.acme.us", "Acme"),
        ("pec.comune.oakfield.to.it", "Oakfield"),
        ("careers.acme.it", "Acme"),
        ("lakeside.qc.ca", "Lakeside"),
        ("careers.acme.ca", "Acme"),
        ("acme.avocat.fr", "Acme"),
        ("sch.uk", "Sch"),
    ],
)
def test_a_company_is_called_by_the_label_below_those_that_names_are_registered_under(
    domain: str, company: str
) -> None:
    assert company_of_domain(domain) == company


def test_the_user_spells_the_company_that_they_write_to() -> None:
    bev = Person(address="bev@skipwellbakery.example", name="Bev")
    applies = "I'd like to apply for the shop manager job at Skipwell Bakery. My CV is attached."
    assert company_written_to(bev, subject="Shop manager", text=applies) == "Skipwell Bakery"
    assert company_written_to(bev, subject="Shop manager", text="My CV is attached.") == "Skipwellbakery"
    assert company_written_to(Person(address="bev@gmail.com"), subject="Shop manager", text=applies) == ""


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("InfoJobs <no-reply@infojobs.net>", "Te has inscrito en: Recepcionista - Óptica Sur", "la oferta Recepcionista de Óptica Sur (Madrid)."),
        ("InfoJobs <no-reply@infojobs.net>", "Novedades en tu candidatura", "¡Hola!\n\nÓptica Sur ha actualizado el estado de tu candidatura."),
        ("Computrabajo <noreply@computrabajo.com>", "Tu postulación", "Tu postulación a la oferta de la empresa Óptica Sur se ha realizado."),
        ("VAGAS.com.br <naoresponda@vagas.com.br>", "Candidatura", "Sua candidatura para a vaga na empresa Óptica Sur foi efetuada."),
        ("Óptica Sur via 99jobs <contato@99jobs.com>", "Sua inscrição", "Você concluiu a sua inscrição."),
        ("Óptica Sur <opticasur@kenoby.com>", "Inscrição realizada", "Obrigado pelo seu interesse."),
        ("Óptica Sur <optica-sur@inbound.teamtailor.com>", "¡Gracias!", "Hemos recibido tu candidatura."),
        ("LinkedIn <jobs@linkedin.com>", "Your application", "Óptica Sur viewed your application."),
    ],
)  # fmt: skip
def test_a_job_boards_mail_is_from_the_employer_that_it_names(sender: str, subject: str, text: str) -> None:
    name, _, address = sender.partition(" <")

    assert find_company(sender=Person(address=address[:-1], name=name), subject=subject, text=text) == "Óptica Sur"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Te has inscrito en: Recepcionista - Madrid", "la oferta Recepcionista en Madrid."),
        ("Data Analyst - Berlin", "You applied for Data Analyst in Berlin."),
    ],
)
def test_a_place_behind_a_title_is_no_company(subject: str, text: str) -> None:
    sender = Person(address="no-reply@infojobs.net", name="InfoJobs")

    assert find_company(sender=sender, subject=subject, text=text) == ""


@pytest.mark.parametrize("domain", ["acme.org.co", "info.acme.net.pe", "acme.edu.ec", "jobs.acme.co", "acme.com.py"])
def test_every_country_registers_names_by_their_kind(domain: str) -> None:
    assert company_of_domain(domain) == "Acme"

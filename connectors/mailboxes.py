"""Roles of mailboxes (as in RFC 6154) by the names that mail programs give them."""

import re
from base64 import b64decode
from unicodedata import normalize

from afterword.ports import Mailbox


def _parse_names(text: str) -> frozenset[str]:
    return frozenset(normalize("NFC", each).strip().casefold() for each in text.replace("\n", ",").split(","))


_SENT = _parse_names("""\
Sent, Sent Items, Sent Messages, Sent Mail, Sent-Mail
Gesendet, Gesendete Objekte, Gesendete Elemente, Gesendete Nachrichten
Envoyés, Éléments envoyés, Messages envoyés, Courrier envoyé
Enviados, Elementos enviados, Mensajes enviados, Correo enviado, Itens enviados, Mensagens enviadas
Verzonden, Verzonden items, Verzonden berichten, Posta inviata, Inviati, Inviata
Sendt, Sendt post, Sendte elementer, Skickat, Skickade, Skickade objekt, Lähetetyt, Lähetetyt viestit
Wysłane, Elementy wysłane, Odeslané, Odeslaná pošta, Odoslané, Odoslaná pošta, Elküldött, Elküldött elemek
Trimise, Elemente trimise, Gönderilmiş, Gönderilmiş Öğeler, Gönderilenler
Отправленные, Надіслані, Надіслане, Απεσταλμένα
送信済み, 送信済みアイテム, 送信済みトレイ, 已发送, 已发送邮件, 寄件備份, 已傳送, 보낸편지함, 보낸 편지함""")
_ARCHIVE = _parse_names("""\
Archive, Archives, All Mail, Archiv, Alle Nachrichten, Archivo, Archivio, Arquivo, Archief
Arkiv, Arkisto, Archiwum, Archív, Archívum, Arhivă, Arşiv, Архив, Архів, Αρχείο, アーカイブ, 存档, 归档, 封存, 보관함""")
_DRAFTS = _parse_names("""\
Drafts, Draft, Entwürfe, Brouillons, Borradores, Concepten, Rascunhos, Bozze
Kladder, Utkast, Luonnokset, Szkice, Koncepty, Rozpísané, Piszkozatok, Ciorne, Taslaklar
Черновики, Чернетки, Πρόχειρα, 下書き, 草稿, 草稿箱, 임시보관함""")
_NOT_READ = _DRAFTS | _parse_names("""\
Templates, Vorlagen, Outbox, Postausgang, Unsent Messages
Junk, Junk E-Mail, Junk-E-Mail, Spam, Bulk Mail, Courrier indésirable, Correo no deseado, Ongewenste e-mail
Lixo eletrônico, Posta indesiderata, Uønsket mail, Søppelpost, Skräppost, Roskaposti, Wiadomości-śmieci
Nevyžádaná pošta, Levélszemét, Önemsiz, Спам, Нежелательная почта, 迷惑メール, 垃圾邮件, 스팸
Trash, Deleted Items, Deleted Messages, Papierkorb, Gelöschte Objekte, Gelöschte Elemente, Corbeille, Éléments supprimés
Papelera, Elementos eliminados, Prullenbak, Lixeira, Cestino, Papirkurv, Papperskorg, Roskakori, Kosz, Koš, Kôš
Coș de gunoi, Çöp, Çöp Kutusu, Корзина, Удаленные, Кошик, ゴミ箱, 垃圾箱, 已删除, 휴지통""")
_NOT_READ_IN_GMAIL = _parse_names("Kuka")
"""Gmail's name for the trash in Hungarian: elsewhere the folder of an application at a maker of robots."""

_GMAIL = _parse_names("[Gmail], [Google Mail]")
_MODIFIED_UTF7 = re.compile(r"&([A-Za-z0-9+,]*)-")


def is_drafts_mailbox(name: str) -> bool:
    """Whether the name is that of a drafts mailbox."""
    return _path_components(name)[-1] in _DRAFTS


def role_of(name: str) -> Mailbox | None:
    """Return the role for a mailbox name; None for one that is not read (drafts, junk, trash). "Sent.2025" is sent mail too."""
    components = _path_components(name)
    is_in_gmail = not _GMAIL.isdisjoint(components)
    if not (_NOT_READ | _NOT_READ_IN_GMAIL if is_in_gmail else _NOT_READ).isdisjoint(components):
        return None
    if not _SENT.isdisjoint(components):
        return "sent"
    if components[-1] == "inbox" or not any(components):
        return "inbox"
    return "archive" if not _ARCHIVE.isdisjoint(components) else "other"


def _path_components(name: str) -> list[str]:
    return [normalize("NFC", each).strip().casefold() for each in re.split(r"[./\\]", _decode_utf7(name))]


def _decode_utf7(name: str) -> str:
    """Decode modified UTF-7 (RFC 9051, A.1)."""
    return _MODIFIED_UTF7.sub(_decode_utf7_run, name)


def _decode_utf7_run(match: re.Match[str]) -> str:
    run = match[1].replace(",", "/")
    if not run:
        return "&"
    try:
        return b64decode(run + "=" * (-len(run) % 4)).decode("utf-16-be")
    except (ValueError, UnicodeDecodeError):
        return match[0]

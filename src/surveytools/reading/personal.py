"""Columns that hold personal data, told by obvious headers only."""

import re
import unicodedata

__all__ = ["is_personal"]

_HEADERS = frozenset(
    {
        # English
        "name", "full name", "your name", "first name", "last name", "given name",
        "family name", "surname", "submitter", "respondent", "submitter email",
        "email", "e-mail", "email address", "e-mail address", "your email",
        "your email address", "ip", "ip address", "login", "username", "user name",
        "phone", "phone number", "telephone", "person id", "created by",
        "recipient email", "recipient first name", "recipient last name",
        # French
        "nom", "nom complet", "prénom", "nom de famille", "nom et prénom",
        "adresse e-mail", "adresse email", "adresse de messagerie", "courriel",
        "adresse ip", "identifiant", "nom d'utilisateur", "téléphone",
        "numéro de téléphone",
        # German
        "vorname", "nachname", "familienname", "vollständiger name", "ihr name",
        "e-mail-adresse", "email-adresse", "emailadresse", "mailadresse",
        "ip-adresse", "benutzername", "nutzername", "anmeldename", "telefon",
        "telefonnummer",
        # Spanish and Italian, as Google and Microsoft write them
        "nombre", "apellidos", "correo electrónico", "dirección de correo electrónico",
        "nombre de usuario", "cognome", "indirizzo email", "nome utente",
        # names that platforms give in code
        "ipaddr", "ipaddress", "ip_address", "firstname", "lastname", "first_name",
        "last_name", "email_address", "user_name", "recipientemail",
        "recipientfirstname", "recipientlastname", "submitter_email",
    }
)  # fmt: skip


def is_personal(header: str) -> bool:
    """Tell whether a header is one that can only stand over personal data.

    Only whole headers count: ``Name`` does, ``Name of the service`` doesn't, and
    neither does a question that is asked under a section (``About you: Name``).
    """
    text = unicodedata.normalize("NFKC", header).replace("\u2019", "'")
    bare = re.sub(r"\s+", " ", text).strip(" :*?.").casefold()
    return bare in _HEADERS

"""Columns that hold personal data, told by obvious headers."""

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
        # dates of birth, postal addresses, numbers and tokens of a person
        "dob", "date of birth", "birth date", "birthdate", "birthday",
        "date de naissance", "geburtsdatum", "geburtstag", "fecha de nacimiento",
        "address", "postal address", "street address", "home address", "adresse",
        "adresse postale", "anschrift", "postanschrift", "dirección",
        "dirección postal", "mobile", "mobile phone", "mobile number", "cell phone",
        "handynummer", "mobilnummer", "móvil", "teléfono",
        "número de teléfono", "modified by", "contact email", "email contact",
        "cern login", "cern account", "cern username", "cern id", "compte cern",
        "account name", "user id", "userid", "employee id", "staff id", "student id",
        "personnel number", "personalnummer", "matrikelnummer", "matricule",
        "numéro de matricule", "orcid", "orcid id", "token", "access token",
        "invitation token", "zugangscode", "jeton", "jeton d'accès",
        "signature", "unterschrift", "first and last name", "name and surname",
        "vor- und nachname", "nom, prénom", "prénom et nom", "nombre y apellidos",
        "nombre completo", "benutzerkonto", "nom d'usage",
        "identifiant cern", "login cern", "usuario", "login name", "github username",
        "github handle", "dni", "número de empleado",
    }
)  # fmt: skip
_ASKED = re.compile(
    r"(?:please )?(?:enter |give |provide |indicate )?(?:what is |what's )?"
    r"(?:your|ihre?n?|votre|tu|su|deine?n?|ton|ta) "
)
_OPTIONAL = re.compile(r" ?\((?:optional|facultatif|freiwillig|opcional)\)$")
_NUMBERED = re.compile(r"[ _]\d{1,2}$")


def is_personal(header: str) -> bool:
    """Tell whether a header is one that can only stand over personal data.

    Only whole headers count, without ``your`` before them, ``(optional)`` or a number
    behind: ``Name`` does, ``Name of the service`` doesn't, and neither does a question
    that is asked under a section (``About you: Name``).
    """
    text = unicodedata.normalize("NFKC", header).replace("\u2019", "'")
    bare = re.sub(r"\s+", " ", text).strip(" :*?.").casefold()
    bare = _NUMBERED.sub("", _OPTIONAL.sub("", bare)).strip(" :*?.")
    return bare in _HEADERS or _ASKED.sub("", bare, count=1) in _HEADERS

"""Which passwords are accepted (pure): length, not the e-mail, not one that everybody tries first."""

import unicodedata

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.services.auth.errors import WeakPassword

SHORTEST = 8
LONGEST = 256

# The 30,000 commonest passwords of published leaks, as a library keeps them; shorter ones are refused by length.
COMMONEST = frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST)


def check_password(password: str, *, email: str) -> None:
    """Raise WeakPassword, saying what to do, unless the password may be used with that account."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"A password has at least {SHORTEST} characters. A short sentence is a good one.")
    if len(password) > LONGEST:
        raise WeakPassword(f"A password has at most {LONGEST} characters.")
    plain = unicodedata.normalize("NFKC", password).strip().casefold()
    if plain in (email.casefold(), email.partition("@")[0].casefold()):
        raise WeakPassword("The password must not be your e-mail address.")
    if plain in COMMONEST or len(set(plain)) == 1:
        raise WeakPassword("That password is among the first that everybody tries. Choose another one.")

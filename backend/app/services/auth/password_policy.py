"""Which passwords are accepted (pure): length, not the e-mail, not one that everybody tries first."""

import unicodedata

from app.services.auth.errors import WeakPassword

SHORTEST = 8
LONGEST = 256

# The commonest passwords of at least eight characters in published leaks; shorter ones are refused by length.
_WORDS = """
00000000 0123456789 0987654321 10203040 11111111 1111111111 11223344 12121212 123123123 12341234 12344321 1234554321
12345678 123456789 1234567890 1234567891 12345678910 123456789a 123456abc 12345qwert 1234qwer 123654789 123qweasd
12qwaszx 147258369 147852369 159357456 159753456 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qazxsw2 22222222
31415926 55555555 66666666 741852963 77777777 789456123 87654321 88888888 963852741 987654321 9876543210 99999999
a1234567 a12345678 a1b2c3d4 aa123456 aaaaaaaa abc12345 abcd1234 abcdefg1 abcdefgh administrator alexander asdf1234
asdfasdf asdfghjk asdfghjkl baseball basketball benjamin blink182 butterfly changeme charlie1 cheese123 chocolate
christian computer corvette danielle dearbook dragon123 elephant evergreen facebook fatcat12 football football1
garfield gfhjkm123 greenday hello123 iloveyou iloveyou1 internet jennifer jonathan jordan23 kawasaki letmein1
liverpool logitech mercedes mermaid1 michelle midnight monkey123 mustang1 mynoob123 nicholas p@ssw0rd p@ssword
pa55word pass1234 passw0rd password password! password1 password12 password123 passwort pokemon1 princess princess1
q1w2e3r4 q1w2e3r4t5 qazwsxedc qwer1234 qwerasdf qwert123 qwerty12 qwerty123 qwertyui qwertyuiop samantha scorpion
security shadow123 skywalker slipknot startrek starwars sunshine superman swordfish trustno1 victoria welcome1
welcome123 whatever william1 xbox360! zaq12wsx zxcvbnm1 zxcvbnm123
"""
COMMONEST = frozenset(_WORDS.split())


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

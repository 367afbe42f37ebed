"""One spelling for every e-mail address, so that one person has one account (pure)."""

from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field


def normalise_email(text: str) -> str:
    """Return the address in lower case with an ASCII domain; ValueError when it is none.

    Local parts outside ASCII are refused: two that look alike could belong to two people. Domains without
    a public suffix are accepted, because many installations live in a company's own network.
    """
    try:
        checked = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        )
    except EmailNotValidError as error:
        raise ValueError("that is not an e-mail address") from error
    return f"{checked.local_part}@{checked.ascii_domain}".lower()


Email = Annotated[str, Field(max_length=320, examples=["ann@example.com"]), AfterValidator(normalise_email)]

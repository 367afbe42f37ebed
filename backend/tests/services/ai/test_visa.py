"""The visa shows files, redactions, providers, tokens and the highest price; it sends nothing."""

from decimal import Decimal

from app.adapters.llm.port import ModelCard, SourceFile
from app.services.ai.context import Context, FileRedaction, LeftOut
from app.services.ai.prompts import render
from app.services.ai.record import Question
from app.services.ai.visa import VisaFile, VisaRedaction, draw_visa

SECRET = "hunter2" + "-x9"
FILES = (SourceFile("a.py", "b1", "python", "x = «redacted:jwt»\ny"), SourceFile("é.md", "b2", "markdown", ""))
CONTEXT = Context(
    files=FILES,
    redactions=(FileRedaction("a.py", "jwt", 1),),
    withheld=(LeftOut(".env", "secret"),),
    cut=(LeftOut("big.py", "too large"),),
)
PROMPT = render("file-summary", FILES, asked=["a.py"])
LOCAL = ModelCard("local", "tiny", None, leaves_machine=False)
PRICED = ModelCard("openai", "gpt", "api.openai.com", True, Decimal("2.5"), Decimal(10))
UNPRICED = ModelCard("fallback", "ds", "api.deepseek.com", leaves_machine=True)


def test_files_are_shown_as_they_would_be_sent() -> None:
    visa = draw_visa("file-summary", CONTEXT, prompt=PROMPT, cards=[LOCAL], max_output_tokens=100)
    assert visa.files == (
        VisaFile("a.py", "b1", len(FILES[0].text.encode()), 2, (VisaRedaction("jwt", 1),)),
        VisaFile("é.md", "b2", 0, 0, ()),
    )
    assert (visa.withheld, visa.cut) == (CONTEXT.withheld, CONTEXT.cut)
    assert (visa.prompt_version, visa.prompt_sha256) == (PROMPT.version, PROMPT.sha256)


def test_what_was_taken_out_of_the_question_is_shown_too() -> None:
    question, taken = Question("inline-comment", ("a.py",), 1, 1, f"Is\nPASSWORD = '{SECRET}'\ngood?").redacted()
    visa = draw_visa(
        "inline-comment", CONTEXT, prompt=PROMPT, cards=[LOCAL], max_output_tokens=100, question_redactions=taken
    )
    assert [redaction.line for redaction in visa.question_redactions] == [2]
    assert SECRET not in (question.text or "")


def test_providers_come_in_order_with_the_most_each_would_cost() -> None:
    visa = draw_visa("file-summary", CONTEXT, prompt=PROMPT, cards=[PRICED, UNPRICED, LOCAL], max_output_tokens=1000)
    tokens = visa.input_tokens
    assert [provider.provider for provider in visa.providers] == ["openai", "fallback", "local"]
    expected = (tokens * Decimal("2.5") + 1000 * Decimal(10)) / 1_000_000
    assert visa.providers[0].cost_usd == visa.cost_usd == expected.quantize(Decimal("0.000001"))
    assert visa.providers[1].cost_usd is None
    assert visa.providers[2].cost_usd == 0
    assert visa.leaves_machine


def test_with_local_models_alone_nothing_leaves_and_nothing_costs() -> None:
    visa = draw_visa("file-summary", CONTEXT, prompt=PROMPT, cards=[LOCAL], max_output_tokens=100)
    assert (visa.leaves_machine, visa.cost_usd) == (False, Decimal(0))


def test_without_a_provider_there_is_no_price() -> None:
    visa = draw_visa("file-summary", CONTEXT, prompt=PROMPT, cards=[], max_output_tokens=100)
    assert (visa.providers, visa.cost_usd, visa.leaves_machine) == ((), None, False)

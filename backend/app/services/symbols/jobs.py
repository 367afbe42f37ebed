"""Queue door: read the names of a commit."""

from app.adapters.jobs.registry import handles
from app.core.jobs import JobContext, Outcome
from app.services.symbols.indexing import index_symbols
from app.services.symbols.messages import IndexSymbols


@handles(IndexSymbols)
async def index(payload: IndexSymbols, ctx: JobContext) -> Outcome:
    """Read what was not read yet; safe to run twice and after being killed anywhere."""
    await index_symbols(ctx, payload)
    return None

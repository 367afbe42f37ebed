"""The peer of polling: one Starlette route that runs the same query and sends the row. No login, no limits, no log."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.adapters.db.engine import open_database
from app.core.clock import SystemClock
from app.services.jobs.polling import poll_statement

DATABASE = open_database(os.environ["DATABASE_URL"], clock=SystemClock(), pool_size=10)
STATEMENT = poll_statement(DATABASE.time)
USER_ID = UUID(os.environ["BENCH_USER_ID"])


async def read_job(request: Request) -> Response:
    """Run the query, send what it gave."""
    values = {"user_id": USER_ID, "session_id": None, "job_id": UUID(request.path_params["job_id"])}
    row = await DATABASE.read_row(STATEMENT, values)
    if row is None:
        return JSONResponse({"code": "NOT_FOUND"}, status_code=404)
    return JSONResponse(
        {
            "job_id": str(row.id),
            "kind": row.kind,
            "queue": row.queue,
            "project_id": str(row.project_id),
            "status": row.status,
            "phase": row.phase,
            "progress": row.progress,
            "attempt": row.attempt,
            "max_attempts": row.max_attempts,
            "created_at": row.created_at.isoformat(),
            "run_at": row.run_at.isoformat(),
            "started_at": row.started_at.isoformat() if row.started_at else None,
            "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        }
    )


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Close the database at the end."""
    yield
    await DATABASE.close()


app = Starlette(routes=[Route("/api/v1/jobs/{job_id}", read_job)], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=False, log_level="warning")

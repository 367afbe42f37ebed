"""The API process as it is, but without the fast lane: every poll takes the ordinary route."""

import uvloop

from app.config import load_settings
from app.main import serve

if __name__ == "__main__":
    uvloop.run(serve(load_settings(), lanes={}))

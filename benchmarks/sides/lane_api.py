"""The API process, exactly as `hivesync api` runs it."""

from app.main import run

if __name__ == "__main__":
    run()

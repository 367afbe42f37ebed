"""`python -m app …` is `hivesync …`."""

from app.cli.main import main

if __name__ == "__main__":
    main()

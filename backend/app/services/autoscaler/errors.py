"""What can go wrong with the autoscaler's record."""

from app.core.errors import Invalid, NotFound


class NoSamples(NotFound):
    """Nothing is recorded for that time. The scheduler records every queue by itself: run `hivesync scheduler` (or `hivesync up`) for a while, or try it out with --demo."""  # noqa: E501

    code = "NO_SAMPLES"


class ThresholdsRefused(Invalid):
    """These thresholds make no sense together."""

    code = "THRESHOLDS_REFUSED"


class ReplayTooLarge(Invalid):
    """That is more than can be replayed while you wait. Choose a shorter time or fewer workers, or replay it at a shell: hivesync autoscaler replay."""  # noqa: E501

    code = "REPLAY_TOO_LARGE"

"""Where traces go."""

from app.config.ai import Address
from app.config.section import Section, setting


class TelemetrySettings(Section):
    """OpenTelemetry. Without an endpoint nothing is traced and nothing of it is loaded."""

    otlp_endpoint: Address | None = setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT", None, "Where traces go (OTLP over HTTP), http://collector:4318 for example."
    )
    sample_ratio: float = setting("OTEL_TRACES_SAMPLER_ARG", 1.0, "The share of requests that are traced.", ge=0, le=1)

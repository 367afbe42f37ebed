"""Which variables builds may be given."""

import pytest

from app.services.preview.errors import VariableRefused
from app.services.preview.project_settings import check_environment, problem_with_name


@pytest.mark.parametrize(
    "name", ["EXPO_PUBLIC_API_URL", "EXPO_PUBLIC_", "REACT_NATIVE_APP_ID", "APP_VARIANT", "SENTRY_DSN", "_A", "A1"]
)
def test_a_variable_of_the_app_is_taken(name: str) -> None:
    assert problem_with_name(name) is None


@pytest.mark.parametrize(
    "name",
    [
        *("PATH", "HOME", "TMPDIR", "CI", "ENV", "BASH_ENV", "IFS", "HTTP_PROXY", "SOCKS_PROXY"),
        *("NODE_ENV", "NODE_OPTIONS", "NODE_PATH", "NODE_EXTRA_CA_CERTS", "NPM_CONFIG_REGISTRY", "YARN_RC_FILENAME"),
        *("LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "GIT_SSH_COMMAND", "SSL_CERT_FILE", "OPENSSL_CONF", "PYTHONPATH"),
        *("EXPO_OFFLINE", "EXPO_TOKEN", "REACT_NATIVE_PACKAGER_HOSTNAME", "METRO_CACHE", "BABEL_ENV", "HIVESYNC_X"),
    ],
)
def test_a_variable_that_steers_the_build_is_not(name: str) -> None:
    assert problem_with_name(name) == "reserved"


@pytest.mark.parametrize(
    "name", ["", "a", "npm_config_registry", "1A", "A-B", "A B", "A=B", "A\n", "Ä", "A\0", "A" * 101, "__proto__"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    assert problem_with_name(name) == "name"


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"APP_A": "x\0y"}, "value"),
        ({"APP_A": "\ud800"}, "value"),
        ({"APP_A": "x" * 4097}, "long"),
        ({"npm_config_script_shell": "sh"}, "name"),
        ({f"APP_{number}": "" for number in range(101)}, "too_many"),
        ({f"APP_{number}": "x" * 4096 for number in range(20)}, "too_large"),
    ],
)
def test_an_environment_has_bounds(environment: dict[str, str], reason: str) -> None:
    with pytest.raises(VariableRefused) as refused:
        check_environment(environment)
    assert refused.value.details["reason"] == reason


def test_values_of_several_lines_and_scripts_are_taken() -> None:
    check_environment({"APP_TEXT": "one\ntwo\t🐝 ", "APP_NONE": ""})

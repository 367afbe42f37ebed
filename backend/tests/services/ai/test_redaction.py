"""Redaction: no planted secret survives, nothing else is touched, lines stay where they are."""

import base64
import hashlib
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.ai.redaction import MARK_PATTERN, Redaction, redact, touches_redaction, withheld_reason


def _chars(count: int, alphabet: str = string.ascii_letters + string.digits, seed: str = "") -> str:
    """Characters that look random and are the same in every run."""
    stream = b"".join(hashlib.sha256(f"{seed}{alphabet}{count}{block}".encode()).digest() for block in range(count))
    return "".join(alphabet[byte % len(alphabet)] for byte in stream[:count])


HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits
JWT = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (
        b'{"alg":"HS256","typ":"JWT"}',
        b'{"sub":"1234567890","admin":true}',
        b"signature-of-32-bytes-or-so-here",
    )
)
PEM_BODY = _chars(64, seed="pem")

# (kind, the secret, the text around it with {} for the secret). Put together here so that no scanner of this
# repository takes the table for a leak; every one is made up.
PLANTED: list[tuple[str, str, str]] = [
    ("aws-access-key-id", "AKIA" + _chars(16, UPPER), 'key = "{}"'),
    ("aws-access-key-id", "ASIA" + _chars(16, UPPER), "{}"),
    ("aws-secret-key", _chars(40), "aws_secret_access_key = {}"),
    ("aws-secret-key", _chars(40, seed="2"), 'secretAccessKey: "{}"'),
    ("gcp-api-key", "AIza" + _chars(35), "?key={}&x=1"),
    ("gcp-oauth-token", "ya29." + _chars(60), "x {} y"),
    ("gcp-oauth-secret", "GOCSPX-" + _chars(28), "'{}'"),
    ("gcp-private-key-id", _chars(40, HEX), '"private_key_id": "{}",'),
    ("azure-storage-key", _chars(86) + "==", "AccountName=a;AccountKey={};EndpointSuffix=core.windows.net"),
    ("azure-shared-access-key", _chars(43) + "=", "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey={}"),
    ("azure-sas-signature", _chars(43) + "%3D", "https://x.blob.core.windows.net/c?sv=2022&sig={}"),
    ("azure-client-secret", _chars(3) + "8Q~" + _chars(34), "x({})"),
    ("github-token", "ghp_" + _chars(36), "git clone https://{}:x@example.com"),
    ("github-token", "ghs_" + _chars(36), "// {}"),
    ("github-token", "github_pat_" + _chars(22) + "_" + _chars(59), "token {}"),
    ("gitlab-token", "glpat-" + _chars(20), "PRIVATE-TOKEN: {}"),
    ("gitlab-token", "gldt-" + _chars(20), "{}"),
    ("slack-token", "xoxb-" + _chars(12, string.digits) + "-" + _chars(24), "<{}>"),
    ("slack-token", "xapp-1-" + _chars(40), "{}"),
    ("slack-webhook", "services/T" + _chars(8, UPPER) + "/B" + _chars(8, UPPER) + "/" + _chars(24), "https://hooks.slack.com/{}"),
    ("discord-webhook", _chars(18, string.digits) + "/" + _chars(68), "https://discord.com/api/webhooks/{}"),
    ("discord-bot-token", "M" + _chars(23) + "." + _chars(6) + "." + _chars(27), "discord: {}"),
    ("telegram-bot-token", "123456789:AA" + _chars(33), "bot{}/getMe".replace("bot", " ")),
    ("stripe-key", "sk_live_" + _chars(24), "stripe.api_key = '{}'"),
    ("stripe-key", "rk_test_" + _chars(24), "{}"),
    ("stripe-webhook-secret", "whsec_" + _chars(32), "{}"),
    ("openai-key", "sk-proj-" + _chars(60), "OPENAI={}"),
    ("openai-key", "sk-" + _chars(48), "{}"),
    ("anthropic-key", "sk-ant-api03-" + _chars(80), "{}"),
    ("huggingface-token", "hf_" + _chars(34, string.ascii_letters), "{}"),
    ("groq-key", "gsk_" + _chars(52), "{}"),
    ("npm-token", "npm_" + _chars(36), "//registry.npmjs.org/:_authToken={}"),
    ("npm-token", _chars(32), "//registry.example.com/:_authToken={}"),
    ("pypi-token", "pypi-AgEIcHlwaS5vcmc" + _chars(100), "password = {}"),
    ("rubygems-key", "rubygems_" + _chars(48, HEX), "{}"),
    ("docker-token", "dckr_pat_" + _chars(27), "{}"),
    ("digitalocean-token", "dop_v1_" + _chars(64, HEX), "{}"),
    ("vault-token", "hvs." + _chars(90), "{}"),
    ("terraform-token", _chars(14) + ".atlasv1." + _chars(67), "{}"),
    ("databricks-token", "dapi" + _chars(32, HEX), "{}"),
    ("sendgrid-key", "SG." + _chars(22) + "." + _chars(43), "{}"),
    ("mailgun-key", "key-" + _chars(32, HEX), "{}"),
    ("mailchimp-key", _chars(32, HEX) + "-us12", "{}"),
    ("twilio-key", "SK" + _chars(32, HEX), "{}"),
    ("square-token", "sq0atp-" + _chars(22), "{}"),
    ("shopify-token", "shpat_" + _chars(32, HEX), "{}"),
    ("linear-key", "lin_api_" + _chars(40), "{}"),
    ("notion-token", "secret_" + _chars(43), "{}"),
    ("postman-key", "PMAK-" + _chars(24, HEX) + "-" + _chars(34, HEX), "{}"),
    ("grafana-token", "glsa_" + _chars(32) + "_" + _chars(8, HEX), "{}"),
    ("newrelic-key", "NRAK-" + _chars(27, UPPER), "{}"),
    ("sentry-token", "sntrys_" + _chars(60), "{}"),
    ("age-secret-key", "AGE-SECRET-KEY-1" + _chars(58, UPPER), "{}"),
    ("jwt", JWT, "Cookie: session={}"),
    ("authorization-header", _chars(40), "Authorization: Bearer {}"),
    ("authorization-header", base64.b64encode(b"user:pass-word-1").decode(), '"Authorization": "Basic {}"'),
    ("url-password", "s3cr%40t", "postgresql://app:{}@db.internal:5432/app"),
    ("url-password", "p4$$w0rd", "redis://:{}@cache:6379/0"),
    ("url-password", "a:b:c1", "amqp://user:{}@broker"),
    ("url-token", _chars(40), "git+https://{}@example.com/x.git"),
    ("connection-password", "Tr0ub4dor", '"Server=db;Database=x;User Id=sa;Password={};Encrypt=true"'),
    ("password-hash", "$2b$12$" + _chars(53), "admin:{}"),
    ("password-hash", "$argon2id$v=19$m=65536,t=3,p=4$" + _chars(22) + "$" + _chars(43), "'{}'"),
    ("assigned-secret", _chars(32), "SECRET_KEY = '{}'"),
    ("assigned-secret", _chars(24), "export API_TOKEN={}"),
    ("assigned-secret", _chars(32, HEX), 'clientSecret: "{}",'),
    ("assigned-secret", _chars(20), '  "apiKey" : "{}"'),
    ("assigned-secret", _chars(24), 'token: str = "{}"'),
    ("assigned-secret", _chars(24), "config['access_key'] = '{}'"),
    ("password", "hunter2", 'password="{}"'),
    ("password", "correcthorse", "DB_PASSWORD={}"),
    ("password", "Sup3r-s3cret!", "$dbPassword = '{}';"),
    ("password", "q7!xZp", ":password => '{}'"),
    ("xai-key", "xai-" + _chars(80), "{}"),
    ("figma-token", "figd_" + _chars(40), "{}"),
    ("tailscale-key", "tskey-auth-" + _chars(12) + "-" + _chars(32), "{}"),
    ("authorization-header", _chars(40, HEX), '"Authorization": "Token {}"'),
    ("assigned-secret", _chars(40), 'api_key: str | None = "{}"'),
    ("assigned-secret", _chars(40), 'API_KEY: Final[str] = "{}"'),
    ("assigned-secret", _chars(40), 'const API_KEY: &str = "{}";'),
    ("assigned-secret", _chars(40), "static TOKEN: &'static str = \"{}\";"),
    ("assigned-secret", _chars(40), "TOKEN = \'\'\'{}\'\'\'"),
    ("assigned-secret", _chars(43) + "=", 'fernet_key = b"{}"'),
    ("assigned-secret", "wp_Pass123", "define( 'DB_PASSWORD', '{}' );"),
    ("assigned-secret", "MyWifi2024", '#define WIFI_PASSWORD  "{}"'),
    ("assigned-secret", _chars(32), "ENV API_TOKEN {}"),
    ("assigned-secret", "mvnPass12", "<password>{}</password>"),
    ("assigned-secret", _chars(32), '<add key="ApiKey" value="{}" />'),
    ("password", "Pa55w0rd!x", "curl -u admin:{} https://x.example.org"),
    ("password", "netrcpw12", "machine x.example.org login u password {}"),
    ("environment-secret", _chars(40), "SENDER_ID={}"),
    ("environment-secret", _chars(40), "# SENDER_ID={}"),
]  # fmt: skip

AROUND = [
    "",
    "import os\n\n\ndef main() -> None:\n    print('hello')\n",
    "# Read me\r\n\r\nSome prose about tokens, passwords and keys.\r\n",
]


@pytest.mark.parametrize(("kind", "secret", "frame"), PLANTED, ids=[f"{n}-{p[0]}" for n, p in enumerate(PLANTED)])
@pytest.mark.parametrize("around", AROUND, ids=["alone", "lf", "crlf"])
def test_a_planted_secret_is_replaced_by_a_mark_of_its_kind(kind: str, secret: str, frame: str, around: str) -> None:
    text = around + frame.replace("{}", secret) + "\n" + around
    clean, found = redact(text)
    assert secret not in clean
    assert Redaction(kind, around.count("\n") + 1) in found
    assert f"«redacted:{kind}»" in clean
    assert clean.count("\n") == text.count("\n")


def test_more_than_fifty_kinds_and_positions_are_planted() -> None:
    assert len(PLANTED) >= 50
    assert len({kind for kind, _, _ in PLANTED}) >= 45


@given(
    planted=st.lists(st.sampled_from(PLANTED), min_size=1, max_size=6),
    gaps=st.lists(st.text(alphabet=st.sampled_from("ab \t(){}=\"'\n\r#"), max_size=40), min_size=6, max_size=6),
)
def test_secrets_between_arbitrary_text_are_gone_and_lines_stay(
    planted: list[tuple[str, str, str]], gaps: list[str]
) -> None:
    lines = [
        part
        for (_, secret, frame), gap in zip(planted, gaps, strict=False)
        for part in (gap, frame.replace("{}", secret))
    ]
    text = "\n".join(lines)
    clean, found = redact(text)
    assert not [secret for _, secret, _ in planted if secret in clean]
    assert clean.count("\n") == text.count("\n")
    touched = {redaction.line for redaction in found}
    for number, (before, after) in enumerate(zip(text.split("\n"), clean.split("\n"), strict=True), start=1):
        assert before == after or number in touched


@given(text=st.text(max_size=400))
def test_any_text_keeps_its_lines_and_a_second_pass_finds_nothing(text: str) -> None:
    clean, found = redact(text)
    assert clean.count("\n") == text.count("\n")
    assert redact(clean) == (clean, ())
    assert bool(found) == (clean != text)


@given(planted=st.sampled_from(PLANTED))
def test_a_second_pass_over_redacted_text_changes_nothing(planted: tuple[str, str, str]) -> None:
    once, _ = redact(planted[2].replace("{}", planted[1]))
    assert redact(once) == (once, ())


PEM = [f"-----BEGIN RSA PRIVATE KEY-----\n{PEM_BODY}\n{PEM_BODY[:40]}\n{PEM_BODY[:7]}=\n-----END RSA PRIVATE KEY-----"]
PEM += [PEM[0].replace("\n", "\r\n"), PEM[0].replace("RSA ", "OPENSSH "), PEM[0].replace("RSA ", "")]
PEM += [
    "\n".join(f"    {line}" for line in PEM[0].split("\n")),
    "\n".join(f'"{line}\\n" +' for line in PEM[0].split("\n")),
]
PEM += [PEM[0].replace("-----END RSA PRIVATE KEY-----", "and the end is missing")]
PEM += [PEM[0].replace("\n" + PEM_BODY, "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n" + PEM_BODY, 1)]
PEM += [f'key = "{PEM[0]}"'.replace("\n", "\\n")]
PEM += [f"PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 2\n{PEM_BODY}\n{PEM_BODY[:7]}=\nPrivate-MAC: x"]


@pytest.mark.parametrize("block", PEM)
def test_a_private_key_over_several_lines_leaves_no_material_and_keeps_its_lines(block: str) -> None:
    text = f"before = 1\n{block}\nafter = 2\n"
    clean, found = redact(text)
    assert PEM_BODY[:16] not in clean
    assert PEM_BODY[:7] + "=" not in clean
    assert {redaction.kind for redaction in found} == {"private-key"}
    assert clean.count("\n") == text.count("\n")
    assert clean.startswith("before = 1\n")
    assert clean.endswith("\nafter = 2\n")


@pytest.mark.parametrize(
    "text",
    [
        'START = "-----BEGIN PRIVATE KEY-----"\nEND = "-----END PRIVATE KEY-----"\n',
        "Look for `-----BEGIN RSA PRIVATE KEY-----` at the top.\n\nThen call loadThePrivateKeyFromDisk().\n",
        f"-----BEGIN CERTIFICATE-----\n{PEM_BODY}\n-----END CERTIFICATE-----\n",
        f"-----BEGIN PUBLIC KEY-----\n{PEM_BODY}\n-----END PUBLIC KEY-----\n",
    ],
)
def test_code_that_names_the_format_and_public_keys_are_left_alone(text: str) -> None:
    assert redact(text) == (text, ())


def test_values_of_a_kubernetes_secret_are_redacted_and_its_names_stay() -> None:
    head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n"
    text = head + "data:\n  user: YWRtaW4=\n  pass: aHVudGVyMg==\ntype: Opaque\n"
    clean, found = redact(text, path="k8s/secret.yaml")
    assert "YWRtaW4=" not in clean
    assert "aHVudGVyMg==" not in clean
    assert clean.startswith(head)
    assert [redaction.line for redaction in found] == [6, 7]


def test_a_configuration_file_needs_no_quotes() -> None:
    text = "db:\n  password: hunter2\n  user: app\n"
    assert redact(text, path="config/db.yml")[1] == (Redaction("password", 2),)


ONLY_IN_CODE = [
    "private_key: Ed25519PrivateKey | Ed448PrivateKey",
    "self.client_key_password = client_key_password",
    "password: Sha256Hasher",
]
HARMLESS = [
    'commit 62a79894c0ffee5cbd1f9a3f0d52e6f0f64c2d11',
    '"integrity": "sha512-' + base64.b64encode(hashlib.sha512(b"x").digest()).decode() + '"',
    "    --hash=sha256:" + hashlib.sha256(b"x").hexdigest() + " \\",
    'checksum = "' + hashlib.sha256(b"y").hexdigest() + '"',
    "github.com/pkg/errors v0.9.1 h1:FEBLx1zS214owpjy7qsBeixbURkuhQAwrK5UwLGTwt4=",
    "resolution: {integrity: sha512-" + base64.b64encode(hashlib.sha512(b"z").digest()).decode() + "}",
    "background: url(data:image/png;base64," + base64.b64encode(bytes(range(256)) * 4).decode() + ")",
    '<script integrity="sha384-' + base64.b64encode(hashlib.sha384(b"s").digest()).decode() + '"></script>',
    "id = '018f3b5e-7c1a-7def-8123-456789abcdef'",
    "ETag: W/\"" + hashlib.md5(b"e", usedforsecurity=False).hexdigest() + '"',
    "key: ${{ runner.os }}-${{ hashFiles('**/package-lock.json') }}",
    "password: ${{ secrets.DB_PASSWORD }}",
    "DB_PASSWORD=${DB_PASSWORD:-}",
    "password = os.environ['PASSWORD']",
    "const token = await getToken(user, 3600)",
    "token = request.headers.get('X-Token-2')",
    "password: str | None = None",
    "secret: SecretStr",
    'token_url = "https://auth.example.com/oauth2/token"',
    'TOKEN_TYPE = "urn:ietf:params:oauth:token-type:jwt1"',
    'raise ValueError("password must have 12 characters")',
    'password_field = "user[password1]"',
    'API_KEY=your-api-key-here',
    'API_KEY=<your key>',
    'password = "changeme"',
    "postgresql://user:password@localhost/db",
    'f"postgresql://{user}:{password}@{host}/{name}"',
    "http://localhost:8000/users/@me",
    "https://example.com:443/a?x=b@c",
    "git@github.com:owner/name.git",
    "npm install @scope/package@1.2.3",
    "Authorization: Bearer <token>",
    "Authorization: Bearer ${TOKEN}",
    "the bearer of this letter",
    "sk-learn-like names and sk-toggleable__label-arrow-class-name stay",
    "csrf_token = 'abc123def456ghi789'",
    "PUBLIC_KEY=" + _chars(40),
    "BUILD_SHA256=" + hashlib.sha256(b"b").hexdigest(),
    "tokenizer = Tokenizer2(vocabulary_size=32000)",
    "max_tokens=16384",
    "tokens: 123456789012",
    "accessKeyId",
    "PATH=/usr/local/sbin:/usr/local/bin",
    "secretName: my-release-tls-2",
    "<password>${db.password}</password>",
    "<password>changeme</password>",
    '#define TOKEN_TYPE "bearer1"',
    "ENV API_TOKEN $TOKEN",
    "docker run -u 1000:1000 image",
    "define('WP_DEBUG', 'true1');",
    "tokens: dict[str, int] = {}",
    "def f(password: str, user: str = 'bob1'): ...",
]  # fmt: skip


@pytest.mark.parametrize("line", HARMLESS)
@pytest.mark.parametrize("path", ["", "settings.yml"])
def test_what_only_looks_like_a_secret_is_left_alone(line: str, path: str) -> None:
    assert redact(line, path=path) == (line, ())


@pytest.mark.parametrize("line", ONLY_IN_CODE)
def test_names_in_a_program_are_not_values(line: str) -> None:
    assert redact(line, path="x.py") == (line, ())


def test_this_repositorys_own_code_is_hardly_touched() -> None:
    root = Path(__file__).parents[3] / "app"
    hits = [(path.name, redact(path.read_text(), path=str(path))[1]) for path in sorted(root.rglob("*.py"))]
    assert [hit for hit in hits if hit[1]] == []


SLOW = ["eyJ" + "a" * 40 + ".", "://a:", "token=", "password='", "-----BEGIN PRIVATE KEY-----\n", "xoxb-", "sk-"]
SLOW += ["curl ", "machine a login b ", "define('", "#define a_", "<a:b", "key='a", "ENV A_", "token: a, "]
SLOW += ["bearer ", "kty'd':'", "++", "A1", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "AKIA", "«"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", SLOW)
def test_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    for text in (piece * (300_000 // len(piece)), "\n" * 2000 + piece + "A" * 300_000, ("x" * 200 + piece) * 1000):
        assert redact(text)[0].count("\n") == text.count("\n")


def test_a_mark_is_recognised_and_ordinary_quotation_marks_are_not() -> None:
    assert touches_redaction("x = «redacted:github-token»")
    assert not touches_redaction("il dit «redacted» et «oui»")
    assert MARK_PATTERN.fullmatch("«redacted:private-key»")


@pytest.mark.parametrize(
    "path",
    [
        ".env", "app/.env.production", "deploy/prod.env", "certs/server.key", "tls/private.pem", "home/.ssh/id_rsa",
        "id_ed25519", "release.jks", "x/.netrc", ".aws/credentials", "a/b/.aws/credentials", "infra/prod.tfvars",
        "terraform.tfstate", "config/master.key", "my-service-account-prod.json", ".KUBE/Config", "secrets.yaml",
        ".env-production", "app/.env_local", "infra/prod.tfvars.json", "credentials", "etc/Credentials",
        "shop-firebase-adminsdk-x1y2z.json", "serviceAccountKey.json", "gcloud-service-key.json", "gcp-key.json",
        "google-credentials.json",
    ],
)  # fmt: skip
def test_a_file_that_is_a_secret_as_a_whole_is_withheld_with_a_reason(path: str) -> None:
    assert withheld_reason(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env.example", "app/.env.sample", "id_rsa.pub", "certs/ca.pem", "public.key", "src/keys.py", "monkey.py",
        "environment.ts", "docs/secrets.md", "README.md", "credentials.py", "src/aws/credentials.ts",
        ".env-example", "app/.env_sample", "credentials/README.md", "service_account.py", "test_credentials.json5",
    ],
)  # fmt: skip
def test_a_template_a_public_key_and_code_are_not_withheld(path: str) -> None:
    assert withheld_reason(path) is None

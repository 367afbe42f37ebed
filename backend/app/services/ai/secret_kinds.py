"""What a secret looks like: one table of recognisable kinds, each with words of which one must occur first.

Every repetition is bounded, so that time is proportional to the text. Prefixes are those that the issuers document
for their own leak scanners.
"""

import re
from dataclasses import dataclass

# Short names inside the patterns below; group `s` is the secret, and without one the whole match is.
_SHORT = {
    "<W>": "[A-Za-z0-9]",
    "<T>": "[A-Za-z0-9_-]",
    "<X>": "[0-9a-f]",
    "<(>": "(?<![A-Za-z0-9])",  # nothing alphanumeric before …
    "<)>": "(?![A-Za-z0-9])",  # … or after
    "<[>": "(?<![A-Za-z0-9_-])",  # nothing that a token may hold before …
    "<]>": "(?![A-Za-z0-9_-])",  # … or after
    "<N>": "(?i:passw(?:or)?d|passphrase|secret|token|(?:api|auth|access|secret)_?key)",  # a name that ends so
    "<is>": r"[\"']?\s{0,8}(?:=>|:=|=|:|,)\s{0,8}[\"']?",
}


@dataclass(frozen=True, slots=True)
class SecretKind:
    """A kind of secret; `pattern` is tried only in texts that hold one of `hints`."""

    name: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


def _kind(name: str, hints: str, pattern: str) -> SecretKind:
    for short, long in _SHORT.items():
        pattern = pattern.replace(short, long)
    whole = pattern if "(?P<s>" in pattern else f"(?P<s>{pattern})"
    return SecretKind(name, tuple(hints.split()), re.compile(whole))


_CLOUD = (
    _kind("aws-access-key-id", "AKIA ASIA ABIA ACCA", r"(?<![A-Za-z0-9+/])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}<)>"),
    _kind(
        "aws-secret-key",
        "ecret",
        r"(?i:aws_?secret(?:_?access)?(?:_?key)?|secret_?access_?key)<is>(?P<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    ),
    _kind("aws-secret-key", "SECRET", r"(?:AWS_SECRET\w{0,20}|SECRET_ACCESS_KEY)<is>(?P<s>[A-Za-z0-9/+]{40})<)>"),
    _kind("gcp-api-key", "AIza", r"<[>AIza<T>{35}<]>"),
    _kind("gcp-oauth-token", "ya29.", r"<[>ya29\.<T>{20,2000}"),
    _kind("gcp-oauth-secret", "GOCSPX-", r"<[>GOCSPX-<T>{28}<]>"),
    _kind("gcp-private-key-id", "private_key_id", r"private_key_id<is>(?P<s><X>{40})<)>"),
    _kind("azure-storage-key", "ccountKey", r"(?i:AccountKey)=(?P<s>[A-Za-z0-9+/]{86}==)"),
    _kind("azure-shared-access-key", "SharedAccessKey=", r"SharedAccessKey=(?P<s>[A-Za-z0-9+/]{43}=)"),
    _kind("azure-sas-signature", "sig=", r"(?<!\w)sig=(?P<s>[A-Za-z0-9%+/]{40,200}(?:=|%3[Dd])?)"),
    _kind("azure-client-secret", "Q~", r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"),
    _kind("digitalocean-token", "_v1_", r"<(>do[opr]_v1_<X>{64}<)>"),
    _kind("heroku-key", "HRKU-", r"<[>HRKU-<T>{30,100}"),
    _kind("fly-token", "fo1_ fm1 fm2", r"<(>(?:fo1_<T>{40,60}|fm[12][ar]?_[A-Za-z0-9+/=_-]{60,4000})"),
    _kind("databricks-token", "dapi", r"<(>dapi<X>{32}(?:-\d)?<)>"),
    _kind("planetscale-token", "pscale_", r"<(>pscale_(?:tkn|pw|oauth)_[\w.=-]{32,64}"),
    _kind("supabase-token", "sbp_ sb_secret_", r"<(>(?:sbp_<X>{40}|sb_secret_<T>{20,60})"),
    _kind("vault-token", "hvs. hvb. hvr.", r"<[>hv[sbr]\.<T>{24,300}"),
    _kind("terraform-token", ".atlasv1.", r"<(><W>{14}\.atlasv1\.[\w=-]{60,70}"),
    _kind("doppler-token", "dp.", r"<[>dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,60}"),
    _kind("pulumi-token", "pul-", r"<[>pul-<X>{40}<)>"),
    _kind("age-secret-key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{50,2000}"),
)

_CODE_HOSTS = (
    _kind("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"<(>gh[pousr]_[\w.-]{36,1000}"),
    _kind("github-token", "github_pat_", r"<(>github_pat_\w{22,255}"),
    _kind("gitlab-token", "gl", r"<[>gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[\w.-]{20,300}"),
    _kind("gitlab-token", "GR1348941", r"<[>GR1348941<T>{20,50}"),
    _kind("bitbucket-token", "ATBB ATCTT3", r"<[>(?:ATBB<W>{24,40}|ATCTT3[\w=-]{60,400})"),
    _kind("atlassian-token", "ATATT3", r"<[>ATATT3[\w=-]{60,400}"),
    _kind("npm-token", "npm_", r"<(>npm_<W>{36}<)>"),
    _kind(
        "npm-token",
        "_authToken _auth _password",
        r"(?m)(?:^|[:/])_(?:authToken|auth|password)\s?=\s?(?P<s>[\w.+/=-]{8,1000})$",
    ),
    _kind("pypi-token", "pypi-AgE", r"pypi-AgE<T>{50,1000}"),
    _kind("rubygems-key", "rubygems_", r"<(>rubygems_<X>{48}<)>"),
    _kind("crates-io-token", "cio", r"(?<![\w+/])cio<W>{32}(?![\w+/=])"),
    _kind("nuget-key", "oy2", r"(?<![A-Za-z0-9+/])oy2[a-z0-9]{43}(?![A-Za-z0-9+/])"),
    _kind("docker-token", "dckr_", r"<(>dckr_(?:pat|oat)_<T>{20,100}"),
)

_SERVICES = (
    _kind("slack-token", "xox", r"<[>xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,300}"),
    _kind("slack-token", "xapp-", r"<[>xapp-\d-[A-Za-z0-9-]{10,300}"),
    _kind(
        "slack-webhook", "hooks.slack.com", r"hooks\.slack\.com/(?P<s>(?:services|workflows|triggers)/[\w+/-]{20,120})"
    ),
    _kind("discord-webhook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/(?P<s>\d{15,20}/<T>{50,90})"),
    _kind(
        "discord-bot-token", "iscord ISCORD bot Bot BOT", r"(?<![\w.-])[MNO]<T>{23,27}\.<T>{6}\.<T>{27,40}(?![\w.-])"
    ),
    _kind("teams-webhook", "webhook.office.com", r"webhook\.office\.com/(?P<s>webhookb2/[\w@/-]{60,300})"),
    _kind("telegram-bot-token", ":AA", r"<(>\d{8,10}:AA<T>{33}<]>"),
    _kind("stripe-key", "k_live_ k_test_", r"<(>[rs]k_(?:live|test)_<W>{16,250}"),
    _kind("stripe-webhook-secret", "whsec_", r"<(>whsec_[A-Za-z0-9+/=]{24,200}"),
    _kind("anthropic-key", "sk-ant-", r"<[>sk-ant-<T>{20,200}"),
    _kind("openrouter-key", "sk-or-", r"<[>sk-or-(?:v1-)?<W>{32,100}"),
    _kind("openai-key", "sk-", r"<[>sk-(?:(?:proj|svcacct|admin|None)-<T>{20,250}|<W>{32,100}<]>)"),
    _kind("huggingface-token", "hf_ api_org_", r"<(>(?:hf_|api_org_)[A-Za-z]{34,40}<)>"),
    _kind("replicate-token", "r8_", r"<(>r8_<W>{37,40}<)>"),
    _kind("xai-key", "xai-", r"<[>xai-<W>{60,120}<]>"),
    _kind("figma-token", "figd_", r"<[>figd_<T>{36,60}"),
    _kind("tailscale-key", "tskey-", r"<[>tskey-[a-z]{3,12}-<W>{8,20}-<W>{20,60}"),
    _kind("groq-key", "gsk_", r"<(>gsk_<W>{40,60}<)>"),
    _kind("perplexity-key", "pplx-", r"<[>pplx-<W>{32,60}<]>"),
    _kind("sendgrid-key", "SG.", r"<[>SG\.<T>{16,32}\.<T>{16,64}"),
    _kind("mailgun-key", "key-", r"<[>key-<X>{32}<)>"),
    _kind("mailchimp-key", "-us", r"<(><X>{32}-us\d{1,2}<)>"),
    _kind("twilio-key", "SK", r"(?<![A-Za-z0-9+/])SK<X>{32}(?![A-Za-z0-9+/])"),
    _kind("square-token", "sq0 EAAA", r"<[>(?:sq0(?:atp|csp|idp)-<T>{22,60}|EAAA<T>{60}<]>)"),
    _kind("shopify-token", "shp", r"<(>shp(?:at|ca|pa|ss|tka)_[A-Fa-f0-9]{32}<)>"),
    _kind("facebook-token", "EAACEdEose0cBA", r"<(>EAACEdEose0cBA<W>{20,300}"),
    _kind("linear-key", "lin_", r"<(>lin_(?:api|oauth)_<W>{32,64}<)>"),
    _kind("notion-token", "secret_ ntn_", r"<(>(?:secret_<W>{43}|ntn_<W>{40,50})<)>"),
    _kind("postman-key", "PMAK-", r"<[>PMAK-<X>{24}-<X>{34}"),
    _kind("grafana-token", "glsa_", r"<(>glsa_<W>{32}_[a-fA-F0-9]{8}"),
    _kind("grafana-token", "glc_ eyJrIjoi", r"<(>(?:glc_[A-Za-z0-9+/=]{32,400}|eyJrIjoi[\w=-]{42,400})"),
    _kind("newrelic-key", "NRAK- NRII- NRJS- NRRA-", r"<[>NR(?:AK|II|JS|RA)-<T>{19,64}"),
    _kind("sentry-token", "sntry", r"<(>sntry[su]_[\w=+/-]{40,400}"),
    _kind("datadog-key", "DD_A dd_a", r"(?i:dd_(?:api|app|application)_key)<is>(?P<s><X>{32,40})<)>"),
    _kind("airtable-token", "pat", r"<(>pat<W>{14}\.<X>{64}<)>"),
)

_ANYWHERE = (
    _kind("jwt", "eyJ", r"(?<![\w.-])eyJ<T>{10,4000}\.eyJ<T>{6,8000}\.<T>{10,2000}"),
    _kind("jwe", "eyJ", r"(?<![\w.-])eyJ<T>{10,4000}\.<T>{0,2000}(?:\.<T>{10,4000}){3}"),
    _kind(
        "authorization-header",
        "earer BEARER",
        r"(?i:bearer)\s{1,4}(?P<s>(?=[A-Za-z._~+/-]{0,200}\d)[\w.~+/-]{20,4000}={0,2})",
    ),
    _kind(
        "authorization-header",
        "asic BASIC",
        r"(?i:authorization[\"']?\s{0,4}[:=,]\s{0,4}[\"'`]?basic)\s{1,4}(?P<s>[A-Za-z0-9+/]{8,2000}={0,2})",
    ),
    _kind("url-password", "://", r"://[^\s:@/'\"<>?#«]{0,256}:(?P<s>[^\s/'\"<>?#«]{3,256})@(?=[A-Za-z0-9\[{$<%])"),
    _kind("url-token", "://", r"://(?P<s><T>{20,256})@(?=[A-Za-z0-9\[])"),
    _kind(
        "connection-password",
        "assword PASSWORD wd PWD",
        r"(?<=[;\"'])\s{0,2}(?i:password|pwd)\s{0,2}=\s{0,2}(?P<s>[^;\s\"'${}<>()]{3,256})(?=[;\"'])",
    ),
    _kind("password-hash", "$2", r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"),
    _kind("password-hash", "$argon2", r"\$argon2(?:id|i|d)\$[A-Za-z0-9=,$+/]{40,300}"),
    _kind("password-hash", "$5$ $6$ $y$", r"\$[56y]\$[A-Za-z0-9./=$]{40,200}"),
    _kind(
        "private-key",  # a PEM file in base64, as Kubernetes and cloud-init carry it; certificates begin otherwise
        "LS0tLS1CRUdJTi",
        r"LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFURSBLRVk|BQUklWQVRFIEtFWS|BFQyBQUklWQVRFIEtFWS|BEU0EgUFJJVkFURSBLRVk"
        r"|BPUEVOU1NIIFBSSVZBVEUgS0VZ|BFTkNSWVBURUQgUFJJVkFURSBLRVk)[A-Za-z0-9+/=]{1,20000}",
    ),
    _kind(
        "private-key",  # JSON Web Key
        "kty",
        r"[\"'](?:d|p|q|dp|dq|qi|k)[\"']\s{0,4}:\s{0,4}[\"'](?P<s><T>{20,4000})[\"']",
    ),
)

# Names and values that neither `=` nor `:` joins: what `assigned_secrets` does not see.
_BESIDE = (
    _kind(
        "assigned-secret",  # PHP
        "define( DEFINE(",
        r"(?i:define)\(\s{0,4}[\"']\w{0,40}(?:<N>|_SALT|_KEY)[\"']\s{0,4},\s{0,4}[\"'](?P<s>[^\s\"']{4,200})[\"']",
    ),
    _kind(
        "assigned-secret",  # C
        "define",
        r"(?m)^[ \t#/*]{0,16}\#[ \t]{0,4}define[ \t]{1,8}\w{0,40}<N>[ \t]{1,40}\"(?P<s>[^\s\"]{4,200})\"",
    ),
    _kind("assigned-secret", "ENV", r"(?m)^[ \t#]{0,16}ENV[ \t]{1,4}\w{0,40}<N>[ \t]{1,4}[\"']?(?P<s>[^\s\"']{4,500})"),
    _kind("assigned-secret", "</", r"<(?:\w{1,20}:)?\w{0,20}<N>>(?P<s>[^\s<>]{4,200})</"),
    _kind(
        "assigned-secret",
        "value=",
        r"(?i:key|name)=[\"'][\w.:-]{0,60}<N>[\"']\s{1,8}value=[\"'](?P<s>[^\s\"']{4,200})[\"']",
    ),
    _kind(
        "password",
        "curl",
        r"\bcurl(?:\s[^\n|;]{0,200}?)?\s(?:-u|--user)[ =]?[\"']?[\w.@-]{1,60}:(?P<s>[^\s\"'$]{4,200})",
    ),
    _kind(
        "password",
        "machine",
        r"\bmachine\s{1,4}\S{1,200}\s{1,8}login\s{1,4}\S{1,100}\s{1,8}password\s{1,4}(?P<s>\S{3,200})",
    ),
    _kind(
        "authorization-header",
        "oken ey",
        r"(?i:authorization[\"']?\s{0,4}[:=,]\s{0,4}[\"'`]?(?:token|apikey|api-key))\s{1,4}(?P<s>[\w.~+/-]{16,2000}={0,2})",
    ),
)

# Shapes so loose that an example or a variable fits them too.
LOOSE_KINDS = frozenset(
    {
        "assigned-secret",
        "authorization-header",
        "connection-password",
        "npm-token",
        "password",
        "url-password",
        "url-token",
    }
)
KINDS = _CLOUD + _CODE_HOSTS + _SERVICES + _ANYWHERE + _BESIDE

"""Where objects are kept: bundles and media."""

from typing import Literal, Self

from pydantic import SecretStr, model_validator

from app.config.section import Section, setting


class StorageSettings(Section):
    """The object store."""

    provider: Literal["local", "s3", "r2", "linode"] = setting(
        "OBJECT_STORAGE_PROVIDER", "local", "`local`: bundles in `$DATA_DIR/previews`, else `storage`."
    )
    endpoint: str | None = setting("OBJECT_STORAGE_ENDPOINT", None, "The store's address; needed by `r2` and `linode`.")
    region: str = setting("OBJECT_STORAGE_REGION", "auto", "The store's region.")
    access_key: SecretStr | None = setting("OBJECT_STORAGE_ACCESS_KEY", None, "The store's access key.")
    secret_key: SecretStr | None = setting("OBJECT_STORAGE_SECRET_KEY", None, "The store's secret key.")
    bucket_previews: str = setting("OBJECT_STORAGE_BUCKET_PREVIEWS", "hivesync-previews", "The bucket of bundles.")
    bucket_media: str = setting("OBJECT_STORAGE_BUCKET_MEDIA", "hivesync-media", "The bucket of media.")
    local_copy: bool = setting(
        "OBJECT_STORAGE_LOCAL_COPY",
        True,
        "Keep bundles in `$DATA_DIR/previews` as well, for when the store does not answer.",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.provider == "local":
            return self
        needed = {"OBJECT_STORAGE_ACCESS_KEY": self.access_key, "OBJECT_STORAGE_SECRET_KEY": self.secret_key}
        if self.provider != "s3":
            needed["OBJECT_STORAGE_ENDPOINT"] = SecretStr(self.endpoint) if self.endpoint else None
        missing = ", ".join(name for name, value in needed.items() if value is None)
        if missing:
            raise ValueError(f"OBJECT_STORAGE_PROVIDER={self.provider} needs {missing}")
        return self

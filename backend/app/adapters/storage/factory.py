"""Opens the storage that the settings ask for."""

from pathlib import Path

from app.adapters.storage.doubled import DoubledStorage
from app.adapters.storage.job_folders import JobFolders, adopt_old
from app.adapters.storage.local import LocalStorage
from app.adapters.storage.port import Bucket, ObjectStorage
from app.adapters.storage.s3 import S3Bucket, S3Storage
from app.config.storage import StorageSettings


def open_storage(settings: StorageSettings, data_dir: Path, bucket: Bucket) -> ObjectStorage:
    """Open one bucket; `local` keeps bundles in `$DATA_DIR/previews`, all else in `$DATA_DIR/storage`.

    Bundles are kept there beside another store as well, unless OBJECT_STORAGE_LOCAL_COPY says no.
    """
    if settings.provider == "local" and bucket is Bucket.PREVIEWS:
        adopt_old(data_dir / "storage" / bucket.value, data_dir / "previews")
        return JobFolders(data_dir / "previews")
    if settings.provider == "local":
        return LocalStorage(data_dir / "storage" / bucket.value)
    name = settings.bucket_previews if bucket is Bucket.PREVIEWS else settings.bucket_media
    store = S3Storage(
        S3Bucket(
            name=name,
            region=settings.region,
            access_key=settings.access_key.get_secret_value() if settings.access_key else "",
            secret_key=settings.secret_key.get_secret_value() if settings.secret_key else "",
            endpoint=settings.endpoint,
        ),
        spool=data_dir / "tmp" / "uploads",
    )
    if bucket is Bucket.PREVIEWS and settings.local_copy:
        return DoubledStorage(store, JobFolders(data_dir / "previews"))
    return store

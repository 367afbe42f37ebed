"""Try."""
import io, json, os, zipfile
from pathlib import Path
import pytest
from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.flows.conftest import Body, Traveller
from app.adapters.opening import _prober
from app.adapters.sandbox.chosen import BuildSandbox, candidates
import dataclasses, time

def sample(name):
    base = Path("/tmp/rev/boot/assets/samples")/name
    return {str(p.relative_to(base)): p.read_bytes() for p in base.rglob("*") if p.is_file() and "node_modules" not in p.parts}

async def test_try(ann: Traveller, tmp_path: Path):
    plat, name = "android", "expo-app"
    w = ann.workers
    object.__setattr__(w, "build_sandbox", BuildSandbox("required", _prober(w.settings, w.clock, w.ids), candidates()))
    object.__setattr__(w.settings.preview, "max_timeout_ms", 600000)
    from app.adapters.registry.proxy import *
    from app.adapters import opening
    object.__setattr__(w, "registry_of_packages", opening.registry_of(w.settings.preview, dict(os.environ)))
    repo = GitRepo.create(tmp_path / "upstream.git")
    files = sample(name)
    repo.commit(files)
    await ann.connect(repo)
    for n in range(3):
        if n == 2:
            key = "app/_layout.tsx" if name == "expo-app" else "App.tsx"
            files[key] = files[key] + b"\n// x\nconsole.log('hi');\n"
            repo.commit(files)
            await ann.sync()
        s = await ann.post("/preview/token", {"project_id": ann.project_id, "platform": plat})
        t = time.time()
        acc = await ann.http.post("/preview/build", json={"token": s["token"]})
        assert acc.status_code == 202, acc.text
        await drain(ann.workers)
        print("took", time.time()-t)
        st = await ann.get(f"/preview/status/{acc.json()['job_id']}")
        log = await ann.http.get(f"/preview/logs/{acc.json()['job_id']}")
        print(json.dumps(st, indent=1)[:1500]); print(log.text[-1500:])
        assert st["status"] == "success", st
        d = await ann.http.get(f"/preview/download/{acc.json()['job_id']}")
        z = zipfile.ZipFile(io.BytesIO(d.content))
        print(z.namelist()[:50]); print(z.read("metadata.json")[-1500:]); print(z.read("logs.txt").decode())

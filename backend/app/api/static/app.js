// The start page: sign in, then see projects, proposals and jobs. Everything from the server is shown as text.
const api = "/api/v1";
const kept = { get: () => sessionStorage.getItem("hivesync.token"), set: (t) => sessionStorage.setItem("hivesync.token", t), drop: () => sessionStorage.clear() };
const $ = (id) => document.getElementById(id);
let refreshing = null;

async function call(path, options = {}) {
  const headers = { Accept: "application/json", ...(options.body ? { "Content-Type": "application/json" } : {}) };
  if (kept.get()) headers.Authorization = `Bearer ${kept.get()}`;
  const answer = await fetch(api + path, { ...options, headers });
  const text = await answer.text();
  const type = answer.headers.get("content-type") || "";
  const body = type.startsWith("application/json") && text ? JSON.parse(text) : text;
  if (answer.status === 401 && kept.get()) { signOut(); throw new Error(body.message); }
  if (!answer.ok) throw new Error(body.message || `The server answered ${answer.status}.`);
  return body;
}

function item(title, small, state, action) {
  const li = document.createElement("li");
  const head = document.createElement(action ? "button" : "strong");
  head.textContent = visible(title);
  if (action) head.addEventListener("click", action);
  li.append(head);
  if (state) { const tag = document.createElement("span"); tag.className = "state"; tag.textContent = state; li.append(tag); }
  const note = document.createElement("small");
  note.textContent = visible(small || "");
  li.append(note);
  return li;
}

// Bidirectional and invisible characters can make code read as something it is not: show them.
function visible(text) {
  return String(text).replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, (c) => `\u27e8U+${c.codePointAt(0).toString(16).toUpperCase()}\u27e9`);
}

function fill(list, rows, empty) {
  list.replaceChildren(...(rows.length ? rows : [item(empty, "", "")]));
}

function signOut() {
  kept.drop();
  clearInterval(refreshing);
  $("home").hidden = true; $("signin").hidden = false; $("logout").hidden = true;
}

async function showProposal(proposal) {
  $("detail").hidden = false;
  $("detail-title").textContent = visible(proposal.title);
  $("detail-summary").textContent = visible(proposal.summary || "");
  const patch = await call(`/proposals/${proposal.id}/patch`);
  const lines = String(patch).split("\n").map((line) => {
    const span = document.createElement("span");
    span.className = line.startsWith("+") && !line.startsWith("+++") ? "add" : line.startsWith("-") && !line.startsWith("---") ? "del" : "ctx";
    span.textContent = visible(line) || " ";
    return span;
  });
  $("detail-diff").replaceChildren(...lines);
  $("detail-next").textContent = `Decide at a shell: hivesync review ${proposal.id}`;
  $("detail").scrollIntoView({ behavior: "smooth" });
}

async function refresh() {
  const projects = (await call("/projects")).items;
  fill($("projects"), projects.map((p) => item(p.name, p.repo_url || "no repository yet", p.default_branch || "")), "No projects yet: hivesync project create NAME --url URL");
  const proposals = (await Promise.all(projects.slice(0, 10).map((p) => call(`/projects/${p.id}/proposals?limit=10`)))).flatMap((page) => page.items);
  proposals.sort((a, b) => (a.id < b.id ? 1 : -1));
  fill($("proposals"), proposals.map((p) => item(p.title, p.summary, p.status, () => showProposal(p).catch((e) => alert(e.message)))), "No proposals yet: hivesync docs PROJECT");
  const jobs = (await call("/jobs?limit=8")).items;
  fill($("jobs"), jobs.map((j) => item(j.kind, j.why, j.status === "running" ? `${Math.round(j.progress * 100)} %` : j.status)), "No jobs yet.");
}

async function enter() {
  $("signin").hidden = true; $("home").hidden = false; $("logout").hidden = false;
  await refresh();
  clearInterval(refreshing);
  refreshing = setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, 4000);
}

$("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  $("login-error").textContent = "";
  try {
    const answer = await call("/auth/login", { method: "POST", body: JSON.stringify({ email: form.get("email"), password: form.get("password"), client: "web" }) });
    kept.set(answer.access_token);
    await enter();
  } catch (error) { $("login-error").textContent = error.message; }
});
$("logout").addEventListener("click", signOut);
if (kept.get()) enter().catch(signOut);

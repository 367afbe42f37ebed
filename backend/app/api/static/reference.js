// The API reference: operations of openapi.json with their parameters, bodies and answers. No other origin is asked.
const spec = await (await fetch("/api/v1/openapi.json")).json();
const root = document.getElementById("operations");
const element = (name, text) => { const e = document.createElement(name); if (text !== undefined) e.textContent = text; return e; };
const resolve = (schema) => (schema && schema.$ref ? spec.components.schemas[schema.$ref.split("/").pop()] : schema);

function shape(schema, depth = 0) {
  const s = resolve(schema) || {};
  if (s.example !== undefined) return s.example;
  if (s.examples && s.examples.length) return s.examples[0];
  if (s.anyOf) return shape(s.anyOf[0], depth);
  if (s.allOf) return shape(s.allOf[0], depth);
  if (s.enum) return s.enum.join(" | ");
  if (depth > 4) return "…";
  if (s.type === "array") return [shape(s.items, depth + 1)];
  if (s.type === "object" || s.properties)
    return Object.fromEntries(Object.entries(s.properties || {}).map(([name, value]) => [name, shape(value, depth + 1)]));
  return s.format || s.type || "any";
}

function block(title, value) {
  const part = element("div");
  part.append(element("h4", title), element("pre", typeof value === "string" ? value : JSON.stringify(value, null, 2)));
  return part;
}

for (const [path, methods] of Object.entries(spec.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const details = element("details");
    details.dataset.text = `${method} ${path} ${operation.summary || ""} ${operation.description || ""}`.toLowerCase();
    const summary = element("summary");
    const verb = element("span", method.toUpperCase());
    verb.className = "method";
    summary.append(verb, element("code", path), document.createTextNode(`  ${operation.summary || ""}`));
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (details.childElementCount > 1) return;
      if (operation.description) details.append(element("p", operation.description));
      const parameters = (operation.parameters || []).map((p) => `${p.name} (${p.in}${p.required ? ", required" : ""}) ${p.description || ""}`);
      if (parameters.length) details.append(block("Parameters", parameters.join("\n")));
      const body = operation.requestBody?.content?.["application/json"]?.schema;
      if (body) details.append(block("Body", shape(body)));
      for (const [status, answer] of Object.entries(operation.responses || {})) {
        const told = answer.content?.["application/json"];
        const example = told && (told.example ?? shape(told.schema));
        if (Number(status) < 400) details.append(block(`${status} ${answer.description || ""}`, example ?? "no body"));
      }
    });
    root.append(details);
  }
}
document.getElementById("find").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const details of root.children) details.hidden = !details.dataset.text.includes(wanted);
});

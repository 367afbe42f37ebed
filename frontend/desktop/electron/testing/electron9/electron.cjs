/**
 * Electron as main uses it, over Electron 9.4.1: newer functions are made of older ones, and events carry what they carry
 * now. Left out, so that nothing is proven about them: `will-frame-navigate`, `render-process-gone`,
 * `setDevicePermissionHandler`, the spell checker, and which frame a call comes from (all count as main frames).
 */
const electron = require("electron");

const { requestOf } = require("./web.cjs");

const { app, ipcMain, net, session } = electron;

const nothing = () => {};

/** `protocol.handle`. */
function handleScheme(own, scheme, handler) {
  own.protocol.registerStreamProtocol(scheme, (asked, answer) => {
    const stop = new AbortController();
    const body = asked.uploadData === undefined ? undefined : Buffer.concat(asked.uploadData.map(({ bytes }) => bytes));
    const request = requestOf(asked.url, { method: asked.method, headers: asked.headers, body, signal: stop.signal });
    handler(request).then(({ status, headers, body: data }) => {
      if (data !== null) data.once("close", () => stop.abort());
      answer({ statusCode: status, headers: grouped(headers), data });
    }, (error) => console.error(`the handler of ${scheme} failed: ${error.stack}`));
  });
}

function grouped(headers) {
  const values = {};
  for (const [name, value] of headers) values[name] = [...(values[name] || []), value];
  return values;
}

/** `session.fetch`: the network stack of this session, with its cookies when they are asked for. */
function fetchIn(own, address, { method = "GET", headers = [], body, credentials, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = net.request({ method, url: address, session: own, useSessionCookies: credentials === "include", redirect: "error" });
    for (const [name, value] of new Headers(headers)) request.setHeader(name, value);
    request.on("response", (answer) => {
      resolve(new Response(answer, { status: answer.statusCode, statusText: answer.statusMessage, headers: linesOf(answer.headers) }));
    });
    request.on("error", reject);
    if (signal !== undefined) signal.once("abort", () => request.abort());
    if (body === undefined || typeof body === "string") request.end(body);
    else body.pipe(request);
  });
}

function linesOf(headers) {
  return Object.entries(headers).flatMap(([name, value]) => [].concat(value).map((each) => [name, each]));
}

const adapted = new Set();
function fromPartition(name) {
  const own = session.fromPartition(name);
  if (adapted.has(own)) return own;
  adapted.add(own);
  own.fetch = (address, init) => fetchIn(own, address, init);
  own.protocol.handle = (scheme, handler) => handleScheme(own, scheme, handler);
  own.setDevicePermissionHandler = nothing;
  own.setSpellCheckerEnabled = nothing;
  return own;
}

/** Events whose facts were arguments, and are fields of the event now. */
const FACTS = {
  "will-navigate": (event, url) => Object.assign(event, { url }),
  "will-redirect": (event, url) => Object.assign(event, { url }),
  "did-start-navigation": (event, url, isSameDocument, isMainFrame) => Object.assign(event, { url, isSameDocument, isMainFrame }),
};

app.on("web-contents-created", (_event, contents) => {
  const on = contents.on;
  contents.on = (name, listener) => {
    const facts = FACTS[name];
    return on.call(contents, name, facts === undefined ? listener : (...given) => listener(facts(...given)));
  };
  contents.setWindowOpenHandler = (decide) => {
    on.call(contents, "new-window", (event, url) => {
      if (decide({ url }).action === "deny") event.preventDefault();
    });
  };
});

const handle = ipcMain.handle;
ipcMain.handle = (name, handler) => {
  handle.call(ipcMain, name, (event, ...values) => {
    event.senderFrame = { parent: null, url: event.sender.getURL() };
    return handler(event, ...values);
  });
};

/** Electron's module; what it has of its own cannot be written over. */
module.exports = Object.create(electron, { session: { value: { fromPartition } } });

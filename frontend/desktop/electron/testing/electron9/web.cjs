/** The least of fetch and its classes that main uses. Bodies are streams of Node. */
const http = require("http");
const { Readable } = require("stream");

class Headers {
  constructor(given = []) {
    this.lines = [];
    const pairs = given instanceof Headers || Array.isArray(given) ? given : Object.entries(given);
    for (const [name, value] of pairs) this.append(name, value);
  }

  append(name, value) {
    this.lines.push([name.toLowerCase(), String(value)]);
  }

  set(name, value) {
    this.lines = this.lines.filter(([each]) => each !== name.toLowerCase());
    this.append(name, value);
  }

  get(name) {
    const values = this.lines.filter(([each]) => each === name.toLowerCase()).map(([, value]) => value);
    return values.length === 0 ? null : values.join(", ");
  }

  has(name) {
    return this.get(name) !== null;
  }

  [Symbol.iterator]() {
    return this.lines[Symbol.iterator]();
  }
}

/** A stream of Node with the one method of a web stream that main calls. */
function readable(stream) {
  stream.getReader = () => {
    const chunks = stream[Symbol.asyncIterator]();
    return { read: () => chunks.next(), cancel: () => Promise.resolve(void stream.destroy()) };
  };
  return stream;
}

function streamOf(content) {
  if (content === null || content === undefined) return null;
  if (content instanceof Readable) return readable(content);
  const stream = new Readable({ read() {} });
  stream.push(Buffer.from(content));
  stream.push(null);
  return readable(stream);
}

class Response {
  constructor(content, { status = 200, statusText = "", headers = [] } = {}) {
    Object.assign(this, { body: streamOf(content), status, statusText, headers: new Headers(headers), ok: status >= 200 && status < 300 });
  }

  static json(value, init) {
    const response = new Response(JSON.stringify(value), init);
    response.headers.set("content-type", "application/json");
    return response;
  }
}

/** A request as handlers of a scheme get it. */
exports.requestOf = (url, { method, headers, body, signal }) => ({ url, method, headers: new Headers(headers), body: streamOf(body), signal });

/** Plain http: the local agent is all that main asks by Node's own fetch. */
function fetch(address, { method = "GET", headers = [], body, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(address, { method, headers: Object.fromEntries(new Headers(headers)) }, (answer) => {
      if (answer.statusCode >= 300 && answer.statusCode < 400) reject(new TypeError("unexpected redirect"));
      else resolve(new Response(answer, { status: answer.statusCode, headers: answer.headers }));
    });
    request.on("error", reject);
    signal.once("abort", () => request.abort());
    request.end(body);
  });
}

Object.assign(global, { Headers, Response, fetch });

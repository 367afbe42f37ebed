// Inside a sandbox: listens on loopback, leads every connection to a socket file, and runs a program that is told so.
// node forward.cjs SOCKET PROGRAM ARGUMENT…
"use strict";

const net = require("node:net");
const os = require("node:os");
const path = require("node:path");
const { spawn } = require("node:child_process");

const [socket, program, ...rest] = process.argv.slice(2);
const home = process.cwd();
// The address of a socket file must be short, whatever the folder is called.
process.chdir(path.dirname(socket));

const server = net.createServer({ allowHalfOpen: true }, (near) => {
  const far = net.connect({ path: path.basename(socket), allowHalfOpen: true });
  for (const [one, other] of [[near, far], [far, near]]) {
    one.on("error", () => other.destroy());
    one.pipe(other);
  }
});

server.listen(0, "127.0.0.1", () => {
  const proxy = `http://127.0.0.1:${server.address().port}/`;
  const env = { ...process.env, npm_config_proxy: proxy, npm_config_https_proxy: proxy, npm_config_noproxy: "" };
  const child = spawn(program, rest, { cwd: home, stdio: "inherit", env });
  child.on("error", (problem) => {
    console.error(String(problem.message));
    process.exit(127);
  });
  child.on("exit", (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
});

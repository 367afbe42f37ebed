'use strict';
/* What is to be done when a build is over: at the end of its process, or earlier where that stays for the next one. */
const once = [];
const always = [];

function whenBuilt(hook, { everyTime = false } = {}) {
  (everyTime ? always : once).push(hook);
}

function built(status) {
  for (const hook of [...once.splice(0), ...always]) hook(status);
}

let stays = false;
process.on('exit', (status) => {
  // What ends while it waits has built nothing.
  if (!stays) built(status);
});

module.exports = { whenBuilt, built, staying: (value) => { stays = value; } };

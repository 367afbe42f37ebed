// Starts one bundle without a phone and says in JSON what came of it: `node run.cjs '{"folder": …, "platform": …, …}'`.
//
// The bundle gets a realm of its own whose objects were all made inside it; that keeps honest bundles honest. What keeps
// hostile ones in is the sandbox around this process, and whoever reads the answer checks it.
'use strict';
const { readFileSync, readdirSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { locate, locateComponents } = require('./stack.cjs');

const PARTS = ['loop.js', 'modules.js', 'animated.js', 'expo.js', 'fabric.js'];
// Names of what an app insisted on, in the words of React Native and of Expo.
const INSISTED = [/'([\w.]+)' could not be found/, /Cannot find native module '([\w.]+)'/];
const MAX_RESTARTS = 12;

function fileNames(folder) {
  try {
    return readdirSync(folder).slice(0, 20_000);
  } catch {
    return [];
  }
}

// An app of Expo always has a configuration; a bundle may have come without.
const SOME_CONFIG = { name: 'app', slug: 'app', scheme: 'app' };

function readConfig(folder) {
  try {
    const config = JSON.parse(readFileSync(path.join(folder, 'expo-config.json'), 'utf8'));
    return typeof config === 'object' && config !== null ? { ...SOME_CONFIG, ...config } : SOME_CONFIG;
  } catch {
    return SOME_CONFIG;
  }
}

/** One start of the bundle in a realm of its own. */
class Start {
  constructor(told, bundle, hollow) {
    this.told = told;
    this.bundle = bundle;
    this.fresh = vm.constants?.DONT_CONTEXTIFY ?? {};
    this.context = vm.createContext(this.fresh, { microtaskMode: 'afterEvaluate' });
    const names = JSON.parse(readFileSync(path.join(__dirname, 'names.json'), 'utf8'));
    const given = JSON.stringify({
      ...names, ...told.realm, platform: told.platform, hollow, place: 'file:///app/', assets: fileNames(path.join(told.folder, 'assets')), config: readConfig(told.folder),
    });
    const parts = PARTS.map((name) => readFileSync(path.join(__dirname, name), 'utf8'));
    const prelude = readFileSync(path.join(__dirname, 'realm.js'), 'utf8');
    this.call = this.evaluate(`(${prelude})(${JSON.stringify(given)}, [${parts.join(',\n')}])`, 'stand-in');
  }

  get left() {
    return Math.max(1, Math.ceil(this.told.deadline - performance.now()));
  }

  evaluate(source, filename) {
    return vm.runInContext(source, this.context, { filename, timeout: this.left });
  }

  /** Call one function of the stand-in, within the time that is left, and with the microtasks that follow from it. */
  ask(name, argument = null) {
    return this.evaluate(`${this.told.door}(${JSON.stringify(name)}, ${JSON.stringify(argument)})`, 'stand-in');
  }

  run() {
    try {
      this.begin();
    } catch (error) {
      if (error?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { timed_out: true };
      return { broken: String(error?.message ?? error) };
    }
    return {};
  }

  begin() {
    try {
      this.bundle.runInContext(this.context, { timeout: this.left });
    } catch (error) {
      if (error?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      this.thrown(error);
    }
    if (this.ask('failed')) return;
    this.ask('open');
    for (let steps = 0; steps < this.told.steps; steps += 1) {
      if (this.ask('step', this.told.settle) < 0) break;
    }
  }

  /** What the bundle itself threw has come out of its realm: only text is taken from it. */
  thrown(error) {
    let [name, message, stack] = ['Error', '', ''];
    try {
      const isObject = typeof error === 'object' && error !== null;
      [name, message, stack] = isObject ? [String(error.name), String(error.message), String(error.stack)] : [name, String(error), ''];
    } catch {
      message = 'something was thrown that cannot be shown';
    }
    this.ask('thrown', { name, message, stack });
  }

  report() {
    return JSON.parse(String(this.ask('report')));
  }
}

function insistedOn(report, hollow) {
  const text = [...report.errors, ...report.console].map((each) => each.message ?? each.text).join('\n');
  for (const pattern of INSISTED) {
    const name = pattern.exec(text)?.[1];
    if (name && report.missing_modules.includes(name) && !hollow.includes(name)) return name;
  }
  return null;
}

function start(told) {
  const began = performance.now();
  told.deadline = began + told.milliseconds;
  const hollow = [];
  let bundle;
  try {
    bundle = new vm.Script(readFileSync(path.join(told.folder, 'main.jsbundle'), 'utf8'), { filename: 'main.jsbundle' });
  } catch (error) {
    const message = String(error?.message ?? error).slice(0, 2000);
    const stack = String(error?.stack ?? '').replace(/^(.*main\.jsbundle:\d+)\n/, 'at ($1:1)\n');
    return { ...nothing(), errors: [{ name: 'SyntaxError', message, components: '', fatal: true, ...locate(stack, told.map) }] };
  }
  for (;;) {
    const one = new Start(told, bundle, hollow);
    const how = one.run();
    if (how.timed_out || how.broken) return { ...nothing(), ...how, milliseconds: performance.now() - began };
    const report = one.report();
    const name = hollow.length < MAX_RESTARTS ? insistedOn(report, hollow) : null;
    if (name !== null && report.errors.some((error) => error.fatal)) {
      hollow.push(name);
      continue;
    }
    const milliseconds = performance.now() - began;
    const errors = report.errors.map(({ stack, ...error }) => {
      const components = locateComponents(error.components, told.map);
      return { ...error, components, ...locate(stack, told.map) };
    });
    return { ...report, errors, hollow_modules: hollow, milliseconds };
  }
}

function nothing() {
  return { errors: [], console: [], missing_modules: [], hollow_modules: [], missing_views: [], views: [], fonts: {}, notes: [], milliseconds: 0 };
}

process.on('unhandledRejection', () => {});
const told = JSON.parse(process.argv[2]);
// Whoever reads this knows by the first line that what follows is the bundle's doing.
process.stdout.write('begun\n');
process.stdout.write(JSON.stringify(start(told)), () => process.exit(0));

'use strict';
/*
 * The project's own transformer, which marks what it made of files whose result follows from more than their bytes:
 * from the environment (bundlers put values into the code), or from other files. See metro-stores.cjs.
 */
const path = require('node:path');
const inner = require(process.env.HIVESYNC_METRO_TRANSFORMER);
const { valuesOf, variantsOf } = require('./follows.cjs');

// Plainly one variable. What the platform decides is in Metro's own key, and the mode is always the same.
const VARIABLE = /\bprocess\.env\.([A-Za-z_]\w*)/g;
const FIXED = new Set(['NODE_ENV', 'EXPO_OS']);
// Bundlers put the app's whole configuration in its place.
const MANIFEST = 'APP_MANIFEST';
// Whatever else could ask for a value: apart from its name, with comments between, written in escapes, by a plugin.
// Without the word, or escapes that hide it, no value can be asked for.
const PROCESS = /\bprocess\b(?=\s*(?:[.[?,;=)}\]:&|]|\/[*\/]|$))(?!\s*\.\s*(?:nextTick|platform|browser|versions?|on|emit|exit|cwd|argv|stdout|stderr|hrtime|uptime|pid)\b)/i;
const ENV = /\benv\b/i;
const ASKS = /\bimport\.meta\b|EXPO_PUBLIC_|['"`][@~]?env['"`]|dotenv|react-native-config|\\u(?:00[67]|\{)/i;
// Languages that take other files in while they are compiled.
const TAKES_IN = /\.(?:s[ac]ss|less|styl)$/;

function readsOf(source) {
  const names = new Set();
  const rest = source.replace(VARIABLE, (_, name) => {
    if (!FIXED.has(name)) names.add(name);
    return '';
  });
  if (names.has(MANIFEST) || (PROCESS.test(rest) && ENV.test(rest)) || ASKS.test(rest)) return { readsEnvironment: true };
  if (!names.size) return {};
  const variables = [...names].sort();
  return { variables, values: valuesOf(variables) };
}

module.exports = {
  ...inner,
  async transform(config, projectRoot, filename, data, options) {
    const result = await inner.transform(config, projectRoot, filename, data, options);
    const first = result.output && result.output[0];
    if (!first || !first.data) return result;
    let marks;
    if (options.type === 'asset') {
      marks = { asset: filename, variants: variantsOf(path.resolve(projectRoot, filename)) };
    } else {
      marks = readsOf(data.toString('latin1'));
      if (TAKES_IN.test(filename)) marks.readsOthers = true;
    }
    if (Object.keys(marks).length) first.data.hivesync = marks;
    return result;
  },
};

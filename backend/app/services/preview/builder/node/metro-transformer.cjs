'use strict';
/*
 * The project's own transformer, which marks what it made of files that read the environment: bundlers put values into
 * the code, and their caches do not know it. See metro-stores.cjs.
 */
const inner = require(process.env.HIVESYNC_METRO_TRANSFORMER);
const READS_ENVIRONMENT = /\bprocess\s*(?:\.\s*env|\[)(?!\s*\.\s*NODE_ENV\b)|\bimport\.meta\b|APP_MANIFEST|@env\b|react-native-dotenv/;

module.exports = {
  ...inner,
  async transform(config, projectRoot, filename, data, options) {
    const result = await inner.transform(config, projectRoot, filename, data, options);
    if (READS_ENVIRONMENT.test(data.toString('latin1')) && result.output && result.output[0]) {
      result.output[0].data.hivesyncReadsEnvironment = true;
    }
    return result;
  },
};

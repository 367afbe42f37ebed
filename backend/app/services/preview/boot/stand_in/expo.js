// What Expo's core installs in the engine: its classes, and the modules that almost every app of Expo asks for.
(kit) => {
  'use strict';
  const none = () => {};
  const answer = (value) => () => Promise.resolve(value);

  class EventEmitter {
    #listeners = new Map();
    addListener(name, listener) {
      if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
      this.#listeners.get(name).add(listener);
      return { remove: () => this.removeListener(name, listener) };
    }
    removeListener(name, listener) {
      this.#listeners.get(name)?.delete(listener);
    }
    removeAllListeners(name) {
      this.#listeners.delete(name);
    }
    listenerCount(name) {
      return this.#listeners.get(name)?.size ?? 0;
    }
    emit(name, ...values) {
      for (const listener of this.#listeners.get(name) ?? []) listener(...values);
    }
    startObserving() {}
    stopObserving() {}
  }
  class SharedObject extends EventEmitter {
    release() {}
  }
  class SharedRef extends SharedObject {
    nativeRefType = 'unknown';
  }
  class NativeModule extends EventEmitter {}

  // Bundles are delivered as updates: their files are found by hash.
  const files = Object.fromEntries(kit.assets.map((name) => [name, `${kit.place}assets/${name}`]));
  const fonts = new Set();
  class NativeRequest extends SharedObject {
    start() {
      return Promise.reject(new Error('There is no network here.'));
    }
    cancel() {}
  }
  class NativeResponse extends SharedObject {}
  const known = {
    ExponentConstants: {
      manifest: kit.config, appOwnership: null, executionEnvironment: 'standalone', debugMode: false, isHeadless: false, deviceName: 'stand-in',
      expoVersion: null, sessionId: 'stand-in', statusBarHeight: kit.insets.top, systemFonts: [], systemVersion: '18', platform: { [kit.platform]: {} },
      getWebViewUserAgentAsync: answer('stand-in'),
    },
    ExpoAsset: { downloadAsync: (uri) => Promise.resolve(uri) },
    ExpoFontLoader: {
      loadAsync: (name, uri) => {
        fonts.add(name);
        kit.fonts[String(name).slice(0, 200)] = String(uri).slice(0, 1000);
        kit.fontLoaded?.(String(name), String(uri));
        return Promise.resolve();
      },
      getLoadedFonts: () => [...fonts],
      unloadAllAsync: answer(null),
      unloadAsync: answer(null),
    },
    ExpoFontUtils: { renderToImageAsync: answer(null) },
    ExpoSplashScreen: { preventAutoHideAsync: answer(true), hideAsync: answer(true), hide: none, setOptions: none, internalMaybeHideAsync: answer(true), internalPreventAutoHideAsync: answer(true) },
    ExpoKeepAwake: { activate: answer(true), deactivate: answer(true), isActivated: answer(false) },
    ExpoLinking: { getLinkingURL: () => null, onURLReceived: none, clearInitialURL: none },
    ExpoFetchModule: { NativeRequest, NativeResponse },
    ExpoUpdates: {
      isEnabled: true, isUsingEmbeddedAssets: false, isEmbeddedLaunch: false, isEmergencyLaunch: false, emergencyLaunchReason: null, launchDuration: 0,
      localAssets: files, runtimeVersion: '', channel: '', updateId: null, commitTime: null, manifest: kit.config, manifestString: null, checkAutomatically: 'NEVER',
      shouldDeferToNativeForAPIMethodAvailabilityInDevelopment: false, initialContext: { isStartupProcedureRunning: false, sequenceNumber: 0 },
      checkForUpdateAsync: answer({ isAvailable: false }), fetchUpdateAsync: answer({ isNew: false }), getExtraParamsAsync: answer({}), readLogEntriesAsync: answer([]), reload: answer(null),
    },
    ExpoGlassEffect: { isLiquidGlassAvailable: false, isGlassEffectAPIAvailable: false },
    ExpoDevice: { isDevice: true, brand: null, modelName: 'stand-in', osName: kit.platform, osVersion: '18', deviceType: 1 },
    ExpoLocalization: {
      getLocales: () => [{ languageTag: 'en-US', languageCode: 'en', regionCode: 'US', currencyCode: 'USD', currencySymbol: '$', decimalSeparator: '.', digitGroupingSeparator: ',', textDirection: 'ltr', measurementSystem: 'us', temperatureUnit: 'fahrenheit' }],
      getCalendars: () => [{ calendar: 'gregory', timeZone: 'UTC', uses24hourClock: true, firstWeekday: 1 }],
    },
    ExpoHaptics: { notificationAsync: answer(null), impactAsync: answer(null), selectionAsync: answer(null) },
    ExpoSecureStore: { getValueWithKeyAsync: answer(null), setValueWithKeyAsync: answer(null), deleteValueWithKeyAsync: answer(null), getValueWithKeySync: () => null, setValueWithKeySync: none },
    ExpoSystemUI: { setBackgroundColorAsync: answer(null), getBackgroundColorAsync: answer(null) },
    ExpoRouter: {},
  };
  const made = new Map();
  const find = (name) => {
    if (made.has(name)) return made.get(name);
    let module = null;
    if (Object.hasOwn(known, name)) module = Object.assign(new NativeModule(), known[name]);
    else if (kit.hollow.includes(name)) module = kit.hollowModule(name);
    if (module === null || kit.hollow.includes(name)) kit.missModules.add(name.slice(0, 200));
    made.set(name, module);
    return module;
  };
  const modules = new Proxy({}, {
    get: (_target, key) => (typeof key === 'string' ? find(key) ?? undefined : undefined),
    has: (_target, key) => Object.hasOwn(known, key),
    ownKeys: () => Object.keys(known),
    getOwnPropertyDescriptor: (_target, key) => (Object.hasOwn(known, key) ? { configurable: true, enumerable: true, value: find(key) } : undefined),
  });
  const style = (name) => [name, true];
  globalThis.expo = {
    modules, EventEmitter, SharedObject, SharedRef, NativeModule,
    getViewConfig: () => ({ validAttributes: Object.fromEntries([...kit.props, 'source', 'contentFit'].map(style)), directEventTypes: {} }),
    reloadAppAsync: answer(null),
    uuidv4: () => '00000000-0000-4000-8000-000000000000',
    uuidv5: () => '00000000-0000-5000-8000-000000000000',
  };
}

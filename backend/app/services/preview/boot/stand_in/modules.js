// Native modules that come with React Native itself, as an app meets them at its start on a phone without a network.
(kit) => {
  'use strict';
  const { platform, screen } = kit;
  const isIos = platform === 'ios';
  const none = () => {};
  const answer = (value) => () => Promise.resolve(value);
  const listens = { addListener: none, removeListeners: none };
  const constants = (values) => ({ getConstants: () => values });

  const metrics = { width: screen.width, height: screen.height, scale: screen.scale, fontScale: 1 };
  const physical = { width: screen.width * screen.scale, height: screen.height * screen.scale, scale: screen.scale, fontScale: 1, densityDpi: 160 * screen.scale };
  const version = { major: 0, minor: 0, patch: 0, prerelease: null };
  const emitted = (name, value) => kit.later(() => kit.callable('RCTDeviceEventEmitter', 'emit', name, value));

  // There is no network: what is asked for fails as it does on a phone in flight mode.
  let requests = 0;
  const send = (...values) => {
    const request = (requests += 1);
    const answered = values[values.length - 1];
    if (typeof answered === 'function') kit.later(() => answered(request));
    const told = isIos ? request : values[2];
    emitted('didCompleteNetworkResponse', [told, 'There is no network here.', false]);
  };

  const common = {
    SourceCode: constants({ scriptURL: `${kit.place}main.jsbundle` }),
    PlatformConstants: constants(
      isIos
        ? { forceTouchAvailable: false, interfaceIdiom: 'phone', isTesting: false, osVersion: '18.0', systemName: 'iOS', reactNativeVersion: version, isMacCatalyst: false }
        : { isTesting: false, Version: 35, Release: '15', Serial: 'unknown', Fingerprint: 'stand-in', Model: 'stand-in', Brand: 'stand-in', Manufacturer: 'stand-in', ServerHost: '', uiMode: 'normal', reactNativeVersion: version },
    ),
    DeviceInfo: constants({
      Dimensions: isIos ? { window: metrics, screen: metrics } : { windowPhysicalPixels: physical, screenPhysicalPixels: physical },
      isIPhoneX_deprecated: true,
      isEdgeToEdge: !isIos,
    }),
    AppState: { ...listens, ...constants({ initialAppState: 'active' }), getCurrentAppState: (ok) => kit.later(() => ok({ app_state: 'active' })) },
    Appearance: { ...listens, getColorScheme: () => 'light', setColorScheme: none },
    UIManager: { getConstants: () => ({}), ...Object.fromEntries(['createView', 'setChildren', 'focus', 'blur', 'clearJSResponder', 'setJSResponder', 'setLayoutAnimationEnabledExperimental'].map((name) => [name, none])) },
    StatusBarManager: {
      ...listens,
      ...constants({ HEIGHT: kit.insets.top, DEFAULT_BACKGROUND_COLOR: 0 }),
      getHeight: (ok) => kit.later(() => ok({ height: kit.insets.top })),
      ...Object.fromEntries(['setStyle', 'setHidden', 'setColor', 'setTranslucent', 'setNetworkActivityIndicatorVisible'].map((name) => [name, none])),
    },
    ExceptionsManager: {
      reportException: (data) => kit.fail({ name: data.name || 'Error', message: data.originalMessage || data.message, stack: data.extraData && data.extraData.rawStack, componentStack: data.componentStack }, data.isFatal),
      reportFatalException: (message) => kit.fail({ message }, true),
      reportSoftException: (message) => kit.fail({ message }, false),
      dismissRedbox: none,
    },
    NativeMicrotasksCxx: { queueMicrotask: kit.microtask },
    NativeIdleCallbacksCxx: {
      requestIdleCallback: (callback) => kit.later(() => callback({ didTimeout: false, timeRemaining: () => 10 })) && {},
      cancelIdleCallback: none,
    },
    NativeDOMCxx: {
      compareDocumentPosition: () => 0, getChildNodes: () => [], getParentNode: () => null, isConnected: () => true, linkRootNode: () => null,
      getBorderWidth: () => [0, 0, 0, 0], getBoundingClientRect: () => [0, 0, 0, 0], getInnerSize: () => [0, 0], getScrollPosition: () => [0, 0],
      getScrollSize: () => [0, 0], getTagName: () => 'RN:View', getTextContent: () => '', getOffset: () => [null, 0, 0], hasPointerCapture: () => false,
      setPointerCapture: none, releasePointerCapture: none, setNativeProps: none, measure: (_node, ok) => ok(0, 0, 0, 0, 0, 0),
      measureInWindow: (_node, ok) => ok(0, 0, 0, 0), measureLayout: (_node, _other, _fail, ok) => ok(0, 0, 0, 0), getElementById: () => null,
    },
    I18nManager: { ...constants({ isRTL: false, doLeftAndRightSwapInRTL: true, localeIdentifier: 'en_US' }), allowRTL: none, forceRTL: none, swapLeftAndRightInRTL: none },
    Networking: { ...listens, sendRequest: send, abortRequest: none, clearCookies: (ok) => ok(true) },
    WebSocketModule: { ...listens, connect: (_url, _protocols, _options, id) => emitted('websocketFailed', { id, message: 'There is no network here.' }), send: none, sendBinary: none, ping: none, close: none },
    BlobModule: { ...constants({ BLOB_URI_SCHEME: 'blob', BLOB_URI_HOST: null }), addNetworkingHandler: none, addWebSocketHandler: none, removeWebSocketHandler: none, sendOverSocket: none, createFromParts: none, release: none },
    FileReaderModule: { readAsDataURL: answer(''), readAsText: answer('') },
    ImageLoader: { getSize: answer(isIos ? [0, 0] : { width: 0, height: 0 }), getSizeWithHeaders: answer({ width: 0, height: 0 }), prefetchImage: answer(true), prefetchImageWithMetadata: answer(true), queryCache: answer({}), abortRequest: none },
    SettingsManager: { ...constants({ settings: {} }), setValues: none, deleteValues: none },
    KeyboardObserver: listens,
    Clipboard: { getString: answer(''), setString: none },
    Vibration: { vibrate: none, vibrateByPattern: none, cancel: none },
    SegmentFetcher: { fetchSegment: none, getSegment: none },
    DevSettings: { ...listens, reload: none },
    DevMenu: { show: none },
    ActionSheetManager: { showActionSheetWithOptions: none, showShareActionSheetWithOptions: none },
    AlertManager: { alertWithArgs: none },
    DialogManagerAndroid: { ...constants({ buttonClicked: 1, dismissed: 2, buttonPositive: -1, buttonNegative: -2, buttonNeutral: -3 }), showAlert: none },
    ToastAndroid: { ...constants({ SHORT: 0, LONG: 1, TOP: 49, BOTTOM: 81, CENTER: 17 }), show: none, showWithGravity: none, showWithGravityAndOffset: none },
    LinkingManager: { ...listens, openURL: answer(true), canOpenURL: answer(false), openSettings: answer(true), getInitialURL: answer(null) },
    IntentAndroid: { getInitialURL: answer(null), canOpenURL: answer(false), openURL: answer(true), openSettings: answer(true), sendIntent: answer(null) },
    AccessibilityManager: { ...listens, ...Object.fromEntries(['getCurrentBoldTextState', 'getCurrentGrayscaleState', 'getCurrentInvertColorsState', 'getCurrentReduceMotionState', 'getCurrentReduceTransparencyState', 'getCurrentVoiceOverState', 'getCurrentPrefersCrossFadeTransitionsState', 'getCurrentDarkerSystemColorsState'].map((name) => [name, (ok) => kit.later(() => ok(false))])), setAccessibilityFocus: none, announceForAccessibility: none, announceForAccessibilityWithOptions: none, setAccessibilityContentSizeMultipliers: none },
    AccessibilityInfo: { ...listens, ...Object.fromEntries(['isReduceMotionEnabled', 'isTouchExplorationEnabled', 'isAccessibilityServiceEnabled', 'isHighTextContrastEnabled', 'isInvertColorsEnabled', 'isGrayscaleEnabled'].map((name) => [name, (ok) => kit.later(() => ok(false))])), setAccessibilityFocus: none, announceForAccessibility: none, getRecommendedTimeoutMillis: (wait, ok) => kit.later(() => ok(wait)) },
    DeviceEventManager: { ...listens, invokeDefaultBackPressHandler: none },
    SoundManager: { playTouchSound: none },
    ModalManager: listens,
    PermissionsAndroid: { checkPermission: answer(false), requestPermission: answer('denied'), requestMultiplePermissions: answer({}), shouldShowRequestPermissionRationale: answer(false) },
    ShareModule: { share: answer({ action: 'dismissedAction' }) },
    HeadlessJsTaskSupport: { notifyTaskFinished: none, notifyTaskRetry: answer(false) },
    RNCSafeAreaContext: constants({ initialWindowMetrics: { insets: kit.insets, frame: kit.frame } }),
    RNSModule: {},
  };
  kit.modules = common;

  // Modules that an app insists on and that are unknown here: they are there, and do nothing.
  const hollow = (name) =>
    new Proxy({}, {
      get: (_target, key) => {
        if (typeof key === 'symbol' || key === 'then' || key === 'toJSON' || key === '$$typeof') return undefined;
        if (key === 'getConstants') return () => ({});
        if (key === 'addListener') return () => ({ remove: none });
        if (key === 'removeListeners' || key === 'removeListener') return none;
        return answer(null);
      },
      has: () => true,
    });
  const made = new Map();
  const find = (given) => {
    const name = String(given);
    if (Object.hasOwn(common, name)) return common[name];
    kit.missModules.add(name.slice(0, 200));
    if (!kit.hollow.includes(name)) return null;
    if (!made.has(name)) made.set(name, hollow(name));
    return made.get(name);
  };
  kit.findModule = find;
  kit.hollowModule = hollow;
  globalThis.__turboModuleProxy = find;
  globalThis.nativeModuleProxy = new Proxy({}, { get: (_target, key) => (typeof key === 'string' ? find(key) : undefined), has: (_target, key) => Object.hasOwn(common, key) });
}

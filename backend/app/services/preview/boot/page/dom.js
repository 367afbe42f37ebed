// Shows the tree that React commits as elements of the page, and gives it touches, sizes and what is typed.
(kit) => {
  'use strict';
  const elements = new Map();
  const nodes = new WeakMap();
  const applied = new WeakMap();
  const TEXTS = new Set(['RCTText', 'RCTParagraph']);
  const INNER = new Set(['RCTVirtualText', 'RCTRawText', 'RawText']);
  const INPUTS = new Set(['RCTSinglelineTextInputView', 'RCTMultilineTextInputView', 'AndroidTextInput']);
  const SCROLLERS = new Set(['RCTScrollView', 'AndroidHorizontalScrollView']);
  const UNSEEN = new Set(['RCTRefreshControl', 'PullToRefreshView', 'RCTInputAccessoryView', 'DebuggingOverlay', 'RCTDebuggingOverlay']);
  const PLAIN = ['flexDirection', 'flexWrap', 'justifyContent', 'alignItems', 'alignContent', 'alignSelf', 'position', 'display', 'overflow', 'opacity', 'zIndex', 'flexGrow', 'flexShrink', 'aspectRatio', 'fontStyle', 'fontWeight', 'textAlign', 'textTransform', 'textDecorationLine', 'borderStyle'];
  const LENGTHS = ['width', 'height', 'minWidth', 'minHeight', 'maxWidth', 'maxHeight', 'flexBasis', 'top', 'right', 'bottom', 'left', 'gap', 'rowGap', 'columnGap', 'fontSize', 'lineHeight', 'letterSpacing', 'margin', 'marginTop', 'marginRight', 'marginBottom', 'marginLeft', 'padding', 'paddingTop', 'paddingRight', 'paddingBottom', 'paddingLeft', 'borderRadius', 'borderTopLeftRadius', 'borderTopRightRadius', 'borderBottomLeftRadius', 'borderBottomRightRadius', 'borderWidth', 'borderTopWidth', 'borderRightWidth', 'borderBottomWidth', 'borderLeftWidth'];
  const COLORS = ['backgroundColor', 'color', 'borderColor', 'borderTopColor', 'borderRightColor', 'borderBottomColor', 'borderLeftColor'];
  const WIDE = { marginHorizontal: 'margin-inline', marginVertical: 'margin-block', paddingHorizontal: 'padding-inline', paddingVertical: 'padding-block', start: 'inset-inline-start', end: 'inset-inline-end', marginStart: 'margin-inline-start', marginEnd: 'margin-inline-end', paddingStart: 'padding-inline-start', paddingEnd: 'padding-inline-end' };

  const length = (value) => (typeof value === 'number' ? `${value}px` : String(value));
  const color = (value) => {
    if (typeof value !== 'number') return '';
    const bits = value >>> 0;
    return `rgba(${(bits >> 16) & 255}, ${(bits >> 8) & 255}, ${bits & 255}, ${((bits >>> 24) & 255) / 255})`;
  };
  const address = (uri) => (typeof uri === 'string' && uri.startsWith(kit.place) ? kit.files + uri.slice(kit.place.length) : uri);

  const style = (element, props) => {
    const { style: css } = element;
    css.cssText = '';
    for (const [name, property] of Object.entries(WIDE)) if (props[name] != null) css.setProperty(property, length(props[name]));
    for (const name of LENGTHS) if (props[name] != null) css[name] = length(props[name]);
    for (const name of PLAIN) if (props[name] != null) css[name] = String(props[name]);
    for (const name of COLORS) if (props[name] != null) css[name] = color(props[name]);
    if (typeof props.flex === 'number') css.flex = props.flex > 0 ? `${props.flex} 1 0px` : props.flex < 0 ? '0 1 auto' : '0 0 auto';
    if (props.fontFamily) css.fontFamily = `"${String(props.fontFamily).replace(/["\\]/g, '')}", system-ui, sans-serif`;
    if (Array.isArray(props.transform)) {
      css.transform = props.transform.filter((part) => part && typeof part === 'object').map((part) => Object.entries(part).map(([name, value]) => `${name}(${name.startsWith('translate') ? length(value) : value})`).join(' ')).join(' ');
    }
    if (props.pointerEvents === 'none' || props.pointerEvents === 'box-none') css.pointerEvents = 'none';
  };

  // A mask would do as well, and would need leave to read the picture from another origin.
  const tints = new Map();
  const tint = (shade) => {
    if (!tints.has(shade)) {
      const id = `tint-${tints.size}`;
      tints.set(shade, `url(#${id})`);
      const holder = document.createElement('div');
      holder.innerHTML = `<svg><filter id="${id}"><feFlood flood-color="${shade}"/><feComposite in2="SourceAlpha" operator="in"/></filter></svg>`;
      // Filters of what is not displayed do not apply: it has no size instead.
      holder.style.cssText = 'position:absolute;width:0;height:0;overflow:hidden';
      document.body.append(holder);
    }
    return tints.get(shade);
  };
  kit.fontLoaded = (name, uri) => {
    const face = new FontFace(name, `url(${JSON.stringify(address(uri))})`);
    face.load().then(() => document.fonts.add(face), () => {});
  };

  const make = (node) => {
    const { name } = node;
    if (INPUTS.has(name)) return field(node);
    const element = document.createElement(INNER.has(name) ? 'span' : name === 'RCTImageView' ? 'img' : 'div');
    if (TEXTS.has(name)) element.className = 'text';
    if (SCROLLERS.has(name)) element.className = 'scroll';
    if (SCROLLERS.has(name)) element.addEventListener('scroll', () => emit(element, 'topScroll', scrolled(element)));
    return element;
  };
  const field = (node) => {
    const element = document.createElement(node.name === 'RCTMultilineTextInputView' ? 'textarea' : 'input');
    let count = 0;
    element.addEventListener('input', () => emit(element, 'topChange', { text: element.value, eventCount: (count += 1) }));
    element.addEventListener('focus', () => emit(element, 'topFocus', {}));
    element.addEventListener('blur', () => emit(element, 'topBlur', {}));
    return element;
  };
  const scrolled = (element) => ({
    contentOffset: { x: element.scrollLeft, y: element.scrollTop }, contentSize: { width: element.scrollWidth, height: element.scrollHeight },
    layoutMeasurement: { width: element.clientWidth, height: element.clientHeight }, contentInset: { top: 0, left: 0, bottom: 0, right: 0 }, zoomScale: 1,
  });
  const emit = (element, type, payload) => {
    const node = nodes.get(element);
    if (node) kit.emit(node, type, payload);
  };

  const show = (element, node) => {
    const props = { ...node.props, ...kit.animated(node.tag) };
    style(element, props);
    const { name } = node;
    if (name === 'RCTRawText' || name === 'RawText') element.textContent = String(props.text ?? '');
    if (INPUTS.has(name)) {
      element.placeholder = String(props.placeholder ?? '');
      if (props.text != null && element.value !== props.text) element.value = String(props.text);
    }
    if (name === 'RCTImageView') {
      const source = props.source ?? props.src;
      const first = Array.isArray(source) ? source[0] : source;
      if (first?.uri) element.src = address(first.uri);
      if (typeof props.tintColor === 'number') element.style.filter = tint(color(props.tintColor));
      element.style.objectFit = { contain: 'contain', stretch: 'fill', center: 'scale-down' }[props.resizeMode] ?? 'cover';
    }
    if (TEXTS.has(name) && props.numberOfLines > 0) {
      element.style.cssText += `;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:${Number(props.numberOfLines)};overflow:hidden`;
    }
    if (name === 'RNSScreen' && props.activityState === 0) element.style.display = 'none';
    if (name === 'RNSScreenStackHeaderConfig') header(element, props);
    if (UNSEEN.has(name)) element.style.display = 'none';
    if (!kit.views.includes(name)) element.dataset.missing = name;
    if (props.onLayout) sizes.observe(element);
  };
  const header = (element, props) => {
    if (props.hidden) return void (element.style.display = 'none');
    element.className = 'header';
    element.textContent = String(props.title ?? '');
    element.style.cssText = `height:${kit.insets.top + 44}px;background:${color(props.backgroundColor) || 'white'};color:${color(props.titleColor) || 'black'}`;
  };
  const sizes = new ResizeObserver((changes) => {
    for (const { target } of changes) emit(target, 'topLayout', { layout: { x: target.offsetLeft, y: target.offsetTop, width: target.offsetWidth, height: target.offsetHeight } });
  });

  const bring = (node) => {
    let element = elements.get(node.tag);
    if (!element) {
      element = make(node);
      elements.set(node.tag, element);
    }
    nodes.set(element, node);
    if (applied.get(element) !== node.props) {
      show(element, node);
      applied.set(element, node.props);
    }
    if (node.name === 'RNSScreenStackHeaderConfig' || INPUTS.has(node.name)) return element;
    const children = node.children.map(bring);
    if (children.length !== element.childNodes.length || children.some((child, at) => element.childNodes[at] !== child)) {
      if (node.children.length > 0 || node.name !== 'RCTRawText') element.replaceChildren(...(children.length || !INNER.has(node.name) ? children : element.childNodes));
    }
    return element;
  };
  const root = document.getElementById('app');
  kit.committed = (views) => {
    const shown = views.map(bring);
    if (shown.some((each, at) => root.childNodes[at] !== each) || shown.length !== root.childNodes.length) root.replaceChildren(...shown);
  };
  kit.rectOf = (node) => {
    const element = elements.get(node?.tag);
    if (!element) return [0, 0, 0, 0];
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left, top, width, height];
  };
  kit.showError = ({ message, stack }) => {
    const box = document.createElement('pre');
    box.className = 'error';
    box.textContent = `${message}\n\n${stack}`;
    document.body.append(box);
  };

  // ---------------------------------------------------------------- touches

  let touched = null;
  const touch = (event, target) => {
    const node = nodes.get(target);
    const { left, top } = target.getBoundingClientRect();
    return { identifier: 0, target: node.tag, pageX: event.pageX, pageY: event.pageY, locationX: event.clientX - left, locationY: event.clientY - top, timestamp: performance.now(), force: 0 };
  };
  const send = (type, event, isDown) => {
    if (!touched || !nodes.has(touched)) return;
    const one = touch(event, touched);
    emit(touched, type, { ...one, touches: isDown ? [one] : [], changedTouches: [one], targetTouches: isDown ? [one] : [] });
  };
  root.addEventListener('pointerdown', (event) => {
    touched = event.target;
    // Bare words cannot be touched: React has no component for them.
    while (touched && (!nodes.has(touched) || /RawText$/.test(nodes.get(touched).name))) touched = touched.parentElement;
    send('topTouchStart', event, true);
  });
  addEventListener('pointermove', (event) => event.buttons && send('topTouchMove', event, true));
  addEventListener('pointerup', (event) => {
    send('topTouchEnd', event, false);
    touched = null;
  });
  addEventListener('pointercancel', (event) => {
    send('topTouchCancel', event, false);
    touched = null;
  });
}

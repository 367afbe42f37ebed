// Where a stack of the bundle is in the app's source: through Metro's source map (revision 3, with Metro's function maps).
'use strict';
const { readFileSync, statSync } = require('node:fs');
const { SourceMap } = require('node:module');

const FRAME = /^\s*at (?:(?:async )?(.*?) \()?(?:.*[/\\])?main\.jsbundle:(\d+):(\d+)\)?$/;
const PLAIN = /^(?:(.*?)@)?(?:.*[/\\])?main\.jsbundle:(\d+):(\d+)$/;
const MAX_FRAMES = 50;
const MAX_MAP_BYTES = 128 * 1024 * 1024;
const AROUND = 2;
const MAX_LINE = 300;

/** Read the frames of a stack: `{line, column, function}`, from 1 as engines count. */
function framesOf(stack) {
  const frames = [];
  for (const line of String(stack).split('\n')) {
    const found = FRAME.exec(line) ?? PLAIN.exec(line.trim());
    if (found) frames.push({ file: 'main.jsbundle', line: Number(found[2]), column: Number(found[3]), function: found[1] || '' });
    if (frames.length >= MAX_FRAMES) break;
  }
  return frames;
}

const DIGITS = new Map([...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].map((digit, value) => [digit, value]));

/** Decode one segment of base64 VLQ numbers. */
function numbersOf(segment) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.get(digit) ?? 0;
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

/** Name the function around a place of the source. Metro: `;` for lines of columns, names and lines as differences. */
function functionAt(functionMap, line, column) {
  if (!functionMap || typeof functionMap.mappings !== 'string' || !Array.isArray(functionMap.names)) return '';
  let [name, atLine, best] = [0, 1, ''];
  for (const group of functionMap.mappings.split(';')) {
    let atColumn = 0;
    for (const segment of group.split(',')) {
      if (!segment) continue;
      const [columns = 0, names = 0, lines = 0] = numbersOf(segment);
      atColumn += columns;
      name += names;
      atLine += lines;
      if (atLine > line || (atLine === line && atColumn > column)) return best;
      best = String(functionMap.names[name] ?? '');
    }
  }
  return best;
}

/** Find the project's folder: what stands before `node_modules` in the path of React Native itself. */
function rootOf(sources) {
  for (const source of sources) {
    const at = typeof source === 'string' ? source.indexOf('/node_modules/react-native/') : -1;
    if (at >= 0) return source.slice(0, at + 1);
  }
  return '';
}

function excerptOf(map, index, line) {
  const content = map.sourcesContent?.[index];
  if (typeof content !== 'string') return '';
  const lines = content.split('\n');
  const shown = [];
  for (let at = Math.max(1, line - AROUND); at <= Math.min(lines.length, line + AROUND); at += 1) {
    shown.push(`${at === line ? '>' : ' '} ${String(at).padStart(4)} | ${lines[at - 1].slice(0, MAX_LINE)}`);
  }
  return shown.join('\n');
}

/** Say where React's account of components is in the source, one to a line; those of the platform stay as they are. */
function locateComponents(text, mapPath) {
  const lines = String(text).split('\n').filter((line) => line.trim()).slice(0, MAX_FRAMES);
  const { frames } = locate(lines.join('\n'), mapPath);
  const located = lines.map((line) => {
    if (!framesOf(line).length || !frames.length) return line.trim();
    const { file, line: at, column, function: name } = frames.shift();
    return `at ${name || '(anonymous)'} (${file}:${at}:${column})`;
  });
  return located.join('\n');
}

let known = null;

function readMap(mapPath) {
  if (known === null) {
    const map = JSON.parse(readFileSync(mapPath, 'utf8'));
    known = { map, finder: new SourceMap(map), root: rootOf(map.sources), indices: new Map(map.sources.map((source, index) => [source, index])) };
  }
  return known;
}

/** Say where a stack is in the source: `{frames, excerpt}`; as it stands in the bundle where there is no map. */
function locate(stack, mapPath) {
  const frames = framesOf(stack);
  if (frames.length === 0 || !mapPath || statSync(mapPath).size > MAX_MAP_BYTES) return { frames, excerpt: '' };
  const { map, finder, root, indices } = readMap(mapPath);
  const found = frames.map((frame) => {
    const entry = finder.findEntry(frame.line - 1, frame.column - 1);
    if (!entry?.originalSource) return { frame, index: -1 };
    const source = String(entry.originalSource);
    const index = indices.get(source) ?? -1;
    const [line, column] = [entry.originalLine + 1, entry.originalColumn];
    const named = functionAt(map.x_facebook_sources?.[index]?.[0], line, column);
    const file = root && source.startsWith(root) ? source.slice(root.length) : source;
    return { frame: { file, line, column: column + 1, function: named || entry.name || frame.function }, index };
  });
  const ours = found.find(({ frame, index }) => index >= 0 && !frame.file.includes('node_modules/')) ?? found[0];
  return { frames: found.map(({ frame }) => frame), excerpt: excerptOf(map, ours.index, ours.frame.line) };
}

module.exports = { locate, locateComponents };

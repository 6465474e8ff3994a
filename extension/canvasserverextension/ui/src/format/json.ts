import type { Json } from '../client/wire/json';

/** writtenJson writes a value over several lines, however deep: what is nested deeper than a browser writes is left out. */
export function writtenJson(value: Json): string {
  try {
    return JSON.stringify(value, null, typeof value === 'object' ? 2 : 0);
  } catch {
    return JSON.stringify(cut(value, 50), null, 2);
  }
}

function cut(value: Json, depth: number): Json {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth === 0) {
    return '…';
  }
  return Array.isArray(value)
    ? value.map((v: Json) => cut(v, depth - 1))
    : Object.fromEntries(Object.entries(value).map(([k, v]) => [k, cut(v as Json, depth - 1)]));
}

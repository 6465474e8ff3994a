// Readers for JSON of unknown shape. What is missing or of another type becomes a default: a page must survive a newer server.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject { readonly [key: string]: Json }

export const emptyObject: JsonObject = Object.freeze({});

/** parseJson returns undefined for what is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : emptyObject;
}

export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** text returns null for what is no string, or an empty one. */
export function text(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function texts(value: Json | undefined): readonly string[] {
  return list(value).filter((item): item is string => typeof item === 'string');
}

export function number(value: Json | undefined): number {
  return amount(value) ?? 0;
}

/** amount returns null for what is no finite number. */
export function amount(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** time reads RFC 3339 into milliseconds since 1970, microseconds kept as a fraction; null for what is no time. */
export function time(value: Json | undefined): number | null {
  if (typeof value !== 'string') {
    return null;
  }
  const dot = value.indexOf('.');
  if (dot < 0) {
    return finite(Date.parse(value));
  }
  let end = dot + 1;
  while (end < value.length && value.charCodeAt(end) >= 48 && value.charCodeAt(end) <= 57) {
    end++;
  }
  // Date.parse drops what is finer than a millisecond.
  const whole = finite(Date.parse(value.slice(0, dot) + value.slice(end)));
  return whole === null ? null : whole + Number(`0${value.slice(dot, end)}`) * 1000;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

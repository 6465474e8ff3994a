import type { Json } from '../client/wire/json';

// A tree of JSON as the rows that are to be drawn. What is deep, wide or long is bounded, so that no value can stop the page.

export type JsonKind = 'object' | 'list' | 'text' | 'number' | 'word';

export interface JsonRow {
  /** path is the JSON pointer of the value (RFC 6901). */
  readonly path: string;
  readonly depth: number;
  /** name is the member's name or the index; null at the top. */
  readonly name: string | null;
  readonly kind: JsonKind;
  /** size is how many values an object or list has. */
  readonly size: number;
  /** text is a value without values inside, or of what is too deep its beginning. */
  readonly text: string;
  readonly open: boolean;
  /** hit: the search text stands in the name or value. */
  readonly hit: boolean;
}

/** More stands below the values of an object or list that are shown, in place of the others. */
export interface MoreRow { readonly path: string; readonly depth: number; readonly more: number }

export interface JsonRows {
  readonly rows: readonly (JsonRow | MoreRow)[];
  /** hits counts what the search found; there may be more where it stopped looking. */
  readonly hits: number;
  /** stopped: there is more than can be shown or looked through at once. */
  readonly stopped: boolean;
}

/** JsonView is what somebody did to the tree. */
export interface JsonView {
  /** toggled are the paths of what is opened or closed against the default. */
  readonly toggled: ReadonlySet<string>;
  /** grown is how often more was asked for, by path. */
  readonly grown: ReadonlyMap<string, number>;
  readonly query: string;
}

export const jsonBounds = { rows: 1000, atOnce: 100, depth: 60, looked: 200_000, hits: 200, open: 60 } as const;

/** jsonRows are the rows of a value. While something is looked for, only what holds it is there. */
export function jsonRows(value: Json, { toggled, grown, query }: JsonView): JsonRows {
  const needle = query.trim().toLowerCase();
  const search = needle === '' ? null : look(value, needle);
  const level = openLevel(value);
  const rows: (JsonRow | MoreRow)[] = [];
  let stopped = search?.stopped ?? false;
  const add = (v: Json, name: string | null, path: string, depth: number): void => {
    if (rows.length >= jsonBounds.rows) {
      stopped = true;
      return;
    }
    const values = valuesOf(v);
    const tooDeep = depth >= jsonBounds.depth && values !== null;
    const open = values !== null && !tooDeep && toggled.has(path) !== (search !== null || depth < level);
    rows.push({ path, depth, name, kind: kindOf(v), size: values?.length ?? 0, text: textOf(v), open, hit: search?.hits.has(path) ?? false });
    if (!open) {
      return;
    }
    const most = jsonBounds.atOnce * (1 + (grown.get(path) ?? 0));
    const shown = search === null ? values.slice(0, most) : values.filter(([key]) => search.on.has(below(path, key)));
    shown.forEach(([key, inner]) => { add(inner, key, below(path, key), depth + 1); });
    if (search === null && values.length > shown.length && rows.length < jsonBounds.rows) {
      rows.push({ path, depth: depth + 1, more: values.length - shown.length });
    }
  };
  if (search === null || search.on.has('')) {
    add(value, null, '', 0);
  }
  return { rows, hits: search?.hits.size ?? 0, stopped };
}

interface Looked { readonly hits: ReadonlySet<string>; readonly on: ReadonlySet<string>; readonly stopped: boolean }

/** look finds the paths that hold a text, and those on the way to them. */
function look(value: Json, needle: string): Looked {
  const hits = new Set<string>();
  const on = new Set<string>();
  let left: number = jsonBounds.looked;
  const visit = (v: Json, name: string | null, path: string, depth: number): boolean => {
    if (left-- <= 0 || hits.size >= jsonBounds.hits) {
      return false;
    }
    const values = valuesOf(v);
    let found = (name?.toLowerCase().includes(needle) ?? false) || (values === null && textOf(v).toLowerCase().includes(needle));
    if (found) {
      hits.add(path);
    }
    if (values !== null && depth < jsonBounds.depth) {
      for (const [key, inner] of values) {
        found = visit(inner, key, below(path, key), depth + 1) || found;
      }
    }
    if (found) {
      on.add(path);
    }
    return found;
  };
  visit(value, null, '', 0);
  return { hits, on, stopped: left <= 0 || hits.size >= jsonBounds.hits };
}

/** openLevel is how many levels are open at first: as many as make few rows, and always the top one. */
function openLevel(value: Json): number {
  let rows = 1;
  let these: Json[] = [value];
  for (let level = 0; level < jsonBounds.depth; level++) {
    const next: Json[] = [];
    for (const v of these) {
      for (const [, inner] of valuesOf(v) ?? []) {
        next.push(inner);
        if (rows + next.length > jsonBounds.open) {
          return Math.max(1, level);
        }
      }
    }
    if (next.length === 0) {
      return Math.max(1, level);
    }
    rows += next.length;
    these = next;
  }
  return jsonBounds.depth;
}

function valuesOf(value: Json): readonly (readonly [string, Json])[] | null {
  return typeof value === 'object' && value !== null ? Object.entries(value) : null;
}

function kindOf(value: Json): JsonKind {
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'list' : 'object';
  }
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'word';
}

function textOf(value: Json): string {
  return typeof value === 'object' && value !== null ? '' : String(value);
}

/** below is the JSON pointer of a member. */
function below(path: string, key: string): string {
  return `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

import { isObject, parseJson, type Json, type JsonObject } from '../client/wire/json';

export const forms = ['text', 'markdown', 'json'] as const;
/** Form is how a text is shown: as it is, as Markdown, or as a tree of JSON. */
export type Form = (typeof forms)[number];

/** mostJson is how long a text may be, in characters, to be read as JSON. */
export const mostJson = 2_000_000;

/** readJson is the object or list that a text is; null for everything else, also for a lone number or word, which text shows as well. */
export function readJson(text: string): JsonObject | readonly Json[] | null {
  const start = text.slice(0, 200).trimStart();
  if (text.length > mostJson || !(start.startsWith('{') || start.startsWith('['))) {
    return null;
  }
  const value = parseJson(withExactNumbers(text));
  return isObject(value) || Array.isArray(value) ? value as JsonObject | readonly Json[] : null;
}

// A string, which is left as it is, or a number of more digits than JavaScript's numbers keep.
const longNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d{16,}(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** withExactNumbers makes texts of long numbers, ids above all: a tree that shows other digits than were sent would mislead. */
function withExactNumbers(text: string): string {
  return /\d{16}/.test(text) ? text.replace(longNumbers, (part) => (part.startsWith('"') ? part : `"${part}"`)) : text;
}

/** formsOf are the forms in which a text is of use. */
export function formsOf(text: string): readonly Form[] {
  return readJson(text) === null ? ['text', 'markdown'] : ['text', 'json'];
}

/** What only data is said by is shown as it is, whatever it looks like. */
const dataRoles: ReadonlySet<string> = new Set(['tool', 'function', 'call', 'result']);

/** bestForm is the form that a text of a role is first shown in. */
export function bestForm(text: string, role: string): Form {
  if (readJson(text) !== null) {
    return 'json';
  }
  return !dataRoles.has(role) && looksLikeMarkdown(text) ? 'markdown' : 'text';
}

// What people and models write as Markdown, each at most once in ordinary prose: a heading, a fence, a list of several items, a table's
// second line, strong words, code, a link. Looked for in the beginning only.
const blockSigns = /^ {0,3}(?:#{1,6} +\S|```|~~~|\|?(?: *:?-{3,}:? *\|)+)/m;
const listSigns = /^ {0,3}(?:[-*+]|\d{1,3}[.)]) +\S.*\n(?:.*\n){0,3}? {0,6}(?:[-*+]|\d{1,3}[.)]) +\S/m;
const inlineSigns = /\*\*\S[^*\n]{0,200}\*\*|`[^`\n]{1,200}`|\[[^\]\n]{1,200}\]\([^()\s]{1,500}\)/;

export function looksLikeMarkdown(text: string): boolean {
  const start = text.slice(0, 4000);
  return blockSigns.test(start) || listSigns.test(start) || inlineSigns.test(start);
}

import type { Json, JsonObject } from '../client/wire/json';
import { writtenJson } from '../format/json';

/** Attribute is one attribute as text: what was said as a text is as it was, all else is JSON. */
export interface Attribute { readonly key: string; readonly text: string; readonly structured: boolean }

/** AttributeGroup are the attributes whose names begin alike, up to the first dot. */
export interface AttributeGroup { readonly name: string; readonly attributes: readonly Attribute[] }

/** attributesOf lists attributes by name. */
export function attributesOf(attributes: JsonObject): Attribute[] {
  return Object.entries(attributes).map(([key, value]) => read(key, value)).sort(byKey);
}

/** filterAttributes keeps those whose name or value holds every word of the filter, whatever its case. */
export function filterAttributes(all: readonly Attribute[], filter: string): readonly Attribute[] {
  const words = filter.toLowerCase().split(/\s+/).filter((w) => w !== '');
  return words.length === 0 ? all : all.filter(({ key, text }) => {
    const said = `${key}\n${text}`.toLowerCase();
    return words.every((w) => said.includes(w));
  });
}

/** groupAttributes puts together what begins alike, in the order of names; names that stand alone are one group without a name, the last. */
export function groupAttributes(all: readonly Attribute[]): readonly AttributeGroup[] {
  const groups = new Map<string, Attribute[]>();
  for (const a of all) {
    const name = a.key.slice(0, Math.max(0, a.key.indexOf('.')));
    groups.set(name, [...(groups.get(name) ?? []), a]);
  }
  const alone: Attribute[] = [];
  const named: AttributeGroup[] = [];
  for (const [name, attributes] of groups) {
    if (name === '' || attributes.length === 1) {
      alone.push(...attributes);
    } else {
      named.push({ name, attributes });
    }
  }
  return alone.length === 0 ? named : [...named, { name: '', attributes: alone.sort(byKey) }];
}

function read(key: string, value: Json): Attribute {
  return typeof value === 'string' ? { key, text: value, structured: false } : { key, text: writtenJson(value), structured: typeof value === 'object' && value !== null };
}

function byKey(a: Attribute, b: Attribute): number {
  return a.key < b.key ? -1 : 1;
}

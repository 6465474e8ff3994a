import { readdirSync, readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const src = new URL('../src/', import.meta.url);
// The client is a package of its own, and says in its own words why it is not live.
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !/^(text|client)\//.test(name));

/** Syntax is a part of a source as the parser gives it. */
type Syntax = Readonly<Record<string, unknown>> & { readonly type: string };

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Place is what the strings of a part are: shown to a reader, code that nobody reads, or anything; then a sentence gives itself away. */
type Place = 'shown' | 'code' | 'any';

// What of an element a reader sees or hears, and what our own parts show of what they are given.
const seen = /^(aria-(label|description|valuetext|roledescription|placeholder)|title|placeholder|alt|label|data-label|text|what|of|hint|heading)$/;
// Names of conventions and lists of attributes have spaces, too; three plain words in a row are a sentence.
const sentence = /(^|\s)[\p{L}’']+ [\p{L}’']+ [\p{L}’']+[.,:;]?(\s|$)/u;

/** written are the visible texts that a source holds itself: between tags, in what is shown of attributes, and sentences anywhere. */
function written(name: string, source: string): string[] {
  const found: string[] = [];
  const visit = (syntax: Syntax, place: Place): void => {
    const text = textOf(syntax);
    if (text !== null && place !== 'code' && (place === 'shown' ? /\p{L}/u : sentence).test(text)) {
      found.push(text.trim());
    }
    for (const [key, value] of Object.entries(syntax)) {
      for (const part of [value].flat().filter(isSyntax)) {
        visit(part, placeOf(syntax, key, place));
      }
    }
  };
  const { program, errors } = parseSync(name, source);
  expect(errors, name).toEqual([]);
  for (const statement of program.body) {
    if (isSyntax(statement) && statement.type !== 'ImportDeclaration') {
      visit(statement, 'any');
    }
  }
  return found;
}

/** textOf is what a part says by itself: the text between tags, a string, or a piece of a template. */
function textOf({ type, value }: Syntax): string | null {
  if (type === 'TemplateElement' && typeof value === 'object' && value !== null && 'cooked' in value) {
    return String(value.cooked);
  }
  return (type === 'JSXText' || type === 'Literal') && typeof value === 'string' ? value : null;
}

/** placeOf tells where a part of something is that is in a place itself. */
function placeOf(of: Syntax, key: string, place: Place): Place {
  switch (of.type) {
    case 'JSXElement':
    case 'JSXFragment':
      return key === 'children' ? 'shown' : 'code';
    case 'JSXAttribute':
      return key === 'value' && isSyntax(of['name']) && seen.test(String(of['name']['name'])) ? 'shown' : 'code';
    case 'BinaryExpression':
      return of['operator'] === '+' ? place : 'code';
    case 'ConditionalExpression':
      return key === 'test' ? 'code' : place;
    case 'MemberExpression':
      return key === 'object' ? place : 'code';
    case 'ArrowFunctionExpression':
      return 'any';
    case 'CallExpression':
      return isSyntax(of['callee']) && isSelector(of['callee']) ? 'code' : place;
    default:
      return place;
  }
}

/** isSelector tells calls that take a CSS selector. */
function isSelector(callee: Syntax): boolean {
  return isSyntax(callee['property']) && /^(closest|matches|querySelector(All)?)$/.test(String(callee['property']['name']));
}

describe('visible texts', () => {
  it.each(sources)('%s has none of its own: they are in src/text', (name) => {
    expect(written(name, readFileSync(new URL(name, src), 'utf8'))).toEqual([]);
  });

  it.each([
    ['between tags', '<p>Nothing yet</p>', 'Nothing yet'],
    ['in a label', '<input aria-label="Filter" className="box" />', 'Filter'],
    ['in a choice', "<b title={open ? 'less' : more}>{n === 'x' ? t.a : 'more'}</b>", 'less more'],
    ['in a template', '<b>{`${n} spans`}</b>', 'spans'],
    ['in a sentence that is thrown', "throw new Error('No such span.')", 'No such span.'],
    ['nowhere in what is none', '<p className="a b" data-kind="x" id={`row-${n}`}>{t.a} · {n}</p>', ''],
  ])('are found %s', (_, source, texts) => {
    expect(written('a.tsx', source).join(' ')).toBe(texts);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listCommand } from '../src/list/keys';
import { keyHelp } from '../src/text/keys';
import { commandFor } from '../src/trace/shortcuts';

const signs = Array.from({ length: 0x7e - 0x20 }, (_, i) => String.fromCharCode(0x21 + i));
const keys = [...signs, 'Escape', 'Enter', 'Home', 'End', 'PageUp', 'PageDown', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'];
const spelled = new Map([['Escape', 'Esc'], ['PageUp', 'Page Up'], ['PageDown', 'Page Down'], ['ArrowUp', '↑'], ['ArrowDown', '↓'], ['-', '−'], ['=', '+']]);

describe('the help for keys', () => {
  const listed = (sections: RegExp) => keyHelp.filter(({ title }) => sections.test(title)).flatMap((section) => section.keys.flatMap(([key]) => key.split(/, | (?=.(?: |$))/)));

  it('names every key that does something on the page of an execution', () => {
    const plain = { modified: false, typing: false, single: true };
    const working = keys.filter((key) => commandFor({ key, ...plain }) !== null).map((key) => spelled.get(key) ?? key);
    expect(listed(/^Anywhere$|^In the view Trace$|^In a replay$/)).toEqual(expect.arrayContaining(working));
  });

  it('names every key that does something on the list', () => {
    const plain = { modified: false, typing: false, single: true, row: 1, rows: 3, page: 2 };
    const working = keys.filter((key) => listCommand({ key, ...plain }) !== null).map((key) => spelled.get(key) ?? key);
    expect(listed(/^Anywhere$|^In the list of executions$/)).toEqual(expect.arrayContaining(working));
  });

  it('says the same as docs/trace-tab.md', () => {
    const page = readFileSync(new URL('../../../../docs/trace-tab.md', import.meta.url), 'utf8');
    const chapter = page.slice(page.indexOf('\n## Keys\n')).split('\n').filter((line) => /^### |^\| `/.test(line));
    expect(chapter).toEqual(keyHelp.flatMap(({ title, keys: rows }) => [`### ${title}`, ...rows.map(([key, meaning]) => `| \`${key}\` | ${meaning} |`)]));
  });
});

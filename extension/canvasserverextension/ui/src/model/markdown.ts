import type { Nodes, Parents } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import { gfmTable } from 'micromark-extension-gfm-table';

// Markdown is read into a tree of the few things below, which the page draws with its own elements: HTML in it stays text, images are
// their description and address, and a link is one only where its address is plain.

export type Mark =
  | { readonly is: 'paragraph' | 'quote' | 'item' | 'strong' | 'emphasis' | 'deleted'; readonly inside: readonly Mark[] }
  | { readonly is: 'heading'; readonly level: number; readonly inside: readonly Mark[] }
  | { readonly is: 'list'; readonly first: number | null; readonly inside: readonly Mark[] }
  | { readonly is: 'table'; readonly rows: readonly (readonly (readonly Mark[])[])[] }
  | { readonly is: 'text' | 'code'; readonly text: string }
  | { readonly is: 'block'; readonly language: string; readonly text: string }
  | { readonly is: 'link'; readonly address: string; readonly inside: readonly Mark[] }
  | { readonly is: 'image'; readonly address: string; readonly text: string }
  | { readonly is: 'break' | 'rule' };

/** Marked is a text that was read as Markdown; rest is what came after the bounds, to be shown as it is. */
export interface Marked { readonly marks: readonly Mark[]; readonly rest: string }

/** Bounds of one text: reading takes longer than its length, and each mark becomes an element of the page. */
export const bounds = { characters: 10_000, marks: 3000, depth: 16 } as const;

// Nobody quotes or lists so deep, and reading it takes long.
const absurd = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){24}/m;

/** readMarkdown never fails, whatever the text: what it cannot or need not read is text. */
export function readMarkdown(text: string): Marked {
  const source = text.slice(0, endOfBounds(text));
  if (absurd.test(source)) {
    return { marks: [], rest: text };
  }
  const root = fromMarkdown(source, {
    extensions: [gfmTable(), gfmStrikethrough({ singleTilde: false })], mdastExtensions: [gfmTableFromMarkdown(), gfmStrikethroughFromMarkdown()],
  });
  const reader = new Reader(source);
  root.children.forEach((node) => { reader.define(node); });
  const marks: Mark[] = [];
  for (const node of root.children) {
    const mark = reader.read(node, 0);
    if (reader.left < 0) {
      return { marks, rest: text.slice(node.position?.start.offset ?? 0) };
    }
    if (mark !== null) {
      marks.push(mark);
    }
  }
  return { marks, rest: text.slice(source.length) };
}

/** endOfBounds cuts at the end of a line if there is one near. */
function endOfBounds(text: string): number {
  if (text.length <= bounds.characters) {
    return text.length;
  }
  const line = text.lastIndexOf('\n', bounds.characters);
  return line > bounds.characters / 2 ? line : bounds.characters;
}

/** Reader makes marks of nodes, as many as there may be; left goes below 0 with the first that is too much. */
class Reader {
  left: number = bounds.marks;
  private readonly source: string;
  private readonly addresses = new Map<string, string>();

  constructor(source: string) {
    this.source = source;
  }

  define(node: Nodes): void {
    if (node.type === 'definition' && !this.addresses.has(node.identifier)) {
      this.addresses.set(node.identifier, node.url);
    }
  }

  read(node: Nodes, depth: number): Mark | null {
    this.left--;
    if (depth > bounds.depth || this.left < 0) {
      return { is: 'text', text: this.wording(node) };
    }
    switch (node.type) {
      case 'paragraph':
        return { is: 'paragraph', inside: this.inside(node, depth) };
      case 'heading':
        return { is: 'heading', level: node.depth, inside: this.inside(node, depth) };
      case 'blockquote':
        return { is: 'quote', inside: this.inside(node, depth) };
      case 'list':
        return { is: 'list', first: node.ordered === true ? node.start ?? 1 : null, inside: this.inside(node, depth) };
      case 'listItem':
        return { is: 'item', inside: this.inside(node, depth) };
      case 'strong':
        return { is: 'strong', inside: this.inside(node, depth) };
      case 'emphasis':
        return { is: 'emphasis', inside: this.inside(node, depth) };
      case 'delete':
        return { is: 'deleted', inside: this.inside(node, depth) };
      case 'table':
        return { is: 'table', rows: node.children.map((row) => row.children.map((cell) => this.inside(cell, depth + 2))) };
      case 'code':
        return { is: 'block', language: node.lang ?? '', text: node.value };
      case 'inlineCode':
        return { is: 'code', text: node.value };
      case 'text':
        return { is: 'text', text: node.value };
      case 'break':
        return { is: 'break' };
      case 'thematicBreak':
        return { is: 'rule' };
      case 'link':
        return this.link(node.url, node, depth);
      case 'linkReference':
        return this.link(this.addresses.get(node.identifier) ?? '', node, depth);
      case 'image':
        return { is: 'image', address: node.url, text: node.alt ?? '' };
      case 'imageReference':
        return { is: 'image', address: this.addresses.get(node.identifier) ?? '', text: node.alt ?? '' };
      case 'definition':
        return null;
      default: // HTML among others
        return { is: 'text', text: this.wording(node) };
    }
  }

  private link(url: string, node: Parents, depth: number): Mark {
    const address = plainAddress(url);
    return address === null ? { is: 'text', text: this.wording(node) } : { is: 'link', address, inside: this.inside(node, depth) };
  }

  private inside(node: Parents, depth: number): Mark[] {
    const marks: Mark[] = [];
    for (const child of node.children) {
      const mark = this.read(child, depth + 1);
      if (mark !== null) {
        marks.push(mark);
      }
      if (this.left < 0) {
        break;
      }
    }
    return marks;
  }

  /** wording is how a node was written. */
  private wording({ position }: Nodes): string {
    return this.source.slice(position?.start.offset ?? 0, position?.end.offset ?? 0);
  }
}

const protocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** mostAddress is how long an address may be, in characters, so that all of it can be shown. */
const mostAddress = 1000;

/**
 * plainAddress is an absolute web or mail address as a browser understands it, so that what is shown is where the link leads: letters
 * that look like others are written out. Null for everything else, and for addresses with a name before the host, which look
 * like another's.
 */
export function plainAddress(url: string): string | null {
  if (url.length > mostAddress) {
    return null;
  }
  try {
    const { href, protocol, username, password } = new URL(url);
    return protocols.has(protocol) && username === '' && password === '' && href.length <= mostAddress ? href : null;
  } catch {
    return null;
  }
}

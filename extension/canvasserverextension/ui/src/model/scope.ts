import type { Span } from '../client/wire/span';
import { kindOf } from './kind';
import type { Node } from './tree';

const names = ['orcheo.node.display_name', 'gen_ai.agent.name', 'orcheo.node.id'] as const;

/** scopeOf is the name of the node or agent that a span stands for itself; null for what happens inside of one. */
export function scopeOf(span: Span): string | null {
  for (const key of names) {
    const value = span.attributes[key];
    if (typeof value === 'string' && value !== '') {
      return value;
    }
  }
  const kind = kindOf(span);
  return kind === 'agent' || kind === 'workflow' ? span.name : null;
}

/** scopesOf names, for each node of the tree, the node or agent that it belongs to: its own, or else the nearest above it. */
export function scopesOf(nodes: readonly Node[]): string[] {
  const scopes = new Scopes(nodes);
  return nodes.map((_, i) => scopes.of(i));
}

/** Scopes names them for some nodes of a large tree, without looking at all. */
export class Scopes {
  private readonly nodes: readonly Node[];
  private readonly known: (string | undefined)[];

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes;
    this.known = new Array<string | undefined>(nodes.length);
  }

  of(index: number): string {
    const passed: number[] = [];
    let found: string | undefined;
    let top = index;
    for (let i = index; found === undefined; i = this.nodes[i]?.parent ?? -1) {
      const node = this.nodes[i];
      if (node === undefined) {
        break;
      }
      passed.push(i);
      top = i;
      found = this.known[i] ?? scopeOf(node.span) ?? undefined;
    }
    // What belongs to no node or agent belongs to what stands at the top.
    const scope = found ?? this.nodes[top]?.span.name ?? '';
    for (const i of passed) {
      this.known[i] = scope;
    }
    return scope;
  }
}

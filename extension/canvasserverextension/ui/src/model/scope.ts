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
  const scopes: string[] = [];
  for (const { span, parent } of nodes) {
    // A parent stands before its children.
    scopes.push(scopeOf(span) ?? scopes[parent] ?? span.name);
  }
  return scopes;
}

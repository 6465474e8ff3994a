import type { Span } from '../client/wire/span';

export const kinds = ['workflow', 'agent', 'llm', 'embedding', 'retriever', 'tool', 'branch', 'node', 'server', 'client', 'span'] as const;
/** Kind is what the icon of a row stands for. */
export type Kind = (typeof kinds)[number];

// A Map, because the names come from outside: an object also has a "constructor".
const operations: ReadonlyMap<string, Kind> = new Map<string, Kind>(Object.entries({
  chat: 'llm', text_completion: 'llm', generate_content: 'llm', embeddings: 'embedding', execute_tool: 'tool',
  invoke_agent: 'agent', create_agent: 'agent', invoke_workflow: 'workflow', retrieval: 'retriever',
}));

// Parts of Orcheo's node kinds, which are an open set ("llm", "AgentNode", "if_else" …). The first that fits wins.
const nodeKinds: readonly (readonly [string, Kind])[] = [
  ['agent', 'agent'], ['llm', 'llm'], ['chat', 'llm'], ['model', 'llm'], ['embed', 'embedding'], ['retriev', 'retriever'], ['search', 'retriever'],
  ['tool', 'tool'], ['http', 'tool'], ['parallel', 'branch'], ['branch', 'branch'], ['if', 'branch'], ['switch', 'branch'],
  ['while', 'branch'], ['workflow', 'workflow'],
];

export function kindOf(span: Span): Kind {
  const a = span.attributes;
  if (span.name === 'workflow.execution') {
    return 'workflow';
  }
  const operation = a['gen_ai.operation.name'];
  const known = typeof operation === 'string' ? operations.get(operation.toLowerCase()) : undefined;
  if (known !== undefined) {
    return known;
  }
  for (const key of ['orcheo.ai.kind', 'orcheo.node.kind']) {
    const kind = a[key];
    const found = typeof kind === 'string' ? nodeKinds.find(([part]) => kind.toLowerCase().includes(part)) : undefined;
    if (found !== undefined) {
      return found[1];
    }
  }
  if ('orcheo.node.id' in a) {
    return 'node';
  }
  return span.kind === 'server' || span.kind === 'consumer' ? 'server' : span.kind === 'client' || span.kind === 'producer' ? 'client' : 'span';
}

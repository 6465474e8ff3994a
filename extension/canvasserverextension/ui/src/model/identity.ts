import type { Span } from '../client/wire/span';

const told = ['orcheo.node.id', 'gen_ai.tool.name', 'gen_ai.agent.name'] as const;

// GenAI conventions name these spans "{operation} {model}". Another model is a difference, not another step.
const calls = /^(chat|text_completion|generate_content|embeddings)\s/;

/**
 * identityOf is what makes spans of two runs the same step of a workflow: its node, tool or agent, or else its name without the
 * model. Null for a placeholder of which nothing is known.
 */
export function identityOf(span: Span): string | null {
  if (span.state === 'missing') {
    return span.name === 'workflow.execution' ? span.name : null;
  }
  for (const key of told) {
    const value = span.attributes[key];
    if (typeof value === 'string' && value !== '') {
      return value;
    }
  }
  return calls.exec(span.name)?.[1] ?? span.name;
}

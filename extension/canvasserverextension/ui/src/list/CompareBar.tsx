import type { ReactNode } from 'react';
import type { Row } from '../client/wire/execution';
import { comparePath } from '../route';
import { pairText } from '../text/list';

/** pathOf is the address that compares two executions, the one that began first on the left; null while there are not two. */
export function pathOf(marked: readonly Row[]): string | null {
  const [first, second] = [...marked].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  return first === undefined || second === undefined ? null : comparePath(first.id, second.id);
}

/** CompareBar says how many executions are marked, and leads to their comparison. */
export function CompareBar({ marked, onClear }: { readonly marked: readonly Row[]; readonly onClear: () => void }): ReactNode {
  const [a, b] = marked;
  const path = pathOf(marked);
  if (a === undefined) {
    return null;
  }
  return (
    <div className="compare-bar" role="region" aria-label={pairText.bar}>
      <span role="status">{path === null ? pairText.one : pairText.two}{b !== undefined && a.workflowId !== b.workflowId && <> {pairText.differ}</>}</span>
      {path !== null && <a className="button primary" href={path}>{pairText.compare}</a>}
      <button type="button" onClick={onClear}>{pairText.clear}</button>
    </div>
  );
}

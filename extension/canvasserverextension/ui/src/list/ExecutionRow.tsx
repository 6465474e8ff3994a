import type { ReactNode } from 'react';
import type { Row } from '../client/wire/execution';
import { formatDuration } from '../format/duration';
import { formatExact, formatMoment } from '../format/moment';
import { formatCost, formatCount } from '../format/quantity';
import { visible } from '../format/visible';
import { rowName } from '../model/naming';
import { StatusBadge } from '../parts/Badge';
import { Plain } from '../parts/Text';
import { executionPath } from '../route';
import { listText } from '../text/list';
import { partsText } from '../text/parts';

/** ExecutionRow is one execution of the list; its link covers the whole row. */
export function ExecutionRow({ row, now }: { readonly row: Row; readonly now: number }): ReactNode {
  const name = rowName(row);
  const duration = durationOf(row, now);
  return (
    <tr>
      <td className="cell-status">
        <StatusBadge status={row.status} />
        {!row.complete && row.status !== 'pending' && <span className="live-badge" title={listText.liveMeaning}>{listText.live}</span>}
      </td>
      <td className="cell-run">
        <a href={executionPath(row.id)} aria-label={listText.row(visible(name), row.status)}><Plain text={name} /></a>
        <span className="id muted"><Plain text={row.id} /></span>
        {row.error !== null && <span className="row-error"><Plain text={row.error.slice(0, 300)} /></span>}
      </td>
      <td className="cell-workflow muted">{row.workflowId === null ? partsText.nothing : <Plain text={row.workflowId} />}</td>
      <td className="cell-start muted">
        {row.startedAt === null ? partsText.nothing : <time dateTime={new Date(row.startedAt).toISOString()} title={formatExact(row.startedAt)}>{formatMoment(row.startedAt, now)}</time>}
      </td>
      <td className="figure" data-label={listText.narrow.duration}>{duration === null ? partsText.nothing : formatDuration(duration)}</td>
      <td className="figure" data-label={listText.narrow.spans}>{formatCount(row.spanCount)}{row.droppedSpans > 0 && <span className="warn" title={listText.droppedMeaning(row.droppedSpans)}>{listText.dropped(row.droppedSpans)}</span>}</td>
      <td className={row.errorCount > 0 ? 'figure bad' : 'figure muted'} data-label={listText.narrow.errors}>{formatCount(row.errorCount)}</td>
      <td className="figure" data-label={listText.narrow.tokens}>{formatCount(row.tokens.input)} / {formatCount(row.tokens.output)}</td>
      <td className="figure" data-label={listText.narrow.cost}>{row.costUsd === null ? partsText.nothing : formatCost(row.costUsd)}</td>
    </tr>
  );
}

function durationOf(row: Row, now: number): number | null {
  if (row.startedAt === null) {
    return null;
  }
  const end = row.finishedAt ?? (row.status === 'running' ? now : row.lastActivityAt);
  return end === null ? null : Math.max(0, end - row.startedAt);
}

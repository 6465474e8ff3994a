import { memo, type ReactNode, type Ref } from 'react';
import type { Info } from '../api/info';
import type { Row } from '../client/wire/execution';
import { formatDuration } from '../format/duration';
import { formatExact, formatMoment } from '../format/moment';
import { formatCost, formatCount } from '../format/quantity';
import { visible } from '../format/visible';
import { rowLabel, rowName } from '../model/naming';
import { excessOf } from '../model/thresholds';
import { StatusBadge } from '../parts/Badge';
import { ExcessMark } from '../parts/ExcessMark';
import { Plain } from '../parts/Text';
import { executionPath } from '../route';
import { pairText, listText } from '../text/list';
import { partsText } from '../text/parts';

const { narrow } = listText;

interface ExecutionRowProps {
  readonly row: Row;
  /** index counts from 0. */
  readonly index: number;
  /** top is where the row stands in the list, in pixels. */
  readonly top: number;
  readonly now: number;
  readonly info: Info | null;
  /** active: the keyboard comes to this row first. */
  readonly active: boolean;
  readonly marked: boolean;
  readonly markable: boolean;
  readonly measure: Ref<HTMLDivElement>;
  readonly onMark: (id: string) => void;
}

/** ExecutionRow is one execution of the list; its link covers the whole row. */
export const ExecutionRow = memo(function ExecutionRow({ row, index, top, now, info, active, marked, markable, measure, onMark }: ExecutionRowProps): ReactNode {
  const name = rowName(row);
  const label = visible(rowLabel(row));
  const duration = durationOf(row, now);
  const excess = excessOf(row, duration, info);
  const tab = active ? 0 : -1;
  return (
    <div ref={measure} data-index={index} data-id={row.id} role="row" aria-rowindex={index + 2} className={`execution${active ? ' active' : ''}`} style={{ transform: `translateY(${top}px)` }}>
      <span role="cell" className="cell-mark">
        <input type="checkbox" tabIndex={tab} checked={marked} disabled={!markable && !marked} aria-label={pairText.mark(label)} onChange={() => { onMark(row.id); }} />
      </span>
      <span role="cell" className="cell-status">
        <StatusBadge status={row.status} />
        {!row.complete && row.status !== 'pending' && <span className="live-badge" title={listText.liveMeaning}>{listText.live}</span>}
      </span>
      <span role="cell" className="cell-run">
        <a href={executionPath(row.id)} tabIndex={tab} aria-label={listText.row(label, row.status)}><Plain text={name} /></a>
        <span className="id muted"><Plain text={row.id} /></span>
        {row.error !== null && <span className="row-error"><Plain text={row.error.slice(0, 300)} /></span>}
      </span>
      <span role="cell" className="cell-workflow muted" data-label={narrow.workflow}>{row.workflowId === null ? partsText.nothing : <Plain text={row.workflowId} />}</span>
      <span role="cell" className="cell-start muted">
        {row.startedAt === null ? partsText.nothing : <time dateTime={new Date(row.startedAt).toISOString()} title={formatExact(row.startedAt)}>{formatMoment(row.startedAt, now)}</time>}
      </span>
      <span role="cell" className="figure" data-label={narrow.duration}>{duration === null ? partsText.nothing : formatDuration(duration)}{excess.slow && <ExcessMark kind="slow" />}</span>
      <span role="cell" className="figure" data-label={narrow.spans}>{formatCount(row.spanCount)}{row.droppedSpans > 0 && <span className="warn" title={listText.droppedMeaning(row.droppedSpans)}>{listText.dropped(row.droppedSpans)}</span>}</span>
      <span role="cell" className={row.errorCount > 0 ? 'figure bad' : 'figure muted'} data-label={narrow.errors}>{formatCount(row.errorCount)}</span>
      <span role="cell" className="figure" data-label={narrow.tokens}>{formatCount(row.tokens.input)} / {formatCount(row.tokens.output)}{excess.tokens && <ExcessMark kind="tokens" />}</span>
      <span role="cell" className="figure" data-label={narrow.cost}>{row.costUsd === null ? partsText.nothing : formatCost(row.costUsd)}{excess.cost && <ExcessMark kind="cost" />}</span>
    </div>
  );
});

function durationOf(row: Row, now: number): number | null {
  if (row.startedAt === null) {
    return null;
  }
  const end = row.finishedAt ?? (row.status === 'running' ? now : row.lastActivityAt);
  return end === null ? null : Math.max(0, end - row.startedAt);
}

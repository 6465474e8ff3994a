import { memo, type CSSProperties, type ReactNode } from 'react';
import type { Info } from '../api/info';
import type { SpanKey } from '../client/wire/span';
import { formatDuration } from '../format/duration';
import { formatShort } from '../format/quantity';
import { visible } from '../format/visible';
import { evidenceOf, skewOf } from '../model/evidence';
import { kindOf } from '../model/kind';
import { lookOfNode } from '../model/look';
import { durationOf, type Axis } from '../model/timeline';
import { tokensOf } from '../model/tokens';
import type { Node } from '../model/tree';
import { LookMark } from '../parts/Badge';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { kindNames, lookNames, skewText } from '../text/span';
import { treeText } from '../text/trace';
import { markText, pathText } from '../text/tree';
import type { OnPath } from './useCriticalPath';
import { Track } from './Track';

/** RowActions are the same functions for as long as the tree is there, so that rows are drawn again only where something changed. */
export interface RowActions {
  readonly select: (key: SpanKey, event: number | null) => void;
  readonly toggle: (key: SpanKey) => void;
}

interface SpanRowProps {
  readonly node: Node;
  readonly depth: number;
  readonly top: number;
  /** position counts from 1 among its siblings, and setSize counts them and itself. */
  readonly position: number;
  readonly setSize: number;
  readonly window: Axis;
  /** origin is when the run began. */
  readonly origin: number;
  /** now is the server's time; it matters only to what has not ended. */
  readonly now: number;
  readonly info: Info | null;
  readonly open: boolean;
  readonly active: boolean;
  readonly selected: boolean;
  /** event is the place of the chosen one among the span's. */
  readonly event: number | null;
  /** match: it holds what is searched for. */
  readonly match: boolean;
  /** path is what the critical path spent in the span itself; null where it does not pass, or is not shown. */
  readonly path: OnPath | null;
  readonly actions: RowActions;
}

/** rowId is the id of a row's element. */
export function rowId(key: string): string {
  return `row-${key.replace(/[^\w-]/g, (c) => `_${c.charCodeAt(0).toString(16)}`)}`;
}

// Deeper levels are not moved further to the right, or nothing would be left to read.
const deepest = 24;

/** indent is how far a row is moved to the right, with a guide line for each level. */
export function indent(depth: number): CSSProperties {
  const levels = Math.min(depth, deepest);
  return { paddingLeft: levels * 14, '--levels': levels } as CSSProperties;
}

/** SpanRow is one line of the tree. */
export const SpanRow = memo(function SpanRow({ node, depth, top, position, setSize, window, origin, now, info, open, active, selected, event, match, path, actions }: SpanRowProps): ReactNode {
  const { span } = node;
  const look = lookOfNode(node);
  const kind = kindOf(span);
  const tokens = tokensOf(span);
  const skew = skewOf(span);
  const duration = durationOf(span, now);
  // What holds other spans takes as long as they do; only at the end of a branch is it news.
  const slow = node.children === 0 && info !== null && info.slowSpanMs > 0 && duration !== null && duration >= info.slowSpanMs;
  const many = info !== null && info.highTokens > 0 && tokens !== null && Math.max(tokens.input, tokens.output) >= info.highTokens;
  const inside = !open && node.failures > (span.failed ? 1 : 0) ? node.failures - (span.failed ? 1 : 0) : 0;
  const share = path === null ? '' : pathText.share(path.share);
  const label = [visible(span.name.slice(0, 200)), kindNames[kind], lookNames[look], duration === null ? '' : formatDuration(duration), inside > 0 ? treeText.errorsInside(inside) : '', skew === null ? '' : skew.word,
    path === null ? '' : pathText.label(path.own, share), span.events.length > 0 ? markText.events(span.events.length) : '', match ? treeText.match : ''].filter((part) => part !== '').join(', ');
  return (
    <div id={rowId(span.key)} role="treeitem" className={`row${selected ? ' selected' : ''}${active ? ' active' : ''}${match ? ' match' : ''}`} style={{ transform: `translateY(${top}px)` }}
      aria-level={depth + 1} aria-posinset={position} aria-setsize={setSize} aria-selected={selected}
      aria-expanded={node.children > 0 ? open : undefined} aria-label={label} onClick={() => { actions.select(span.key, null); }}>
      <span className="row-name" style={indent(depth)}>
        {node.children > 0
          ? <span className={open ? 'twisty open' : 'twisty'} title={open ? treeText.collapse : treeText.expand(node.size - 1)} onClick={(e) => { e.stopPropagation(); actions.toggle(span.key); }}><Icon name="chevron" /></span>
          : <span className="twisty" />}
        <span className={`kind kind-${kind}`} title={kindNames[kind]}><Icon name={kind} /></span>
        <span className={look === 'missing' || look === 'ahead' ? 'name name-missing' : 'name'} title={visible(span.name.slice(0, 500))}><Plain text={span.name.slice(0, 500)} /></span>
        {node.detached === 'absent' && <span className="tag" title={treeText.orphanMeaning}>{treeText.orphan}</span>}
        {node.detached === 'cycle' && <span className="tag" title={treeText.circleMeaning}>{treeText.circle}</span>}
        {skew !== null && <span className="tag" title={skew.meaning}><Icon name="stale" />{skewText.tag}</span>}
        {inside > 0 && <span className="tag tag-bad"><Icon name="error" />{inside}</span>}
        {path !== null && <span className="tag tag-path" title={pathText.of(path.own, share)}>{share}</span>}
      </span>
      <LookMark look={look} evidence={look === 'ahead' ? null : evidenceOf(node, now)} />
      <span className="figure row-tokens" title={tokens === null ? undefined : treeText.tokens(tokens.input, tokens.output, span.usage === 'counted' ? null : span.usage)}>
        {tokens !== null && <span className={span.usage === null || span.usage === 'counted' ? (many ? 'hot' : '') : 'uncounted'}>{formatShort(tokens.input)} / {formatShort(tokens.output)}</span>}
      </span>
      <span className={slow ? 'figure row-duration hot' : 'figure row-duration'} title={slow ? treeText.slow : undefined}>
        {duration === null ? '' : formatDuration(duration)}
      </span>
      <Track span={span} window={window} origin={origin} kind={kind} look={look} path={path?.segments ?? null} event={event} onEvent={(e) => { actions.select(span.key, e); }} />
    </div>
  );
});

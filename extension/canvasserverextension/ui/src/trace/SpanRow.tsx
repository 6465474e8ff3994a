import type { CSSProperties, ReactNode } from 'react';
import type { Info } from '../api/info';
import { formatDuration } from '../format/duration';
import { formatShort } from '../format/quantity';
import { visible } from '../format/visible';
import { evidenceOf, skewOf } from '../model/evidence';
import { kindOf } from '../model/kind';
import { lookOf } from '../model/look';
import { barOf, durationOf, type Axis } from '../model/timeline';
import { tokensOf } from '../model/tokens';
import type { Node } from '../model/tree';
import { LookMark } from '../parts/Badge';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { kindNames, lookNames, skewText } from '../text/span';
import { treeText } from '../text/trace';

interface SpanRowProps {
  readonly id: string;
  readonly node: Node;
  readonly top: number;
  /** setSize counts its siblings and itself. */
  readonly setSize: number;
  readonly axis: Axis;
  readonly now: number;
  readonly info: Info | null;
  readonly open: boolean;
  readonly active: boolean;
  readonly selected: boolean;
  /** match: it holds what is searched for. */
  readonly match: boolean;
  readonly onSelect: () => void;
  readonly onToggle: () => void;
}

// Deeper levels are not moved further to the right, or nothing would be left to read.
const deepest = 24;

/** SpanRow is one line of the tree. */
export function SpanRow({ id, node, top, setSize, axis, now, info, open, active, selected, match, onSelect, onToggle }: SpanRowProps): ReactNode {
  const { span } = node;
  const look = lookOf(span);
  const kind = kindOf(span);
  const tokens = tokensOf(span);
  const skew = skewOf(span);
  const duration = durationOf(span, now);
  // What holds other spans takes as long as they do; only at the end of a branch is it news.
  const slow = node.children === 0 && info !== null && info.slowSpanMs > 0 && duration !== null && duration >= info.slowSpanMs;
  const many = info !== null && info.highTokens > 0 && tokens !== null && Math.max(tokens.input, tokens.output) >= info.highTokens;
  const inside = !open && node.failures > (span.failed ? 1 : 0) ? node.failures - (span.failed ? 1 : 0) : 0;
  const label = [visible(span.name.slice(0, 200)), kindNames[kind], lookNames[look], duration === null ? '' : formatDuration(duration), inside > 0 ? treeText.errorsInside(inside) : '', skew === null ? '' : skew.word, match ? treeText.match : '']
    .filter((part) => part !== '').join(', ');
  return (
    <div id={id} role="treeitem" className={`row${selected ? ' selected' : ''}${active ? ' active' : ''}${match ? ' match' : ''}`} style={{ transform: `translateY(${top}px)` }}
      aria-level={node.depth + 1} aria-posinset={node.position} aria-setsize={setSize} aria-selected={selected}
      aria-expanded={node.children > 0 ? open : undefined} aria-label={label} onClick={onSelect}>
      <span className="row-name" style={{ paddingLeft: Math.min(node.depth, deepest) * 14 }}>
        {node.children > 0
          ? <span className={open ? 'twisty open' : 'twisty'} title={open ? treeText.collapse : treeText.expand(node.size - 1)} onClick={(e) => { e.stopPropagation(); onToggle(); }}><Icon name="chevron" /></span>
          : <span className="twisty" />}
        <span className={`kind kind-${kind}`} title={kindNames[kind]}><Icon name={kind} /></span>
        <span className={look === 'missing' ? 'name name-missing' : 'name'} title={visible(span.name.slice(0, 500))}><Plain text={span.name.slice(0, 500)} /></span>
        {node.detached === 'absent' && <span className="tag" title={treeText.orphanMeaning}>{treeText.orphan}</span>}
        {node.detached === 'cycle' && <span className="tag" title={treeText.circleMeaning}>{treeText.circle}</span>}
        {skew !== null && <span className="tag" title={skew.meaning}><Icon name="stale" />{skewText.tag}</span>}
        {inside > 0 && <span className="tag tag-bad"><Icon name="error" />{inside}</span>}
      </span>
      <LookMark look={look} evidence={evidenceOf(node, now)} />
      <span className="figure row-tokens" title={tokens === null ? undefined : treeText.tokens(tokens.input, tokens.output, span.usage === 'counted' ? null : span.usage)}>
        {tokens !== null && <span className={span.usage === null || span.usage === 'counted' ? (many ? 'hot' : '') : 'uncounted'}>{formatShort(tokens.input)} / {formatShort(tokens.output)}</span>}
      </span>
      <span className={slow ? 'figure row-duration hot' : 'figure row-duration'} title={slow ? treeText.slow : undefined}>
        {duration === null ? '' : formatDuration(duration)}
      </span>
      <Track node={node} axis={axis} kind={kind} look={look} />
    </div>
  );
}

function Track({ node, axis, kind, look }: { readonly node: Node; readonly axis: Axis; readonly kind: string; readonly look: string }): ReactNode {
  const bar = barOf(node.span, axis);
  if (bar === null) {
    return <span className="track" />;
  }
  const style: CSSProperties = { left: `${bar.left * 100}%`, width: `${bar.width * 100}%` };
  return <span className="track"><span className={`span-bar bar-${kind} span-bar-${look}`} style={style} /></span>;
}

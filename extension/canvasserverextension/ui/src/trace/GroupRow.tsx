import { memo, useMemo, type ReactNode } from 'react';
import { formatDuration } from '../format/duration';
import { visible } from '../format/visible';
import type { Group, GroupKey } from '../model/leaves';
import { joined, stretch, type Axis, type Bar } from '../model/timeline';
import type { Node } from '../model/tree';
import { Icon } from '../parts/Icon';
import { Plain } from '../parts/Text';
import { kindNames } from '../text/span';
import { groupText, pathText } from '../text/tree';
import { indent, rowId } from './SpanRow';
import { finest, PathLine, place } from './Track';
import type { OnPath } from './useCriticalPath';

interface GroupRowProps {
  readonly group: Group;
  readonly nodes: readonly Node[];
  readonly depth: number;
  readonly top: number;
  readonly position: number;
  readonly setSize: number;
  readonly window: Axis;
  readonly open: boolean;
  readonly active: boolean;
  /** onPath is what the critical path spent in each span. */
  readonly onPath: ReadonlyMap<number, OnPath>;
  readonly onToggle: (key: GroupKey) => void;
}

/** GroupRow is one line for many similar leaves, with all of their bars. */
export const GroupRow = memo(function GroupRow({ group, nodes, depth, top, position, setSize, window, open, active, onPath, onToggle }: GroupRowProps): ReactNode {
  const { name, kind, members, totalMs, mostMs } = group;
  const sums = groupText.sums(totalMs, mostMs);
  const path = useMemo(() => sumOf(group, onPath), [group, onPath]);
  const share = path === null ? '' : pathText.share(path.share);
  const toggle = () => { onToggle(group.key); };
  return (
    <div id={rowId(group.key)} role="treeitem" className={`row row-group${active ? ' active' : ''}`} style={{ transform: `translateY(${top}px)` }}
      aria-level={depth + 1} aria-posinset={position} aria-setsize={setSize} aria-selected={false} aria-expanded={open}
      aria-label={[groupText.label(visible(name.slice(0, 200)), kindNames[kind], members.length, sums), ...(path === null ? [] : [pathText.label(path.own, share)])].join(', ')} onClick={toggle}>
      <span className="row-name" style={indent(depth)}>
        <span className={open ? 'twisty open' : 'twisty'} title={open ? groupText.close : groupText.open(members.length)}><Icon name="chevron" /></span>
        <span className={`kind kind-${kind}`} title={kindNames[kind]}><Icon name={kind} /></span>
        <span className="name" title={visible(name.slice(0, 500))}><Plain text={name.slice(0, 500)} /></span>
        <span className="group-times">{groupText.times(members.length)}</span>
        {path !== null && <span className="tag tag-path" title={pathText.ofGroup(path.own, share)}>{share}</span>}
        <span className="group-sums muted" title={sums}>{sums}</span>
      </span>
      <span className="look" />
      <span className="figure row-tokens" />
      <span className="figure row-duration">{formatDuration(totalMs)}</span>
      <span className="track">
        {barsOf(group, nodes, window).map((bar) => <span key={bar.left} className={`span-bar span-bar-group bar-${kind}`} style={place(bar)} />)}
        <PathLine path={path?.segments ?? null} window={window} />
      </span>
    </div>
  );
});

function barsOf({ members }: Group, nodes: readonly Node[], window: Axis): Bar[] {
  const bars: Bar[] = [];
  for (const i of members) {
    const span = nodes[i]?.span;
    if (span?.start != null && span.end !== null && span.start <= window.to && span.end >= window.from) {
      bars.push(stretch(span.start, span.end, window));
    }
  }
  return joined(bars, finest);
}

/** sumOf adds up what the critical path spent in the members; null where it passes through none. */
function sumOf({ members }: Group, onPath: ReadonlyMap<number, OnPath>): OnPath | null {
  const own = onPath.size === 0 ? [] : members.flatMap((i) => onPath.get(i) ?? []);
  return own.length === 0 ? null : {
    own: own.reduce((sum, p) => sum + p.own, 0), share: own.reduce((sum, p) => sum + p.share, 0),
    segments: own.flatMap((p) => p.segments).sort((a, b) => a.from - b.from),
  };
}

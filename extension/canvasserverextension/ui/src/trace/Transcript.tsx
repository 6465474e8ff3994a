import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { formatOffset } from '../format/duration';
import { formatExact } from '../format/moment';
import { plural } from '../format/quantity';
import { visible } from '../format/visible';
import { buildTranscript, type Turn, type TurnRole } from '../model/transcript';
import type { Node } from '../model/tree';
import { Copy } from '../parts/Copy';
import { Icon, type IconName } from '../parts/Icon';
import { LongText, Plain } from '../parts/Text';

interface TranscriptProps {
  readonly nodes: readonly Node[];
  readonly selected: Node | null;
  /** jumps grows when the selected span should be scrolled to. */
  readonly jumps: number;
  /** origin is when the execution began. */
  readonly origin: number | null;
  readonly loaded: boolean;
  readonly onSelect: (node: Node) => void;
}

/** Transcript shows what was said in a whole execution, in the order of time; only the turns in the window are drawn. */
export const Transcript = memo(function Transcript({ nodes, selected, jumps, origin, loaded, onSelect }: TranscriptProps): ReactNode {
  const { turns, repeated } = useMemo(() => buildTranscript(nodes), [nodes]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: turns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 96,
    overscan: 6,
    getItemKey: (i) => turns[i]?.id ?? i,
    useFlushSync: false,
  });
  // A jump brings the first turn of its span into sight.
  const jumped = useRef(0);
  useEffect(() => {
    const turn = selected === null || jumped.current === jumps ? -1 : turns.findIndex((t) => t.span.key === selected.span.key);
    jumped.current = jumps;
    if (turn >= 0) {
      virtual.scrollToIndex(turn, { align: 'auto' });
    }
  }, [jumps, selected, turns, virtual]);
  if (turns.length === 0) {
    return loaded ? (
      <div className="empty">
        <h2>Nothing was said yet</h2>
        <p>No span of this execution holds a prompt, an answer, or a tool’s arguments and result. Many instrumentations send these only when they are told to record content.</p>
      </div>
    ) : <p className="hint">Loading…</p>;
  }
  return (
    <>
      <p className="view-note muted small" role="status">
        {plural(turns.length, 'message')} in the order of time{repeated > 0 && `; ${plural(repeated, 'repetition')} left out, since each call sends the conversation so far along`}.
      </p>
      <div ref={scroller} className="transcript" role="region" aria-label="Transcript" tabIndex={0}>
        <div className="transcript-space" role="list" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const turn = turns[item.index];
            const node = nodes[turn?.node ?? -1];
            return turn === undefined || node === undefined ? null : (
              <div key={item.key} ref={virtual.measureElement} data-index={item.index} className="turn" role="listitem"
                aria-posinset={item.index + 1} aria-setsize={turns.length} style={{ transform: `translateY(${item.start}px)` }}>
                <TurnBody turn={turn} headed={turns[item.index - 1]?.scope !== turn.scope} selected={node === selected} origin={origin} onSelect={() => { onSelect(node); }} />
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
});

const roles: Readonly<Record<TurnRole, { readonly name: string; readonly icon: IconName }>> = {
  system: { name: 'System', icon: 'server' },
  user: { name: 'User', icon: 'client' },
  assistant: { name: 'Assistant', icon: 'llm' },
  call: { name: 'Tool call', icon: 'tool' },
  result: { name: 'Tool result', icon: 'ok' },
  other: { name: 'Message', icon: 'span' },
};

interface TurnBodyProps { readonly turn: Turn; readonly headed: boolean; readonly selected: boolean; readonly origin: number | null; readonly onSelect: () => void }

function TurnBody({ turn, headed, selected, origin, onSelect }: TurnBodyProps): ReactNode {
  const { name, icon } = roles[turn.role];
  const span = turn.span.name.slice(0, 200);
  return (
    <>
      {headed && <h2 className="scope"><Plain text={turn.scope.slice(0, 200)} /></h2>}
      <div className={`message turn-${turn.role}${selected ? ' turn-selected' : ''}`}>
        <div className="message-head">
          <span className="role"><Icon name={icon} />{name}{turn.role === 'other' && <> · <Plain text={turn.said.slice(0, 60)} /></>}</span>
          <button type="button" className="link turn-span" aria-pressed={selected} aria-label={`${name}: select the span ${visible(span)}`} onClick={onSelect}><Plain text={span} /></button>
          {turn.at !== null && <span className="muted small" title={formatExact(turn.at)}>{origin === null ? formatExact(turn.at) : formatOffset(turn.at - origin)}</span>}
          <Copy text={turn.text} what="the message" />
        </div>
        <LongText text={turn.text} />
      </div>
    </>
  );
}

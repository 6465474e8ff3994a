import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { formatOffset } from '../format/duration';
import { formatExact } from '../format/moment';
import { visible } from '../format/visible';
import { buildTranscript, type Turn, type TurnRole } from '../model/transcript';
import type { Node } from '../model/tree';
import { Copy } from '../parts/Copy';
import { Icon, type IconName } from '../parts/Icon';
import { LongText, Plain } from '../parts/Text';
import { copied } from '../text/parts';
import { transcriptText, turnNames } from '../text/transcript';

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
        <h2>{transcriptText.empty.title}</h2>
        <p>{transcriptText.empty.body}</p>
      </div>
    ) : <p className="hint">{transcriptText.loading}</p>;
  }
  return (
    <>
      <p className="view-note muted small" role="status">
        {transcriptText.count(turns.length, repeated)}
      </p>
      <div ref={scroller} className="transcript" role="region" aria-label={transcriptText.label} tabIndex={0}>
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

const icons: Readonly<Record<TurnRole, IconName>> = { system: 'server', user: 'client', assistant: 'llm', call: 'tool', result: 'ok', other: 'span' };

interface TurnBodyProps { readonly turn: Turn; readonly headed: boolean; readonly selected: boolean; readonly origin: number | null; readonly onSelect: () => void }

function TurnBody({ turn, headed, selected, origin, onSelect }: TurnBodyProps): ReactNode {
  const name = turnNames[turn.role];
  const span = turn.span.name.slice(0, 200);
  return (
    <>
      {headed && <h2 className="scope"><Plain text={turn.scope.slice(0, 200)} /></h2>}
      <div className={`message turn-${turn.role}${selected ? ' turn-selected' : ''}`}>
        <div className="message-head">
          <span className="role"><Icon name={icons[turn.role]} />{name}{turn.role === 'other' && <>{transcriptText.otherRole}<Plain text={turn.said.slice(0, 60)} /></>}</span>
          <button type="button" className="link turn-span" aria-pressed={selected} aria-label={transcriptText.selectSpan(name, visible(span))} onClick={onSelect}><Plain text={span} /></button>
          {turn.at !== null && <span className="muted small" title={formatExact(turn.at)}>{origin === null ? formatExact(turn.at) : formatOffset(turn.at - origin)}</span>}
          <Copy text={turn.text} what={copied.message} />
        </div>
        <LongText text={turn.text} />
      </div>
    </>
  );
}

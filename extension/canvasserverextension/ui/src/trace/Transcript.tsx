import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { buildTranscript } from '../model/transcript';
import type { Node } from '../model/tree';
import { Icon } from '../parts/Icon';
import { transcriptText } from '../text/transcript';
import { TurnBody, turnLabel } from './Turn';
import { useFollow } from './useFollow';

interface TranscriptProps {
  readonly nodes: readonly Node[];
  readonly selected: Node | null;
  /** jumps grows when the selected span should be scrolled to. */
  readonly jumps: number;
  /** origin is when the execution began. */
  readonly origin: number | null;
  readonly loaded: boolean;
  /** live: more may be said. */
  readonly live: boolean;
  readonly onSelect: (node: Node) => void;
}

/**
 * Transcript shows what was said in a whole execution, in the order of time; only the turns in the window are drawn. It is a feed
 * of articles, whose keys are those of the WAI-ARIA pattern.
 */
export const Transcript = memo(function Transcript({ nodes: newest, selected, jumps, origin, loaded, live, onSelect }: TranscriptProps): ReactNode {
  // Of a long run it takes a while to tell, and the page goes on meanwhile.
  const nodes = useDeferredValue(newest);
  const { turns, repeated } = useMemo(() => buildTranscript(nodes), [nodes]);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const virtual = useVirtualizer({
    count: turns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 96,
    overscan: 6,
    getItemKey: (i) => turns[i]?.id ?? i,
    // The turn with the focus stays, or the focus would be lost.
    rangeExtractor: useCallback((range: Parameters<typeof defaultRangeExtractor>[0]) => {
      const shown = defaultRangeExtractor(range);
      return active < 0 || active >= range.count || shown.includes(active) ? shown : [...shown, active].sort((a, b) => a - b);
    }, [active]),
    useFlushSync: false,
  });
  const toEnd = useCallback(() => { virtual.scrollToIndex(turns.length - 1, { align: 'end' }); }, [virtual, turns.length]);
  const { following, newer, setFollowing, onScroll } = useFollow({ scroller, count: turns.length, live, toEnd });

  // A jump brings the first turn of its span into sight.
  const jumped = useRef(0);
  useEffect(() => {
    const turn = selected === null || jumped.current === jumps ? -1 : turns.findIndex((t) => t.span.key === selected.span.key);
    jumped.current = jumps;
    if (turn >= 0) {
      setFollowing(false);
      virtual.scrollToIndex(turn, { align: 'auto' });
    }
  }, [jumps, selected, turns, virtual, setFollowing]);

  // What is to get the focus may have to be drawn first.
  const wanted = useRef(-1);
  useEffect(() => {
    const turn = wanted.current < 0 ? null : scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (turn != null) {
      wanted.current = -1;
      turn.focus({ preventScroll: true });
    }
  });
  const moveTo = (index: number) => {
    const next = Math.min(turns.length - 1, Math.max(0, index));
    wanted.current = next;
    setActive(next);
    setFollowing(false);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof Element && event.target.closest('input') !== null)) {
      return;
    }
    const step = moves.get(event.key);
    if (step !== undefined) {
      event.preventDefault();
      moveTo(step(active, turns.length));
    } else if (event.key === 'f' && live) {
      event.preventDefault();
      setFollowing(!following);
    } else if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.role === 'article') {
      const node = nodes[turns[active]?.node ?? -1];
      if (node !== undefined) {
        event.preventDefault();
        onSelect(node);
      }
    }
  };

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
      <div className="view-note transcript-note small">
        <span className="muted" role="status">{transcriptText.count(turns.length, repeated)}</span>
        {live && <button type="button" className="follow" aria-pressed={following} title={transcriptText.followMeaning} onClick={() => { setFollowing(!following); }}><Icon name={following ? 'ok' : 'down'} />{transcriptText.follow}</button>}
        {newer > 0 && <button type="button" className="link" onClick={() => { setFollowing(true); }}>{transcriptText.newer(newer)}</button>}
      </div>
      <div ref={scroller} className="transcript" role="region" aria-label={transcriptText.label} tabIndex={0} onKeyDown={onKeyDown} onScroll={onScroll}>
        <div className="transcript-space" role="feed" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const turn = turns[item.index];
            const node = nodes[turn?.node ?? -1];
            return turn === undefined || node === undefined ? null : (
              <div key={item.key} ref={virtual.measureElement} data-index={item.index} className="turn" role="article" tabIndex={0} aria-label={turnLabel(turn)}
                aria-posinset={item.index + 1} aria-setsize={turns.length} style={{ transform: `translateY(${item.start}px)` }} onFocus={() => { setActive(item.index); }}>
                <TurnBody turn={turn} headed={turns[item.index - 1]?.scope !== turn.scope} selected={node.span.key === selected?.span.key} origin={origin} onSelect={() => { onSelect(node); }} />
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
});

/** moves are the keys of a feed, and where they lead from a turn. */
const moves: ReadonlyMap<string, (active: number, count: number) => number> = new Map([
  ['PageDown', (active) => active + 1], ['j', (active) => active + 1],
  ['PageUp', (active) => active - 1], ['k', (active) => active - 1],
  ['Home', () => 0], ['End', (_, count) => count - 1],
] as const satisfies readonly (readonly [string, (active: number, count: number) => number])[]);

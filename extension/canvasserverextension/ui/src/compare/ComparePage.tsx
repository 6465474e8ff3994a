import { useEffect, useLayoutEffect, useMemo, useRef, type ReactNode } from 'react';
import { visible } from '../format/visible';
import { Mark } from '../list/ListPage';
import { useConnection } from '../live/client';
import type { Server } from '../live/useInfo';
import { useMedia } from '../live/useMedia';
import { useNow } from '../live/useNow';
import { pairUp, withOtherwise, type Pair } from '../model/compare';
import { ConnectionMark } from '../parts/ConnectionMark';
import { listPath, searchHref, setSearch, useParam, type Route } from '../route';
import { compareText, pickerText } from '../text/compare';
import { noticeText } from '../text/notices';
import { CompareNotices } from './CompareNotices';
import { PairTree } from './PairTree';
import { Picker } from './Picker';
import { Sides } from './Sides';
import { StepPane } from './StepPane';
import { useSide, type Side } from './useSide';

interface ComparePageProps {
  /** place is what the address asks for. */
  readonly place: Extract<Route, { page: 'compare' }>;
  readonly server: Server;
  readonly token: string | null;
}

/** ComparePage shows two executions side by side, or the choice of one that is still missing. */
export function ComparePage({ place: { a, b, step }, server, token }: ComparePageProps): ReactNode {
  return (
    <div className="compare-page">
      {(a === null || b === null) && <Bar covered={false} />}
      {a !== null && b !== null && <Comparison key={`${a} ${b}`} a={a} b={b} step={step} server={server} token={token} />}
      {a === null && b === null && <Neither />}
      {(a === null) !== (b === null) && <Picker known={a ?? b ?? ''} missing={a === null ? 'a' : 'b'} server={server} token={token} />}
    </div>
  );
}

function Bar({ covered }: { readonly covered: boolean }): ReactNode {
  const connection = useConnection();
  return (
    <header className="bar" inert={covered}>
      <a className="brand" href={listPath} title={compareText.backMeaning}><Mark />{compareText.back}</a>
      <span className="muted" aria-hidden="true">/</span><h1 className="crumb">{compareText.title}</h1>
      <span className="spacer" />
      <ConnectionMark connection={connection} />
    </header>
  );
}

function Neither(): ReactNode {
  const { title, body, list } = pickerText.neither;
  return <main className="empty"><h2>{title}</h2><p>{body} <a href={listPath}>{list}</a></p></main>;
}

interface ComparisonProps { readonly a: string; readonly b: string; readonly step: string | null; readonly server: Server; readonly token: string | null }

function Comparison({ step, server, token, ...ids }: ComparisonProps): ReactNode {
  const connection = useConnection();
  const a = useSide(ids.a, compareText.sides.a, token);
  const b = useSide(ids.b, compareText.sides.b, token);
  const now = useNow(a.ticking || b.ticking, server.clockAhead);
  const pairs = useMemo(() => pairUp(a.nodes, b.nodes), [a.nodes, b.nodes]);
  const differences = useParam('show') === 'differences';
  const kept = useMemo(() => (differences ? withOtherwise(pairs) : null), [pairs, differences]);
  const selectedIndex = useMemo(() => (step === null ? -1 : pairs.findIndex((p) => isStep(p, step))), [pairs, step]);
  const selected = pairs[selectedIndex];
  const loaded = a.followed.state.loaded && b.followed.state.loaded;
  useEffect(() => {
    document.title = compareText.documentTitle(visible(a.name.slice(0, 100)), visible(b.name.slice(0, 100)));
  }, [a.name, b.name]);
  useEscape(selected !== undefined);
  // Where there is little room, the step lies over everything else.
  const covered = useMedia('(max-width: 900px)') && selected !== undefined;
  const detail = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (covered) {
      detail.current?.focus();
    }
  }, [covered]);
  return (
    <>
      <Bar covered={covered} />
      <Sides a={a} b={b} now={now} covered={covered} />
      <main className={selected === undefined ? 'compare-split' : 'compare-split has-step'} tabIndex={-1}>
        <section className="tree-pane" inert={covered} aria-label={compareText.tree}>
          {connection.kind === 'refused' && <p className="hint bad" role="alert">{noticeText.notConnected} {connection.reason}</p>}
          <CompareNotices a={a} b={b} stepMissing={step !== null && selected === undefined && loaded} />
          {pairs.length > 0 && <Counts pairs={pairs} differences={differences} />}
          {kept !== null && pairs.length > 0 && !kept.includes(true) && <p className="hint">{compareText.noDifferences}</p>}
          {pairs.length === 0 && (loaded
            ? <div className="empty"><h2>{compareText.nothing.title}</h2><p>{compareText.nothing.body}</p></div>
            : <p className="hint">{compareText.loading}</p>)}
          {pairs.length > 0 && <PairTree pairs={pairs} a={a} b={b} now={now} kept={kept} selectedIndex={selectedIndex} onSelect={(p) => { setSearch({ step: stepOf(p, a, b) }, 'push'); }} />}
        </section>
        {selected !== undefined && (
          <section ref={detail} className="detail-pane" tabIndex={0} aria-label={compareText.pane}>
            <StepPane key={selected.key} pair={selected} a={a} b={b} now={now} onClose={close} />
          </section>
        )}
      </main>
    </>
  );
}

function Counts({ pairs, differences }: { readonly pairs: readonly Pair[]; readonly differences: boolean }): ReactNode {
  const onlyA = pairs.filter((p) => p.b === null).length;
  const onlyB = pairs.filter((p) => p.a === null).length;
  return (
    <div className="view-note compare-counts small">
      <nav className="switch" aria-label={compareText.show}>
        <a href={searchHref({ show: null })} aria-current={differences ? undefined : 'true'}>{compareText.shows.all}</a>
        <a href={searchHref({ show: 'differences' })} aria-current={differences ? 'true' : undefined} title={compareText.showsMeaning}>{compareText.shows.differences}</a>
      </nav>
      <p className="muted"><span role="status">{compareText.steps(pairs.length - onlyA - onlyB, onlyA, onlyB)}.</span> <span className="compare-note">{compareText.note}</span></p>
    </div>
  );
}

// In the address a step is the side that has it, and its span there.
function stepOf(pair: Pair, a: Side, b: Side): string {
  const [side, node] = pair.a !== null && pair.a.span.state !== 'missing' ? [a, pair.a] : [pair.b === null ? a : b, pair.b ?? pair.a];
  return `${side.letter.toLowerCase()}.${node?.span.traceId ?? ''}.${node?.span.spanId ?? ''}`;
}

function isStep(pair: Pair, step: string): boolean {
  const [side, traceId, spanId] = step.split('.');
  const span = (side === 'a' ? pair.a : pair.b)?.span;
  return span !== undefined && span.traceId === traceId && span.spanId === spanId;
}

function close(): void {
  setSearch({ step: null }, 'push');
}

/** useEscape closes the selected step. */
function useEscape(selected: boolean): void {
  useEffect(() => {
    if (!selected) {
      return;
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) {
        close();
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  }, [selected]);
}

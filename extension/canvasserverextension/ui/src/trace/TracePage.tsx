import { Content, Root } from '@radix-ui/react-tabs';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Account } from '../account/Account';
import { DetailPane } from '../detail/DetailPane';
import { OverviewPane } from '../detail/OverviewPane';
import { visible } from '../format/visible';
import { useConnection } from '../live/client';
import { focusView } from '../live/focus';
import { useExecution } from '../live/useExecution';
import type { Server } from '../live/useInfo';
import { useMedia } from '../live/useMedia';
import { useNow } from '../live/useNow';
import { lastHeard, missingRoots } from '../model/evidence';
import { executionName } from '../model/naming';
import { nextMatch, searchNodes } from '../model/search';
import { axisOf, extentOf } from '../model/timeline';
import { childrenOf, nextFailure, type Node } from '../model/tree';
import { TreeKeeper } from '../model/treekeeper';
import { Hint } from '../parts/Hint';
import { AheadPane } from '../replay/AheadPane';
import { ReplayBar } from '../replay/ReplayBar';
import { leaveReplay, useReplay } from '../replay/useReplay';
import { comparePath, setSearch, views, type Route } from '../route';
import { compareText } from '../text/compare';
import { detailText, summaryText } from '../text/detail';
import { replayText } from '../text/replay';
import { headerText, treeText } from '../text/trace';
import { Export } from './Export';
import { Header } from './Header';
import { KeyHelp } from './KeyHelp';
import { Notices } from './Notices';
import { SearchBox } from './SearchBox';
import { SpanTree, type TreeHandle } from './SpanTree';
import { Transcript } from './Transcript';
import { useRange } from './useRange';
import { useShortcuts } from './useShortcuts';
import { showView, Views } from './Views';

export interface TracePageProps {
  readonly id: string;
  /** place is what the address asks for. */
  readonly place: Extract<Route, { page: 'execution' }>;
  readonly server: Server;
  readonly token: string | null;
}

/** TracePage follows one execution: its header, the tree of its spans, and the selected one. */
export function TracePage({ id, place, server, token }: TracePageProps): ReactNode {
  const { state, problem } = useExecution(id, token);
  const connection = useConnection();
  const { execution } = state;
  const selected = place.span;

  const [keeper] = useState(() => new TreeKeeper());
  const received = useMemo(() => keeper.update(state.spans), [keeper, state.spans]);
  const [replay, startReplay] = useReplay(received);
  const nodes = replay?.scene.nodes ?? received;
  const roots = useMemo(() => missingRoots(received), [received]);
  const spans = useMemo(() => received.map((n) => n.span), [received]);
  const heard = useMemo(() => lastHeard(spans), [spans]);
  const extent = useMemo(() => extentOf(spans), [spans]);
  const running = execution?.status === 'running' && execution.finishedAt === null && !state.complete;
  const now = useNow(running || (extent?.open ?? false), server.clockAhead);
  const axis = extent === null ? null : axisOf(extent, running, now);
  const moment = replay?.moment ?? now;
  const live = running && replay === null;
  // Sums over time end where the replay is, as they did then.
  const sofar = replay === null || axis === null ? axis : { from: axis.from, to: Math.max(moment, axis.from + 0.001) };

  const selectedIndex = useMemo(() => indexOf(nodes, selected), [nodes, selected]);
  const node = nodes[selectedIndex];
  const several = (execution?.traces.length ?? 0) > 1;
  const choose = useCallback((n: Node | null, event: number | null = null) => {
    setSearch({ span: n === null ? null : idOf(n, several), event: event === null ? null : String(event) }, 'push');
  }, [several]);
  const chooseSpan = useCallback((n: Node) => { choose(n); }, [choose]);
  const [range, setRange] = useRange(place.range);
  const tree = useRef<TreeHandle>(null);
  const [jumps, setJumps] = useState(0);
  const jumpTo = (index: number) => {
    const next = nodes[index];
    if (next !== undefined) {
      choose(next);
      setJumps((n) => n + 1);
    }
  };
  const jump = () => { jumpTo(nextFailure(nodes, selectedIndex)); };

  const found = useMemo(() => searchNodes(nodes, place.q), [nodes, place.q]);
  const box = useRef<HTMLInputElement>(null);
  const [help, setHelp] = useState(false);
  const step = (direction: 1 | -1) => { jumpTo(nextMatch(found, selectedIndex, direction)); };
  useShortcuts((command) => {
    switch (command.type) {
      case 'view':
        showView(command.view);
        break;
      case 'search':
        box.current?.focus();
        box.current?.select();
        break;
      case 'next':
        step(1);
        break;
      case 'previous':
        step(-1);
        break;
      case 'failure':
        jump();
        break;
      case 'help':
        setHelp(true);
        break;
      case 'close':
        choose(null);
        break;
      case 'replay':
        if (command.what === 'begin') {
          (replay === null ? startReplay : leaveReplay)();
        } else if (command.what === 'play') {
          replay?.play(!replay.playing);
        } else {
          replay?.step(command.what === 'after' ? 1 : -1);
        }
        break;
      case 'tool':
        tree.current?.use(command.tool);
        break;
    }
  });

  // Where there is little room, the span lies over everything else.
  const open = node !== undefined;
  const covered = useMedia('(max-width: 900px)') && open;
  const detail = useRef<HTMLElement>(null);
  const wasOpen = useRef(open);
  useLayoutEffect(() => {
    if (covered) {
      detail.current?.focus();
    } else if (wasOpen.current && !open && document.activeElement === document.body) {
      focusView();
    }
    wasOpen.current = open;
  }, [covered, open]);

  const tops = useMemo(() => new Map([...childrenOf(received, -1)].flatMap((i) => spans[i] ?? []).map((s) => [s.key, s])), [received, spans]);
  const name = useMemo(() => executionName(execution, tops, id), [execution, tops, id]);
  useEffect(() => {
    document.title = headerText.documentTitle(visible(name.slice(0, 200)), execution?.status ?? headerText.loading);
  }, [name, execution?.status]);

  return (
    <Root value={place.view} onValueChange={(v) => { showView(views.find((x) => x === v) ?? 'trace'); }} activationMode="manual" className={open ? 'trace-page has-selection' : 'trace-page'}>
      {help && <KeyHelp onClose={() => { setHelp(false); }} />}
      <Header id={id} name={name} state={state} heard={heard} rootless={roots.length > 0} connection={connection} server={server} now={now} failures={state.spans.size > 0 ? jump : null} covered={covered}>
        <Views />
        <SearchBox box={box} text={place.q} found={found} selectedIndex={selectedIndex} onText={(q) => { setSearch({ q }, 'replace'); }} onStep={step} />
        <div className="actions">
          {execution !== null && execution.known && <Export subject={() => ({ id, name, url: location.href, execution, nodes: received, selected: received[selectedIndex] ?? null, now })} />}
          {replay === null && received.length > 0 && <Hint text={replayText.startMeaning}><button type="button" className="link" onClick={startReplay}>{replayText.start}</button></Hint>}
          <Hint text={compareText.linkMeaning}><a href={comparePath(id, null)}>{compareText.link}</a></Hint>
          <Hint text={headerText.allKeys}><button type="button" className="link" aria-keyshortcuts="?" aria-haspopup="dialog" onClick={() => { setHelp(true); }}>{headerText.keys}</button></Hint>
        </div>
      </Header>
      <main className="split" tabIndex={-1}>
        <section className="tree-pane" inert={covered} aria-label={place.view === 'trace' ? treeText.pane : treeText.otherPane}>
          <Notices id={id} state={state} problem={problem} connection={connection} missing={selected !== null && node === undefined && state.loaded ? selected : null} roots={roots} />
          {replay !== null && <ReplayBar replay={replay} />}
          <Content value={place.view} className="view" tabIndex={-1}>
            {place.view === 'transcript' && <Transcript nodes={nodes} selected={node ?? null} jumps={jumps} origin={extent?.from ?? null} loaded={state.loaded} live={live} onSelect={chooseSpan} />}
            {place.view === 'tokens' && <Account nodes={nodes} execution={replay === null ? execution : null} axis={sofar} open={running || replay !== null} onSelect={chooseSpan} />}
            {place.view === 'trace' && axis !== null && (
              <SpanTree nodes={nodes} axis={axis} range={range} now={moment} live={live} loaded={state.loaded} path={place.path} fold={place.fold && replay === null} selectedIndex={selectedIndex} event={place.event}
                matches={found.keys} jumps={jumps} info={server.info} onSelect={choose} onRange={setRange} onSwitch={switchTree} tools={tree} />
            )}
          </Content>
        </section>
        <section ref={detail} className="detail-pane" tabIndex={0} aria-label={node === undefined ? summaryText.pane : detailText.pane}>
          {node === undefined
            ? execution !== null && <OverviewPane execution={execution} spans={state.spans} />
            : node.ahead === true ? <AheadPane node={node} onClose={() => { choose(null); }} /> : <DetailPane key={node.span.key} execution={id} node={node} now={moment} server={server} origin={extent?.from ?? null} workflow={execution?.workflowId ?? null} event={place.event} spans={state.spans}
              onJump={(key) => { jumpTo(nodes.findIndex((n) => n.span.key === key)); }} onClose={() => { choose(null); }} />}
        </section>
      </main>
    </Root>
  );
}

function switchTree(what: 'path' | 'fold', on: boolean): void {
  setSearch(what === 'path' ? { path: on ? 'on' : null } : { fold: on ? null : 'off' }, 'push');
}

// In the address a span is its id; with the trace's id before it where an execution has several traces.
function idOf(n: Node, several: boolean): string {
  return several ? `${n.span.traceId}.${n.span.spanId}` : n.span.spanId;
}

function indexOf(nodes: readonly Node[], id: string | null): number {
  if (id === null) {
    return -1;
  }
  const [first = '', second] = id.split('.');
  return nodes.findIndex((n) => (second === undefined ? n.span.spanId === first : n.span.traceId === first && n.span.spanId === second));
}

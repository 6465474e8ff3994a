import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useImperativeHandle, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import type { Info } from '../api/info';
import type { SpanKey } from '../client/wire/span';
import { rowOf, type Row, type RowKey } from '../model/rows';
import { scaleOf, type Axis } from '../model/timeline';
import { childrenOf, type Node } from '../model/tree';
import { around, windowOf, zoom, type Range } from '../model/zoom';
import { treeText } from '../text/trace';
import { GroupRow } from './GroupRow';
import { stepFor } from './keys';
import { Minimap } from './Minimap';
import { rowId, SpanRow, type RowActions } from './SpanRow';
import { TimeAxis } from './TimeAxis';
import { TreeTools, type Tool } from './TreeTools';
import { useCriticalPath } from './useCriticalPath';
import { useFolds } from './useFolds';
import { useNewest } from './useNewest';
import type { ChangeRange } from './useRange';
import { useSteady } from './useSteady';
import { useWheelZoom } from './useWheelZoom';

export interface SpanTreeProps {
  readonly nodes: readonly Node[];
  /** axis is the whole run, and range what of it is shown. */
  readonly axis: Axis;
  readonly range: Range | null;
  readonly now: number;
  /** live: more may come. loaded: what was there before is all here. */
  readonly live: boolean;
  readonly loaded: boolean;
  /** path: the critical path is shown. fold: one row stands for similar leaves. */
  readonly path: boolean;
  readonly fold: boolean;
  readonly selectedIndex: number;
  /** event is the place of the chosen one among the selected span's. */
  readonly event: number | null;
  /** matches are the spans that hold what is searched for. */
  readonly matches: ReadonlySet<SpanKey>;
  /** jumps grows when the selected row should be scrolled to. */
  readonly jumps: number;
  readonly info: Info | null;
  readonly onSelect: (node: Node, event: number | null) => void;
  readonly onRange: ChangeRange;
  readonly onSwitch: (what: 'path' | 'fold', on: boolean) => void;
  readonly tools?: Ref<TreeHandle>;
}

/** TreeHandle uses the tools of the tree from outside, for keys that are pressed anywhere. */
export interface TreeHandle { readonly use: (tool: Tool) => void }

const rowHeight = 30;
const { columns } = treeText;

/** SpanTree shows the rows that fit into the window, however many there are, and their bars on one time axis. */
export function SpanTree({ nodes, axis, range, now, live, loaded, path, fold, selectedIndex, event, matches, jumps, info, onSelect, onRange, onSwitch, tools }: SpanTreeProps): ReactNode {
  const selectedKey = nodes[selectedIndex]?.span.key ?? null;
  const folds = useFolds(nodes, fold, { selected: selectedKey, matches });
  const { rows } = folds;
  const [active, setActive] = useState<RowKey | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const axisPlace = useRef<HTMLDivElement>(null);
  const tree = useRef<HTMLDivElement>(null);
  const activeRow = useMemo(() => {
    const key = active ?? selectedKey;
    const own = rows.findIndex((r) => r.key === key);
    // A span that is no longer selected may go back into its group.
    return Math.max(0, own >= 0 || key === null ? own : rowOf(nodes, rows, nodes.findIndex((n) => n.span.key === key)));
  }, [nodes, rows, active, selectedKey]);
  const whole = steady(axis, live);
  const { from, to } = windowOf(whole, range);
  const window = useMemo(() => ({ from, to }), [from, to]);
  const onPath = useCriticalPath(nodes, path, now);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    getItemKey: (row) => rows[row]?.key ?? row,
    useFlushSync: false,
  });
  // All rows are of one height, so that the browser need not be asked where they are.
  const bring = (row: number) => {
    const box = scroller.current;
    const top = row * rowHeight;
    if (box !== null && top < box.scrollTop) {
      box.scrollTop = top;
    } else if (box !== null && top + rowHeight > box.scrollTop + box.clientHeight) {
      box.scrollTop = top + rowHeight - box.clientHeight;
    }
  };
  const show = (index: number) => {
    const row = index < 0 ? -1 : rowOf(nodes, rows, index);
    if (row >= 0) {
      bring(row);
    }
  };
  const follow = useNewest({ nodes, live, loaded }, selectedIndex < 0, show);
  useSteady(scroller, rows, rowHeight, { held: !follow.on, selected: selectedKey });
  useWheelZoom(tree, axisPlace, whole, onRange);

  const activate = (row: number) => {
    const key = rows[row]?.key;
    if (key !== undefined) {
      follow.stop();
      setActive(key);
      bring(row);
    }
  };
  const toggle = (row: Row) => {
    setActive(row.key);
    folds.setOpen(row, folds.isOpen(row) === false);
  };

  // A jump, or an address with a span, opens what hides it and brings it into sight.
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    const mark = selectedKey === null ? null : `${selectedKey} ${jumps}`;
    if (mark === null || wanted.current === mark || folds.reveal(selectedIndex)) {
      return;
    }
    const row = rowOf(nodes, rows, selectedIndex);
    if (row >= 0) {
      wanted.current = mark;
      follow.stop();
      setActive(selectedKey);
      bring(row);
    }
  });

  const use = (tool: Tool) => {
    const chosen = nodes[selectedIndex]?.span;
    switch (tool) {
      case 'expand':
        folds.expandAll();
        break;
      case 'collapse':
        folds.collapseAll();
        break;
      case 'path':
        onSwitch('path', !path);
        break;
      case 'fold':
        onSwitch('fold', !fold);
        break;
      case 'zoom-span':
        if (chosen?.start != null) {
          const { start } = chosen;
          const end = chosen.end ?? (chosen.state === 'running' || chosen.state === 'missing' ? whole.to : chosen.lastSeen ?? start);
          onRange(() => around(whole, start, Math.max(start, end)), 'push');
        }
        break;
      case 'whole':
        onRange(() => null, 'push');
        break;
      case 'zoom-in':
      case 'zoom-out':
        onRange((r) => zoom(whole, r, 0.5, tool === 'zoom-in' ? 2 : 0.5), 'replace');
        break;
      case 'follow':
        if (follow.on) {
          follow.stop();
        } else {
          follow.start();
        }
        break;
      case 'catch-up':
        follow.start();
        break;
    }
  };
  useImperativeHandle(tools, () => ({ use }));

  const latest = useRef({ select: (_key: SpanKey, _event: number | null) => undefined as void, toggle: (_key: RowKey) => undefined as void });
  latest.current = {
    select: (key, e) => {
      const row = rows.find((r) => r.key === key);
      const node = nodes[row?.index ?? -1];
      if (node !== undefined) {
        follow.stop();
        setActive(key);
        onSelect(node, e);
      }
    },
    toggle: (key) => {
      const row = rows.find((r) => r.key === key);
      if (row !== undefined) {
        toggle(row);
      }
    },
  };
  const actions = useMemo<RowActions & { toggle: (key: RowKey) => void }>(() => ({
    select: (key, e) => { latest.current.select(key, e); },
    toggle: (key) => { latest.current.toggle(key); },
  }), []);

  const onKeyDown = (e: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / rowHeight) - 1);
    const step = stepFor(e.key, { rows, row: activeRow, isOpen: folds.isOpen, page });
    const row = rows[activeRow];
    if (step === null || row === undefined || e.ctrlKey || e.metaKey || e.altKey) {
      return;
    }
    e.preventDefault();
    if (step.type === 'move') {
      activate(step.row);
    } else if (step.type === 'select' && row.group === null) {
      actions.select(row.key as SpanKey, null);
    } else if (step.type === 'select') {
      toggle(row);
    } else {
      folds.setOpen(row, step.type === 'open');
    }
  };

  const tops = useMemo(() => [...childrenOf(nodes, -1)].length, [nodes]);
  const { step, marks } = scaleOf(window, whole.from, 5);
  const percent = (ms: number) => `${(ms / (window.to - window.from)) * 100}%`;
  const grid = { '--grid': percent(step), '--grid-at': percent((marks[0] ?? 0) - (window.from - whole.from)) } as CSSProperties;
  const activeKey = rows[activeRow]?.key;
  return (
    <div ref={tree} className="tree" onWheel={(e) => { if (!e.ctrlKey && !e.metaKey && !e.shiftKey && e.deltaY !== 0) { follow.stop(); } }} onTouchMove={follow.stop}>
      <TreeTools path={path} fold={fold} zoomed={window.from > whole.from || window.to < whole.to} spanChosen={selectedKey !== null} follow={live ? follow : null} onTool={use} />
      <div className="tree-head">
        <span className="head-name" aria-hidden="true">{columns.span}</span>
        <span aria-hidden="true">{columns.state}</span><span className="figure" aria-hidden="true">{columns.tokens}</span><span className="figure" aria-hidden="true">{columns.duration}</span>
        <div className="head-time">
          <Minimap nodes={nodes} whole={whole} window={window} onRange={onRange} />
          <TimeAxis whole={whole} window={window} place={axisPlace} onRange={onRange} />
        </div>
      </div>
      <div ref={scroller} className="tree-rows" role="tree" aria-label={treeText.tree} tabIndex={0} onKeyDown={onKeyDown}
        onPointerDown={(e) => { if (e.target === scroller.current) { follow.stop(); } }} aria-activedescendant={activeKey === undefined ? undefined : rowId(activeKey)}>
        <div className="tree-space" role="presentation" style={{ ...grid, height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            const node = nodes[row?.index ?? -1];
            if (row === undefined || node === undefined) {
              return null;
            }
            const siblings = nodes[node.parent]?.children ?? tops;
            if (row.group !== null) {
              return (
                <GroupRow key={item.key} group={row.group} nodes={nodes} depth={row.depth} top={item.start} position={node.position} setSize={siblings} window={window}
                  open={folds.isOpen(row) === true} active={item.index === activeRow} onPath={onPath} onToggle={actions.toggle} />
              );
            }
            return (
              <SpanRow key={item.key} node={node} depth={row.depth} top={item.start} position={row.nth === 0 ? node.position : row.nth} setSize={row.nth === 0 ? siblings : membersAbove(rows, item.index, row.nth)}
                window={window} origin={whole.from} now={node.span.state === 'ended' ? 0 : now} info={info} open={folds.isOpen(row) !== false} active={item.index === activeRow}
                selected={row.index === selectedIndex} event={row.index === selectedIndex ? event : null} match={matches.has(node.span.key)} path={onPath.get(row.index) ?? null} actions={actions} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** steady lets the axis of a live run grow by steps that nobody sees, so that rows need not be drawn again with each of them. */
function steady(axis: Axis, live: boolean): Axis {
  const step = 2 ** Math.floor(Math.log2((axis.to - axis.from) / 512));
  return live ? { from: axis.from, to: axis.from + Math.ceil((axis.to - axis.from) / step) * step } : axis;
}

/** membersAbove counts the members of the group that an open member is in: its row stands right above the first. */
function membersAbove(rows: readonly Row[], row: number, nth: number): number {
  return rows[row - nth]?.group?.members.length ?? nth;
}

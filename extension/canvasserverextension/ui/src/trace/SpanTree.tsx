import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import type { Info } from '../api/info';
import type { SpanKey } from '../client/wire/span';
import { formatTick } from '../format/duration';
import { ticks, type Axis } from '../model/timeline';
import { ancestors, childrenOf, visibleRows, type Node } from '../model/tree';
import { treeText } from '../text/trace';
import { stepFor } from './keys';
import { SpanRow } from './SpanRow';

interface SpanTreeProps {
  readonly nodes: readonly Node[];
  readonly axis: Axis;
  readonly now: number;
  readonly selectedIndex: number;
  /** matches are the spans that hold what is searched for. */
  readonly matches: ReadonlySet<SpanKey>;
  /** jumps grows when the selected row should be scrolled to. */
  readonly jumps: number;
  readonly info: Info | null;
  readonly onSelect: (node: Node) => void;
}

const rowHeight = 30;
const { columns } = treeText;

/** SpanTree shows the rows that fit into the window, however many there are. */
export function SpanTree({ nodes, axis, now, selectedIndex, matches, jumps, info, onSelect }: SpanTreeProps): ReactNode {
  const [collapsed, setCollapsed] = useState<ReadonlySet<SpanKey>>(() => new Set());
  const [active, setActive] = useState<SpanKey | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => visibleRows(nodes, collapsed), [nodes, collapsed]);
  const selectedKey = nodes[selectedIndex]?.span.key ?? null;
  const activeRow = Math.max(0, rows.findIndex((i) => nodes[i]?.span.key === (active ?? selectedKey)));

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    getItemKey: (row) => nodes[rows[row] ?? -1]?.span.key ?? row,
    useFlushSync: false,
  });

  const setOpen = (keys: readonly SpanKey[], open: boolean) => {
    setCollapsed((before) => {
      const after = new Set(before);
      for (const key of keys) {
        if (open) {
          after.delete(key);
        } else {
          after.add(key);
        }
      }
      return after;
    });
  };
  const activate = (row: number) => {
    const node = nodes[rows[row] ?? -1];
    if (node !== undefined) {
      setActive(node.span.key);
      virtual.scrollToIndex(row, { align: 'auto' });
    }
  };

  // A jump, or an address with a span, opens what hides it and brings it into sight.
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    const mark = selectedKey === null ? null : `${selectedKey} ${jumps}`;
    if (mark === null || wanted.current === mark) {
      return;
    }
    const hiding = ancestors(nodes, selectedIndex).filter((key) => collapsed.has(key));
    if (hiding.length > 0) {
      setOpen(hiding, true);
      return;
    }
    const row = rows.indexOf(selectedIndex);
    if (row >= 0) {
      wanted.current = mark;
      setActive(selectedKey);
      virtual.scrollToIndex(row, { align: 'auto' });
    }
  }, [selectedKey, selectedIndex, jumps, nodes, rows, collapsed, virtual]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepFor(event.key, { nodes, rows, row: activeRow, collapsed, page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / rowHeight) - 1) });
    if (step === null || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    const node = nodes[rows[activeRow] ?? -1];
    if (step.type === 'move') {
      activate(step.row);
    } else if (node !== undefined) {
      if (step.type === 'select') {
        onSelect(node);
      } else {
        setOpen([node.span.key], step.type === 'open');
      }
    }
  };

  const parents = useMemo(() => nodes.filter((n) => n.children > 0 && n.depth > 0).map((n) => n.span.key), [nodes]);
  const tops = useMemo(() => [...childrenOf(nodes, -1)].length, [nodes]);
  const marks = ticks(axis, 5);
  const share = (t: number) => (t / (axis.to - axis.from)) * 100;
  const grid = { '--grid': `${share(marks[1] ?? 0) || 100}%` } as CSSProperties;
  const activeNode = nodes[rows[activeRow] ?? -1];
  return (
    <div className="tree">
      <div className="tree-head" aria-hidden="true">
        <span className="head-name">{columns.span}
          <button type="button" tabIndex={-1} className="link" onClick={() => { setOpen(parents, collapsed.size > 0); }}>{collapsed.size > 0 ? treeText.expandAll : treeText.collapseAll}</button>
        </span>
        <span>{columns.state}</span><span className="figure">{columns.tokens}</span><span className="figure">{columns.duration}</span>
        <span className="axis">
          {marks.filter((t) => share(t) < 93).map((t) => <span key={t} className="tick" style={{ left: `${share(t)}%` }}>{formatTick(t)}</span>)}
        </span>
      </div>
      <div ref={scroller} className="tree-rows" role="tree" aria-label={treeText.tree} tabIndex={0} onKeyDown={onKeyDown}
        aria-activedescendant={activeNode === undefined ? undefined : rowId(activeNode)}>
        <div className="tree-space" role="presentation" style={{ ...grid, height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const index = rows[item.index] ?? -1;
            const node = nodes[index];
            return node === undefined ? null : (
              <SpanRow key={item.key} id={rowId(node)} node={node} top={item.start} setSize={nodes[node.parent]?.children ?? tops} axis={axis} now={now} info={info}
                open={!collapsed.has(node.span.key)} active={item.index === activeRow} selected={index === selectedIndex} match={matches.has(node.span.key)}
                onSelect={() => { setActive(node.span.key); onSelect(node); }}
                onToggle={() => { setActive(node.span.key); setOpen([node.span.key], collapsed.has(node.span.key)); }} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function rowId(node: Node): string {
  return `row-${node.span.traceId}-${node.span.spanId}`;
}

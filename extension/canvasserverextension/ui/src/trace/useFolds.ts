import { useCallback, useMemo, useState } from 'react';
import type { SpanKey } from '../client/wire/span';
import { groupLeaves, type GroupKey } from '../model/leaves';
import { rowsOf, type Row } from '../model/rows';
import { ancestors, type Node } from '../model/tree';

export interface Folds {
  readonly rows: readonly Row[];
  /** isOpen tells whether what hangs on a row is seen; null where nothing does. */
  readonly isOpen: (row: Row) => boolean | null;
  readonly setOpen: (row: Row, open: boolean) => void;
  /** reveal opens everything above a node, and returns false where it is open already. */
  readonly reveal: (index: number) => boolean;
  readonly expandAll: () => void;
  readonly collapseAll: () => void;
}

/** Shown is what no closed group may hide. */
export interface Shown { readonly selected: SpanKey | null; readonly matches: ReadonlySet<SpanKey> }

const none: ReadonlySet<never> = new Set();

/** useFolds holds which spans and groups are open, and lists the rows that are seen. */
export function useFolds(nodes: readonly Node[], fold: boolean, { selected, matches }: Shown): Folds {
  const [collapsed, setCollapsed] = useState<ReadonlySet<SpanKey>>(none);
  const [opened, setOpened] = useState<ReadonlySet<GroupKey>>(none);
  const groups = useMemo(() => {
    const keep = matches.size === 0 ? (key: SpanKey) => key === selected : (key: SpanKey) => key === selected || matches.has(key);
    return fold ? groupLeaves(nodes, { keep, opened }) : [];
  }, [nodes, fold, selected, matches, opened]);
  const rows = useMemo(() => rowsOf(nodes, { collapsed, groups, opened }), [nodes, collapsed, groups, opened]);
  const isOpen = useCallback((row: Row) => {
    if (row.group !== null) {
      return opened.has(row.group.key);
    }
    const node = nodes[row.index];
    return node === undefined || node.children === 0 ? null : !collapsed.has(node.span.key);
  }, [nodes, collapsed, opened]);
  return {
    rows, isOpen,
    setOpen: (row, open) => {
      const { group } = row;
      const key = nodes[row.index]?.span.key;
      if (group !== null) {
        setOpened((before) => withKey(before, group.key, open));
      } else if (key !== undefined) {
        setCollapsed((before) => withKey(before, key, !open));
      }
    },
    reveal: (index) => {
      const hiding = collapsed.size === 0 ? [] : ancestors(nodes, index).filter((key) => collapsed.has(key));
      if (hiding.length > 0) {
        setCollapsed((before) => new Set([...before].filter((key) => !hiding.includes(key))));
      }
      return hiding.length > 0;
    },
    expandAll: () => {
      setCollapsed(none);
      setOpened(new Set(groups.flatMap((g) => (g === undefined ? [] : [g.key]))));
    },
    collapseAll: () => {
      setOpened(none);
      setCollapsed(new Set(nodes.filter((n) => n.children > 0 && n.depth > 0).map((n) => n.span.key)));
    },
  };
}

function withKey<Key>(set: ReadonlySet<Key>, key: Key, there: boolean): ReadonlySet<Key> {
  const next = new Set(set);
  if (there) {
    next.add(key);
  } else {
    next.delete(key);
  }
  return next;
}

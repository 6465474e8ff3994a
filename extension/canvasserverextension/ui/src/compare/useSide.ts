import { useMemo, useState } from 'react';
import type { Followed, TraceState } from '../client/index';
import { useExecution } from '../live/useExecution';
import { usedBy, type Used } from '../model/difference';
import { executionName } from '../model/naming';
import { extentOf } from '../model/timeline';
import type { Node } from '../model/tree';
import { TreeKeeper } from '../model/treekeeper';

/** Side is one of the two runs, and all that a comparison needs of it. */
export interface Side {
  readonly id: string;
  readonly letter: string;
  readonly followed: Followed<TraceState>;
  readonly nodes: readonly Node[];
  /** used is by the index of a node. */
  readonly used: readonly Used[];
  readonly name: string;
  /** origin is when the run began. */
  readonly origin: number | null;
  /** open: more spans may come. */
  readonly open: boolean;
  /** ticking: something of it grows with time. */
  readonly ticking: boolean;
}

/** useSide follows one of the two runs, each with a subscription of its own to the page's one client. */
export function useSide(id: string, letter: string, token: string | null): Side {
  const followed = useExecution(id, token);
  const { execution, spans, complete } = followed.state;
  const [keeper] = useState(() => new TreeKeeper());
  const nodes = useMemo(() => keeper.update(spans), [keeper, spans]);
  const used = useMemo(() => usedBy(nodes), [nodes]);
  const extent = useMemo(() => extentOf(spans.values()), [spans]);
  const name = useMemo(() => executionName(execution, spans, id), [execution, spans, id]);
  const open = execution !== null && !complete && execution.completeReason !== 'evicted';
  const ticking = (execution?.status === 'running' && execution.finishedAt === null && !complete) || (extent?.open ?? false);
  return { id, letter, followed, nodes, used, name, origin: extent?.from ?? null, open, ticking };
}

import { useEffect, useState } from 'react';
import { newestOf } from '../model/newest';
import type { Node } from '../model/tree';

/** Follow is whether the tree keeps the newest span in sight. */
export interface Follow {
  readonly on: boolean;
  /** missed counts the spans that came since it was turned off. */
  readonly missed: number;
  readonly start: () => void;
  readonly stop: () => void;
}

/** Followed is a run: live while more may come, loaded once everything that was there before is. */
export interface Followed { readonly nodes: readonly Node[]; readonly live: boolean; readonly loaded: boolean }

/** useNewest follows a live run until somebody goes elsewhere; from the start where that is wanted. What it shows is an index of a node. */
export function useNewest({ nodes, live, loaded }: Followed, wanted: boolean, show: (index: number) => void): Follow {
  // null: it is on; otherwise how many spans there were when it was turned off.
  const [stopped, setStopped] = useState<number | null>(wanted ? null : nodes.length);
  const on = live && stopped === null;
  useEffect(() => {
    if (on) {
      show(newestOf(nodes));
    }
    // What arrives moves the view, not what is drawn: show is another function each time.
  }, [nodes, on]);
  useEffect(() => {
    if (!loaded) {
      setStopped((before) => (before === null ? null : nodes.length));
    }
  }, [nodes, loaded]);
  return {
    on,
    missed: stopped === null ? 0 : Math.max(0, nodes.length - stopped),
    start: () => { setStopped(null); },
    stop: () => { setStopped((before) => before ?? nodes.length); },
  };
}

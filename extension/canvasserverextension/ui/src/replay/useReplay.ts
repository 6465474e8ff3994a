import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { clocks, Replay, type Clock, type Scene } from '../model/replay';
import type { Node } from '../model/tree';
import { rangeText } from '../model/zoom';
import { setSearch, useParam } from '../route';

export const speeds = [0.5, 1, 2, 4, 8, 16] as const;
export type Speed = (typeof speeds)[number];

/** Replaying is a replay as it stands, and what can be done with it. Times are milliseconds since 1970. */
export interface Replaying {
  readonly scene: Scene;
  readonly moment: number;
  readonly from: number;
  readonly to: number;
  readonly clock: Clock;
  readonly playing: boolean;
  readonly speed: Speed;
  readonly go: (moment: number) => void;
  readonly step: (direction: 1 | -1) => void;
  readonly play: (on: boolean) => void;
  readonly setSpeed: (speed: Speed) => void;
  readonly setClock: (clock: Clock) => void;
}

// Times are told to the microsecond.
const leastMs = 0.001;

const reduced = '(prefers-reduced-motion: reduce)';
// The address follows when the moment has come to rest: a browser takes only so many changes of it.
const restMs = 250;

/**
 * useReplay turns an execution back to the moment that the address holds as `at`; null while it holds none, and the execution is
 * shown live. Start begins a replay at the first moment of the whole run, whatever part of it was shown, as a step of the history.
 */
export function useReplay(nodes: readonly Node[]): readonly [Replaying | null, start: () => void] {
  const asked = momentIn(useParam('at'));
  const word = useParam('clock');
  const clock: Clock = clocks.find((c) => c === word) ?? 'event';
  const active = asked !== null;
  const replay = useMemo(() => (active ? new Replay(nodes, clock) : null), [active, nodes, clock]);
  const [set, setMoment] = useState(asked ?? 0);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);

  // Where the address leads, the moment goes; what was written into it by this replay leads nowhere.
  const written = useRef<number | null>(null);
  const started = useRef(false);
  useEffect(() => {
    if (asked !== null && asked !== written.current) {
      setMoment(asked);
      setPlaying(started.current && !matchMedia(reduced).matches);
      started.current = false;
    }
    written.current = asked;
  }, [asked]);
  const start = useCallback(() => {
    started.current = true;
    setSearch({ at: momentText(new Replay(nodes, 'event').from), clock: null, ...rangeText(null) }, 'push');
  }, [nodes]);
  useEffect(() => {
    if (!active || written.current === null || set === written.current) {
      return;
    }
    const timer = setTimeout(() => {
      written.current = set;
      setSearch({ at: momentText(set) }, 'replace');
    }, restMs);
    return () => {
      clearTimeout(timer);
    };
  }, [active, set]);

  const { from, to } = replay ?? { from: 0, to: 0 };
  // Of a moment before the first or after the last one nothing else can be told.
  const moment = set > to - leastMs ? to : Math.max(from, set);
  useEffect(() => {
    if (!active || !playing) {
      return;
    }
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const passed = (now - last) * speed;
      last = now;
      setMoment((m) => roundMoment(Math.min(to, Math.max(from, m) + passed)));
    }, matchMedia(reduced).matches ? 1000 : 100);
    return () => {
      clearInterval(timer);
    };
  }, [active, playing, speed, from, to]);
  const ended = moment >= to;
  useEffect(() => {
    if (playing && ended) {
      setPlaying(false);
    }
  }, [playing, ended]);

  const scene = useMemo(() => replay?.at(moment) ?? null, [replay, moment]);
  if (replay === null || scene === null) {
    return [null, start];
  }
  const go = (next: number) => { setMoment(roundMoment(Math.min(replay.to, Math.max(replay.from, next)))); };
  const replaying: Replaying = {
    scene, moment, from: replay.from, to: replay.to, clock, playing: playing && !ended, speed, go, setSpeed,
    step: (direction) => {
      setPlaying(false);
      go(replay.next(moment, direction) ?? (direction === 1 ? replay.to : replay.from));
    },
    play: (on) => {
      if (on && ended) {
        go(replay.from);
      }
      setPlaying(on);
    },
    setClock: (next) => {
      // The clocks differ, so the same share of the way is nearer to what was looked at than the same moment.
      const other = new Replay(nodes, next);
      const share = replay.to > replay.from ? (moment - replay.from) / (replay.to - replay.from) : 1;
      setSearch({ clock: next === 'event' ? null : next, at: momentText(other.from + share * (other.to - other.from)) }, 'push');
    },
  };
  return [replaying, start];
}

/** leaveReplay goes back to the execution as it is. */
export function leaveReplay(): void {
  setSearch({ at: null, clock: null }, 'push');
}

/** momentIn reads a moment from an address; null where there is none. */
export function momentIn(text: string | null): number | null {
  const moment = text === null || text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(moment) ? moment : null;
}

/** momentText writes a moment for an address, to the microsecond. */
export function momentText(moment: number): string {
  return String(roundMoment(moment));
}

function roundMoment(moment: number): number {
  return Math.round(moment * 1000) / 1000;
}

import type { Problem } from './connection.js';
import { noRowsYet, reduceList, type ListAction, type ListState } from './list.js';
import { nothingYet, reduceTrace, type TraceAction, type TraceState } from './trace.js';
import type { Answer } from './wire/answer.js';
import type { Frame } from './wire/frame.js';
import type { World } from './world.js';

/** Target is what a subscription follows: an execution, whatever a trace belongs to, or an execution that is said to have a trace. */
export interface Target { readonly execution?: string; readonly trace?: string }

/** Filter selects the executions of a live list: those that fit all of it, at any time. */
export interface Filter {
  readonly workflowId?: string;
  /** status is one, or several separated by commas. */
  readonly status?: string;
  /** model is the whole name of one of the models. */
  readonly model?: string;
  /** q is in an id, a name, the workflow or a model. */
  readonly q?: string;
  /** startedFrom and startedTo are RFC 3339; the range ends before startedTo. */
  readonly startedFrom?: string;
  readonly startedTo?: string;
  /** startedWithin is how long ago it may have started, such as 15m or 24h. */
  readonly startedWithin?: string;
  /** limit is how many rows, at most 200; 50 where it is left out. */
  readonly limit?: number;
}

/** question is a filter in the words of the wire contract; what is left out or empty selects everything. */
export function question(f: Filter): Record<string, string> {
  const asked = {
    workflow_id: f.workflowId, status: f.status, model: f.model, q: f.q,
    started_from: f.startedFrom, started_to: f.startedTo, started_within: f.startedWithin,
  };
  return Object.fromEntries(Object.entries(asked).filter((e): e is [string, string] => (e[1] ?? '') !== ''));
}

/** Followed is what a subscription knows; problem says why it is not kept up to date although the client is connected. */
export interface Followed<State> { readonly state: State; readonly problem: Problem | null }

export type Feed = TraceFeed | ListFeed;

/** Trouble that is older than this is forgotten. */
const forgetMs = 60_000;

/** Base is what both kinds of subscriptions have in common. */
abstract class Base<State> {
  private troubles = 0;
  private troubledAt = -Infinity;
  private ended = false;
  protected view: Followed<State>;
  private readonly listener: (now: Followed<State>) => void;

  protected constructor(state: State, listener: (now: Followed<State>) => void) {
    this.view = { state, problem: null };
    this.listener = listener;
  }

  get current(): Followed<State> {
    return this.view;
  }

  /** over: the server said no, and meant it. */
  get over(): boolean {
    return this.view.problem?.retryable === false;
  }

  /** trouble counts, from 1, how often it was in trouble lately. */
  trouble(now: number): number {
    this.troubles = now - this.troubledAt > forgetMs ? 1 : this.troubles + 1;
    this.troubledAt = now;
    return this.troubles;
  }

  /** end is for good: nobody is told of anything any more. */
  end(): void {
    this.ended = true;
    this.stop();
  }

  /** stop is for now: what came is kept, and no timer is left. */
  abstract stop(): void;

  fail(problem: Problem): void {
    this.show({ ...this.view, problem });
  }

  revive(): void {
    if (this.view.problem !== null) {
      this.show({ ...this.view, problem: null });
    }
  }

  protected show(next: Followed<State>): void {
    this.view = next;
    if (!this.ended) {
      this.listener(next);
    }
  }
}

/** ListFeed is one subscription to a list. */
export class ListFeed extends Base<ListState> {
  readonly kind = 'list';
  readonly filter: Filter;
  readonly limit: number;

  constructor(filter: Filter, listener: (now: Followed<ListState>) => void) {
    super(noRowsYet, listener);
    this.filter = filter;
    this.limit = filter.limit ?? 50;
  }

  take(action: ListAction): void {
    const state = reduceList(this.view.state, action);
    if (action.type === 'opened') {
      this.view = { ...this.view, state };
    } else {
      this.show({ state, problem: null });
    }
  }

  override stop(): void {
    // Nothing is gathered.
  }
}

/**
 * gatherMs is how long frames are gathered before they are applied together. Drawing costs more the more spans there are, and
 * a large snapshot is hundreds of frames: 60 ms for a few spans, half a second for 50,000.
 */
function gatherMs(spans: number): number {
  return Math.min(1000, 60 + spans / 110);
}

/** TraceFeed is one subscription to an execution. The first change is shown at once, those that come soon after it together. */
export class TraceFeed extends Base<TraceState> {
  readonly kind = 'trace';
  readonly target: Target;
  private readonly world: World;
  private readonly gap: (feed: TraceFeed) => void;
  private gathered: Frame[] = [];
  private cancel: (() => void) | null = null;
  private shownAt = -Infinity;
  private anew = false;

  constructor(target: Target, world: World, listener: (now: Followed<TraceState>) => void, gap: (feed: TraceFeed) => void) {
    super(nothingYet, listener);
    this.target = target;
    this.world = world;
    this.gap = gap;
  }

  /** id is what the server is asked for. */
  get id(): string {
    return this.target.execution ?? this.target.trace ?? '';
  }

  /** hint is the trace that the execution is said to have. */
  get hint(): string | null {
    return this.target.execution === undefined ? null : this.target.trace ?? null;
  }

  /** place is the cursor to go on from; null begins anew. */
  place(): string | null {
    this.flush();
    return this.anew || this.view.state.gap === 'restart' ? null : this.view.state.cursor;
  }

  /** startOver has the next connection begin anew. What is shown stays until then. */
  startOver(): void {
    this.anew = true;
  }

  /** opened says that what follows goes on from a place. */
  opened(place: string | null): void {
    this.flush();
    this.anew = false;
    this.reduce({ type: 'opened', cursor: place });
  }

  receive(frame: Frame): void {
    this.gathered.push(frame);
    const rest = this.shownAt + gatherMs(this.view.state.spans.size) - this.world.now();
    if (rest <= 0) {
      this.flush();
    } else {
      this.cancel ??= this.world.after(rest, () => {
        this.flush();
      });
    }
  }

  take(answer: Answer): void {
    this.flush();
    this.reduce({ type: 'answer', answer });
    this.show({ ...this.view, problem: null });
  }

  override stop(): void {
    this.flush();
  }

  private flush(): void {
    this.cancel?.();
    this.cancel = null;
    const frames = this.gathered;
    if (frames.length === 0) {
      return;
    }
    this.gathered = [];
    this.shownAt = this.world.now();
    const before = this.view.state.gap;
    this.reduce({ type: 'frames', frames });
    this.show({ ...this.view, problem: null });
    if (before === 'none' && this.view.state.gap !== 'none') {
      this.gap(this);
    }
  }

  private reduce(action: TraceAction): void {
    this.view = { ...this.view, state: reduceTrace(this.view.state, action) };
  }
}

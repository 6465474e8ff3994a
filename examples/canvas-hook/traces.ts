import { TraceClient, type ClientOptions, type Connection, type Followed, type Subscription, type TraceState } from '@orcheo/canvas-trace-client';
import type { ExecutionTraceEntry, ExecutionTraceState } from './canvas';
import { emptyEntry, entryOf } from './entry';

/** Shown is everything that a hook needs; it is a new object with every change. */
export interface Shown {
  readonly traces: ExecutionTraceState;
  readonly refreshing: ReadonlySet<string>;
  readonly connection: Connection | null;
}

/** Wanted is what the page shows. */
export interface Wanted {
  readonly active: string | null;
  readonly listed: readonly string[];
  readonly workflowId: string | null;
}

/** So many of the executions that are only listed are read at the same time: without a WebSocket, each takes a connection. */
const readAtOnce = 4;

/**
 * ExecutionTraces keeps Canvas' entries up to date: the active execution live, the listed ones as they were when they were
 * read, and those of the workflow that begin meanwhile.
 */
export class ExecutionTraces {
  private shown: Shown = { traces: {}, refreshing: new Set(), connection: null };
  private wanted: Wanted = { active: null, listed: [], workflowId: null };
  private client: TraceClient | null = null;
  private list: Subscription<unknown> | null = null;
  private listOf: string | null = null;
  private begun: readonly string[] = []; // what the live list holds
  private readonly options: ClientOptions;
  private readonly report: (message: string) => void;
  private readonly followed = new Map<string, Subscription<TraceState>>();
  private readonly read = new Set<string>();
  private readonly hints = new Map<string, string>();
  private readonly waiting = new Map<string, (() => void)[]>(); // whoever asked for a refresh
  private readonly listeners = new Set<() => void>();

  constructor(options: ClientOptions, report: (message: string) => void = () => undefined) {
    this.options = options;
    this.report = report;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly current = (): Shown => this.shown;

  /** open connects; what it returns ends that. It can be opened again, as React does with every effect while developing. */
  open(): () => void {
    const client = new TraceClient(this.options);
    this.client = client;
    client.onConnection((connection) => {
      this.show({ connection });
    });
    this.update();
    return () => {
      this.client = this.list = this.listOf = null;
      this.followed.clear();
      this.read.clear();
      client.close();
      for (const id of [...this.waiting.keys()]) {
        this.answer(id);
      }
    };
  }

  want(wanted: Wanted): void {
    this.wanted = wanted;
    this.update();
  }

  /** hint tells which trace an execution has, as Canvas' own socket knows before the first span says so. */
  hint(execution: string, trace: string): void {
    if (/^[0-9a-f]{32}$/.test(trace) && this.hints.get(execution) !== trace) {
      this.hints.set(execution, trace);
      this.unfollow(execution);
      this.read.delete(execution);
      this.update();
    }
  }

  /** refresh reads an execution anew. It ends when that is here, or cannot be had. */
  refresh(execution: string): Promise<void> {
    if (this.client === null) {
      return Promise.resolve();
    }
    this.unfollow(execution);
    this.follow(execution);
    this.show({ refreshing: new Set([...this.shown.refreshing, execution]) });
    return new Promise((done) => {
      this.waiting.set(execution, [...this.waiting.get(execution) ?? [], done]);
    });
  }

  /** update follows what is wanted and leaves what is not. */
  private update(): void {
    if (this.client === null) {
      return;
    }
    this.watch(this.wanted.workflowId);
    const { active } = this.wanted;
    for (const id of [...this.followed.keys()]) {
      if (id !== active && this.read.has(id) && !this.waiting.has(id)) {
        this.unfollow(id);
      }
    }
    if (active !== null) {
      this.follow(active);
    }
    for (const id of [...this.wanted.listed, ...this.begun]) {
      if (!this.read.has(id) && this.followed.size < readAtOnce + 1) {
        this.follow(id);
      }
    }
  }

  private watch(workflowId: string | null): void {
    if (workflowId === this.listOf) {
      return;
    }
    this.list?.close();
    this.list = null;
    this.listOf = workflowId;
    this.begun = [];
    if (workflowId !== null && this.client !== null) {
      this.list = this.client.subscribeExecutions({ workflowId }, ({ state }) => {
        this.begun = state.rows.map((r) => r.id);
        this.update();
      });
    }
  }

  private follow(id: string): void {
    if (this.client === null || this.followed.has(id)) {
      return;
    }
    const hint = this.hints.get(id);
    this.put({ ...(this.shown.traces[id] ?? emptyEntry(id)), status: 'loading' });
    this.followed.set(id, this.client.subscribe(hint === undefined ? id : { execution: id, trace: hint }, (now) => {
      this.take(id, now);
    }));
  }

  private unfollow(id: string): void {
    this.followed.get(id)?.close();
    this.followed.delete(id);
  }

  private take(id: string, now: Followed<TraceState>): void {
    const before = this.shown.traces[id];
    if (!now.state.loaded && now.problem === null) {
      return; // what is shown stays until everything is here
    }
    this.put(entryOf(id, now, new Date()));
    if (now.problem !== null && before?.error !== now.problem.reason) {
      this.report(now.problem.reason);
    }
    this.read.add(id);
    this.answer(id);
    this.update();
  }

  private answer(id: string): void {
    const waiting = this.waiting.get(id) ?? [];
    this.waiting.delete(id);
    if (this.shown.refreshing.has(id)) {
      this.show({ refreshing: new Set([...this.shown.refreshing].filter((other) => other !== id)) });
    }
    for (const done of waiting) {
      done();
    }
  }

  private put(entry: ExecutionTraceEntry): void {
    this.show({ traces: { ...this.shown.traces, [entry.executionId]: entry } });
  }

  private show(change: Partial<Shown>): void {
    this.shown = { ...this.shown, ...change };
    for (const listener of [...this.listeners]) {
      listener();
    }
  }
}

import type { FakeSocket, FakeWorld } from './world';

type Place = Record<string, readonly [epoch: string, seq: number]>;
interface Held { readonly version: number; readonly seq: number }
interface Trace { epoch: string; seq: number; readonly spans: Map<string, Held> }

/** What may be between the client and the server. */
export interface Weather {
  http: 'open' | 'down';
  upgrades: 'open' | 'refused' | 'swallowed';
  events: 'open' | 'absent' | 'buffered';
}

/** Sent is a frame, and what the model itself must know of it. */
interface Sent { readonly message: object; readonly spans: object[]; readonly reset: boolean; readonly trace?: string }

/** Reader is one stream of frames, on whatever transport. */
interface Reader { place: Place; adopted: boolean; send(frame: object): void }

/**
 * ModelServer follows the wire contract with one execution, whose store is a few maps: the latest version of each span, and
 * the order of changes in each trace.
 */
export class ModelServer {
  readonly weather: Weather = { http: 'open', upgrades: 'open', events: 'open' };
  readonly traces = new Map<string, Trace>();
  /** served counts what the client asked for, by transport. */
  readonly served = { websocket: 0, events: 0, poll: 0 };
  private readonly world: FakeWorld;
  private readonly readers = new Set<Reader>();
  private readonly sockets = new Map<FakeSocket, Map<string, Reader>>();
  private readonly streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  private polls: (() => void)[] = [];
  private version = 0;
  private epochs = 0;
  private life = 0;
  private losing = 0;

  constructor(world: FakeWorld) {
    this.world = world;
    world.serve = (url, init) => this.answer(url, init);
    world.connect = (socket) => { this.accept(socket); };
  }

  /** contents is what a client should end with. */
  contents(): string[] {
    return [...this.traces].flatMap(([t, { spans }]) => [...spans].map(([id, s]) => `${t}/${id} v${s.version}`)).sort();
  }

  write(trace: string, span: string): void {
    const t = this.traces.get(trace) ?? { epoch: this.epoch(), seq: 0, spans: new Map<string, Held>() };
    this.traces.set(trace, t);
    t.seq++;
    t.spans.set(span, { version: ++this.version, seq: t.seq });
  }

  /** flush sends what is pending to everybody. */
  flush(): void {
    for (const reader of [...this.readers]) {
      this.send(reader);
    }
    const polls = this.polls;
    this.polls = [];
    polls.forEach((again) => { again(); });
  }

  /** reset takes a span out of a trace, of which clients must be told to forget it. */
  reset(trace: string, span: string): void {
    const t = this.traces.get(trace);
    if (t?.spans.delete(span) === true) {
      t.epoch = this.epoch();
      if (t.spans.size === 0) {
        this.traces.delete(trace);
      }
    }
  }

  /** vanish takes a whole trace away. */
  vanish(trace: string): void {
    this.traces.delete(trace);
  }

  /** beat shows that the connections live. */
  beat(): void {
    this.sockets.forEach((_, socket) => { socket.say({ type: 'heartbeat', t: this.world.time }); });
    this.streams.forEach((stream) => { stream.enqueue(new TextEncoder().encode(': heartbeat\n\n')); });
  }

  /**
   * lose drops the next frame with spans on its way. It is noticed with the next frame of the trace, so one follows: what is
   * lost last, before another transport takes over from the cursor, nobody could notice.
   */
  lose(): void {
    this.losing = 1;
  }

  /** clear is fair weather from now on, with what it leaves closed. */
  clear(weather: Pick<Weather, 'upgrades' | 'events'>): void {
    this.losing = 0;
    Object.assign(this.weather, { http: 'open', ...weather });
  }

  cut(code = 1006): void {
    for (const socket of [...this.sockets.keys()]) {
      this.hangUp(socket);
      socket.end(code);
    }
    for (const stream of this.streams) {
      stream.close();
    }
    this.streams.clear();
    this.polls.splice(0).forEach((again) => { again(); });
    this.readers.clear();
  }

  /** restart keeps the spans and no position, as a server that was killed and reads its store again. */
  restart(): void {
    this.life++;
    for (const t of this.traces.values()) {
      t.epoch = this.epoch();
    }
    this.cut(1012);
  }

  private epoch(): string {
    return `e${++this.epochs}`;
  }

  private accept(socket: FakeSocket): void {
    const { http, upgrades } = this.weather;
    if (http === 'down' || upgrades === 'refused') {
      queueMicrotask(() => { socket.end(1006); });
      return;
    }
    if (upgrades === 'swallowed') {
      return;
    }
    this.served.websocket++;
    const subs = new Map<string, Reader>();
    this.sockets.set(socket, subs);
    socket.left = () => { this.hangUp(socket); };
    socket.received = (text) => { this.obey(socket, subs, JSON.parse(text) as { type: string; id: string; since?: string }); };
    queueMicrotask(() => { if (!socket.closed) { socket.open(); } });
  }

  private obey(socket: FakeSocket, subs: Map<string, Reader>, m: { type: string; id: string; since?: string }): void {
    const held = subs.get(m.id);
    switch (m.type) {
      case 'init':
        socket.say({ type: 'welcome', v: 1, heartbeat_ms: 20_000, limits: { message_rate: 20 } });
        break;
      case 'unsubscribe':
        if (held !== undefined) {
          this.readers.delete(held);
          subs.delete(m.id);
        }
        break;
      case 'subscribe': {
        if (held !== undefined) {
          this.hangUp(socket);
          socket.end(4409);
          return;
        }
        const { place, adopted, known } = this.placeOf(m.since);
        const reader: Reader = { place, adopted, send: (frame) => { socket.say({ ...frame, sub: m.id }); } };
        subs.set(m.id, reader);
        this.readers.add(reader);
        socket.say({ type: 'subscribed', id: m.id, mode: m.since === undefined ? 'snapshot' : known ? 'resume' : 'reset' });
        this.send(reader, true);
        break;
      }
    }
  }

  private hangUp(socket: FakeSocket): void {
    this.sockets.get(socket)?.forEach((reader) => { this.readers.delete(reader); });
    this.sockets.delete(socket);
  }

  private async answer(url: URL, init: RequestInit): Promise<Response> {
    if (this.weather.http === 'down') {
      throw new TypeError('nobody there');
    }
    const since = url.searchParams.get('since') ?? undefined;
    if (url.pathname.endsWith('/events')) {
      return this.stream(since, init);
    }
    if (url.pathname.endsWith('/trace')) {
      this.served.poll++;
      return this.poll(since, url.searchParams.has('wait'));
    }
    return Response.json({ name: 'model' });
  }

  private stream(since: string | undefined, init: RequestInit): Response {
    if (this.weather.events === 'absent') {
      return Response.json({ detail: 'no such route' }, { status: 404 });
    }
    this.served.events++;
    if (this.weather.events === 'buffered') {
      return new Response(new ReadableStream<Uint8Array>(), { headers: { 'Content-Type': 'text/event-stream' } });
    }
    const { place, adopted } = this.placeOf(since);
    const text = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        const reader: Reader = { place, adopted, send: (frame) => { stream.enqueue(text.encode(`event: trace:update\ndata: ${JSON.stringify(frame)}\n\n`)); } };
        this.streams.add(stream);
        this.readers.add(reader);
        init.signal?.addEventListener('abort', () => {
          this.readers.delete(reader);
          if (this.streams.delete(stream)) {
            stream.error(new DOMException('aborted', 'AbortError'));
          }
        });
        stream.enqueue(text.encode('retry: 2000\n\n'));
        this.send(reader, true);
      },
    });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream; charset=utf-8' } });
  }

  private async poll(since: string | undefined, wait: boolean): Promise<Response> {
    let { place, known } = this.placeOf(since);
    if (wait && known && this.framesSince({ ...place }).length === 0) {
      await new Promise<void>((done) => {
        this.polls.push(done);
        this.world.after(25_000, done);
      });
      ({ place, known } = this.placeOf(since));
    }
    const whole = !known || this.framesSince({ ...place }).some((f) => f.reset);
    const at: Place = whole ? {} : { ...place };
    const spans = this.framesSince(at).flatMap((f) => f.spans);
    return Response.json({
      execution: this.execution(), spans, phase: whole ? 'snapshot' : 'live', known: true,
      page_info: { has_next_page: true, at_end: true, cursor: this.cursor('poll', at) },
    });
  }

  private cursor(kind: 'poll' | 'stream', place: Place): string {
    return `c.${JSON.stringify([kind, this.life, place])}`;
  }

  /** placeOf reads a cursor: one from a poll is marked, because its client knows no positions. */
  private placeOf(since: string | undefined): { place: Place; adopted: boolean; known: boolean } {
    if (since === undefined) {
      return { place: {}, adopted: false, known: false };
    }
    const [kind, life, place] = JSON.parse(since.slice(2)) as [string, number, Place];
    return { place, adopted: kind === 'poll', known: life === this.life };
  }

  private send(reader: Reader, first = false): void {
    const frames = this.framesSince(reader.place);
    if (first && frames.length === 0) {
      reader.send(this.frame({ spans: [], seq: 0, prev_seq: 0 }, reader.place).message);
    }
    let lost: string | undefined;
    for (const frame of frames) {
      // What is lost at once after a poll cannot be noticed either, because its client knows no positions.
      if (this.losing > 0 && !reader.adopted && frame.trace !== undefined) {
        this.losing--;
        lost = frame.trace;
      } else {
        reader.send(frame.message);
      }
    }
    if (lost !== undefined) {
      this.write(lost, 'next');
      this.send(reader);
    }
    reader.adopted &&= frames.length === 0;
  }

  /** framesSince are a frame for each trace with changes; it moves the place on. */
  private framesSince(place: Place): Sent[] {
    const frames: Sent[] = [];
    for (const t of Object.keys(place)) {
      if (!this.traces.has(t)) {
        delete place[t];
        frames.push(this.frame({ spans: [], reset: true, seq: 0, prev_seq: 0 }, place));
      }
    }
    for (const [id, trace] of this.traces) {
      const told = place[id];
      const reset = told !== undefined && told[0] !== trace.epoch;
      const before = told === undefined || reset ? 0 : told[1];
      const changed = [...trace.spans].filter(([, s]) => s.seq > before).sort((a, b) => a[1].seq - b[1].seq);
      if (changed.length === 0 && !reset && before === trace.seq) {
        continue;
      }
      // A large change is several frames.
      for (let i = 0, prev = before; i < changed.length; i += 2) {
        const part = changed.slice(i, i + 2);
        const seq = i + 2 >= changed.length ? trace.seq : part.at(-1)?.[1].seq ?? trace.seq;
        place[id] = [trace.epoch, seq];
        const spans = part.map(([span_id, s]) => ({ trace_id: id, span_id, name: `v${s.version}` }));
        frames.push({ ...this.frame({ spans, reset: reset && i === 0, epoch: trace.epoch, seq, prev_seq: prev }, place), trace: id });
        prev = seq;
      }
    }
    return frames;
  }

  private frame(fields: { spans: object[]; reset?: boolean; epoch?: string; seq: number; prev_seq: number }, place: Place): Sent {
    const cursor = this.cursor('stream', place);
    const message = { type: 'trace:update', trace_id: null, reset: false, cursor, last: true, phase: 'live', complete: false, execution: this.execution(), ...fields };
    return { message, spans: fields.spans, reset: message.reset };
  }

  private execution(): object {
    const traces = [...this.traces.keys()];
    return { id: 'run', status: 'running', known: true, traces, traces_total: traces.length };
  }
}

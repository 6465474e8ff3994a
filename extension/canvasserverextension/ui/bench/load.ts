import { attribute, sendSpans, type Collector, type OtlpSpan } from '../browser/collector';

/** Load is one execution of many spans: a root that runs, and a tree of twenty children each, some with tokens and errors. */
export class Load {
  readonly trace: string;
  private readonly start = Date.now() - 600_000;
  private readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
    this.trace = digits.repeat(16);
  }

  /** span is the nth; its parent has a smaller number. Without an end it runs. */
  span(n: number, ended = true): OtlpSpan {
    const from = this.start + n * 4;
    const kinds = ['chat', 'execute_tool', 'embeddings', 'invoke_agent'] as const;
    return {
      traceId: this.trace, spanId: this.id(n), name: `${kinds[n % 4] ?? 'chat'} step ${n}`,
      ...(n === 0 ? {} : { parentSpanId: this.id(Math.floor((n - 1) / 20)) }),
      startTimeUnixNano: `${from}000000`, endTimeUnixNano: ended && n > 0 ? `${from + 20 + (n % 300)}000000` : '0',
      attributes: [
        attribute('gen_ai.operation.name', kinds[n % 4] ?? 'chat'), attribute('gen_ai.request.model', 'gpt-4o-mini'), attribute('orcheo.node.id', `node-${n % 40}`),
        { key: 'gen_ai.usage.input_tokens', value: { intValue: String(100 + (n % 900)) } }, { key: 'gen_ai.usage.output_tokens', value: { intValue: String(n % 200) } },
      ],
      ...(n % 500 === 7 ? { status: { code: 2, message: 'it took too long' } } : {}),
    };
  }

  /** fill sends the first count spans, in requests of a thousand. */
  async fill(c: Collector, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1000) {
      await sendSpans(c, Array.from({ length: Math.min(1000, count - n) }, (_, i) => this.span(n + i)));
    }
  }

  private id(n: number): string {
    return `${this.digits}${n.toString(16).padStart(14, '0')}`;
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attribute, sendSpans, startCollector, type Collector, type OtlpSpan } from './collector';
import { rows, visit } from './visitor';

const markup = '<img src=x onerror="window.owned=1"><script>window.owned=2</script><a href="javascript:window.owned=3">x</a>';
const turned = 'invoice\u202Efdp.exe\u202C \u2066hidden\u2069 zero\u200Bwidth \u001b[31m';
// A little less than a MiB: the processor's redaction replaces what is longer, unread.
const megabyte = `${markup} ${'long '.repeat(209_000)}`;
const execution = 'run-"><svg onload=window.owned=4>';
const trace = '0badc0de'.repeat(4);

function span(id: number, parent: number | null, name: string, more: Partial<OtlpSpan> = {}): OtlpSpan {
  const now = Date.now();
  const hex = (n: number) => n.toString(16).padStart(16, '0');
  return {
    traceId: trace, spanId: hex(id), name, startTimeUnixNano: `${now - 1000 + id}000000`, endTimeUnixNano: `${now}000000`,
    ...(parent === null ? {} : { parentSpanId: hex(parent) }), ...more,
    attributes: [attribute('orcheo.execution.id', execution), ...(more.attributes ?? [])],
  };
}

// Markdown that wants to fetch, to run, to mislead, and to take forever.
const beacon = 'https://beacon.example.net/seen';
const marked = [
  '# Done', `![logo](${beacon}.png) ![x][b] <img src="${beacon}?raw"> <iframe src="${beacon}"></iframe>`, '', `[b]: ${beacon}?ref`, '',
  '[run](javascript:window.owned=5) [data](data:text/html,<script>window.owned=6</script>) [home](/api/info) [bank](https://bank.example.org@evil.example.net/)',
  '[honest](https://ex\u0430mple.org/\u202Egnp.exe)', `**${turned}** \`${turned}\``, '&#x202E;turned &lt;script&gt;', markup, `<style>@import url(${beacon})</style>`, '', `<link rel=stylesheet href=${beacon}>`,
].join('\n');
const said = (text: string, role = 'assistant') => ({ role, parts: [{ type: 'text', content: text }] });
const messages = [
  said(marked), said(`${'> '.repeat(900)}deep`), said('*a **a '.repeat(500)), said(`${'['.repeat(1500)}${']'.repeat(1500)}`, 'tool'),
  { role: 'assistant', parts: [{ type: 'tool_call', name: markup, arguments: { [markup]: turned, __proto__: 1 } }, { type: 'uri', modality: 'image', uri: `${beacon}.uri` }] },
];

const spans: readonly OtlpSpan[] = [
  span(1, null, 'workflow.execution', {
    attributes: [attribute('orcheo.execution.run_name', `</title>${markup}`), attribute('orcheo.workflow.id', turned)],
    events: [{ name: 'workflow.completed', timeUnixNano: `${Date.now()}000000`, attributes: [] }],
  }),
  span(2, 1, markup, {
    attributes: [
      attribute(markup, markup), attribute('__proto__', 'polluted'), attribute('constructor', 'polluted'), attribute('turned', turned),
      attribute('long', megabyte), attribute('gen_ai.operation.name', 'constructor'), attribute('orcheo.node.kind', '__proto__'),
    ],
    events: [
      { name: 'message', timeUnixNano: `${Date.now()}000000`, attributes: [attribute('role', markup), attribute('preview', `${markup} ${turned}`)] },
      { name: markup, timeUnixNano: '1', attributes: [attribute(turned, markup)] },
      { name: 'exception', timeUnixNano: `${Date.now()}000000`, attributes: [attribute('exception.type', markup), attribute('exception.message', turned), attribute('exception.stacktrace', megabyte)] },
    ],
    status: { code: 2, message: markup },
  }),
  span(3, 3, 'own parent'),
  span(4, 5, 'circle, one half'),
  span(5, 4, 'circle, other half'),
  span(6, 99, turned),
  span(7, 1, 'marked', { attributes: [attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.output.messages', JSON.stringify(messages))] }),
];

describe('a span that wants to harm', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
    await sendSpans(collector, spans);
  });
  afterAll(async () => { await collector.stop(); });

  it('is shown as text, with what is hidden in it made visible', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(collector.page);
    await page.getByRole('link', { name: /onerror/ }).click();
    expect(page.url()).toBe(`${collector.page}/executions/${encodeURIComponent(execution)}`);

    // Each span once, whatever its parent ids say, and the parent that nobody sent.
    await expect.poll(async () => (await rows(page)).length).toBe(8);
    const names = (await rows(page)).join('\n');
    for (const name of ['own parent', 'circle, one half', 'circle, other half', '[U+202E]', '<img src=x', 'not received']) {
      expect(names).toContain(name);
    }
    await page.getByRole('treeitem', { name: /<img/ }).click();
    const detail = page.locator('.detail');
    await detail.waitFor();
    expect(await detail.locator('h2').textContent()).toBe(markup);
    expect(await detail.locator('.role').textContent()).toBe(markup.slice(0, 60));
    expect(await detail.locator('.message').textContent()).toContain('U+202Efdp.exe');
    expect(await detail.locator('.attributes').last().textContent()).toContain('polluted');
    expect(await page.title()).toContain('</title>');

    // A megabyte is cut by the server and again by the page, which shows all that was kept when it is asked.
    const stack = detail.locator('.stack');
    expect((await stack.textContent())?.length).toBeLessThan(5000);
    await detail.getByRole('button', { name: 'Fetch the whole span' }).click();
    await detail.getByText(/^This is all that the server kept/).waitFor();
    expect((await stack.textContent())?.length).toBeLessThan(5000);
    await detail.getByRole('button', { name: /^Show all [0-9,]+ characters$/ }).first().click();
    await expect.poll(async () => (await stack.textContent())?.length).toBeGreaterThan(16_000);

    await detail.getByRole('button', { name: 'Raw JSON', exact: true }).click();
    await detail.getByRole('searchbox', { name: 'Filter attributes by name or value' }).fill('<IMG');
    await expect.poll(() => detail.locator('.section', { hasText: 'Attributes' }).locator('.attributes tr').count()).toBeLessThan(8);

    expect(await page.evaluate(() => document.querySelectorAll('#page :is(img, script, iframe, object, embed, link, style, [onerror], [onload], a[href^="javascript"])').length)).toBe(0);
    expect(await page.evaluate(() => 'owned' in window || 'polluted' in {})).toBe(false);
    await visitor.leave();
  });

  it('is text as well beside another run, in the chart and in a replay', async () => {
    await sendSpans(collector, [
      { ...span(8, null, 'workflow.execution'), traceId: '0badc0df'.repeat(4), attributes: [attribute('orcheo.execution.id', markup), attribute('orcheo.workflow.id', markup)] },
      { ...span(9, 8, markup), traceId: '0badc0df'.repeat(4), attributes: [attribute('orcheo.node.id', markup), attribute('gen_ai.request.model', turned), { key: 'gen_ai.usage.input_tokens', value: { intValue: '7' } }] },
    ]);
    const visitor = await visit(collector.page);
    const { page } = visitor;
    const harmless = async () => {
      expect(await page.evaluate(() => document.querySelectorAll('#page :is(img, script, iframe, object, embed, link, style, [onerror], [onload], a[href^="javascript"])').length)).toBe(0);
      expect(await page.evaluate(() => 'owned' in window || 'polluted' in {})).toBe(false);
    };
    await page.goto(`${collector.page}/compare?${new URLSearchParams({ a: execution, b: markup }).toString()}`);
    await page.getByRole('treeitem', { name: /^<img/ }).first().click();
    await page.locator('.step h2').waitFor();
    await page.getByText('These are runs of different workflows.').waitFor();
    await harmless();
    await page.goto(`${collector.page}/compare?${new URLSearchParams({ a: markup }).toString()}`);
    await page.getByRole('checkbox').check();
    await page.locator('.picker-row').first().waitFor();
    await harmless();
    const there = `${collector.page}/executions/${encodeURIComponent(markup)}`;
    await page.goto(`${there}?view=tokens&by=model&pick=${encodeURIComponent(turned)}`);
    await page.locator('.bar-name', { hasText: 'U+202Efdp.exe' }).waitFor();
    await harmless();
    await page.goto(`${there}?at=1&clock=${encodeURIComponent(markup)}`);
    await page.getByText('Replay, not live').waitFor();
    await harmless();
    await visitor.leave();
  });

  it('has no harm in it as Markdown or JSON either: nothing is fetched, run or followed', async () => {
    const visitor = await visit(collector.page);
    const { page } = visitor;
    await page.goto(`${collector.page}/executions/${encodeURIComponent(execution)}`);
    await page.getByRole('treeitem', { name: /^marked/ }).click();
    const shown = page.locator('.detail .message');
    await shown.first().locator('.mark-heading', { hasText: 'Done' }).waitFor();
    expect(await shown.count()).toBe(messages.length);
    for (let i = 0; i < messages.length; i++) {
      for (const form of ['Markdown', 'JSON', 'Text', 'Markdown']) {
        const button = shown.nth(i).getByRole('button', { name: form, exact: true });
        if (await button.count() > 0) {
          await button.click();
        }
      }
    }
    const text = await shown.first().textContent();
    for (const there of [`Image: logo (${beacon}.png)`, `Image: x (${beacon}?ref)`, `<img src="${beacon}?raw">`, '[run](javascript:window.owned=5)', '[home](/api/info)', 'https://xn--exmple-4nf.org/', 'U+202Eturned', 'U+202Efdp.exe']) {
      expect(text).toContain(there);
    }
    // One link, to where it says that it leads.
    expect(await shown.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))).toEqual(['https://xn--exmple-4nf.org/%E2%80%AEgnp.exe']);
    expect(await shown.nth(1).textContent()).toContain('> > > deep');
    expect(await page.evaluate(() => document.querySelectorAll('#page :is(img, script, iframe, object, embed, link, style, [onerror], [onload], a[href^="javascript"])').length)).toBe(0);
    expect(await page.evaluate(() => 'owned' in window)).toBe(false);
    await visitor.leave(); // fails where anything was asked of another server
  });

  it('cannot be framed, and the page may load nothing from elsewhere', async () => {
    const response = await fetch(`${collector.page}/executions/x`);
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'self'", "form-action 'none'"]) {
      expect(policy).toContain(part);
    }
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });
});

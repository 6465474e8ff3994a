import type { Execution } from '../client/wire/execution';
import type { Span } from '../client/wire/span';
import { formatDuration } from '../format/duration';
import { formatExact } from '../format/moment';
import { formatCost } from '../format/quantity';
import { clip, visible } from '../format/visible';
import { reportText } from '../text/export';
import { lookNames, usageMeanings } from '../text/span';
import { readConversation } from './conversation';
import { evidenceOf } from './evidence';
import { lookOf } from './look';
import { durationOf } from './timeline';
import { costOf, modelOf, tokensOf } from './tokens';
import { buildTranscript } from './transcript';
import type { Node } from './tree';

/** Subject is what a report is about, as of now in the server's time; selected is the span that somebody looks at. */
export interface Subject {
  readonly id: string; readonly name: string; readonly url: string; readonly execution: Execution; readonly nodes: readonly Node[]; readonly selected: Node | null; readonly now: number;
}

/** mostAgentBytes is how long a text for an agent may be, in UTF-8: enough to see what went wrong, little enough to paste. */
export const mostAgentBytes = 8192;

/** mostMarkdown is how long a report may be, in characters: GitHub takes 65,536 in an issue. */
export const mostMarkdown = 60_000;

// Of a report for an issue, and of the shorter text for an agent.
const most = { errors: 8, trouble: { characters: 2500, lines: 40 }, open: 10, spans: 150, selected: { characters: 4000, lines: 80 } } as const;
const mostAgent = { errors: 5, trouble: 700, open: 8, selected: 1500, turns: 8 } as const;

/** markdownReport is for an issue. What spans say stands in fences that nothing in it can close, so none of it becomes markup. */
export function markdownReport(s: Subject): string {
  const failed = failures(s.nodes);
  const open = withoutEnd(s.nodes);
  const lines = s.nodes.slice(0, most.spans).map((n) => spanLine(n, s.now));
  return [
    `**${reportText.execution} ${inlineCode(s.name)}**`, '',
    ...facts(s).map(([what, value]) => `- ${what}: ${inlineCode(value)}`),
    ...failed.slice(0, most.errors).flatMap((n) => ['', reportText.errorIn(inlineCode(path(s.nodes, n))), '', fenced(troubleOf(n.span), most.trouble)]),
    ...(failed.length > most.errors ? ['', reportText.moreErrors(failed.length - most.errors)] : []),
    ...(open.length === 0 ? [] : ['', reportText.agentOpen(open.length), '', fenced(open.slice(0, most.open).map((n) => openLine(s, n)).join('\n'), most.trouble)]),
    ...(s.selected === null ? [] : ['', reportText.selected(inlineCode(path(s.nodes, s.selected))), '', fenced(spanText(s.selected, s.now), most.selected)]),
    '', `<details><summary>${reportText.allSpans(s.nodes.length)}</summary>`, '', fenced(lines.join('\n'), { characters: 24_000, lines: most.spans }),
    ...(s.nodes.length > most.spans ? ['', reportText.moreSpans(s.nodes.length - most.spans)] : []),
    '', '</details>', '',
  ].join('\n');
}

/**
 * agentReport is for a language model that is to find out what went wrong: errors first, then what has not ended, the span that is
 * looked at, what was said last, and the tree, as much as fits. Each line of what spans say begins with "|", which nothing in it can
 * undo, and the text says that these lines are data.
 */
export function agentReport(s: Subject, bytes: number = mostAgentBytes): string {
  const failed = failures(s.nodes);
  const open = withoutEnd(s.nodes);
  const turns = buildTranscript(s.nodes).turns.slice(-mostAgent.turns);
  return fit([
    reportText.agentLead,
    ...facts(s).flatMap(([what, value]) => quoted(`${what}: ${value}`)),
    '', reportText.agentErrors(failed.length),
    ...failed.slice(0, mostAgent.errors).flatMap((n) => quoted(`${path(s.nodes, n)}\n${troubleOf(n.span)}`, mostAgent.trouble)),
    ...(failed.length > mostAgent.errors ? [reportText.moreErrors(failed.length - mostAgent.errors)] : []),
    ...(open.length === 0 ? [] : ['', reportText.agentOpen(open.length), ...open.slice(0, mostAgent.open).flatMap((n) => quoted(openLine(s, n)))]),
    ...(s.selected === null ? [] : ['', reportText.selectedSpan, ...quoted(`${path(s.nodes, s.selected)}\n${spanText(s.selected, s.now)}`, mostAgent.selected)]),
    ...(turns.length === 0 ? [] : ['', reportText.agentTurns(turns.length), ...turns.flatMap((t) => quoted(`${t.role} (${t.span.name}): ${t.text}`, 400))]),
    '', reportText.agentSpans,
    ...s.nodes.flatMap((n) => quoted(spanLine(n, s.now), 160)),
  ], bytes);
}

function withoutEnd(nodes: readonly Node[]): Node[] {
  return nodes.filter((n) => n.span.state !== 'ended');
}

function openLine(s: Subject, n: Node): string {
  return `${path(s.nodes, n)}: ${evidenceOf(n, s.now) ?? ''}`;
}

/** spanText is one span in short: its figures, why it failed, and what was said in it last. */
function spanText(n: Node, now: number): string {
  const { span } = n;
  const tokens = tokensOf(span);
  const cost = costOf(span);
  return [
    spanLine({ ...n, depth: 0 }, now),
    ...(modelOf(span) === null ? [] : [`${reportText.model}: ${oneLine(modelOf(span) ?? '', 200)}`]),
    ...(tokens === null ? [] : [`${reportText.facts.tokens}: ${reportText.tokens(tokens.input, tokens.output)}${span.usage === null ? '' : `, ${usageMeanings[span.usage]}`}`]),
    ...(cost === null ? [] : [`${reportText.facts.cost}: ${formatCost(cost)}`]),
    ...(span.failed ? [troubleOf(span)] : []),
    ...readConversation(span).messages.slice(-4).map((m) => `${oneLine(m.role, 60)}: ${clip(m.text, { characters: 1500, lines: 30 })}`),
  ].join('\n');
}

/** fit joins lines for as long as they fit, and says how many did not. */
function fit(lines: readonly string[], most: number): string {
  const bytes = new TextEncoder();
  const note = (n: number) => `${reportText.moreLines(n)}\n`;
  let left = most - bytes.encode(note(lines.length)).length;
  let end = 0;
  for (; end < lines.length; end++) {
    left -= bytes.encode(`${lines[end] ?? ''}\n`).length;
    if (left < 0) {
      break;
    }
  }
  return lines.slice(0, end).map((l) => `${l}\n`).join('') + (end < lines.length ? note(lines.length - end) : '');
}

function facts({ id, url, execution: e, now }: Subject): [string, string][] {
  const end = e.finishedAt ?? (e.status === 'running' ? now : null);
  const named = reportText.facts;
  const all: [string, string | null][] = [
    [reportText.execution, id], [named.page, url], [named.status, reportText.status(e.status, e.complete)], [named.workflow, e.workflowId],
    [named.started, e.startedAt === null ? null : formatExact(e.startedAt)],
    [named.duration, e.startedAt === null || end === null ? null : formatDuration(Math.max(0, end - e.startedAt))],
    [named.spans, reportText.spans(e.spanCount, e.errorCount, e.droppedSpans)],
    [named.tokens, reportText.tokens(e.tokens.input, e.tokens.output)],
    [named.cost, e.costUsd === null ? reportText.costUnknown : formatCost(e.costUsd)],
  ];
  return all.filter((f): f is [string, string] => f[1] !== null);
}

/** failures are the spans in which errors began before those that only passed them on: deeper spans first. */
function failures(nodes: readonly Node[]): Node[] {
  return nodes.filter((n) => n.span.failed).sort((a, b) => b.depth - a.depth);
}

function path(nodes: readonly Node[], node: Node): string {
  const names: string[] = [];
  for (let n: Node | undefined = node; n !== undefined && names.length < 6; n = nodes[n.parent]) {
    names.unshift(oneLine(n.span.name, 80));
  }
  return names.join(' > ');
}

function troubleOf(span: Span): string {
  const said = [span.statusMessage ?? reportText.noMessage];
  for (const e of span.events.filter((x) => x.name === 'exception').slice(0, 3)) {
    for (const key of ['exception.type', 'exception.message', 'exception.stacktrace']) {
      const value = e.attributes[key];
      if (typeof value === 'string' && value !== '') {
        said.push(clip(value, { characters: 1500, lines: 15 }));
      }
    }
  }
  return clip(said.join('\n'), { characters: 3000, lines: 50 });
}

function spanLine(n: Node, now: number): string {
  const duration = durationOf(n.span, now);
  return `${'  '.repeat(Math.min(n.depth, 12))}${oneLine(n.span.name, 100)} [${lookNames[lookOf(n.span)]}${duration === null ? '' : `, ${formatDuration(duration)}`}]`;
}

function oneLine(text: string, most: number): string {
  return visible(clip(text, { characters: most, lines: 1 }));
}

function quoted(text: string, most = 400): string[] {
  const cut = clip(text, { characters: most, lines: 30 });
  return `${visible(cut)}${cut.length < text.length ? ' …' : ''}`.split('\n').map((l) => `| ${l}`);
}

/** fenced cuts a text once more after what is hidden in it was written out, which makes it longer. */
function fenced(text: string, most: { readonly characters: number; readonly lines: number }): string {
  const cut = withoutWalls(clip(visible(clip(text, most)), most));
  const fence = '`'.repeat(Math.max(3, longestRun(cut) + 1));
  return `${fence}text\n${cut}${cut.length < text.length ? ' …' : ''}\n${fence}`;
}

function inlineCode(text: string): string {
  const line = withoutWalls(clip(oneLine(text, 500), { characters: 500, lines: 1 }));
  const fence = '`'.repeat(longestRun(line) + 1);
  return `${fence} ${line} ${fence}`;
}

/** withoutWalls shortens long runs of backticks: a fence has to be longer than any of them. */
function withoutWalls(text: string): string {
  return text.replace(/`{20,}/g, (run) => `${'`'.repeat(19)}… (× ${run.length})`);
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

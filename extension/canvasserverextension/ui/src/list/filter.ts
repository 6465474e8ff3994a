import type { Filter } from '../client/index';
import { statuses, type Status } from '../client/wire/execution';
import type { Changes } from '../route';

/** periods are how long ago an execution may have started, in the words of the wire contract. */
export const periods = ['15m', '1h', '24h'] as const;
export type Period = (typeof periods)[number];

/** ListFilter is what of the list is wanted; an empty text or list is no wish. All of it stands in the address. */
export interface ListFilter {
  readonly q: string;
  readonly statuses: readonly Status[];
  readonly workflow: string;
  readonly model: string;
  readonly period: Period | '';
  /** from and to are a range of starts, as RFC 3339 in UTC. There is none beside a period. */
  readonly from: string;
  readonly to: string;
}

export const noFilter: ListFilter = { q: '', statuses: [], workflow: '', model: '', period: '', from: '', to: '' };

/** readFilter takes from an address what it can, and never fails: people send and edit addresses. */
export function readFilter(asked: URLSearchParams): ListFilter {
  const named = new Set((asked.get('status') ?? '').split(','));
  const period = periods.find((p) => p === asked.get('started')) ?? '';
  return {
    q: asked.get('q') ?? '',
    statuses: statuses.filter((s) => named.has(s)),
    workflow: asked.get('workflow') ?? '',
    model: asked.get('model') ?? '',
    period,
    from: period === '' ? instant(asked.get('from')) : '',
    to: period === '' ? instant(asked.get('to')) : '',
  };
}

/** writeFilter is the filter as query parameters of an address. */
export function writeFilter(f: ListFilter): Changes {
  return { q: f.q, status: f.statuses.join(','), workflow: f.workflow, model: f.model, started: f.period, from: f.from, to: f.to };
}

/** The server takes so many bytes of a text, and the years between. */
const mostBytes = 256;
const firstYear = 1971;
const lastYear = 2261;

/** questionOf is the filter in the words of the client. */
export function questionOf(f: ListFilter): Filter {
  return {
    q: clip(f.q.trim()), status: f.statuses.join(','), workflowId: clip(f.workflow), model: clip(f.model),
    startedWithin: f.period, startedFrom: f.from, startedTo: f.to,
  };
}

/** filterKey tells filters apart that ask for different things. */
export function filterKey(f: ListFilter): string {
  return JSON.stringify(questionOf(f));
}

/** Wish is one part of a filter, and the filter without it. */
export interface Wish { readonly kind: 'q' | 'status' | 'workflow' | 'model' | 'period' | 'range'; readonly without: ListFilter }

/** wishes are the parts of a filter that select something. */
export function wishes(f: ListFilter): Wish[] {
  const all: [boolean, Wish['kind'], Partial<ListFilter>][] = [
    [f.q.trim() !== '', 'q', { q: '' }],
    [f.statuses.length > 0, 'status', { statuses: [] }],
    [f.workflow !== '', 'workflow', { workflow: '' }],
    [f.model !== '', 'model', { model: '' }],
    [f.period !== '', 'period', { period: '' }],
    [f.from !== '' || f.to !== '', 'range', { from: '', to: '' }],
  ];
  return all.filter(([there]) => there).map(([, kind, gone]) => ({ kind, without: { ...f, ...gone } }));
}

/** toggled has a status in the set, or out of it. */
export function toggled(set: readonly Status[], status: Status): readonly Status[] {
  return statuses.filter((s) => (s === status) !== set.includes(s));
}

/** localMinute writes a time for a field of date and time, which knows no zone: the reader's own. */
export function localMinute(rfc3339: string): string {
  if (rfc3339 === '') {
    return '';
  }
  const at = new Date(rfc3339);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** instantOf reads what such a field holds; '' where it holds nothing whole. */
export function instantOf(localMinute: string): string {
  return instant(localMinute);
}

function instant(text: string | null): string {
  const at = new Date(text ?? '');
  const year = at.getUTCFullYear();
  return year >= firstYear && year <= lastYear ? at.toISOString() : '';
}

function clip(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= mostBytes ? text : new TextDecoder().decode(bytes.slice(0, mostBytes)).replace(/\ufffd+$/, '');
}

import { useMemo, useState, type ReactNode } from 'react';
import type { Json } from '../client/wire/json';
import { jsonBounds, jsonRows, type JsonRow } from '../model/jsontree';
import { Icon } from '../parts/Icon';
import { LongText, Plain } from '../parts/Text';
import { jsonText } from '../text/content';

const valueAtOnce = { characters: 600, lines: 12 };

/** A search box is worth its place where there is more than meets the eye. */
const searchFrom = 15;

/** JsonTree shows a value of JSON with parts that open and close, and searches in it. */
export function JsonTree({ value, closed = false }: { readonly value: Json; readonly closed?: boolean }): ReactNode {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set(closed ? [''] : []));
  const [grown, setGrown] = useState<ReadonlyMap<string, number>>(new Map());
  const [query, setQuery] = useState('');
  const { rows, hits, stopped } = useMemo(() => jsonRows(value, { toggled, grown, query }), [value, toggled, grown, query]);
  const searchable = rows.length >= searchFrom || rows.some((r) => 'size' in r && r.depth > 0 && r.size > 0 && !r.open);
  const toggle = (path: string) => {
    const next = new Set(toggled);
    if (!next.delete(path)) {
      next.add(path);
    }
    setToggled(next);
  };
  return (
    <div className="json">
      {(searchable || query !== '') && (
        <div className="json-search">
          <input type="search" className="small-box" aria-label={jsonText.search} placeholder={jsonText.searchShort} value={query} onChange={(e) => { setQuery(e.target.value); }} />
          {query.trim() !== '' && <span className="muted small" role="status">{jsonText.hits(hits, stopped)}</span>}
        </div>
      )}
      <ul className="json-rows" aria-label={jsonText.tree}>
        {rows.map((r) => ('more' in r
          ? <li key={`${r.path} more`} style={indent(r.depth)}><button type="button" className="link" onClick={() => { setGrown(new Map(grown).set(r.path, (grown.get(r.path) ?? 0) + 1)); }}>{jsonText.more(r.more)}</button></li>
          : <li key={r.path} className={r.hit ? 'json-hit' : undefined} style={indent(r.depth)}><Row row={r} onToggle={() => { toggle(r.path); }} /></li>))}
      </ul>
      {stopped && <p className="muted small">{jsonText.stopped}</p>}
    </div>
  );
}

function indent(depth: number): { readonly paddingLeft: number } {
  return { paddingLeft: Math.min(depth, 20) * 14 };
}

function Row({ row: r, onToggle }: { readonly row: JsonRow; readonly onToggle: () => void }): ReactNode {
  const name = r.name === null ? null : <span className="json-name"><Plain text={r.name.slice(0, 300)} /></span>;
  if (r.kind !== 'object' && r.kind !== 'list') {
    return <>{name}<span className={`json-value json-${r.kind}`}><LongText text={r.text} most={valueAtOnce} /></span></>;
  }
  const size = <span className="muted">{r.kind === 'list' ? '[ ]' : '{ }'} {jsonText.size(r.kind, r.size)}</span>;
  if (r.size === 0 || r.depth >= jsonBounds.depth) {
    return <>{name}{size}{r.size > 0 && <span className="muted">{jsonText.tooDeep}</span>}</>;
  }
  return (
    <button type="button" className="json-fold" aria-expanded={r.open} onClick={onToggle}>
      <Icon name="chevron" />{name}{size}
    </button>
  );
}

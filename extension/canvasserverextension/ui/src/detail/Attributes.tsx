import { useState, type ReactNode } from 'react';
import type { JsonObject } from '../client/wire/json';
import { AttributeTable } from './AttributeTable';
import { Section } from './Section';

/** Attributes shows a span's attributes with a filter. */
export function Attributes({ attributes }: { readonly attributes: JsonObject }): ReactNode {
  const [filter, setFilter] = useState('');
  const count = Object.keys(attributes).length;
  if (count === 0) {
    return null;
  }
  const box = count > 5
    ? <input type="search" className="small-box" aria-label="Filter attributes by name or value" placeholder="Filter" value={filter} onChange={(e) => { setFilter(e.target.value); }} />
    : null;
  return <Section title="Attributes" count={count} extra={box}><AttributeTable attributes={attributes} filter={filter} /></Section>;
}

import { useState, type ReactNode } from 'react';
import type { JsonObject } from '../client/wire/json';
import { detailText } from '../text/detail';
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
    ? <input type="search" className="small-box" aria-label={detailText.filterAttributes} placeholder={detailText.filter} value={filter} onChange={(e) => { setFilter(e.target.value); }} />
    : null;
  return <Section title={detailText.attributes} count={count} extra={box}><AttributeTable attributes={attributes} filter={filter} /></Section>;
}

import { useMemo, type ReactNode } from 'react';
import type { JsonObject } from '../client/wire/json';
import { attributesOf, filterAttributes, groupAttributes } from '../model/attributes';
import { Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { AttributeTable } from './AttributeTable';
import { Group, Section } from './Section';

/** fewest is from how many attributes on they are grouped. */
const fewest = 12;

interface AttributesProps { readonly attributes: JsonObject; readonly filter: string; readonly onFilter: (filter: string) => void }

/** Attributes shows a span's attributes with a filter, those with the same beginning together. */
export function Attributes({ attributes, filter, onFilter }: AttributesProps): ReactNode {
  const all = useMemo(() => attributesOf(attributes), [attributes]);
  const found = useMemo(() => filterAttributes(all, filter), [all, filter]);
  if (all.length === 0) {
    return null;
  }
  const box = all.length > 5 || filter !== ''
    ? <input type="search" className="small-box" aria-label={detailText.filterAttributes} placeholder={detailText.filter} value={filter} onChange={(e) => { onFilter(e.target.value); }} />
    : null;
  return (
    <Section title={detailText.attributes} count={all.length} extra={box}>
      {found.length === 0 && <p className="muted small">{detailText.noAttribute.before}<Plain text={filter.trim()} />{detailText.noAttribute.after}</p>}
      {found.length < fewest
        ? <AttributeTable attributes={found} />
        : groupAttributes(found).map((g) => (
          <Group key={g.name} title={g.name === '' ? detailText.otherAttributes : detailText.group(g.name)} count={g.attributes.length}><AttributeTable attributes={g.attributes} /></Group>
        ))}
    </Section>
  );
}

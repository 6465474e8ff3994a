import { useState, type ReactNode } from 'react';
import type { Json, JsonObject } from '../client/wire/json';
import { Copy } from '../parts/Copy';
import { LongText, Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { copied, partsText } from '../text/parts';

const most = 200;

/** AttributeTable lists attributes by name, those whose name or value holds the filter. */
export function AttributeTable({ attributes, filter }: { readonly attributes: JsonObject; readonly filter: string }): ReactNode {
  const [all, setAll] = useState(false);
  const needle = filter.trim().toLowerCase();
  const rows = Object.entries(attributes)
    .map(([key, value]) => [key, asText(value)] as const)
    .filter(([key, value]) => needle === '' || key.toLowerCase().includes(needle) || value.toLowerCase().includes(needle))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) {
    return needle === '' ? null : <p className="muted small">{detailText.noAttribute.before}<Plain text={filter.trim()} />{detailText.noAttribute.after}</p>;
  }
  const shown = all ? rows : rows.slice(0, most);
  return (
    <>
      <table className="attributes">
        <tbody>
          {shown.map(([key, value]) => (
            <tr key={key}>
              <th scope="row"><Plain text={key} /></th>
              <td><LongText text={value} /></td>
              <td className="attribute-copy"><Copy text={value} what={copied.value} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && <button type="button" className="link" onClick={() => { setAll(true); }}>{partsText.showAll(rows.length)}</button>}
    </>
  );
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, typeof value === 'object' ? 1 : 0);
}

import { useState, type ReactNode } from 'react';
import { JsonTree } from '../content/JsonTree';
import type { Attribute } from '../model/attributes';
import { readJson } from '../model/form';
import { Copy } from '../parts/Copy';
import { LongText, Plain } from '../parts/Text';
import { copied, partsText } from '../text/parts';

const most = 200;

/** atOnce is how much of one value is shown before more is asked for. */
const atOnce = { characters: 1500, lines: 15 };

/** AttributeTable lists attributes: what is JSON as a tree, all else as text. */
export function AttributeTable({ attributes }: { readonly attributes: readonly Attribute[] }): ReactNode {
  const [all, setAll] = useState(false);
  if (attributes.length === 0) {
    return null;
  }
  const shown = all ? attributes : attributes.slice(0, most);
  return (
    <>
      <table className="attributes">
        <tbody>
          {shown.map((a) => (
            <tr key={a.key}>
              <th scope="row"><Plain text={a.key} /></th>
              <td><Value text={a.text} /></td>
              <td className="attribute-copy"><Copy text={a.text} what={copied.value} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < attributes.length && <button type="button" className="link" onClick={() => { setAll(true); }}>{partsText.showAll(attributes.length)}</button>}
    </>
  );
}

function Value({ text }: { readonly text: string }): ReactNode {
  const json = readJson(text);
  return json === null ? <LongText text={text} most={atOnce} /> : <JsonTree value={json} closed={text.length > 200} />;
}

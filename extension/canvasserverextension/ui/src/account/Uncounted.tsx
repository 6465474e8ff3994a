import type { ReactNode } from 'react';
import { formatCount } from '../format/quantity';
import type { Exclusion } from '../model/account';
import type { Node } from '../model/tree';
import { accountText, notCountedReasons } from '../text/account';
import { Cost } from './amount';
import { CallList } from './Calls';

const { columns } = accountText;

/** Uncounted lists what spans reported and no sum holds, with the reason, and the spans themselves for whoever asks. */
export function Uncounted({ excluded, nodes, onSelect }: { readonly excluded: readonly Exclusion[]; readonly nodes: readonly Node[]; readonly onSelect: (node: Node) => void }): ReactNode {
  return (
    <section aria-label={accountText.notCounted}>
      <h2>{accountText.notCounted}</h2>
      <div className="table-scroll" role="group" aria-label={accountText.notCounted} tabIndex={0}>
        <table className="shares">
          <thead><tr><th scope="col">{columns.why}</th><th scope="col" className="figure">{columns.spans}</th><th scope="col" className="figure">{columns.input}</th><th scope="col" className="figure">{columns.output}</th><th scope="col" className="figure">{columns.cost}</th></tr></thead>
          <tbody>
            {excluded.map((x) => (
              <tr key={x.role}>
                <th scope="row">{notCountedReasons[x.role]}</th>
                <td className="figure">{formatCount(x.calls)}</td><td className="figure">{formatCount(x.input)}</td><td className="figure">{formatCount(x.output)}</td><td className="figure"><Cost sum={x} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {excluded.map((x) => (
        <details key={x.role} className="uncounted-spans">
          <summary>{accountText.spansOf(x.of.length, x.role)}</summary>
          <CallList of={x.of} nodes={nodes} unit="tokens" onSelect={onSelect} />
        </details>
      ))}
    </section>
  );
}

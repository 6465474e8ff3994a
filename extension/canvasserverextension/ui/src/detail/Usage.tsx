import type { ReactNode } from 'react';
import type { Span } from '../client/wire/span';
import { formatCost, formatCount } from '../format/quantity';
import { costOf, figuresOf, inferencesOf, modelOf, priceOf, requestedModelOf, type Figure } from '../model/tokens';
import { Plain } from '../parts/Text';
import { usageMeanings } from '../text/span';
import { figureNames, inferenceMeanings, usageText } from '../text/usage';
import { Section } from './Section';

/** parts are shown below what they are parts of. */
const parts: ReadonlySet<Figure['name']> = new Set(['cacheRead', 'cacheWrite', 'audioInput', 'reasoning', 'audioOutput']);

/** inOrder has the parts of the input, then the output with its parts. */
const inOrder: readonly Figure['name'][] = ['input', 'cacheRead', 'cacheWrite', 'audioInput', 'output', 'reasoning', 'audioOutput'];

/** Usage shows the tokens and the cost of a span, whether they count, and where each figure comes from. */
export function Usage({ span }: { readonly span: Span }): ReactNode {
  const figures = figuresOf(span);
  const cost = costOf(span);
  if (figures.length === 0 && cost === null && span.usage === null) {
    return null;
  }
  const inferences = inferencesOf(span);
  return (
    <Section title={usageText.title}>
      {span.usage !== null && <p className={span.usage === 'counted' ? 'small' : 'small not-counted'}><strong>{usageText.counts(span.usage === 'counted')}</strong>{usageText.because(usageMeanings[span.usage])}</p>}
      <table className="usage">
        <thead><tr><th scope="col">{usageText.figure}</th><th scope="col" className="figure">{usageText.tokens}</th><th scope="col">{usageText.from}</th></tr></thead>
        <tbody>
          {inOrder.flatMap((name) => figures.filter((f) => f.name === name)).map((f) => <FigureRow key={f.name} figure={f} />)}
          {cost === null
            ? figures.length > 0 && <tr><th scope="row">{usageText.cost}</th><td className="figure muted">{usageText.unknown}</td><td className="muted">{usageText.noPrice}</td></tr>
            : <tr><th scope="row">{usageText.cost}</th><td className="figure">{formatCost(cost)}</td><td><PriceSource span={span} /></td></tr>}
        </tbody>
      </table>
      {inferences.length > 0 && <ul className="small muted inferences">{inferences.map((word) => <li key={word}><Plain text={inferenceMeanings.get(word) ?? word.slice(0, 100)} /></li>)}</ul>}
      <Models span={span} />
    </Section>
  );
}

function FigureRow({ figure: f }: { readonly figure: Figure }): ReactNode {
  const said = f.reported;
  return (
    <tr className={parts.has(f.name) ? 'usage-part' : undefined}>
      <th scope="row">{figureNames[f.name]}</th>
      <td className="figure">{formatCount(f.tokens)}</td>
      <td>
        <code><Plain text={said?.key ?? f.key} /></code>
        {said !== null && <span className="muted">{usageText.dialect(said.dialect)}</span>}
        {said !== null && said.tokens !== f.tokens && <span className="muted">{usageText.corrected(said.tokens)}</span>}
      </td>
    </tr>
  );
}

function PriceSource({ span }: { readonly span: Span }): ReactNode {
  const price = priceOf(span);
  switch (price.from) {
    case 'reported':
      return usageText.costReported;
    case 'table':
      return <>{usageText.costTable}{price.table !== null && <Plain text={usageText.table(price.table.slice(0, 200))} />}</>;
    case 'unsaid':
      return <span className="muted">{usageText.costUnsaid}</span>;
  }
}

function Models({ span }: { readonly span: Span }): ReactNode {
  const asked = requestedModelOf(span);
  const answered = modelOf(span);
  return asked === null || answered === null || asked === answered ? null
    : <p className="small muted"><Plain text={usageText.models(asked.slice(0, 200), answered.slice(0, 200))} /></p>;
}

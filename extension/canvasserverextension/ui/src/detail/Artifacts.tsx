import type { ReactNode } from 'react';
import type { Info } from '../api/info';
import { texts } from '../client/wire/json';
import type { Span } from '../client/wire/span';
import { Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { Section } from './Section';

/** Artifacts lists the files that a node produced. */
export function Artifacts({ span, info }: { readonly span: Span; readonly info: Info | null }): ReactNode {
  const ids = texts(span.attributes['orcheo.artifact.ids']);
  if (ids.length === 0) {
    return null;
  }
  const served = info?.artifacts !== false;
  return (
    <Section title={detailText.artifacts} count={ids.length}>
      <ul className="plain-list">
        {ids.map((id, i) => (
          <li key={i}>{served
            ? <a href={`api/artifacts/${encodeURIComponent(id)}/download`} target="_blank" rel="noopener noreferrer"><Plain text={id} /></a>
            : <Plain text={id} />}</li>
        ))}
      </ul>
      {!served && <p className="muted small">{detailText.noDownload}</p>}
    </Section>
  );
}

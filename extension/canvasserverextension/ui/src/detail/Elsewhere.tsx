import type { ReactNode } from 'react';
import { dashboardUrl, isOfSpans, type Info } from '../api/info';
import type { Span } from '../client/wire/span';
import { detailText } from '../text/detail';

interface ElsewhereProps { readonly span: Span; readonly execution: string; readonly workflow: string | null; readonly info: Info | null }

/** Elsewhere leads to the span, or its trace, in the tools that the server is configured with. */
export function Elsewhere({ span, execution, workflow, info }: ElsewhereProps): ReactNode {
  const ids = { execution, trace: span.traceId, span: span.spanId, workflow };
  const links = (info?.dashboards ?? []).flatMap(({ name, url }) => {
    const address = isOfSpans(url) ? dashboardUrl(url, ids) : null;
    return address === null ? [] : [{ name, address }];
  });
  return links.length === 0 ? null : (
    <p className="small other-tools">
      <span className="muted">{detailText.elsewhere}</span>
      {links.map(({ name, address }) => <a key={name + address} className="dashboard" href={address} target="_blank" rel="noopener noreferrer">{name}</a>)}
    </p>
  );
}

import type { ReactNode } from 'react';
import type { Json } from '../client/wire/json';
import type { Span } from '../client/wire/span';
import { Icon } from '../parts/Icon';
import { LongText, Plain } from '../parts/Text';
import { detailText } from '../text/detail';

/** Failure shows why a span failed: its status message and the exceptions on it. */
export function Failure({ span }: { readonly span: Span }): ReactNode {
  const exceptions = span.events.filter((e) => e.name === 'exception');
  if (!span.failed && exceptions.length === 0) {
    return span.statusMessage === null ? null : <p className="muted small"><Plain text={span.statusMessage} /></p>;
  }
  return (
    <div className="failure">
      {span.failed && <div className="failure-head"><Icon name="error" /><strong>{span.statusMessage === null ? detailText.failed : <LongText text={span.statusMessage} />}</strong></div>}
      {exceptions.map((e, i) => (
        <div key={i}>
          <div><strong><Plain text={said(e.attributes['exception.type']) ?? detailText.exception} /></strong>{said(e.attributes['exception.message']) !== null && <>: <Plain text={(said(e.attributes['exception.message']) ?? '').slice(0, 2000)} /></>}</div>
          {said(e.attributes['exception.stacktrace']) !== null && <LongText text={said(e.attributes['exception.stacktrace']) ?? ''} className="mono stack" />}
        </div>
      ))}
    </div>
  );
}

function said(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

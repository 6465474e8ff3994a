import type { ReactNode } from 'react';
import type { Json } from '../client/wire/json';
import type { Span } from '../client/wire/span';
import { Icon } from '../parts/Icon';
import { LongText, Plain } from '../parts/Text';
import { detailText } from '../text/detail';

const messageAtOnce = { characters: 2000, lines: 20 };
const stackAtOnce = { characters: 1500, lines: 10 };

/** Failure shows why a span failed: its status message and the exceptions on it, their stacks folded. */
export function Failure({ span }: { readonly span: Span }): ReactNode {
  const exceptions = span.events.filter((e) => e.name === 'exception');
  if (!span.failed && exceptions.length === 0) {
    return span.statusMessage === null ? null : <p className="muted small"><Plain text={span.statusMessage} /></p>;
  }
  return (
    <div className="failure">
      {span.failed && <div className="failure-head"><Icon name="error" /><strong>{span.statusMessage === null ? detailText.failed : <LongText text={span.statusMessage} most={messageAtOnce} />}</strong></div>}
      {exceptions.map((e, i) => {
        const message = said(e.attributes['exception.message']);
        const stack = said(e.attributes['exception.stacktrace']);
        return (
          <div key={i}>
            <div><strong><Plain text={said(e.attributes['exception.type']) ?? detailText.exception} /></strong>{message !== null && message !== span.statusMessage && <LongText text={message} most={messageAtOnce} />}</div>
            {stack !== null && <LongText text={stack} className="mono stack" most={stackAtOnce} />}
          </div>
        );
      })}
    </div>
  );
}

function said(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

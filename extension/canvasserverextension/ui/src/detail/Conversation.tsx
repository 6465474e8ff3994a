import type { ReactNode } from 'react';
import type { Message } from '../model/conversation';
import { Copy } from '../parts/Copy';
import { LongText, Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { copied } from '../text/parts';
import { Section } from './Section';

const knownRoles = new Set(['user', 'assistant', 'system', 'tool']);

/** Conversation shows the previews of what was said, turn by turn. It is always text: nothing in it is interpreted. */
export function Conversation({ messages }: { readonly messages: readonly Message[] }): ReactNode {
  if (messages.length === 0) {
    return null;
  }
  return (
    <Section title={detailText.conversation} count={messages.length}>
      <ol className="conversation">
        {messages.map((m, i) => (
          <li key={i} className={`message message-${knownRoles.has(m.role) ? m.role : 'other'}`}>
            <div className="message-head"><span className="role"><Plain text={m.role.slice(0, 60)} /></span><Copy text={m.text} what={copied.message} /></div>
            <LongText text={m.text} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

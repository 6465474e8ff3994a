import { useMemo, useState, type ReactNode } from 'react';
import { FormSwitch } from '../content/FormSwitch';
import { MessageBody } from '../content/MessageBody';
import { useForm } from '../content/useForm';
import type { Message } from '../model/conversation';
import { partsOf } from '../model/parts';
import { Copy } from '../parts/Copy';
import { Plain } from '../parts/Text';
import { detailText } from '../text/detail';
import { copied } from '../text/parts';
import { Section } from './Section';

const knownRoles = new Set(['user', 'assistant', 'system', 'tool']);

/** most is how many messages of a long conversation are shown at first: those at its end. */
const most = 12;

interface ConversationProps {
  /** of is the span's key: what was chosen for its messages is remembered by it. */
  readonly of: string;
  readonly messages: readonly Message[];
  /** tool: the span is a tool's, and its messages are a call and a result. */
  readonly tool: boolean;
  readonly onSource: (attribute: string) => void;
}

/** Conversation shows what was said, turn by turn: whole messages, or previews. */
export function Conversation({ of, messages, tool, onSource }: ConversationProps): ReactNode {
  const [all, setAll] = useState(false);
  if (messages.length === 0) {
    return null;
  }
  const earlier = all ? 0 : Math.max(0, messages.length - most);
  return (
    <Section title={detailText.conversation} count={messages.length}>
      {earlier > 0 && <button type="button" className="link" onClick={() => { setAll(true); }}>{detailText.earlier(earlier)}</button>}
      <ol className="conversation">
        {messages.map((m, i) => (i < earlier ? null : <OneMessage key={i} id={`${of} ${i}`} message={m} tool={tool} onSource={onSource} />))}
      </ol>
    </Section>
  );
}

interface OneMessageProps { readonly id: string; readonly message: Message; readonly tool: boolean; readonly onSource: (attribute: string) => void }

function OneMessage({ id, message: m, tool, onSource }: OneMessageProps): ReactNode {
  const called = tool && m.role !== 'tool';
  const parts = useMemo(() => m.parts ?? partsOf(m.text, called), [m, called]);
  const shown = useForm(id, m.role, m.text, parts);
  const { source } = m;
  return (
    <li className={`message message-${knownRoles.has(m.role) ? m.role : 'other'}`}>
      <div className="message-head">
        <span className="role"><Plain text={m.role.slice(0, 60)} /></span>
        <FormSwitch forms={shown.forms} form={shown.as} onChoose={shown.onChoose} />
        <Copy text={m.text} what={copied.message} />
      </div>
      <MessageBody role={m.role} text={m.text} parts={parts} form={shown.chosen} />
      {m.parts === null && source !== null && m.text.endsWith('…') && (
        <p className="muted small">{detailText.cutPreview} <button type="button" className="link" onClick={() => { onSource(source); }}><Plain text={source.slice(0, 120)} /></button></p>
      )}
    </li>
  );
}

import { useMemo, useState, type ReactNode } from 'react';
import type { Span } from '../client/wire/span';
import { FormSwitch } from '../content/FormSwitch';
import { JsonTree } from '../content/JsonTree';
import { writtenJson } from '../format/json';
import type { Form } from '../model/form';
import { Copy } from '../parts/Copy';
import { LongText } from '../parts/Text';
import { detailText } from '../text/detail';
import { copied } from '../text/parts';
import { Section } from './Section';

/** RawJson is a span as the server sent it, as a tree or as text. */
export function RawJson({ span }: { readonly span: Span }): ReactNode {
  return <Section title={detailText.rawJson} closed extra={<Copy text={() => writtenJson(span.raw)} what={copied.spanJson} />}><Raw span={span} /></Section>;
}

function Raw({ span }: { readonly span: Span }): ReactNode {
  const [form, setForm] = useState<Form>('json');
  const text = useMemo(() => (form === 'text' ? writtenJson(span.raw) : ''), [form, span]);
  return (
    <>
      <FormSwitch forms={['text', 'json']} form={form} onChoose={setForm} />
      {form === 'text' ? <LongText text={text} className="mono" /> : <JsonTree value={span.raw} />}
    </>
  );
}

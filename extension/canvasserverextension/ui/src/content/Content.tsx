import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { bestForm, readJson, type Form } from '../model/form';
import { LongText } from '../parts/Text';
import { JsonTree } from './JsonTree';

const Markdown = lazy(() => import('./Markdown'));

/** atOnce is how much of one message is shown before more is asked for. */
export const atOnce = { characters: 2000, lines: 30 };

/** Content shows a text that somebody else wrote in a form; what has not the form is shown in the one that suits it. */
export function Content({ text, role, form }: { readonly text: string; readonly role: string; readonly form: Form | null }): ReactNode {
  const json = useMemo(() => readJson(text), [text]);
  const as = form === null || (form === 'json' && json === null) ? bestForm(text, role) : form;
  if (as === 'json' && json !== null) {
    return <JsonTree value={json} />;
  }
  const plain = <LongText text={text} most={atOnce} />;
  return as === 'markdown' ? <Suspense fallback={plain}><Markdown text={text} /></Suspense> : plain;
}

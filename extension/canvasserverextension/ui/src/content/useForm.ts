import { useMemo, useState } from 'react';
import { bestForm, formsOf, type Form } from '../model/form';
import type { Part } from '../model/parts';
import { choiceOf, choose } from './choices';

/** Shown is how a message is shown: chosen by somebody, or null; as: what its switch stands at. */
export interface Shown { readonly chosen: Form | null; readonly as: Form; readonly forms: readonly Form[]; readonly onChoose: (form: Form) => void }

/** useForm remembers the form that was chosen for a message, by its id. */
export function useForm(id: string, role: string, text: string, parts: readonly Part[]): Shown {
  const [chosen, setChosen] = useState(() => choiceOf(id));
  const said = useMemo(() => leading(text, parts), [text, parts]);
  const forms = useMemo(() => formsOf(said), [said]);
  const best = useMemo(() => bestForm(said, role), [said, role]);
  return {
    chosen, as: chosen !== null && forms.includes(chosen) ? chosen : best, forms,
    onChoose: (form) => {
      choose(id, form);
      setChosen(form);
    },
  };
}

/** leading is the text by which a message goes: the first that was said or answered, else what a tool was called with. */
function leading(text: string, parts: readonly Part[]): string {
  const said = parts.find((p) => p.is === 'text' || p.is === 'result');
  const call = parts.find((p) => p.is === 'call');
  return said?.text ?? (call?.args === '' ? '{}' : call?.args) ?? text;
}

import type { ReactNode } from 'react';
import type { Form } from '../model/form';
import { contentText, formNames } from '../text/content';

/** FormSwitch chooses how a text is shown. */
export function FormSwitch({ forms, form, onChoose }: { readonly forms: readonly Form[]; readonly form: Form; readonly onChoose: (form: Form) => void }): ReactNode {
  return (
    <span className="form-switch" role="group" aria-label={contentText.formGroup}>
      {forms.map((f) => <button key={f} type="button" aria-pressed={f === form} onClick={() => { onChoose(f); }}>{formNames[f]}</button>)}
    </span>
  );
}

import type { Form } from '../model/form';

// What somebody chose for a text holds for as long as the page is open, also when the text is drawn anew: for the last of many.
const most = 500;
const chosen = new Map<string, Form>();

/** choiceOf is the form that was chosen for a text; null where nobody did. */
export function choiceOf(id: string): Form | null {
  return chosen.get(id) ?? null;
}

export function choose(id: string, form: Form): void {
  chosen.delete(id);
  chosen.set(id, form);
  if (chosen.size > most) {
    for (const oldest of chosen.keys()) {
      chosen.delete(oldest);
      return;
    }
  }
}

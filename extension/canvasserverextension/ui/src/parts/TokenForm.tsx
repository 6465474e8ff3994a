import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { setToken } from '../api/token';
import { tokenText } from '../text/connection';

/** TokenForm asks for a token. The page keeps it in memory only, so a reload asks again. */
export function TokenForm({ refused }: { readonly refused: boolean }): ReactNode {
  const [value, setValue] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (value.trim() !== '') {
      setToken(value);
    }
  };
  return (
    <main className="centered">
      <form className="card" onSubmit={submit}>
        <h1>{tokenText.title}</h1>
        <p>{refused ? tokenText.refused : tokenText.paste}</p>
        <label htmlFor="token">{tokenText.label}</label>
        <input id="token" type="password" autoComplete="off" spellCheck={false} autoFocus value={value} onChange={(e) => { setValue(e.target.value); }} />
        <button type="submit" className="primary" disabled={value.trim() === ''}>{tokenText.submit}</button>
      </form>
    </main>
  );
}

import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { setToken } from '../api/token';

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
        <h1>This server asks for a token</h1>
        <p>{refused ? 'It did not accept the last one: it may have expired, or be meant for another server.' : 'Paste the access token that you were given. It stays in the memory of this page, and is forgotten when you close or reload it.'}</p>
        <label htmlFor="token">Access token</label>
        <input id="token" type="password" autoComplete="off" spellCheck={false} autoFocus value={value} onChange={(e) => { setValue(e.target.value); }} />
        <button type="submit" className="primary" disabled={value.trim() === ''}>Continue</button>
      </form>
    </main>
  );
}

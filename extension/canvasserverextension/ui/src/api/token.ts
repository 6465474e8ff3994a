// The viewer's token lives in this variable and nowhere else: no storage, no cookie, no URL. A reload asks for it again.

/** Access is what the page knows of its right to ask: needed after an answer 401, refused where that was to a token. */
export interface Access { readonly token: string | null; readonly needed: boolean; readonly refused: boolean }

let access: Access = { token: null, needed: false, refused: false };
const listeners = new Set<() => void>();

export function currentAccess(): Access {
  return access;
}

export function onAccess(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** setToken sends the token with everything that is asked from now on. */
export function setToken(token: string): void {
  set({ token: token.trim(), needed: false, refused: false });
}

/** unauthorized notes that the server answered 401. */
export function unauthorized(sent: string | null): void {
  if (sent === access.token && !access.needed) {
    set({ ...access, needed: true, refused: sent !== null });
  }
}

function set(next: Access): void {
  access = next;
  for (const listener of listeners) {
    listener();
  }
}

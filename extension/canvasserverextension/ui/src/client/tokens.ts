/**
 * TokenProvider gives the token to send, null for none. It is asked once, and again where the server did not accept what it
 * gave: refused is true then, and it should fetch another one.
 */
export type TokenProvider = (refused: boolean) => string | null | Promise<string | null>;

/** Tokens remembers the token, and asks for another at most once between two successes. */
export class Tokens {
  private readonly provider: TokenProvider;
  private token: Promise<string | null> | null = null;
  private refreshed = false;

  constructor(provider: TokenProvider) {
    this.provider = provider;
  }

  /** current rejects where the provider does, and asks it again the next time. */
  current(): Promise<string | null> {
    return this.token ?? this.ask(false);
  }

  /** refresh says whether there is another token to try, after the server refused this one. */
  async refresh(): Promise<boolean> {
    if (this.refreshed) {
      return false;
    }
    const before = await this.current();
    const next = await this.ask(true);
    this.refreshed = true;
    return next !== null && next !== before;
  }

  accepted(): void {
    this.refreshed = false;
  }

  forget(): void {
    this.token = null;
    this.refreshed = false;
  }

  private ask(refused: boolean): Promise<string | null> {
    const token = Promise.resolve().then(() => this.provider(refused));
    this.token = token;
    token.catch(() => {
      if (this.token === token) {
        this.token = null;
      }
    });
    return token;
  }
}

const tokenCharacters = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * protocolsFor offers the token as a subprotocol, because a browser cannot send a header with a WebSocket. Where it holds
 * characters that are not allowed there, only the init message carries it.
 */
export function protocolsFor(token: string | null): string[] {
  const offered = ['orcheo-trace.v1'];
  return token !== null && tokenCharacters.test(token) ? [...offered, 'orcheo-auth', `bearer.${token}`] : offered;
}

import { transports, type TransportName } from './connection.js';

/** Where a WebSocket came about before, so many failures in a row are not yet a proxy: the server may just be starting. */
const patience = 3;

/** Ladder is which transport is used: the best that gets through, as far as is known. */
export class Ladder {
  private level = 0;
  private proven = false; // a WebSocket came about once
  private blocks = 0;
  private why: string | null = null;

  get name(): TransportName {
    return transports[this.level] ?? 'poll';
  }

  get best(): boolean {
    return this.level === 0;
  }

  get last(): boolean {
    return this.level === transports.length - 1;
  }

  /** reason is why it is not the best; null where it is. */
  get reason(): string | null {
    return this.why;
  }

  worked(): void {
    this.proven ||= this.best;
    this.blocks = 0;
  }

  /** blocked says whether to go on with the next transport, after this one did not get through to a server that is there. */
  blocked(reason: string): boolean {
    this.blocks++;
    if (this.best && this.proven && this.blocks < patience) {
      return false;
    }
    this.blocks = 0;
    this.level++;
    this.why = reason;
    return true;
  }

  /** stepUp goes on with the next better one. */
  stepUp(): void {
    this.level = Math.max(0, this.level - 1);
  }

  /** top goes on with a WebSocket, which came about. */
  top(): void {
    this.level = 0;
    this.proven = true;
    this.why = null;
  }
}

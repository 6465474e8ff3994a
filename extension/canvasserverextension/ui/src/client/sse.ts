/** ServerEvent is one event of a stream of server-sent events. */
export interface ServerEvent { readonly name: string; readonly data: string; readonly id: string }

/** EventParser reads a stream of server-sent events as the HTML standard describes it, in pieces that may end anywhere. */
export class EventParser {
  private rest = '';
  /** The last piece ended with a carriage return, so a line feed that follows belongs to it. */
  private afterReturn = false;
  private begun = false;
  private name = '';
  private id = '';
  private data: string[] = [];

  push(piece: string): ServerEvent[] {
    if (piece === '') {
      return [];
    }
    let text = piece;
    if (!this.begun) {
      this.begun = true;
      text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    }
    if (this.afterReturn) {
      text = text.startsWith('\n') ? text.slice(1) : text;
    }
    const lines = text.split(/\r\n|\r|\n/);
    this.afterReturn = piece.endsWith('\r');
    const events: ServerEvent[] = [];
    const last = lines.length - 1;
    lines.forEach((line, i) => {
      this.rest = i === 0 ? this.rest + line : line;
      if (i < last) {
        const event = this.line(this.rest);
        if (event !== null) {
          events.push(event);
        }
        this.rest = '';
      }
    });
    return events;
  }

  private line(line: string): ServerEvent | null {
    if (line === '') {
      return this.dispatch();
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    switch (field) {
      case 'event':
        this.name = value;
        break;
      case 'data':
        this.data.push(value);
        break;
      case 'id':
        this.id = value.includes('\0') ? this.id : value;
        break;
    }
    return null;
  }

  private dispatch(): ServerEvent | null {
    const { name, data } = this;
    this.name = '';
    this.data = [];
    return data.length === 0 ? null : { name: name === '' ? 'message' : name, data: data.join('\n'), id: this.id };
  }
}

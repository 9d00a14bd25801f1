export interface ServerEvent {
  /** Its name; `message` when it has none. */
  readonly event: string;
  readonly data: string;
  /** Of the last event that had one, to resume after. */
  readonly id: string;
}

/**
 * A parser of Server-Sent Events (WHATWG HTML, section 9.2.6) for text that comes in any pieces. The function that it returns
 * reads the next piece.
 */
export function sseParser(dispatch: (event: ServerEvent) => void): (text: string) => void {
  let buffer = '';
  let event = '';
  let data: string[] = [];
  let id = '';

  const read = (line: string) => {
    if (line === '') {
      if (data.length > 0) dispatch({ event: event || 'message', data: data.join('\n'), id });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
  };

  return (text) => {
    buffer += text;
    // A carriage return at the very end may be half of a line end: it waits for the next piece.
    const lines = buffer.split(/\r\n|\n|\r(?!$)/);
    buffer = lines.pop() ?? '';
    for (const line of lines) read(line);
  };
}

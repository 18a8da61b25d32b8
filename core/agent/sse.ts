export type EventReader = {
  /** Returns the data of every event that these bytes complete. */
  take(bytes: Buffer): string[];
  /** At the end of the stream, returns an event whose closing blank line never came. */
  rest(): string[];
  /** Characters kept for an event whose end has not come. */
  held(): number;
};

/**
 * Reads the data of server-sent events; bytes may be cut anywhere, even inside a character. An endpoint that does not
 * stream answers with one JSON object, which is the only event then.
 */
export function openEventReader(): EventReader {
  const decoder = new TextDecoder();
  let begun = false;
  let object: string | undefined;
  let partial = '';
  let data: string | undefined;

  const take = (text: string): string[] => {
    if (!begun && /^\s*\{/.test(text)) object = '';
    begun ||= /\S/.test(text);
    // Do not search the whole object again with each piece of it.
    if (object !== undefined) object += text;
    else if (text.includes('\n')) return takeLines(text);
    else partial += text;
    return [];
  };

  const takeLines = (text: string): string[] => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    const events: string[] = [];
    for (const raw of lines) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line.startsWith('data:')) {
        const value = line.slice(line[5] === ' ' ? 6 : 5);
        data = data === undefined ? value : `${data}\n${value}`;
      } else if (line === '' && data !== undefined) {
        events.push(data);
        data = undefined;
      }
    }
    return events;
  };

  return {
    take: (bytes) => take(decoder.decode(bytes, { stream: true })),
    rest: () => (object === undefined ? takeLines('\n\n') : [object, '[DONE]']),
    held: () => (object ?? partial).length + (data?.length ?? 0),
  };
}

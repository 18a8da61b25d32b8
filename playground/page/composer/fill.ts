/** Puts words into a channel's message field from elsewhere on the page; the person reads and sends them. */
type Listener = (text: string) => void;

const listeners = new Map<string, Listener>();
const waiting = new Map<string, string>();

export function fill(channel: string, text: string): void {
  const listener = listeners.get(channel);
  if (listener) listener(text);
  else waiting.set(channel, text);
}

export function onFill(channel: string, listener: Listener): () => void {
  listeners.set(channel, listener);
  const text = waiting.get(channel);
  waiting.delete(channel);
  if (text !== undefined) listener(text);
  return () => {
    if (listeners.get(channel) === listener) listeners.delete(channel);
  };
}

import { styleText } from 'node:util';
import { z } from 'zod';

const lineSchema = z.looseObject({
  level: z.number(),
  time: z.number(),
  msg: z.string().default(''),
  err: z.looseObject({ message: z.string().default(''), stack: z.string().optional() }).optional(),
});
type Line = z.infer<typeof lineSchema>;

/** A log line for people: the time, what happened, and its details. */
export function prettyLine(json: string): string {
  const line = lineOf(json);
  if (!line) return json;
  const { level, time, msg, err, ...rest } = line;
  const clock = styleText('dim', new Date(time).toTimeString().slice(0, 8));
  const particulars = Object.entries(rest).map(([name, value]) => `${name}=${worded(value)}`);
  const fault = err ? [`\n  ${plain(err.stack ?? err.message).replaceAll('\n', '\n  ')}`] : [];
  return `${[clock, inItsColor(level, plain(msg)), styleText('dim', particulars.join(' ')), ...fault].join(' ')}\n`;
}

function lineOf(json: string): Line | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

function inItsColor(level: number, text: string): string {
  if (level >= 50) return styleText('red', text);
  return level >= 40 ? styleText('yellow', text) : text;
}

function worded(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@-]+$/.test(value) ? value : plain(JSON.stringify(value));
}

/** Removes control characters, so that no text controls the terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it removes
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '?');
}

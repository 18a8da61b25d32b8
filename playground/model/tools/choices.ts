import { fillers } from '../words/common.ts';
import { stem, wordsIn, wordsOfName } from '../words/stem.ts';

/** One of the values that a parameter takes, with the stems of its words and of what the description says of it. */
export type Choice = { value: string | number | boolean; stems: string[]; hints: string[] };

const cue =
  /(?:\b(?:options?|choices?|one of|can be|could be|either|values?|supported|allowed|possible|must be|should be)\b(?:(?!for example|e\.g|such as)[^'"‘“`.]){0,40}|\b(?:includes?|are):?\s)['"‘“`]/i;
const quotedWord = /['"‘“`]([^'"’”`]{1,40})['"’”`]/g;

/** The values of the schema's enum; `strict` says that no other value is right. */
export function choicesOf(
  schema: Record<string, unknown>,
  description: string,
): { choices: Choice[]; strict: boolean } {
  const listed = Array.isArray(schema.enum) ? schema.enum : 'const' in schema ? [schema.const] : undefined;
  if (listed) {
    const values = listed
      .filter((one): one is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof one))
      .slice(0, 300);
    return { choices: values.map((value) => choice(value, description)), strict: true };
  }
  const at = cue.exec(description)?.index ?? -1;
  if (at < 0 || schema.type !== 'string') return { choices: [], strict: false };
  const values = [...description.slice(at).matchAll(quotedWord)]
    .map((match) => match[1]!.trim())
    .filter((one) => one !== '');
  const few = [...new Set(values)].slice(0, 30);
  return { choices: few.length > 1 ? few.map((value) => choice(value, '')) : [], strict: false };
}

function choice(value: string | number | boolean, description: string): Choice {
  const words = wordsOfName(String(value));
  return { value, stems: words.map(stem), hints: hintsOf(String(value), description) };
}

/** What stands behind "value:" or in brackets behind it: "deposit: a salary and the like". */
function hintsOf(value: string, description: string): string[] {
  const lower = description.toLowerCase();
  const at = lower.indexOf(value.toLowerCase());
  if (at < 0) return [];
  const behind = lower.slice(at + value.length, at + value.length + 160);
  const said = /^['"]?\s*(?::\s*([^;.]{2,80}?)(?=[;.]|,\s*[\w ]{1,20}:|$)|\(([^)]{2,80})\))/.exec(behind);
  const words = wordsIn(said?.[1] ?? said?.[2] ?? '').filter((word) => !fillers.has(word));
  return words.map(stem);
}

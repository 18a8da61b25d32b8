import type { Param } from '../tools/params.ts';
import { isRecord } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';
import { fillers } from '../words/common.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { baseName } from './find.ts';

/** "For a full refund the "refundable" of get_order": when it holds, and which field of which tool's result it is. */
export type FieldHint = { view: ToolView; field: string };

const hint = /(?:\bfor (?:an? |the )?([^,;."]{3,40}?),? )?(?:the |its )?"(\w+)" of (\w+)/i;

export function fieldHint(param: Param, part: string, views: ToolView[]): FieldHint | undefined {
  const match = hint.exec(param.description);
  if (!match) return undefined;
  const said = new Set(wordsIn(part).map(stem));
  const when = wordsIn(match[1] ?? '')
    .filter((word) => !fillers.has(word))
    .map(stem);
  const holds = when.every((one) => said.has(one) || (one === 'full' && wholly.test(part)));
  const view = views.find(({ tool }) => tool.name === match[3] || baseName(tool.name) === match[3]);
  return holds && view ? { view, field: match[2]! } : undefined;
}
const wholly = /\b(?:full|fully|in full|whole|entire|everything|all of it|completely|total)\b/i;

/** The value of a field in a result, as JSON or in words: "refundable $2,980.00". */
export function fieldIn(text: string, field: string): number | string | undefined {
  const json = read(text);
  if (isRecord(json) && (typeof json[field] === 'number' || typeof json[field] === 'string'))
    return json[field] as number | string;
  const at = text.toLowerCase().indexOf(`${field.toLowerCase()} `);
  if (at < 0) return undefined;
  const match = /^[:\s]*[$€£]?\s?(-?\d[\d,]*(?:\.\d+)?)/.exec(text.slice(at + field.length));
  return match ? Number(match[1]!.replace(/,/g, '')) : undefined;
}

function read(text: string): unknown {
  try {
    return /^\s*\{/.test(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

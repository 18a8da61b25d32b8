import type { ToolView } from '../tools/view.ts';
import { asksForExtreme } from '../words/degrees.ts';

/** The cheapest of all is found among all: a list that comes in pages is asked for in one. */
export function withWholeList(view: ToolView, text: string, args: Record<string, unknown>): Record<string, unknown> {
  const size = view.params.find(({ label, type }) => type !== 'string' && /^(?:limit|size)$/.test(label.at(-1) ?? ''));
  const isWanted = size?.max !== undefined && !(size.name in args) && view.deeds.includes('read');
  return isWanted && asksForExtreme(text) && !/\bnewest first\b/i.test(view.tool.description)
    ? { ...args, [size.name]: size.max }
    : args;
}

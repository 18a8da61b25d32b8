import type { ToolView } from '../tools/view.ts';

/** Stems of what a tool speaks of: words that are no values of its arguments. */
export function aboutOf({ name, about }: ToolView): Set<string> {
  return new Set([...name, ...about.slice(0, 12)]);
}

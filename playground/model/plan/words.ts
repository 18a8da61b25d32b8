import type { Param } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';

/** One question for what is missing, in the words of the schema. */
export function askFor(missing: Param[]): string {
  const named = missing.slice(0, 4).map(nameOf);
  const list = named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : (named[0] ?? 'more');
  return `Please tell me ${list}.`;
}

function nameOf(param: Param): string {
  const plain = param.label.join(' ');
  const choices =
    param.strict && param.choices.length > 0 && param.choices.length <= 8
      ? ` (${param.choices.map(({ value }) => value).join(', ')})`
      : '';
  return `the ${plain}${choices}`;
}

export function declineAll(views: ToolView[]): string {
  if (views.length === 0) return 'There is no tool here with which I could do that.';
  return 'None of the tools here can do that.';
}

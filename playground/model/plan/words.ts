import type { Found } from '../lookups/results.ts';
import type { Param } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';

const MOST_NAMED = 4;
const MOST_LISTED = 8;

/** One question for what is missing, in the words of the schema. */
export function askFor(missing: Param[]): string {
  const named = missing.slice(0, MOST_NAMED).map(nameOf);
  const list = named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : (named[0] ?? 'more');
  return `Which ${list}?`.replace(/^Which the /, 'What is the ').replace(/^What is (.* and )/, 'What are $1');
}

/** One of several things is enough. */
export function askForOneOf(ways: Param[]): string {
  const named = ways.slice(0, MOST_NAMED).map(nameOf);
  const list = named.length > 1 ? `${named.slice(0, -1).join(', ')} or ${named.at(-1)}` : (named[0] ?? 'more');
  return `What is ${list}?`;
}

function nameOf(param: Param): string {
  const fields = param.item?.fields.filter(({ required }) => required) ?? [];
  if (fields.length > 0) return `${fields.map(nameOf).join(' and ')} (for each of the ${param.label.join(' ')})`;
  const plain = param.label.join(' ');
  const few = param.strict && param.choices.length > 0 && param.choices.length <= MOST_LISTED;
  const choices = few ? ` (${param.choices.map(({ value }) => String(value).replaceAll('_', ' ')).join(', ')})` : '';
  const example = !few && param.examples[0] && param.shape ? ` (such as ${param.examples[0]})` : '';
  return `the ${plain}${choices}${example}`;
}

/** Several records fit: the person says which one is meant. */
export function askWhich(missing: Param[], among: Found[]): string {
  const kind = missing[0]?.label.filter((word) => word !== 'id').join(' ') || 'one';
  const lines = among
    .slice(0, MOST_LISTED)
    .map(({ value, said }) => `- ${said.includes(String(value)) ? said : `${value}: ${said}`}`);
  return `Which ${kind} do you mean?\n${lines.join('\n')}`;
}

export function declineAll(views: ToolView[]): string {
  if (views.length === 0) return 'There is no tool here with which I could do that.';
  return 'None of the tools here can do that.';
}

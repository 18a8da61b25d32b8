import type { ToolView } from '../tools/view.ts';
import { stem } from '../words/stem.ts';

const rules = [
  /"(\w+)"[^.;:"]{0,60}\bmeans?\b[^.;"]{0,80}?[`"](\w+)[`"]/gi,
  /"(\w+)"[^.;"]{0,60}\bmeans?\b[^.;]{0,40}[:;] ask for[^.;`]{0,40}`(\w+)`/gi,
  /\bWhat is (\w+) means (\w+)/gi,
];

/** "Open" means the status `unresolved`: where the system message says so, the word is read as the value that a tool takes. */
export function withAliases(question: string, system: string, views: ToolView[]): string {
  const values = new Set(
    views.flatMap(({ params }) => params.flatMap(({ choices }) => choices.map(({ value }) => String(value)))),
  );
  let text = question;
  for (const rule of rules) {
    for (const [, word = '', value = ''] of system.slice(0, 20_000).matchAll(rule)) {
      if (!values.has(value) || word === value) continue;
      // What opens the question is what is to be done: "open a ticket".
      const taking = views.filter(({ params }) =>
        params.some(({ choices }) => choices.some((one) => String(one.value) === value)),
      );
      text = text.replace(
        new RegExp(`(?<=\\S\\s)${word}\\b(?!\\s+(?:an?|the|new|this|that|it|up)\\b)(?:\\s+(\\p{L}+))?`, 'giu'),
        (said, noun: string | undefined) =>
          noun !== undefined && isOfOthers(noun, taking, views)
            ? said
            : said.replace(new RegExp(`^${word}`, 'i'), value),
      );
    }
  }
  return text;
}

/** The open orders are none of the open issues, where only issues are told apart in that way. */
function isOfOthers(noun: string, taking: ToolView[], views: ToolView[]): boolean {
  const names = (view: ToolView) => view.nouns.includes(stem(noun));
  return views.some(names) && !taking.some(names);
}

import { baseName } from '../lookups/find.ts';
import type { ToolView } from '../tools/view.ts';
import { wordsOfName } from '../words/stem.ts';

const greeting =
  /^(?:hi|hello|hey|good (?:morning|afternoon|evening))(?:[\s,]+(?:there|all|everybody|everyone))?[\s!.]*$/i;
const thanks =
  /^(?:(?:ok|okay|great|perfect|cool|nice|many)[\s,!.]+)*(?:thanks?|thank you|thx|cheers)(?: (?:a lot|so much|very much|again|for (?:that|your help|the help)))*[\s!.]*$/i;
const asksForHelp =
  /^(?:(?:hi|hello|hey)[\s,!]+)?(?:help|(?:who|what) are you|what (?:can|could|do) you (?:do|help (?:me|us) with|know)|what can i ask(?: you)?|how (?:can|could|do) you help(?: me| us)?|(?:what|which) tools (?:do you have|are there|can you use))(?: (?:here|for me|for us|please))*[\s?!.]*$/i;

const MOST_NAMED = 12;

/** The answer to what wants no tool: a greeting, thanks, and the question what can be done here, which the tools' names answer. */
export function smallTalk(question: string, views: ToolView[]): string | undefined {
  const said = question.trim();
  if (thanks.test(said)) return "You're welcome.";
  if (greeting.test(said)) return `Hello. ${abilities(views)}`;
  return asksForHelp.test(said) ? abilities(views) : undefined;
}

function abilities(views: ToolView[]): string {
  const own = views.filter(({ meta }) => !meta);
  const looks = own.filter(({ deeds }) => deeds.includes('read'));
  const acts = own.filter((view) => !looks.includes(view));
  const lines = [
    ...(looks.length > 0 ? [`- look things up: ${named(looks)}`] : []),
    ...(acts.length > 0 ? [`- get things done: ${named(acts)}`] : []),
  ];
  if (lines.length === 0) return 'There is no tool here with which I could do anything.';
  return `With the tools here I can\n${lines.join('\n')}\n\nWrite in your own words what you need.`;
}

function named(views: ToolView[]): string {
  const names = views.slice(0, MOST_NAMED).map(({ tool }) => wordsOfName(baseName(tool.name)).join(' '));
  const more = views.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

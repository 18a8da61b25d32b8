import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scopeOf } from '../../playground/model/arguments/scope.ts';
import {
  type Features,
  idsTaken,
  quickFeatures,
  rarityOf,
  withArguments,
} from '../../playground/model/tools/features.ts';
import { type ToolView, viewOf } from '../../playground/model/tools/view.ts';
import type { Meaning, Tool } from '../../playground/model/types.ts';
import { spelledOut } from '../../playground/model/words/careless.ts';
import { withCapitals } from '../../playground/model/words/careless-names.ts';
import { withSpelling } from '../../playground/model/words/careless-spelling.ts';
import { type Case, endingOf } from './cases.ts';
import { withDays } from './days.ts';

/** A request with the tools that it may mean; none where no tool is right. A group is left out as a whole to see what the others teach. */
export type Request = { group: string; weight: number; said: string; tools: Tool[]; right: string[] };

/** Cases of one message that take one call, or that no tool can do. */
export function requestsOfCases(cases: Case[], toolsOf: (desk: string) => Tool[], today: Date): Request[] {
  return cases.flatMap((one) => {
    const isDeclined = endingOf(one) === 'decline';
    if (typeof one.say !== 'string' || (isDeclined ? one.calls.length > 0 : one.calls.length !== 1)) return [];
    const tools = toolsOf(one.desk);
    const names = one.calls.flatMap((call) => Object.keys(call));
    const right = tools.filter(({ name }) => names.some((short) => name === short || name.endsWith(`__${short}`)));
    return [
      { group: one.desk, weight: 1, said: withDays(one.say, today), tools, right: right.map(({ name }) => name) },
    ];
  });
}

/** Files of the Berkeley Function Calling Leaderboard and how much one of their requests counts: there are more of some than of others. */
const files = {
  simple_python: 1,
  multiple: 1.5,
  irrelevance: 1.5,
  live_simple: 0.5,
  live_multiple: 0.3,
  live_irrelevance: 0.4,
};
const GROUPS = 5;
const MOST_TOOLS = 30;
const STRANGERS = 6;

/** Every second request of the leaderboard (bfcl_eval/data); the others are left for measuring. */
export function requestsOfLeaderboard(folder: string): Request[] {
  return Object.entries(files).flatMap(([name, weight]) => {
    const lines = linesOf(join(folder, `BFCL_v4_${name}.json`));
    const answers = new Map(
      linesOf(join(folder, 'possible_answer', `BFCL_v4_${name}.json`)).map((one) => [one.id, one.ground_truth]),
    );
    const even = lines.filter((_, at) => at % 2 === 0);
    const strangers = even.flatMap((one) => one.function.map(toolOf));
    return even.flatMap((one, at) => {
      const calls = answers.get(one.id) ?? [];
      const tools = one.function.map(toolOf);
      if (calls.length > 1 || tools.length === 0 || tools.length > MOST_TOOLS) return [];
      const said = one.question[0]!.filter(({ role }) => role === 'user').map(({ content }) => content);
      const right = calls.flatMap((call) => Object.keys(call));
      const request = { group: `${at % GROUPS}`, weight, said: said.join('\n'), tools, right };
      const among = Array.from({ length: STRANGERS }, (_, n) => strangers[(at * 7 + n * 31 + 13) % strangers.length]!);
      const others = among.filter((tool) => !tools.some((own) => own.name === tool.name));
      // A single tool has to be told from others, too.
      const more = name === 'simple_python' ? [{ ...request, weight: weight / 2, tools: [...tools, ...others] }] : [];
      return [request, ...more];
    });
  });
}

type Line = {
  id: string;
  question: { role: string; content: string }[][];
  function: { name: string; description?: string; parameters?: Record<string, unknown> }[];
  ground_truth: Record<string, unknown>[];
};

function linesOf(path: string): Line[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

function toolOf({ name, description = '', parameters = {} }: Line['function'][number]): Tool {
  return { name, description, parameters: JSON.parse(JSON.stringify(parameters, renamed)) };
}

/** Python's names of types, as JSON Schema has them. */
const types: Record<string, string> = { dict: 'object', float: 'number', tuple: 'array', any: 'string' };
function renamed(key: string, value: unknown): unknown {
  return key === 'type' && typeof value === 'string' ? (types[value] ?? value) : value;
}

/** What the stand-in model measures of each tool. */
export async function measure({ said, tools }: Request, meaning: Meaning, today: Date): Promise<Features[]> {
  const views = tools.map(viewOf);
  const part = withCapitals(withSpelling(spelledOut(said), views), views).slice(0, 4_000);
  const likeness = await meaning.likeness(
    part.slice(0, 600),
    views.flatMap(({ gist, rest }) => [gist, rest]),
  );
  const scope = scopeOf(part, today);
  const rarity = rarityOf(views);
  const ids = idsTaken(views, scope);
  const measured = (view: ToolView, at: number) => {
    const alike = { gist: likeness[2 * at]!, rest: likeness[2 * at + 1]! };
    return withArguments(quickFeatures(part, view, alike, rarity, ids[at]!), view, scope);
  };
  return views.map(measured);
}

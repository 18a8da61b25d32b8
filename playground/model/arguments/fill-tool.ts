import { overlaps, type Span } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import { aboutOf, type ToolView } from '../tools/view.ts';
import { fillParams } from './fill.ts';
import type { Filled } from './filled.ts';
import type { Scope } from './scope.ts';
import { topicsIn } from './topics.ts';

/** Gives a tool its arguments. One that only looks is also given what was said and fits nothing better; before something is done, it is rather asked for. */
export function fillTool(view: ToolView, scope: Scope): Filled {
  const filled = fillParams(view.params, scope, aboutOf(view));
  if (filled.missing.length === 0 || !view.deeds.includes('read')) return filled;
  for (const param of filled.missing) giveLeftover(param, filled, scope, aboutOf(view));
  const args = Object.fromEntries(
    view.params.flatMap(({ name }) => (name in filled.args ? [[name, filled.args[name]]] : [])),
  );
  return { ...filled, args, missing: filled.missing.filter(({ name }) => !(name in args)) };
}

const LOOSE = 0.2;

function giveLeftover(param: Param, filled: Filled, scope: Scope, about: ReadonlySet<string>): void {
  const left = leftFor(param, scope, Object.values(filled.spans), about);
  if (!left) return;
  filled.args[param.name] = left.value;
  filled.spans[param.name] = { start: left.start, end: left.end, score: LOOSE };
}

type Left = Pick<Span, 'start' | 'end'> & { value: unknown };

function leftFor(
  { type, shape, strict, role, secret }: Param,
  scope: Scope,
  taken: Pick<Span, 'start' | 'end'>[],
  about: ReadonlySet<string>,
): Left | undefined {
  if (shape || strict || secret) return undefined;
  const free = scope.mentions.filter((one) => !taken.some((span) => overlaps(span, one)));
  if (type === 'number' || type === 'integer') {
    const number = free.find((one) => one.kind === 'number' && !one.inList && !one.percent);
    return number?.kind === 'number' ? { value: number.value, start: number.start, end: number.end } : undefined;
  }
  if (type !== 'string' || role === 'date' || role === 'time' || role === 'email' || role === 'url') return undefined;
  const named = free.find(({ kind }) => kind === 'quoted' || kind === 'name' || kind === 'code');
  if (named && 'text' in named) return { value: named.text, start: named.start, end: named.end };
  if (role === 'place' || role === 'person') return undefined;
  const [topic] = topicsIn(scope, taken, about);
  return topic && { value: topic.text, start: topic.start, end: topic.end };
}

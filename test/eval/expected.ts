import { sampleOf, wrongArgument } from '../../bench/eval/arguments.ts';
import { type Case, endingOf, type WantedCall } from '../../bench/eval/cases.ts';
import type { House } from '../../bench/eval/house.ts';
import { fullName, waysOf } from '../../bench/eval/judge-calls.ts';
import { holdsFact, showFact } from '../../bench/eval/text.ts';
import { deskNamed } from '../../core/desk/desks.ts';
import type { Desk } from '../../core/desk/types.ts';

/** What is wrong with a case: its expected calls are made, and must come to what it says of them. */
export async function problemsOf(one: Case, house: House): Promise<string[]> {
  const desk = deskNamed(house.desks, one.desk);
  if (!desk) return [`${one.id}: there is no desk ${one.desk}`];
  const beside = [...one.also, ...Object.values(one.set.beside).flat()].map((name) => fullName(name, desk));
  const risky = beside.filter((tool) => desk.tools.get(tool)?.effect !== 'read');
  const made = await Promise.all(one.calls.map((wanted) => makeEach(one, wanted, desk, house)));
  const problems = made.flat().flatMap((call) => call.problems);
  return [
    ...risky.map((tool) => `${tool} changes something, so it is nothing to look up`),
    ...problems,
    ...(problems.length > 0 ? [] : factProblems(one, made, house.today)),
  ].map((problem) => `${one.id}: ${problem}`);
}

type Made = { text: string; problems: string[] };

/** Each alternative of a wanted call. */
function makeEach(one: Case, wanted: WantedCall, desk: Desk, house: House): Promise<Made[]> {
  return Promise.all(
    waysOf(wanted, desk).map(async ({ tool, args }) => {
      const sample = sampleOf(args, house.today);
      const misfit = wrongArgument(args, sample, house.today);
      const call = await make(one, tool, sample, desk, house);
      const unlike = misfit === null ? [] : [`${tool}: what stands as an example does not fit: ${misfit}`];
      return { ...call, problems: [...unlike, ...call.problems] };
    }),
  );
}

let people = 0;

/** As the gate would: reads are made, what changes something is only frozen. */
async function make(one: Case, name: string, args: object, desk: Desk, { gate }: House): Promise<Made> {
  const caller = { desk, principal: { kind: 'staff' as const, id: `slack:UCASE${++people}` } };
  const decision = await gate.decide(caller, { name, arguments: JSON.stringify(args) });
  const ending = endingOf(one);
  const call = `${name} ${JSON.stringify(args)}`;
  if (decision.kind === 'refused')
    return { text: decision.text, problems: ending === 'refusal' ? [] : [`${call} is refused: ${decision.text}`] };
  if (decision.kind === 'sign') {
    const { rule, canonical, seen } = decision.frozen;
    const wanted = { signature: 'approve', yes: 'confirm' }[ending as string];
    const text = `${canonical} ${seen.map(({ value }) => value).join(' ')}`;
    return { text, problems: rule === wanted ? [] : [`${call} has the rule ${rule}`] };
  }
  const outcome = await gate.execute(decision.permit, { signal: new AbortController().signal, idempotencyKey: call });
  const isRight = (outcome.kind === 'ok') === (ending !== 'refusal');
  return { text: outcome.text, problems: isRight ? [] : [`${call} comes to ${outcome.kind}: ${outcome.text}`] };
}

/** Whichever alternative is taken, everything that the answer has to say is there, and nothing that it must not. */
function factProblems(one: Case, made: Made[][], today: Date): string[] {
  const first = made.map(([way]) => way!);
  const mixes = [first, ...made.flatMap((ways, at) => ways.slice(1).map((way) => first.with(at, way)))];
  return mixes.flatMap((calls) => {
    const text = calls.map((call) => call.text).join('\n');
    const missing = one.facts.filter((fact) => !holdsFact(text, fact, today));
    const there = one.lacks.filter((fact) => holdsFact(text, fact, today));
    return [
      ...missing.map((fact) => `no call gives ${showFact(fact)}: ${text}`),
      ...there.map((fact) => `a call gives ${showFact(fact)}: ${text}`),
    ];
  });
}

import { percentile } from '../load.ts';
import { FAULT_KINDS } from './fault.ts';
import type { Result } from './run.ts';

/** A table for people: right answers, why others are wrong, tokens and times, by desk and over all. */
export function tableOf(results: Result[]): string {
  const desks = [...new Set(results.map(({ desk }) => desk))];
  const rows = desks.map((desk) =>
    rowOf(
      desk,
      results.filter((result) => result.desk === desk),
    ),
  );
  const head = ['desk', 'right', 'of', 'share', ...FAULT_KINDS, 'tokens a case', 'p50 ms', 'p95 ms'];
  return markdown([head, ...rows, rowOf('all', results)]);
}

function rowOf(name: string, results: Result[]): string[] {
  const right = results.filter((result) => result.right).length;
  const first = results.map(({ faults }) => faults[0]?.kind);
  const times = results.filter(({ ms }) => ms > 0).map(({ ms }) => ms);
  const tokens = results.reduce((sum, result) => sum + result.tokens, 0);
  return [
    name,
    String(right),
    String(results.length),
    share(right, results.length),
    ...FAULT_KINDS.map((kind) => String(first.filter((one) => one === kind).length)),
    String(Math.round(tokens / Math.max(1, results.length))),
    ms(percentile(times, 0.5)),
    ms(percentile(times, 0.95)),
  ];
}

/** The same, grouped by the ending that a case wants. */
export function endingsOf(results: Result[]): string {
  const endings = [...new Set(results.map(({ ending }) => ending))];
  const rows = endings.map((ending) => {
    const those = results.filter((result) => result.ending === ending);
    const right = those.filter((result) => result.right).length;
    return [ending, String(right), String(those.length), share(right, those.length)];
  });
  return markdown([['what is right', 'right', 'of', 'share'], ...rows]);
}

/** How long a model takes for one of its outputs, and to its first word. */
export function requestTimes(results: Result[]): string {
  const requests = results.flatMap(({ requestMs }) => requestMs);
  const firsts = requests.flatMap(({ first }) => first ?? []);
  const [p50, p95] = [0.5, 0.95].map((share) =>
    ms(
      percentile(
        requests.map(({ all }) => all),
        share,
      ),
    ),
  );
  const [first50, first95] = [0.5, 0.95].map((share) => ms(percentile(firsts, share)));
  return `${requests.length} requests to the model: p50 ${p50} ms, p95 ${p95} ms; first word p50 ${first50} ms, p95 ${first95} ms.`;
}

function share(part: number, of: number): string {
  return of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`;
}

function ms(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(0);
}

function markdown([head = [], ...rows]: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** The wrong answers by cause: request, expectation, answer. */
export function failuresOf(results: Result[]): string {
  const wrong = results.filter(({ right }) => !right);
  const causes = [...new Set(wrong.map(causeOf))].map((cause) => {
    return { cause, those: wrong.filter((result) => causeOf(result) === cause) };
  });
  return causes
    .toSorted((a, b) => b.those.length - a.those.length)
    .map(({ cause, those }) => `## ${cause}: ${those.length}\n\n${those.map(failureText).join('\n')}`)
    .join('\n\n');
}

function causeOf({ faults, calls, answer }: Result): string {
  const kind = faults[0]?.kind ?? '';
  if (kind !== 'tool') return kind;
  if (calls.length > 0) return 'tool, another one was called';
  return answer.includes('?') ? 'tool, a question came instead' : 'tool, none was called';
}

function failureText({ id, said, ending, wanted, faults, calls, answer }: Result): string {
  const made = calls.map(({ tool, args }) => `${tool} ${JSON.stringify(args)}`);
  return [
    `- **${said.join(' → ')}** (${id})`,
    `  - expected: ${[...wanted.map((call) => JSON.stringify(call)), `then: ${ending}`].join(', ')}`,
    `  - called: ${made.join(', ') || 'nothing'}`,
    `  - wrong: ${faults.map(({ kind, what }) => `${kind}: ${what}`).join('; ')}`,
    `  - said: ${answer.replace(/\s+/g, ' ').slice(0, 300)}`,
  ].join('\n');
}

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { OPEN_CASES } from './cases.ts';

export type Options = {
  /** Undefined: the stand-in model. */
  endpoint: { baseUrl: string; model: string; apiKey: string } | null;
  desk: string | undefined;
  /** The folder of the cases. */
  cases: string;
  out: string | undefined;
  limitMs: number;
  atOnce: number;
};

const usage = `npm run eval                                    asks the stand-in model all cases
npm run eval -- --base-url URL --model NAME     asks a model of any OpenAI-compatible endpoint
  --api-key-env NAME            the variable that holds its key (OPENAI_API_KEY)
  --desk bank                   only the cases of one desk
  --cases FOLDER                other cases, such as some that nobody has seen yet (bench/eval/cases)
  --out FILE                    where the results go, as JSON; the table goes beside it (.data/eval/…)
  --seconds 60                  how long one case may take
  --at-once 2                   how many cases are asked at a time`;

export type ReadOptions =
  | { kind: 'ok'; options: Options }
  | { kind: 'help'; text: string }
  | { kind: 'wrong'; text: string };

export function readOptions(args: string[], env: Record<string, string | undefined>): ReadOptions {
  try {
    return optionsOf(args, env);
  } catch (error) {
    return { kind: 'wrong', text: `${error instanceof Error ? error.message : String(error)}\n${usage}` };
  }
}

function optionsOf(args: string[], env: Record<string, string | undefined>): ReadOptions {
  const { values } = parseArgs({
    args,
    options: {
      'base-url': { type: 'string' },
      model: { type: 'string' },
      'api-key-env': { type: 'string', default: 'OPENAI_API_KEY' },
      desk: { type: 'string' },
      cases: { type: 'string', default: OPEN_CASES },
      out: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      'at-once': { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { kind: 'help', text: usage };
  const { 'base-url': baseUrl, model, cases, desk, out } = values;
  if ((baseUrl === undefined) !== (model === undefined)) throw new Error('Give --base-url and --model together.');
  if (!existsSync(cases)) throw new Error(`--cases: there is no folder ${cases}.`);
  // Endpoints on one's own machine mostly want no key, but the client must send one.
  const apiKey = env[values['api-key-env']] || 'none';
  const endpoint = baseUrl !== undefined && model !== undefined ? { baseUrl, model, apiKey } : null;
  const limitMs = whole('--seconds', values.seconds) * 1000;
  return {
    kind: 'ok',
    options: { endpoint, desk, cases, out, limitMs, atOnce: whole('--at-once', values['at-once']) },
  };
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`${name} is a number from 1 to 99999.`);
  return Number(text);
}

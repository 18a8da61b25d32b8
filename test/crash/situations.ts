import type { TurnPoint } from '../../core/crash-points.ts';
import type { Fault } from '../../playground/slack/faults.ts';
import type { Dice } from '../support/seeds.ts';
import type { ToolName } from './tools.ts';

/** What a worker meets before it dies at the nth time it comes to a point. */
export type Situation = {
  nth: number;
  /** Who speaks, message by message; they all wait when the worker comes. */
  people: string[];
  tools: ToolName[];
  slow: boolean;
  /** The question stands in the middle of a thread that somebody else began. */
  amid?: boolean;
  /** The model is away until all victims are dead. */
  away?: boolean;
  /** What goes wrong when the reply is posted. */
  faults?: { method: string; fault: Fault }[];
  /** Later questions go to the same thread. */
  staying?: boolean;
  /** How long after the reply the worker may yet come to the point. */
  lingering?: number;
};

const [lisa, marco] = ['U0LISA', 'U0MARCO'];
const rejected = { method: 'chat.postMessage', fault: { kind: '502' } } as const;
const acceptedUnheard = [
  { method: 'chat.postMessage', fault: { kind: '502_after_accepting' } },
  { method: 'conversations.replies', fault: { kind: '502' } },
] as const;
export const limited = [{ method: 'chat.postMessage', fault: { kind: '429', retryAfter: 4 } }] as const;

export const situations: Record<TurnPoint, (dice: Dice) => Situation> = {
  'turn.claimed': eachTurn,
  'background.read': (dice) => ({ ...any(dice), people: dice.pick([[lisa], [lisa, lisa]]), amid: true }),
  'model.asking': twice,
  'model.answered': twice,
  'calls.recorded': any,
  'tool.calling': eachTool,
  'tool.answered': eachTool,
  'results.recorded': any,
  'turn.finishing': eachTurn,
  'turn.finished': eachTurn,
  'stream.recorded': streamed,
  'stream.started': streamed,
  'stream.noted': streamed,
  'stream.appended': (dice) => ({ ...streamed(dice), nth: 1 + dice.roll(2) }),
  'stream.stopped': streamed,
  'reply.sending': posted,
  'reply.accepted': posted,
  'turn.released': eachTurn,
  'turn.parked': (dice) => ({ ...any(dice), away: true }),
  'reply.claimed': (dice) => ({
    ...any(dice),
    slow: false,
    faults: [...dice.pick([acceptedUnheard, limited])],
    lingering: 9_000,
  }),
  'summary.made': (dice) => ({ ...any(dice), people: [lisa], slow: false, staying: true }),
};

function any(dice: Dice): Situation {
  return {
    nth: 1,
    people: dice.pick([[lisa], [lisa], [lisa, lisa], [lisa, lisa, marco]]),
    tools: dice.pick<ToolName[]>([['look'], ['look', 'book'], ['look', 'note'], ['book'], ['book', 'note']]),
    slow: dice.roll(2) === 0,
  };
}

function twice(dice: Dice): Situation {
  return { ...any(dice), nth: 1 + dice.roll(2) };
}

/** Where a tool is at work, it is at least one that must not act twice. */
function eachTool(dice: Dice): Situation {
  const tools = dice.pick<ToolName[]>([['book'], ['look', 'book'], ['book', 'note'], ['look', 'book', 'note']]);
  return { ...any(dice), tools, nth: 1 + dice.roll(tools.length) };
}

function eachTurn(dice: Dice): Situation {
  const situation = any(dice);
  return { ...situation, nth: 1 + dice.roll(new Set(situation.people).size) };
}

function streamed(dice: Dice): Situation {
  return { ...any(dice), slow: true };
}

/** The second time is a try after one that Slack did not take. */
function posted(dice: Dice): Situation {
  const nth = 1 + dice.roll(2);
  return { ...any(dice), slow: false, nth, ...(nth === 2 ? { faults: [rejected] } : {}) };
}

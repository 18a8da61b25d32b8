import type { MailCase } from './mail-kill.ts';
import { answerTo } from './questions.ts';
import type { AnyTool } from './tools.ts';
import type { World } from './world.ts';

/** What the outside world may hold against us, in sentences: by the mailbox's own ledger, and the tools'. */
export function mailVerdict(world: World, made: MailCase): string[] {
  const { id, kind, sent, away, tools, drafts } = made;
  const count = (fits: (text: string) => boolean) => sent.filter(({ text }) => fits(text)).length;
  const asked = count((text) => text.includes('Please confirm what you asked for'));
  const counts: [what: string, found: number, wanted: number][] = [
    ['answers', count((text) => text.startsWith(`${answerTo([{ id }])}:`) && text.includes('The end.')), 1],
    ['questions for a yes', asked, kind === 'confirm' ? 1 : 0],
    ['words on a yes', count((text) => text.startsWith('Confirmed:')), asked],
    ['notices', count((text) => text.includes('Your message is kept')), away && kind !== 'draft' ? 1 : 0],
    ['drafts that are left', drafts, 0],
  ];
  const outcomes = outcomesIn(made);
  const known = counts.reduce((sum, [, found]) => sum + found, 0) - drafts;
  const others = sent.length - known - outcomes.mails;
  return [
    ...counts.flatMap(([what, found, wanted]) => (found === wanted ? [] : [`${found} ${what}`])),
    ...(others === 0 ? [] : [`${others} more mails: ${sent.map(({ text }) => text.slice(0, 60)).join(' / ')}`]),
    ...judgeOutcomes(made, outcomes),
    ...tools.flatMap((tool) => judgeTool(world, made, tool, outcomes)),
  ];
}

type Outcomes = { mails: number; told: number; unknown: number; settled: number };

/** Those that wait together are told together. */
function outcomesIn({ sent, id }: MailCase): Outcomes {
  const mails = sent.filter(({ text }) => text.startsWith(`Outcome for ${id}:`));
  const told = mails.flatMap(({ text }) => text.split(/(?=<outcome)/).slice(1));
  return {
    mails: mails.length,
    told: told.length,
    unknown: told.filter((text) => text.includes("don't know whether it worked")).length,
    settled: told.filter((text) => /says that/.test(text)).length,
  };
}

/** Where a worker may die with the call sent and nothing recorded of it. */
const BETWEEN = ['dispatch.begun', 'dispatch.calling', 'dispatch.answered', 'card.claimed', 'turn.released'];

function judgeOutcomes({ kind, tools, point }: MailCase, { told, unknown, settled }: Outcomes): string[] {
  const wanted = kind === 'plain' || kind === 'draft' ? 0 : 1 + unknown;
  const mayBeLost = tools.some((tool) => /_book$/.test(tool)) && BETWEEN.includes(point);
  return [
    ...(told === wanted ? [] : [`${told} outcomes were told`]),
    ...(unknown === settled ? [] : [`unknown ${unknown} times, settled ${settled} times`]),
    ...(unknown > 0 && !mayBeLost ? ['its outcome was unknown without need'] : []),
  ];
}

function judgeTool(world: World, made: MailCase, tool: AnyTool, { unknown }: Outcomes): string[] {
  const { id, edit, sent } = made;
  const isDecided = tool.includes('_');
  const of = isDecided ? `${edit ? 'edited-' : ''}case-${id}` : id;
  const calls = world.tools.ledger.filter((line) => line.tool === tool && line.of === of);
  const others = world.tools.ledger.filter((line) => line.tool === tool && line.of.endsWith(of) && line.of !== of);
  const keys = new Set(calls.map(({ key }) => key));
  const isOnce = tool.endsWith('book');
  const isUnknown = isDecided ? unknown > 0 : sent.some(({ text }) => text.includes('is not known'));
  return [
    ...(others.length > 0 ? [`what was not signed ran: ${others.map((line) => line.of)}`] : []),
    ...(calls.length === 0 && !(isOnce && isUnknown) ? [`${tool} of ${id} was lost`] : []),
    ...(isOnce && calls.length > 1 ? [`${tool} of ${id} ran ${calls.length} times`] : []),
    ...(tool.endsWith('note') && (keys.size > 1 || keys.has(undefined))
      ? [`${tool} of ${id} was called with the keys ${[...keys].join(', ')}`]
      : []),
  ];
}

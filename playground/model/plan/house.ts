import type { Fit } from '../tools/rank.ts';
import type { ToolView } from '../tools/view.ts';
import type { Goal } from './goal.ts';
import { asksToKeep } from './known.ts';

const asksForRule =
  /\b(?:needs?|requires?|takes?|have to|must|has to)\b.{0,60}\b(?:signatures?|sign(?:ed|s)?|approv\w+|confirm\w*|ok|okay|permission|yes)\b/i;
const asksForIds =
  /\b(?:pull|extract|pick|get|which|what|list|find)\b.{0,30}\b(?:ids?|entities|addresses|amounts)\b.{0,40}\b(?:in|out of|from|of)\b/i;

/** A person may ask for what the tools that serve the planning tell, too: whether something needs a signature, which ids a text holds. */
export function houseGoal(question: string, ranked: Fit[], views: ToolView[]): Goal | undefined {
  const house = views.filter(({ meta }) => meta);
  return ruleGoal(question, ranked, house) ?? idsGoal(question, house) ?? notesGoal(question, house);
}

function ruleGoal(question: string, ranked: Fit[], house: ToolView[]): Goal | undefined {
  const judge = house.find(({ tool }) => /\b(?:confirmation|signature|approval)\b/i.test(tool.description));
  const param = judge?.params.find(({ required, type }) => required && type === 'string');
  if (!judge || !param || !asksForRule.test(question)) return undefined;
  const meant = ranked
    .filter(({ view }) => !view.meta && !view.deeds.includes('read'))
    .sort((a, b) => actScore(b) - actScore(a))[0];
  return meant && { part: question, view: judge, args: { [param.name]: meant.view.tool.name }, missing: [] };
}

/** By what the words say alone: whether arguments were said is nothing here. */
function actScore({ features }: Fit): number {
  return features.meaning * 2 + features.words * 3.5 + features.known * 2.4 + features.named * 1.7;
}

function idsGoal(question: string, house: ToolView[]): Goal | undefined {
  const reader = house.find(({ tool }) => /\b(?:pulls?|extracts?)\b/i.test(tool.description));
  const param = reader?.params.find(({ required, type }) => required && type === 'string');
  if (!reader || !param || !asksForIds.test(question)) return undefined;
  const text = /["'“]([^"'”]{4,})["'”]|:\s*(.{4,})$/s.exec(question);
  return {
    part: question,
    view: reader,
    args: { [param.name]: (text?.[1] ?? text?.[2] ?? question).trim() },
    missing: [],
  };
}

/** "Keep that in your notes": what was found out in the thread. */
function notesGoal(question: string, house: ToolView[]): Goal | undefined {
  const writer = house.find(({ tool }) => /\bnotes\b/i.test(tool.description));
  if (!writer || !asksToKeep(question)) return undefined;
  const missing = writer.params.filter(({ required }) => required);
  return { part: question, view: writer, args: {}, missing };
}

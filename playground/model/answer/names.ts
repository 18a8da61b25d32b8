import { capital, inWords } from './values.ts';

const VERBS =
  'get lookup fetch read list search find check count calculate compute preview refund cancel create make update add report send change deactivate activate delete remove open close set move copy write edit assign approve reject start stop restart block unblock reset issue transfer pay order book schedule invite upload download rename merge post put invoke run add subtract'.split(
    ' ',
  );

/** "server__billing_create_bill" is "create bill": what stands before the verb says where, not what. */
export function actionOf(tool: string): string {
  const words = inWords(tool.split('__').at(-1) ?? tool).split(' ');
  const verb = words.findIndex((word) => VERBS.includes(word));
  return words.slice(verb > 0 && verb < words.length - 1 ? verb : 0).join(' ');
}

export function actionName(tool: string): string {
  return capital(actionOf(tool));
}

/** What a tool is about: "list_open_repos" gives repos. */
export function thingOf(tool: string): string {
  const [verb = '', ...rest] = actionOf(tool).split(' ');
  if (!VERBS.includes(verb)) return '';
  return (rest.join(' ').split(/ (?:by|for|of|in|with|from|to) /, 1)[0] ?? '').trim();
}

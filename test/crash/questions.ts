import type { Script } from '../fakes/model/server.ts';
import { type AnyTool, allTools } from './tools.ts';

/** What a person says in a sweep: the scripted model knows from it what to do. */
export type Question = { id: string; tools: AnyTool[]; slow: boolean };

export function textOf({ id, tools, slow }: Question): string {
  return `case ${id} [${tools.join(' ')}]${slow ? ' slowly' : ''}.`;
}

function questionsIn(text: string): Question[] {
  return [...text.matchAll(/case (\S+) \[([^\]]*)\]( slowly)?\./g)].map(([, id = '', tools = '', slow]) => ({
    id,
    tools: allTools.filter((tool) => tools.split(' ').includes(tool)),
    slow: slow !== undefined,
  }));
}

const LONG_STORY = 'and this takes a while to say, word by word, '.repeat(16);

/** How the model takes a question: not at all, with a 429, or without ever saying anything. */
export type Mood = 'away' | 'silent';

/** Asks for the tools of the first question side by side, then answers all of them with what the tools said. */
export function sweepScript(moods: Map<string, Mood>): Script {
  return ({ lastUser, toolResults, tools, messages }) => {
    const outcome = /<outcome from=/.exec(lastUser);
    if (outcome && tools.length > 0) return { text: `${outcomeOf(messages)}: ${lastUser.slice(0, 1500)} The end.` };
    const questions = questionsIn(lastUser);
    const first = questions[0];
    // Summaries are asked for without tools.
    if (!first || tools.length === 0) return { text: 'A summary.' };
    const mood = moods.get(first.id);
    if (mood === 'away') return { status: 429, retryAfter: 6 };
    if (mood === 'silent') return { hang: true };
    if (toolResults.length === 0 && first.tools.length > 0) {
      return {
        calls: first.tools.map((tool) => ({
          name: `sweep__${tool}`,
          arguments: { of: tool.includes('_') ? `case-${first.id}` : first.id },
        })),
      };
    }
    const said = toolResults.map(({ content }) => /\w+ says yes-\S+|is not known/.exec(content)?.[0] ?? content);
    const text = `${answerTo(questions)}: ${said.join(', ')}. ${first.slow ? LONG_STORY : ''}The end.`;
    return { text, ...(first.slow ? { chunkDelayMs: 60 } : {}) };
  };
}

/** How a reply begins that tells what became of a signed call. */
function outcomeOf(messages: { role: string; content?: unknown }[]): string {
  const said = messages.findLast(({ role, content }) => role === 'user' && /case \S+ \[/.test(String(content)));
  return `Outcome for ${/case (\S+) \[/.exec(String(said?.content))?.[1]}`;
}

/** How the one reply to these questions begins. */
export function answerTo(questions: { id: string }[]): string {
  return `Answer to ${questions.map(({ id }) => id).join(' and ')}`;
}

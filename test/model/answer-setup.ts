import { writeAnswer } from '../../playground/model/answer/write.ts';
import type { Findings, Result, Tool } from '../../playground/model/types.ts';

/** A result as the model gets it; what is no text came as JSON. */
export function result(name: string, args: Result['arguments'], said: unknown, tool: Partial<Tool> = {}): Result {
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  return { tool: { name, description: '', parameters: {}, ...tool }, arguments: args, text };
}

export function answerTo(question: string, results: Result[], more: Partial<Findings> = {}): string {
  return writeAnswer({
    question,
    parts: [question],
    results,
    instructions: 'Today is 2026-11-20.',
    open: [],
    outcomes: [],
    ...more,
  });
}

/** The cells of the table in an answer, head first. */
export function cellsIn(answer: string): string[][] {
  const lines = answer.split('\n').filter((line) => line.startsWith('|') && !/^\|[ |-]+$/.test(line));
  return lines.map((line) => line.slice(2, -2).split(' | '));
}

import { z } from 'zod';

export type WorkspaceFound = { kind: 'open' } | { kind: 'closed'; why: string } | { kind: 'none' };

const health = z.object({ status: z.string(), parts: z.record(z.string(), z.string()) });
const offered = z.object({ user: z.string(), prompts: z.array(z.unknown()) });
const refusal = z.object({ error: z.string() });

/** Looks for a workspace to talk in at this address. */
export async function findWorkspace(url: string): Promise<WorkspaceFound> {
  const asked = await ask(`${url}/playground/prompts`);
  if (asked === null) return { kind: 'none' };
  if (asked.status === 200 && offered.safeParse(asked.json).success) return { kind: 'open' };
  const why = refusal.safeParse(asked.json).data?.error ?? asked.text.trim();
  if (asked.status === 403 && why.includes('playground')) return { kind: 'closed', why };
  const state = health.safeParse((await ask(`${url}/health`))?.json);
  if (!state.success) return { kind: 'none' };
  return { kind: 'closed', why: `${url} works with a real Slack (${state.data.parts.slack}): talk to it there.` };
}

async function ask(url: string): Promise<{ status: number; text: string; json: unknown } | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const text = await response.text();
    return { status: response.status, text, json: jsonIn(text) };
  } catch {
    return null;
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

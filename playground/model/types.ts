/** A tool as the request offers it. */
export type Tool = { name: string; description: string; parameters: Schema };
export type Schema = Record<string, unknown>;

/** The messages of a chat.completions request, texts joined. */
export type Message =
  | { role: 'system' | 'user'; text: string }
  | { role: 'assistant'; text: string; calls: Call[] }
  | { role: 'tool'; callId: string; text: string };
export type Call = { id: string; name: string; arguments: Record<string, unknown> };

export type ChatRequest = { messages: Message[]; tools: Tool[] };

/** What the stand-in does next: calls that go side by side, or its answer. */
export type Decision =
  | { kind: 'calls'; calls: { name: string; arguments: Record<string, unknown> }[] }
  | { kind: 'answer'; text: string };

/** How alike texts are in meaning: the higher, the more. */
export type Meaning = { likeness(text: string, others: string[]): Promise<number[]> };

/** One call of this turn with what came back. */
export type Result = { tool: Tool; arguments: Record<string, unknown>; text: string };

/** What an answer is written from. */
export type Findings = {
  /** What the person asked, as they wrote it. */
  question: string;
  /** Its parts, as far as they ask for different things. */
  parts: string[];
  /** In the order of their calls. */
  results: Result[];
  /** What the desk's system message says to an answer (form, language, what to mention). */
  instructions: string;
  /** Parts of the request for which nothing was called, each with the reason in words for the person. */
  open: { part: string; why: string }[];
  /** What became of signed calls, where the request tells it: an answer passes it on. */
  outcomes: string[];
  /** All tools of the request: what their parameters are called names the columns of tables. */
  tools?: Tool[];
};

/** What the planning is given beside the request. */
export type Deps = { meaning: Meaning; writeAnswer(findings: Findings): string; today: Date };

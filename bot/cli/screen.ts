import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A terminal, where text grows and somebody is asked for the next line; or a pipe, which gets whole lines and no more. */
export type Screen = {
  isTerminal: boolean;
  print(text: string): void;
  /** A text in the making; the last word on it ends it. */
  growing(begin: string): { text(soFar: string): void; end(text: string): void };
  /** Lines as they are written, each handled before the next; ends with the input. */
  eachLine(handle: (line: string) => Promise<'go on' | 'end'>): Promise<void>;
};

const PROMPT = 'You: ';

export function openScreen(input: Readable & { isTTY?: boolean }, output: Writable & { isTTY?: boolean }): Screen {
  const isTerminal = input.isTTY === true && output.isTTY === true;
  const prompt = promptOn(output);
  const write = (text: string) => void output.write(text);
  return {
    isTerminal,
    print: (text) => prompt.around(() => write(`${harmless(text)}\n`)),
    growing(begin) {
      const { text, end } = isTerminal ? grow(begin, prompt, write) : whole(begin, write);
      return { text: (soFar) => text(harmless(soFar)), end: (last) => end(harmless(last)) };
    },
    async eachLine(handle) {
      // Not before somebody listens: lines that come earlier would be lost.
      const reader = createInterface({
        input,
        output: isTerminal ? output : undefined,
        prompt: PROMPT,
        terminal: isTerminal,
      });
      // Ctrl-C waits for no answer. The end of a pipe comes long before the last line is handled.
      const left = new Promise<'end'>((resolve) => {
        if (isTerminal) reader.once('close', () => resolve('end'));
      });
      if (isTerminal) prompt.show(reader);
      for await (const line of reader) {
        prompt.hide();
        if ((await Promise.race([handle(line), left])) === 'end') break;
        if (isTerminal) prompt.show(reader);
      }
      if (prompt.isShown()) write('\n');
      prompt.hide();
      reader.close();
    },
  };
}

/** Removes control characters, so that no message moves the cursor, clears the screen or reverses letters. */
function harmless(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, '');
}

type Prompt = {
  show(reader: Interface): void;
  hide(): void;
  isShown(): boolean;
  /** A text grows: nothing comes between its parts. */
  begin(): void;
  end(): void;
  around(write: () => void): void;
};

/** What comes while somebody writes stands above the line that they write. */
function promptOn(output: Writable): Prompt {
  let shown: Interface | undefined;
  let growing = 0;
  let held: (() => void)[] = [];
  const around = (write: () => void) => {
    if (growing > 0) return void held.push(write);
    if (shown) output.write('\r\u001b[K');
    write();
    shown?.prompt(true);
  };
  return {
    around,
    show(reader) {
      shown = reader;
      reader.prompt();
    },
    hide() {
      shown = undefined;
    },
    isShown: () => shown !== undefined,
    begin() {
      growing += 1;
    },
    end() {
      growing -= 1;
      if (growing > 0) return;
      const waiting = held;
      held = [];
      for (const write of waiting) around(write);
    },
  };
}

/** In a terminal: what is new of it is written behind what stands there; what is no longer so is written anew. */
function grow(begin: string, prompt: Prompt, write: (text: string) => void) {
  let shown: string | undefined;
  const text = (soFar: string) => {
    // Nothing grows under the hands of who writes.
    if (prompt.isShown() || soFar === '' || soFar === shown) return;
    if (shown === undefined) prompt.begin();
    if (shown === undefined) write(begin + soFar);
    else write(soFar.startsWith(shown) ? soFar.slice(shown.length) : `\n${begin}${soFar}`);
    shown = soFar;
  };
  return {
    text,
    end(last: string) {
      if (shown === undefined) return prompt.around(() => write(`${begin}${last}\n\n`));
      text(last);
      write('\n\n');
      prompt.end();
    },
  };
}

function whole(begin: string, write: (text: string) => void) {
  return { text: () => {}, end: (last: string) => write(`${begin}${last}\n`) };
}

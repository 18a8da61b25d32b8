import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A terminal, where text grows and a prompt asks for the next line; or a pipe, which gets whole lines only. */
export type Screen = {
  isTerminal: boolean;
  print(text: string): void;
  /** A text that grows; `end` prints it whole. */
  growing(begin: string): { text(soFar: string): void; end(text: string): void };
  /** Handles each line before the next is read; resolves when the input ends. */
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
      // Open the reader only here: lines that come before somebody listens would be lost.
      const reader = createInterface({
        input,
        output: isTerminal ? output : undefined,
        prompt: PROMPT,
        terminal: isTerminal,
      });
      // Ctrl-C does not wait for an answer. A pipe ends long before its last line is handled.
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
  /** While a text grows, nothing is printed between its parts. */
  begin(): void;
  end(): void;
  around(write: () => void): void;
};

/** Prints what arrives while somebody types above the line that they type. */
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

/** In a terminal: appends what is new of a text, or prints it again where it changed before its end. */
function grow(begin: string, prompt: Prompt, write: (text: string) => void) {
  let shown: string | undefined;
  const text = (soFar: string) => {
    // Do not print while somebody types.
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

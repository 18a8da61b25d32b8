import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openScreen } from '../../bot/cli/screen.ts';

function streams(isTTY: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let seen = '';
  output.on('data', (chunk) => {
    seen += chunk;
  });
  return { input, screen: openScreen(input, output), seen: () => seen };
}

describe('over a pipe', () => {
  it('each line is handled before the next, and nothing but whole lines comes back', async () => {
    const { input, screen, seen } = streams(false);
    input.end('one\ntwo\n');
    const handled: string[] = [];
    await screen.eachLine(async (line) => {
      const growing = screen.growing('Assistant: ');
      growing.text('hal');
      await sleep(20);
      growing.end(`half of ${line}`);
      handled.push(line);
      return 'go on';
    });
    expect(handled).toEqual(['one', 'two']);
    expect(seen()).toBe('Assistant: half of one\nAssistant: half of two\n');
  });

  it('the last line may have no end, and the word to quit leaves the rest', async () => {
    const { input, screen } = streams(false);
    input.end('one\nquit\ntwo');
    const handled: string[] = [];
    await screen.eachLine(async (line) => {
      handled.push(line);
      return line === 'quit' ? 'end' : 'go on';
    });
    expect(handled).toEqual(['one', 'quit']);
  });
});

it.each([true, false])('what others wrote cannot command the terminal (isTTY: %s)', (isTTY) => {
  const { screen, seen } = streams(isTTY);
  const evil = 'a\u001b[2J\u001b]0;x\u0007b\u202ec\td\u009bK';
  screen.print(evil);
  const growing = screen.growing('Assistant: ');
  growing.text(evil);
  growing.end(`${evil}.`);
  expect(seen().trim()).toBe('a[2J]0;xbc\tdK\nAssistant: a[2J]0;xbc\tdK.');
});

describe('in a terminal', () => {
  /** Without what moves the cursor. */
  const plain = (text: string) => stripVTControlCharacters(text).replaceAll('\r', '');

  it('a text grows, and what comes meanwhile waits for its end', async () => {
    const { input, screen, seen } = streams(true);
    const ended = screen.eachLine(async () => {
      const growing = screen.growing('Assistant: ');
      growing.text('The ');
      growing.text('The balance');
      screen.print('(a card)');
      growing.end('The balance is 5.');
      return 'end';
    });
    input.write('hello\r');
    await ended;
    expect(plain(seen())).toMatch(/You: hello\n+Assistant: The balance is 5\.\n\n\(a card\)\n$/);
  });

  it('what comes while somebody writes stands above their line', async () => {
    const { input, screen, seen } = streams(true);
    const ended = screen.eachLine(async () => 'end');
    input.write('hel');
    await sleep(20);
    screen.growing('Assistant: ').end('It is done.');
    input.write('lo\r');
    await ended;
    expect(seen()).toContain('\r\u001b[KAssistant: It is done.\n\n');
    expect(plain(seen()).split('It is done.')[1]).toMatch(/You: hello?/);
  });

  it('Ctrl-C ends it at once, whatever is waited for', async () => {
    const { input, screen } = streams(true);
    const ended = screen.eachLine(() => new Promise(() => {}));
    input.write('hello\r');
    await sleep(20);
    input.write('\u0003');
    await ended;
  });
});

import { useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { fill } from '../composer/fill.ts';
import { type Page, useKnown, useMe, usePage } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { keep, readKept } from '../link/kept.ts';
import { IconButton } from '../parts.tsx';
import type { ChannelInfo, Person } from '../protocol.ts';
import type { State } from '../state/state.ts';
import { decidedBy, lastAsker, type Step, steps, stepsDone } from './steps.ts';

/** A list of first steps that ticks itself off, until it is dismissed. */
export function Guide() {
  const page = usePage();
  const [isGone, setGone] = useState(() => readKept('guide.gone', false));
  const [since] = useState(() => readKept('guide.since', page.since));
  const done = useStepsDone(page, since);
  const texts = useTexts(page, since);
  if (isGone) return null;
  const current = steps.find((step) => !done.includes(step));
  const dismiss = () => {
    keep('guide.gone', true);
    setGone(true);
  };
  return (
    <section className="guide" aria-label="The first minute">
      <div className="guide-head">
        <h2>The first minute</h2>
        <IconButton icon="close" size={14} label="Dismiss the first minute" onPress={dismiss} />
      </div>
      <ol>
        {steps.map((step) => (
          <li key={step} data-state={done.includes(step) ? 'done' : step === current ? 'current' : 'later'}>
            <span className="guide-tick" role="img" aria-label={done.includes(step) ? 'done' : 'to do'}>
              {done.includes(step) && <Icon name="check" size={12} />}
            </span>
            <div>
              {texts[step].title}
              {step === current && <StepHelp {...texts[step]} />}
            </div>
          </li>
        ))}
      </ol>
      {current === undefined && <p className="guide-end">That was all of it: nothing ran before it was signed.</p>}
    </section>
  );
}

function StepHelp({ words, help }: StepText) {
  return (
    <>
      <p className="guide-words">{words}</p>
      {help && (
        <Button className="guide-help" onPress={help.press}>
          {help.words}
        </Button>
      )}
    </>
  );
}

function useStepsDone(page: Page, since: string): Step[] {
  const [kept, setKept] = useState(() => readKept<Step[]>('guide.done', []));
  const logs = useKnown((state) => state.logs);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the messages are what it looks at.
  const now = useMemo(() => stepsDone(page.store.get(), since), [logs, since, page]);
  const done = steps.filter((step) => kept.includes(step) || now.includes(step));
  useEffect(() => {
    if (done.length === kept.length) return;
    keep('guide.done', done);
    setKept(done);
  }, [done, kept]);
  return done;
}

type StepText = { title: string; words: string; help?: { words: string; press: () => void } };

function useTexts({ go, route, actAs }: Page, since: string): Record<Step, StepText> {
  const me = useMe();
  const channels = useKnown((state) => state.channels);
  const bot = useKnown((state) => state.people[state.hello?.botUserId ?? '']?.name ?? 'countersign');
  const approvals = useKnown((state) => state.hello?.approvalsChannel ?? null);
  const signer = useKnown((state) => whoSigned(state, since) ?? signerOf(state, me));
  const { channel, question, request } = examplesOf(channels);
  const write = (text: string) => () => {
    if (!channel) return;
    go({ ...route, place: { kind: 'channel', channel: channel.id }, thread: undefined });
    fill(channel.id, `@${bot} ${text}`);
  };
  const room = `#${channel?.name ?? 'general'}`;
  const showCard = ({ id }: Person) => {
    if (id !== me) actAs(id);
    if (approvals) go({ ...route, place: { kind: 'channel', channel: approvals }, thread: undefined });
  };
  return {
    mention: {
      title: 'Mention the bot',
      words: `Write to @${bot} in ${room} and press Enter.`,
      help: { words: 'Write a question for me', press: write(question) },
    },
    answer: { title: 'Read its answer', words: 'Open the thread below your message.' },
    ask: {
      title: 'Ask for a refund',
      words: 'Or for anything else that needs a signature.',
      help: { words: 'Write a request for me', press: write(request) },
    },
    sign: {
      title: `Sign it as ${signer?.realName ?? 'a manager'}`,
      words: 'Read the card in #approvals and press Approve. At the top right you choose who you act as.',
      ...(signer && {
        help: {
          words: signer.id === me ? 'Show me the card' : `Act as ${signer.realName}`,
          press: () => showCard(signer),
        },
      }),
    },
    done: { title: 'See it done', words: 'On the card, and in the thread where it was asked.' },
  };
}

/** After a decision the step keeps the name of the person who decided. */
function whoSigned(state: State, since: string): Person | null {
  return state.people[decidedBy(state, since) ?? ''] ?? null;
}

/** The person one acts as, if they may sign, else the first who may. Nobody signs their own request: for its asker waits a yes to something else. */
function signerOf(state: State, me: string): Person | null {
  const { waiting, people } = state;
  const asker = lastAsker(state);
  const ids = Object.keys(waiting).filter((one) => (waiting[one] ?? 0) > 0 && one !== asker);
  const id = ids.includes(me) ? me : ids[0];
  return id ? (people[id] ?? null) : null;
}

/** Takes the examples from a desk's own list. */
function examplesOf(channels: ChannelInfo[]): { channel?: ChannelInfo; question: string; request: string } {
  const isAction = (example: string) => /^(refund|cancel|create|open|send|update|block)\b/i.test(example);
  const channel =
    channels.find(({ kind, desk }) => kind === 'channel' && desk?.examples.some((one) => /^refund\b/i.test(one))) ??
    channels.find(({ kind, desk }) => kind === 'channel' && desk);
  const examples = channel?.desk?.examples ?? [];
  return {
    channel,
    question: examples.find((example) => !isAction(example)) ?? 'what can you do?',
    request: examples.find(isAction) ?? 'refund $20 of an order',
  };
}

import { Fragment, type ReactNode } from 'react';
import { useKnown, usePage, useReader } from '../context.tsx';
import { Emoji } from '../icons.tsx';
import { routeOfLink } from '../state/route.ts';
import { type DateToken, dateText, fullTimeText } from '../text/dates.ts';
import { type Mark, parseMrkdwn } from '../text/mrkdwn.ts';

export function Mrkdwn({ text }: { text: string }) {
  return <Marks marks={parseMrkdwn(text)} />;
}

export function Marks({ marks }: { marks: Mark[] }) {
  // The index is a safe key: parts of one text never change places.
  return marks.map((mark, at) => <Fragment key={`${at}${mark.kind}`}>{drawn(mark)}</Fragment>);
}

function drawn(mark: Mark): ReactNode {
  switch (mark.kind) {
    case 'text':
      return mark.text;
    case 'bold':
      return <strong>{<Marks marks={mark.children} />}</strong>;
    case 'italic':
      return <em>{<Marks marks={mark.children} />}</em>;
    case 'strike':
      return <s>{<Marks marks={mark.children} />}</s>;
    case 'quote':
      return <blockquote>{<Marks marks={mark.children} />}</blockquote>;
    case 'code':
      return <code>{mark.text}</code>;
    case 'pre':
      return <Preformatted text={mark.text} />;
    case 'link':
      return <LinkMark url={mark.url} text={mark.text} />;
    case 'person':
      return <PersonMark id={mark.id} />;
    case 'channel':
      return <ChannelMark id={mark.id} />;
    case 'everyone':
      return <span className="mention mention-all">{mark.label}</span>;
    case 'date':
      return <DateMark date={mark.date} />;
    case 'emoji':
      return <Emoji name={mark.name} />;
  }
}

/** Its lines may be wider than there is room, so the keyboard can scroll it; an empty one is no stop for the keyboard. */
export function Preformatted({ text }: { text: string }) {
  return (
    <pre tabIndex={text.trim() === '' ? undefined : 0}>
      <code>{text}</code>
    </pre>
  );
}

const workspaceHosts = ['playground.slack.com'];

/** Links of the workspace lead to their place on this page; all others show their host. */
function LinkMark({ url, text }: { url: string; text: string }) {
  const inside = routeOfLink(url, workspaceHosts);
  const { go, route } = usePage();
  if (inside) {
    return (
      <a
        href={url}
        onClick={(event) => {
          event.preventDefault();
          go({ ...route, ...inside, thread: inside.thread });
        }}
      >
        {text}
      </a>
    );
  }
  const host = URL.canParse(url) ? new URL(url).host : '';
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" title={url}>
      {text}
      {host !== '' && !text.includes(host) && <span className="link-host"> ({host})</span>}
    </a>
  );
}

function PersonMark({ id }: { id: string }) {
  const person = useKnown((state) => state.people[id]);
  const isMe = useKnown((state) => state.hello?.me === id);
  return <span className={`mention ${isMe ? 'mention-me' : ''}`}>@{person?.name ?? id}</span>;
}

function ChannelMark({ id }: { id: string }) {
  const name = useKnown((state) => state.channels.find((channel) => channel.id === id)?.name);
  const { go } = usePage();
  if (!name) return <span className="mention">#{id}</span>;
  return (
    <a
      className="mention"
      href={`#/${id}`}
      onClick={(event) => {
        event.preventDefault();
        go({ place: { kind: 'channel', channel: id } });
      }}
    >
      #{name}
    </a>
  );
}

function DateMark({ date }: { date: DateToken }) {
  const reader = useReader();
  return (
    <time dateTime={new Date(date.seconds * 1000).toISOString()} title={fullTimeText(date.seconds * 1000, reader)}>
      {dateText(date, reader)}
    </time>
  );
}

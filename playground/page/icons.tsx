import type { ReactNode } from 'react';

const paths = {
  hash: <path d="M8 3 6 17M14 3l-2 14M3.5 7.5h14M2.5 12.5h14" />,
  lock: <path d="M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9" />,
  home: <path d="m3 9 7-6 7 6v8h-5v-5H8v5H3z" />,
  thread: <path d="M3 4h14v9h-7l-4 4v-4H3zM6.5 7.5h7M6.5 10h4" />,
  edit: <path d="m4 13-.8 3.8L7 16l9-9-3-3zM11 6l3 3" />,
  trash: <path d="M4 6h12M8 6V4h4v2M5.5 6l1 11h7l1-11M8.5 9v5M11.5 9v5" />,
  layers: <path d="m10 3 8 4-8 4-8-4zM2 11l8 4 8-4M2 14.5l8 4 8-4" />,
  bolt: <path d="m11 2-7 10h5l-1 6 8-11h-6z" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  back: <path d="m12 4-6 6 6 6" />,
  down: <path d="m5 8 5 5 5-5" />,
  right: <path d="m8 5 5 5-5 5" />,
  plus: <path d="M10 4v12M4 10h12" />,
  at: <path d="M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0Zm0 0v1.3c0 2.6 4 2.4 4-1.3a7 7 0 1 0-3.2 5.9" />,
  slash: <path d="M4 3h12v14H4zM11.5 6.5l-3 7" />,
  send: <path d="M3 3.5 17.5 10 3 16.5 4.5 10zM4.5 10H11" />,
  check: <path d="m4 10.5 4 4 8-9" />,
  cross: <path d="m6 6 8 8M14 6l-8 8" />,
  eye: (
    <>
      <path d="M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10Z" />
      <circle cx="10" cy="10" r="2.3" />
    </>
  ),
  clock: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 6v4.3l3 1.7" />
    </>
  ),
  warning: <path d="m10 3 8 14H2zM10 8v4.5M10 14.6v.1" />,
  question: (
    <>
      <circle cx="10" cy="10" r="7.5" />
      <path d="M7.8 8a2.2 2.2 0 1 1 3.3 1.9c-.7.4-1.1.9-1.1 1.7M10 14v.1" />
    </>
  ),
  file: <path d="M5 2.5h7l4 4v11H5zM12 2.5v4h4" />,
  download: <path d="M10 3v10m-4-4 4 4 4-4M4 17h12" />,
  sun: (
    <>
      <circle cx="10" cy="10" r="3.2" />
      <path d="M10 2v2M10 16v2M2 10h2M16 10h2M4.5 4.5l1.4 1.4M14.1 14.1l1.4 1.4M4.5 15.5l1.4-1.4M14.1 5.9l1.4-1.4" />
    </>
  ),
  moon: <path d="M16.5 12.5A7 7 0 0 1 7.5 3.5a7 7 0 1 0 9 9Z" />,
  screen: <path d="M2.5 4h15v10h-15zM7 17h6M10 14v3" />,
  person: <path d="M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3.5 17c.5-3.5 3-5 6.5-5s6 1.5 6.5 5" />,
  mail: <path d="M2.5 5h15v10.5h-15zM2.5 5.5l7.5 6 7.5-6" />,
  gear: (
    <path d="M10 3v3M10 14v3M3 10h3M14 10h3M5 5l2.1 2.1M12.9 12.9 15 15M5 15l2.1-2.1M12.9 7.1 15 5M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z" />
  ),
  brain: (
    <path d="M7.5 3.5A2.5 2.5 0 0 0 5 6a2.8 2.8 0 0 0-1.5 4.5A2.8 2.8 0 0 0 5.5 15a2.3 2.3 0 0 0 4.5 0V5a2.3 2.3 0 0 0-2.5-1.5ZM12.5 3.5A2.5 2.5 0 0 1 15 6a2.8 2.8 0 0 1 1.5 4.5 2.8 2.8 0 0 1-2 4.5 2.3 2.3 0 0 1-4.5 0V5a2.3 2.3 0 0 1 2.5-1.5Z" />
  ),
  tool: (
    <path d="M12.5 3a4 4 0 0 0-4 5.3L3 13.8 6.2 17l5.5-5.5a4 4 0 0 0 5.2-5l-2.6 2.6-2.8-.6-.6-2.8L13.5 3.1a4 4 0 0 0-1-.1Z" />
  ),
  pen: (
    <path d="M3 16c2.5-5.5 4-8 5.3-7.3 1.6.8-2.2 6.6-.4 7.2 1.7.6 2.2-4.2 3.5-3.6 1 .5-.5 3 .7 3 .9 0 1.5-.9 2.4-1.3" />
  ),
  book: <path d="M4 3h10a2 2 0 0 1 2 2v12H6a2 2 0 0 1-2-2zM4 15a2 2 0 0 1 2-2h10M7.5 6.5h5" />,
  heart: <path d="M10 16.5S3 12.3 3 7.5A3.6 3.6 0 0 1 10 6a3.6 3.6 0 0 1 7 1.5c0 4.8-7 9-7 9Z" />,
  thumb: (
    <path d="M3 9h3v8H3zM6 9.5 9.5 3c1.7 0 2.2 1 2 2.3L11 8h5.2c.9 0 1.4.7 1.2 1.6l-1.4 6c-.2.9-.8 1.4-1.7 1.4H6" />
  ),
  bell: <path d="M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13zM8.5 18h3" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {paths[name]}
    </svg>
  );
}

const emoji: Record<string, { icon: IconName; tone: string }> = {
  white_check_mark: { icon: 'check', tone: 'good' },
  heavy_check_mark: { icon: 'check', tone: 'good' },
  x: { icon: 'cross', tone: 'bad' },
  warning: { icon: 'warning', tone: 'wait' },
  eyes: { icon: 'eye', tone: 'plain' },
  hourglass: { icon: 'clock', tone: 'plain' },
  hourglass_flowing_sand: { icon: 'clock', tone: 'plain' },
  lock: { icon: 'lock', tone: 'plain' },
  bell: { icon: 'bell', tone: 'wait' },
  '+1': { icon: 'thumb', tone: 'good' },
  thumbsup: { icon: 'thumb', tone: 'good' },
  '-1': { icon: 'thumb', tone: 'bad' },
  thumbsdown: { icon: 'thumb', tone: 'bad' },
  heart: { icon: 'heart', tone: 'bad' },
};

export function Emoji({ name }: { name: string }) {
  const drawn = emoji[name];
  if (!drawn) return <>:{name}:</>;
  return (
    <span className={`emoji tone-${drawn.tone}`} role="img" aria-label={name.replaceAll('_', ' ')}>
      <Icon name={drawn.icon} size={16} />
    </span>
  );
}

import { Button } from 'react-aria-components';
import { usePage } from '../context.tsx';

/** An app has two sides in Slack: its Home tab and the conversation with it. */
export function DirectTabs({ channel, shown }: { channel: string; shown: 'home' | 'messages' }) {
  const { go } = usePage();
  return (
    <nav className="direct-tabs" aria-label="Countersign">
      <Button
        className="direct-tab"
        aria-current={shown === 'home' ? 'page' : undefined}
        onPress={() => go({ place: { kind: 'home' } })}
      >
        Home
      </Button>
      <Button
        className="direct-tab"
        aria-current={shown === 'messages' ? 'page' : undefined}
        onPress={() => go({ place: { kind: 'channel', channel } })}
      >
        Messages
      </Button>
    </nav>
  );
}

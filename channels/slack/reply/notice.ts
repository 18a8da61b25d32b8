import { oneTry, type Slack } from '../api/api.ts';
import { escaped } from '../text/text.ts';

/** Posts a message that answers nobody; returns whether it is posted. */
export async function postNotice(slack: Slack, channel: string, text: string): Promise<boolean> {
  const args = { channel, text: escaped(text), unfurl_links: false, unfurl_media: false };
  return (await oneTry(slack).api('chat.postMessage', args)).kind === 'ok';
}

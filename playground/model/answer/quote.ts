/**
 * What a tool said is data. Shown to a person it must not become a link or an image to a place that nobody named, nor call
 * a channel: addresses are shown as code, which no reader follows.
 */
export type Quote = (text: string) => string;

/** `named` is what people, the desk and the product wrote: hosts in there may stay links, and people stay mentions. */
export function quoter(named: string): Quote {
  const known = new Set([...named.matchAll(HOST)].map(([, host = '']) => host.toLowerCase()));
  const address = (url: string) => (known.has(hostOf(url)) ? url : `\`${url.replaceAll('`', '')}\``);
  const outsideCode = (text: string) =>
    text
      .replace(LINK, (_, label: string, url: string) => (label ? `${label} (${url})` : url))
      .replace(REFERENCE, '$1')
      .replace(ADDRESS, (url) => {
        const end = /[.,;:!?)]*$/.exec(url)?.[0] ?? '';
        return `${address(url.slice(0, url.length - end.length))}${end}`;
      })
      .replace(MARKUP, (mark, at: number, whole: string) => {
        const mention = PERSON.exec(whole.slice(at))?.[0];
        return mention && named.includes(mention) ? mark : '<\u200b';
      });
  return (text) =>
    text
      .split(/(```[\s\S]*?```|`[^`\n]*`)/)
      .map((piece, at) => (at % 2 === 1 ? piece : outsideCode(piece)))
      .join('');
}

const HOST = /(?:https?:\/\/|www\.)([\w.-]+)/gi;
const LINK = /!?\[([^[\]]{0,300})\]\(\s*<?([^()\s<>]{1,2000})>?(?:\s+"[^"]*")?\s*\)/g;
/** Half a link of the other kind: `[text][name]`. */
const REFERENCE = /!?(\[[^[\]]{0,300}\])\[[^[\]]{0,100}\]/g;
/** Also bare ones, which readers make links of. */
const ADDRESS =
  /\b(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.)[^\s<>"'|`]+|(?<![@\w.-])(?:[\w-]{1,63}\.){1,6}(?:[a-z]{2,20}\/[^\s<>"'|`]*|(?:com|net|org|io|dev|app|co|info|biz|xyz|ru|cn|de|uk|eu|us|ai|me)\b(?!\.\w))/gi;
/** Before a letter, a slash or a sign it may begin a tag or call somebody. */
const MARKUP = /<(?=[a-z/!@#?])/gi;
const PERSON = /^<@[A-Z0-9]+>/;

function hostOf(url: string): string {
  return url
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/^[^/@]*@/, '')
    .split(/[/:?#]/, 1)
    .join('')
    .toLowerCase();
}

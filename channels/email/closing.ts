import { deskNamed } from '../../core/desk/desks.ts';
import type { Desk } from '../../core/desk/types.ts';
import { BY_ASSISTANT } from '../../core/mail/asks-for-person.ts';
import { plainHtml } from './html.ts';
import type { EmailPlace } from './place.ts';

export type Body = { text: string; html: string };

/** Ends a mail: with a word that an assistant wrote it, and with the desk's signature. */
export function closed({ text, html }: Body, { desk: name, writer, handedOver }: EmailPlace, desks: Desk[]): Body {
  const { assistant = true, signature } = deskNamed(desks, name)?.email ?? {};
  const endings = [
    // Whoever reads that a colleague takes over need not ask for one.
    ...(assistant && writer === undefined && handedOver === undefined ? [BY_ASSISTANT] : []),
    // Mail programs take what follows this line for a signature.
    ...(signature === undefined ? [] : [`-- \n${signature}`]),
  ];
  return {
    text: [text, ...endings].join('\n\n'),
    html: html + endings.map(plainHtml).join(''),
  };
}

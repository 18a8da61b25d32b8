/** Marks text as data. */
export function fence(source: string, text: string): string {
  return enclose('data', source, text);
}

const ourTags = /<(?=[\s\p{Cf}]*\/?[\s\p{Cf}]*(?:data|message|outcome)\b)/giu;

/** Breaks our tags inside the text, so that it can neither end its own fence nor begin another. */
export function enclose(tag: 'data' | 'message' | 'outcome', from: string, text: string): string {
  return `<${tag} from="${from.replace(/[^\w .,-]/g, '_')}">\n${text.replace(ourTags, '<\u200b')}\n</${tag}>`;
}

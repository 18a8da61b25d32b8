import { type Fields, stringIn, wordsIn } from './read.ts';

/** Shows pictures of this workspace only; one from elsewhere would tell its host who looks at it. */
export function Picture({ of }: { of: Fields }) {
  const url = stringIn(of.image_url);
  const alt = stringIn(of.alt_text);
  if (url.startsWith('/playground/')) return <img src={url} alt={alt} loading="lazy" />;
  const host = URL.canParse(url) ? new URL(url).host : 'nowhere';
  return (
    <span className="picture-elsewhere">
      Picture: {alt || wordsIn(of.title) || 'without a description'} (not loaded, it lies at {host})
    </span>
  );
}

export function Unknown({ what }: { what: string }) {
  return <p className="block-unknown">This page does not draw the {what}.</p>;
}

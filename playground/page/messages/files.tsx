import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Preformatted } from '../blocks/marks.tsx';
import { Icon } from '../icons.tsx';
import type { PageFile } from '../protocol.ts';

export function Files({ files }: { files: PageFile[] }) {
  return (
    <ul className="files" aria-label="Files">
      {files.map((file) => (
        <li key={file.id}>{file.mimetype.startsWith('image/') ? <Image file={file} /> : <Snippet file={file} />}</li>
      ))}
    </ul>
  );
}

function Image({ file }: { file: PageFile }) {
  return (
    <figure className="file-image">
      <figcaption>{file.title}</figcaption>
      <a href={file.url} target="_blank" rel="noopener noreferrer">
        <img src={file.url} alt={file.title} loading="lazy" />
      </a>
    </figure>
  );
}

type Whole = { kind: 'folded' } | { kind: 'loading' } | { kind: 'open'; text: string } | { kind: 'failed' };

/** A file; one of text with its beginning, and a press fetches the whole. */
function Snippet({ file }: { file: PageFile }) {
  const { name, title, size, url, preview = '' } = file;
  const [whole, setWhole] = useState<Whole>({ kind: 'folded' });
  const isAll = new TextEncoder().encode(preview).length >= size;
  const open = async () => {
    setWhole({ kind: 'loading' });
    const text = await fetch(url).then(
      (response) => (response.ok ? response.text() : null),
      () => null,
    );
    setWhole(text === null ? { kind: 'failed' } : { kind: 'open', text });
  };
  return (
    <div className="snippet">
      <div className="snippet-head">
        <Icon name="file" />
        <span className="snippet-name">{title || name}</span>
        <span className="snippet-size">{sizeText(size)}</span>
        <a className="icon-button" href={url} download={name} aria-label={`Download ${name}`}>
          <Icon name="download" />
        </a>
      </div>
      {(whole.kind === 'open' || preview !== '') && (
        <Preformatted text={whole.kind === 'open' ? whole.text : preview} />
      )}
      {isAll || file.mimetype === 'application/pdf' ? null : whole.kind === 'open' ? (
        <Button className="link-button" onPress={() => setWhole({ kind: 'folded' })}>
          Fold up
        </Button>
      ) : (
        <Button className="link-button" onPress={open} isPending={whole.kind === 'loading'}>
          {whole.kind === 'failed' ? 'It could not be read; try again' : 'See all of it'}
        </Button>
      )}
    </div>
  );
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

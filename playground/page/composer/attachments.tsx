import { useEffect, useRef } from 'react';
import { Icon } from '../icons.tsx';
import { sizeText } from '../messages/files.tsx';
import { IconButton } from '../parts.tsx';

export const accepted = '.txt,.md,.csv,.tsv,.json,.log,.yaml,.yml,.xml,text/*,.pdf,image/png,image/jpeg,image/webp';
const pictures = ['image/png', 'image/jpeg', 'image/webp'];
const texts = /\.(txt|md|csv|tsv|json|log|ya?ml|xml)$/i;

export function isAccepted({ name, type }: File): boolean {
  return pictures.includes(type) || type === 'application/pdf' || type.startsWith('text/') || texts.test(name);
}

export function Attachments({ files, onRemove }: { files: File[]; onRemove: (file: File) => void }) {
  return (
    <ul className="attachments" aria-label="Attached files">
      {files.map((file) => (
        <li key={`${file.name}${file.lastModified}${file.size}`}>
          {pictures.includes(file.type) ? <Preview file={file} /> : <Icon name="file" size={24} />}
          <span className="attachment-name">{file.name}</span>
          <span className="attachment-size">{sizeText(file.size)}</span>
          <IconButton icon="close" size={12} label={`Remove ${file.name}`} onPress={() => onRemove(file)} />
        </li>
      ))}
    </ul>
  );
}

/** Draws on a canvas: the page's policy allows no `blob:` pictures. */
function Preview({ file }: { file: File }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isGone = false;
    createImageBitmap(file).then(
      (bitmap) => {
        const { current } = canvas;
        const context = current?.getContext('2d');
        if (isGone || !current || !context) return;
        const scale = Math.max(current.width / bitmap.width, current.height / bitmap.height);
        const [width, height] = [bitmap.width * scale, bitmap.height * scale];
        context.drawImage(bitmap, (current.width - width) / 2, (current.height - height) / 2, width, height);
      },
      () => {},
    );
    return () => {
      isGone = true;
    };
  }, [file]);
  return <canvas ref={canvas} width={96} height={96} role="img" aria-label={`Preview of ${file.name}`} />;
}

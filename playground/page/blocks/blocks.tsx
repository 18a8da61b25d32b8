import { Element, type OnAction } from './elements.tsx';
import { Markdown } from './markdown.tsx';
import { Picture, Unknown } from './picture.tsx';
import { type Fields, fieldsIn, isFields, stringIn } from './read.ts';
import { TextObject } from './text.tsx';

/** Draws the blocks of Slack's Block Kit that the bot sends; an unknown block is named, so that nothing is hidden. */
export function Blocks({ blocks, onAction }: { blocks: unknown[]; onAction: OnAction }) {
  return (
    <div className="blocks">
      {fieldsIn(blocks).map((block, at) => (
        <Block key={stringIn(block.block_id) || at} block={block} onAction={onAction} />
      ))}
    </div>
  );
}

function Block({ block, onAction }: { block: Fields; onAction: OnAction }) {
  switch (block.type) {
    case 'header':
      return (
        <h3 className="block-header">
          <TextObject of={block.text} />
        </h3>
      );
    case 'section':
      return <Section block={block} onAction={onAction} />;
    case 'context':
      return <Context elements={fieldsIn(block.elements)} />;
    case 'divider':
      return <hr className="block-divider" />;
    case 'actions':
      return (
        <div className="block-actions">
          {fieldsIn(block.elements).map((element, at) => (
            <Element key={stringIn(element.action_id) || at} element={element} onAction={onAction} />
          ))}
        </div>
      );
    case 'markdown':
      return <Markdown text={stringIn(block.text)} />;
    case 'image':
      return <ImageBlock block={block} />;
    default:
      return <Unknown what={`block "${stringIn(block.type) || 'without a type'}"`} />;
  }
}

function Section({ block, onAction }: { block: Fields; onAction: OnAction }) {
  const fields = fieldsIn(block.fields);
  return (
    <div className="block-section">
      <div className="block-section-body">
        {isFields(block.text) && (
          <p className="block-text">
            <TextObject of={block.text} />
          </p>
        )}
        {fields.length > 0 && (
          <ul className="block-fields">
            {fields.map((field, at) => (
              <li key={at}>
                <TextObject of={field} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {isFields(block.accessory) && <Element element={block.accessory} onAction={onAction} />}
    </div>
  );
}

function Context({ elements }: { elements: Fields[] }) {
  return (
    <div className="block-context">
      {elements.map((element, at) => (
        <span key={at}>{element.type === 'image' ? <Picture of={element} /> : <TextObject of={element} />}</span>
      ))}
    </div>
  );
}

function ImageBlock({ block }: { block: Fields }) {
  return (
    <figure className="block-image">
      {isFields(block.title) && (
        <figcaption>
          <TextObject of={block.title} />
        </figcaption>
      )}
      <Picture of={block} />
    </figure>
  );
}

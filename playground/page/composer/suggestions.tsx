import { Icon } from '../icons.tsx';
import { Avatar } from '../parts.tsx';
import type { Completion, Suggestion } from './completion.ts';

type SuggestionsProps = {
  id: string;
  completion: Completion;
  at: number;
  onTake: (completion: Completion, suggestion: Suggestion) => void;
};

export function Suggestions({ id, completion, at, onTake }: SuggestionsProps) {
  return (
    <div id={id} className="suggestions" role="listbox" aria-label={completion.label}>
      {completion.suggestions.map((suggestion, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the message field has the keyboard meanwhile.
        <div
          key={suggestion.id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          className="suggestion"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(completion, suggestion)}
        >
          {suggestion.person ? <Avatar user={suggestion.person} size={24} /> : <Icon name="slash" />}
          <span className="suggestion-title">{suggestion.title}</span>
          <span className="suggestion-about">{suggestion.about}</span>
        </div>
      ))}
    </div>
  );
}

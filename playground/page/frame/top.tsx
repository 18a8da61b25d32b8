import { useKnown } from '../context.tsx';
import { ActAs } from './act-as.tsx';
import { Theme } from './theme.tsx';

/** Says that this is not Slack and which model answers; lets one choose colours and the person to act as. */
export function TopBar() {
  const model = useKnown((state) => state.hello?.model);
  const link = useKnown((state) => state.link.kind);
  const isGreeted = useKnown((state) => state.hello !== null);
  return (
    <header className="top-bar" data-region="top">
      <h1 className="unseen">Countersign playground</h1>
      <div className="top-words">
        <p>
          <strong>This is not Slack.</strong>{' '}
          <span className="top-more">A made-up workspace on your own machine, to try Countersign.</span>
        </p>
        {model?.standIn && (
          <p>
            A stand-in model answers. Set <code>OPENAI_API_KEY</code> or <code>OPENAI_BASE_URL</code> to use a real one.
          </p>
        )}
        {model && !model.standIn && <p>The model is {model.name}.</p>}
      </div>
      <p className="link-line" role="status">
        {link === 'lost' && 'Reconnecting …'}
        {link === 'connecting' && !isGreeted && 'Connecting …'}
      </p>
      <Theme />
      <ActAs />
    </header>
  );
}

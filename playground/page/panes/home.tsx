import { Blocks } from '../blocks/blocks.tsx';
import { useKnown, usePage } from '../context.tsx';
import { PaneHead } from '../parts.tsx';
import { DirectTabs } from './tabs.tsx';

export function HomePane() {
  const { go, route, complain } = usePage();
  const blocks = useKnown((state) => state.home);
  const direct = useKnown((state) => state.channels.find(({ kind }) => kind === 'im')?.id);
  const noAction = async () => {
    complain('Countersign has nothing to press in its Home tab.');
    return false;
  };
  return (
    <>
      <PaneHead title="Countersign" about="Home" onBack={() => go({ ...route, place: null })}>
        {direct && <DirectTabs channel={direct} shown="home" />}
      </PaneHead>
      <section className="home-tab" aria-label="Home tab" aria-busy={blocks === null}>
        {blocks ? (
          <Blocks blocks={blocks} onAction={noAction} />
        ) : (
          <p className="quiet">Countersign is filling this page …</p>
        )}
      </section>
    </>
  );
}

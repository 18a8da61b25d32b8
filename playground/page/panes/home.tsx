import { Blocks } from '../blocks/blocks.tsx';
import { useClick, useKnown, usePage } from '../context.tsx';
import { PaneHead } from '../parts.tsx';
import { DirectTabs } from './tabs.tsx';

export function HomePane() {
  const { go, route } = usePage();
  const home = useKnown((state) => state.home);
  const click = useClick(home?.view ? { view_id: home.view } : null);
  const direct = useKnown((state) => state.channels.find(({ kind }) => kind === 'im')?.id);
  return (
    <>
      <PaneHead title="Countersign" about="Home" onBack={() => go({ ...route, place: null })}>
        {direct && <DirectTabs channel={direct} shown="home" />}
      </PaneHead>
      <section className="home-tab" aria-label="Home tab" aria-busy={home === null}>
        {home ? (
          <Blocks blocks={home.blocks} onAction={click} />
        ) : (
          <p className="quiet">Countersign is filling this page …</p>
        )}
      </section>
    </>
  );
}

import { useState } from 'react';
import type { IconName } from '../icons.tsx';
import { keep, readKept } from '../link/kept.ts';
import { IconButton } from '../parts.tsx';

type Look = 'system' | 'light' | 'dark';

const next: Record<Look, Look> = { system: 'light', light: 'dark', dark: 'system' };
const icons: Record<Look, IconName> = { system: 'screen', light: 'sun', dark: 'moon' };
const words: Record<Look, string> = {
  system: 'Colours: as the system has them',
  light: 'Colours: light',
  dark: 'Colours: dark',
};

export function applyLook(): Look {
  const look = readKept<Look>('look', 'system');
  if (look === 'system') delete document.documentElement.dataset.look;
  else document.documentElement.dataset.look = look;
  return look;
}

export function Theme() {
  const [look, setLook] = useState(applyLook);
  return (
    <IconButton
      icon={icons[look]}
      label={words[look]}
      className="top-button"
      onPress={() => {
        keep('look', next[look]);
        setLook(applyLook());
      }}
    />
  );
}

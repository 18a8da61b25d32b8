import type { ReactNode } from 'react';
import { Button, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components';
import { usePerson } from './context.tsx';
import { Icon, type IconName } from './icons.tsx';

type IconButtonProps = Omit<ButtonProps, 'children'> & { icon: IconName; label: string; size?: number };

/** A button with an icon only; its words come up as a tooltip. */
export function IconButton({ icon, label, size, className, ...props }: IconButtonProps) {
  return (
    <TooltipTrigger delay={400}>
      <Button {...props} aria-label={label} className={`icon-button ${className ?? ''}`}>
        <Icon name={icon} size={size} />
      </Button>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}

const tones = ['#1d6f8f', '#8a3ffc', '#b3541e', '#2f7d4f', '#a83254', '#5a5f9e', '#7d6b1f'];

export function Avatar({ user, size = 36 }: { user: string; size?: number }) {
  const person = usePerson(user);
  if (person?.kind === 'bot') {
    return (
      <span className="avatar avatar-bot" data-size={size} aria-hidden="true">
        <Icon name="pen" size={Math.round(size * 0.66)} />
      </span>
    );
  }
  const name = person?.realName ?? user;
  const sum = [...user].reduce((total, sign) => total + (sign.codePointAt(0) ?? 0), 0);
  return (
    <span className="avatar" data-size={size} style={{ background: tones[sum % tones.length] }} aria-hidden="true">
      {name.charAt(0).toUpperCase()}
    </span>
  );
}

/** The title line of a pane, on a phone with a button that leads back. */
export function PaneHead({ title, about, children, onBack }: PaneHeadProps) {
  return (
    <header className="pane-head">
      {onBack && <IconButton className="pane-back" icon="back" label="Back" onPress={onBack} />}
      <div className="pane-title">
        <h2>{title}</h2>
        {about && <span className="pane-about">{about}</span>}
      </div>
      <div className="pane-tools">{children}</div>
    </header>
  );
}

type PaneHeadProps = { title: ReactNode; about?: ReactNode; children?: ReactNode; onBack?: () => void };

import { Component, type ReactNode } from 'react';

/** A message that cannot be drawn costs itself only, never the page. */
export class Guarded extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <p className="block-unknown">This message cannot be shown.</p> : this.props.children;
  }
}

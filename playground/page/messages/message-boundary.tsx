import { Component, type ReactNode } from 'react';

/** Where a message cannot be drawn, shows a sentence in its place, so that the page goes on. */
export class MessageBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <p className="block-unknown">This message cannot be shown.</p> : this.props.children;
  }
}

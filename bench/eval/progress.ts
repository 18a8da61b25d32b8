const WIDTH = 30;

export type Progress = { step(right: boolean): void; end(): void };

/** A bar that is drawn over itself; without a terminal it draws nothing. */
export function openProgress(total: number, screen: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): Progress {
  if (!screen.isTTY) return { step() {}, end() {} };
  let done = 0;
  let right = 0;
  const draw = () => {
    const full = Math.round((WIDTH * done) / Math.max(1, total));
    const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
    screen.write(`\r${bar} ${done} of ${total}, ${right} right `);
  };
  draw();
  return {
    step(isRight) {
      done += 1;
      if (isRight) right += 1;
      draw();
    },
    end: () => void screen.write('\n'),
  };
}

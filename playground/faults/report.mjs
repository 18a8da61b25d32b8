// Loaded into the second worker's process: reports the work that it begins, and ends with the process that
// started it, however that one ends.
import { channel } from 'node:diagnostics_channel';

channel('countersign:work').subscribe((work) => {
  if (process.connected) process.send?.(work);
});
process.on('disconnect', () => process.exit(1));

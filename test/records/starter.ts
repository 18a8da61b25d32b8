// A process of its own that starts the embedded Postgres, says its url, and stays until it is killed.
import { pino } from 'pino';
import { startEmbedded } from '../../prisma/embedded/start.ts';

const { url } = await startEmbedded(process.argv[2]!, { log: pino({ level: 'silent' }) });
process.stdout.write(`${url}\n`);
setInterval(() => undefined, 1000);

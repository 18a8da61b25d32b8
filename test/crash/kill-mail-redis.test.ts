import { sweepMail } from './mail-sweep.ts';

sweepMail('redis');

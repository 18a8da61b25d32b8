import { sweepKills } from './sweep/kill-sweep.ts';

sweepKills('postgres');

import { sweepSigned } from './sweep/sign-sweep.ts';

sweepSigned('redis');

import { sweepSigned } from './sweep/sign-sweep.ts';

sweepSigned('postgres');
